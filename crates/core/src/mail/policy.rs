//! Which messages may leave the mailbox.

use super::{Address, Direction, SeenMessage, Sensitivity};
use crate::Instant;
use crate::hashing::Fnv;
use std::collections::BTreeSet;
use std::hash::{Hash, Hasher};

/// The most records that one message goes to. What goes to hundreds is no conversation with any of them.
pub const RECORDS_PER_MAIL_MAX: usize = 10;

/// The most people on a message. One to more of them is bulk mail and goes to no record.
pub const ADDRESSES_PER_MAIL_MAX: usize = 100;

/// The rules of one mailbox.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct MailPolicy {
    /// Messages from before this are left alone.
    pub since: Instant,
    /// The mailbox's own addresses.
    pub own: BTreeSet<Address>,
    /// The domains of the organisation, in lower case.
    pub domains: BTreeSet<String>,
    /// Whether messages among colleagues count too.
    pub colleagues: bool,
    /// A message with one of these categories stays in the mailbox.
    pub excluded_categories: BTreeSet<String>,
    /// The most sensitive message that may leave.
    pub allowed: Sensitivity,
}

impl Hash for Sensitivity {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (*self as u8).hash(state);
    }
}

impl MailPolicy {
    /// Which way a message went.
    pub fn direction(&self, message: &SeenMessage) -> Direction {
        match &message.from {
            Some(from) if self.own.contains(from) => Direction::Sent,
            _ => Direction::Incoming,
        }
    }

    /// The people on a message by whom records are found: not the owner, and colleagues only where they count.
    pub fn counterparts<'m>(&self, message: &'m SeenMessage) -> Vec<&'m Address> {
        let mut people = message.addresses();
        people.retain(|address| !self.own.contains(*address) && (self.colleagues || !self.is_colleague(address)));
        people
    }

    fn is_colleague(&self, address: &Address) -> bool {
        self.domains.contains(address.domain())
    }

    /// Whether a category keeps a message in the mailbox. Outlook's categories differ by more than case.
    pub fn excludes(&self, message: &SeenMessage) -> bool {
        message.categories.iter().any(|category| {
            self.excluded_categories.iter().any(|excluded| excluded.to_lowercase() == category.to_lowercase())
        })
    }

    /// Tells these rules from others, whatever the window. When they change, everything is looked at again.
    pub fn fingerprint(&self) -> u64 {
        let mut hasher = Fnv::default();
        (&self.own, &self.domains, self.colleagues, &self.excluded_categories, self.allowed).hash(&mut hasher);
        hasher.finish() >> 11
    }
}
