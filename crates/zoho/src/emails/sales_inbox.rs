//! Whether SalesInbox is in use: it puts mails beside records itself, and every mail would be there twice.

use crate::ZohoError;
use crate::json::{filled, rows};
use mxs_http::{Method, Request, Response};
use serde_json::Value;

/// Its name among the modules.
const NAME: &str = "SalesInbox";

/// Asks for the modules: SalesInbox is one of them, without records. That one which nobody uses is hidden is known by
/// report only.
///
/// <https://www.zoho.com/crm/developer/docs/api/v8/modules-api.html>
pub fn request() -> Request {
    Request::new(Method::Get, "/crm/v8/settings/modules")
}

/// Reads the answer to [`request`].
pub fn parse_in_use(response: &Response) -> Result<bool, ZohoError> {
    let answer = rows(response, "modules")?;
    let mut is_in_use = false;
    for module in answer.get("modules").and_then(Value::as_array).into_iter().flatten() {
        let named = module.as_object().and_then(|module| Some((filled(module, "api_name")?, module)));
        let (name, module) = named.ok_or_else(|| ZohoError::unreadable(response.status))?;
        is_in_use |= name == NAME && module.get("visible").and_then(Value::as_bool) != Some(false);
    }
    Ok(is_in_use)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;
    use serde_json::json;

    #[test]
    fn one_that_is_shown_is_in_use() {
        let inbox = |visible: Value| {
            json!({ "modules": [{ "api_name": "Leads", "visible": true },
            { "api_name": "SalesInbox", "visible": visible }] })
        };
        let cases = [
            (inbox(json!(true)), true),
            (inbox(json!(false)), false),
            // What can't be told counts as use: a mail that is there twice can't be taken back.
            (inbox(Value::Null), true),
            (json!({ "modules": [{ "api_name": "Leads", "visible": true }] }), false),
        ];
        for (body, used) in cases {
            let response = Response::new(200).body("application/json", body.to_string());
            assert_eq!(parse_in_use(&response), Ok(used), "{body}");
        }
        let refused = parse_in_use(&Response::new(401).body("application/json", r#"{"code":"INVALID_TOKEN"}"#));
        assert_eq!(refused.map_err(|error| error.kind), Err(ErrorKind::SignInAgain));
    }
}
