//! Requests to the CRM's interface, sent by the CRM itself as its user.

use super::answer::response;
use super::sdk::{ZrcRequest, zrc_request};
use crate::browser::timeout;
use js_sys::{Object, Reflect};
use mxs_http::{HttpPort, NoResponse, Request, Response};

/// How long an answer may take.
const ANSWER_LIMIT_MS: u32 = 100_000;

/// The CRM by the Zoho Request Client. There is no token here: the CRM page adds its session.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct CrmPort;

impl HttpPort for CrmPort {
    async fn send(&self, request: Request) -> Result<Response, NoResponse> {
        // The client resolves a path against the CRM's origin, and would send any other address as it is.
        if !request.url.starts_with('/') || request.url.starts_with("//") {
            return Err(NoResponse::NotSent);
        }
        let call = ZrcRequest::new(request.method.as_str(), &request.url);
        let headers = Object::new();
        for (name, value) in request.headers.iter() {
            Reflect::set(&headers, &name.into(), &value.into()).map_err(|_| NoResponse::NotSent)?;
        }
        call.set_headers(&headers);
        if !request.body.is_empty() {
            call.set_body(std::str::from_utf8(&request.body).map_err(|_| NoResponse::NotSent)?);
        }
        // What the client throws at once, it throws while it checks the request.
        let promise = zrc_request(&call).map_err(|_| NoResponse::NotSent)?;
        let settled = timeout(promise, ANSWER_LIMIT_MS).await;
        let value = settled.or_else(|error| error.ok_or(NoResponse::Unknown))?;
        response(&value).ok_or(NoResponse::Unknown)
    }
}
