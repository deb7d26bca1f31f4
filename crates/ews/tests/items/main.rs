//! Items, literal in and literal out.

mod contacts;
mod events;
mod lists;
mod messages;
mod round_trip;
mod tasks;

use mxs_core::{CrmId, Date, ExchangeId, Fields, Instant, Kind, Patch, Value};
use mxs_ews::get_item::{self, Asked, Found};
use mxs_ews::update_item::{self, Update};
use mxs_ews::{ErrorKind, ItemId, Mailing, PATH, ServerVersion, Session};
use mxs_graph::Wanted;
use mxs_http::{Request, Response};

const WANTED: Wanted<'_> = Wanted { org: "7", zone: None, record_url: None };

fn session(version: ServerVersion) -> Session<'static> {
    Session { path: PATH, version, acts_for: None }
}

fn new() -> Session<'static> {
    session(ServerVersion::Exchange2016)
}

fn day(text: &str) -> Option<Value> {
    Some(Value::Date(Date::parse(text).expect("a date")))
}

fn moment(text: &str) -> Option<Value> {
    Some(Value::Moment(Instant::parse(text).expect("a moment")))
}

/// The operation that a request holds.
fn body(request: &Request) -> String {
    let envelope = String::from_utf8(request.body.clone()).expect("UTF-8");
    let (_, body) = envelope.split_once("<s:Body>").expect("a body");
    body.strip_suffix("</s:Body></s:Envelope>").expect("its end").to_owned()
}

/// The answer with these messages.
fn answer(operation: &str, messages: &str) -> Response {
    let xml = format!(
        "<s:Envelope xmlns:s='urn:s' xmlns:m='urn:m' xmlns:t='urn:t'><s:Body><m:{operation}Response><m:ResponseMessages>\
         {messages}</m:ResponseMessages></m:{operation}Response></s:Body></s:Envelope>"
    );
    Response::new(200).body("text/xml", xml)
}

/// The message of an item.
fn message(item: &str) -> String {
    format!("<m:M ResponseClass='Success'><m:ResponseCode>NoError</m:ResponseCode><m:Items>{item}</m:Items></m:M>")
}

/// Reads one item.
fn found(kind: Kind, item: &str, wanted: &Wanted<'_>, of: Option<(&ExchangeId, Instant)>) -> Result<Found, ErrorKind> {
    let id = ExchangeId::new("I");
    let asked = [Asked { id: ItemId::Item(&id), of }];
    let read = get_item::parse(&answer("GetItem", &message(item)), kind, &asked, wanted).expect("an answer");
    read.into_iter().next().expect("an item").map_err(|error| error.kind)
}

/// The updates that bring a patch to an item; empty where there is nothing to say.
fn updates(session: &Session<'_>, kind: Kind, patch: &Patch, current: &Fields, wanted: &Wanted<'_>) -> String {
    let (id, version) = (ExchangeId::new("I"), mxs_core::Version::new("K"));
    let update = Update { id: ItemId::Item(&id), version: &version, patch, current, mark: None };
    let request = body(&update_item::request(session, kind, &[update], Mailing::Nobody, wanted));
    let Some((_, updates)) = request.split_once("<t:Updates>") else { return String::new() };
    updates.strip_suffix("</t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>").expect("their end").to_owned()
}

fn crm(id: &str) -> CrmId {
    CrmId::new(id)
}
