//! Subscriptions to changes, and what is posted for them.
//!
//! See <https://learn.microsoft.com/en-us/graph/change-notifications-overview>.

mod family;
mod held;
mod mishap;
mod post;
mod subscription;
mod tell;

pub(super) use family::Family;
pub(super) use held::Change;
pub use mishap::Mishap;
pub(super) use subscription::{Standing, Subscription};

use held::Held;
use post::Post;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// The most active subscriptions to what is in one mailbox, of all applications.
///
/// See <https://learn.microsoft.com/en-us/graph/outlook-change-notifications-overview>.
pub(super) const IN_A_MAILBOX_MAX: usize = 1_000;

/// Every subscription, and what its owners have been told.
#[derive(Debug, Default)]
pub(super) struct Subscriptions {
    /// By id.
    all: BTreeMap<String, Subscription>,
    /// What mailboxes held when that was last looked at, by the user's object id.
    seen: BTreeMap<(String, Family), BTreeMap<String, Held>>,
    /// What is to be sent or under way, by the delivery's name.
    posts: BTreeMap<u64, Post>,
    /// What goes wrong with the posts to come.
    mishaps: VecDeque<Mishap>,
    /// Users whose sessions ended: what they subscribed to as themselves ends too.
    signed_out: BTreeSet<String>,
}

impl Subscriptions {
    /// Adds one that was validated, and remembers what there is now: only what changes from here on is told.
    pub(super) fn add(&mut self, subscription: Subscription, held: BTreeMap<String, Held>) {
        self.seen.entry((subscription.user.clone(), subscription.family)).or_insert(held);
        self.all.insert(subscription.id.clone(), subscription);
    }

    /// The one of this id.
    pub(super) fn get_mut(&mut self, id: &str) -> Option<&mut Subscription> {
        self.all.get_mut(id)
    }

    /// All of them, by id.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Subscription> {
        self.all.values()
    }

    /// Ends one. Nobody is told.
    pub(super) fn remove(&mut self, id: &str) {
        self.all.remove(id);
    }

    /// Ends what a user subscribed to as themselves, when that is next looked at.
    pub(super) fn sign_out(&mut self, user: &str) {
        self.signed_out.insert(user.to_owned());
    }

    /// Lets the next post go wrong.
    pub(super) fn disturb(&mut self, mishap: Mishap) {
        self.mishaps.push_back(mishap);
    }
}
