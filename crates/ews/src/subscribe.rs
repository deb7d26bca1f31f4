//! Asking to be told of changes.
//!
//! <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/subscribe-operation>

use crate::xml::{m, t};
use crate::{EwsError, FolderId, ServerVersion, Session, answers, notification};
use mxs_http::{Request, Response};

/// The longest that a subscription lives without being asked, in minutes.
///
/// <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/pullsubscriptionrequest>
pub const TIMEOUT_MAX: u16 = 1_440;

/// A subscription.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// Its id.
    pub id: String,
    /// Where the first question begins; of a stream there is none.
    pub watermark: Option<String>,
}

/// Asks for a subscription to folders that is asked for events ([`crate::get_events`]), and ends when it wasn't for so
/// many minutes, [`TIMEOUT_MAX`] at most.
pub fn pull(session: &Session<'_>, folders: &[FolderId], minutes: u16) -> Request {
    let minutes = minutes.clamp(1, TIMEOUT_MAX).to_string();
    let subscription = m("PullSubscriptionRequest")
        .child(t("FolderIds").children(folders.iter().map(FolderId::element)))
        .child(notification::wanted())
        .child(t("Timeout").saying(&minutes));
    session.request(m("Subscribe").child(subscription))
}

/// Asks for a subscription to folders that tells by itself ([`crate::get_streaming_events`]). `None` where the version
/// has none: Exchange 2010 brought them with its first service pack.
pub fn streaming(session: &Session<'_>, folders: &[FolderId]) -> Option<Request> {
    let subscription = m("StreamingSubscriptionRequest")
        .child(t("FolderIds").children(folders.iter().map(FolderId::element)))
        .child(notification::wanted());
    let is_known = session.version >= ServerVersion::Exchange2010Sp2;
    is_known.then(|| session.request(m("Subscribe").child(subscription)))
}

/// Reads the answer to [`pull`] and [`streaming`].
pub fn parse(response: &Response) -> Result<Subscription, EwsError> {
    answers::read_one(response, "Subscribe", |message| {
        let watermark = message.word("Watermark").map(str::to_owned);
        Some(Subscription { id: message.word("SubscriptionId")?.to_owned(), watermark })
    })
}
