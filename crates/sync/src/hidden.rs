//! Copies of this sync in the mailbox that no page tells of: a calendar's pages hold the days of its window, and the
//! CRM's events are copied beyond them. Where no link knows of such a copy, because a run died or the links were lost,
//! only its mark tells of it; unread, it would be made a second time, or be left behind alone.

use crate::mailbox::Mailbox;
use crate::renamed::is_stranger;
use crate::round::{Round, Stop};
use crate::{Env, Store};
use mxs_core::{CrmId, ExchangeId, Observation, RecordId, View};
use mxs_http::HttpPort;
use std::collections::{BTreeMap, BTreeSet};

/// What carries a mark and is on no page, with the record that the mark names and its folder.
pub(crate) type Hidden = BTreeMap<ExchangeId, (CrmId, String)>;

impl<M: Mailbox, C: HttpPort, S: Store, E: Env> Round<'_, '_, M, C, S, E> {
    /// Adds what marks alone told of to `exchange`, as far as a record that has no partner is named.
    pub(crate) async fn read_hidden(&mut self, exchange: &mut View<ExchangeId>, crm: &View<CrmId>) -> Result<(), Stop> {
        let mut hidden = std::mem::take(&mut self.hidden);
        let strangers = self.state.links.values().filter(|link| is_stranger::<M>(&link.exchange));
        let strangers: BTreeSet<CrmId> = strangers.map(|link| link.crm.clone()).collect();
        hidden.retain(|item, (record, _)| {
            let is_begun = self.state.intents.contains_key(&RecordId::Crm(record.clone()));
            let is_there = matches!(crm.records.get(record), Some(Observation::Present(_)));
            (is_begun || is_there || strangers.contains(record)) && !exchange.records.contains_key(item)
        });
        if hidden.is_empty() {
            return Ok(());
        }
        let named = hidden
            .iter()
            .flat_map(|(item, (record, _))| [RecordId::Exchange(item.clone()), RecordId::Crm(record.clone())]);
        self.know(named.collect::<Vec<_>>().into_iter()).await?;
        let links = &self.state.links;
        let linked: BTreeSet<&CrmId> =
            links.values().map(|link| &link.crm).filter(|record| !strangers.contains(*record)).collect();
        hidden.retain(|item, (record, _)| !links.contains_key(item) && !linked.contains(record));
        let asked: Vec<_> = hidden.iter().map(|(item, (_, folder))| (item.clone(), folder.clone())).collect();
        self.read_items(&asked, &mut exchange.records).await?;
        for (item, (record, _)) in hidden {
            if let Some(Observation::Present(seen)) = exchange.records.get_mut(&item) {
                seen.mark = Some(record);
            }
        }
        Ok(())
    }
}
