//! Requests by the browser's `fetch`.

use js_sys::{Array, Uint8Array};
use mxs_http::{Headers, Method, NoResponse, Request, Response};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, ReferrerPolicy, RequestCache, RequestCredentials, RequestInit};

/// How long an answer may take. Longer than the slowest server's own limit.
const ANSWER_LIMIT_MS: u32 = 100_000;

/// Whether a request goes on when the page is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Life {
    /// It ends with the page.
    Page,
    /// It goes on. The browser takes at most 64 KB of such bodies.
    Beyond,
}

/// The absolute address of `url`: one that starts with `/` is of `base`, any other must already be.
///
/// `None` for an address of another origin, so that a link in an answer can't carry a token elsewhere.
pub(crate) fn resolve(base: &str, url: &str) -> Option<String> {
    // `//host` would be another host.
    if url.starts_with('/') && !url.starts_with("//") {
        return Some(format!("{base}{url}"));
    }
    let rest = url.strip_prefix(base)?;
    // `https://graph.example.evil` starts like `https://graph.example`.
    rest.starts_with(['/', '?']).then(|| url.to_owned())
}

/// Sends a request with an absolute address, without cookies.
pub(crate) async fn fetch(request: &Request, life: Life) -> Result<Response, NoResponse> {
    let promise = start(request, life).map_err(|_| NoResponse::NotSent)?;
    // Once it has left, a failure says nothing about what the server did.
    read(promise).await.map_err(|_| NoResponse::Unknown)
}

fn start(request: &Request, life: Life) -> Result<js_sys::Promise, JsValue> {
    let init = RequestInit::new();
    init.set_method(request.method.as_str());
    init.set_credentials(RequestCredentials::Omit);
    // Only what is read could be kept. For writes Chromium takes it as: ask the server each time anew whether
    // this page may ask, which doubles the round trips.
    if request.method == Method::Get {
        init.set_cache(RequestCache::NoStore);
    }
    init.set_referrer_policy(ReferrerPolicy::NoReferrer);
    let headers = web_sys::Headers::new()?;
    for (name, value) in request.headers.iter() {
        headers.append(name, value)?;
    }
    init.set_headers(&headers);
    if !request.body.is_empty() {
        init.set_body(&Uint8Array::from(request.body.as_slice()));
    }
    match life {
        Life::Page => init.set_signal(Some(&AbortSignal::timeout_with_u32(ANSWER_LIMIT_MS))),
        Life::Beyond => {
            js_sys::Reflect::set(&init, &"keepalive".into(), &JsValue::TRUE)?;
        }
    }
    let built = web_sys::Request::new_with_str_and_init(&request.url, &init)?;
    Ok(super::window().fetch_with_request(&built))
}

async fn read(promise: js_sys::Promise) -> Result<Response, JsValue> {
    let answer: web_sys::Response = JsFuture::from(promise).await?.dyn_into()?;
    let mut headers = Headers::default();
    for entry in answer.headers().entries() {
        let entry: Array = entry?.dyn_into()?;
        if let (Some(name), Some(value)) = (entry.get(0).as_string(), entry.get(1).as_string()) {
            headers.push(name, value);
        }
    }
    let body = JsFuture::from(answer.array_buffer()?).await?;
    Ok(Response { status: answer.status(), headers, body: Uint8Array::new(&body).to_vec() })
}

#[cfg(test)]
mod tests {
    use super::resolve;

    #[test]
    fn only_the_base_is_ever_asked() {
        const BASE: &str = "https://graph.example";
        for (url, expected) in [
            ("/v1.0/me", Some("https://graph.example/v1.0/me")),
            ("https://graph.example/v1.0/me?$skip=1", Some("https://graph.example/v1.0/me?$skip=1")),
            ("https://graph.example.evil/v1.0/me", None),
            ("https://graph.example@evil/v1.0/me", None),
            ("https://graph.example:8443/v1.0/me", None),
            ("//evil.example/v1.0/me", None),
            ("v1.0/me", None),
            ("http://graph.example/v1.0/me", None),
        ] {
            assert_eq!(resolve(BASE, url).as_deref(), expected, "{url}");
        }
    }
}
