//! Where the messages of a thread go on which nobody is known.
//!
//! People answer from another address, or pass a message on to a colleague who answers: such a reply belongs beside the
//! records that its thread is beside. But the owner may also take a thread elsewhere, to somebody whom it is none of
//! the CRM's business that they were asked: what goes to nobody who had a part in the thread stays, and so do their
//! answers.

use super::{AddressKey, MailPolicy, MailRecord, MailState, SeenMessage, ThreadKey, set};
use super::{Direction, MessageKey};
use std::collections::{BTreeMap, BTreeSet};

/// What is known of one thread.
#[derive(Default)]
struct Thread {
    /// The records that its messages are beside.
    records: BTreeSet<MailRecord>,
    /// Who is on those messages.
    inside: BTreeSet<AddressKey>,
    /// To whom else the owner wrote.
    aside: BTreeSet<AddressKey>,
}

/// The threads of messages that are beside records.
#[derive(Default)]
pub(super) struct Threads(BTreeMap<ThreadKey, Thread>);

impl Threads {
    /// Those that are remembered. What of them is looked at again is `seen`, and added with what it is now.
    pub(super) fn remembered(state: &MailState, seen: &BTreeSet<MessageKey>) -> Self {
        let mut threads = Self::default();
        for done in state.done.values() {
            if let Some(thread) = done.thread {
                threads.0.entry(thread).or_default().records.extend(done.records.iter().cloned());
            }
        }
        for message in state.remembered.values() {
            let Some(thread) = message.thread.and_then(|thread| threads.0.get_mut(&thread)) else { continue };
            if state.done.contains_key(&message.key) {
                thread.inside.extend(&message.addresses);
            } else if message.sent && !seen.contains(&message.key) {
                thread.aside.extend(&message.addresses);
            }
        }
        threads
    }

    /// Adds a message that goes to records, or is beside them.
    pub(super) fn add<'r>(
        &mut self,
        message: &SeenMessage,
        records: impl IntoIterator<Item = &'r MailRecord>,
        policy: &MailPolicy,
    ) {
        let Some(thread) = message.thread else { return };
        let thread = self.0.entry(thread).or_default();
        thread.records.extend(records.into_iter().cloned());
        thread.inside.extend(people(message, policy));
    }

    /// The records to which a message follows its thread. Messages have to be asked about in the order in which they
    /// came.
    pub(super) fn follow(&mut self, message: &SeenMessage, policy: &MailPolicy) -> BTreeSet<MailRecord> {
        let Some(thread) = message.thread.and_then(|thread| self.0.get_mut(&thread)) else { return BTreeSet::new() };
        let people = set(people(message, policy));
        let follows = match policy.direction(message) {
            Direction::Incoming => thread.inside.is_superset(&people) || thread.aside.is_disjoint(&people),
            Direction::Sent => thread.inside.is_superset(&people),
        };
        if follows {
            thread.inside.extend(people);
            return thread.records.clone();
        }
        if policy.direction(message) == Direction::Sent {
            thread.aside.extend(people);
        }
        BTreeSet::new()
    }
}

fn people<'m>(message: &'m SeenMessage, policy: &MailPolicy) -> impl Iterator<Item = AddressKey> + use<'m> {
    policy.counterparts(message).into_iter().map(AddressKey::new)
}
