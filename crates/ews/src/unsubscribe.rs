//! Ending a subscription.
//!
//! <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/unsubscribe-operation>

use crate::xml::m;
use crate::{EwsError, Session, answers};
use mxs_http::{Request, Response};

/// Asks for a subscription to end.
pub fn request(session: &Session<'_>, subscription: &str) -> Request {
    session.request(m("Unsubscribe").child(m("SubscriptionId").saying(subscription)))
}

/// Reads the answer to [`request`].
pub fn parse(response: &Response) -> Result<(), EwsError> {
    answers::read_one(response, "Unsubscribe", |_| Some(()))
}
