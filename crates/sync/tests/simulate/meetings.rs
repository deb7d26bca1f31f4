//! What the function would know of meetings in the mailboxes of one organisation.

use mxs_core::meeting::{Ask, Holder};
use mxs_core::{CrmId, Field, Fields, Link, Reason, RecordId, Scope, Side, SyncState};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// The mailboxes of an organisation, by their numbers.
pub(crate) type Organisation = Rc<RefCell<BTreeMap<usize, Meetings>>>;

/// One of them; by default the only one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Mailbox {
    pub(crate) number: usize,
    /// Its CRM user.
    pub(crate) user: String,
    pub(crate) organisation: Organisation,
}

/// The meetings of a mailbox, by their uids.
#[derive(Clone, Debug, Default)]
pub(crate) struct Meetings {
    /// Whether nobody syncs it any more.
    pub(crate) is_off: bool,
    user: String,
    /// Those that it has in the CRM or is about to, with the event once it is known.
    holds: BTreeMap<String, Option<CrmId>>,
    /// Those that a colleague has there.
    waits: BTreeSet<String>,
    /// Those of them that are where their series is.
    follows: BTreeSet<String>,
    /// Events that it has left behind.
    left: BTreeMap<String, CrmId>,
    /// Those that the run may copy.
    claims: BTreeSet<String>,
}

impl Mailbox {
    /// Takes over what is remembered of the mailbox.
    pub(crate) fn remember(&self, state: &SyncState) {
        let mut organisation = self.organisation.borrow_mut();
        let own = organisation.entry(self.number).or_default();
        own.user.clone_from(&self.user);
        (own.holds, own.waits, own.follows, own.left) = Default::default();
        for link in state.links.values() {
            let uid = uid(item(link));
            if link.scope == (Scope::Left { side: Side::Crm }) {
                own.follows.insert(uid.clone());
                own.waits.insert(uid);
            } else {
                own.holds.insert(uid, Some(link.crm.clone()));
            }
        }
        for intent in state.intents.values() {
            own.holds.insert(uid(&intent.fields), None);
        }
        for unlinked in state.unlinked.values().filter(|unlinked| unlinked.reason == Reason::ThroughColleague) {
            match &unlinked.id {
                RecordId::Exchange(_) => {
                    if !unlinked.fields.text(Field::Series).is_empty() {
                        own.follows.insert(uid(&unlinked.fields));
                    }
                    own.waits.insert(uid(&unlinked.fields));
                }
                RecordId::Crm(record) => drop(own.left.insert(uid(&unlinked.fields), record.clone())),
            }
        }
    }

    /// What the function answers.
    pub(crate) fn ask(&self, ask: Ask, uid: &str) -> Holder {
        let mut organisation = self.organisation.borrow_mut();
        let others = || organisation.iter().filter(|(number, _)| **number != self.number);
        if ask == Ask::Leave {
            let waiting = others().filter(|(_, other)| !other.is_off).find(|(_, other)| other.waits.contains(uid));
            let waiting = waiting.map(|(_, other)| Holder::Waiting { user: other.user.clone() });
            return waiting.unwrap_or(Holder::Own { record: None });
        }
        if let Some((_, other)) = others().find(|(_, other)| other.has(uid)) {
            return Holder::Colleague { record: other.holds.get(uid).cloned().flatten() };
        }
        let left = organisation.values().find_map(|mailbox| mailbox.left.get(uid).cloned());
        let off = || organisation.values().filter(|mailbox| mailbox.is_off);
        let record = left.or_else(|| off().find_map(|mailbox| mailbox.holds.get(uid).cloned().flatten()));
        if ask == Ask::Claim {
            organisation.entry(self.number).or_default().claims.insert(uid.to_owned());
        }
        Holder::Own { record }
    }

    /// Whether a meeting is free that this mailbox waits for.
    pub(crate) fn may_have_more(&self) -> bool {
        let organisation = self.organisation.borrow();
        let waits = organisation.get(&self.number).map(|own| &own.waits - &own.follows).unwrap_or_default();
        let others = || organisation.iter().filter(|(number, _)| **number != self.number);
        waits.iter().any(|uid| !others().any(|(_, other)| other.has(uid)))
    }

    /// The run has ended: what it didn't copy others may.
    pub(crate) fn finish(&self) {
        self.organisation.borrow_mut().entry(self.number).or_default().claims.clear();
    }
}

impl Meetings {
    fn has(&self, uid: &str) -> bool {
        // Nobody knows what a run that died has copied, be the mailbox disconnected by now or not.
        !self.is_off && self.holds.contains_key(uid) || self.claims.contains(uid)
    }
}

fn item(link: &Link) -> &Fields {
    &link.seen.as_ref().unwrap_or(&link.base).exchange
}

fn uid(fields: &Fields) -> String {
    fields.text(Field::MeetingUid).to_owned()
}
