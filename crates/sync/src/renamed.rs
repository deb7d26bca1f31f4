//! Items that go on under another id, as far as a run has to help: by Exchange Web Services one that goes to another
//! folder, and all of them where a mailbox has moved from one server to another. Their marks go with them, and the engine
//! follows these; here is what it has to be told.

use crate::mailbox::{Mailbox, Records};
use crate::round::{Round, Stop};
use crate::{Env, Store};
use mxs_core::{CrmId, ExchangeId, Field, Link, Observation, Reason, RecordId, Scope, Side, StateChange, Unlinked};
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

    /// Links of items that the other door told, and that carry no mark: nothing says which these are now. As after the
    /// memory was lost, both records are without a partner and look for each other. Those that were kept out wait alone.
    pub(crate) fn let_go_of_strangers(&mut self, records: &mut Records) {
        let strangers = self.state.links.values().filter(|link| is_stranger::<M>(&link.exchange) && !link.marked);
        let left = strangers.filter(|link| records.get(&link.exchange) == Some(&Observation::Left));
        for link in left.cloned().collect::<Vec<Link>>() {
            let reason = match link.scope {
                Scope::Active => Reason::LostAndFound,
                Scope::Left { side: Side::Exchange } => Reason::KeptAlone,
                // There is no record to look for an item.
                Scope::Left { side: Side::Crm } | Scope::Gone { .. } => continue,
            };
            records.remove(&link.exchange);
            self.remember(StateChange::DropLink(link.exchange));
            self.remember(StateChange::PutUnlinked(Unlinked {
                id: RecordId::Crm(link.crm),
                fields: link.seen.unwrap_or(link.base).crm,
                version: link.exchange_version,
                reason,
                mark: None,
            }));
        }
    }
}

/// Whether the mailbox was read by another door when an item was told.
pub(crate) fn is_stranger<M: Mailbox>(item: &ExchangeId) -> bool {
    !M::DOOR.has_told(item.as_str())
}
