//! From messages and addresses to what goes where.

use super::policy::{ADDRESSES_PER_MAIL_MAX, RECORDS_PER_MAIL_MAX};
use super::threads::Threads;
use super::{
    Address, AddressKey, Direction, MailChange, MailPolicy, MailReason, MailRecord, MailState, MessageKey, Module,
    Remembered, SeenMessage, ThreadKey, set,
};
use crate::ExchangeId;
use std::collections::{BTreeMap, BTreeSet};

/// Who in the CRM has which address.
pub type KnownAddresses = BTreeMap<Address, BTreeSet<MailRecord>>;

/// One message for one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Association {
    /// The message in the mailbox.
    pub item: ExchangeId,
    /// Which message it is.
    pub key: MessageKey,
    /// The record.
    pub record: MailRecord,
    /// Whether it was begun before, so that it may have been done.
    pub uncertain: bool,
    /// The message's thread, if it has one.
    pub thread: Option<ThreadKey>,
}

/// What becomes of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It goes to so many records; to so many others it doesn't, because they are too many.
    Associate {
        /// Records it goes to.
        records: usize,
        /// Records it is kept from.
        left_out: usize,
    },
    /// It goes to none.
    Stays(MailReason),
}

/// What is to be done with messages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MailPlan {
    /// The steps, by message and record.
    pub steps: Vec<Association>,
    /// What becomes of each message that was seen.
    pub fates: BTreeMap<ExchangeId, Fate>,
    /// What is to be remembered of them.
    pub changes: Vec<MailChange>,
}

/// A plan that must not be carried out. A bug.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MailPlanError {
    /// A message has no fate.
    #[error("a message was lost")]
    Incomplete,
    /// A step belongs to a message that must stay, or is there twice.
    #[error("a message would leave that must not")]
    Unlawful,
}

/// The reason why a message must stay in the mailbox, whoever is on it.
///
/// It is asked of what a listing says, and again of the message as it is just before it leaves.
pub fn may_leave(message: &SeenMessage, policy: &MailPolicy) -> Result<MessageKey, MailReason> {
    let key = MessageKey::new(&message.internet_id);
    if message.draft {
        Err(MailReason::Draft)
    } else if message.sensitivity > policy.allowed {
        Err(MailReason::Sensitive)
    } else if policy.excludes(message) {
        Err(MailReason::ExcludedByCategory)
    } else if message.received < policy.since {
        Err(MailReason::TooOld)
    } else if message.from_crm {
        Err(MailReason::FromCrm)
    } else if message.addresses().len() > ADDRESSES_PER_MAIL_MAX {
        Err(MailReason::TooManyPeople)
    } else if policy.counterparts(message).is_empty() {
        Err(MailReason::ColleaguesOnly)
    } else if message.from.is_none() {
        Err(MailReason::NoSender)
    } else {
        key.ok_or(MailReason::NoMessageId)
    }
}

/// Decides what becomes of every message. An item that was seen twice counts as it was seen last.
pub fn plan(
    seen: &[SeenMessage],
    known: &KnownAddresses,
    state: &MailState,
    policy: &MailPolicy,
) -> Result<MailPlan, MailPlanError> {
    let mut messages: BTreeMap<&ExchangeId, &SeenMessage> = BTreeMap::new();
    messages.extend(seen.iter().map(|message| (&message.item, message)));
    let keys = set(messages.values().filter_map(|message| MessageKey::new(&message.internet_id)));
    let mut threads = Threads::remembered(state, &keys);
    let mut plan = MailPlan::default();
    let mut taken: BTreeSet<MessageKey> = BTreeSet::new();
    let mut unknown: Vec<(&SeenMessage, MessageKey)> = Vec::new();
    for (item, message) in &messages {
        let fate = match may_leave(message, policy) {
            Err(reason) => {
                if state.remembered.contains_key(*item) {
                    plan.changes.push(MailChange::Forget((*item).clone()));
                }
                Fate::Stays(reason)
            }
            Ok(key) => {
                let people = policy.counterparts(message).into_iter();
                let records = set(people.filter_map(|address| known.get(address)).flatten().cloned());
                plan.remember(message, key, policy, records.is_empty());
                if !taken.insert(key) {
                    plan.fates.insert((*item).clone(), Fate::Stays(MailReason::Copy));
                    continue;
                }
                if records.is_empty() {
                    unknown.push((message, key));
                    continue;
                }
                threads.add(message, &records, policy);
                plan.decide(message, key, records, state)
            }
        };
        plan.fates.insert((*item).clone(), fate);
    }
    unknown.sort_unstable_by_key(|(message, _)| (message.received, &message.item));
    for (message, key) in unknown {
        let fate = plan.decide(message, key, threads.follow(message, policy), state);
        plan.fates.insert(message.item.clone(), fate);
    }
    plan.check(&messages, policy)?;
    Ok(plan)
}

impl MailPlan {
    fn decide(
        &mut self,
        message: &SeenMessage,
        key: MessageKey,
        mut records: BTreeSet<MailRecord>,
        state: &MailState,
    ) -> Fate {
        let (done, begun) = (state.done.get(&key).map(|done| &done.records), state.intents.get(&key));
        // Which deal a person's mails go to changes with time; a message stays with the first.
        let is_deal = |record: &&MailRecord| record.module == Module::Deals;
        if !records.is_empty() && done.into_iter().chain(begun).flatten().any(|record| is_deal(&record)) {
            let others = records.into_iter().filter(|record| !is_deal(&record));
            records = set(others.chain(begun.into_iter().flatten().filter(is_deal).cloned()));
        }
        let pointless = begun.into_iter().flatten().filter(|record| !records.contains(*record));
        self.changes.extend(pointless.map(|record| MailChange::DropIntent(key, record.clone())));
        if records.is_empty() {
            return Fate::Stays(MailReason::NoKnownAddress);
        }
        // Those that have it count too: with every run a message would reach some more.
        let had = done.map_or(0, BTreeSet::len);
        let mut open: Vec<MailRecord> = records.into_iter().filter(|record| !state.has(key, record)).collect();
        let room = RECORDS_PER_MAIL_MAX.saturating_sub(had);
        let left_out = open.len().saturating_sub(room);
        open.truncate(room);
        if open.is_empty() {
            return Fate::Stays(if had > 0 { MailReason::AlreadyThere } else { MailReason::NoKnownAddress });
        }
        let fate = Fate::Associate { records: open.len(), left_out };
        self.steps.extend(open.into_iter().map(|record| Association {
            item: message.item.clone(),
            key,
            uncertain: begun.is_some_and(|records| records.contains(&record)),
            record,
            thread: message.thread,
        }));
        fate
    }

    fn remember(&mut self, message: &SeenMessage, key: MessageKey, policy: &MailPolicy, unknown: bool) {
        let addresses = policy.counterparts(message).into_iter().map(AddressKey::new).collect();
        let sent = policy.direction(message) == Direction::Sent;
        let remembered =
            Remembered { key, received: message.received, addresses, thread: message.thread, sent, unknown };
        self.changes.push(MailChange::Remember(message.item.clone(), remembered));
    }

    /// Each message has exactly one fate, each step belongs to a message that may leave, and none is there twice.
    fn check(&self, messages: &BTreeMap<&ExchangeId, &SeenMessage>, policy: &MailPolicy) -> Result<(), MailPlanError> {
        if messages.len() != self.fates.len() || messages.keys().any(|item| !self.fates.contains_key(*item)) {
            return Err(MailPlanError::Incomplete);
        }
        let mut steps: BTreeSet<(MessageKey, &MailRecord)> = BTreeSet::new();
        for step in &self.steps {
            let lawful = messages.get(&step.item).is_some_and(|message| may_leave(message, policy) == Ok(step.key));
            if !lawful || !steps.insert((step.key, &step.record)) {
                return Err(MailPlanError::Unlawful);
            }
        }
        let promised = self.fates.values().map(|fate| match fate {
            Fate::Associate { records, .. } => *records,
            Fate::Stays(_) => 0,
        });
        if promised.sum::<usize>() == self.steps.len() { Ok(()) } else { Err(MailPlanError::Incomplete) }
    }
}
