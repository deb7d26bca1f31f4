//! A run of mails: messages of the mailbox are put beside the CRM's records of the people on them.
//!
//! SalesInbox and this run would both put every mail beside its records, so a run first asks whether SalesInbox is in
//! use; that it isn't is believed for a day ([`ALONE_S`]).
//!
//! 1. The folders are read, and who in the CRM has got an address since the last run.
//! 2. The addresses on the messages are looked up, fifty at a time, and the engine decides.
//! 3. What it decided is done, twenty messages at a time: each is read as a whole and looked at again, the CRM is
//!    asked whether it has it, the intent is stored, and the message is given away, five in one request.
//! 4. Only then is stored how far everything was read.
//!
//! The vendor has no list of what a mailbox's messages are beside, so whether the CRM has a message is asked for each
//! ([`mxs_zoho::emails::associate::available`]), five in one request: a message may be there from before the state
//! was lost, or by way of a colleague's mailbox. Two mailboxes that sync the same message at the very same moment can
//! still put it there twice; nothing in the CRM's interface prevents that.

mod check;
mod chosen;
mod content;
mod ports;
mod read_crm;
mod read_mailbox;
mod round;
mod sent_copies;
mod write;

pub use chosen::Chosen;
pub use ports::{MailStore, MakeSafe};

use crate::mailbox::Mailbox;
use crate::round::Stop;
use crate::send::Patience;
use crate::{End, Env, Failure};
use mxs_core::Instant;
use mxs_core::mail::{MailPreview, MailSummary};
use mxs_http::HttpPort;
use round::MailRound;

/// How often a run looks again because a write's outcome was not known.
pub const MAIL_ROUNDS_MAX: u32 = 3;

/// For how long it is believed that SalesInbox is not in use, in seconds: a day. Whoever begins to use it finds the
/// mails of that day twice.
pub const ALONE_S: i64 = 86_400;

/// A run of one mailbox's mails.
pub struct Mails<'a, M, C, S, E> {
    /// The mailbox.
    pub mailbox: &'a M,
    /// Sends to the CRM, as the user.
    pub crm: &'a C,
    /// Remembers.
    pub store: &'a S,
    /// Waiting and watchers.
    pub env: &'a E,
    /// What of it was chosen.
    pub chosen: Chosen,
    /// What makes HTML safe; `None` where mails are given away as plain text.
    pub make_safe: Option<MakeSafe>,
    /// The present moment.
    pub now: Instant,
}

/// What a run did and how it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailReport {
    /// How.
    pub end: Result<End, Failure>,
    /// What it did, also when it failed on the way.
    pub summary: MailSummary,
}

impl<M: Mailbox, C: HttpPort, S: MailStore, E: Env> Mails<'_, M, C, S, E> {
    /// Runs to the end, or to the point where it can't go on. Dropping the future at any `await` is safe: the next
    /// run finds out what was done.
    pub async fn run(&self) -> MailReport {
        let mut summary = MailSummary::default();
        let end = match self.rounds(&mut summary).await {
            Ok(()) => Ok(End::Completed),
            Err(Stop::Cancelled) => Ok(End::Cancelled),
            Err(Stop::Failed(failure)) => Err(failure),
        };
        MailReport { end, summary }
    }

    /// Reads both sides and tells what a run would do. Nothing is written, and nothing remembered. What the CRM has
    /// from elsewhere is counted too: it is asked only when a message is about to be given away.
    ///
    /// # Errors
    ///
    /// As for a run; a preview that a person stops is `Ok(None)`.
    pub async fn preview(&self) -> Result<Option<MailPreview>, Failure> {
        let state = self.store.open().await?;
        match MailRound::new(self, state).preview().await {
            Ok(preview) => Ok(Some(preview)),
            Err(Stop::Cancelled) => Ok(None),
            Err(Stop::Failed(failure)) => Err(failure),
        }
    }

    /// What this run sends with.
    const fn patience(&self) -> Patience<'_, E> {
        Patience { env: self.env }
    }

    async fn rounds(&self, summary: &mut MailSummary) -> Result<(), Stop> {
        let state = self.store.open().await?;
        let mut round = MailRound::new(self, state);
        round.be_alone().await?;
        for _ in 1..=MAIL_ROUNDS_MAX {
            let result = round.go().await;
            *summary = round.summary();
            if !result? {
                break;
            }
        }
        Ok(())
    }
}
