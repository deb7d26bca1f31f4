//! Where requests leave the pure part of the product.

use crate::{Request, Response};
use std::future::Future;

/// No answer came. What matters to a sync is whether the server may have acted all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum NoResponse {
    /// The request never left: the server did nothing.
    NotSent,
    /// It left and no answer came: the server may or may not have done what was asked.
    Unknown,
}

/// Sends requests to one vendor and waits for the answers.
///
/// An answer of any status is `Ok`. The port knows the vendor's origin and the credentials: it resolves a
/// URL that starts with `/` against the origin, adds the credentials, and refuses ([`NoResponse::NotSent`])
/// an absolute URL of any other origin, so that a link in an answer can't carry a token elsewhere. It does
/// not retry: when and how often is the caller's policy.
pub trait HttpPort {
    /// Sends `request`.
    fn send(&self, request: Request) -> impl Future<Output = Result<Response, NoResponse>>;
}

impl<P: HttpPort> HttpPort for &P {
    async fn send(&self, request: Request) -> Result<Response, NoResponse> {
        (**self).send(request).await
    }
}
