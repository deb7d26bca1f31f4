//! Plain XML, as Outlook asks.
//!
//! See <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/pox-autodiscover-web-service-reference-for-exchange>.

use super::{AutodiscoverRules, Found, Redirect, legacy_name, look_up, service_url};
use crate::Context;
use crate::microsoft::Microsoft;
use crate::microsoft::directory::User;
use crate::microsoft::ews::server::Server;
use mxs_http::{Method, Request, Response};
use mxs_xml::Element;

const ASKED: &str = "http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006";
const ANSWERED: &str = "http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006";
const ANSWERED_FOR_OUTLOOK: &str = "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a";

/// Why a request is refused
/// (<https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/errorcode-pox>).
#[derive(Clone, Copy)]
enum Refused {
    /// Nobody has the address.
    Nobody,
    /// It is no request.
    Invalid,
    /// It wants to be answered in a form that nobody knows.
    Form,
}

impl Refused {
    const fn code(self) -> (&'static str, &'static str) {
        match self {
            Self::Nobody => ("500", "The e-mail address cannot be found."),
            Self::Invalid => ("600", "Invalid Request"),
            Self::Form => ("601", "Provider is not available"),
        }
    }
}

pub(super) fn answer(
    microsoft: &Microsoft,
    context: &Context<'_>,
    request: &Request,
    rules: &AutodiscoverRules,
) -> Response {
    let address = match asked(request) {
        Ok(address) => address,
        Err(why) => return whole(refused(why, context)),
    };
    let account = |children: Vec<Element>| named("Account").child(text("AccountType", "email")).children(children);
    let response = match look_up(microsoft, rules, &address) {
        Found::Nowhere => return whole(refused(Refused::Nobody, context)),
        Found::Redirect(Redirect::Location(url)) => return Response::new(302).header("Location", url.clone()),
        Found::Redirect(Redirect::Address(other)) => {
            account(vec![text("Action", "redirectAddr"), text("RedirectAddr", other)])
        }
        Found::Redirect(Redirect::Url(url)) => account(vec![text("Action", "redirectUrl"), text("RedirectUrl", url)]),
        Found::Here(user) => {
            let [exch, expr] = ["EXCH", "EXPR"].map(|kind| protocol(microsoft, rules, kind));
            let account = account(vec![text("Action", "settings"), exch, expr]);
            return whole(response(vec![person(user), account]));
        }
    };
    whole(self::response(vec![response]))
}

/// The address that somebody asks about.
fn asked(request: &Request) -> Result<String, Refused> {
    if request.method != Method::Post {
        return Err(Refused::Invalid);
    }
    let root = mxs_xml::read(&request.body).map_err(|_| Refused::Invalid)?;
    let is_known = root.name == "Autodiscover" && root.namespace.is(ASKED);
    let asked = root.get("Request").filter(|_| is_known).ok_or(Refused::Invalid)?;
    if asked.word("AcceptableResponseSchema") != Some(ANSWERED_FOR_OUTLOOK) {
        return Err(Refused::Form);
    }
    asked.word("EMailAddress").map(str::to_owned).ok_or(Refused::Invalid)
}

fn protocol(microsoft: &Microsoft, rules: &AutodiscoverRules, kind: &str) -> Element {
    let url = service_url(microsoft, rules);
    let server = microsoft.rules.ews.server;
    let [major, minor, build, _] = server.build();
    // Sixteen bits of version, sixteen of build, in hexadecimal
    // (https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/serverversion-pox).
    let version = format!("{:08X}", 0x7000_8000 | (major << 22) | (minor << 16) | build);
    let host = microsoft.base_url.split("//").last().unwrap_or_default();
    let newer = (server != Server::Exchange2007Sp1).then(|| text("EwsUrl", &url));
    named("Protocol")
        .child(text("Type", kind))
        .child(text("Server", host))
        .child(text("ServerVersion", &version))
        .child(text("ASUrl", &url))
        .children(newer)
        .child(text("OOFUrl", &url))
}

fn person(user: &User) -> Element {
    named("User").children([
        text("DisplayName", &user.display_name),
        text("LegacyDN", &legacy_name(user)),
        text("AutoDiscoverSMTPAddress", user.address()),
        text("DeploymentId", &user.tenant),
    ])
}

fn response(children: Vec<Element>) -> Element {
    named("Response").with("xmlns", ANSWERED_FOR_OUTLOOK).children(children)
}

fn refused(why: Refused, context: &Context<'_>) -> Element {
    let (code, message) = why.code();
    let time = context.now.strftime("%H:%M:%S%.6f").to_string();
    let error = named("Error").with("Time", &time).with("Id", "1054084152").children([
        text("ErrorCode", code),
        text("Message", message),
        named("DebugData"),
    ]);
    match why {
        Refused::Nobody => response(vec![error]),
        Refused::Invalid | Refused::Form => named("Response").child(error),
    }
}

fn whole(response: Element) -> Response {
    let xml = named("Autodiscover").with("xmlns", ANSWERED).child(response).xml();
    Response::new(200).body("text/xml; charset=utf-8", format!("<?xml version=\"1.0\" encoding=\"utf-8\"?>{xml}"))
}

fn named(name: &str) -> Element {
    Element::named(name)
}

fn text(name: &str, said: &str) -> Element {
    Element::named(name).saying(said)
}
