//! Reading the CRM: who has which address.

use super::ports::MailStore;
use super::round::MailRound;
use crate::mailbox::Mailbox;
use crate::round::Stop;
use crate::trail::Trail;
use crate::{Env, Failure};
use mxs_core::mail::{Address, AddressKey, KnownAddresses, MailRecord, Module, SeenMessage, may_leave, set};
use mxs_core::{CrmId, ExchangeId, Instant};
use mxs_http::{HttpPort, Request};
use mxs_zoho::emails::people::{self, ASKED_MAX, PeopleModule, PersonFound};
use std::collections::{BTreeMap, BTreeSet};

/// The most pages of one query, at 2,000 people each.
const PAGES_MAX: u32 = 1_000;

/// How far behind the last change seen a reading starts, in seconds. A record may become visible to the query a little
/// after the moment it carries; what is read twice costs a look at its messages.
pub(super) const OVERLAP_S: i64 = 120;

/// How far behind a reading starts that goes by the clock of whoever runs it, in seconds: clocks differ.
pub(super) const CLOCK_OVERLAP_S: i64 = 3_600;

impl<M: Mailbox, C: HttpPort, S: MailStore, E: Env> MailRound<'_, '_, M, C, S, E> {
    /// Reads who was added or changed since the last run; answers with the remembered messages that may concern them,
    /// and with how far the CRM was read.
    pub(super) async fn read_new_addresses(&self) -> Result<(Vec<ExchangeId>, Instant), Stop> {
        let Some(cursor) = self.state.crm else {
            return Ok((Vec::new(), Instant::from_seconds(self.run.now.seconds() - CLOCK_OVERLAP_S)));
        };
        let since = Instant::from_seconds(cursor.seconds() - OVERLAP_S);
        let (mut keys, mut latest) = (BTreeSet::new(), cursor);
        for module in self.people_modules() {
            for person in self.all_people(module, |after| people::changed(module, since, after)).await? {
                keys.extend(person.addresses.iter().map(AddressKey::new));
                latest = latest.max(person.modified);
            }
        }
        Ok((self.state.of_addresses(&keys).into_iter().cloned().collect(), latest))
    }

    /// Looks the people on messages up, and what belongs to them.
    pub(super) async fn look_up(&self, seen: &BTreeMap<ExchangeId, SeenMessage>) -> Result<KnownAddresses, Stop> {
        let eligible = seen.values().filter(|message| may_leave(message, &self.policy).is_ok());
        let asked = set(eligible.flat_map(|message| self.policy.counterparts(message)));
        let asked: Vec<&Address> = asked.into_iter().filter(|address| people::can_be_asked(address)).collect();
        let mut found: Vec<PersonFound> = Vec::new();
        for addresses in asked.chunks(ASKED_MAX) {
            for module in self.people_modules() {
                found.extend(self.all_people(module, |after| people::by_address(module, addresses, after)).await?);
            }
        }
        let deals = self.deals_of(&found).await?;
        let mut known = KnownAddresses::default();
        for person in &found {
            for address in &person.addresses {
                known.entry(address.clone()).or_default().extend(self.records_of(person, &deals));
            }
        }
        Ok(known)
    }

    fn people_modules(&self) -> impl Iterator<Item = PeopleModule> + use<M, C, S, E> {
        let contacts = [Module::Contacts, Module::Accounts, Module::Deals];
        let contacts = contacts.iter().any(|module| self.run.chosen.modules.contains(module));
        let leads = self.run.chosen.modules.contains(&Module::Leads);
        PeopleModule::ALL.into_iter().filter(move |module| match module {
            PeopleModule::Contacts => contacts,
            PeopleModule::Leads => leads,
        })
    }

    pub(super) async fn all_people(
        &self,
        module: PeopleModule,
        request: impl Fn(Option<&CrmId>) -> Request,
    ) -> Result<Vec<PersonFound>, Stop> {
        let (mut found, mut after, mut trail) = (Vec::new(), None, Trail::default());
        for _ in 0..PAGES_MAX {
            let parse = |response: &_| people::parse(response, module);
            let page = self.run.patience().must_read(self.run.crm, &request(after.as_ref()), parse).await?;
            found.extend(page.people);
            match page.next {
                Some(next) => {
                    trail.step(next.as_str(), Failure::CrmAnswer)?;
                    after = Some(next);
                }
                None => return Ok(found),
            }
        }
        Err(Stop::Failed(Failure::CrmAnswer))
    }

    /// The deal of each contact that has an open one, if deals take part.
    async fn deals_of(&self, found: &[PersonFound]) -> Result<BTreeMap<CrmId, CrmId>, Stop> {
        let mut deals: BTreeMap<CrmId, CrmId> = BTreeMap::new();
        if !self.run.chosen.modules.contains(&Module::Deals) {
            return Ok(deals);
        }
        let contacts = found.iter().filter(|person| person.record.module == Module::Contacts);
        let contacts = set(contacts.map(|person| &person.record.id));
        for contacts in contacts.into_iter().collect::<Vec<_>>().chunks(ASKED_MAX) {
            let request = people::deals_of(contacts);
            deals.extend(self.run.patience().must_read(self.run.crm, &request, people::parse_deals).await?);
        }
        Ok(deals)
    }

    /// A person's record, its company and its deal, as far as their modules take part.
    fn records_of(&self, person: &PersonFound, deals: &BTreeMap<CrmId, CrmId>) -> Vec<MailRecord> {
        let account = person.account.iter().map(|id| MailRecord { module: Module::Accounts, id: id.clone() });
        let deal = deals.get(&person.record.id).filter(|_| person.record.module == Module::Contacts);
        let deal = deal.map(|id| MailRecord { module: Module::Deals, id: id.clone() });
        let mut records: Vec<MailRecord> = [person.record.clone()].into_iter().chain(account).chain(deal).collect();
        records.retain(|record| self.run.chosen.modules.contains(&record.module));
        records
    }
}
