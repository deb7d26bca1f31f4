//! An answer of the Zoho Request Client as an HTTP answer.

use js_sys::{Array, JSON, Object, Reflect};
use mxs_http::{Headers, Response};
use wasm_bindgen::{JsCast, JsValue};

/// Reads `{status, headers, data}`. An error may be one itself, or carry one as `response`.
///
/// `None` when there is no status: the request failed before the CRM answered.
pub(super) fn response(value: &JsValue) -> Option<Response> {
    let member = |name: &str| Reflect::get(value, &name.into()).ok().filter(|member| !member.is_falsy());
    if !value.is_object() {
        return None;
    }
    let status = member("status").and_then(|status| status.as_f64()).filter(|status| (100.0..600.0).contains(status));
    let Some(status) = status else { return member("response").and_then(|inner| response(&inner)) };
    let headers = member("headers").map(|headers| fields(&headers)).unwrap_or_default();
    let body = Reflect::get(value, &"data".into()).map(|data| body(&data)).unwrap_or_default();
    Some(Response { status: status as u16, headers, body })
}

fn fields(object: &JsValue) -> Headers {
    let Some(object) = object.dyn_ref::<Object>() else { return Headers::default() };
    let entries = Object::entries(object);
    let pairs = entries.iter().filter_map(|entry| {
        let entry: Array = entry.dyn_into().ok()?;
        Some((entry.get(0).as_string()?, entry.get(1).as_string()?))
    });
    pairs.collect()
}

/// The client parses JSON by itself; the bytes are needed here.
fn body(data: &JsValue) -> Vec<u8> {
    if data.is_undefined() || data.is_null() {
        return Vec::new();
    }
    let text = data.as_string().or_else(|| JSON::stringify(data).ok()?.as_string());
    text.unwrap_or_default().into_bytes()
}

#[cfg(all(test, target_arch = "wasm32"))]
mod tests {
    use super::*;
    use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

    wasm_bindgen_test_configure!(run_in_browser);

    fn read(json: &str) -> Option<Response> {
        response(&JSON::parse(json).expect("JSON"))
    }

    #[wasm_bindgen_test]
    fn an_answer_keeps_status_headers_and_body() {
        let response = read(r#"{"status":200,"headers":{"x-a":"1"},"data":{"data":[{"id":"7"}]}}"#).expect("status");
        assert_eq!(response.status, 200);
        assert_eq!(response.headers.get("X-A"), Some("1"));
        assert_eq!(response.body, br#"{"data":[{"id":"7"}]}"#);
    }

    #[wasm_bindgen_test]
    fn an_answer_without_a_body_is_empty() {
        for data in [r#""""#, "null"] {
            let response = read(&format!(r#"{{"status":204,"data":{data}}}"#)).expect("status");
            assert_eq!((response.status, response.body.len()), (204, 0));
        }
    }

    #[wasm_bindgen_test]
    fn an_error_with_an_answer_is_that_answer() {
        let nested = read(r#"{"message":"x","response":{"status":429,"data":{"code":"TOO_MANY_REQUESTS"}}}"#);
        assert_eq!(nested.map(|response| response.status), Some(429));
        assert_eq!(read(r#"{"status":401,"data":""}"#).map(|response| response.status), Some(401));
    }

    #[wasm_bindgen_test]
    fn an_error_without_an_answer_is_none() {
        for json in [r#"{"message":"offline"}"#, "null", r#""text""#, r#"{"status":"error"}"#, r#"{"response":{}}"#] {
            assert_eq!(read(json), None, "{json}");
        }
    }
}
