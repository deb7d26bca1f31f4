//! The requests about mails against Zoho's own description of the service, where a copy of it is at hand.

use mxs_core::mail::{MailRecord, Module};
use mxs_core::{CrmId, Instant};
use mxs_http::url;
use mxs_zoho::emails::associate::{self, Mail, Person};
use mxs_zoho::emails::listed::{self, Kind};
use serde_json::Value;
use std::path::Path;

const CONTRACTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/contracts/zoho-crm-v8");

fn document(name: &str) -> Option<Value> {
    let path = Path::new(CONTRACTS).join(name);
    if !path.exists() {
        println!("skipped: no document at {}", path.display());
        return None;
    }
    Some(serde_json::from_str(&std::fs::read_to_string(&path).expect("text")).expect("JSON"))
}

fn record() -> MailRecord {
    MailRecord { module: Module::Contacts, id: CrmId::new("1") }
}

#[test]
fn a_message_for_a_record_is_as_described() {
    let Some(document) = document("associate_email.json") else { return };
    let cy = Person { name: "Cy".into(), address: "cy@x.example".into() };
    let people = std::slice::from_ref(&cy);
    let mail = Mail {
        internet_id: "<1@x.example>",
        from: &cy,
        to: people,
        cc: people,
        subject: "S",
        content: "C",
        html: true,
        sent: true,
        at: Instant::from_seconds(0),
    };
    let request = associate::request(&record(), &mail);
    let path = request.url.replace("Contacts", "{module}").replace("/1/", "/{recordId}/");
    assert!(document["paths"][&path]["post"].is_object(), "{path} isn't in the document");
    let body: Value = serde_json::from_slice(&request.body).expect("JSON");
    let sent = body["Emails"][0].as_object().expect("a mail");
    let schema = &document["components"]["schemas"]["associate_email"];
    for name in sent.keys() {
        assert!(schema["properties"][name].is_object(), "{name} isn't in the document");
    }
    // The document says that a linked record is required too; the page about it says of what it is, and not that.
    let required = schema["required"].as_array().expect("names").iter().filter_map(Value::as_str);
    for name in required.filter(|name| *name != "linked_record") {
        assert!(sent.contains_key(name), "{name} is missing");
    }
    let longest = schema["properties"]["subject"]["maxLength"].as_u64();
    assert_eq!(longest, u64::try_from(associate::SUBJECT_MAX).ok());
    let people = &document["components"]["schemas"]["to"]["required"];
    assert_eq!(people, &serde_json::json!(["user_name", "email"]));
    let available = associate::available("<1@x.example>");
    let (path, query) = available.url.split_once('?').expect("a query");
    assert!(document["paths"][path]["get"].is_object());
    let name = &document["components"]["parameters"]["orginal_message_id"]["name"];
    assert_eq!(name, url::parse_form(query)[0].0.as_str());
}

#[test]
fn a_list_is_asked_for_as_described() {
    let Some(document) = document("email_related_records.json") else { return };
    let request = listed::page(&record(), Kind::SentFromCrm, Some("x"));
    let (path, query) = request.url.split_once('?').expect("a query");
    let path = path.replace("Contacts", "{module_name}").replace("/1/", "/{record_id}/");
    assert!(document["paths"][&path]["get"].is_object(), "{path} isn't in the document");
    for (name, value) in url::parse_form(query) {
        let parameter = &document["components"]["parameters"][&name];
        assert_eq!(parameter["in"], "query", "{name} isn't in the document");
        let known = parameter["schema"]["enum"].as_array();
        assert!(known.is_none_or(|known| known.iter().any(|one| one == value.as_str())), "{name}={value}");
    }
}
