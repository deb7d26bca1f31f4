//! A message as a listing shows it, without what it says.

use super::{Address, ThreadKey};
use crate::{ExchangeId, Instant};
use std::fmt;

/// What the sender asks of those who handle a message.
///
/// <https://learn.microsoft.com/en-us/office/client-developer/outlook/mapi/pidtagsensitivity-canonical-property>
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sensitivity {
    /// Nothing.
    Normal,
    /// It is about a person's own affairs.
    Personal,
    /// It is for the recipient's eyes.
    Private,
    /// It is the company's secret.
    Confidential,
}

/// Which way a message went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// To the mailbox.
    Incoming,
    /// From the mailbox.
    Sent,
}

/// A message that was seen.
#[derive(Clone, PartialEq, Eq)]
pub struct SeenMessage {
    /// Its id in the mailbox.
    pub item: ExchangeId,
    /// The id that it has on the Internet; empty where it has none.
    pub internet_id: String,
    /// The thread that the mailbox counts it to, if any.
    pub thread: Option<ThreadKey>,
    /// When it came, or was sent.
    pub received: Instant,
    /// Whether nobody has sent it yet.
    pub draft: bool,
    /// Who wrote it.
    pub from: Option<Address>,
    /// Whom it goes to, openly and in secret.
    pub to: Vec<Address>,
    /// What its owner has put on it.
    pub categories: Vec<String>,
    /// What the sender asks.
    pub sensitivity: Sensitivity,
    /// Whether it is the copy of a mail that the CRM sent.
    pub from_crm: bool,
}

impl SeenMessage {
    /// Everybody on it, each once, the sender first.
    pub fn addresses(&self) -> Vec<&Address> {
        let mut all: Vec<&Address> = Vec::new();
        for address in self.from.iter().chain(&self.to) {
            if !all.contains(&address) {
                all.push(address);
            }
        }
        all
    }
}

/// Who writes to whom is personal data.
impl fmt::Debug for SeenMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SeenMessage").field("received", &self.received).finish_non_exhaustive()
    }
}
