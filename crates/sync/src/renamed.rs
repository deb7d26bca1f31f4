//! Items that go on under another id, as far as a run has to help: by Exchange Web Services one that goes to another
//! folder, and all of them where a mailbox has moved from one server to another. Their marks go with them, and the engine
//! follows these; here is what it has to be told.

use crate::mailbox::{Mailbox, Records};
use crate::round::{Round, Stop};
use crate::{Env, Store};
use mxs_core::{
    CrmId, ExchangeId, Field, Fields, Intent, Kind, Link, Observation, Reason, RecordId, Scope, Seen, Side,
    StateChange, Unlinked, Version,
};
use mxs_http::HttpPort;
use std::collections::BTreeSet;

impl<M: Mailbox, C: HttpPort, S: Store, E: Env> Round<'_, '_, M, C, S, E> {
    /// Adds items that nobody has missed, and whose mark another one carries: either they go on as that one, whose place
    /// was read after they had left theirs, or it is a copy.
    pub(crate) async fn add_renamed(
        &mut self,
        records: &Records,
        missing: &mut Vec<(ExchangeId, String)>,
    ) -> Result<(), Stop> {
        let marks = self.new_marks(records);
        self.know(marks.iter().cloned().map(RecordId::Crm)).await?;
        let named = self.state.links.values().filter(|link| marks.contains(&link.crm));
        let unseen = named.filter(|link| !records.contains_key(&link.exchange));
        for link in unseen {
            if !missing.iter().any(|(id, _)| *id == link.exchange) {
                let last = link.seen.as_ref().unwrap_or(&link.base);
                missing.push((link.exchange.clone(), last.exchange.text(Field::Folder).to_owned()));
            }
        }
        Ok(())
    }

    /// The marks of items without a link.
    pub(crate) fn new_marks(&self, records: &Records) -> BTreeSet<CrmId> {
        let new = records.iter().filter(|(id, _)| !self.state.links.contains_key(*id));
        let mark = |(_, observation): (_, &Observation)| match observation {
            Observation::Present(seen) => seen.mark.clone(),
            Observation::Gone | Observation::Left | Observation::Unreadable => None,
        };
        new.filter_map(mark).collect()
    }

    /// Items without a link of which the other door told, and copies of such items that were begun: what is remembered of
    /// one goes on for the item that holds the same, if there is one alone.
    pub(crate) fn follow_unlinked(&mut self, records: &Records) {
        let linked = |id: &ExchangeId| self.state.links.contains_key(id);
        let mut new: Vec<(&ExchangeId, &Seen)> = Vec::new();
        for (id, observation) in records.iter().filter(|(id, _)| !linked(id)) {
            if let Observation::Present(seen) = observation {
                new.push((id, seen));
            }
        }
        let map = &self.sync.policy.fields;
        let heir = |source: &RecordId, fields: &Fields| {
            let is_strange = source.exchange().is_some_and(is_stranger::<M>) && !fields.is_empty();
            let mut alike = new.iter().filter(|(_, seen)| is_strange && seen.fields.agrees_with(fields, map));
            let (id, seen) = alike.next()?;
            let is_alone = alike.next().is_none();
            is_alone.then(|| (RecordId::Exchange((*id).clone()), seen.version.clone()))
        };
        let mut changes = Vec::new();
        for intent in self.state.begun() {
            if let Some((source, version)) = heir(&intent.source, &intent.fields) {
                changes.push(StateChange::DropIntent(intent.source.clone()));
                changes.push(StateChange::PutIntent(Intent { source, version, ..intent.clone() }));
            }
        }
        for unlinked in self.state.unlinked.values() {
            if let Some((id, version)) = heir(&unlinked.id, &unlinked.fields) {
                changes.push(StateChange::DropUnlinked(unlinked.id.clone()));
                changes.push(StateChange::PutUnlinked(Unlinked { id, version, ..unlinked.clone() }));
            }
        }
        changes.into_iter().for_each(|change| self.remember(change));
    }

    /// Links of items that the other door told, and whose mark nothing carries now: it was never written, or it is a
    /// task's, which each door marks in its own way. What holds the same as the item did goes on for it. Where there is
    /// nothing, both records are without a partner and look for each other, as after the memory was lost; those that
    /// were kept out wait alone.
    pub(crate) fn follow_strangers(&mut self, records: &mut Records) {
        let marks = self.new_marks(records);
        let is_task = self.sync.policy.kind == Kind::Task;
        let strangers = self.state.links.values().filter(|link| is_stranger::<M>(&link.exchange));
        let unmarked = strangers.filter(|link| (is_task || !link.marked) && !marks.contains(&link.crm));
        let left = unmarked.filter(|link| records.get(&link.exchange) == Some(&Observation::Left));
        for link in left.cloned().collect::<Vec<Link>>() {
            let heir = self.heir_of(&link, records);
            let reason = match link.scope {
                Scope::Active => Reason::LostAndFound,
                Scope::Left { side: Side::Exchange } => Reason::KeptAlone,
                // There is no record to look for an item.
                Scope::Left { side: Side::Crm } | Scope::Gone { .. } if heir.is_none() => continue,
                Scope::Left { side: Side::Crm } | Scope::Gone { .. } => Reason::KeptAlone,
            };
            records.remove(&link.exchange);
            self.remember(StateChange::DropLink(link.exchange.clone()));
            self.remember(match heir {
                Some((exchange, exchange_version)) => {
                    StateChange::PutLink(Link { exchange, exchange_version, marked: false, ..link })
                }
                None => StateChange::PutUnlinked(Unlinked {
                    id: RecordId::Crm(link.crm),
                    fields: link.seen.unwrap_or(link.base).crm,
                    version: link.exchange_version,
                    reason,
                    mark: None,
                }),
            });
        }
    }

    /// An item without a link and without a mark that holds what a link's item did. Of several that hold the same it
    /// doesn't matter which.
    fn heir_of(&self, link: &Link, records: &Records) -> Option<(ExchangeId, Version)> {
        let last = &link.seen.as_ref().unwrap_or(&link.base).exchange;
        let is_heir = |id: &ExchangeId, seen: &Seen| {
            !self.state.links.contains_key(id)
                && seen.mark.is_none()
                && !last.display_name().is_empty()
                && seen.fields.agrees_with(last, &self.sync.policy.fields)
        };
        records.iter().find_map(|(id, observation)| match observation {
            Observation::Present(seen) if is_heir(id, seen) => Some((id.clone(), seen.version.clone())),
            Observation::Present(_) | Observation::Gone | Observation::Left | Observation::Unreadable => None,
        })
    }
}

/// Whether the mailbox was read by another door when an item was told.
pub(crate) fn is_stranger<M: Mailbox>(item: &ExchangeId) -> bool {
    !M::DOOR.has_told(item.as_str())
}
