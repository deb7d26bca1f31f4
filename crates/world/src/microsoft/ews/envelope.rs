//! The envelope of what is asked and answered.

use super::names::{MESSAGES, SOAP, TYPES, t};
use super::refusal::Refusal;
use super::server::{Server, Version};
use mxs_http::Response;
use mxs_xml::Element;

/// The elements right inside an operation that are of the types' namespace; all others are of the messages'.
const TYPES_IN_OPERATIONS: [&str; 4] = ["TimeZone", "FreeBusyViewOptions", "SuggestionsViewOptions", "UserOofSettings"];

/// What a request asks for.
pub(super) struct Asked {
    /// The version of the schema that it speaks.
    pub(super) version: Version,
    /// The address or name of whom it acts for.
    pub(super) acts_for: Option<ActsFor>,
    /// The name of the time zone in which it means times that say none.
    pub(super) time_zone: Option<String>,
    /// The operation with all that is in it.
    pub(super) operation: Element,
}

/// How a request names whom it acts for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ActsFor {
    /// By an address.
    Address(String),
    /// By the name to sign in with.
    Principal(String),
    /// By a security identifier.
    Sid(String),
}

/// Reads the envelope of a request.
pub(super) fn read(body: &[u8], server: Server) -> Result<Asked, Refusal> {
    let unreadable = || Refusal::new("ErrorInvalidRequest", "The request is invalid.").with_status(400);
    let mut envelope = mxs_xml::read(body).map_err(|_| unreadable())?;
    if envelope.name != "Envelope" || !envelope.namespace.is(SOAP) {
        return Err(unreadable());
    }
    let header = envelope.get("Header").filter(|header| header.namespace.is(SOAP)).cloned().unwrap_or_default();
    let body = envelope.children.iter_mut().find(|child| child.name == "Body" && child.namespace.is(SOAP));
    let mut operations = body.map(|body| std::mem::take(&mut body.children)).ok_or_else(unreadable)?.into_iter();
    let (Some(operation), None) = (operations.next(), operations.next()) else { return Err(unreadable()) };
    check_names(&operation)?;
    Ok(Asked {
        version: version(&header, server)?,
        acts_for: acts_for(&header)?,
        time_zone: header
            .at(&["TimeZoneContext", "TimeZoneDefinition"])
            .and_then(|zone| zone.attribute("Id"))
            .map(str::to_owned),
        operation,
    })
}

/// Without a word on it a request speaks the first version of all, which DavMail relies on: it never says one.
fn version(header: &Element, server: Server) -> Result<Version, Refusal> {
    let Some(asked) = header.get("RequestServerVersion").filter(|asked| asked.namespace.is(TYPES)) else {
        return Ok(Version::Exchange2007);
    };
    let invalid = || Refusal::new("ErrorInvalidServerVersion", "The specified server version is invalid.");
    asked.attribute("Version").and_then(|word| server.version(word)).ok_or_else(invalid)
}

fn acts_for(header: &Element) -> Result<Option<ActsFor>, Refusal> {
    let Some(impersonation) = header.get("ExchangeImpersonation").filter(|one| one.namespace.is(TYPES)) else {
        return Ok(None);
    };
    let invalid = || {
        Refusal::new(
            "ErrorInvalidExchangeImpersonationHeaderData",
            "ExchangeImpersonation SOAP header must be present and hold exactly one identifier.",
        )
    };
    let [sid] = impersonation.get("ConnectingSID").map(|sid| sid.children.as_slice()).unwrap_or_default() else {
        return Err(invalid());
    };
    let said = sid.text.trim().to_owned();
    match sid.name.as_str() {
        _ if said.is_empty() => Err(invalid()),
        "PrimarySmtpAddress" | "SmtpAddress" => Ok(Some(ActsFor::Address(said))),
        "PrincipalName" => Ok(Some(ActsFor::Principal(said))),
        "SID" => Ok(Some(ActsFor::Sid(said))),
        _ => Err(invalid()),
    }
}

/// The operation and what is right inside of it are of the messages' namespace, all else of the types'.
fn check_names(operation: &Element) -> Result<(), Refusal> {
    let misplaced =
        |element: &Element| Refusal::schema(format!("The element '{}' has an invalid namespace.", element.name));
    if !operation.namespace.is(MESSAGES) {
        return Err(misplaced(operation));
    }
    for part in &operation.children {
        let wanted = if TYPES_IN_OPERATIONS.contains(&part.name.as_str()) { TYPES } else { MESSAGES };
        if !part.namespace.is(wanted) {
            return Err(misplaced(part));
        }
        let mut inside: Vec<&Element> = part.children.iter().collect();
        while let Some(element) = inside.pop() {
            if !element.namespace.is(TYPES) {
                return Err(misplaced(element));
            }
            inside.extend(&element.children);
        }
    }
    Ok(())
}

/// Whatever is answered: a server says in each envelope which one it is.
///
/// See <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/serverversioninfo>.
pub(super) fn written(server: Server, content: Element) -> String {
    let [major, minor, build, revision] = server.build().map(|number| number.to_string());
    let mut info = t("ServerVersionInfo")
        .with("MajorVersion", &major)
        .with("MinorVersion", &minor)
        .with("MajorBuildNumber", &build)
        .with("MinorBuildNumber", &revision);
    if let Some(schema) = server.schema() {
        info = info.with("Version", schema);
    }
    let envelope = Element::named("s:Envelope")
        .with("xmlns:s", SOAP)
        .with("xmlns:m", MESSAGES)
        .with("xmlns:t", TYPES)
        .child(Element::named("s:Header").child(info))
        .child(Element::named("s:Body").child(content));
    format!("<?xml version=\"1.0\" encoding=\"utf-8\"?>{}", envelope.xml())
}

/// The answer to a request.
pub(super) fn reply(server: Server, status: u16, content: Element) -> Response {
    Response::new(status).body("text/xml; charset=utf-8", written(server, content))
}
