//! The HTTP port to one origin.

use crate::{Failure, Refusal, client};
use mxs_http::{HttpPort, NoResponse, Request, Response};
use reqwest::{Client, Url};
use secrecy::SecretString;

/// A port to one origin, with the credentials for it. Cheap to make: a new token takes a new port.
#[derive(Clone)]
pub struct Port {
    client: Client,
    /// With nothing after the host and its port but a slash.
    origin: Url,
    authorization: Option<SecretString>,
    body_max: usize,
}

impl Port {
    pub(crate) const fn new(client: Client, origin: Url, authorization: Option<SecretString>, body_max: usize) -> Self {
        Self { client, origin, authorization, body_max }
    }

    /// Sends a request; says more of a failure than the port's contract does.
    pub async fn exchange(&self, request: &Request) -> Result<Response, Failure> {
        let url = resolve(&self.origin, &request.url)?;
        client::exchange(&self.client, request, url, self.authorization.as_ref(), self.body_max).await
    }
}

/// The address of a request to an origin.
pub(crate) fn resolve(origin: &Url, url: &str) -> Result<Url, Refusal> {
    let is_path = url.starts_with('/') && !url.starts_with("//") && !url.starts_with("/\\");
    let url = if is_path { origin.join(url) } else { Url::parse(url) };
    let url = url.map_err(|_| Refusal::Unreadable)?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Refusal::UserInfo);
    }
    if url.origin() == origin.origin() { Ok(url) } else { Err(Refusal::OtherOrigin) }
}

/// Whether nothing but a slash follows the host and its port.
pub(crate) fn is_origin(url: &Url) -> bool {
    url.path() == "/" && url.query().is_none() && url.fragment().is_none()
}

impl HttpPort for Port {
    async fn send(&self, request: Request) -> Result<Response, NoResponse> {
        self.exchange(&request).await.map_err(NoResponse::from)
    }
}
