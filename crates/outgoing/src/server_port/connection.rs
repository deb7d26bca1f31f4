//! One request and its answer on a connection.

use super::Unanswered;
use crate::limits::Limits;
use crate::{Failure, client};
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1::SendRequest;
use hyper::header::{CONTENT_LENGTH, HOST, HeaderValue, USER_AGENT};
use mxs_http::{Headers, Request, Response};
use reqwest::Url;
use secrecy::SecretString;
use tokio::time::timeout;

/// A connection to a server.
pub(super) struct Connection {
    sender: SendRequest<Full<Bytes>>,
    /// What binds a signing in to it.
    pub(super) binding: Option<[u8; 16]>,
    /// Whether NTLM has signed it in.
    pub(super) is_signed_in: bool,
    /// An answer is still to come on it.
    is_spent: bool,
}

impl Connection {
    pub(super) const fn new(sender: SendRequest<Full<Bytes>>, binding: Option<[u8; 16]>) -> Self {
        Self { sender, binding, is_signed_in: false, is_spent: false }
    }

    /// Whether another request may be sent on it.
    pub(super) fn is_open(&self) -> bool {
        !self.is_spent && !self.sender.is_closed()
    }

    /// Sends a request and reads the answer, up to `body_max` bytes of it.
    pub(super) async fn exchange(
        &mut self,
        request: &Request,
        url: &Url,
        authorization: Option<&SecretString>,
        (limits, body_max): (&Limits, usize),
    ) -> Result<Response, Unanswered> {
        let asked = message(request, url, authorization).ok_or(Failure::NotSent)?;
        if self.sender.ready().await.is_err() {
            return Err(Unanswered::Closed);
        }
        self.is_spent = true;
        let answered = timeout(limits.silence, self.sender.try_send_request(asked)).await;
        let answer = match answered.map_err(|_| Failure::Unknown)? {
            Ok(answer) => answer,
            // It came back unsent.
            Err(mut error) => {
                let is_unsent = error.take_message().is_some();
                return Err(if is_unsent { Unanswered::Closed } else { Failure::Unknown.into() });
            }
        };
        let response = read(answer, limits, body_max).await?;
        self.is_spent = false;
        Ok(response)
    }
}

fn message(request: &Request, url: &Url, authorization: Option<&SecretString>) -> Option<hyper::Request<Full<Bytes>>> {
    let target = match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    };
    let mut message = hyper::Request::new(Full::new(Bytes::from(request.body.clone())));
    *message.method_mut() = client::verb(request.method);
    *message.uri_mut() = target.parse().ok()?;
    *message.headers_mut() = client::headers(&request.headers, authorization)?;
    message.headers_mut().insert(HOST, HeaderValue::from_str(url.authority()).ok()?);
    message.headers_mut().insert(USER_AGENT, HeaderValue::from_static(client::USER_AGENT));
    if request.body.is_empty() && !matches!(request.method, mxs_http::Method::Get | mxs_http::Method::Head) {
        message.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
    }
    Some(message)
}

async fn read(answer: hyper::Response<Incoming>, limits: &Limits, body_max: usize) -> Result<Response, Failure> {
    let (head, mut incoming) = answer.into_parts();
    let fields = head.headers.iter();
    let headers: Headers =
        fields.map(|(name, value)| (name.as_str(), String::from_utf8_lossy(value.as_bytes()))).collect();
    let is_too_large = |length: u64| length > body_max as u64;
    if hyper::body::Body::size_hint(&incoming).exact().is_some_and(is_too_large) {
        return Err(Failure::TooLarge);
    }
    let mut body = Vec::new();
    // Once an answer has begun the server has acted, whatever becomes of the rest.
    while let Some(frame) = timeout(limits.silence, incoming.frame()).await.map_err(|_| Failure::Unknown)? {
        let Ok(piece) = frame.map_err(|_| Failure::Unknown)?.into_data() else { continue };
        if body.len() + piece.len() > body_max {
            return Err(Failure::TooLarge);
        }
        body.extend_from_slice(&piece);
    }
    Ok(Response { status: head.status.as_u16(), headers, body })
}
