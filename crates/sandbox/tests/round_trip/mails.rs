//! Mails, which go one way: what stands beside the record is what was written.

use crate::files::collected;
use crate::sides::Sides;
use mail_parser::{Address, Message, MessageParser};
use mxs_core::ExchangeId;
use mxs_graph::mail::letters::{self, Letter};
use mxs_http::Response;
use mxs_zoho::emails::associate::{self, Mail, Person};
use mxs_zoho::emails::listed::{self, Listed};
use serde_json::{Value, json};

/// Microsoft's examples of messages, whole.
fn examples() -> Vec<(String, Value)> {
    let mut messages = Vec::new();
    for (name, bytes) in collected("graph") {
        let json: Value = serde_json::from_slice(&bytes).expect("JSON");
        let all = json.get("value").and_then(Value::as_array).cloned().unwrap_or_else(|| vec![json]);
        let is_message = |one: &Value| one["subject"].is_string() && one["toRecipients"].is_array();
        messages.extend(all.into_iter().filter(is_message).map(|message| (name.clone(), message)));
    }
    messages
}

/// Mails of all sorts of programs, as Graph would tell them.
fn mails() -> Vec<(String, Value)> {
    let files = collected("eml").into_iter().filter(|(name, _)| name.ends_with(".eml"));
    files.filter_map(|(name, bytes)| Some((name, told(&MessageParser::default().parse(&bytes)?)))).collect()
}

fn told(message: &Message<'_>) -> Value {
    let people = |list: Option<&Address<'_>>| -> Vec<Value> {
        let people = list.into_iter().flat_map(Address::iter);
        let person = |name: Option<&str>, address: Option<&str>| json!({ "emailAddress": { "name": name.unwrap_or_default(), "address": address.unwrap_or_default() } });
        people.map(|one| person(one.name(), one.address())).collect()
    };
    let html = message.html_part(0).is_some();
    let content = if html { message.body_html(0) } else { message.body_text(0) };
    json!({
        "subject": message.subject(), "from": people(message.from()).first(), "toRecipients": people(message.to()),
        "ccRecipients": people(message.cc()), "internetMessageId": message.message_id(),
        "sentDateTime": message.date().map(|date| date.to_rfc3339()),
        "body": { "contentType": if html { "html" } else { "text" }, "content": content.unwrap_or_default() },
    })
}

/// The letter as the client reads it; what an example leaves out is filled in.
fn letter(message: &Value) -> Option<Letter> {
    let mut whole = json!({
        "id": "I", "internetMessageId": "<1@corp.example>", "receivedDateTime": "2026-11-20T09:00:00Z", "isDraft": false,
        "sentDateTime": "2026-11-20T08:59:00Z", "from": null, "toRecipients": [], "ccRecipients": [],
        "bccRecipients": [], "categories": [], "body": { "contentType": "text", "content": "" },
    });
    let said = message.as_object()?.iter().filter(|(_, value)| !value.is_null());
    whole.as_object_mut()?.extend(said.map(|(name, value)| (name.clone(), value.clone())));
    let batch = json!({ "responses": [{ "id": "0", "status": 200, "body": whole }] });
    let answer = Response::new(200).body("application/json", batch.to_string());
    letters::parse(&answer, &[ExchangeId::new("I")]).expect("an answer").remove(0).ok()
}

fn people(people: &[letters::Person]) -> Vec<Person> {
    people.iter().map(|person| Person { name: person.name.clone(), address: person.address.clone() }).collect()
}

fn addresses(people: &[Person]) -> Vec<String> {
    people.iter().map(|person| person.address.to_lowercase()).collect()
}

#[test]
fn what_stands_beside_a_record_is_what_was_written() {
    let mut sides = Sides::new();
    let (mut arrived, mut unread) = (0, Vec::new());
    for (number, (name, message)) in examples().into_iter().chain(mails()).enumerate() {
        let Some(letter) = letter(&message) else {
            unread.push(name);
            continue;
        };
        // Without a sender, or for nobody, there is no mail to the CRM.
        let (Some(from), to, cc) = (&letter.from, people(&letter.to), people(&letter.cc)) else { continue };
        if to.is_empty() {
            continue;
        }
        let from = people(std::slice::from_ref(from)).remove(0);
        let mail = Mail {
            internet_id: &format!("<{number}@corp.example>"),
            from: &from,
            to: &to,
            cc: &cc,
            subject: &letter.subject,
            content: &letter.content,
            html: letter.html,
            sent: false,
            at: letter.sent_at,
        };
        let record = sides.record_for_mails();
        let answer = sides.ask_crm(associate::request(&record, &mail));
        let outcome = associate::parse(&answer).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(outcome, Ok(()), "{name}");
        let page = listed::parse(&sides.ask_crm(listed::page(&record, listed::Kind::All, None))).expect("mails");
        let one = listed::one(&record, &page.mails[0].id);
        let read: Listed = listed::parse(&sides.ask_crm(one)).expect("a mail").mails.remove(0);
        assert!(read.is(&from.address, letter.sent_at, &letter.subject), "{name}: it is found again");
        assert_eq!((addresses(&read.to), addresses(&read.cc)), (addresses(&to), addresses(&cc)), "{name}");
        let is_whole = read.content == letter.content || letter.content.trim().is_empty();
        assert!(is_whole, "{name}: {:?}, not {:?}", read.content, letter.content);
        arrived += 1;
    }
    println!("{arrived} arrived, not read: {unread:?}");
    assert!(collected("eml").is_empty() || arrived > 70, "{arrived}");
}
