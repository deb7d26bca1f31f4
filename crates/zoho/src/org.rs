//! The CRM organisation.

use crate::ZohoError;
use crate::json::{rows, text};
use mxs_http::{Method, Request, Response};
use serde_json::Value;

/// An organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Org {
    /// Its number across all of Zoho (`zgid`), the same for every user. The provenance mark names it.
    pub zgid: String,
    /// The name people see; may be empty.
    pub company_name: String,
}

/// Asks for the organisation.
///
/// <https://www.zoho.com/crm/developer/docs/api/v8/get-org-data.html>
pub fn request() -> Request {
    Request::new(Method::Get, "/crm/v8/org")
}

/// Reads the answer to [`request`].
pub fn parse(response: &Response) -> Result<Org, ZohoError> {
    let answer = rows(response, "org")?;
    let org = answer.get("org").and_then(|orgs| orgs.get(0)).and_then(Value::as_object);
    let org = org.and_then(|org| {
        let zgid = match org.get("zgid")? {
            Value::String(zgid) if !zgid.is_empty() => zgid.clone(),
            Value::Number(zgid) => zgid.to_string(),
            _ => return None,
        };
        Some(Org { zgid, company_name: text(org, "company_name").to_owned() })
    });
    org.ok_or_else(|| ZohoError::unreadable(response.status))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    #[test]
    fn the_organisation_is_read() {
        for zgid in ["\"700123\"", "700123"] {
            let body = format!(r#"{{"org":[{{"id":"1","zgid":{zgid},"company_name":"Corp"}}]}}"#);
            let org = parse(&Response::new(200).body("application/json", body));
            assert_eq!(org, Ok(Org { zgid: "700123".into(), company_name: "Corp".into() }));
        }
        assert_eq!(request().url, "/crm/v8/org");
    }

    #[test]
    fn what_is_no_organisation_is_an_error() {
        for body in [r#"{"org":[]}"#, r#"{"org":[{"zgid":""}]}"#, r#"{"org":[{"zgid":null}]}"#, "{}", "<html>"] {
            let found = parse(&Response::new(200).body("application/json", body)).map_err(|error| error.kind);
            assert_eq!(found, Err(ErrorKind::Unreadable), "{body}");
        }
    }
}
