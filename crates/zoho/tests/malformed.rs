//! Answers that are not what the CRM promises: each gives a typed error, or a record of its own that can't be read;
//! never a panic, never less of what stands beside it, and never another content than was meant.

use mxs_core::{CrmId, Instant, Seen, VendorRefusal};
use mxs_http::Response;
use mxs_malformed::{bodies, damaged, damaged_at};
use mxs_zoho::emails::people::PeopleModule;
use mxs_zoho::emails::{associate, composite, listed, people as addressed, sales_inbox};
use mxs_zoho::notifications::{self, Channel, ChannelId};
use mxs_zoho::oauth::{DataCentre, OauthError, parse_revoked, parse_token};
use mxs_zoho::records::{self, Page, Record};
use mxs_zoho::{Module, Names, Owners, People, ZohoError, accounts, details, leads, org, people, users};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use std::panic::{AssertUnwindSafe, catch_unwind};

const MOMENT: &str = "2026-03-02T09:00:00+01:00";

fn answer(body: impl Into<Vec<u8>>) -> Response {
    Response::new(200).body("application/json", body)
}

/// What a query selects.
fn columns(names: &Names) -> Vec<String> {
    let request = records::changes(names, &Owners::everybody(), None, None);
    let body: Value = serde_json::from_slice(&request.body).expect("JSON");
    let query = body["select_query"].as_str().expect("a query");
    let columns = query.strip_prefix("select ").and_then(|rest| rest.split_once(" from ")).expect("columns").0;
    columns.split(", ").map(str::to_owned).collect()
}

/// A row of a query, with every column of a module filled.
fn row(names: &Names, id: &str) -> Value {
    let mut row = json!({ "id": id });
    for path in columns(names) {
        row[&path] = match path.as_str() {
            "Date_of_Birth" | "Due_Date" => json!("1974-07-22"),
            "Status" => json!("In Progress"),
            "Priority" => json!("High"),
            "All_day" => json!(false),
            path if path.ends_with("Time") || path.ends_with("_DateTime") => json!(MOMENT),
            _ => json!("x"),
        };
    }
    row
}

/// What queries can't tell of a record, of every module at once.
fn detail(module: Module, id: &str) -> Value {
    let mut detail = json!({
        "id": id, "Tag": [{ "name": "VIP", "id": "5" }], "Owner": { "id": "5", "email": "o@corp.example" },
        "Participants": [
            { "type": "email", "participant": "ada@corp.example", "Email": "ada@corp.example" },
            { "type": "user", "participant": "5", "Email": "o@corp.example" },
        ],
        "Start_DateTime": MOMENT, "Due_Date": "2026-03-02", "Remind_At": [{ "unit": 1, "period": "hours" }],
        "Recurring_Activity": { "RRULE": "FREQ=WEEKLY;INTERVAL=1;BYDAY=MO", "EXDATE": "2026-03-09" },
    });
    if module == Module::Tasks {
        detail["Remind_At"] = json!({ "ALARM": format!("FREQ=NONE;ACTION=POPUP;TRIGGER=DATE-TIME:{MOMENT}") });
    }
    detail
}

fn page(rows: &[Value]) -> Value {
    json!({ "data": rows, "info": { "count": rows.len(), "more_records": true } })
}

fn read(names: &Names, message: &Value) -> Result<Page, ZohoError> {
    records::parse_page(names, &answer(message.to_string()))
}

/// What a reader made of a damaged message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Refused,
    /// What is damaged makes no difference, or is set apart.
    Same,
    /// It was read, and says something else.
    Other,
}

struct Reader {
    name: String,
    /// What it takes.
    message: Value,
    read: Box<dyn Fn(&Response) -> Outcome>,
}

/// A reader that takes a message, and when a second reading says the same as the first.
fn reader_as<T: 'static>(
    name: &str,
    message: Value,
    read: impl Fn(&Response) -> Result<T, ZohoError> + 'static,
    is_same: impl Fn(&T, &T) -> bool + 'static,
) -> Reader {
    let whole = read(&answer(message.to_string())).unwrap_or_else(|error| panic!("{name}: {error}"));
    let outcome = move |response: &Response| match read(response) {
        Err(_) => Outcome::Refused,
        Ok(read) if is_same(&whole, &read) => Outcome::Same,
        Ok(_) => Outcome::Other,
    };
    Reader { name: name.to_owned(), message, read: Box::new(outcome) }
}

fn reader<T: PartialEq + 'static>(
    name: &str,
    message: Value,
    read: impl Fn(&Response) -> Result<T, ZohoError> + 'static,
) -> Reader {
    reader_as(name, message, read, T::eq)
}

/// Whether a record says the same. A number is text where an organisation made one of a field that is text elsewhere.
fn says_the_same(whole: &Seen, read: &Seen) -> bool {
    let is_number = |text: &str| text.parse::<f64>().is_ok();
    let same = whole.fields.iter().all(|(field, value)| match read.fields.get(field) {
        Some(found) => found == value || found.as_text().is_some_and(is_number),
        None => false,
    });
    same && read.fields.iter().count() == whole.fields.iter().count() && read.version == whole.version
}

fn is_same_page(whole: &Page, read: &Page) -> bool {
    let is_known = |record: &Record| {
        whole.records.iter().any(|known| {
            known.id == record.id && known.created == record.created && says_the_same(&known.seen, &record.seen)
        })
    };
    let count = |page: &Page| page.records.len() + page.unreadable.len();
    read.more == whole.more && count(read) == count(whole) && read.records.iter().all(is_known)
}

/// The same records with the same details, but for those that are set apart.
fn are_same_details(whole: &[Result<Record, CrmId>], read: &[Result<Record, CrmId>]) -> bool {
    let is_same = |(whole, read): (&Result<Record, CrmId>, &Result<Record, CrmId>)| match read {
        Ok(record) => whole.as_ref() == Ok(record),
        Err(id) => whole.as_ref().is_ok_and(|whole: &Record| whole.id == *id),
    };
    whole.len() == read.len() && whole.iter().zip(read).all(is_same)
}

/// Whether as many were refused. What is told of the reason is help, and may be missing.
fn are_same_refusals<T: PartialEq>(whole: &[Result<T, VendorRefusal>], read: &[Result<T, VendorRefusal>]) -> bool {
    whole.len() == read.len() && whole.iter().zip(read).all(|(whole, read)| whole.as_ref().ok() == read.as_ref().ok())
}

/// Every reader of the client, with a message that it takes.
fn readers() -> Vec<Reader> {
    let mut readers = Vec::new();
    for module in Module::ALL {
        let names = Names::all(module);
        let message = page(&[row(&names, "1")]);
        let found = read(&names, &message).expect("a page").records;
        let list = names.clone();
        let parse = move |r: &Response| records::parse_page(&list, r);
        readers.push(reader_as(module.api_name(), message, parse, is_same_page));
        let message = page(&[detail(module, "1"), detail(module, "2")]);
        let parse = move |r: &Response| details::parse(&names, r, &found);
        readers.push(reader_as(&format!("details of {}", module.api_name()), message, parse, |whole, read| {
            are_same_details(whole, read)
        }));
    }
    let success = json!({ "data": [{ "code": "SUCCESS", "status": "success", "message": "x",
        "details": { "id": "1", "Modified_Time": MOMENT } }] });
    let refusal = json!({ "data": [{ "code": "INVALID_DATA", "status": "error", "message": "x",
        "details": { "api_name": "Email", "json_path": "$.data[0].Tag[2].name", "maximum_length": 25 } }] });
    let write = |r: &Response| records::parse_written(&Names::all(Module::Contacts), r, 1);
    readers.extend([
        reader("a write", success.clone(), write),
        reader_as("a refusal", refusal, write, |whole, read| are_same_refusals(whole, read)),
        reader("a delete", success.clone(), |r| records::parse_delete(r, 1)),
        reader("new accounts", success.clone(), |r| accounts::parse_inserted(r, 1)),
        reader("deleted records", page(&[json!({ "id": "1", "type": "recycle" })]), records::parse_deleted),
    ]);
    let found = page(&[json!({ "id": "1", "Modified_Time": MOMENT, "Owner": { "id": "5" } })]);
    let account = json!({ "data": [{ "id": "7", "Account_Name": "C" }], "info": { "more_records": false } });
    let lead = page(&[json!({ "id": "1", "Converted_Contact": { "id": "2", "name": "Ada" } })]);
    let user = json!({ "users": [{ "id": "5", "full_name": "A", "email": "a@corp.example", "locale": "en_US",
        "profile": { "name": "Standard", "id": "9" }, "time_zone": "Europe/Berlin", "status": "active",
        "confirm": true }] });
    let mut listed = user.clone();
    listed["info"] = json!({ "more_records": true });
    let org = json!({ "org": [{ "zgid": "700", "company_name": "C", "country_code": "DE" }] });
    readers.extend([
        reader("records", found, records::parse_lookup),
        reader("accounts", account, accounts::parse),
        reader("conversions", lead, leads::parse_conversions),
        reader_as("people of events", page(&[detail(Module::Events, "1")]), people::parse, |whole, read| {
            // An event whose people can't be read is left alone.
            read == whole || *read == People::default()
        }),
        reader("the user", user, users::parse),
        reader("users", listed.clone(), |r| users::parse_page(r, 1)),
        reader("an administrator", listed, |r| users::parse_administrator(r, "5")),
        reader("the organisation", org, org::parse),
    ]);
    readers.extend(readers_of_mails(&success));
    readers.extend(readers_of_channels());
    readers
}

fn readers_of_channels() -> Vec<Reader> {
    let end = json!({ "channel_id": "7", "channel_expiry": MOMENT, "resource_name": "Tasks" });
    let made = json!({ "watch": [{ "code": "SUCCESS", "status": "success", "details": { "events": [end] } }] });
    let ended = json!({ "watch": [{ "code": "SUCCESS", "status": "success", "details": { "channel_id": "7" } }] });
    let refused = json!({ "watch": [{ "code": "LIMIT_REACHED", "status": "error", "details": {} }] });
    let listed = json!({ "watch": [end, end], "info": { "more_records": true } });
    let channel = || {
        let (id, token) = (ChannelId::new(7).expect("a number"), SecretString::from("t"));
        Channel::new(id, &[Module::Tasks], "https://f.example", token, Instant::from_seconds(0)).expect("a channel")
    };
    let watched = move |r: &Response| notifications::parse_watched(r, &[channel()]);
    vec![
        reader("a channel", made, watched),
        reader_as("a refused channel", refused, watched, |whole, read| {
            whole.len() == read.len() && read.iter().all(Result::is_err)
        }),
        reader("channels", listed, notifications::parse_list),
        reader("an ended channel", ended, |r| notifications::parse_disabled(r, 1)),
    ]
}

fn readers_of_mails(success: &Value) -> Vec<Reader> {
    let mail = json!({ "message_id": "m", "subject": "Offer", "from": { "email": "a@corp.example", "user_name": "A" },
        "to": [{ "email": "b@corp.example" }], "cc": [{ "email": "c@corp.example" }], "time": MOMENT, "sent": true,
        "source": "crm", "content": "<p>x</p>" });
    let mails = json!({ "Emails": [mail], "info": { "more_records": true, "next_index": "2" } });
    let person = page(&[json!({ "id": "1", "Email": "ada@corp.example", "Secondary_Email": "a2@corp.example",
        "Account_Name": { "id": "7" }, "Last_Activity_Time": MOMENT, "Modified_Time": MOMENT })]);
    let deal = page(&[
        json!({ "id": "1", "Contact_Name": { "id": "2" }, "Stage": "Closed Won" }),
        json!({ "id": "3", "Contact_Name": { "id": "2" }, "Stage": "Offer" }),
    ]);
    let associated =
        json!({ "Emails": [{ "code": "SUCCESS", "status": "success", "details": { "message_id": "m" } }] });
    let refused = json!({ "Emails": [{ "code": "LIMIT_REACHED", "status": "error", "details": {} }] });
    let composite = json!({ "__composite_requests": [
        { "code": "SUCCESS", "status": "success",
            "details": { "response": { "status_code": 200, "headers": {}, "body": success } } },
        { "code": "NOT_SUPPORTED", "status": "error", "details": {}, "message": "x" },
    ] });
    let modules = json!({ "modules": [{ "api_name": "Leads", "visible": true },
        { "api_name": "SalesInbox", "visible": true }] });
    vec![
        reader("mails", mails, listed::parse),
        reader("addresses", person.clone(), |r| addressed::parse(r, PeopleModule::Contacts)),
        reader("who is active", person, |r| addressed::parse_active(r, PeopleModule::Contacts)),
        reader("deals", deal, addressed::parse_deals),
        reader("a mail", associated, associate::parse),
        reader_as("a refused mail", refused, associate::parse, |whole, read| whole.is_err() == read.is_err()),
        reader("a mail's record", json!({ "available": true, "record": { "id": "1" } }), associate::parse_available),
        reader_as(
            "several calls",
            composite,
            |r| composite::parse(r, 2),
            |whole, read| {
                let told = |answers: &[Result<Response, composite::Refused>]| -> Vec<Option<Vec<u8>>> {
                    answers.iter().map(|answer| answer.as_ref().ok().map(|answer| answer.body.clone())).collect()
                };
                told(whole) == told(read)
            },
        ),
        reader("SalesInbox", modules, sales_inbox::parse_in_use),
    ]
}

/// Where something of another type is read as something else, a star for all below, and why that does no harm.
const READ_OTHERWISE: [(&str, &str, &str); 15] = [
    ("details of Events", "/data/0/Remind_At", "older answers have a moment there, and an empty one is none"),
    ("details of Events", "/data/1/Remind_At", "older answers have a moment there, and an empty one is none"),
    ("the user", "/users/0/full_name", "only shown"),
    ("the user", "/users/0/email", "only shown"),
    ("the user", "/users/0/profile", "only shown"),
    ("the user", "/users/0/profile/name", "only shown"),
    ("the user", "/users/0/profile/id", "without one the organisation's own interval counts"),
    ("the user", "/users/0/time_zone", "a hint; empty is unknown"),
    ("the user", "/users/0/status", "who isn't known to be active isn't"),
    ("the user", "/users/0/confirm", "who isn't known to be confirmed isn't"),
    ("users", "/users/0/*", "as of the user"),
    ("an administrator", "/users/0/*", "whoever isn't known to be one is none"),
    ("the organisation", "/org/0/company_name", "only shown"),
    ("the organisation", "/org/0/zgid", "a number is a number, as text or not"),
    ("several calls", "/__composite_requests/0/details/response/body*", "the reader of that call judges it"),
];

#[test]
fn what_is_of_another_type_is_refused_or_set_apart_or_makes_no_difference() {
    for Reader { name, message, read } in readers() {
        let mut refused = 0;
        for damaged in damaged(&message) {
            let response = answer(damaged.message.to_string());
            let outcome = catch_unwind(AssertUnwindSafe(|| read(&response)));
            let Ok(outcome) = outcome else { panic!("{name}: {} at {}", damaged.by, damaged.at) };
            refused += u32::from(outcome == Outcome::Refused);
            let is_harmless = |(of, at, _): &(&str, &str, &str)| {
                *of == name && (damaged.at == *at || at.strip_suffix('*').is_some_and(|at| damaged.at.starts_with(at)))
            };
            if damaged.is_of_another_type && !READ_OTHERWISE.iter().any(is_harmless) {
                assert_ne!(outcome, Outcome::Other, "{name}: {} at {}", damaged.by, damaged.at);
            }
        }
        assert!(refused > 0, "{name} takes everything");
    }
}

#[test]
fn half_a_message_is_refused() {
    for Reader { name, message, read } in readers() {
        let message = message.to_string();
        for (index, body) in bodies(&message).into_iter().enumerate() {
            let shown: String = String::from_utf8_lossy(&body).chars().take(80).collect();
            let outcome = catch_unwind(AssertUnwindSafe(|| read(&answer(body))));
            let Ok(outcome) = outcome else { panic!("{name}: {shown}") };
            // The first ones are cut off.
            assert!(index >= message.len() || outcome == Outcome::Refused, "{name}: {index} {shown}");
        }
    }
}

#[test]
fn what_stands_beside_a_record_goes_through_whatever_the_record_says() {
    for module in Module::ALL {
        let names = Names::all(module);
        let columns = columns(&names);
        let whole = page(&[row(&names, "1"), row(&names, "2"), row(&names, "3")]);
        let healthy = read(&names, &whole).expect("a page").records;
        let of = |records: &[Record], id: &str| records.iter().find(|record| record.id.as_str() == id).cloned();
        for damaged in damaged_at(&whole, "/data/1").filter(|damaged| damaged.at != "/data/1") {
            let case = || format!("{module:?}: {} at {}", damaged.by, damaged.at);
            let found = &damaged.message["data"][1];
            // A column that is missing may be one that the user may not see; that concerns all records.
            let is_whole = columns.iter().all(|path| found.get(path).is_some())
                && found["id"].as_str().is_some_and(|id| !id.is_empty());
            match read(&names, &damaged.message) {
                Ok(page) => {
                    assert_eq!(page.records.len() + page.unreadable.len(), 3, "{}", case());
                    for id in ["1", "3"] {
                        assert_eq!(of(&page.records, id), of(&healthy, id), "{}", case());
                    }
                }
                Err(_) => assert!(!is_whole, "{}", case()),
            }
        }
    }
}

/// Answers of the accounts server have errors of their own.
#[test]
fn tokens_that_are_damaged_are_refused_or_the_same() {
    let token = json!({ "access_token": "1000.a", "refresh_token": "1000.r", "api_domain": "https://www.zohoapis.com",
        "scope": "ZohoCRM.org.READ", "expires_in": 3600, "token_type": "Bearer" });
    let read = |message: &Value| parse_token(&answer(message.to_string()), &DataCentre::ALL[0]);
    let whole = read(&token).expect("tokens");
    for damaged in damaged(&token).filter(|damaged| damaged.is_of_another_type) {
        // The rest is a hint: without it a token is taken for one that ends at once, or that isn't kept.
        let Ok(found) = read(&damaged.message) else { continue };
        assert_eq!(found.access.expose_secret(), whole.access.expose_secret(), "{} at {}", damaged.by, damaged.at);
        assert_eq!(found.environment, whole.environment, "{} at {}", damaged.by, damaged.at);
    }
    let text = token.to_string();
    for (index, body) in bodies(&text).into_iter().enumerate() {
        let found = parse_token(&answer(body.clone()), &DataCentre::ALL[0]);
        assert!(index >= text.len() || matches!(found, Err(OauthError::Unreadable { .. })), "{index}");
        assert!(parse_revoked(&answer(body)).is_err(), "{index}");
    }
}
