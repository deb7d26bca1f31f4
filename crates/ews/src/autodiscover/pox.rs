//! Autodiscover in plain XML, as Outlook asks it. Every server since Exchange 2007 answers.
//!
//! <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/pox-autodiscover-request-for-exchange>

use super::Answer;
use crate::xml::{self, Element};
use crate::{ErrorKind, EwsError};
use mxs_http::{Method, Request, Response};

const ASKED: &str = "http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006";
const ANSWERED: &str = "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a";

/// The code for an address that nobody knows.
const UNKNOWN_ADDRESS: &str = "500";

/// Which of the protocols that a server names is told: from outside before from within.
const PROTOCOLS: [&str; 3] = ["EXPR", "EXHTTP", "EXCH"];

/// Where a host answers.
pub(super) fn address(host: &str) -> String {
    format!("https://{host}/autodiscover/autodiscover.xml")
}

/// Asks at this address where the service is for a mailbox.
pub fn request(url: &str, mailbox: &str) -> Request {
    let asked = Element::named("Request")
        .child(Element::named("EMailAddress").saying(mailbox))
        .child(Element::named("AcceptableResponseSchema").saying(ANSWERED));
    let xml = Element::named("Autodiscover").with("xmlns", ASKED).child(asked).xml();
    Request::new(Method::Post, url)
        .header("Accept", "text/xml")
        .body("text/xml; charset=utf-8", format!("<?xml version=\"1.0\" encoding=\"utf-8\"?>{xml}"))
}

/// Reads the answer to [`request`].
///
/// <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/pox-autodiscover-response-for-exchange>
pub fn parse(response: &Response) -> Result<Answer, EwsError> {
    let root = xml::read(&response.body).ok().filter(|root| root.name == "Autodiscover" && response.is_success());
    let Some(root) = root else { return Err(EwsError::of_status(response)) };
    if let Some(code) = root.at(&["Response", "Error"]).and_then(|error| error.word("ErrorCode")) {
        let kind = if code == UNKNOWN_ADDRESS { ErrorKind::NoMailbox } else { ErrorKind::Refused };
        return Err(EwsError::coded(kind, response.status, code));
    }
    let account = root.at(&["Response", "Account"]);
    account.and_then(answer).ok_or_else(|| EwsError::unreadable(response.status))
}

fn answer(account: &Element) -> Option<Answer> {
    let owned = |text: &str| text.to_owned();
    match account.word("Action")? {
        "redirectAddr" => account.word("RedirectAddr").map(owned).map(Answer::Address),
        "redirectUrl" => account.word("RedirectUrl").map(owned).map(Answer::Url),
        "settings" => {
            let of = |wanted: &str| account.all("Protocol").find(|protocol| kind(protocol) == Some(wanted));
            let protocols = PROTOCOLS.into_iter().filter_map(of);
            let mut urls = protocols.filter_map(|protocol| protocol.word("EwsUrl").or_else(|| protocol.word("ASUrl")));
            urls.next().map(owned).map(Answer::Endpoint)
        }
        _ => None,
    }
}

/// What a protocol is; later servers say it in an attribute.
fn kind(protocol: &Element) -> Option<&str> {
    protocol.word("Type").or_else(|| protocol.attribute("Type"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_asked_for_an_address() {
        let request = request("https://corp.example/autodiscover/autodiscover.xml", "ada@corp.example");
        assert_eq!(
            String::from_utf8(request.body).expect("UTF-8"),
            "<?xml version=\"1.0\" encoding=\"utf-8\"?><Autodiscover \
             xmlns=\"http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006\"><Request>\
             <EMailAddress>ada@corp.example</EMailAddress><AcceptableResponseSchema>\
             http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a</AcceptableResponseSchema>\
             </Request></Autodiscover>"
        );
    }

    #[test]
    fn a_server_says_where_the_service_is() {
        let account =
            |inside: &str| format!("<Autodiscover><Response><Account>{inside}</Account></Response></Autodiscover>");
        let settings = |protocols: &str| account(&format!("<Action>settings</Action>{protocols}"));
        let protocol = |kind: &str, name: &str, url: &str| {
            format!("<Protocol><Type>{kind}</Type><{name}>{url}</{name}></Protocol>")
        };
        let within = protocol("EXCH", "ASUrl", "https://in/");
        let cases = [
            (settings(&(within.clone() + &protocol("EXPR", "EwsUrl", "https://out/"))), Ok("<Endpoint: https://out/>")),
            (settings(&(within.clone() + &protocol("EXPR", "OABUrl", "https://out/"))), Ok("<Endpoint: https://in/>")),
            (settings("<Protocol Type='EXHTTP'><EwsUrl>https://h/</EwsUrl></Protocol>"), Ok("<Endpoint: https://h/>")),
            (account("<Action>redirectUrl</Action><RedirectUrl>https://r/</RedirectUrl>"), Ok("<Url: https://r/>")),
            (account("<Action>redirectAddr</Action><RedirectAddr>ada@x.example</RedirectAddr>"), Ok("<Address>")),
            (account("<Action>redirectAddr</Action>"), Err(ErrorKind::Unreadable)),
            (settings(&protocol("WEB", "ASUrl", "https://w/")), Err(ErrorKind::Unreadable)),
            (account("<Action>dance</Action>"), Err(ErrorKind::Unreadable)),
            (
                "<Autodiscover><Response><Error><ErrorCode>500</ErrorCode></Error></Response></Autodiscover>".into(),
                Err(ErrorKind::NoMailbox),
            ),
            (
                "<Autodiscover><Response><Error><ErrorCode>600</ErrorCode></Error></Response></Autodiscover>".into(),
                Err(ErrorKind::Refused),
            ),
            ("<html><body>Welcome</body></html>".into(), Err(ErrorKind::Unreadable)),
        ];
        for (body, wanted) in cases {
            let read = parse(&Response::new(200).body("text/xml", body.clone()));
            let read = read.map(|answer| format!("{answer:?}")).map_err(|error| error.kind);
            assert_eq!(read, wanted.map(str::to_owned), "{body}");
        }
        assert_eq!(parse(&Response::new(401)).map_err(|error| error.kind), Err(ErrorKind::SignInAgain));
    }
}
