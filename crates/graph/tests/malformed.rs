//! Answers that are not what Graph promises: each gives a typed error, or an item of its own that can't be read; never a
//! panic, and never less of what stands beside it.

use mxs_core::{CrmId, Date, ExchangeId, Field, Fields, Instant, Kind, Patch, Version};
use mxs_graph::batch::{self, Part, PartOutcome};
use mxs_graph::delta::{self, DeltaItem, DeltaPage};
use mxs_graph::mail::{changes, letters, sent_copy};
use mxs_graph::task_lists::ListId;
use mxs_graph::{
    GraphError, Place, Wanted, Window, calendars, folders, identity, mail, mark, marked, me, subscriptions, task_lists,
};
use mxs_http::Response;
use mxs_malformed::{bodies, damaged, damaged_at};
use serde_json::{Value, json};

const WANTED: Wanted<'_> = Wanted { org: "7", zone: None, record_url: None };

fn contact(id: &str) -> Value {
    json!({
        "@odata.etag": "W/\"1\"", "id": id, "assistantName": "Grace", "birthday": "1974-07-22T11:59:00Z",
        "businessAddress": { "street": "1 Main St", "city": "Seattle", "state": "WA", "countryOrRegion": "USA", "postalCode": "98121" },
        "businessHomePage": "https://ada.example", "businessPhones": ["+1 1", "+1 2"], "categories": ["VIP"],
        "companyName": "Analytical Engines", "department": "R&D",
        "emailAddresses": [{ "name": "Ada L", "address": "ada@corp.example" }],
        "generation": "Jr.", "givenName": "Ada", "homeAddress": {}, "homePhones": ["+1 3"], "imAddresses": ["ada@chat"],
        "jobTitle": "Countess", "manager": "Charles", "middleName": "King", "mobilePhone": "+1 4", "nickName": "Countess",
        "officeLocation": "2/42", "otherAddress": { "city": "Paris" }, "profession": "Mathematician",
        "yomiCompanyName": "y", "yomiGivenName": "yg", "yomiSurname": "ys", "parentFolderId": "F",
        "personalNotes": "first\r\nsecond", "surname": "Lovelace", "title": null,
    })
}

fn task(id: &str) -> Value {
    json!({
        "@odata.etag": "W/\"1\"", "id": id, "title": "Call Ada", "importance": "high", "isReminderOn": true,
        "status": "waitingOnOthers", "categories": ["Sales"], "body": { "content": "<p>x</p>", "contentType": "html" },
        "dueDateTime": { "dateTime": "2026-11-23T23:00:00.0000000", "timeZone": "UTC" },
        "startDateTime": { "dateTime": "2026-11-20T23:00:00.0000000", "timeZone": "UTC" },
        "reminderDateTime": { "dateTime": "2026-11-24T08:30:15", "timeZone": "Eastern Standard Time" },
        "recurrence": { "pattern": { "type": "weekly", "interval": 1, "daysOfWeek": ["tuesday"], "firstDayOfWeek": "monday" },
            "range": { "type": "endDate", "startDate": "2026-11-24", "endDate": "2027-11-24", "recurrenceTimeZone": "UTC" } },
        "linkedResources": [{ "id": "L", "applicationName": "MS Exchange Sync", "displayName": "Offer", "externalId": "zoho:7:42" }],
    })
}

fn event(id: &str) -> Value {
    json!({
        "@odata.etag": "W/\"1\"", "id": id, "type": "singleInstance", "subject": "Offer", "iCalUId": "U",
        "body": { "contentType": "html", "content": "<p>x</p>" }, "isAllDay": false, "isOrganizer": true, "isOnlineMeeting": true,
        "onlineMeetingProvider": "teamsForBusiness", "location": { "displayName": "Room 1" }, "categories": ["Sales"],
        "start": { "dateTime": "2026-11-24T08:00:00.0000000", "timeZone": "UTC" },
        "end": { "dateTime": "2026-11-24T09:30:00.0000000", "timeZone": "UTC" }, "originalStartTimeZone": "Europe/Berlin",
        "isReminderOn": true, "reminderMinutesBeforeStart": 15, "sensitivity": "private", "showAs": "oof",
        "organizer": { "emailAddress": { "name": "O", "address": "o@corp.example" } },
        "attendees": [{ "type": "optional", "status": { "response": "accepted" },
            "emailAddress": { "name": "Bob", "address": "bob@corp.example" } }],
    })
}

/// A series with a day that was cancelled and one that differs.
fn series(id: &str) -> Value {
    let mut series = event(id);
    series["type"] = json!("seriesMaster");
    series["recurrence"] = json!({
        "pattern": { "type": "relativeMonthly", "interval": 2, "daysOfWeek": ["tuesday"], "index": "last" },
        "range": { "type": "numbered", "startDate": "2026-11-24", "numberOfOccurrences": 9, "recurrenceTimeZone": "Europe/Berlin" },
    });
    series["cancelledOccurrences"] = json!(["OID.AA=.2027-01-26"]);
    series["exceptionOccurrences"] = json!([{ "originalStart": "2027-03-30T07:00:00Z", "isAllDay": false, "start": { "dateTime": "2027-03-31T07:00:00" } }]);
    series
}

/// A day that differs from its series.
fn exception(id: &str) -> Value {
    let mut exception = event(id);
    exception["type"] = json!("exception");
    exception["seriesMasterId"] = json!("S");
    exception["originalStart"] = json!("2026-11-24T08:00:00Z");
    exception
}

fn message(id: &str) -> Value {
    let person = json!({ "emailAddress": { "name": "Ada", "address": "ada@corp.example" } });
    json!({
        "id": id, "internetMessageId": "<1@corp>", "receivedDateTime": "2026-11-24T08:00:00Z", "isDraft": false,
        "sentDateTime": "2026-11-24T07:59:00Z", "subject": "Offer", "body": { "contentType": "html", "content": "<p>x" },
        "from": person, "toRecipients": [person], "ccRecipients": [person], "bccRecipients": [], "categories": ["Family"],
        "singleValueExtendedProperties": [{ "id": "Integer 0x36", "value": "2" }],
        "internetMessageHeaders": [{ "name": "Sensitivity", "value": "private" }],
        "attachments": [{ "name": "a.pdf", "size": 5, "isInline": false }],
    })
}

fn subscription() -> Value {
    json!({
        "id": "1", "resource": "/users/u/contacts", "notificationUrl": "https://f.example/told", "clientState": "s",
        "changeType": "created", "expirationDateTime": "2026-11-25T08:00:00Z",
    })
}

fn notice(id: &str) -> Value {
    json!({
        "subscriptionId": "i", "subscriptionExpirationDateTime": "2026-11-25T08:00:00Z", "clientState": "s",
        "tenantId": "t", "changeType": "created", "resource": "Users/u/Contacts/1",
        "resourceData": { "@odata.type": "#Microsoft.Graph.Contact", "@odata.id": "Users/u/Contacts/1", "id": id },
    })
}

fn posted(notices: &[Value]) -> Value {
    json!({ "value": notices, "validationTokens": [] })
}

fn page(items: &[Value]) -> Value {
    json!({ "value": items, "@odata.nextLink": "https://graph/next", "@odata.count": items.len() })
}

fn date(text: &str) -> Date {
    Date::parse(text).expect("a date")
}

fn calendar() -> Place {
    Place::Calendar { id: Some("C".into()), window: Window { start: date("2026-01-01"), end: date("2027-01-01") } }
}

fn list() -> Place {
    Place::TaskList(ListId::new("L"))
}

fn answer(body: impl Into<Vec<u8>>) -> Response {
    Response::new(200).body("application/json", body)
}

/// Reads a batch with one answer.
fn read_one(kind: Kind, part: Part<'_>, response: &Response) -> Result<PartOutcome, GraphError> {
    batch::parse(kind, response, &[part], &WANTED).and_then(|mut outcomes| outcomes.remove(0))
}

/// Whether a reader took an answer for what it is to be.
type Reader = Box<dyn Fn(&Response) -> bool>;

/// Every reader of the client, with a message that it takes.
fn readers() -> Vec<(&'static str, Value, Reader)> {
    fn reader<T>(
        name: &'static str,
        message: Value,
        read: impl Fn(&Response) -> Result<T, GraphError> + 'static,
    ) -> (&'static str, Value, Reader) {
        (name, message, Box::new(move |response| read(response).is_ok()))
    }
    let part_of = |body: Value| json!({ "responses": [{ "id": "0", "status": 200, "headers": {}, "body": body }] });
    let items = || [ExchangeId::new("1")];
    let refused = json!({ "responses": [{ "id": "0", "status": 429, "headers": { "Retry-After": "2" },
        "body": { "error": { "code": "x", "message": "y", "innerError": { "code": "z" } } } }] });
    let update = |response: &Response| {
        let (id, version, patch, current) =
            (ExchangeId::new("1"), Version::new("e"), Patch::default(), Fields::default());
        let (current, patch) = (&current, &patch);
        let part = Part::Update { id: &id, folder: "F", version: &version, patch, current, mark: None, body: None };
        read_one(Kind::Event, part, response)
    };
    let occurrence = |response: &Response| {
        let series = ExchangeId::new("S");
        let berlin = Fields::default().with(Field::Zone, "Europe/Berlin");
        let part = Part::Occurrence { series: &series, day: date("2026-11-24"), current: &berlin };
        read_one(Kind::Event, part, response)
    };
    let find_mark =
        |response: &Response| read_one(Kind::Task, Part::FindMark { id: &ExchangeId::new("1"), folder: "L" }, response);
    let html = |response: &Response| read_one(Kind::Event, Part::Body { id: &ExchangeId::new("1") }, response);
    let marked_contact =
        json!({ "id": "1", "singleValueExtendedProperties": [{ "id": mark::PROPERTY_ID, "value": "zoho:7:42" }] });
    vec![
        reader("contacts", page(&[contact("1")]), |r| delta::parse(&Place::Contacts, r, &WANTED)),
        reader("tasks", page(&[task("1")]), |r| delta::parse(&list(), r, &WANTED)),
        reader("events", page(&[event("1"), series("2"), exception("3")]), |r| delta::parse(&calendar(), r, &WANTED)),
        reader("a contact", part_of(contact("1")), get(Kind::Contact)),
        reader("a task", part_of(task("1")), get(Kind::Task)),
        reader("an event", part_of(event("1")), get(Kind::Event)),
        reader("a series", part_of(series("1")), get(Kind::Event)),
        reader("an exception", part_of(exception("1")), get(Kind::Event)),
        reader("a change", part_of(event("1")), update),
        reader("an occurrence", part_of(page(&[exception("1")])), occurrence),
        reader("a body", part_of(event("1")), html),
        reader("a mark", part_of(json!({ "value": task("1")["linkedResources"] })), find_mark),
        reader("a refusal", refused, |r| {
            // What is taken here is a refusal that says what it is.
            match get(Kind::Contact)(r) {
                Err(error) if error.status == 429 => Ok(()),
                other => other.map(drop),
            }
        }),
        reader("marked items", page(&[marked_contact]), |r| marked::parse(r, "7")),
        reader("a count", page(&[]), marked::parse_count),
        reader("contact folders", page(&[json!({ "id": "1", "displayName": "F" })]), folders::parse_list),
        reader("a folder", json!({ "id": "1" }), folders::parse_contact_folder),
        reader("the default folder", page(&[contact("1")]), folders::parse_default_folder),
        reader(
            "calendars",
            page(&[json!({ "id": "1", "name": "C", "canEdit": true, "isDefaultCalendar": true,
                "owner": { "name": "A", "address": "a@corp.example" } })]),
            calendars::parse_list,
        ),
        reader(
            "task lists",
            page(&[json!({ "id": "1", "displayName": "T", "isOwner": true, "wellknownListName": "defaultList" })]),
            task_lists::parse_delta,
        ),
        reader(
            "me",
            json!({ "id": "1", "displayName": "A", "mail": "a@corp", "userPrincipalName": "a@corp" }),
            me::parse,
        ),
        reader("mail", page(&[message("1")]), changes::parse),
        reader("listed mail", page(&[message("1")]), changes::parse_listed),
        reader("a letter", part_of(message("1")), move |r| {
            letters::parse(r, &items()).and_then(|mut all| all.remove(0))
        }),
        reader("a glance", part_of(message("1")), move |r| {
            letters::parse_glance(r, &items()).and_then(|mut all| all.remove(0))
        }),
        reader("a copy", part_of(page(&[message("1")])), |r| {
            sent_copy::parse_find(r, &["1".to_owned()]).and_then(|mut all| all.remove(0))
        }),
        reader("a copy that was made", part_of(message("1")), |r| {
            let person = letters::Person { name: String::new(), address: "a@x.example".into() };
            let (from, at) = (&person, Instant::from_seconds(0));
            let copy =
                sent_copy::SentByCrm { id: "1", at, subject: "", content: "", safe: true, from, to: &[], cc: &[] };
            sent_copy::parse(r, &[copy]).and_then(|mut all| all.remove(0))
        }),
        reader(
            "mail folders",
            page(&[json!({ "id": "1", "displayName": "Inbox", "childFolderCount": 1, "isHidden": false })]),
            mail::folders::parse,
        ),
        reader("a subscription", subscription(), subscriptions::parse),
        reader("subscriptions", page(&[subscription()]), subscriptions::parse_list),
        (
            "notices",
            posted(&[notice("1"), notice("2")]),
            Box::new(|response| subscriptions::read(&response.body).is_ok_and(|posted| !posted.notices.is_empty())),
        ),
        (
            "tokens",
            json!({ "access_token": "a", "refresh_token": "r", "expires_in": 3600, "scope": "x y" }),
            Box::new(|response| identity::parse_token(response).is_ok()),
        ),
    ]
}

fn get(kind: Kind) -> impl Fn(&Response) -> Result<PartOutcome, GraphError> {
    move |response| read_one(kind, Part::Get { id: &ExchangeId::new("1"), folder: "F" }, response)
}

#[test]
fn no_answer_makes_a_reader_fail() {
    for (name, message, read) in readers() {
        assert!(read(&answer(message.to_string())), "{name}: the message itself is taken");
        for damaged in damaged(&message) {
            let response = answer(damaged.message.to_string());
            let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| read(&response)));
            assert!(outcome.is_ok(), "{name}: {} at {}", damaged.by, damaged.at);
        }
        for body in bodies(&message.to_string()) {
            let shown = String::from_utf8_lossy(&body).chars().take(80).collect::<String>();
            let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| read(&answer(body))));
            assert!(outcome.is_ok(), "{name}: {shown}");
        }
    }
}

/// What makes an item of an id.
type Item = fn(&str) -> Value;

/// Places with an item of each kind, and the item.
fn places() -> [(Place, Item); 5] {
    [(Place::Contacts, contact), (list(), task), (calendar(), event), (calendar(), series), (calendar(), exception)]
}

#[test]
fn what_stands_beside_an_item_goes_through_whatever_the_item_says() {
    for (place, item) in places() {
        let whole = page(&[item("1"), item("2"), item("3")]);
        let read = |message: &Value| delta::parse(&place, &answer(message.to_string()), &WANTED);
        let healthy = read(&whole).expect("a page").items;
        let of = |items: &[(ExchangeId, DeltaItem)], wanted: &str| -> Vec<DeltaItem> {
            items.iter().filter(|(id, _)| id.as_str() == wanted).map(|(_, item)| item.clone()).collect()
        };
        for damaged in damaged_at(&whole, "/value/1").filter(|damaged| damaged.at != "/value/1") {
            let case = || format!("{:?}: {} at {}", place, damaged.by, damaged.at);
            let names_itself = damaged.message["value"][1]["id"].as_str().is_some_and(|id| !id.is_empty());
            match read(&damaged.message) {
                Ok(DeltaPage { items, .. }) => {
                    for id in ["1", "3"] {
                        assert_eq!(of(&items, id), of(&healthy, id), "{}", case());
                    }
                }
                // Of an item without a name nobody can say that it waits.
                Err(_) => assert!(!names_itself, "{}", case()),
            }
        }
    }
}

#[test]
fn what_stands_beside_a_notice_is_told_whatever_the_notice_says() {
    let whole = posted(&[notice("1"), notice("2"), notice("3")]);
    let read = |message: &Value| subscriptions::read(message.to_string().as_bytes()).expect("a list");
    let healthy = read(&whole).notices;
    for damaged in damaged_at(&whole, "/value/1").filter(|damaged| damaged.at != "/value/1") {
        let posted = read(&damaged.message);
        let case = format!("{} at {}", damaged.by, damaged.at);
        assert_eq!((posted.notices.first(), posted.notices.last()), (healthy.first(), healthy.last()), "{case}");
        assert_eq!(posted.notices.len() + posted.unreadable, 3, "{case}");
        // Whoever doesn't say the secret isn't believed, whatever else they say.
        let secret = damaged.message["value"][1]["clientState"].as_str().unwrap_or_default();
        let is_known = |notice: &subscriptions::Notice| notice.knows(&identity::Secret::new("s"));
        let believed = posted.notices.get(1).filter(|_| posted.unreadable == 0).is_some_and(is_known);
        assert!(!believed || secret == "s", "{case}");
    }
}

#[test]
fn what_cannot_be_read_is_not_taken_for_empty() {
    let parts = [
        (Kind::Contact, Place::Contacts, contact as fn(&str) -> Value),
        (Kind::Task, list(), task),
        (Kind::Event, calendar(), event),
        (Kind::Event, calendar(), series),
        (Kind::Event, calendar(), exception),
    ];
    for (kind, place, item) in parts {
        let get = |item: &Value| {
            let batch = json!({ "responses": [{ "id": "0", "status": 200, "body": item }] });
            let id = ExchangeId::new("1");
            match read_one(kind, Part::Get { id: &id, folder: "F" }, &answer(batch.to_string())) {
                Ok(PartOutcome::Read(seen)) => Some(seen),
                _ => None,
            }
        };
        let list = |item: &Value| {
            let page = delta::parse(&place, &answer(page(std::slice::from_ref(item)).to_string()), &WANTED).ok()?;
            match page.items.into_iter().next() {
                Some((_, DeltaItem::Present(seen))) => Some(seen),
                _ => None,
            }
        };
        let healthy = get(&item("1")).expect("an item");
        for damaged in damaged(&item("1")).filter(|damaged| damaged.is_of_another_type) {
            for seen in [get(&damaged.message), list(&damaged.message)].into_iter().flatten() {
                let lost: Vec<Field> = healthy
                    .fields
                    .iter()
                    .map(|(field, _)| field)
                    .filter(|field| seen.fields.get(*field).is_none() && *field != Field::Exclusions)
                    .collect();
                assert_eq!(lost, [], "{kind:?}: {} at {}", damaged.by, damaged.at);
                let is_mark = damaged.at.starts_with("/linkedResources");
                assert!(is_mark || seen.mark == healthy.mark, "{kind:?}: {} at {}", damaged.by, damaged.at);
            }
        }
    }
}

#[test]
fn a_text_that_was_cut_in_half_leaves_the_rest_as_it_is() {
    let body = page(&[contact("1"), contact("2")]).to_string().replacen("Countess", "Count\\ud83d", 1);
    let page = delta::parse(&Place::Contacts, &answer(body), &WANTED).expect("a page");
    let title = |index: usize| match &page.items[index] {
        (_, DeltaItem::Present(seen)) => seen.fields.text(Field::JobTitle).to_owned(),
        other => panic!("{other:?}"),
    };
    assert_eq!((title(0), title(1)), ("Count\u{fffd}".to_owned(), "Countess".to_owned()));
}

#[test]
fn a_mark_is_ours_or_none() {
    for text in mxs_malformed::texts() {
        let found = mark::parse(&text, "7");
        assert!(found.is_none_or(|id: CrmId| id.as_str().bytes().all(|digit| digit.is_ascii_digit())), "{text}");
    }
    assert!(Instant::parse("2026-02-30T00:00:00Z").is_err());
}
