//! Whether the CRM has a message already.

use super::ports::MailStore;
use super::round::MailRound;
use crate::mailbox::Mailbox;
use crate::round::Stop;
use crate::send::VendorError as _;
use crate::trail::Trail;
use crate::{Env, Failure};
use mxs_core::CrmId;
use mxs_core::mail::Association;
use mxs_graph::mail::letters::Letter;
use mxs_http::{HttpPort, Request, Response};
use mxs_zoho::ZohoError;
use mxs_zoho::emails::composite::{self, PARTS_MAX};
use mxs_zoho::emails::{associate, listed};
use std::collections::BTreeSet;

/// The most pages of a record's mails that are looked through, at ten mails each.
const PAGES_MAX: u32 = 100;

impl<M: Mailbox, C: HttpPort, S: MailStore, E: Env> MailRound<'_, '_, M, C, S, E> {
    /// Asks of each message whether some record has it, five in one request: answers with that record.
    pub(super) async fn available(&mut self, ids: &[&str]) -> Result<Vec<Option<CrmId>>, Stop> {
        let parts: Vec<Request> = ids.iter().map(|id| associate::available(id)).collect();
        self.together(&parts, associate::parse_available).await
    }

    /// Reads several things, five in one request.
    pub(super) async fn together<T>(
        &self,
        parts: &[Request],
        parse: impl Fn(&Response) -> Result<T, ZohoError>,
    ) -> Result<Vec<T>, Stop> {
        let mut found = Vec::new();
        for parts in parts.chunks(PARTS_MAX) {
            if !self.one_by_one {
                let request = composite::request(parts);
                let each = |response: &_| composite::parse(response, parts.len());
                let answers = self.run.patience().must_read(self.run.crm, &request, each).await?;
                let read: Option<Vec<T>> = answers.iter().map(|answer| parse(answer.as_ref().ok()?).ok()).collect();
                if let Some(read) = read {
                    found.extend(read);
                    continue;
                }
            }
            // A part that failed inside says little about why: asked alone, it does.
            for part in parts {
                found.push(self.run.patience().must_read(self.run.crm, part, &parse).await?);
            }
        }
        Ok(found)
    }

    /// Which of the steps of one message were done before. `holder` is a record that has it.
    ///
    /// The CRM names only one record, whatever there are. Where that is one of which we know, and no step of this
    /// message was under way, the others are as they are remembered; otherwise their own mails tell.
    pub(super) async fn done_before(
        &mut self,
        steps: &[&Association],
        letter: &Letter,
        holder: Option<&CrmId>,
    ) -> Result<BTreeSet<usize>, Stop> {
        let mut done = BTreeSet::new();
        let Some(holder) = holder else { return Ok(done) };
        for (at, step) in steps.iter().enumerate() {
            let known = self
                .state
                .done
                .get(&step.key)
                .is_some_and(|done| done.records.iter().any(|record| record.id == *holder));
            let there = if step.record.id == *holder {
                true
            } else if known && !step.uncertain {
                false
            } else {
                self.is_listed(step, letter).await?
            };
            if there {
                done.insert(at);
            }
        }
        Ok(done)
    }

    /// Looks a message up among the mails of a record, the latest of which come first.
    async fn is_listed(&self, step: &Association, letter: &Letter) -> Result<bool, Stop> {
        let from = letter.from.as_ref().map(|person| person.address.as_str()).unwrap_or_default();
        let (mut index, mut trail): (Option<String>, _) = (None, Trail::default());
        for _ in 0..PAGES_MAX {
            let request = listed::page(&step.record, listed::Kind::All, index.as_deref());
            let page = match self.run.patience().read(self.run.crm, &request, listed::parse).await? {
                Ok(page) => page,
                // A record that is no more has no mails; writing to it will say so.
                Err(error) if error.kind == mxs_zoho::ErrorKind::Refused => return Ok(false),
                Err(error) => return Err(Stop::Failed(error.failure())),
            };
            if page.mails.iter().any(|mail| mail.is(from, letter.sent_at, &letter.subject)) {
                return Ok(true);
            }
            let passed = page.mails.last().is_none_or(|mail| mail.at < letter.sent_at);
            let Some(next) = page.next.filter(|_| !passed) else { return Ok(false) };
            trail.step(&next, Failure::CrmAnswer)?;
            index = Some(next);
        }
        Ok(false)
    }
}
