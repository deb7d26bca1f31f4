//! The client of calendars against the stand-in, under every rule that a tester may choose.

use jiff::Timestamp;
use mxs_core::{CrmId, Date, ExchangeId, Field, Fields, Instant, Kind, Observation, Patch, Seen, Value, Version};
use mxs_graph::batch::{self, Part, PartOutcome, needs_body};
use mxs_graph::delta::{self, DeltaItem, Next};
use mxs_graph::{ErrorKind, GraphError, Place, Wanted, Window, calendars, marked};
use mxs_http::{Request, Response};
use mxs_world::microsoft::{App, CalendarRules, ReusedTransaction, Tenant, TokenDeath, User, Word};
use mxs_world::{Service, World};
use proptest::prelude::*;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

const TENANT: &str = "11111111-0000-4000-8000-000000000001";
const CLIENT: &str = "22222222-0000-4000-8000-000000000001";
const ADA: &str = "ada@corp.example";
const BOB: &str = "bob@corp.example";
const WANTED: Wanted<'_> = Wanted { org: "700123", zone: None, record_url: None };

/// Ada's calendar, and her token.
struct Mailbox {
    world: World,
    token: String,
    place: Place,
}

impl Mailbox {
    fn new() -> Self {
        Self::under(CalendarRules::default())
    }

    fn under(rules: CalendarRules) -> Self {
        let mut world = World::new("2026-11-21T10:00:00Z".parse::<Timestamp>().expect("a moment"), 1);
        world.microsoft.rules.calendar = rules;
        let token = world.with_microsoft(|microsoft, context| {
            microsoft.add_tenant(Tenant::new(TENANT, "Corp", "corp.example"));
            for (id, name, address) in [("1", "Ada Lovelace", ADA), ("2", "Bob", BOB)] {
                let id = format!("33333333-0000-4000-8000-00000000000{id}");
                microsoft.add_user(User::new(&id, TENANT, name, address, "correct horse"), context);
            }
            microsoft.add_app(App::new(CLIENT, TENANT, "The Tab").delegated(&["Calendars.ReadWrite"]));
            microsoft.issue_access_token(ADA, CLIENT, &["Calendars.ReadWrite"], context)
        });
        let window = Window { start: date("2026-10-01"), end: date("2027-10-01") };
        Self { world, token: token.expect("a user"), place: Place::Calendar { id: None, window } }
    }

    fn send(&mut self, request: Request) -> Response {
        let request = request.header("Authorization", format!("Bearer {}", self.token));
        self.world.handle(Service::Microsoft, &request, 1).response.expect("an answer")
    }

    fn one(&mut self, part: Part<'_>) -> Result<PartOutcome, GraphError> {
        let response = self.send(batch::request(Kind::Event, &[part], &WANTED));
        batch::parse(Kind::Event, &response, &[part], &WANTED).expect("an answer").remove(0)
    }

    fn get(&mut self, id: &ExchangeId) -> Result<Seen, GraphError> {
        match self.one(Part::Get { id, folder: "" })? {
            PartOutcome::Read(seen) => Ok(seen),
            other => panic!("{other:?}"),
        }
    }

    fn create(&mut self, fields: &Fields, crm: &str) -> Result<ExchangeId, GraphError> {
        let place = self.place.clone();
        let part =
            Part::Create { place: &place, fields, mark: &CrmId::new(crm), transaction: &format!("create {crm}") };
        match self.one(part)? {
            PartOutcome::Written { id, .. } => Ok(id),
            other => panic!("{other:?}"),
        }
    }

    /// Changes an event as a run does: what it reads first, it names.
    fn update(&mut self, id: &ExchangeId, patch: &Patch) -> Result<Seen, GraphError> {
        let seen = self.get(id)?;
        let body = needs_body(Kind::Event, patch, &seen.fields).then(|| match self.one(Part::Body { id }) {
            Ok(PartOutcome::Body(html)) => html,
            other => panic!("{other:?}"),
        });
        let (version, current) = (&seen.version, &seen.fields);
        let part = Part::Update { id, folder: "", version, patch, current, mark: None, body: body.as_deref() };
        match self.one(part)? {
            PartOutcome::Written { .. } => self.get(id),
            other => panic!("{other:?}"),
        }
    }

    /// Reads every page; the changes and the link for the next time.
    fn delta(&mut self, link: Option<&str>) -> (BTreeMap<ExchangeId, DeltaItem>, String) {
        let place = self.place.clone();
        let first = link.map_or_else(|| delta::start(&place, &WANTED), |link| delta::next(&place, link, &WANTED));
        let (mut request, mut items) = (first, BTreeMap::new());
        loop {
            let response = self.send(request);
            let page = delta::parse(&place, &response, &WANTED).unwrap_or_else(|error| panic!("{error}"));
            items.extend(page.items);
            match page.next {
                Next::Page(link) => request = delta::next(&place, &link, &WANTED),
                Next::Done(link) => return (items, link),
            }
        }
    }

    /// What pages and a look at what they leave open say, by subject.
    fn all(&mut self) -> BTreeMap<String, Fields> {
        let (items, _) = self.delta(None);
        let mut all = BTreeMap::new();
        for (id, item) in items {
            let fields = match item {
                DeltaItem::Present(seen) => seen.fields,
                DeltaItem::Changed => self.get(&id).unwrap_or_else(|error| panic!("{error} {id:?}")).fields,
                DeltaItem::Removed => continue,
            };
            let kind = if fields.get(Field::Series).is_some() { " (exception)" } else { "" };
            all.insert(format!("{}{kind}", fields.text(Field::Subject)), fields);
        }
        all
    }

    fn in_outlook(&mut self, event: Json) -> ExchangeId {
        let added = self.world.with_microsoft(|microsoft, context| microsoft.add_event(ADA, None, &event, context));
        ExchangeId::new(added.expect("an event"))
    }

    fn edit_in_outlook(&mut self, id: &str, changes: Json) -> ExchangeId {
        let edited = self.world.with_microsoft(|microsoft, context| microsoft.edit_event(ADA, id, &changes, context));
        ExchangeId::new(edited.expect("an edit"))
    }

    fn occurrence(&mut self, series: &ExchangeId, day: &str) -> String {
        let day = day.parse().expect("a date");
        self.world.microsoft.occurrence_of(ADA, series.as_str(), day).expect("an occurrence")
    }
}

fn date(text: &str) -> Date {
    Date::parse(text).expect("a date")
}

fn moment(text: &str) -> Option<Value> {
    Some(Value::Moment(Instant::parse(text).expect("a moment")))
}

fn hour(subject: &str) -> Fields {
    let shared = [(Field::Subject, subject), (Field::Zone, "Europe/Berlin"), (Field::ShowAs, "busy")];
    let mut fields = shared.into_iter().fold(Fields::default(), |fields, (field, text)| fields.with(field, text));
    fields.put(Field::Start, moment("2026-11-24T08:00:00Z"));
    fields.put(Field::End, moment("2026-11-24T09:00:00Z"));
    fields
}

/// Tuesdays at nine in Berlin, in summer and in winter.
fn weekly(subject: &str) -> Fields {
    hour(subject).with(Field::Recurrence, "FREQ=WEEKLY;BYDAY=TU")
}

fn full() -> Fields {
    let mut fields = hour("Call 名前 & \"others\"")
        .with(Field::Notes, "first\nsecond")
        .with(Field::Location, "Room 1")
        .with(Field::Sensitivity, "private")
        .with(Field::ShowAs, "working_elsewhere");
    fields.put(Field::Categories, Value::set(["Sales", "Urgent"]));
    fields.put(Field::Reminder, Some(Value::Number(15)));
    fields
}

/// Contents but for what the mailbox adds.
fn own(mut fields: Fields) -> Fields {
    for field in [Field::AttendeeAnswers, Field::MeetingUid, Field::Role] {
        fields.put(field, None);
    }
    fields
}

fn patch(field: Field, value: Option<Value>) -> Patch {
    Patch::from_iter([(field, value)])
}

#[test]
fn calendars_are_listed() {
    let mut mailbox = Mailbox::new();
    mailbox
        .world
        .with_microsoft(|microsoft, context| microsoft.add_calendar(ADA, "Team", context))
        .expect("a calendar");
    let page = calendars::parse_list(&mailbox.send(calendars::list_start())).expect("a page");
    let found: Vec<_> = page.calendars.iter().map(|one| (one.name.as_str(), one.is_default, one.can_edit)).collect();
    assert_eq!(found, [("Calendar", true, true), ("Team", false, true)]);
    assert!(page.calendars.iter().all(|one| one.owner == ADA), "{page:?}");
}

#[test]
fn an_event_goes_there_and_comes_back_with_its_mark_and_mails_nobody() {
    let mut mailbox = Mailbox::new();
    let id = mailbox.create(&full(), "42").expect("an event");
    let seen = mailbox.get(&id).expect("the event");
    assert_eq!((own(seen.fields.clone()), seen.mark.clone()), (full(), Some(CrmId::new("42"))));
    match mailbox.delta(None).0.get(&id) {
        Some(DeltaItem::Present(told)) => assert_eq!((&told.fields, &told.version), (&seen.fields, &seen.version)),
        other => panic!("{other:?}"),
    }
    let request = marked::start(&mailbox.place).expect("a request");
    let marked = marked::parse(&mailbox.send(request), WANTED.org).expect("a page");
    assert_eq!(marked.items, [(id, CrmId::new("42"))]);
    assert_eq!(mailbox.world.outbox.mails.len(), 0);
}

#[test]
fn an_event_is_created_once_whatever_becomes_of_the_answer() {
    for (reused_transaction, wanted) in [(ReusedTransaction::Refused, false), (ReusedTransaction::Answered, true)] {
        let mut mailbox = Mailbox::under(CalendarRules { reused_transaction, ..CalendarRules::default() });
        let first = mailbox.create(&full(), "42").expect("an event");
        assert_eq!(mailbox.create(&full(), "42"), Ok(first.clone()), "the same once more");
        let other = mailbox.create(&hour("Other"), "42");
        assert_eq!(other.ok(), wanted.then_some(first), "{reused_transaction:?}");
        assert_eq!(mailbox.world.microsoft.events(ADA).len(), 1);
    }
}

#[test]
fn everything_can_be_changed_and_emptied() {
    let mut mailbox = Mailbox::new();
    let id = mailbox.create(&hour("Plain"), "42").expect("an event");
    let fill: Patch = full().iter().map(|(field, value)| (field, Some(value.clone()))).collect();
    let seen = mailbox.update(&id, &fill).expect("a change");
    assert_eq!((own(seen.fields), seen.mark), (full(), Some(CrmId::new("42"))));
    let optional = [Field::Notes, Field::Location, Field::Sensitivity, Field::Categories, Field::Reminder];
    let empty: Patch = optional.into_iter().map(|field| (field, None)).collect();
    let seen = mailbox.update(&id, &empty).expect("a change");
    assert_eq!(own(seen.fields), hour(full().text(Field::Subject)).with(Field::ShowAs, "working_elsewhere"));

    let days = [(Field::Start, "2026-11-24"), (Field::End, "2026-11-26")];
    let all_day: Patch = days.into_iter().map(|(field, day)| (field, Some(Value::Date(date(day))))).collect();
    let seen = mailbox.update(&id, &all_day).expect("a change");
    assert_eq!(seen.fields.get(Field::End), Some(&Value::Date(date("2026-11-26"))));
    let later = patch(Field::End, Some(Value::Date(date("2026-11-27"))));
    assert_eq!(
        mailbox.update(&id, &later).expect("a change").fields.get(Field::End),
        Some(&Value::Date(date("2026-11-27")))
    );

    let (stale, fields) = (Version::new("W/\"old\""), Fields::default());
    let part =
        Part::Update { id: &id, folder: "", version: &stale, patch: &later, current: &fields, mark: None, body: None };
    assert_eq!(mailbox.one(part).map_err(|error| error.kind), Err(ErrorKind::Stale));
    let part = Part::Delete { id: &id, folder: "", version: &stale, current: &Fields::default() };
    assert_eq!(mailbox.one(part).map_err(|error| error.kind), Err(ErrorKind::Stale));
}

#[test]
fn a_mark_is_put_on_what_has_none() {
    let mut mailbox = Mailbox::new();
    let id = mailbox
        .in_outlook(json!({ "subject": "Plain", "start": { "dateTime": "2026-11-24T08:00:00", "timeZone": "UTC" },
        "end": { "dateTime": "2026-11-24T09:00:00", "timeZone": "UTC" } }));
    let seen = mailbox.get(&id).expect("the event");
    assert_eq!(seen.mark, None);
    let crm = CrmId::new("42");
    let part =
        Part::Mark { id: &id, folder: "", version: Some(&seen.version), mark: &crm, title: "", instead_of: None };
    assert!(matches!(mailbox.one(part), Ok(PartOutcome::Written { .. })));
    assert_eq!(mailbox.get(&id).expect("the event").mark, Some(crm));
}

#[test]
fn a_series_keeps_its_hour_when_clocks_change() {
    let mut mailbox = Mailbox::new();
    let id = mailbox.create(&weekly("Weekly"), "42").expect("a series");
    let seen = mailbox.get(&id).expect("the series");
    assert_eq!((own(seen.fields), seen.mark), (weekly("Weekly"), Some(CrmId::new("42"))));
    let between = ["2027-03-23T00:00:00Z", "2027-03-31T00:00:00Z"].map(|text| text.parse().expect("a moment"));
    let instances = mailbox.world.microsoft.instances(ADA, between[0], between[1]);
    let starts: Vec<_> =
        instances.iter().map(|one| one["start"]["dateTime"].as_str().expect("a start").get(..16)).collect();
    assert_eq!(starts, [Some("2027-03-23T08:00"), Some("2027-03-30T07:00")]);
    let moved = mailbox.update(
        &id,
        &Patch::from_iter([
            (Field::Start, moment("2026-11-25T07:00:00Z")),
            (Field::End, moment("2026-11-25T08:00:00Z")),
            (Field::Recurrence, Value::text("FREQ=WEEKLY;COUNT=4;INTERVAL=2;BYDAY=WE")),
        ]),
    );
    let moved = moved.expect("a change").fields;
    assert_eq!(moved.get(Field::Start).cloned(), moment("2026-11-25T07:00:00Z"));
    assert_eq!(moved.text(Field::Recurrence), "FREQ=WEEKLY;COUNT=4;INTERVAL=2;BYDAY=WE");
    let single = mailbox.update(&id, &patch(Field::Recurrence, None)).expect("a change");
    assert_eq!(single.fields.get(Field::Recurrence), None);
}

#[test]
fn occurrences_are_found_cancelled_and_changed() {
    for delta_of_series in [Word::Reported, Word::Documented] {
        let mut mailbox = Mailbox::under(CalendarRules { delta_of_series, ..CalendarRules::default() });
        let id = mailbox.create(&weekly("Weekly"), "42").expect("a series");
        let (items, link) = mailbox.delta(None);
        assert_eq!(items, BTreeMap::from([(id.clone(), DeltaItem::Changed)]), "{delta_of_series:?}");

        let berlin = Fields::default().with(Field::Zone, "Europe/Berlin");
        let find = |day| Part::Occurrence { series: &id, day: date(day), current: &berlin };
        assert_eq!(mailbox.one(find("2026-12-02")), Ok(PartOutcome::Occurrence(None)), "a Wednesday");
        let (first, version) = match mailbox.one(find("2026-12-01")) {
            Ok(PartOutcome::Occurrence(Some(found))) => found,
            other => panic!("{other:?}"),
        };
        let cancel = Part::Delete { id: &first, folder: "", version: &version, current: &berlin };
        assert_eq!(mailbox.one(cancel), Ok(PartOutcome::Deleted));
        let second = mailbox.occurrence(&id, "2026-12-08");
        let exception = mailbox.edit_in_outlook(
            &second,
            json!({ "subject": "Other",
            "start": { "dateTime": "2026-12-09T10:00:00", "timeZone": "Europe/Berlin" },
            "end": { "dateTime": "2026-12-09T11:00:00", "timeZone": "Europe/Berlin" } }),
        );

        let (items, _) = mailbox.delta(Some(&link));
        for told in [&id, &exception] {
            assert_eq!(items.get(told), Some(&DeltaItem::Changed), "{delta_of_series:?} {items:?}");
        }
        let series = mailbox.get(&id).expect("the series").fields;
        assert_eq!(series.get(Field::Exclusions).cloned(), Value::set(["2026-12-01", "2026-12-08"]));
        let read = [&id, &exception].map(|id| (id.clone(), Observation::Present(mailbox.get(id).expect("an event"))));
        let mut records = BTreeMap::from(read);
        marked::drop_inherited(&mut records);
        let exception = match records.remove(&exception) {
            Some(Observation::Present(Seen { fields, mark: None, .. })) => fields,
            other => panic!("the mark is the series' own: {other:?}"),
        };
        assert_eq!((exception.text(Field::Subject), exception.text(Field::Series)), ("Other", id.as_str()));
        assert_eq!(exception.get(Field::OriginalStart), Some(&Value::Date(date("2026-12-08"))));
        assert_eq!(exception.get(Field::Start).cloned(), moment("2026-12-09T09:00:00Z"));
        assert_eq!(mailbox.one(find("2026-12-01")), Ok(PartOutcome::Occurrence(None)), "it is cancelled");
    }
}

#[test]
fn new_notes_leave_an_online_meeting_online() {
    let mut mailbox = Mailbox::new();
    let id = mailbox.in_outlook(json!({ "subject": "Review", "isOnlineMeeting": true,
        "onlineMeetingProvider": "teamsForBusiness", "body": { "contentType": "html", "content": "<p>Agenda</p>" },
        "start": { "dateTime": "2026-11-24T08:00:00", "timeZone": "UTC" },
        "end": { "dateTime": "2026-11-24T09:00:00", "timeZone": "UTC" } }));
    let seen = mailbox.get(&id).expect("the event");
    assert_eq!(
        (seen.fields.text(Field::Notes), seen.fields.text(Field::OnlineMeeting)),
        ("Agenda", "teamsForBusiness")
    );
    for notes in ["new & <better>\nnotes", "again"] {
        let seen = mailbox.update(&id, &patch(Field::Notes, Value::text(notes))).expect("a change");
        let held = (seen.fields.text(Field::Notes), seen.fields.text(Field::OnlineMeeting));
        assert_eq!(held, (notes, "teamsForBusiness"));
    }
    let shown = mailbox.world.microsoft.event(ADA, id.as_str()).expect("the event");
    assert!(shown["onlineMeeting"]["joinUrl"].is_string(), "{shown}");
}

#[test]
fn only_who_is_meant_is_mailed() {
    let mut mailbox = Mailbox::new();
    let mut fields = full();
    fields.put(Field::Attendees, Value::set([BOB]));
    let id = mailbox.create(&fields, "42").expect("a meeting");
    let mailed = |mailbox: &mut Mailbox| {
        let mails = std::mem::take(&mut mailbox.world.outbox.mails);
        mails.into_iter().map(|mail| mail.to).collect::<Vec<_>>()
    };
    assert_eq!(mailed(&mut mailbox), [BOB]);
    let seen = mailbox.get(&id).expect("the meeting").fields;
    assert_eq!((seen.text(Field::Role), seen.get(Field::Attendees).cloned()), ("organizer", Value::set([BOB])));
    assert!(!seen.text(Field::MeetingUid).is_empty());
    // One's own reminder is nobody's business.
    mailbox.update(&id, &patch(Field::Reminder, Some(Value::Number(5)))).expect("a change");
    assert_eq!(mailed(&mut mailbox), Vec::<String>::new());
    // Who stays invited hears nothing of who else is.
    let more = patch(Field::Attendees, Value::set([BOB, "new@elsewhere.example"]));
    mailbox.update(&id, &more).expect("a change");
    assert_eq!(mailed(&mut mailbox), ["new@elsewhere.example"]);
}

#[test]
fn an_invitation_is_an_attendees_copy() {
    let mut mailbox = Mailbox::new();
    let invitation = json!({ "subject": "Their meeting", "attendees": [{ "emailAddress": { "address": ADA } }],
        "start": { "dateTime": "2026-11-24T08:00:00", "timeZone": "UTC" },
        "end": { "dateTime": "2026-11-24T09:00:00", "timeZone": "UTC" } });
    let id = mailbox
        .world
        .with_microsoft(|microsoft, context| {
            microsoft.receive_invitation(ADA, "grace@elsewhere.example", "uid-1", &invitation, context)
        })
        .expect("an invitation");
    let seen = mailbox.get(&ExchangeId::new(id)).expect("the event").fields;
    assert_eq!((seen.text(Field::Role), seen.get(Field::Attendees).cloned()), ("attendee", Value::set([ADA])));
}

#[test]
fn what_people_do_is_seen() {
    for delta_of_series in [Word::Reported, Word::Documented] {
        let mut mailbox = Mailbox::under(CalendarRules { delta_of_series, ..CalendarRules::default() });
        let [kept, deleted, moved] = ["Kept", "Deleted", "Moved"]
            .map(|name| mailbox.create(&hour(name), &name.len().to_string()).expect("an event"));
        let (items, link) = mailbox.delta(None);
        assert_eq!(items.len(), 3);
        let (items, link) = mailbox.delta(Some(&link));
        assert_eq!(items, BTreeMap::new());
        mailbox.edit_in_outlook(kept.as_str(), json!({ "subject": "Edited" }));
        mailbox
            .world
            .with_microsoft(|microsoft, context| {
                let other = microsoft.add_calendar(ADA, "Other", context)?;
                microsoft.move_event(ADA, moved.as_str(), Some(&other), context)?;
                microsoft.delete_event(ADA, deleted.as_str(), context)
            })
            .expect("changes");
        let (items, _) = mailbox.delta(Some(&link));
        assert_eq!((items.get(&deleted), items.get(&moved)), (Some(&DeltaItem::Removed), Some(&DeltaItem::Removed)));
        // Neither is in this calendar; of the moved one another tells.
        let page = calendars::parse_list(&mailbox.send(calendars::list_start())).expect("a page");
        let found = [&deleted, &moved].map(|id| {
            let folders = page.calendars.iter().map(|calendar| calendar.id.as_str());
            folders.map(|folder| mailbox.one(Part::Get { id, folder }).is_ok()).collect::<Vec<_>>()
        });
        assert_eq!(found, [vec![false, false], vec![false, true]]);
        match items.get(&kept) {
            Some(DeltaItem::Present(seen)) => assert_eq!(seen.fields.text(Field::Subject), "Edited"),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn everyday_events_are_read_whole() {
    for delta_of_series in [Word::Reported, Word::Documented] {
        let mut mailbox = Mailbox::under(CalendarRules { delta_of_series, ..CalendarRules::default() });
        let added =
            mailbox.world.with_microsoft(|microsoft, context| microsoft.add_everyday_events(ADA, &[BOB], context));
        added.expect("events");
        let all = mailbox.all();
        let review = &all["Project review"];
        assert_eq!(review.text(Field::Notes), "Agenda: numbers, then next steps.");
        assert_eq!(review.text(Field::Role), "organizer");
        assert_eq!(all["Dentist"].text(Field::Sensitivity), "private");
        assert_eq!(all["Trade fair"].get(Field::Start), Some(&Value::Date(date("2026-11-30"))));
        assert!(all["Grace's birthday"].text(Field::Recurrence).starts_with("FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=11"));
        let series: Vec<&Fields> = all.values().filter(|fields| fields.get(Field::Exclusions).is_some()).collect();
        assert_eq!(series.len(), 1, "the stand-up: {:?}", all.keys());
        assert_eq!(series[0].words(Field::Exclusions).map(mxs_core::Words::len), Some(3));
        assert_eq!(all.values().filter(|fields| fields.get(Field::OriginalStart).is_some()).count(), 2);
    }
}

#[test]
fn refusals_have_their_kind() {
    let mut mailbox = Mailbox::under(CalendarRules { deleted_hidden: true, ..CalendarRules::default() });
    let refusal = |mailbox: &mut Mailbox, link: Option<&str>| {
        let place = mailbox.place.clone();
        let request = link.map_or_else(|| delta::start(&place, &WANTED), |link| delta::next(&place, link, &WANTED));
        delta::parse(&place, &mailbox.send(request), &WANTED).expect_err("a refusal").kind
    };
    for death in [TokenDeath::GoneWithLocation, TokenDeath::GoneWithoutLocation, TokenDeath::BadRequest] {
        let (_, link) = mailbox.delta(None);
        mailbox.world.microsoft.expire_delta_tokens(ADA, death);
        assert_eq!(refusal(&mut mailbox, Some(&link)), ErrorKind::TokenDead, "{death:?}");
    }
    let gone = mailbox.create(&hour("Gone"), "42").expect("an event");
    mailbox
        .world
        .with_microsoft(|microsoft, context| microsoft.purge_event(ADA, gone.as_str(), context))
        .expect("gone");
    assert_eq!(mailbox.get(&gone).map_err(|error| error.kind), Err(ErrorKind::NotFound));
    mailbox.world.with_microsoft(|microsoft, context| microsoft.expire_access_tokens(ADA, context));
    assert_eq!(refusal(&mut mailbox, None), ErrorKind::SignInAgain);
}

/// Contents as a calendar can hold them.
fn contents() -> impl Strategy<Value = Fields> {
    let text = || prop::option::of("[^\\p{C}]{0,20}x".prop_map(|text| Value::text(&text).expect("a text")));
    let zone = prop::sample::select(&["UTC", "Europe/Berlin", "America/New_York", "Asia/Tokyo"][..]);
    let rule =
        prop::sample::select(&["", "FREQ=DAILY;COUNT=5", "FREQ=DAILY;INTERVAL=3", "FREQ=DAILY;UNTIL=20270301"][..]);
    let shown = prop::sample::select(&["busy", "free", "oof", "tentative", "working_elsewhere"][..]);
    let sensitivity = prop::sample::select(&["", "private", "confidential", "personal"][..]);
    let words = prop::collection::vec("[a-z]{1,8}", 0..3).prop_map(Value::set);
    // From November to February, by the minute.
    let time = (1_795_000_000_i64 / 60..1_803_000_000 / 60, 1_i64..600, any::<bool>());
    ((text(), text(), text(), time, zone), (rule, shown, sensitivity, words, prop::option::of(0_i64..1000))).prop_map(
        |((subject, notes, location, (start, minutes, all_day), zone), (rule, shown, sensitivity, words, reminder))| {
            let mut fields = Fields::default()
                .with(Field::Zone, if all_day { "UTC" } else { zone })
                .with(Field::Recurrence, rule)
                .with(Field::ShowAs, shown)
                .with(Field::Sensitivity, sensitivity);
            let at = |minute: i64| {
                let moment = Instant::from_seconds(minute * 60);
                let day = Date::parse(&moment.to_string()[..10]).expect("a date");
                if all_day { Value::Date(day) } else { Value::Moment(moment) }
            };
            fields.put(Field::Start, Some(at(start)));
            fields.put(Field::End, Some(at(start + if all_day { 1440 } else { minutes })));
            for (field, value) in [(Field::Subject, subject), (Field::Notes, notes), (Field::Location, location)] {
                fields.put(field, value);
            }
            fields.put(Field::Categories, words);
            fields.put(Field::Reminder, reminder.map(Value::Number));
            fields
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read(first in contents(), second in contents()) {
        let mut mailbox = Mailbox::new();
        let id = mailbox.create(&first, "42").expect("an event");
        prop_assert_eq!(&own(mailbox.get(&id).expect("the event").fields), &first);
        let patch: Patch = Field::ALL.iter().filter(|field| first.get(**field) != second.get(**field))
            .map(|field| (*field, second.get(*field).cloned())).collect();
        let seen = mailbox.update(&id, &patch).expect("a change");
        prop_assert_eq!((own(seen.fields), seen.mark), (second, Some(CrmId::new("42"))));
        prop_assert_eq!(mailbox.world.outbox.mails.len(), 0);
    }
}
