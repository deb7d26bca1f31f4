//! What a subscription that is asked has to tell.
//!
//! <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/getevents-operation>

use crate::notification::{self, Notification};
use crate::xml::m;
use crate::{EwsError, Session, answers};
use mxs_http::{Request, Response};

/// Asks what happened since a watermark.
pub fn request(session: &Session<'_>, subscription: &str, watermark: &str) -> Request {
    session
        .request(m("GetEvents").child(m("SubscriptionId").saying(subscription)).child(m("Watermark").saying(watermark)))
}

/// Reads the answer to [`request`]. It has a watermark, even where nothing happened.
pub fn parse(response: &Response) -> Result<Notification, EwsError> {
    answers::read_one(response, "GetEvents", |message| {
        notification::parse(message.get("Notification")?).filter(|told| told.watermark.is_some())
    })
}
