//! The envelope of an answer.

use crate::xml::{self, Element};
use crate::{EwsError, code};
use mxs_http::Response;

/// The envelope of an answer, whatever is in it.
pub(crate) fn read(response: &Response) -> Result<Element, EwsError> {
    let envelope = xml::read(&response.body).ok().filter(|root| root.name == "Envelope" && root.get("Body").is_some());
    envelope.ok_or_else(|| EwsError::of_status(response))
}

/// What the body of an answer holds under this name. Busy servers send a fault with 500, 503 and 200 alike.
pub(crate) fn open(response: &Response, name: &str) -> Result<Element, EwsError> {
    let mut envelope = read(response)?;
    let body = envelope.children.iter_mut().find(|child| child.name == "Body");
    let content = body.map(|body| std::mem::take(&mut body.children)).unwrap_or_default();
    let content = content.into_iter().next().unwrap_or_default();
    if content.name == "Fault" {
        return Err(fault(response.status, &content));
    }
    // Nobody has to sign in twice to be believed: who isn't let in gets no content.
    if content.name != name || !response.is_success() {
        return Err(EwsError::of_status(response));
    }
    Ok(content)
}

/// A fault that only has a `faultcode` says its code there, with the prefix of its namespace.
fn fault(status: u16, fault: &Element) -> EwsError {
    let error = EwsError::of(status, fault);
    let named = fault.word("faultcode").map(|code| code.rsplit_once(':').map_or(code, |(_, code)| code));
    match named {
        Some(named) if error.code.is_empty() && code::kind(named) != crate::ErrorKind::Refused => {
            EwsError { kind: code::kind(named), code: named.to_owned(), ..error }
        }
        _ => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{BACK_OFF_LIMIT_MS, ErrorKind};
    use ErrorKind::*;

    fn soap(body: &str) -> String {
        format!("<s:Envelope xmlns:s='urn:s'><s:Body>{body}</s:Body></s:Envelope>")
    }

    fn detailed(code: &str, more: &str) -> String {
        soap(&format!(
            "<s:Fault><faultcode>a:{code}</faultcode><faultstring>Ada Lovelace is busy.</faultstring><detail>\
             <e:ResponseCode>\r\n {code}\r\n</e:ResponseCode><t:MessageXml>{more}</t:MessageXml></detail></s:Fault>"
        ))
    }

    fn waits(milliseconds: &str) -> String {
        format!("<t:Value Name='BackOffMilliseconds'> {milliseconds} </t:Value>")
    }

    fn error(status: u16, body: &str) -> (ErrorKind, String, Option<u32>) {
        let error = open(&Response::new(status).body("text/xml", body), "XResponse").expect_err("an error");
        assert_eq!(error.status, status);
        (error.kind, error.code, error.back_off_ms)
    }

    #[test]
    fn faults_say_what_can_be_done_whatever_the_status() {
        let code = |code: &str| code.to_owned();
        let busy = detailed("ErrorServerBusy", &waits("297749"));
        for status in [200, 500, 503] {
            assert_eq!(error(status, &busy), (Throttled, code("ErrorServerBusy"), Some(297_749)), "{status}");
        }
        let cases = [
            (
                detailed("ErrorServerBusy", &waits("9999999999999")),
                Throttled,
                "ErrorServerBusy",
                Some(BACK_OFF_LIMIT_MS),
            ),
            (detailed("ErrorServerBusy", &waits("soon")), Throttled, "ErrorServerBusy", None),
            (detailed("ErrorImpersonateUserDenied", ""), MayNotActForOthers, "ErrorImpersonateUserDenied", None),
            (detailed("ErrorInvalidServerVersion", ""), OtherVersion, "ErrorInvalidServerVersion", None),
            (
                detailed("ErrorSchemaValidation", "<t:LineNumber>2</t:LineNumber>"),
                Refused,
                "ErrorSchemaValidation",
                None,
            ),
            // Nobody knows it: a refusal, by its name.
            (detailed("ErrorOfTomorrow", ""), Refused, "ErrorOfTomorrow", None),
            // What an internal error has inside says more.
            (
                detailed(
                    "ErrorInternalServerError",
                    &format!("<t:Value Name='InnerErrorResponseCode'>ErrorServerBusy</t:Value>{}", waits("25")),
                ),
                Throttled,
                "ErrorServerBusy",
                Some(25),
            ),
            (detailed("ErrorInternalServerError", ""), Unavailable, "ErrorInternalServerError", None),
            // A code outside of the detail, or none.
            (soap("<s:Fault><faultcode>a:ErrorServerBusy</faultcode></s:Fault>"), Throttled, "ErrorServerBusy", None),
            (soap("<s:Fault><faultcode>s:Client</faultcode></s:Fault>"), Unavailable, "", None),
            (soap("<s:Fault/>"), Unavailable, "", None),
        ];
        for (body, kind, code, back_off) in cases {
            assert_eq!(error(500, &body), (kind, code.to_owned(), back_off), "{body}");
        }
    }

    #[test]
    fn what_is_no_envelope_is_judged_by_its_status() {
        let cases = [
            (200, "<html><body>Sign in</body></html>", Unreadable),
            (302, "", Unreadable),
            (404, "<html>", Unreadable),
            (401, "", SignInAgain),
            (401, "<html>", SignInAgain),
            (403, "", Denied),
            (429, "", Throttled),
            (503, "Service Unavailable", Throttled),
            (500, "", Unavailable),
            (502, "<html>", Unavailable),
            (501, "", Refused),
            // An envelope around something else, or around nothing.
            (200, "<s:Envelope xmlns:s='urn:s'/>", Unreadable),
            (200, "<s:Envelope xmlns:s='urn:s'><s:Body/></s:Envelope>", Unreadable),
            (
                200,
                "<s:Envelope xmlns:s='urn:s'><s:Body><m:OtherResponse xmlns:m='urn:m'/></s:Body></s:Envelope>",
                Unreadable,
            ),
            (
                401,
                "<s:Envelope xmlns:s='urn:s'><s:Body><m:XResponse xmlns:m='urn:m'/></s:Body></s:Envelope>",
                SignInAgain,
            ),
        ];
        for (status, body, wanted) in cases {
            assert_eq!(error(status, body).0, wanted, "{status} {body}");
        }
        let busy = Response::new(503).header("Retry-After", " 7 ");
        assert_eq!(open(&busy, "X").map_err(|error| error.back_off_ms), Err(Some(7_000)));
        let late = Response::new(503).header("Retry-After", "Sun, 22 Nov 2026 20:00:00 GMT");
        assert_eq!(open(&late, "X").map_err(|error| error.back_off_ms), Err(None));
    }
}
