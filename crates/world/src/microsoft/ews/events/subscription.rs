//! One subscription.

use super::Happened;
use super::log::Entry;
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeSet;

/// How long the server knows that a subscription has ended, so that it says so; after that it knows of none.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(24);

/// How long a subscription that tells by itself lives without anybody listening, in minutes. By report.
const UNHEARD: i64 = 30;

/// How it tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::microsoft::ews) enum Form {
    /// It is asked; it ends when it wasn't for so many minutes.
    Pull { minutes: i64 },
    /// It tells by itself.
    Streaming,
}

/// One subscription.
#[derive(Clone, Debug)]
pub(in crate::microsoft::ews) struct Subscription {
    /// The object id of whose mailbox it looks at, and of whose it is.
    pub(in crate::microsoft::ews) user: String,
    /// The ids of the folders that it looks at; all without.
    pub(in crate::microsoft::ews) folders: Option<BTreeSet<String>>,
    pub(in crate::microsoft::ews) wanted: BTreeSet<Happened>,
    pub(in crate::microsoft::ews) form: Form,
    /// Up to where was told by itself.
    pub(super) told: u64,
    /// When it ends, if nobody asks.
    pub(super) ends: Timestamp,
    /// Whether something happened that can't be told any more.
    pub(super) missed: bool,
}

impl Subscription {
    /// A new one that begins behind a place, or at what happens next.
    pub(in crate::microsoft::ews) fn new(
        user: String,
        folders: Option<BTreeSet<String>>,
        wanted: BTreeSet<Happened>,
        form: Form,
        now: Timestamp,
    ) -> Self {
        let mut new = Self { user, folders, wanted, form, told: 0, ends: now, missed: false };
        new.live(if let Form::Pull { minutes } = form { minutes } else { UNHEARD }, now);
        new
    }

    /// Lives for so many minutes more.
    pub(super) fn live(&mut self, minutes: i64, now: Timestamp) {
        self.ends = now + SignedDuration::from_mins(minutes);
    }

    /// Lives on for as long as one that tells by itself does when nobody listens.
    pub(super) fn unheard_from(&mut self, now: Timestamp) {
        self.live(UNHEARD, now);
    }

    pub(super) fn is_forgotten(&self, now: Timestamp) -> bool {
        self.ends + REMEMBERED < now
    }

    /// Whether it tells of something.
    pub(super) fn wants(&self, entry: &Entry) -> bool {
        let looks_at = |folder: &str| self.folders.as_ref().is_none_or(|folders| folders.contains(folder));
        let came_from = entry.before.as_ref().is_some_and(|before| looks_at(&before.folder));
        self.wanted.contains(&entry.happened) && (looks_at(&entry.item.folder) || came_from)
    }
}
