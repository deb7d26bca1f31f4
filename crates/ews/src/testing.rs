//! Answers for the tests of each operation.

use crate::{PATH, ServerVersion, Session};
use mxs_http::{Request, Response};

pub(crate) fn session() -> Session<'static> {
    Session { path: PATH, version: ServerVersion::Exchange2016, acts_for: None }
}

/// The operation that a request holds.
pub(crate) fn body(request: &Request) -> String {
    let envelope = String::from_utf8(request.body.clone()).expect("UTF-8");
    let (_, body) = envelope.split_once("<s:Body>").expect("a body");
    body.strip_suffix("</s:Body></s:Envelope>").expect("its end").to_owned()
}

/// The answer to an operation with these messages.
pub(crate) fn answer(operation: &str, messages: &str) -> Response {
    whole(&format!(
        "<m:{operation}Response><m:ResponseMessages>{messages}</m:ResponseMessages></m:{operation}Response>"
    ))
}

/// The answer with this in its body.
pub(crate) fn whole(body: &str) -> Response {
    let xml = format!(
        "<s:Envelope xmlns:s='urn:s' xmlns:m='urn:m' xmlns:t='urn:t'><s:Header>\
         <t:ServerVersionInfo MajorVersion='15' MinorVersion='2'/></s:Header><s:Body>{body}</s:Body></s:Envelope>"
    );
    Response::new(200).body("text/xml; charset=utf-8", xml)
}
