//! Autodiscover as a service, since Exchange 2010.
//!
//! <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/getusersettings-operation-soap>

use super::Answer;
use crate::xml::Element;
use crate::{ErrorKind, EwsError, envelope};
use mxs_http::{Method, Request, Response};

const AUTODISCOVER: &str = "http://schemas.microsoft.com/exchange/2010/Autodiscover";
const ACTION: &str = "http://schemas.microsoft.com/exchange/2010/Autodiscover/Autodiscover/GetUserSettings";
const ADDRESSING: &str = "http://www.w3.org/2005/08/addressing";
const SOAP: &str = "http://schemas.xmlsoap.org/soap/envelope/";

/// Which settings are asked for: from outside before from within.
const SETTINGS: [&str; 2] = ["ExternalEwsUrl", "InternalEwsUrl"];

/// Where a host answers.
pub(super) fn address(host: &str) -> String {
    format!("https://{host}/autodiscover/autodiscover.svc")
}

/// Asks at this address where the service is for a mailbox.
pub fn request(url: &str, mailbox: &str) -> Request {
    let a = |name: &str| Element::named(format!("a:{name}"));
    let w = |name: &str| Element::named(format!("w:{name}"));
    let header = Element::named("s:Header")
        .child(a("RequestedServerVersion").saying("Exchange2010"))
        .child(w("Action").saying(ACTION))
        .child(w("To").saying(url));
    let asked = a("Request")
        .child(a("Users").child(a("User").child(a("Mailbox").saying(mailbox))))
        .child(a("RequestedSettings").children(SETTINGS.map(|setting| a("Setting").saying(setting))));
    let body = Element::named("s:Body").child(a("GetUserSettingsRequestMessage").child(asked));
    let envelope = Element::named("s:Envelope")
        .with("xmlns:s", SOAP)
        .with("xmlns:a", AUTODISCOVER)
        .with("xmlns:w", ADDRESSING)
        .child(header)
        .child(body);
    Request::new(Method::Post, url)
        .header("Accept", "text/xml")
        .header("SOAPAction", format!("\"{ACTION}\""))
        .body("text/xml; charset=utf-8", format!("<?xml version=\"1.0\" encoding=\"utf-8\"?>{}", envelope.xml()))
}

/// Reads the answer to [`request`].
pub fn parse(response: &Response) -> Result<Answer, EwsError> {
    let message = envelope::open(response, "GetUserSettingsResponseMessage")?;
    let unreadable = || EwsError::unreadable(response.status);
    let answer = message.get("Response").ok_or_else(unreadable)?;
    let user = answer.at(&["UserResponses", "UserResponse"]);
    let code = |element: &Element| element.word("ErrorCode").filter(|code| *code != "NoError").map(str::to_owned);
    let target = || user.and_then(|user| user.word("RedirectTarget")).map(str::to_owned).ok_or_else(unreadable);
    match user.and_then(code).or_else(|| code(answer)).as_deref() {
        None => user.and_then(endpoint).ok_or_else(unreadable),
        Some("RedirectAddress") => target().map(Answer::Address),
        Some("RedirectUrl") => target().map(Answer::Url),
        Some(code) => {
            let kind = match code {
                "InvalidUser" | "InvalidDomain" => ErrorKind::NoMailbox,
                "ServerBusy" => ErrorKind::Throttled,
                "InternalServerError" => ErrorKind::Unavailable,
                _ => ErrorKind::Refused,
            };
            Err(EwsError::coded(kind, response.status, code))
        }
    }
}

fn endpoint(user: &Element) -> Option<Answer> {
    let settings = user.get("UserSettings")?;
    let of = |wanted: &str| {
        let mut found = settings.children.iter().filter(|setting| setting.word("Name") == Some(wanted));
        found.next()?.word("Value")
    };
    SETTINGS.into_iter().find_map(of).map(|url| Answer::Endpoint(url.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::whole;

    #[test]
    fn a_server_is_asked_for_settings() {
        let request = request("https://h/autodiscover/autodiscover.svc", "ada@corp.example");
        assert_eq!(request.headers.get("SOAPAction"), Some(format!("\"{ACTION}\"").as_str()));
        let body = String::from_utf8(request.body).expect("UTF-8");
        assert!(body.ends_with(
            "<s:Body><a:GetUserSettingsRequestMessage><a:Request><a:Users><a:User><a:Mailbox>ada@corp.example</a:Mailbox></a:User></a:Users>\
             <a:RequestedSettings><a:Setting>ExternalEwsUrl</a:Setting><a:Setting>InternalEwsUrl</a:Setting></a:RequestedSettings>\
             </a:Request></a:GetUserSettingsRequestMessage></s:Body></s:Envelope>"
        ));
        assert!(body.contains("<w:To>https://h/autodiscover/autodiscover.svc</w:To>"), "{body}");
    }

    #[test]
    fn a_server_says_where_the_service_is() {
        let answer = |code: &str, user: &str| {
            format!(
                "<GetUserSettingsResponseMessage><Response><ErrorCode>{code}</ErrorCode><UserResponses><UserResponse>{user}</UserResponse>\
                 </UserResponses></Response></GetUserSettingsResponseMessage>"
            )
        };
        let setting =
            |name: &str, url: &str| format!("<UserSetting><Name>{name}</Name><Value>{url}</Value></UserSetting>");
        let settings = |all: &str| format!("<ErrorCode>NoError</ErrorCode><UserSettings>{all}</UserSettings>");
        let within = setting("InternalEwsUrl", "https://in/");
        let outside = setting("ExternalEwsUrl", "https://out/");
        let redirect = |code: &str, target: &str| {
            format!("<ErrorCode>{code}</ErrorCode><RedirectTarget>{target}</RedirectTarget>")
        };
        let cases = [
            (answer("NoError", &settings(&(within.clone() + &outside))), Ok("<Endpoint: https://out/>")),
            (answer("NoError", &settings(&within)), Ok("<Endpoint: https://in/>")),
            (answer("NoError", &settings("")), Err(ErrorKind::Unreadable)),
            (answer("NoError", &redirect("RedirectAddress", "ada@x.example")), Ok("<Address>")),
            (answer("NoError", &redirect("RedirectUrl", "https://r/")), Ok("<Url: https://r/>")),
            (answer("NoError", &redirect("RedirectUrl", "")), Err(ErrorKind::Unreadable)),
            (answer("NoError", "<ErrorCode>InvalidUser</ErrorCode>"), Err(ErrorKind::NoMailbox)),
            (answer("ServerBusy", ""), Err(ErrorKind::Throttled)),
            (answer("SettingIsNotAvailable", ""), Err(ErrorKind::Refused)),
            ("<GetUserSettingsResponseMessage/>".into(), Err(ErrorKind::Unreadable)),
            ("<Other/>".into(), Err(ErrorKind::Unreadable)),
        ];
        for (body, wanted) in cases {
            let read = parse(&whole(&body)).map(|answer| format!("{answer:?}")).map_err(|error| error.kind);
            assert_eq!(read, wanted.map(str::to_owned), "{body}");
        }
    }
}
