//! What a run of mails needs from the place where it runs, beside the ports of every run.

use crate::StoreError;
use mxs_core::mail::{MailChange, MailState};
use std::future::Future;

/// Where the remembered state of a mailbox's mails lives, opened under a lease.
pub trait MailStore {
    /// Reads everything.
    fn open(&self) -> impl Future<Output = Result<MailState, StoreError>>;

    /// Stores `changes`, all or none and in their order, and renews the lease; an empty list does only that.
    fn commit(&self, changes: Vec<MailChange>) -> impl Future<Output = Result<(), StoreError>>;
}

/// Makes HTML of strangers safe to show.
///
/// What does it well weighs as much as the rest of the worker together, so the tab has none: it gives mails away as
/// plain text. The function has one.
pub type MakeSafe = fn(&str) -> String;
