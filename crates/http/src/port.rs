//! Where requests leave the pure part of the product.

use crate::{Request, Response};
use std::future::Future;

/// No answer came. What matters to a sync is whether the server may have acted all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoResponse {
    /// The request never left: the server did nothing.
    NotSent,
    /// It left and no answer came: the server may or may not have done what was asked.
    Unknown,
}

/// Sends a request and waits for its answer.
///
/// An answer of any status is `Ok`. Implementations don't retry, follow redirects to another host or
/// add credentials of their own choosing: the caller decides all that.
pub trait HttpPort {
    /// Sends `request`.
    fn send(&self, request: Request) -> impl Future<Output = Result<Response, NoResponse>>;
}
