//! Following redirects of servers whose address somebody typed in.

use crate::{Failure, Outgoing, client};
use mxs_http::{Headers, Method, Request, Response};
use reqwest::Url;
use secrecy::SecretString;

/// The most redirects that are followed; as many as Microsoft's own clients follow when they look for a mailbox.
///
/// <https://learn.microsoft.com/en-us/exchange/client-developer/exchange-web-services/autodiscover-for-exchange>
pub const HOPS_MAX: usize = 10;

/// Header fields of a request that are for its first server only, besides what is given as authorization.
const FOR_ONE_SERVER: [&str; 3] = ["authorization", "cookie", "proxy-authorization"];

/// An answer and where it came from.
#[derive(Clone, Debug)]
pub struct Followed {
    /// The answer, which is no redirect.
    pub response: Response,
    /// The address that gave it.
    pub url: String,
}

impl Outgoing {
    /// Sends a request with an absolute address that somebody typed in, and follows redirects: each address is judged
    /// as the first was. `authorization` goes to the first address' origin only, and no more once another server has
    /// been asked: it could lead back to any path of the first.
    ///
    /// Method and body stay, as looking for a mailbox posts its question to each server on the way; "see other" (303)
    /// makes a `GET` of it. All of it together takes no longer than one exchange may.
    pub async fn follow(&self, request: Request, authorization: Option<SecretString>) -> Result<Followed, Failure> {
        let followed = tokio::time::timeout(self.limits.total, self.follow_each(request, authorization));
        followed.await.unwrap_or(Err(Failure::Unknown))
    }

    async fn follow_each(&self, request: Request, authorization: Option<SecretString>) -> Result<Followed, Failure> {
        let mut url = self.read_typed(&request.url)?;
        let (mut request, mut authorization) = (request, authorization);
        for _ in 0..=HOPS_MAX {
            let sent = client::exchange(&self.guarded, &request, url.clone(), authorization.as_ref(), self.limits.body);
            let response = sent.await?;
            if !matches!(response.status, 301 | 302 | 303 | 307 | 308) {
                return Ok(Followed { response, url: url.into() });
            }
            let next = self.next(&url, &response)?;
            if next.origin() != url.origin() {
                authorization = None;
                request.headers = without_secrets(&request.headers);
            }
            if response.status == 303 {
                request.method = Method::Get;
                request.body.clear();
            }
            url = next;
        }
        Err(Failure::Redirects)
    }

    fn next(&self, url: &Url, redirect: &Response) -> Result<Url, Failure> {
        let location = redirect.headers.get("location").ok_or(Failure::Redirects)?;
        let next = url.join(location).map_err(|_| Failure::Redirects)?;
        Ok(self.read_typed(next.as_str())?)
    }
}

fn without_secrets(headers: &Headers) -> Headers {
    let is_secret = |name: &str| FOR_ONE_SERVER.iter().any(|secret| name.eq_ignore_ascii_case(secret));
    headers.iter().filter(|(name, _)| !is_secret(name)).collect()
}
