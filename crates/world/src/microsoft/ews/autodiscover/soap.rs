//! `GetUserSettings` by SOAP, for one mailbox or several.
//!
//! See <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/getusersettings-operation-soap>.

use super::{AutodiscoverRules, Found, Redirect, legacy_name, look_up, service_url};
use crate::microsoft::Microsoft;
use crate::microsoft::directory::User;
use crate::microsoft::ews::names::SOAP;
use crate::microsoft::ews::server::Server;
use mxs_http::{Method, Request, Response};
use mxs_xml::Element;

const AUTODISCOVER: &str = "http://schemas.microsoft.com/exchange/2010/Autodiscover";
const ADDRESSING: &str = "http://www.w3.org/2005/08/addressing";
const INSTANCE: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// The most mailboxes that are told of at once
/// (<https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/users-soap>).
const USERS_MAX: usize = 100;

/// Why the whole request is refused.
struct Refused {
    code: &'static str,
    text: &'static str,
}

const INVALID: Refused = Refused { code: "InvalidRequest", text: "The request is invalid." };

pub(super) fn answer(microsoft: &Microsoft, request: &Request, rules: &AutodiscoverRules) -> Response {
    if request.method != Method::Post {
        return Response::new(405).header("Allow", "POST");
    }
    let Some(asked) = envelope(&request.body) else { return Response::new(400) };
    let response = match told(microsoft, rules, &asked) {
        Ok(Told::Elsewhere(url)) => return Response::new(302).header("Location", url),
        Ok(Told::Users(users)) => response("NoError", "").child(a("UserResponses").children(users)),
        Err(refused) => response(refused.code, refused.text).child(a("UserResponses")),
    };
    let content = a("GetUserSettingsResponseMessage").child(response);
    Response::new(200).body("text/xml; charset=utf-8", written(microsoft.rules.ews.server, content))
}

enum Told {
    Users(Vec<Element>),
    Elsewhere(String),
}

/// What was asked, if it is a question that this way knows.
fn envelope(body: &[u8]) -> Option<Element> {
    let envelope = mxs_xml::read(body).ok().filter(|root| root.name == "Envelope" && root.namespace.is(SOAP))?;
    let asked = envelope.get("Body")?.get("GetUserSettingsRequestMessage")?;
    asked.namespace.is(AUTODISCOVER).then(|| asked.clone())
}

fn told(microsoft: &Microsoft, rules: &AutodiscoverRules, asked: &Element) -> Result<Told, Refused> {
    let request = asked.get("Request").ok_or(INVALID)?;
    let users: Vec<&str> = request
        .get("Users")
        .map(|users| users.all("User").map(|user| user.text("Mailbox").trim()).collect())
        .unwrap_or_default();
    let settings: Vec<&str> = request
        .get("RequestedSettings")
        .map(|settings| settings.all("Setting").map(|setting| setting.text.trim()).collect())
        .unwrap_or_default();
    if users.is_empty() || settings.is_empty() {
        return Err(INVALID);
    }
    if users.len() > USERS_MAX {
        return Err(Refused { code: "InvalidRequest", text: "The request names too many users." });
    }
    let mut told = Vec::new();
    for address in users {
        told.push(match look_up(microsoft, rules, address) {
            Found::Redirect(Redirect::Location(url)) => return Ok(Told::Elsewhere(url.clone())),
            Found::Redirect(Redirect::Address(other)) => {
                sent_elsewhere("RedirectAddress", "Redirection address.", other)
            }
            Found::Redirect(Redirect::Url(url)) => sent_elsewhere("RedirectUrl", "Redirection URL.", url),
            Found::Nowhere => {
                let text = format!("Invalid user: '{address}'");
                a("UserResponse").child(said("ErrorCode", "InvalidUser")).child(said("ErrorMessage", &text))
            }
            Found::Here(user) => settled(microsoft, rules, user, &settings),
        });
    }
    Ok(Told::Users(told))
}

fn sent_elsewhere(code: &str, text: &str, target: &str) -> Element {
    a("UserResponse").children([
        said("ErrorCode", code),
        said("ErrorMessage", text),
        said("RedirectTarget", target),
        a("UserSettingErrors"),
        a("UserSettings"),
    ])
}

/// The settings of a user. One that this server doesn't have is told as missing.
fn settled(microsoft: &Microsoft, rules: &AutodiscoverRules, user: &User, settings: &[&str]) -> Element {
    let (mut found, mut missing) = (Vec::new(), Vec::new());
    for name in settings {
        match setting(microsoft, rules, user, name) {
            Some(value) => {
                found.push(
                    a("UserSetting")
                        .with("i:type", "StringSetting")
                        .child(said("Name", name))
                        .child(said("Value", &value)),
                );
            }
            None => missing.push(a("UserSettingError").children([
                said("ErrorCode", "SettingIsNotAvailable"),
                said("ErrorMessage", "The requested setting is not available."),
                said("SettingName", name),
            ])),
        }
    }
    a("UserResponse").children([
        said("ErrorCode", "NoError"),
        said("ErrorMessage", "No error."),
        a("RedirectTarget").with("i:nil", "true"),
        a("UserSettingErrors").children(missing),
        a("UserSettings").children(found),
    ])
}

fn setting(microsoft: &Microsoft, rules: &AutodiscoverRules, user: &User, name: &str) -> Option<String> {
    let server = microsoft.rules.ews.server;
    Some(match name {
        "UserDisplayName" => user.display_name.clone(),
        "UserDN" => legacy_name(user),
        "UserDeploymentId" => user.tenant.clone(),
        "AutoDiscoverSMTPAddress" => user.address().to_owned(),
        "InternalEwsUrl" | "ExternalEwsUrl" => service_url(microsoft, rules),
        "CasVersion" => server.build().map(|number| number.to_string()).join("."),
        "EwsSupportedSchemas" => schemas(server).join(", "),
        _ => return None,
    })
}

/// The versions of the service's schema that a server names.
fn schemas(server: Server) -> Vec<&'static str> {
    let all = [
        ("Exchange2007", Server::Exchange2007Sp1),
        ("Exchange2007_SP1", Server::Exchange2007Sp1),
        ("Exchange2010", Server::Exchange2010Sp2),
        ("Exchange2010_SP1", Server::Exchange2010Sp2),
        ("Exchange2010_SP2", Server::Exchange2010Sp2),
        ("Exchange2013", Server::Exchange2013Sp1),
        ("Exchange2013_SP1", Server::Exchange2013Sp1),
        ("Exchange2016", Server::Exchange2016),
    ];
    let is_known = |since: Server| since.build() <= server.build();
    all.into_iter().filter(|(_, since)| is_known(*since)).map(|(name, _)| name).collect()
}

fn response(code: &str, text: &str) -> Element {
    a("Response").child(said("ErrorCode", code)).child(said("ErrorMessage", text))
}

fn written(server: Server, content: Element) -> String {
    let [major, minor, build, revision] = server.build().map(|number| number.to_string());
    let info = a("ServerVersionInfo").children([
        said("MajorVersion", &major),
        said("MinorVersion", &minor),
        said("MajorBuildNumber", &build),
        said("MinorBuildNumber", &revision),
        said("Version", schemas(server).last().copied().unwrap_or_default()),
    ]);
    let action = format!("{AUTODISCOVER}/Autodiscover/GetUserSettingsResponse");
    let action = Element::named("w:Action").with("s:mustUnderstand", "1").saying(&action);
    let envelope = Element::named("s:Envelope")
        .with("xmlns:s", SOAP)
        .with("xmlns:w", ADDRESSING)
        .with("xmlns:a", AUTODISCOVER)
        .with("xmlns:i", INSTANCE)
        .child(Element::named("s:Header").child(action).child(info))
        .child(Element::named("s:Body").child(content));
    format!("<?xml version=\"1.0\" encoding=\"utf-8\"?>{}", envelope.xml())
}

fn a(name: &str) -> Element {
    Element::named(format!("a:{name}"))
}

fn said(name: &str, text: &str) -> Element {
    a(name).saying(text)
}
