//! What is written is what is read.

use super::*;
use mxs_calendar::graph::{PatternType, PatternedRecurrence, RangeType, RecurrencePattern, RecurrenceRange, WeekIndex};
use mxs_core::Field;
use mxs_ews::FolderId;
use mxs_ews::create_item::{self, NewItem};
use mxs_graph::recurrence::canonical;
use mxs_graph::tasks::TimeZone;
use proptest::prelude::*;

/// What a server would answer of an item that it was told to create.
fn stored(kind: Kind, fields: &Fields, wanted: &Wanted<'_>) -> Result<Found, ErrorKind> {
    let mark = crm("42");
    let new_item = [NewItem { fields, mark: &mark }];
    let folder = FolderId::Id("F".into());
    let request = body(&create_item::request(&new(), kind, &folder, &new_item, Mailing::Nobody, wanted));
    let (_, item) = request.split_once("<m:Items>").expect("items");
    let item = item.strip_suffix("</m:Items></m:CreateItem>").expect("their end");
    let kind_of = if fields.get(Field::Recurrence).is_some() { "RecurringMaster" } else { "Single" };
    let (start, rest) = match item.split_once('>') {
        Some((start, rest)) if !start.ends_with('/') => (start, rest),
        _ => panic!("an item without a mark: {item}"),
    };
    let own = match kind {
        Kind::Event => format!("<t:CalendarItemType>{kind_of}</t:CalendarItemType>"),
        Kind::Contact | Kind::Task => String::new(),
    };
    let item = format!("{start}><t:ItemId Id='I' ChangeKey='K'/>{own}{rest}");
    found(kind, &item, wanted, None)
}

fn any_text() -> impl Strategy<Value = Option<Value>> {
    prop_oneof![Just(None), "[!-~é\u{1f600}]([ -~é\n]{0,12}[!-~])?".prop_map(|text| Value::text(&text))]
}

fn any_contact() -> impl Strategy<Value = Fields> {
    let texts = mxs_graph::contact::FIELDS.len();
    (prop::collection::vec(any_text(), texts), prop::option::of(1_u8..=28)).prop_map(|(texts, birthday)| {
        let mut fields = Fields::default();
        for (field, text) in mxs_graph::contact::FIELDS.iter().zip(texts) {
            match field {
                Field::Birthday => {
                    fields.put(*field, birthday.and_then(|day| super::day(&format!("1980-03-{day:02}"))))
                }
                Field::Categories => {
                    fields.put(*field, text.and_then(|text| Value::set([text.as_text()?.replace('\n', " ")])))
                }
                _ => fields.put(*field, text),
            }
        }
        // A name that is its address is none.
        for (address, name) in
            [(Field::Email1, Field::Email1Name), (Field::Email2, Field::Email2Name), (Field::Email3, Field::Email3Name)]
        {
            if fields.get(address) == fields.get(name) {
                fields.put(name, None);
            }
        }
        fields
    })
}

fn any_pattern() -> impl Strategy<Value = RecurrencePattern> {
    let weekday = prop::sample::select(&mxs_calendar::WEEK[..]);
    let kind = prop::sample::select(PatternType::ALL);
    let index = prop::sample::select(WeekIndex::ALL);
    (kind, 1..9, weekday.clone(), weekday, 1..=31, 1..=12, index).prop_map(
        |(pattern_type, interval, day, first, day_of_month, month, index)| RecurrencePattern {
            pattern_type,
            interval,
            days_of_week: vec![day],
            first_day_of_week: Some(first),
            day_of_month: Some(day_of_month),
            month: Some(month),
            index: Some(index),
        },
    )
}

proptest! {
    #[test]
    fn a_contact_comes_back(fields in any_contact()) {
        let found = stored(Kind::Contact, &fields, &WANTED).expect("a contact");
        prop_assert_eq!(found.seen.fields, fields);
        prop_assert_eq!(found.seen.mark, Some(crm("42")));
    }

    /// Both doors must come to one text, or a rule would go to and fro when a mailbox moves.
    #[test]
    fn a_rule_comes_back_as_the_text_that_graph_has(
        pattern in any_pattern(),
        start in 1_i8..=28,
        zone in prop::sample::select(&["Europe/Berlin", "Pacific/Kiritimati", "America/Los_Angeles"][..]),
    ) {
        let start = jiff::civil::date(2026, 3, start);
        let range = RecurrenceRange {
            range_type: RangeType::NoEnd, start_date: start, end_date: None, number_of_occurrences: None, recurrence_time_zone: None,
        };
        let rule = PatternedRecurrence { pattern, range }.rule().expect("a rule");
        let start = rule.dates(start).next().expect("a first day");
        let text = canonical(&rule, start);
        let mut fields = Fields::default().with(Field::Recurrence, &text).with(Field::Zone, zone);
        let at = start.at(23, 30, 0, 0).in_tz(zone).expect("a time").timestamp();
        let moment = |seconds| Some(Value::Moment(Instant::from_seconds(seconds)));
        fields.put(Field::Start, moment(at.as_second()));
        fields.put(Field::End, moment(at.as_second() + 3_600));
        let user = TimeZone::new(zone);
        let wanted = Wanted { zone: user.as_ref(), ..WANTED };
        let found = stored(Kind::Event, &fields, &wanted).expect("a series");
        prop_assert_eq!(found.seen.fields.text(Field::Recurrence), text);
        prop_assert_eq!(found.seen.fields.get(Field::Start), fields.get(Field::Start));
    }
}

#[test]
fn a_task_and_an_event_come_back() {
    let mut task =
        Fields::default().with(Field::Subject, "T").with(Field::Notes, "a\nb").with(Field::Status, "deferred");
    task.put(Field::Due, day("2026-11-24"));
    task.put(Field::Reminder, moment("2026-11-24T08:00:00Z"));
    task.put(Field::Recurrence, Value::text("FREQ=WEEKLY;COUNT=5;BYDAY=TU,FR"));
    assert_eq!(stored(Kind::Task, &task, &WANTED).expect("a task").seen.fields, task);

    let mut event =
        Fields::default().with(Field::Subject, "E").with(Field::ShowAs, "working_elsewhere").with(Field::Location, "R");
    event.put(Field::Start, day("2026-11-24"));
    event.put(Field::End, day("2026-11-26"));
    event.put(Field::Zone, Value::text("W. Europe Standard Time"));
    assert_eq!(stored(Kind::Event, &event, &WANTED).expect("an event").seen.fields, event);
}

#[test]
fn a_mark_changes_nothing_else() {
    let (id, version, record) = (ExchangeId::new("I"), mxs_core::Version::new("K"), crm("42"));
    for kind in Kind::ALL {
        let (patch, current) = (&Patch::default(), &Fields::default());
        let update = Update { id: ItemId::Item(&id), version: &version, patch, current, mark: Some(&record) };
        let request = body(&update_item::request(&new(), kind, &[update], Mailing::Nobody, &WANTED));
        assert_eq!(request.matches("<t:SetItemField>").count(), 1, "{request}");
        assert!(
            request.contains("<t:Value>zoho:7:42</t:Value>") && !request.contains("<t:DeleteItemField>"),
            "{request}"
        );
    }
}
