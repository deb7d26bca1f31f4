//! Writing in the CRM.

use crate::mailbox::Mailbox;
use crate::round::{Done, Round, Stop};
use crate::send::{Sent, VendorError as _};
use crate::{Env, Store};
use mxs_core::journal::{Cause, Deed};
use mxs_core::{
    Creation, CrmId, Deletion, Field, Fields, Pair, Patch, Reason, RecordId, Side, StateChange, Value, VendorRefusal,
};
use mxs_graph::event;
use mxs_http::{HttpPort, Request, Response};
use mxs_zoho::records::{self, Found, LOOKUP_MAX, WRITE_MAX};
use mxs_zoho::{Accounts, Known, Module, Names, ZohoError, accounts, people, record};
use std::collections::{BTreeMap, BTreeSet};

type Outcomes<T> = Vec<Result<T, VendorRefusal>>;

impl<'s, M: Mailbox, C: HttpPort, S: Store, E: Env> Round<'s, '_, M, C, S, E> {
    /// Creates records; their pairs, still to be marked, go to `pairs`.
    pub(crate) async fn create_in_crm(
        &mut self,
        mut creations: Vec<Creation>,
        pairs: &mut Vec<Pair>,
    ) -> Result<(), Stop> {
        let Some(names) = self.sync.scope.modules.first() else { return Ok(()) };
        let companies = creations.iter().map(|creation| creation.copy.text(Field::Company));
        let known = Known { accounts: self.find_accounts(names, companies).await?, ..Known::default() };
        let mut possible = Vec::new();
        for mut creation in creations.drain(..) {
            match leave_out(&mut creation, names, &known) {
                Ok(()) => {
                    record::put_module(names.module(), &mut creation.copy);
                    possible.push(creation);
                }
                Err(reason) => self.was_not_made(&creation, Side::Crm, reason),
            }
        }
        for chunk in possible.chunks(WRITE_MAX) {
            if self.in_the_dark {
                break;
            }
            for creation in chunk {
                self.begin(creation, Some(self.crm_shown));
            }
            self.store().await?;
            let written: Vec<Fields> = chunk.iter().map(|creation| self.with_zone(creation)).collect();
            let fields: Vec<&Fields> = written.iter().collect();
            let request = records::insert(names, &self.sync.owner, &fields, &known);
            let parse = |response: &Response, count| records::parse_written(names, response, count);
            let outcomes = self.write_crm(&request, chunk.len(), parse).await?;
            for (creation, outcome) in chunk.iter().zip(outcomes) {
                let RecordId::Exchange(item) = &creation.source else { continue };
                match outcome {
                    Ok(written) if self.returning.contains(&creation.source) => {
                        self.count(Side::Crm, Done::Created);
                        self.came_back(creation, RecordId::Crm(written.id), &creation.copy);
                    }
                    Ok(written) => {
                        self.count(Side::Crm, Done::Created);
                        let (pair, changes) = creation.made_in_crm(item.clone(), written.id);
                        if let Some((_, reason)) = creation.held.first() {
                            self.leave_open(creation.source.clone(), Side::Crm, reason.clone());
                        }
                        pairs.push(pair);
                        self.remember_made(creation, changes);
                    }
                    Err(reason) => self.was_not_made(creation, Side::Crm, reason),
                }
            }
            self.step(chunk.len());
        }
        Ok(())
    }

    /// What is written of a copy. Of a series the zone tells on which day its first moment is; it doesn't flow, since no
    /// record of the CRM has one.
    fn with_zone(&self, creation: &Creation) -> Fields {
        let mut fields = creation.copy.clone();
        if fields.get(Field::Recurrence).is_some() {
            fields.put(Field::Zone, Value::text(self.days_zone(&creation.fields)));
        }
        fields
    }

    /// The zone in which the days of a series are counted, of which the mailbox holds `item`.
    fn days_zone<'f>(&'f self, item: &'f Fields) -> &'f str {
        event::days_zone(item.text(Field::Zone), self.sync.scope.zone.as_ref())
    }

    /// A copy was not made: remembers what follows from it.
    pub(crate) fn was_not_made(&mut self, creation: &Creation, on: Side, reason: Reason) {
        self.leave_open(creation.source.clone(), on, reason.clone());
        if self.returning.contains(&creation.source) {
            return self.did_not_come_back(creation, &reason);
        }
        for change in creation.not_made(reason) {
            self.remember(change);
        }
    }

    /// Updates records. Pairs whose record belongs to somebody else by now, or is changed at this very moment, are
    /// taken out of `pairs`.
    pub(crate) async fn update_crm(&mut self, pairs: &mut Vec<Pair>) -> Result<(), Stop> {
        self.look_before_writing(pairs).await?;
        let sync = self.sync;
        for (index, names) in sync.scope.modules.iter().enumerate() {
            let is_here = |pair: &Pair| !pair.to_crm.is_empty() && self.module_of(&pair.now.crm) == index;
            let mut waiting: Vec<&mut Pair> = pairs.iter_mut().filter(|pair| is_here(pair)).collect();
            let known = self.know_for_update(names, &waiting).await?;
            for pair in &mut waiting {
                self.leave_out_of_update(pair, names, &known);
            }
            waiting.retain(|pair| !pair.to_crm.is_empty());
            for chunk in waiting.chunks_mut(WRITE_MAX) {
                if self.in_the_dark {
                    break;
                }
                self.update_chunk(chunk, names, &known).await?;
            }
        }
        Ok(())
    }

    async fn update_chunk(&mut self, chunk: &mut [&mut Pair], names: &Names, known: &Known) -> Result<(), Stop> {
        chunk.iter().for_each(|pair| self.begin_taking_back(pair, Side::Crm));
        self.store().await?;
        let rows: Vec<(CrmId, &Patch)> = chunk.iter().map(|pair| (pair.crm.clone(), &pair.to_crm)).collect();
        let parse = |response: &Response, count| records::parse_written(names, response, count);
        let outcomes = self.write_crm(&records::update(names, &rows, known), rows.len(), parse).await?;
        for (pair, outcome) in chunk.iter_mut().zip(outcomes) {
            match &outcome {
                Ok(_) => self.count(Side::Crm, Done::Updated),
                Err(reason) => {
                    self.leave_open(RecordId::Exchange(pair.exchange.clone()), Side::Crm, reason.clone());
                }
            }
            self.settle_pair(pair, Side::Crm, outcome.is_ok(), |pair| pair.settle_crm(outcome.map(drop)));
        }
        self.step(chunk.len());
        Ok(())
    }

    /// A copy was made: remembers what follows from it.
    pub(crate) fn remember_made(&mut self, creation: &Creation, changes: Vec<StateChange>) {
        let cause = if creation.returns { Cause::Returned } else { Cause::OtherSide };
        let empty = Fields::default();
        for change in changes {
            self.remember_deed(change, Deed::wrote(creation.source.side().other(), &empty, cause));
        }
    }

    /// A pair was written on a side, or not: remembers what follows from it.
    pub(crate) fn settle_pair(
        &mut self,
        pair: &mut Pair,
        side: Side,
        was_written: bool,
        settle: impl FnOnce(&mut Pair) -> StateChange,
    ) {
        let held = pair.now.on(side).clone();
        let cause = if pair.base.is_some() { Cause::OtherSide } else { Cause::FirstMatch };
        let change = settle(pair);
        let written = was_written.then_some((side, &held));
        self.remember_deed(change, Deed { written, cause, conflicts: &pair.conflicts });
        self.end_taking_back(pair, side);
    }

    /// A record was deleted, or not: remembers what follows from it.
    pub(crate) fn settle_deletion(&mut self, deletion: &Deletion, outcome: Result<(), Reason>) {
        if let Some(run) = self.undoing {
            return self.settle_taking_away(deletion, outcome, run);
        }
        let held = deletion.link.seen.as_ref().unwrap_or(&deletion.link.base).on(deletion.on);
        let written = outcome.is_ok().then_some((deletion.on, held));
        let deed = Deed { written, cause: Cause::Deleted, conflicts: &[] };
        self.remember_deed(deletion.settle(outcome), deed);
    }

    /// Deletes records, into the recycle bin.
    pub(crate) async fn delete_in_crm(&mut self, deletions: &[Deletion]) -> Result<(), Stop> {
        let sync = self.sync;
        for (index, names) in sync.scope.modules.iter().enumerate() {
            let is_here =
                |deletion: &&Deletion| deletion.on == Side::Crm && self.module_of(&deletion.link.base.crm) == index;
            let mut waiting: Vec<&Deletion> = deletions.iter().filter(is_here).collect();
            let ids: Vec<CrmId> = waiting.iter().map(|deletion| deletion.link.crm.clone()).collect();
            let found = self.look_at(names, &ids).await?;
            for deletion in &waiting {
                if let Err(reason) = self.may_write(found.get(&deletion.link.crm)) {
                    self.leave_open(deletion.target(), Side::Crm, reason.clone());
                    self.settle_deletion(deletion, Err(reason));
                }
            }
            waiting.retain(|deletion| self.may_write(found.get(&deletion.link.crm)).is_ok());
            for chunk in waiting.chunks(WRITE_MAX) {
                if self.in_the_dark {
                    break;
                }
                self.store().await?;
                let ids: Vec<CrmId> = chunk.iter().map(|deletion| deletion.link.crm.clone()).collect();
                let request = records::delete(names.module(), &ids);
                let outcomes = self.write_crm(&request, ids.len(), records::parse_delete).await?;
                for (deletion, outcome) in chunk.iter().zip(outcomes) {
                    match &outcome {
                        Ok(_) => self.count(Side::Crm, Done::Deleted),
                        Err(reason) => self.leave_open(deletion.target(), Side::Crm, reason.clone()),
                    }
                    self.settle_deletion(deletion, outcome.map(drop));
                }
                self.step(chunk.len());
            }
        }
        Ok(())
    }

    /// The CRM tells of a record that changed its owner only to the new owner, and takes a write from whoever may
    /// write; nor does it look at versions. So those that are to be written are looked at once more, a hundred at
    /// a time.
    async fn look_before_writing(&mut self, pairs: &mut Vec<Pair>) -> Result<(), Stop> {
        let mut found = BTreeMap::new();
        let sync = self.sync;
        for (index, names) in sync.scope.modules.iter().enumerate() {
            let is_here = |pair: &&Pair| !pair.to_crm.is_empty() && self.module_of(&pair.now.crm) == index;
            let ids: Vec<CrmId> = pairs.iter().filter(is_here).map(|pair| pair.crm.clone()).collect();
            found.append(&mut self.look_at(names, &ids).await?);
        }
        let mut left = Vec::new();
        pairs.retain(|pair| {
            let stays = pair.to_crm.is_empty() || self.may_write(found.get(&pair.crm)).is_ok();
            if !stays {
                left.push(pair.clone());
            }
            stays
        });
        for pair in left {
            let reason = self.may_write(found.get(&pair.crm)).err().unwrap_or(Reason::StillChanging);
            self.leave_open(RecordId::Exchange(pair.exchange.clone()), Side::Crm, reason.clone());
            let change = match reason {
                Reason::LeftScope { .. } => pair.left_the_crm(),
                _ => pair.as_it_stands(),
            };
            self.remember(change);
        }
        Ok(())
    }

    /// Records as they are at this moment; those that aren't in the answer are out of sight.
    pub(crate) async fn look_at(&self, names: &Names, ids: &[CrmId]) -> Result<BTreeMap<CrmId, Found>, Stop> {
        let mut found = BTreeMap::new();
        for chunk in ids.chunks(LOOKUP_MAX) {
            let request = records::lookup(names.module(), chunk);
            let answer = self.sync.patience().must_read(self.sync.crm, &request, records::parse_lookup).await?;
            for record in answer {
                found.insert(record.id.clone(), record);
            }
        }
        Ok(found)
    }

    /// Why a record must not be written now.
    pub(crate) fn may_write(&self, found: Option<&Found>) -> Result<(), Reason> {
        match found {
            Some(found) if !self.sync.scope.owners.include(&found.owner) => Err(Reason::LeftScope { side: Side::Crm }),
            // Later than anything that this run has read: somebody's edit came in between.
            Some(found) if found.modified > self.crm_shown => Err(Reason::StillChanging),
            Some(_) => Ok(()),
            // Deleted, or out of sight: the next reading tells which.
            None => Err(Reason::StillChanging),
        }
    }

    /// The place of a record's module among those that take part.
    fn module_of(&self, record: &Fields) -> usize {
        let is_lead = record.text(Field::Module) == Module::Leads.api_name();
        let modules = &self.sync.scope.modules;
        modules.iter().position(|names| (names.module() == Module::Leads) == is_lead).unwrap_or_default()
    }

    /// What must be known of the CRM before these pairs are written.
    async fn know_for_update(&mut self, names: &Names, pairs: &[&mut Pair]) -> Result<Known, Stop> {
        let new = |field| move |pair: &&&mut Pair| pair.to_crm.contains(field);
        let text = |pair: &&mut Pair| {
            let value = pair.to_crm.get(Field::Company).flatten();
            value.and_then(Value::as_text).unwrap_or_default().to_owned()
        };
        let companies: Vec<String> = pairs.iter().filter(new(Field::Company)).map(text).collect();
        let accounts = self.find_accounts(names, companies.iter().map(String::as_str)).await?;
        let mut known = Known { accounts, ..Known::default() };
        let ids: Vec<CrmId> = pairs.iter().filter(new(Field::Attendees)).map(|pair| pair.crm.clone()).collect();
        for chunk in ids.chunks(LOOKUP_MAX) {
            let people = self.sync.patience().must_read(self.sync.crm, &people::request(chunk), people::parse).await?;
            known.people.add(people);
        }
        Ok(known)
    }

    /// The accounts of companies, where the module links companies to accounts. Those that the CRM lacks are
    /// created if that was chosen.
    async fn find_accounts(&mut self, names: &Names, companies: impl Iterator<Item = &str>) -> Result<Accounts, Stop> {
        let mut found = Accounts::default();
        if !names.links_accounts() {
            return Ok(found);
        }
        let companies: BTreeSet<&str> = companies.filter(|name| !name.is_empty() && accounts::can_ask(name)).collect();
        let companies: Vec<&str> = companies.into_iter().collect();
        for chunk in companies.chunks(accounts::NAMES_MAX) {
            let answer = self.sync.patience().must_read(self.sync.crm, &accounts::find(chunk), accounts::parse).await?;
            let accounts = answer;
            for name in chunk {
                if let Some(id) = accounts.id(name) {
                    found.add(name, id);
                }
            }
        }
        if !self.sync.scope.new_accounts {
            return Ok(found);
        }
        let missing: Vec<&str> = companies.into_iter().filter(|name| found.id(name).is_none()).collect();
        for chunk in missing.chunks(WRITE_MAX) {
            let request = accounts::insert(&self.sync.owner, chunk);
            // An account that was made unheard is found by its name the next time.
            let outcomes = self.write_crm(&request, chunk.len(), accounts::parse_inserted).await?;
            for (name, outcome) in chunk.iter().zip(outcomes) {
                if let Ok(id) = outcome {
                    found.add(name, &id);
                }
            }
        }
        Ok(found)
    }

    /// Holds back what the CRM has no place, no form or no account for.
    fn leave_out_of_update(&mut self, pair: &mut Pair, names: &Names, known: &Known) {
        let mut left_out = record::left_out_of_update(names, &pair.crm, &pair.to_crm, known);
        if record::leaves_its_days(&pair.now.crm, &pair.to_crm, self.days_zone(&pair.now.exchange)) {
            left_out.extend([Field::Start, Field::End].into_iter().filter(|field| pair.to_crm.contains(*field)));
        }
        // What a series waits for is its rule, whatever else waits with it.
        left_out.sort_by_key(|field| match field {
            Field::Recurrence => 0,
            Field::Start => 1,
            _ => 2,
        });
        left_out.dedup();
        for field in &left_out {
            pair.hold(Side::Crm, *field, not_written(*field));
        }
        if let Some(field) = left_out.first() {
            let id = RecordId::Exchange(pair.exchange.clone());
            self.leave_open(id, Side::Crm, not_written(*field));
            let change = pair.as_it_stands();
            self.remember(change);
        }
    }

    /// Sends one write of `count` records: for each what became of it.
    pub(crate) async fn write_crm<T>(
        &mut self,
        request: &Request,
        count: usize,
        parse: impl Fn(&Response, usize) -> Result<Outcomes<T>, ZohoError>,
    ) -> Result<Vec<Result<T, Reason>>, Stop> {
        match self.sync.patience().write(self.sync.crm, request, |response| parse(response, count)).await? {
            Sent::Answered(outcomes) => {
                Ok(outcomes.into_iter().map(|outcome| outcome.map_err(Reason::Refused)).collect())
            }
            Sent::Refused(error) => Err(Stop::Failed(error.failure())),
            Sent::Unknown => {
                self.in_the_dark = true;
                Ok((0..count).map(|_| Err(Reason::OutcomeUnknown)).collect())
            }
        }
    }
}

/// Keeps out of a copy what the CRM has no place, no form or no account for; an error if it would be another
/// thing without it.
fn leave_out(creation: &mut Creation, names: &Names, known: &Known) -> Result<(), Reason> {
    for field in record::left_out(names, &creation.copy, known) {
        if record::is_essential(field) {
            return Err(not_written(field));
        }
        creation.hold(field, not_written(field));
    }
    Ok(())
}

fn not_written(field: Field) -> Reason {
    match field {
        Field::Company => Reason::NoAccount,
        field => Reason::NotWritable { side: Side::Crm, field },
    }
}
