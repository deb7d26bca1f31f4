//! What is remembered of mails from run to run.

use super::sets::{kept, set};
use super::{AddressKey, MessageKey, ThreadKey};
use crate::{CrmId, ExchangeId, Instant};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// How many messages are kept in mind for records that come later. Of more, the oldest are forgotten.
pub const REMEMBERED_MAX: usize = 20_000;

/// A module whose records have mails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Module {
    /// People of companies.
    Contacts,
    /// People who may become such.
    Leads,
    /// Companies.
    Accounts,
    /// Sales.
    Deals,
}

impl Module {
    /// The name in the CRM's addresses.
    pub const fn api_name(self) -> &'static str {
        match self {
            Module::Contacts => "Contacts",
            Module::Leads => "Leads",
            Module::Accounts => "Accounts",
            Module::Deals => "Deals",
        }
    }
}

/// A record that mails go to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MailRecord {
    /// Its module.
    pub module: Module,
    /// Its id.
    pub id: CrmId,
}

/// A message that may yet go to a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Remembered {
    /// Which message it is.
    pub key: MessageKey,
    /// When it came.
    pub received: Instant,
    /// Who is on it.
    pub addresses: Vec<AddressKey>,
    /// Its thread, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thread: Option<ThreadKey>,
    /// Whether the owner sent it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sent: bool,
    /// Whether nobody on it was known when it was last looked at, so that it goes where its thread goes.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unknown: bool,
}

/// What was done with a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// When it came.
    pub received: Instant,
    /// The records that have it.
    pub records: BTreeSet<MailRecord>,
    /// Its thread, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thread: Option<ThreadKey>,
}

/// Everything that is remembered of a mailbox's mails.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MailState {
    /// Messages from before this are left alone.
    pub since: Option<Instant>,
    /// The [fingerprint](super::MailPolicy::fingerprint) of the rules under which everything was looked at.
    pub policy: Option<u64>,
    /// How far each folder was read.
    pub folders: BTreeMap<String, String>,
    /// How far the CRM was read for new addresses.
    pub crm: Option<Instant>,
    /// How far the CRM was read for mails that it sent.
    pub sent: Option<Instant>,
    /// When SalesInbox was last found not to be in use.
    pub alone: Option<Instant>,
    /// Messages that may yet go to a record, by their ids in the mailbox.
    pub remembered: BTreeMap<ExchangeId, Remembered>,
    /// What was done.
    pub done: BTreeMap<MessageKey, Done>,
    /// What was begun, and may have been done.
    pub intents: BTreeMap<MessageKey, BTreeSet<MailRecord>>,
}

/// One change of what is remembered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum MailChange {
    /// The window begins here.
    SetSince(Instant),
    /// Everything is being looked at under these rules; what was read under others is read anew.
    SetPolicy(u64),
    /// A folder was read so far.
    SetFolder {
        /// The folder.
        folder: String,
        /// The link that goes on.
        cursor: String,
    },
    /// A folder has to be read as a whole.
    ForgetFolder(String),
    /// The CRM was read so far.
    SetCrm(Instant),
    /// The CRM was read so far for mails that it sent.
    SetSent(Instant),
    /// SalesInbox was not in use.
    SetAlone(Instant),
    /// A message is kept in mind.
    Remember(ExchangeId, Remembered),
    /// A message is in reach no more.
    Forget(ExchangeId),
    /// A message is about to be put beside a record.
    AddIntent(MessageKey, MailRecord),
    /// It was certainly not.
    DropIntent(MessageKey, MailRecord),
    /// It was.
    AddDone {
        /// The message.
        key: MessageKey,
        /// When it came.
        received: Instant,
        /// The record.
        record: MailRecord,
        /// Its thread, if it has one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        thread: Option<ThreadKey>,
    },
    /// What is from before this is never looked at again, and forgotten.
    Prune(Instant),
}

impl MailState {
    /// Takes a change.
    pub fn apply(&mut self, change: MailChange) {
        match change {
            MailChange::SetSince(since) => self.since = Some(since),
            MailChange::SetPolicy(policy) => {
                self.policy = Some(policy);
                self.folders.clear();
                self.remembered.clear();
            }
            MailChange::SetFolder { folder, cursor } => {
                self.folders.insert(folder, cursor);
            }
            MailChange::ForgetFolder(folder) => {
                self.folders.remove(&folder);
            }
            MailChange::SetCrm(moment) => self.crm = Some(moment),
            MailChange::SetSent(moment) => self.sent = Some(moment),
            MailChange::SetAlone(moment) => self.alone = Some(moment),
            MailChange::Remember(item, remembered) => {
                self.remembered.insert(item, remembered);
                self.forget_oldest();
            }
            MailChange::Forget(item) => {
                self.remembered.remove(&item);
            }
            MailChange::AddIntent(key, record) => {
                self.intents.entry(key).or_default().insert(record);
            }
            MailChange::DropIntent(key, record) => self.drop_intent(key, &record),
            MailChange::AddDone { key, received, record, thread } => {
                self.drop_intent(key, &record);
                let done = self.done.entry(key).or_insert_with(|| Done { received, records: BTreeSet::new(), thread });
                done.records.insert(record);
            }
            MailChange::Prune(before) => {
                kept(&mut self.done, |done| done.received >= before);
                kept(&mut self.remembered, |message| message.received >= before);
            }
        }
    }

    /// Forgets the oldest messages where there are too many. There may be a tenth more than that for a while, so that
    /// not every message that comes makes all be looked through.
    fn forget_oldest(&mut self) {
        if self.remembered.len() <= REMEMBERED_MAX + REMEMBERED_MAX / 10 {
            return;
        }
        let mut moments: Vec<Instant> = self.remembered.values().map(|message| message.received).collect();
        moments.sort_unstable();
        let oldest_kept = moments[moments.len() - REMEMBERED_MAX];
        kept(&mut self.remembered, |message| message.received >= oldest_kept);
    }

    fn drop_intent(&mut self, key: MessageKey, record: &MailRecord) {
        if let Some(records) = self.intents.get_mut(&key) {
            *records = set(std::mem::take(records).into_iter().filter(|other| other != record));
            if records.is_empty() {
                kept(&mut self.intents, |records| !records.is_empty());
            }
        }
    }

    /// Whether a record has a message.
    pub fn has(&self, key: MessageKey, record: &MailRecord) -> bool {
        self.done.get(&key).is_some_and(|done| done.records.contains(record))
    }

    /// Messages of these threads on which nobody is known.
    pub fn unknown_in(&self, threads: &BTreeSet<ThreadKey>) -> Vec<&ExchangeId> {
        let follows =
            |message: &Remembered| message.unknown && message.thread.is_some_and(|thread| threads.contains(&thread));
        self.remembered.iter().filter(|(_, message)| follows(message)).map(|(item, _)| item).collect()
    }

    /// Messages that people of whom these are the addresses are on.
    pub fn of_addresses(&self, addresses: &BTreeSet<AddressKey>) -> Vec<&ExchangeId> {
        let on_it = |message: &Remembered| message.addresses.iter().any(|address| addresses.contains(address));
        self.remembered.iter().filter(|(_, message)| on_it(message)).map(|(item, _)| item).collect()
    }
}
