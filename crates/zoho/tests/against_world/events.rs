//! Events, which people see as meetings.

use crate::stage::{Crm, ZGID, id_of};
use mxs_core::{CrmId, Date, Field, Fields, Instant, Patch, Value};
use mxs_world::zoho::AllDay;
use mxs_zoho::{Known, Module, Names, record};
use serde_json::json;

fn names() -> Names {
    Names::all(Module::Events)
}

fn day(text: &str) -> Option<Value> {
    Date::parse(text).ok().map(Value::Date)
}

fn moment(text: &str) -> Option<Value> {
    Instant::parse(text).ok().map(Value::Moment)
}

fn full() -> Fields {
    let mut fields = Fields::default()
        .with(Field::Location, "Room 1")
        .with(Field::Notes, "about\nthe engine")
        .with(Field::Recurrence, "FREQ=WEEKLY;UNTIL=20270301;BYDAY=MO")
        .with(Field::Subject, "Review");
    fields.put(Field::Attendees, Value::set(["ada@home.example", "charles@engines.example"]));
    fields.put(Field::Categories, Value::set(["Engine"]));
    fields.put(Field::Start, moment("2026-11-30T09:00:00Z"));
    fields.put(Field::End, moment("2026-11-30T10:30:00Z"));
    fields.put(Field::Exclusions, Value::set(["2026-12-07", "2026-12-14"]));
    fields.put(Field::Reminder, Some(Value::Number(15)));
    fields
}

fn whole_days(first: &str, after: &str) -> Fields {
    let mut fields = Fields::default().with(Field::Subject, "Fair");
    fields.put(Field::Start, day(first));
    fields.put(Field::End, day(after));
    fields
}

#[test]
fn an_event_goes_there_and_comes_back() {
    let mut crm = Crm::new();
    crm.insert(&names(), &[&full()]);
    assert_eq!(crm.only(&names()), full());
    assert_eq!(crm.world.outbox.mails.len(), 0, "nobody is mailed");
}

#[test]
fn whole_days_are_the_same_days_for_everybody() {
    for all_day in [AllDay::Utc, AllDay::Reader] {
        let mut crm = Crm::new();
        crm.world.with_zoho(|zoho, _| zoho.options(ZGID).all_day = all_day);
        let ids = crm.insert(&names(), &[&whole_days("2026-11-30", "2026-12-02")]);
        assert_eq!(crm.only(&names()), whole_days("2026-11-30", "2026-12-02"), "{all_day:?}");

        // A fair becomes a meeting and a fair again.
        let times = |start, end| Patch::from_iter([(Field::Start, start), (Field::End, end)]);
        let (start, end) = (moment("2026-11-30T09:00:00Z"), moment("2026-11-30T10:00:00Z"));
        let patch = times(start, end);
        crm.update(&names(), &ids[0], &patch, &Known::default());
        assert_eq!(crm.only(&names()), patch.applied_to(&whole_days("2026-11-30", "2026-12-02")));
        let patch = times(day("2026-12-24"), day("2026-12-27"));
        crm.update(&names(), &ids[0], &patch, &Known::default());
        assert_eq!(crm.only(&names()), whole_days("2026-12-24", "2026-12-27"));
    }
}

#[test]
fn people_who_stay_keep_their_answers() {
    let mut crm = Crm::new();
    let contact = crm.add("Contacts", json!({ "Last_Name": "Babbage", "Email": "Charles@engines.example" }));
    let silent = crm.add("Contacts", json!({ "Last_Name": "Silent" }));
    let owner = crm.owner();
    let id = crm.add(
        "Events",
        json!({
            "Event_Title": "Review", "Start_DateTime": "2026-11-30T09:00:00+00:00", "End_DateTime": "2026-11-30T10:00:00+00:00",
            "Participants": [
                { "type": "contact", "participant": contact.as_str() },
                { "type": "contact", "participant": silent.as_str() },
                { "type": "user", "participant": owner },
            ],
        }),
    );
    assert_eq!(crm.only(&names()).get(Field::Attendees), Value::set(["charles@engines.example"]).as_ref());
    let before = crm.shown("Events", &id)["Participants"].clone();

    let wanted = Value::set(["charles@engines.example", "grace@navy.example"]);
    let patch = Patch::from_iter([(Field::Attendees, wanted.clone())]);
    assert_eq!(record::left_out_of_update(&names(), &id, &patch, &Known::default()), [Field::Attendees]);
    let known = crm.people(&id);
    crm.update(&names(), &id, &patch, &known);
    assert_eq!(crm.only(&names()).get(Field::Attendees), wanted.as_ref());
    let after = crm.shown("Events", &id)["Participants"].clone();
    assert_eq!((&after[0], &after[1]), (&before[0], &before[1]), "they are the same people");
    assert_eq!(after.as_array().map(Vec::len), Some(4), "the owner stays");
    assert_eq!(crm.world.outbox.mails.len(), 0, "nobody is mailed");
}

#[test]
fn an_occurrence_that_a_person_moves_is_left_out_of_its_series() {
    let mut crm = Crm::new();
    let ids = crm.insert(&names(), &[&full()]);
    crm.world.advance(60_000);
    let since = crm.now();
    let (ada, series) = (crm.ada, id_of(&ids[0]));
    let single = crm.world.with_zoho(|zoho, context| {
        let day = "2026-12-21".parse().expect("a day");
        zoho.edit_occurrence(context, series, day, ada, json!({ "Venue": "Room 2" }))
    });
    let single = CrmId::new(single.expect("an event").to_string());

    let mut records = crm.all(&names(), Some(since));
    assert_eq!(records.iter().map(|record| record.id.clone()).collect::<Vec<_>>(), [ids[0].clone(), single]);
    let mut wanted = full();
    wanted.put(Field::Exclusions, Value::set(["2026-12-07", "2026-12-14", "2026-12-21"]));
    assert_eq!(records.remove(0).seen.fields, wanted);
    let other = records.remove(0).seen.fields;
    assert_eq!((other.text(Field::Location), other.get(Field::Recurrence)), ("Room 2", None));
    assert_eq!(other.get(Field::Start).cloned(), moment("2026-12-21T09:00:00Z"));
}

#[test]
fn a_rule_is_written_once() {
    let mut crm = Crm::new();
    let ids = crm.insert(&names(), &[&full()]);
    let patch = Patch::from_iter([
        (Field::Exclusions, None),
        (Field::Recurrence, Value::text("FREQ=DAILY")),
        (Field::Reminder, None),
        (Field::Location, None),
    ]);
    let known = Known::default();
    let left_out = record::left_out_of_update(&names(), &ids[0], &patch, &known);
    assert_eq!(left_out, [Field::Exclusions, Field::Recurrence]);
    crm.update(&names(), &ids[0], &patch, &known);
    let mut wanted = full();
    wanted.put(Field::Reminder, None);
    wanted.put(Field::Location, None);
    assert_eq!(crm.only(&names()), wanted);
}
