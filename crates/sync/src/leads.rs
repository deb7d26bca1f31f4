//! Leads that were converted, and the contacts that they became.
//!
//! A conversion is told nowhere: the lead is no longer listed, and a contact is new. To take it for a new one would
//! double the person in the mailbox.

use crate::mailbox::Mailbox;
use crate::round::{Round, Stop};
use crate::{Env, Store};
use mxs_core::{Coverage, CrmId, ExchangeId, Field, Fields, Link, Observation, Reason, RecordId, Side, View};
use mxs_http::HttpPort;
use mxs_zoho::leads::{self, Conversion};
use mxs_zoho::records::LOOKUP_MAX;
use mxs_zoho::{Module, Names};
use std::collections::BTreeSet;

impl<M: Mailbox, C: HttpPort, S: Store, E: Env> Round<'_, '_, M, C, S, E> {
    /// Finds out which leads were converted, where any may have been.
    pub(crate) async fn follow_leads(
        &mut self,
        exchange: &View<ExchangeId>,
        view: &mut View<CrmId>,
    ) -> Result<(), Stop> {
        if self.names_of(Module::Leads).is_none() {
            return Ok(());
        }
        let suspects: Vec<CrmId> = self.suspects(exchange, view).await?.into_iter().collect();
        let mut conversions = Vec::new();
        for chunk in suspects.chunks(LOOKUP_MAX) {
            let request = leads::conversions(chunk);
            let answer = self.sync.patience().must_read(self.sync.crm, &request, leads::parse_conversions).await?;
            conversions.extend(answer);
        }
        let contacts = conversions.iter().filter_map(|conversion| conversion.contact.clone());
        let unseen: Vec<CrmId> = contacts.filter(|contact| !view.records.contains_key(contact)).collect();
        self.know(unseen.iter().cloned().map(RecordId::Crm)).await?;
        self.read_contacts(&unseen, view).await?;
        for Conversion { lead, contact } in conversions {
            view.records.insert(lead.clone(), Observation::Left);
            // One that is not among them is a colleague's, or out of sight: the person has left.
            let contact = contact.filter(|contact| matches!(view.records.get(contact), Some(Observation::Present(_))));
            view.became.extend(contact.map(|contact| (lead, contact)));
        }
        Ok(())
    }

    /// The leads that may have been converted. Where only changes were read these are none as a rule: it takes a
    /// contact that nobody knows, or a lead that could not be written.
    async fn suspects(&mut self, exchange: &View<ExchangeId>, view: &View<CrmId>) -> Result<BTreeSet<CrmId>, Stop> {
        let shows_more = view.coverage == Coverage::Everything || self.shows_a_stranger(view);
        let mut suspects = BTreeSet::new();
        if shows_more {
            self.know_all().await?;
            let unlinked = self.state.unlinked.values().map(|unlinked| (&unlinked.id, &unlinked.fields));
            let begun = self.state.intents.values().map(|intent| (&intent.source, &intent.fields));
            let alone = unlinked.chain(begun).filter(|(_, fields)| is_lead(fields));
            suspects.extend(alone.filter_map(|(id, _)| id.crm()).cloned());
            // After the memory was lost the marks alone say who was whose partner.
            suspects.extend(exchange.records.values().filter_map(mark).cloned());
        }
        let linked = self.state.links.values().filter(|link| is_lead(&link.seen.as_ref().unwrap_or(&link.base).crm));
        suspects.extend(linked.filter(|link| shows_more || could_not_be_written(link)).map(|link| link.crm.clone()));
        suspects.retain(|id| matches!(view.records.get(id), None | Some(Observation::Left)));
        Ok(suspects)
    }

    /// Whether there is a contact of which nothing is remembered.
    fn shows_a_stranger(&self, view: &View<CrmId>) -> bool {
        let linked: BTreeSet<&CrmId> = self.state.links.values().map(|link| &link.crm).collect();
        view.records.iter().any(|(id, observation)| match observation {
            Observation::Present(seen) => {
                let is_known = || self.state.unlinked.contains_key(&RecordId::Crm(id.clone()));
                !is_lead(&seen.fields) && !linked.contains(id) && !is_known()
            }
            _ => false,
        })
    }

    /// Reads contacts that the pages didn't tell, since nobody has changed them.
    async fn read_contacts(&self, ids: &[CrmId], view: &mut View<CrmId>) -> Result<(), Stop> {
        let Some(names) = self.names_of(Module::Contacts) else { return Ok(()) };
        let (records, unreadable) = self.read_these(names, ids).await?;
        view.records.extend(records.into_iter().map(|record| (record.id, Observation::Present(record.seen))));
        view.records.extend(unreadable.into_iter().map(|id| (id, Observation::Unreadable)));
        Ok(())
    }

    fn names_of(&self, module: Module) -> Option<&Names> {
        self.sync.scope.modules.iter().find(|names| names.module() == module)
    }
}

fn is_lead(fields: &Fields) -> bool {
    fields.text(Field::Module) == Module::Leads.api_name()
}

fn mark(observation: &Observation) -> Option<&CrmId> {
    match observation {
        Observation::Present(seen) => seen.mark.as_ref(),
        _ => None,
    }
}

/// Whether the last write was refused, or is still to be made because the record changed in between: a lead that was
/// converted into a contact of before is told by nothing else.
fn could_not_be_written(link: &Link) -> bool {
    match &link.trouble {
        Some(Reason::Refused(refusal)) => refusal.side == Side::Crm,
        Some(_) => false,
        None => link.seen.is_some(),
    }
}
