//! The requests against Microsoft's own schemas, where copies of them and a program that reads them are at hand.

use mxs_core::{CrmId, Date, ExchangeId, Field, Fields, Instant, Kind, Patch, Value, Version};
use mxs_ews::convert_id::{self, IdFormat};
use mxs_ews::create_item::NewItem;
use mxs_ews::sync_folder_items::Sort;
use mxs_ews::update_item::Update;
use mxs_ews::{
    Distinguished, FolderId, FolderKind, ItemId, KNOWN_CODES, Mailing, PATH, ServerVersion, Session, Shape,
    create_folder, create_item, delete_item, find_folder, find_item, get_attachment, get_events, get_folder, get_item,
    get_server_time_zones, get_streaming_events, get_user_availability, resolve_names, send_item, sent_copy, subscribe,
    sync_folder_hierarchy, sync_folder_items, unsubscribe, update_item,
};
use mxs_graph::Wanted;
use mxs_graph::mail::letters::{BodyForm, Person};
use mxs_graph::mail::sent_copy::SentByCrm;
use mxs_graph::mark::Mark;
use mxs_graph::tasks::TimeZone;
use mxs_http::Request;
use std::path::Path;
use std::process::Command;

const CONTRACT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/contracts/ews");

fn sessions() -> impl Iterator<Item = Session<'static>> {
    ServerVersion::ALL
        .into_iter()
        .flat_map(|version| [None, Some("ada@corp.example")].map(|acts_for| Session { path: PATH, version, acts_for }))
}

fn text(text: &str) -> Option<Value> {
    Value::text(text)
}

fn day(text: &str) -> Option<Value> {
    Some(Value::Date(Date::parse(text).expect("a date")))
}

fn moment(text: &str) -> Option<Value> {
    Some(Value::Moment(Instant::parse(text).expect("a moment")))
}

fn fields(values: &[(Field, Option<Value>)]) -> Fields {
    values.iter().filter_map(|(field, value)| Some((*field, value.clone()?))).collect()
}

/// A contact with everything, what it becomes, and nothing.
fn contacts() -> Vec<Fields> {
    let full: Vec<_> = mxs_graph::contact::FIELDS
        .iter()
        .map(|field| match field {
            Field::Birthday => (*field, day("1974-07-22")),
            Field::Categories => (*field, Value::set(["VIP", "A & B"])),
            _ => (*field, text(&format!("{field:?} <1>\n\u{b}2"))),
        })
        .chain([(Field::Sensitivity, text("private"))])
        .collect();
    let some: Vec<_> = full.iter().step_by(2).cloned().collect();
    vec![fields(&full), fields(&some), fields(&[(Field::Company, text("Corp"))]), Fields::default()]
}

fn tasks() -> Vec<Fields> {
    let full = [
        (Field::Subject, text("T")),
        (Field::Notes, text("one\ntwo")),
        (Field::Status, text("waiting")),
        (Field::Priority, text("low")),
        (Field::Due, day("2026-11-24")),
        (Field::Start, day("2026-11-23")),
        (Field::Reminder, moment("2026-11-24T08:00:00Z")),
        (Field::Categories, Value::set(["a"])),
        (Field::Recurrence, text("FREQ=WEEKLY;BYDAY=MO,FR;COUNT=5")),
        (Field::Sensitivity, text("confidential")),
    ];
    vec![fields(&full), fields(&full[..5]), Fields::default()]
}

fn events() -> Vec<Fields> {
    let rules = [
        "FREQ=DAILY;INTERVAL=3",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH;WKST=SU;UNTIL=20270101",
        "FREQ=MONTHLY;BYMONTHDAY=-1",
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
        "FREQ=MONTHLY;INTERVAL=2;BYDAY=2TU",
        "FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=24;COUNT=3",
        "FREQ=YEARLY;INTERVAL=2;BYMONTH=11;BYDAY=-1TU",
    ];
    let base = [
        (Field::Subject, text("E")),
        (Field::Start, moment("2026-11-24T08:00:00Z")),
        (Field::End, moment("2026-11-24T09:00:00Z")),
        (Field::Zone, text("W. Europe Standard Time")),
    ];
    let full = [
        (Field::Notes, text("notes")),
        (Field::Location, text("Room 1")),
        (Field::Categories, Value::set(["a"])),
        (Field::Sensitivity, text("personal")),
        (Field::ShowAs, text("working_elsewhere")),
        (Field::Reminder, Some(Value::Number(15))),
        (Field::Attendees, Value::set(["bob@corp.example", "room@corp.example", "new@x.example"])),
        (
            Field::AttendeeAnswers,
            text("Bob: <B> <bob@corp.example> (optional): accepted\nRoom <room@corp.example> (resource): none"),
        ),
    ];
    let whole_days = [(Field::Start, day("2026-11-24")), (Field::End, day("2026-11-26"))];
    let mut events: Vec<Fields> =
        rules.iter().map(|rule| fields(&[&base[..], &[(Field::Recurrence, text(rule))]].concat())).collect();
    events.push(fields(&[&base[..], &full].concat()));
    events.push(fields(&whole_days));
    events.push(fields(&[&whole_days[..], &[(Field::Recurrence, text(rules[0]))]].concat()));
    events
}

/// What makes one of another.
fn patch(before: &Fields, after: &Fields) -> Patch {
    let changed = Field::ALL.iter().filter(|field| before.get(**field) != after.get(**field));
    changed.map(|field| (*field, after.get(*field).cloned())).collect()
}

fn writes(session: &Session<'_>) -> Vec<(&'static str, Request)> {
    let (folder, crm) = (FolderId::Id("AAA=".into()), CrmId::new("5"));
    let (id, version) = (ExchangeId::new("BBB="), Version::new("CCC="));
    let zone = TimeZone::new("Europe/Berlin");
    let wanted = Wanted { org: "7", zone: zone.as_ref(), record_url: None };
    let mut requests = Vec::new();
    for (kind, items) in [(Kind::Contact, contacts()), (Kind::Task, tasks()), (Kind::Event, events())] {
        for mailing in [Mailing::Nobody, Mailing::Changed, Mailing::Everybody] {
            let new: Vec<NewItem<'_>> = items.iter().map(|fields| NewItem { fields, mark: &crm }).collect();
            requests.push(("CreateItem", create_item::request(session, kind, &folder, &new, mailing, &wanted)));
            let pairs: Vec<_> = items.iter().zip(items.iter().skip(1)).collect();
            let pairs: Vec<_> = pairs.iter().flat_map(|(one, other)| [(*one, *other), (*other, *one)]).collect();
            let patches: Vec<Patch> = pairs.iter().map(|(before, after)| patch(before, after)).collect();
            let ids = [ItemId::Item(&id), ItemId::Occurrence { series: &id, index: 3 }, ItemId::SeriesOf(&id)];
            let updates = pairs.iter().zip(&patches).zip(ids.iter().cycle());
            let updates: Vec<Update<'_>> = updates
                .map(|(((current, _), patch), id)| Update {
                    id: *id,
                    version: &version,
                    patch,
                    current,
                    mark: Some(&crm),
                })
                .collect();
            requests.push(("UpdateItem", update_item::request(session, kind, &updates, mailing, &wanted)));
            let ids = ids.map(|id| (id, &version));
            requests.push(("DeleteItem", delete_item::request(session, kind, &ids, mailing)));
        }
    }
    let person = |name: &str, address: &str| Person { name: name.into(), address: address.into() };
    let (from, to) = (person("Ada", "ada@corp.example"), [person("", "bo@x.example")]);
    let at = Instant::from_seconds(0);
    let mail = SentByCrm { id: "5", at, subject: "", content: "<p>x</p>", safe: false, from: &from, to: &to, cc: &[] };
    let mails = [mail, SentByCrm { subject: "S", safe: true, cc: &to, ..mail }];
    requests.push(("CreateItem", sent_copy::create(session, &mails)));
    requests.push(("FindItem", sent_copy::find(session, &["5"])));
    requests.push(("FindItem", sent_copy::find(session, &["5", "6"])));
    requests.push(("SendItem", send_item::request(session, &[(&id, &version)])));
    requests
}

fn reads(session: &Session<'_>) -> Vec<(&'static str, Request)> {
    let (folder, id) = (FolderId::Distinguished(Distinguished::Inbox), ExchangeId::new("BBB="));
    let ids = [ItemId::Item(&id), ItemId::Occurrence { series: &id, index: 3 }, ItemId::SeriesOf(&id)];
    let (start, end) = (Date::new(2026, 11, 1).expect("a date"), Date::new(2026, 12, 1).expect("a date"));
    let records = [CrmId::new("5"), CrmId::new("6")];
    let marks = [0, 1].map(|place| Mark { org: "7", crm: &records[place] });
    let mut requests = vec![
        ("SyncFolderItems", sync_folder_items::request(session, &folder, Sort::Of(Kind::Event), None)),
        ("SyncFolderItems", sync_folder_items::request(session, &folder, Sort::Message, Some("H4="))),
        ("FindItem", find_item::marked(session, &folder, 0)),
        ("FindItem", find_item::marked_with(session, &[folder.clone(), FolderId::Id("G=".into())], &marks[..1])),
        ("FindItem", find_item::marked_with(session, std::slice::from_ref(&folder), &marks)),
        ("FindItem", find_item::received(session, &folder, Instant::from_seconds(0), 1_000)),
        ("FindItem", find_item::view(session, &folder, start, end)),
        ("GetAttachment", get_attachment::request(session, "AAA=")),
    ];
    let forms = [Shape::Ids, Shape::Glance, Shape::Letter(BodyForm::Text), Shape::Letter(BodyForm::Written)];
    let shapes = Kind::ALL.into_iter().map(Shape::Of).chain(forms);
    requests.extend(shapes.map(|shape| ("GetItem", get_item::request(session, shape, &ids))));
    requests
}

fn folders(session: &Session<'_>) -> Vec<(&'static str, Request)> {
    let top = FolderId::Distinguished(Distinguished::Top);
    let id = FolderId::Id("AAA=".into());
    let kinds = [FolderKind::Calendar, FolderKind::Contacts, FolderKind::Mail, FolderKind::Tasks, FolderKind::Search];
    let created = kinds.map(|kind| ("CreateFolder", create_folder::request(session, &top, kind, "A & B")));
    let mut requests = vec![
        ("GetFolder", get_folder::request(session, &[top.clone(), id.clone()])),
        ("FindFolder", find_folder::request(session, &id, 500)),
        ("SyncFolderHierarchy", sync_folder_hierarchy::request(session, None)),
        ("SyncFolderHierarchy", sync_folder_hierarchy::request(session, Some("H4="))),
    ];
    requests.extend(created);
    requests
}

fn rest(session: &Session<'_>) -> Vec<(&'static str, Request)> {
    let folders = [FolderId::Distinguished(Distinguished::Calendar), FolderId::Id("AAA=".into())];
    let (start, end) = (Instant::from_seconds(0), Instant::from_seconds(86_400));
    let people = ["ada@corp.example", "bob@corp.example"];
    let mut requests = vec![
        ("ResolveNames", resolve_names::request(session, "A & B")),
        ("GetUserAvailability", get_user_availability::request(session, &people, start, end)),
        ("Subscribe", subscribe::pull(session, &folders, 60)),
        ("GetEvents", get_events::request(session, "AAA=", "BBB=")),
        ("Unsubscribe", unsubscribe::request(session, "AAA=")),
    ];
    let formats = IdFormat::ALL.map(|to| convert_id::request(session, people[0], &["A=", "B="], IdFormat::EwsId, to));
    requests.extend(formats.map(|request| ("ConvertId", request)));
    let newer = [
        ("GetServerTimeZones", get_server_time_zones::request(session, &[])),
        ("GetServerTimeZones", get_server_time_zones::request(session, &["UTC"])),
        ("Subscribe", subscribe::streaming(session, &folders)),
        ("GetStreamingEvents", get_streaming_events::request(session, &["AAA="], 30)),
    ];
    requests.extend(newer.into_iter().filter_map(|(operation, request)| Some((operation, request?))));
    requests
}

/// Every request of every operation.
fn requests(session: &Session<'_>) -> Vec<(&'static str, Request)> {
    [folders(session), reads(session), writes(session), rest(session)].concat()
}

/// What `xmllint` says of these documents; `None` where there is no such program.
fn complaints(folder: &Path) -> Option<String> {
    let files = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let schema = format!("{CONTRACT}/soap.xsd");
    let output = Command::new("xmllint").args(["--noout", "--schema", &schema]).args(files).output().ok()?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    Some(said.lines().filter(|line| !line.ends_with(" validates")).collect::<Vec<_>>().join("\n"))
}

#[test]
fn every_request_is_as_the_schemas_have_it() {
    if !Path::new(CONTRACT).exists() {
        println!("skipped: no schemas at {CONTRACT}");
        return;
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("ews-requests");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("a folder");
    let mut written = 0;
    for session in sessions() {
        for (operation, request) in requests(&session) {
            written += 1;
            let file = folder.join(format!("{operation}-{written}-{}.xml", session.version.word()));
            std::fs::write(file, &request.body).expect("a file");
        }
    }
    match complaints(&folder) {
        Some(complaints) => assert_eq!(complaints, "", "{written} requests"),
        None => println!("skipped: there is no xmllint (Debian: apt-get install libxml2-utils)"),
    }
}

#[test]
fn each_request_uses_what_its_version_has() {
    use ServerVersion::*;
    let since = [
        ("ConversationId", Exchange2010Sp2),
        ("EndTimeZone", Exchange2010Sp2),
        ("FirstDayOfWeek", Exchange2010Sp2),
        ("GetServerTimeZones", Exchange2010Sp2),
        ("GetStreamingEvents", Exchange2010Sp2),
        ("StartTimeZone", Exchange2010Sp2),
        ("StreamingSubscriptionRequest", Exchange2010Sp2),
        ("WorkingElsewhere", Exchange2013Sp1),
    ];
    for session in sessions() {
        let bodies = requests(&session).into_iter().map(|(_, request)| String::from_utf8(request.body).expect("UTF-8"));
        let bodies: String = bodies.collect();
        for (word, first) in since {
            assert_eq!(bodies.contains(word), session.version >= first, "{word} {session:?}");
        }
    }
}

#[test]
fn the_known_codes_are_the_services() {
    let Ok(schema) = std::fs::read_to_string(format!("{CONTRACT}/messages.xsd")) else {
        println!("skipped: no schemas at {CONTRACT}");
        return;
    };
    for (code, _) in KNOWN_CODES {
        assert!(schema.contains(&format!("enumeration value=\"{code}\"")), "{code} isn't in the schema");
    }
}
