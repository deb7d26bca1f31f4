//! Requests by the browser's [`fetch`](https://developer.mozilla.org/docs/Web/API/Fetch_API), from the page and from
//! its worker alike.

use gloo_net::http::{Method as Verb, RequestBuilder, Response as Answer};
use js_sys::{Reflect, Uint8Array};
use mxs_http::{Headers, Method, NoResponse, Request, Response};
use wasm_bindgen::JsValue;
use web_sys::{AbortSignal, ReferrerPolicy, RequestCache, RequestCredentials, RequestInit};

/// How long an answer may take. Longer than the slowest server's own limit.
const ANSWER_LIMIT_MS: u32 = 100_000;

/// The absolute address of `url`: one that starts with `/` is of `base`, any other must already be.
///
/// `None` for an address of another origin, so that a link in an answer can't carry a token elsewhere.
pub fn resolve(base: &str, url: &str) -> Option<String> {
    // `//host` would be another host.
    if url.starts_with('/') && !url.starts_with("//") {
        return Some(format!("{base}{url}"));
    }
    let rest = url.strip_prefix(base)?;
    // `https://graph.example.evil` starts like `https://graph.example`.
    rest.starts_with(['/', '?']).then(|| url.to_owned())
}

/// Sends a request with an absolute address, without cookies.
pub async fn fetch(request: &Request) -> Result<Response, NoResponse> {
    let built = build(request, Some(&AbortSignal::timeout_with_u32(ANSWER_LIMIT_MS)));
    send(built.map_err(|_| NoResponse::NotSent)?).await
}

/// The same, but the browser carries it on when the page is left meanwhile. It takes at most 64 KB of such bodies.
pub async fn fetch_beyond_the_page(request: &Request) -> Result<Response, NoResponse> {
    let built: web_sys::Request = build(request, None).map_err(|_| NoResponse::NotSent)?.into();
    let init = RequestInit::new();
    // The setting has no name of its own in web-sys.
    let kept = Reflect::set(&init, &"keepalive".into(), &JsValue::TRUE)
        .and_then(|_| web_sys::Request::new_with_request_and_init(&built, &init));
    send(kept.map_err(|_| NoResponse::NotSent)?.into()).await
}

async fn send(request: gloo_net::http::Request) -> Result<Response, NoResponse> {
    // Once it has left, a failure says nothing about what the server did.
    let answer = request.send().await.map_err(|_| NoResponse::Unknown)?;
    read(&answer).await.map_err(|_| NoResponse::Unknown)
}

fn build(request: &Request, signal: Option<&AbortSignal>) -> Result<gloo_net::http::Request, gloo_net::Error> {
    let mut builder = RequestBuilder::new(&request.url)
        .method(verb(request.method))
        .credentials(RequestCredentials::Omit)
        .referrer_policy(ReferrerPolicy::NoReferrer)
        .abort_signal(signal);
    // Only what is read could be kept. For writes Chromium takes it as: ask the server each time anew whether
    // this page may ask, which doubles the round trips.
    if request.method == Method::Get {
        builder = builder.cache(RequestCache::NoStore);
    }
    for (name, value) in request.headers.iter() {
        builder = builder.header(name, value);
    }
    if request.body.is_empty() { builder.build() } else { builder.body(Uint8Array::from(request.body.as_slice())) }
}

async fn read(answer: &Answer) -> Result<Response, gloo_net::Error> {
    let headers: Headers = answer.headers().entries().collect();
    Ok(Response { status: answer.status(), headers, body: answer.binary().await? })
}

fn verb(method: Method) -> Verb {
    match method {
        Method::Delete => Verb::DELETE,
        Method::Get => Verb::GET,
        Method::Head => Verb::HEAD,
        Method::Options => Verb::OPTIONS,
        Method::Patch => Verb::PATCH,
        Method::Post => Verb::POST,
        Method::Put => Verb::PUT,
    }
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
