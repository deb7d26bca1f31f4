//! One round: read, decide, do, remember.

use super::ports::MailStore;
use super::{ALONE_S, Mails};
use crate::mailbox::Mailbox;
use crate::renamed::is_stranger;
use crate::round::Stop;
use crate::{Env, Failure, Phase, Progress};
use mxs_core::mail::{
    Fate, KnownAddresses, MailChange, MailPlan, MailPolicy, MailPreview, MailReason, MailRecord, MailState,
    MailSummary, MessageKey, SeenMessage, plan, set,
};
use mxs_core::{ExchangeId, Flow, Instant};
use mxs_http::HttpPort;
use mxs_zoho::emails::sales_inbox;
use std::collections::{BTreeMap, BTreeSet};

/// The most changes that are stored at once.
const COMMIT_MAX: usize = 1_000;

const SECONDS_A_DAY: i64 = 86_400;

/// How far the sides were read, stored when everything that was read has been dealt with.
#[derive(Default)]
pub(super) struct Cursors {
    pub(super) folders: Vec<(String, String)>,
    pub(super) crm: Option<Instant>,
}

/// The rounds of one run, and what they have in common.
pub(super) struct MailRound<'s, 'a, M, C, S, E> {
    pub(super) run: &'s Mails<'a, M, C, S, E>,
    pub(super) state: MailState,
    /// The rules, with the window that is remembered.
    pub(super) policy: MailPolicy,
    /// Changes of the state that are made and not yet stored.
    unstored: Vec<MailChange>,
    /// What was done, and copies made.
    pub(super) done: MailSummary,
    /// Messages that went to a record.
    pub(super) reached: BTreeSet<MessageKey>,
    /// Why others didn't, as of this round.
    pub(super) left: BTreeMap<(ExchangeId, Option<MailRecord>), MailReason>,
    /// Whether the CRM refuses mails inside composite requests.
    pub(super) one_by_one: bool,
    /// Whether messages went while they were looked at, so that they may be told of elsewhere.
    pub(super) moved: bool,
}

impl<'s, 'a, M: Mailbox, C: HttpPort, S: MailStore, E: Env> MailRound<'s, 'a, M, C, S, E> {
    pub(super) fn new(run: &'s Mails<'a, M, C, S, E>, state: MailState) -> Self {
        let since = state.since.unwrap_or_else(|| window(run.now, run.chosen.days_back));
        Self {
            run,
            policy: MailPolicy { since, ..run.chosen.policy.clone() },
            state,
            unstored: Vec::new(),
            done: MailSummary::default(),
            reached: BTreeSet::new(),
            left: BTreeMap::new(),
            one_by_one: false,
            moved: false,
        }
    }

    pub(super) fn summary(&self) -> MailSummary {
        let mut summary = self.done.clone();
        summary.messages = self.reached.len() as u32;
        self.left.values().for_each(|reason| summary.leave(reason));
        summary
    }

    /// Goes no further where something else puts this mailbox's mails beside records.
    pub(super) async fn be_alone(&mut self) -> Result<(), Stop> {
        let known = self.state.alone.map(|asked| self.run.now.seconds() - asked.seconds());
        if known.is_some_and(|age| (0..ALONE_S).contains(&age)) {
            return Ok(());
        }
        let request = sales_inbox::request();
        if self.run.patience().must_read(self.run.crm, &request, sales_inbox::parse_in_use).await? {
            return Err(Stop::Failed(Failure::SalesInbox));
        }
        self.change([MailChange::SetAlone(self.run.now)]);
        Ok(())
    }

    /// Goes through everything once; says whether another round may find out more.
    pub(super) async fn go(&mut self) -> Result<bool, Stop> {
        self.left.clear();
        self.done.left_out = 0;
        self.moved = false;
        self.begin();
        self.store(&[]).await?;
        let cursors =
            if self.run.chosen.flow == Flow::ToExchange { Cursors::default() } else { self.give_away().await? };
        if self.run.chosen.flow != Flow::ToCrm {
            self.copy_sent().await?;
        }
        self.finish(cursors).await?;
        Ok(self.moved || !self.state.intents.is_empty())
    }

    /// Puts the messages of the chosen folders beside records.
    async fn give_away(&mut self) -> Result<Cursors, Stop> {
        let (seen, known, cursors) = self.read_all().await?;
        let plan = self.plan(&seen, &known)?;
        self.change(plan.changes.clone());
        self.store(&[]).await?;
        for (item, fate) in &plan.fates {
            match fate {
                Fate::Stays(reason) => {
                    self.left.insert((item.clone(), None), reason.clone());
                }
                Fate::Associate { left_out, .. } => self.done.left_out += *left_out as u32,
            }
        }
        self.carry_out(&plan).await?;
        Ok(cursors)
    }

    pub(super) async fn preview(&mut self) -> Result<MailPreview, Stop> {
        self.be_alone().await?;
        if self.run.chosen.flow == Flow::ToExchange {
            return Ok(MailPreview::default());
        }
        self.begin();
        let (seen, known, _) = self.read_all().await?;
        Ok(self.plan(&seen, &known)?.preview(&seen, &self.policy))
    }

    /// What other rules, other folders, other modules or another window would do is to be done: everything is read
    /// anew.
    fn begin(&mut self) {
        let mut rules = self.policy.fingerprint() ^ self.run.chosen.days_back.unsigned_abs();
        let chosen = self.run.chosen.folders.iter().map(String::as_str);
        for text in chosen.chain(self.run.chosen.modules.iter().map(|module| module.api_name())) {
            let mixed = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
            rules = text.bytes().chain([0]).fold(rules, mixed);
        }
        // Messages that the other door told are told again.
        let strangers = self.state.remembered.keys().filter(|item| is_stranger::<M>(item));
        let strangers: Vec<MailChange> = strangers.cloned().map(MailChange::Forget).collect();
        self.change(strangers);
        // As many bits as a number in JavaScript holds.
        let rules = rules >> 11;
        if self.state.policy != Some(rules) {
            self.policy.since = window(self.run.now, self.run.chosen.days_back);
            self.change([MailChange::SetPolicy(rules), MailChange::SetSince(self.policy.since)]);
        }
    }

    async fn read_all(&mut self) -> Result<(Vec<SeenMessage>, KnownAddresses, Cursors), Stop> {
        self.tell(Phase::ReadingExchange);
        let mut cursors = Cursors::default();
        let mut seen: BTreeMap<ExchangeId, SeenMessage> = BTreeMap::new();
        for folder in &self.run.chosen.folders {
            if let Some(cursor) = self.read_folder(folder, &mut seen).await? {
                cursors.folders.push((folder.clone(), cursor));
            }
        }
        self.tell(Phase::ReadingCrm);
        let (later, crm) = self.read_new_addresses().await?;
        cursors.crm = Some(crm);
        let begun = self.state.remembered.iter().filter(|(_, message)| self.state.intents.contains_key(&message.key));
        let again = set(begun.map(|(item, _)| item.clone()).chain(later));
        let again: Vec<ExchangeId> = again.into_iter().filter(|item| !seen.contains_key(item)).collect();
        self.glance(&again, &mut seen).await?;
        let known = self.look_up(&seen).await?;
        // A thread that comes to a record takes its messages along on which nobody is known.
        let is_known = |message: &&SeenMessage| {
            self.policy.counterparts(message).into_iter().any(|address| known.contains_key(address))
        };
        let threads = set(seen.values().filter(is_known).filter_map(|message| message.thread));
        let waiting: Vec<ExchangeId> = self.state.unknown_in(&threads).into_iter().cloned().collect();
        let waiting: Vec<ExchangeId> = waiting.into_iter().filter(|item| !seen.contains_key(item)).collect();
        self.glance(&waiting, &mut seen).await?;
        Ok((seen.into_values().collect(), known, cursors))
    }

    fn plan(&self, seen: &[SeenMessage], known: &KnownAddresses) -> Result<MailPlan, Stop> {
        // A plan that fails its own check is never carried out.
        plan(seen, known, &self.state, &self.policy).map_err(|_| Stop::Failed(Failure::PlanIncomplete))
    }

    /// Stores how far everything was read, and lets go of what the window has left behind.
    async fn finish(&mut self, cursors: Cursors) -> Result<(), Stop> {
        self.tell(Phase::Finishing);
        self.drop_pointless_intents();
        if self.moved {
            // What went may be a copy's twin, or be told of under a new id: the same is read again.
            return self.store(&[]).await;
        }
        for (folder, cursor) in cursors.folders {
            if self.state.folders.get(&folder) != Some(&cursor) {
                self.change([MailChange::SetFolder { folder, cursor }]);
            }
        }
        if let Some(crm) = cursors.crm.filter(|crm| self.state.crm.is_none_or(|known| *crm > known)) {
            self.change([MailChange::SetCrm(crm)]);
        }
        let since = window(self.run.now, self.run.chosen.days_back);
        if self.state.since.is_none_or(|known| since > known) {
            self.change([MailChange::SetSince(since), MailChange::Prune(since)]);
        }
        self.store(&[]).await
    }

    /// What was begun with a message that is out of reach stays as it is; when the message comes back, the CRM is asked
    /// anyway.
    fn drop_pointless_intents(&mut self) {
        let kept = set(self.state.remembered.values().map(|message| message.key));
        let pointless = self.state.intents.iter().filter(|(key, _)| !kept.contains(key));
        let changes: Vec<MailChange> = pointless
            .flat_map(|(key, records)| records.iter().map(|record| MailChange::DropIntent(*key, record.clone())))
            .collect();
        self.change(changes);
    }

    /// Makes changes of the state, to be stored with the next ones.
    pub(super) fn change(&mut self, changes: impl IntoIterator<Item = MailChange>) {
        for change in changes {
            self.state.apply(change.clone());
            self.unstored.push(change);
        }
    }

    /// Stores all changes that were made, and `more`.
    pub(super) async fn store(&mut self, more: &[MailChange]) -> Result<(), Stop> {
        self.change(more.iter().cloned());
        while !self.unstored.is_empty() {
            let some = self.unstored.len().min(COMMIT_MAX);
            let changes = self.unstored[..some].to_vec();
            self.run.store.commit(changes).await?;
            self.unstored.drain(..some);
        }
        Ok(())
    }

    pub(super) fn tell(&self, phase: Phase) {
        self.run.env.progress(Progress { phase, done: 0, total: 0 });
    }

    /// Remembers why a message, or what it has to do with one record, was left alone.
    pub(super) fn leave(&mut self, item: &ExchangeId, record: Option<&MailRecord>, reason: MailReason) {
        self.left.insert((item.clone(), record.cloned()), reason);
    }
}

/// Where the window begins.
fn window(now: Instant, days_back: i64) -> Instant {
    Instant::from_seconds(now.seconds() - days_back * SECONDS_A_DAY)
}
