//! Giving messages away.

use super::content::{content, person};
use super::ports::MailStore;
use super::round::MailRound;
use crate::mailbox::{Mailbox, MailboxErrorKind};
use crate::round::Stop;
use crate::send::Sent;
use crate::{Env, Phase};
use mxs_core::ExchangeId;
use mxs_core::mail::{Association, Direction, MailChange, MailPlan, MailReason, may_leave};
use mxs_graph::mail::letters::{BodyForm, Letter};
use mxs_http::{HttpPort, Request};
use mxs_zoho::ZohoError;
use mxs_zoho::emails::associate::{self, Mail, Person};
use mxs_zoho::emails::composite::{self, PARTS_MAX};
use std::collections::BTreeMap;

/// A message for a record, ready to go.
struct Ready<'p> {
    step: &'p Association,
    request: Request,
    received: mxs_core::Instant,
}

impl<M: Mailbox, C: HttpPort, S: MailStore, E: Env> MailRound<'_, '_, M, C, S, E> {
    /// Carries a plan out, some messages at a time.
    pub(super) async fn carry_out(&mut self, plan: &MailPlan) -> Result<(), Stop> {
        self.tell(Phase::WritingCrm);
        let mut by_message: BTreeMap<&ExchangeId, Vec<&Association>> = BTreeMap::new();
        for step in &plan.steps {
            by_message.entry(&step.item).or_default().push(step);
        }
        let items: Vec<ExchangeId> = by_message.keys().map(|item| (*item).clone()).collect();
        for items in items.chunks(M::LETTERS_MAX) {
            let letters = self.read_letters(items).await?;
            let ids: Vec<&str> = letters.iter().map(|letter| letter.seen.internet_id.as_str()).collect();
            let holders = self.available(&ids).await?;
            let mut ready = Vec::new();
            for (letter, holder) in letters.iter().zip(holders) {
                let steps = by_message.get(&letter.seen.item).map(Vec::as_slice).unwrap_or_default();
                let done = self.done_before(steps, letter, holder.as_ref()).await?;
                for (at, step) in steps.iter().enumerate() {
                    if done.contains(&at) {
                        let received = letter.seen.received;
                        self.change([MailChange::AddDone {
                            key: step.key,
                            received,
                            record: step.record.clone(),
                            thread: step.thread,
                        }]);
                        self.leave(&step.item, Some(&step.record), MailReason::AlreadyThere);
                    } else {
                        let request = self.request(step, letter);
                        ready.push(Ready { step, request, received: letter.seen.received });
                    }
                }
            }
            for some in ready.chunks(PARTS_MAX) {
                self.give(some).await?;
            }
        }
        self.store(&[]).await
    }

    /// Reads messages with what they say, and leaves out those that are gone or, looked at again, have to stay.
    async fn read_letters(&mut self, items: &[ExchangeId]) -> Result<Vec<Letter>, Stop> {
        let form = if self.run.make_safe.is_some() { BodyForm::Written } else { BodyForm::Text };
        let mut found = Vec::new();
        for (item, answer) in self.run.mailbox.letters(&self.run.patience(), items, form).await? {
            match answer {
                Ok(letter) => match may_leave(&letter.seen, &self.policy) {
                    Ok(_) => found.push(letter),
                    Err(reason) => {
                        self.leave(&item, None, reason);
                        self.change([MailChange::Forget(item)]);
                    }
                },
                Err(error) if error.kind == MailboxErrorKind::NotFound => self.vanished(&item),
                Err(_) => self.leave(&item, None, MailReason::Unreadable),
            }
        }
        Ok(found)
    }

    fn request(&self, step: &Association, letter: &Letter) -> Request {
        let (content, html) = content(letter, self.run.make_safe);
        let owner = || {
            let address = self.policy.own.iter().next().map(|own| own.as_str().to_owned()).unwrap_or_default();
            Person { name: String::new(), address }
        };
        let mut to: Vec<Person> = letter.to.iter().map(person).collect();
        if to.is_empty() {
            // Somebody got it in secret, and stays so: the CRM shows the mailbox's owner.
            to.push(owner());
        }
        let mail = Mail {
            internet_id: &letter.seen.internet_id,
            from: &letter.from.as_ref().map_or_else(owner, person),
            to: &to,
            cc: &letter.cc.iter().map(person).collect::<Vec<_>>(),
            subject: &letter.subject,
            content: &content,
            html,
            sent: self.policy.direction(&letter.seen) == Direction::Sent,
            at: letter.sent_at,
        };
        associate::request(&step.record, &mail)
    }

    /// Gives some messages away in one request. The intents are stored before, with what was learned so far.
    async fn give(&mut self, ready: &[Ready<'_>]) -> Result<(), Stop> {
        let intents = ready.iter().map(|one| MailChange::AddIntent(one.step.key, one.step.record.clone()));
        self.store(&intents.collect::<Vec<_>>()).await?;
        if !self.one_by_one {
            let parts: Vec<Request> = ready.iter().map(|one| one.request.clone()).collect();
            let request = composite::request(&parts);
            let parse = |response: &_| composite::parse(response, parts.len());
            match self.run.patience().write(self.run.crm, &request, parse).await? {
                Sent::Unknown => {
                    ready.iter().for_each(|one| self.in_doubt(one));
                    return Ok(());
                }
                Sent::Refused(error) => return self.all_refused(ready, &error),
                Sent::Answered(answers) => {
                    if answers.iter().all(Result::is_ok) {
                        for (one, answer) in ready.iter().zip(answers.into_iter().flatten()) {
                            match associate::parse(&answer) {
                                Ok(outcome) => self.settle(one, outcome.map_err(|refusal| (&refusal).into())),
                                Err(error) => self.settle_error(one, &error, answer.is_success()),
                            }
                        }
                        return Ok(());
                    }
                    // Nothing of a part that was refused was done; whether others were, asking again tells.
                    self.one_by_one = true;
                    for (one, answer) in ready.iter().zip(&answers) {
                        if answer.is_ok() {
                            self.in_doubt(one);
                        }
                    }
                    let refused = ready.iter().zip(&answers).filter(|(_, answer)| answer.is_err());
                    for (one, _) in refused {
                        self.give_one(one).await?;
                    }
                    return Ok(());
                }
            }
        }
        for one in ready {
            self.give_one(one).await?;
        }
        Ok(())
    }

    async fn give_one(&mut self, one: &Ready<'_>) -> Result<(), Stop> {
        match self.run.patience().write(self.run.crm, &one.request, associate::parse).await? {
            Sent::Unknown => self.in_doubt(one),
            Sent::Refused(error) => self.settle_error(one, &error, false),
            Sent::Answered(outcome) => self.settle(one, outcome.map_err(|refusal| (&refusal).into())),
        }
        Ok(())
    }

    fn all_refused(&mut self, ready: &[Ready<'_>], error: &ZohoError) -> Result<(), Stop> {
        ready.iter().for_each(|one| self.settle_error(one, error, false));
        // Without the right to do so, no other message will do better.
        if matches!(error.kind, mxs_zoho::ErrorKind::Denied | mxs_zoho::ErrorKind::SignInAgain) {
            return Err(Stop::Failed(crate::send::VendorError::failure(error)));
        }
        Ok(())
    }

    fn settle(&mut self, one: &Ready<'_>, outcome: Result<(), MailReason>) {
        let (key, record) = (one.step.key, one.step.record.clone());
        match outcome {
            Ok(()) => {
                self.done.associations += 1;
                self.reached.insert(key);
                self.change([MailChange::AddDone { key, received: one.received, record, thread: one.step.thread }]);
            }
            Err(reason) => {
                self.leave(&one.step.item, Some(&record), reason);
                self.change([MailChange::DropIntent(key, record)]);
            }
        }
    }

    /// An answer that isn't the one for a message. After one that says "later" the intent stays: the next round asks
    /// what became of it.
    fn settle_error(&mut self, one: &Ready<'_>, error: &ZohoError, success: bool) {
        if error.is_transient() || success {
            return self.in_doubt(one);
        }
        self.settle(one, Err(MailReason::Refused { status: error.status, code: error.code.clone() }));
    }

    fn in_doubt(&mut self, one: &Ready<'_>) {
        self.leave(&one.step.item, Some(&one.step.record), MailReason::OutcomeUnknown);
    }
}
