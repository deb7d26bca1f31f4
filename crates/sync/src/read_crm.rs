//! Reading the CRM.

use crate::mailbox::Mailbox;
use crate::round::{Round, Stop};
use crate::trail::Trail;
use crate::{Env, Failure, Phase, Store};
use mxs_core::{Coverage, CrmId, ExchangeId, Field, Instant, Observation, Reason, RecordId, Side, SyncState, View};
use mxs_http::{HttpPort, Response};
use mxs_zoho::records::{self, IDS_MAX, LOOKUP_MAX, Page, Record};
use mxs_zoho::{Module, Names, details};
use std::collections::BTreeSet;

/// The most pages of one reading, at 2,000 records each.
const PAGES_MAX: u32 = 10_000;

/// How far behind the moment up to which the CRM was read a reading starts, in seconds. A record may become visible
/// to the query a little after the moment it carries.
const OVERLAP_S: i64 = 120;

/// Moments by the CRM's clock.
#[derive(Clone, Copy)]
pub(crate) struct Moments {
    /// The latest change that it showed; if it showed none, a moment before which it had shown all.
    pub(crate) shown: Option<Instant>,
    /// Up to when it was read.
    pub(crate) read: Option<Instant>,
}

impl<M: Mailbox, C: HttpPort, S: Store, E: Env> Round<'_, '_, M, C, S, E> {
    /// Reads what changed in the CRM, or all of it.
    pub(crate) async fn read_crm(&mut self, exchange: &View<ExchangeId>) -> Result<(View<CrmId>, Moments), Stop> {
        let cursor = self.state.cursors.crm.filter(|_| !self.must_read_all);
        let since = cursor.map(|cursor| Instant::from_seconds(cursor.seconds() - OVERLAP_S));
        let coverage = if since.is_some() { Coverage::Changes } else { Coverage::Everything };
        let mut view = View::new(coverage);
        let Moments { shown, read } = self.read_changes(since, &mut view).await?;
        // Where nothing was shown it would cost a commit to remember that, and saves nothing.
        let read = if view.records.is_empty() { cursor } else { read.max(shown).max(cursor) };
        let moments = Moments { shown: shown.max(since), read };
        match coverage {
            Coverage::Changes => {
                self.know(view.records.keys().cloned().map(RecordId::Crm)).await?;
                let unread = self.read_unreadable(&mut view).await?;
                self.read_partners_of_those_who_left(exchange, &mut view).await?;
                self.leave_occurrences(exchange, &mut view);
                self.read_deleted(since, None, &mut view).await?;
                // Nothing may be written over what nobody has read.
                for id in unread {
                    view.records.entry(id).or_insert(Observation::Unreadable);
                }
            }
            Coverage::Everything => {
                self.know_all().await?;
                self.leave_occurrences(exchange, &mut view);
                self.look_for_missing(&mut view).await?;
            }
        }
        self.follow_leads(exchange, &mut view).await?;
        Ok((view, moments))
    }

    /// Reads the partners of items that had left and take part again, or were deleted. While they were away nobody minded
    /// whose the records were; by now they may be somebody else's, which no change tells.
    async fn read_partners_of_those_who_left(
        &mut self,
        exchange: &View<ExchangeId>,
        view: &mut View<CrmId>,
    ) -> Result<(), Stop> {
        let is_news = |id: &ExchangeId| match exchange.records.get(id) {
            Some(Observation::Present(seen)) => self.sync.policy.filter.keeps_out(&seen.fields).is_none(),
            Some(Observation::Gone) => true,
            Some(Observation::Left | Observation::Unreadable) | None => false,
        };
        let had_left = mxs_core::Scope::Left { side: Side::Exchange };
        let partners = self.state.links.values().filter(|link| link.scope == had_left && is_news(&link.exchange));
        let unread = partners.map(|link| &link.crm).filter(|record| !view.records.contains_key(*record));
        let unread: BTreeSet<CrmId> = unread.cloned().collect();
        if !unread.is_empty() {
            view.records.extend(self.read_records(unread).await?.records);
        }
        Ok(())
    }

    /// Reads these records as they are now, whatever was read before.
    pub(crate) async fn read_records(&mut self, ids: BTreeSet<CrmId>) -> Result<View<CrmId>, Stop> {
        let (mut view, mut absent) = (View::new(Coverage::Changes), ids);
        let sync = self.sync;
        for names in &sync.scope.modules {
            let ids: Vec<CrmId> = absent.iter().cloned().collect();
            let (records, unreadable) = self.read_these(names, &ids).await?;
            for record in records {
                self.crm_shown = self.crm_shown.max(record.modified);
                absent.remove(&record.id);
                view.records.insert(record.id, Observation::Present(record.seen));
            }
            for id in unreadable {
                absent.remove(&id);
                view.records.insert(id, Observation::Unreadable);
            }
            self.tell_read(Phase::ReadingCrm, view.records.len());
        }
        self.look_for(absent, &mut view).await?;
        Ok(view)
    }

    /// Reads those of these records that take part; and tells which can't be read.
    pub(crate) async fn read_these(&self, names: &Names, ids: &[CrmId]) -> Result<(Vec<Record>, Vec<CrmId>), Stop> {
        let (mut records, mut unreadable) = (Vec::with_capacity(ids.len()), Vec::new());
        for chunk in ids.chunks(IDS_MAX) {
            let request = records::these(names, &self.sync.scope.owners, chunk);
            let parse = |response: &Response| records::parse_page(names, response);
            let page = self.sync.patience().must_read(self.sync.crm, &request, parse).await?;
            let (read, unread) = self.with_details(names, page).await?;
            records.extend(read);
            unreadable.extend(unread);
        }
        Ok((records, unreadable))
    }

    /// Takes no notice of records that are each one occurrence of a series which begins with another record: every one
    /// of them has the rule, and would be a series of its own in the mailbox.
    fn leave_occurrences(&self, exchange: &View<ExchangeId>, view: &mut View<CrmId>) {
        let is_one_of_many = |observation: &Observation| match observation {
            Observation::Present(seen) => seen.fields.get(Field::OriginalStart).is_some(),
            _ => false,
        };
        if !view.records.values().any(is_one_of_many) {
            return;
        }
        let mut known = BTreeSet::new();
        known.extend(self.state.links.values().map(|link| &link.crm));
        // An item that names a record is its partner, whatever is remembered.
        known.extend(exchange.records.values().filter_map(|observation| match observation {
            Observation::Present(seen) => seen.mark.as_ref(),
            Observation::Gone | Observation::Left | Observation::Unreadable => None,
        }));
        view.records.retain(|id, observation| {
            let is_one_of_many = is_one_of_many(observation);
            let Observation::Present(seen) = observation else { return true };
            // What this sync began to copy is the series itself, in whichever zone its first day was counted.
            let start = seen.fields.get(Field::Start);
            let mut begun = self.state.begun().map(|intent| intent.fields.get(Field::Start));
            !is_one_of_many || known.contains(id) || begun.any(|own| own == start)
        });
    }

    /// Asks once more for what couldn't be read before and hasn't changed since: a query for changes doesn't show it.
    /// Answers what still isn't known.
    async fn read_unreadable(&self, view: &mut View<CrmId>) -> Result<Vec<CrmId>, Stop> {
        let is_unread = |reason: Option<&Reason>| reason == Some(&Reason::Unreadable { side: Side::Crm });
        let linked = self.state.links.values().filter(|link| is_unread(link.trouble.as_ref())).map(|link| &link.crm);
        let unlinked = self.state.unlinked.values().filter(|unlinked| is_unread(Some(&unlinked.reason)));
        let all = linked.chain(unlinked.filter_map(|unlinked| unlinked.id.crm()));
        let mut unread: Vec<CrmId> = all.filter(|id| !view.records.contains_key(id)).cloned().collect();
        for names in &self.sync.scope.modules {
            let (records, _) = self.read_these(names, &unread).await?;
            view.records.extend(records.into_iter().map(|record| (record.id, Observation::Present(record.seen))));
        }
        unread.retain(|id| !view.records.contains_key(id));
        Ok(unread)
    }

    async fn read_changes(&mut self, since: Option<Instant>, view: &mut View<CrmId>) -> Result<Moments, Stop> {
        self.tell_read(Phase::ReadingCrm, 0);
        let mut all: Option<Moments> = None;
        let sync = self.sync;
        for names in &sync.scope.modules {
            let Moments { shown, read } = self.read_module(names, since, view).await?;
            all = Some(all.map_or(Moments { shown, read }, |all| Moments {
                shown: all.shown.max(shown),
                // What one of them doesn't say is not known of all; and the first that was read bounds the others.
                read: all.read.min(read),
            }));
        }
        Ok(all.unwrap_or(Moments { shown: None, read: None }))
    }

    async fn read_module(
        &mut self,
        names: &Names,
        since: Option<Instant>,
        view: &mut View<CrmId>,
    ) -> Result<Moments, Stop> {
        let oldest_copy = self.state.intents.values().filter_map(|intent| intent.not_before).min();
        let mut moments = Moments { shown: None, read: None };
        let (mut after, mut trail) = (None, Trail::default());
        for number in 0..PAGES_MAX {
            let request = records::changes(names, &self.sync.scope.owners, since, after.as_ref());
            let parse = |response: &Response| records::parse_page(names, response);
            let page = self.sync.patience().must_read(self.sync.crm, &request, parse).await?;
            after = page.last().cloned();
            if number == 0 {
                // What changes during the reading may be on a page that has gone by.
                moments.read = page.answered;
            }
            let more = page.more;
            let (records, unreadable) = self.with_details(names, page).await?;
            for record in records {
                moments.shown = moments.shown.max(Some(record.modified));
                let may_be_copy = oldest_copy.is_some_and(|moment| record.created >= moment);
                if may_be_copy && record.modified != record.created {
                    view.edited.push((record.id.clone(), record.created));
                }
                view.records.insert(record.id, Observation::Present(record.seen));
            }
            view.records.extend(unreadable.into_iter().map(|id| (id, Observation::Unreadable)));
            self.tell_read(Phase::ReadingCrm, view.records.len());
            if !more {
                return Ok(moments);
            }
            trail.step(after.as_ref().map_or("", CrmId::as_str), Failure::CrmAnswer)?;
        }
        Err(Stop::Failed(Failure::CrmAnswer))
    }

    /// The records of a page, with what a query can't tell; and those that can't be read.
    async fn with_details(&self, names: &Names, page: Page) -> Result<(Vec<Record>, Vec<CrmId>), Stop> {
        let Page { records, mut unreadable, .. } = page;
        if !names.needs_details() {
            return Ok((records, unreadable));
        }
        let mut complete = Vec::with_capacity(records.len());
        for chunk in records.chunks(LOOKUP_MAX) {
            let parse = |response: &Response| details::parse(names, response, chunk);
            let answer = self.sync.patience().must_read(self.sync.crm, &details::request(names, chunk), parse).await?;
            for record in answer {
                match record {
                    Ok(record) => complete.push(record),
                    Err(id) => unreadable.push(id),
                }
            }
        }
        Ok((complete, unreadable))
    }

    /// Takes in the records that were deleted, as far as they matter: those that are linked or remembered or
    /// whose copy was under way, or only those of `wanted`.
    async fn read_deleted(
        &mut self,
        since: Option<Instant>,
        wanted: Option<&BTreeSet<CrmId>>,
        view: &mut View<CrmId>,
    ) -> Result<(), Stop> {
        let mut deleted = Vec::new();
        for names in &self.sync.scope.modules {
            self.list_deleted(names.module(), since, &mut deleted).await?;
        }
        // A record that was restored is in both lists; it is there.
        let is_there =
            |id: &CrmId| matches!(view.records.get(id), Some(Observation::Present(_) | Observation::Unreadable));
        deleted.retain(|id| !is_there(id));
        if let Some(wanted) = wanted {
            deleted.retain(|id| wanted.contains(id));
        } else {
            self.know(deleted.iter().cloned().map(RecordId::Crm)).await?;
            let mut linked = BTreeSet::new();
            linked.extend(self.state.links.values().map(|link| &link.crm));
            deleted.retain(|id| {
                let record = RecordId::Crm(id.clone());
                let SyncState { unlinked, intents, .. } = &self.state;
                linked.contains(id) || unlinked.contains_key(&record) || intents.contains_key(&record)
            });
        }
        view.records.extend(deleted.into_iter().map(|id| (id, Observation::Gone)));
        Ok(())
    }

    async fn list_deleted(&self, module: Module, since: Option<Instant>, deleted: &mut Vec<CrmId>) -> Result<(), Stop> {
        let mut trail = Trail::default();
        for page in 1..=PAGES_MAX {
            let request = records::deleted(module, since, page);
            let answer = self.sync.patience().must_read(self.sync.crm, &request, records::parse_deleted).await?;
            if answer.more {
                // Pages have numbers, and no links: what shows that one leads nowhere is that it says the same.
                let page: Vec<&str> = answer.ids.iter().map(CrmId::as_str).collect();
                trail.step(&page.join(" "), Failure::CrmAnswer)?;
            }
            deleted.extend(answer.ids);
            if !answer.more {
                return Ok(());
            }
        }
        Err(Stop::Failed(Failure::CrmAnswer))
    }

    /// After everything was read: linked records that were not among it belong to somebody else now, are
    /// out of sight, or are deleted. Only the list of deleted records proves a delete.
    async fn look_for_missing(&mut self, view: &mut View<CrmId>) -> Result<(), Stop> {
        let linked = self.state.links.values().map(|link| &link.crm);
        let mut missing = BTreeSet::new();
        missing.extend(linked.filter(|id| !view.records.contains_key(*id)).cloned());
        self.look_for(missing, view).await.map(drop)
    }

    /// Finds out about records that were not read: they have left, unless it is proven that they were deleted. Answers
    /// which of them can be seen.
    pub(crate) async fn look_for(
        &mut self,
        wanted: BTreeSet<CrmId>,
        view: &mut View<CrmId>,
    ) -> Result<BTreeSet<CrmId>, Stop> {
        for id in &wanted {
            view.records.insert(id.clone(), Observation::Left);
        }
        let mut absent = wanted.clone();
        for names in &self.sync.scope.modules {
            let ids: Vec<CrmId> = absent.iter().cloned().collect();
            for chunk in ids.chunks(LOOKUP_MAX) {
                let request = records::lookup(names.module(), chunk);
                let found = self.sync.patience().must_read(self.sync.crm, &request, records::parse_lookup).await?;
                for record in found {
                    absent.remove(&record.id);
                }
            }
        }
        if !absent.is_empty() {
            self.read_deleted(None, Some(&absent), view).await?;
        }
        Ok(wanted.difference(&absent).cloned().collect())
    }
}
