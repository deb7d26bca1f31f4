//! What the mail client names, against Microsoft's own description of the service, where a copy of it is at hand.

use mxs_core::{ExchangeId, Instant};
use mxs_graph::mail::letters::{self, BodyForm, Person};
use mxs_graph::mail::{changes, folders, sent_copy};
use mxs_http::Request;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;

const METADATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/contracts/graph/v1.0.csdl");

/// The names of a type's own properties and of those of what messages are based on.
fn names<'a>(metadata: &'a str, types: &[&str]) -> BTreeSet<&'a str> {
    let mut names = BTreeSet::from(["id"]);
    for name in types {
        let start = metadata.find(&format!("Type Name=\"{name}\"")).unwrap_or_else(|| panic!("no type {name}"));
        let body = &metadata[start..];
        let end = body.find("</EntityType>").expect("an end");
        names.extend(body[..end].split("roperty Name=\"").skip(1).filter_map(|rest| rest.split('"').next()));
    }
    names
}

/// The names in `$select`, outside of what is expanded.
fn selected(request: &Request) -> Vec<String> {
    let text = format!("{}{}", request.url, String::from_utf8_lossy(&request.body));
    let select = text.split("$select=").nth(1).expect("a selection");
    let end = select.find(['&', '"', ')']).unwrap_or(select.len());
    select[..end].split(',').map(str::to_owned).collect()
}

#[test]
fn every_name_is_one_of_the_service() {
    if !Path::new(METADATA).exists() {
        println!("skipped: no metadata document at {METADATA}");
        return;
    }
    let metadata = std::fs::read_to_string(METADATA).expect("text");
    let message = names(&metadata, &["message", "outlookItem"]);
    let ids = [ExchangeId::new("1")];
    let now = Instant::from_seconds(0);
    let requests = [
        changes::start("inbox", now),
        changes::list("inbox", now),
        letters::request(&ids, BodyForm::Text),
        letters::glance(&ids),
    ];
    for name in requests.iter().flat_map(selected) {
        assert!(message.contains(name.as_str()), "a message has no {name}");
    }
    let folder = names(&metadata, &["mailFolder"]);
    for name in selected(&folders::inside(Some("f"))) {
        assert!(folder.contains(name.as_str()), "a folder has no {name}");
    }
    let ada = Person { name: "Ada".into(), address: "ada@corp.example".into() };
    let mail = sent_copy::SentByCrm {
        id: "1",
        at: now,
        subject: "S",
        content: "C",
        safe: true,
        from: &ada,
        to: std::slice::from_ref(&ada),
        cc: &[],
    };
    let batch: Value = serde_json::from_slice(&sent_copy::create(&[mail]).body).expect("JSON");
    for name in batch["requests"][0]["body"].as_object().expect("an object").keys() {
        assert!(message.contains(name.as_str()), "a message has no {name}");
    }
}
