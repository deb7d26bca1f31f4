//! The requests against Microsoft's own description of the service, where a copy of it is at hand.

use mxs_core::{CrmId, ExchangeId, Field, Fields, Kind, Patch, Value, Version};
use mxs_graph::batch::{self, Part};
use mxs_graph::identity::Secret;
use mxs_graph::mark::Mark;
use mxs_graph::subscriptions::{self, Creation, Resource};
use mxs_graph::task::{Body, BodyKind, Importance, Status, TaskChange, TaskMark};
use mxs_graph::task_lists::{self, ListId};
use mxs_graph::times::ZonedTime;
use mxs_graph::{Place, Wanted, calendars, contact, delta, event, folders, marked, me, task};
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::path::Path;

const METADATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/contracts/graph/v1.0.csdl");

const WANTED: Wanted<'_> = Wanted { org: "7", zone: None, record_url: None };

/// The types of one entity or complex type's properties and navigation properties, by name.
type Type<'a> = BTreeMap<&'a str, &'a str>;

fn metadata() -> Option<String> {
    if !Path::new(METADATA).exists() {
        println!("skipped: no metadata document at {METADATA}");
        return None;
    }
    std::fs::read_to_string(METADATA).ok()
}

fn attribute<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = line.split_once(&format!(" {name}=\""))?;
    rest.split_once('"').map(|(value, _)| value)
}

/// The properties of a type and of what it is based on.
fn properties<'a>(metadata: &'a str, name: &str) -> Type<'a> {
    let starts = ["EntityType", "ComplexType"].map(|kind| format!("<{kind} Name=\"{name}\""));
    let mut properties = Type::new();
    let mut inside = false;
    for line in metadata.lines().map(str::trim) {
        if starts.iter().any(|start| line.starts_with(start.as_str())) {
            inside = true;
            if let Some(base) = attribute(line, "BaseType") {
                properties = self::properties(metadata, base.trim_start_matches("graph."));
            }
        } else if inside && (line.starts_with("</EntityType") || line.starts_with("</ComplexType")) {
            break;
        } else if inside && (line.starts_with("<Property ") || line.starts_with("<NavigationProperty ")) {
            let name = attribute(line, "Name").expect("a name");
            properties.insert(name, attribute(line, "Type").expect("a type"));
        }
    }
    assert!(!properties.is_empty(), "the metadata document has no type {name}");
    properties
}

/// Whether `json` fits the type `named`, all the way down.
fn check(metadata: &str, named: &str, json: &Json, path: &str) {
    if let Some(element) = named.strip_prefix("Collection(").and_then(|name| name.strip_suffix(')')) {
        let list = json.as_array().unwrap_or_else(|| panic!("{path} is no list: {json}"));
        list.iter().for_each(|json| check(metadata, element, json, path));
    } else if let Some(members) = named.strip_prefix("graph.").and_then(|name| members_of_enumeration(metadata, name)) {
        let text = json.as_str().unwrap_or_else(|| panic!("{path} is no text: {json}"));
        assert!(members.contains(&text), "{path}: {text} is none of {members:?}");
    } else if let Some(name) = named.strip_prefix("graph.").filter(|_| !json.is_null()) {
        let object = json.as_object().unwrap_or_else(|| panic!("{path} is no object: {json}"));
        let properties = properties(metadata, name);
        for (member, json) in object {
            let path = format!("{path}/{member}");
            let named = properties.get(member.as_str()).unwrap_or_else(|| panic!("{path} isn't in the metadata"));
            check(metadata, named, json, &path);
        }
    } else if named == "Edm.Boolean" {
        assert!(json.is_boolean(), "{path} is no truth value: {json}");
    } else if named == "Edm.Int32" {
        assert!(json.is_i64(), "{path} is no number: {json}");
    } else if !json.is_null() {
        let text = json.as_str().unwrap_or_else(|| panic!("{path} is no text: {json}"));
        match named {
            "Edm.String" => {}
            "Edm.Date" => assert!(text.parse::<jiff::civil::Date>().is_ok(), "{path}: {text} is no date"),
            "Edm.DateTimeOffset" => assert!(text.parse::<jiff::Timestamp>().is_ok(), "{path}: {text} is no moment"),
            other => panic!("{path} is {other}, which no body of ours should name"),
        }
    }
}

/// The names of an enumeration's values.
fn members_of_enumeration<'a>(metadata: &'a str, name: &str) -> Option<Vec<&'a str>> {
    let start = format!("<EnumType Name=\"{name}\"");
    let lines = metadata.lines().map(str::trim).skip_while(|line| !line.starts_with(&start));
    let members = lines.take_while(|line| !line.starts_with("</EnumType"));
    let names: Vec<&str> =
        members.filter(|line| line.starts_with("<Member ")).filter_map(|line| attribute(line, "Name")).collect();
    (!names.is_empty()).then_some(names)
}

fn everything() -> Fields {
    let mut fields: Fields = contact::FIELDS
        .iter()
        .copied()
        .filter_map(|field| Some((field, Value::text(&format!("a {}", field.name()))?)))
        .collect();
    fields.put(Field::Categories, Value::set(["Sales", "VIP"]));
    fields.put(Field::Birthday, mxs_core::Date::new(1974, 7, 22).ok().map(Value::Date));
    fields
}

#[test]
fn bodies_name_only_what_the_metadata_has_and_with_its_types() {
    let Some(metadata) = metadata() else { return };
    let crm = CrmId::new("42");
    let mark = Some(Mark { org: "7", crm: &crm });
    let all = everything();
    let emptied = Patch::from_iter(contact::FIELDS.iter().map(|field| (*field, None)));
    let changed = Patch::from_iter(contact::FIELDS.iter().map(|field| (*field, Value::text("other"))));
    let bodies = [
        contact::create_body(&all, mark),
        contact::patch_body(&emptied, &all, mark),
        contact::patch_body(&emptied, &Fields::default(), None),
        contact::patch_body(&changed, &all, None),
    ];
    for body in bodies {
        check(&metadata, "graph.contact", &body, "contact");
    }
}

#[test]
fn what_is_selected_exists_and_all_that_is_written_is_read_again() {
    let Some(metadata) = metadata() else { return };
    let known = properties(&metadata, "contact");
    let selected: Vec<&str> = contact::SELECT.split(',').collect();
    for name in &selected {
        assert!(known.contains_key(name), "{name}");
    }
    let body = contact::create_body(&everything(), None);
    for name in body.as_object().expect("an object").keys() {
        assert!(selected.contains(&name.as_str()), "{name} is written and not read");
    }
    let user = properties(&metadata, "user");
    let query = me::request().url.split_once("$select=").expect("a select").1.to_owned();
    for name in query.split(',') {
        assert!(user.contains_key(name), "{name}");
    }
}

#[test]
fn paths_are_ways_through_the_metadata() {
    let Some(metadata) = metadata() else { return };
    let user = properties(&metadata, "user");
    assert_eq!(user.get("contacts"), Some(&"Collection(graph.contact)"));
    assert_eq!(user.get("contactFolders"), Some(&"Collection(graph.contactFolder)"));
    let delta = metadata.split("<Function Name=\"delta\"").any(|function| {
        let parameter = function.split("</Function>").next().unwrap_or_default();
        parameter.contains("Type=\"Collection(graph.contact)\"")
    });
    assert!(delta, "contacts have no delta function");

    let (id, version, nothing) = (ExchangeId::new("I"), Version::new("V"), Fields::default());
    let parts =
        [Part::Get { id: &id, folder: "" }, Part::Delete { id: &id, folder: "", version: &version, current: &nothing }];
    let batch = batch::request(Kind::Contact, &parts, &WANTED);
    let (default, other) = (folders::default_folder().url, folders::contact_folder("F").url);
    let marked = marked::start(&Place::Contacts).expect("a request").url;
    let count = marked::count(&Place::Contacts).expect("a request").url;
    let urls =
        [me::request().url, delta::start(&Place::Contacts, &WANTED).url, marked, count, batch.url, default, other];
    let paths: Vec<&str> = urls.iter().filter_map(|url| url.split('?').next()).collect();
    let wanted = [
        "/v1.0/me",
        "/v1.0/me/contacts/delta",
        "/v1.0/me/contacts",
        "/v1.0/me/contacts",
        "/v1.0/$batch",
        "/v1.0/me/contacts",
        "/v1.0/me/contactFolders/F",
    ];
    assert_eq!(paths, wanted);
}

#[test]
fn bodies_of_tasks_name_only_what_the_metadata_has_and_with_its_types() {
    let Some(metadata) = metadata() else { return };
    let crm = CrmId::new("42");
    let mark = TaskMark { mark: Mark { org: "7", crm: &crm }, title: "Offer", web_url: Some("https://crm.example") };
    let day = || Some(ZonedTime::day(mxs_core::Date::new(2026, 11, 24).expect("a date"), "UTC"));
    let rule = serde_json::json!({
        "pattern": { "type": "weekly", "interval": 1, "daysOfWeek": ["monday"], "firstDayOfWeek": "sunday" },
        "range": { "type": "noEnd", "startDate": "2026-11-24" },
    });
    let statuses =
        [Status::NotStarted, Status::InProgress, Status::Completed, Status::WaitingOnOthers, Status::Deferred];
    let importances = [Importance::Low, Importance::Normal, Importance::High];
    let kinds = [BodyKind::Html, BodyKind::Text];
    let single = statuses.map(TaskChange::Status).into_iter().chain(importances.map(TaskChange::Importance));
    let bodies = kinds.map(|kind| TaskChange::Body(Body { kind, content: "c".into() }));
    for change in single.chain(bodies) {
        check(&metadata, "graph.todoTask", &task::patch_body(&[change]), "todoTask");
    }
    let all = [
        TaskChange::Subject("T".into()),
        TaskChange::Categories(vec!["c".into()]),
        TaskChange::Due(day()),
        TaskChange::Start(day()),
        TaskChange::Reminder(day()),
        TaskChange::Completed(None),
        TaskChange::Recurrence(Some(rule)),
    ];
    let body = task::create_body(&all, Some(mark));
    check(&metadata, "graph.todoTask", &body, "todoTask");
    check(&metadata, "graph.linkedResource", &body["linkedResources"][0], "linkedResource");
}

#[test]
fn paths_of_tasks_are_ways_through_the_metadata() {
    let Some(metadata) = metadata() else { return };
    let ways = [
        ("user", "todo", "graph.todo"),
        ("todo", "lists", "Collection(graph.todoTaskList)"),
        ("todoTaskList", "tasks", "Collection(graph.todoTask)"),
        ("todoTask", "linkedResources", "Collection(graph.linkedResource)"),
    ];
    for (from, name, to) in ways {
        assert_eq!(properties(&metadata, from).get(name), Some(&to), "{from}/{name}");
    }
    for followed in ["todoTask", "todoTaskList"] {
        let delta = metadata.split("<Function Name=\"delta\"").any(|function| {
            let parameter = function.split("</Function>").next().unwrap_or_default();
            parameter.contains(&format!("Type=\"Collection(graph.{followed})\""))
        });
        assert!(delta, "{followed} has no delta function");
    }
    let (list, id, version) = (ListId::new("L"), ExchangeId::new("I"), Version::new("V"));
    let nothing = Fields::default();
    let parts = [
        Part::Get { id: &id, folder: "L" },
        Part::Delete { id: &id, folder: "L", version: &version, current: &nothing },
    ];
    let batch: Json = serde_json::from_slice(&batch::request(Kind::Task, &parts, &WANTED).body).expect("JSON");
    let urls = [
        task_lists::delta_start().url,
        delta::start(&Place::TaskList(list), &WANTED).url,
        batch["requests"][0]["url"].as_str().expect("an address").to_owned(),
    ];
    let wanted = [
        "/v1.0/me/todo/lists/delta",
        "/v1.0/me/todo/lists/L/tasks/delta?$expand=linkedResources",
        "/me/todo/lists/L/tasks/I?$expand=linkedResources",
    ];
    assert_eq!(urls, wanted);
}

fn event() -> Fields {
    let words = [
        (Field::Subject, "Offer"),
        (Field::Notes, "notes"),
        (Field::Location, "Room 1"),
        (Field::Zone, "Europe/Berlin"),
        (Field::Recurrence, "FREQ=WEEKLY;BYDAY=TU;COUNT=5"),
        (Field::Sensitivity, "private"),
        (Field::AttendeeAnswers, "Bob <bob@x> (optional): none\nRoom <room@x> (resource): none"),
    ];
    let mut fields = words.into_iter().fold(Fields::default(), |fields, (field, text)| fields.with(field, text));
    let moment = |text| Some(Value::Moment(mxs_core::Instant::parse(text).expect("a moment")));
    fields.put(Field::Start, moment("2026-11-24T08:00:00Z"));
    fields.put(Field::End, moment("2026-11-24T09:00:00Z"));
    fields.put(Field::Reminder, Some(Value::Number(15)));
    fields.put(Field::Categories, Value::set(["Sales"]));
    fields.put(Field::Attendees, Value::set(["bob@x", "room@x", "new@x"]));
    fields
}

#[test]
fn bodies_of_events_name_only_what_the_metadata_has_and_with_its_types() {
    let Some(metadata) = metadata() else { return };
    let crm = CrmId::new("42");
    let mark = Mark { org: "7", crm: &crm };
    let all = event();
    let everything: Patch = all.iter().map(|(field, value)| (field, Some(value.clone()))).collect();
    let emptied = Patch::from_iter(all.iter().map(|(field, _)| (field, None)));
    let day = |day| mxs_core::Date::new(2026, 11, day).ok().map(Value::Date);
    let whole_day = Patch::from_iter([(Field::Start, day(24)), (Field::End, day(25))]);
    let mut bodies = vec![
        event::create_body(&all, mark, "T", None),
        event::patch_body(&everything, &all, Some(mark), None, None),
        event::patch_body(&emptied, &all, None, None, None),
        event::patch_body(&whole_day, &all, None, None, None),
    ];
    for shown in ["free", "tentative", "busy", "oof", "working_elsewhere"] {
        bodies.push(event::patch_body(
            &Patch::from_iter([(Field::ShowAs, Value::text(shown))]),
            &all,
            None,
            None,
            None,
        ));
    }
    for sensitivity in ["personal", "private", "confidential"] {
        let patch = Patch::from_iter([(Field::Sensitivity, Value::text(sensitivity))]);
        bodies.push(event::patch_body(&patch, &all, None, None, None));
    }
    for rule in ["FREQ=DAILY", "FREQ=MONTHLY;BYDAY=-1FR", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=3;UNTIL=20300101"] {
        let patch = Patch::from_iter([(Field::Recurrence, Value::text(rule))]);
        let body = event::patch_body(&patch, &all, None, None, None);
        assert!(body["recurrence"].is_object(), "{rule}");
        bodies.push(body);
    }
    for body in bodies {
        check(&metadata, "graph.event", &body, "event");
    }
}

#[test]
fn what_is_asked_of_events_and_calendars_exists() {
    let Some(metadata) = metadata() else { return };
    let known = properties(&metadata, "event");
    for name in event::SELECT.split(',').chain([
        "exceptionOccurrences",
        "singleValueExtendedProperties",
        "calendar",
        "instances",
    ]) {
        assert!(known.contains_key(name), "{name}");
    }
    let ways = [
        ("user", "events", "Collection(graph.event)"),
        ("user", "calendarView", "Collection(graph.event)"),
        ("user", "calendars", "Collection(graph.calendar)"),
        ("calendar", "events", "Collection(graph.event)"),
        ("calendar", "calendarView", "Collection(graph.event)"),
    ];
    for (from, name, to) in ways {
        assert_eq!(properties(&metadata, from).get(name), Some(&to), "{from}/{name}");
    }
    let selected = |request: mxs_http::Request| request.url.split_once("$select=").expect("a select").1.to_owned();
    for (named, request) in [("calendar", calendars::list_start()), ("contactFolder", folders::list_start())] {
        let known = properties(&metadata, named);
        for name in selected(request).split(',') {
            assert!(known.contains_key(name), "{named}/{name}");
        }
    }
}

#[test]
fn subscriptions_name_only_what_the_metadata_has_and_with_its_types() {
    let Some(metadata) = metadata() else { return };
    let secret = Secret::new("s");
    let now: jiff::Timestamp = "2026-11-22T10:00:00Z".parse().expect("a moment");
    let creation = Creation {
        resource: &Resource::Contacts,
        user: "u",
        notification_url: "https://f.example/told",
        lifecycle_url: "https://f.example/life",
        client_state: &secret,
        now,
    };
    for request in [subscriptions::create(&creation), subscriptions::renew("1", now)] {
        let body: Json = serde_json::from_slice(&request.body).expect("JSON");
        check(&metadata, "graph.subscription", &body, "subscription");
        let names = members_of_enumeration(&metadata, "changeType").expect("an enumeration");
        let asked = body["changeType"].as_str().into_iter().flat_map(|names| names.split(','));
        asked.for_each(|name| assert!(names.contains(&name), "{name}"));
    }
    assert!(metadata.contains("<EntitySet Name=\"subscriptions\" EntityType=\"microsoft.graph.subscription\""));
    let reauthorize = metadata.split("<Action Name=\"reauthorize\"").nth(1).expect("an action");
    assert!(reauthorize.split("</Action>").next().is_some_and(|action| action.contains("graph.subscription")));
    // What is read of notices, and every word that is understood.
    let notice = properties(&metadata, "changeNotification");
    for name in [
        "changeType",
        "clientState",
        "lifecycleEvent",
        "resourceData",
        "subscriptionExpirationDateTime",
        "subscriptionId",
        "tenantId",
    ] {
        assert!(notice.contains_key(name), "{name}");
    }
    for (enumeration, member) in [("changeType", "changeType"), ("lifecycleEventType", "lifecycleEvent")] {
        for word in members_of_enumeration(&metadata, enumeration).expect("an enumeration") {
            let body = serde_json::json!({ "value": [{ "subscriptionId": "i", member: word }] });
            let read = subscriptions::read(body.to_string().as_bytes()).expect("a list");
            assert_eq!(read.unreadable, 0, "{word}");
        }
    }
}
