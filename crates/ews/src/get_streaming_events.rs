//! What subscriptions tell by themselves: one answer that goes on for minutes, an envelope after the other.
//!
//! <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/getstreamingevents-operation>

use crate::notification::{self, Notification};
use crate::xml::{Element, entries, m, t};
use crate::{EwsError, ServerVersion, Session, answers, envelope};
use mxs_http::{Request, Response};

/// The longest that an answer goes on, in minutes.
///
/// <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/connectiontimeout>
pub const MINUTES_MAX: u8 = 30;

/// The longest envelope that is waited for, in bytes; real ones tell some events.
pub const ENVELOPE_MAX: usize = 1 << 20;

/// What an envelope begins and ends with, behind the prefix of its namespace.
const NAME: &[u8] = b"Envelope";

/// What one envelope tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Streamed {
    /// What happened.
    pub notifications: Vec<Notification>,
    /// The subscriptions that are over: to be made anew, and what changed to be read.
    pub lost: Vec<String>,
    /// Whether the server has ended the answer: it is to be asked again.
    pub is_closed: bool,
}

/// Asks what subscriptions tell for so many minutes, [`MINUTES_MAX`] at most. `None` where the version has none.
pub fn request(session: &Session<'_>, subscriptions: &[&str], minutes: u8) -> Option<Request> {
    let ids = m("SubscriptionIds").children(subscriptions.iter().map(|id| t("SubscriptionId").saying(id)));
    let minutes = m("ConnectionTimeout").saying(&minutes.clamp(1, MINUTES_MAX).to_string());
    let is_known = session.version >= ServerVersion::Exchange2010Sp2;
    is_known.then(|| session.request(m("GetStreamingEvents").child(ids).child(minutes)))
}

/// Cuts a stream of bytes into envelopes.
#[derive(Debug, Default)]
pub struct Envelopes {
    buffer: Vec<u8>,
    /// How far the buffer holds no end of an envelope.
    searched: usize,
}

impl Envelopes {
    /// Takes the next bytes and gives the envelopes that they complete; an error where one is longer than
    /// [`ENVELOPE_MAX`], so that the stream can't be followed any more.
    pub fn push(&mut self, bytes: &[u8]) -> Result<Vec<Vec<u8>>, EwsError> {
        self.buffer.extend_from_slice(bytes);
        let mut envelopes = Vec::new();
        while let Some(end) = end(&self.buffer, self.searched) {
            let rest = self.buffer.split_off(end);
            envelopes.push(std::mem::replace(&mut self.buffer, rest));
            self.searched = 0;
        }
        // An end may have come by half.
        self.searched = self.buffer.iter().rposition(|byte| *byte == b'<').unwrap_or(self.buffer.len());
        if self.buffer.len() > ENVELOPE_MAX { Err(EwsError::unreadable(200)) } else { Ok(envelopes) }
    }
}

/// Where the first envelope ends whose end begins at `from` or later.
fn end(buffer: &[u8], from: usize) -> Option<usize> {
    let mut from = from;
    while let Some(start) = buffer.get(from..)?.windows(2).position(|pair| pair == b"</") {
        let tag = from + start;
        let length = buffer[tag..].iter().position(|byte| *byte == b'>')?;
        let name = buffer[tag + 2..tag + length].trim_ascii_end();
        let local = name.iter().position(|byte| *byte == b':').map_or(name, |colon| &name[colon + 1..]);
        if local == NAME {
            return Some(tag + length + 1);
        }
        from = tag + length;
    }
    None
}

/// Reads one envelope of the answer to [`request`].
pub fn parse(envelope: &[u8]) -> Result<Streamed, EwsError> {
    let response = Response { body: envelope.to_vec(), ..Response::new(200) };
    let answer = envelope::open(&response, "GetStreamingEventsResponse")?;
    let messages = answer.get("ResponseMessages").map(|messages| messages.children.as_slice()).unwrap_or_default();
    if messages.is_empty() {
        return Err(EwsError::unreadable(response.status));
    }
    let mut streamed = Streamed { notifications: Vec::new(), lost: Vec::new(), is_closed: false };
    for message in messages {
        let lost: Vec<String> = message
            .get("ErrorSubscriptionIds")
            .map(|ids| ids.children.iter().map(|id| id.text.trim().to_owned()).collect())
            .unwrap_or_default();
        if lost.is_empty() {
            streamed.notifications.extend(answers::one(response.status, message.clone(), &told)?);
        }
        streamed.lost.extend(lost);
        streamed.is_closed |= message.word("ConnectionStatus") == Some("Closed");
    }
    Ok(streamed)
}

fn told(message: Element) -> Option<Vec<Notification>> {
    entries(message.get("Notifications"))?.iter().map(notification::parse).collect()
}
