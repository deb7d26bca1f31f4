//! Autodiscover version 2: one question without credentials. Exchange 2016 brought it, with an update.
//!
//! <https://learn.microsoft.com/en-us/openspecs/exchange_server_protocols/ms-oxdisco/>

use super::Answer;
use crate::{ErrorKind, EwsError};
use mxs_http::{Method, Request, Response, url};
use serde_json::Value;

/// Where a host answers.
pub(super) fn address(host: &str, mailbox: &str) -> String {
    let query = url::form([("Email", mailbox), ("Protocol", "EWS")]);
    format!("https://{host}/autodiscover/autodiscover.json?{query}")
}

/// Asks at this address where the service is.
pub fn request(url: &str) -> Request {
    Request::new(Method::Get, url).header("Accept", "application/json")
}

/// Reads the answer to [`request`].
pub fn parse(response: &Response) -> Result<Answer, EwsError> {
    let body: Option<Value> = serde_json::from_slice(&response.body).ok();
    let text = |name: &str| body.as_ref().and_then(|body| body.get(name)?.as_str()).filter(|text| !text.is_empty());
    match (text("Url"), text("ErrorCode")) {
        (Some(url), _) if response.is_success() => Ok(Answer::Endpoint(url.to_owned())),
        (_, Some(code)) => Err(EwsError::coded(ErrorKind::Refused, response.status, code)),
        _ => Err(EwsError::of_status(response)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_says_where_the_service_is() {
        assert_eq!(
            address("autodiscover.corp.example", "ada+x@corp.example"),
            "https://autodiscover.corp.example/autodiscover/autodiscover.json?Email=ada%2Bx%40corp.example&Protocol=EWS"
        );
        let cases = [
            (
                200,
                r#"{"Protocol":"EWS","Url":"https://m/EWS/Exchange.asmx"}"#,
                Ok("<Endpoint: https://m/EWS/Exchange.asmx>"),
            ),
            (
                404,
                r#"{"ErrorCode":"ProtocolNotSupported","ErrorMessage":"ada"}"#,
                Err((ErrorKind::Refused, "ProtocolNotSupported")),
            ),
            (404, r#"{"Url":"https://m"}"#, Err((ErrorKind::Unreadable, ""))),
            (200, r#"{"Url":""}"#, Err((ErrorKind::Unreadable, ""))),
            (200, r#"["x"]"#, Err((ErrorKind::Unreadable, ""))),
            (200, "<html>", Err((ErrorKind::Unreadable, ""))),
            (401, "", Err((ErrorKind::SignInAgain, ""))),
            (503, "", Err((ErrorKind::Throttled, ""))),
        ];
        for (status, body, wanted) in cases {
            let read = parse(&Response::new(status).body("application/json", body));
            let read = read.map(|answer| format!("{answer:?}")).map_err(|error| (error.kind, error.code));
            let wanted = wanted.map(str::to_owned).map_err(|(kind, code)| (kind, code.to_owned()));
            assert_eq!(read, wanted, "{body}");
        }
    }
}
