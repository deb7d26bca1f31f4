//! Meetings that colleagues have too: asking whose they are, and taking over what a colleague's mailbox has left.

use crate::mailbox::Mailbox;
use crate::round::{Round, Stop};
use crate::{Env, Store};
use mxs_core::meeting::{self, Ask, Holder};
use mxs_core::{
    Adoption, CrmId, ExchangeId, Field, Gift, Kind, Observation, Reason, RecordId, Side, StateChange, Unlinked, View,
};
use mxs_http::{HttpPort, Response};
use mxs_zoho::records::{self, WRITE_MAX};
use std::collections::{BTreeMap, BTreeSet};

impl<M: Mailbox, C: HttpPort, S: Store, E: Env> Round<'_, '_, M, C, S, E> {
    /// Asks whose the meetings are that the CRM would get, or lose.
    pub(crate) async fn ask_about_meetings(
        &mut self,
        ask: Ask,
        exchange: &mut View<ExchangeId>,
        crm: &mut View<CrmId>,
    ) -> Result<(), Stop> {
        let policy = &self.sync.policy;
        if policy.kind != Kind::Event || !policy.direction.writes(Side::Crm) {
            return Ok(());
        }
        let series = exchange.records.values().filter_map(series_of).map(RecordId::Exchange);
        let series: BTreeSet<RecordId> = series.collect();
        self.know(series.into_iter()).await?;
        let (items, uids): (Vec<_>, Vec<_>) =
            meeting::wanted(&self.state, exchange, &self.sync.policy).into_iter().unzip();
        self.state.free_meetings = false;
        if !uids.is_empty() {
            let holders = self.sync.store.meetings(ask, &uids).await?;
            exchange.meetings.extend(items.into_iter().zip(holders));
            meeting::follow_series(&self.state, exchange);
            self.look_for_events(exchange, crm).await?;
        }
        let bereft = meeting::bereft(&self.state, exchange, crm);
        if !bereft.is_empty() {
            let (items, uids): (Vec<_>, Vec<_>) = bereft.into_iter().unzip();
            let holders = self.sync.store.meetings(Ask::Look, &uids).await?;
            let colleagues =
                items.into_iter().zip(holders).filter(|(_, holder)| matches!(holder, Holder::Colleague { .. }));
            exchange.meetings.extend(colleagues);
        }
        let (items, uids): (Vec<_>, Vec<_>) = meeting::left(&self.state, exchange).into_iter().unzip();
        if !uids.is_empty() {
            let holders = self.sync.store.meetings(Ask::Leave, &uids).await?;
            exchange.meetings.extend(items.into_iter().zip(holders));
        }
        Ok(())
    }

    /// Looks for the events that meetings of this mailbox are to take over, or that they name: what is out of sight or
    /// somebody else's is there, for absence proves no delete.
    async fn look_for_events(&mut self, exchange: &mut View<ExchangeId>, crm: &mut View<CrmId>) -> Result<(), Stop> {
        let named = |item: &ExchangeId, holder: &Holder| match (holder, exchange.records.get(item)) {
            (Holder::Colleague { .. } | Holder::Waiting { .. }, _) => None,
            (Holder::Own { record: Some(record) }, _) => Some(record.clone()),
            (Holder::Own { record: None }, Some(Observation::Present(seen))) => seen.mark.clone(),
            (Holder::Own { record: None }, _) => None,
        };
        let is_here = |record: &CrmId| matches!(crm.records.get(record), Some(Observation::Present(_)));
        let named = exchange.meetings.iter().filter_map(|(item, holder)| Some((item.clone(), named(item, holder)?)));
        let named: Vec<(ExchangeId, CrmId)> = named.filter(|(_, record)| !is_here(record)).collect();
        if named.is_empty() {
            return Ok(());
        }
        let visible = self.look_for(named.iter().map(|(_, record)| record.clone()).collect(), crm).await?;
        for (item, record) in named {
            let is_gone = crm.records.get(&record) == Some(&Observation::Gone);
            let Some(holder) = exchange.meetings.get_mut(&item) else { continue };
            *holder = match holder {
                _ if is_gone => Holder::Own { record: None },
                Holder::Own { record: Some(_) } if visible.contains(&record) => continue,
                _ => Holder::Colleague { record: Some(record) },
            };
        }
        Ok(())
    }

    /// Takes over events that colleagues' mailboxes have left behind. The next round finds them among its own.
    pub(crate) async fn adopt(&mut self, adoptions: Vec<Adoption>) -> Result<(), Stop> {
        let Some(names) = self.sync.scope.modules.first() else { return Ok(()) };
        for chunk in adoptions.chunks(WRITE_MAX) {
            if self.in_the_dark {
                break;
            }
            let ids: Vec<CrmId> = chunk.iter().map(|adoption| adoption.record.clone()).collect();
            // Whatever becomes of this run, the next one knows whose the event is.
            for Adoption { item, record } in chunk {
                let mark = Some(record.clone());
                self.remember(StateChange::PutUnlinked(Unlinked { mark, ..item.clone() }));
            }
            self.store().await?;
            let request = records::give(names.module(), &ids, &self.sync.owner);
            let parse = |response: &Response, count| records::parse_written(names, response, count);
            let outcomes = self.write_crm(&request, ids.len(), parse).await?;
            for (Adoption { item, record }, outcome) in chunk.iter().zip(outcomes) {
                if let (Ok(_), Some(item)) = (&outcome, item.id.exchange()) {
                    self.note_handed_over(item.clone(), record.clone());
                }
                let reason = match outcome {
                    Ok(_) => Reason::StillChanging,
                    Err(Reason::OutcomeUnknown) => Reason::OutcomeUnknown,
                    // It stays where it is.
                    Err(_) => Reason::ThroughColleague,
                };
                self.leave_open(item.id.clone(), Side::Crm, reason.clone());
                let mark = Some(record.clone());
                self.remember(StateChange::PutUnlinked(Unlinked { reason, mark, ..item.clone() }));
            }
            self.step(chunk.len());
        }
        Ok(())
    }

    /// Gives events to colleagues who wait for them, as long as they are this mailbox's to give.
    pub(crate) async fn give(&mut self, gifts: Vec<Gift>) -> Result<(), Stop> {
        let Some(names) = self.sync.scope.modules.first() else { return Ok(()) };
        let mut by_user: BTreeMap<String, Vec<(CrmId, ExchangeId)>> = BTreeMap::new();
        for Gift { item, record, user, .. } in gifts {
            by_user.entry(user).or_default().push((record, item));
        }
        for (user, mut given) in by_user {
            let steps = given.len();
            let ids: Vec<CrmId> = given.iter().map(|(id, _)| id.clone()).collect();
            let found = self.look_at(names, &ids).await?;
            given.retain(|(id, _)| self.may_write(found.get(id)).is_ok());
            for chunk in given.chunks(WRITE_MAX) {
                if self.in_the_dark {
                    break;
                }
                let ids: Vec<CrmId> = chunk.iter().map(|(id, _)| id.clone()).collect();
                let request = records::give(names.module(), &ids, &user);
                let parse = |response: &Response, count| records::parse_written(names, response, count);
                // Where it is refused, the colleague finds the event where it was left.
                let outcomes = self.write_crm(&request, ids.len(), parse).await?;
                for ((record, item), _) in chunk.iter().zip(outcomes).filter(|(_, outcome)| outcome.is_ok()) {
                    self.note_handed_over(item.clone(), record.clone());
                }
            }
            self.step(steps);
        }
        Ok(())
    }
}

/// The series of an occurrence that differs from it.
fn series_of(observation: &Observation) -> Option<ExchangeId> {
    let Observation::Present(seen) = observation else { return None };
    Some(seen.fields.text(Field::Series)).filter(|series| !series.is_empty()).map(ExchangeId::new)
}
