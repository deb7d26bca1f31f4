//! Mails that the CRM sent in the owner's name, copied into Sent Items. Nobody is mailed.
//!
//! The CRM has no list of all mails that it sent: they are looked for beside the people with whom something happened
//! since the last run. Those from before the first run aren't copied.

use super::ports::MailStore;
use super::read_crm::CLOCK_OVERLAP_S;
use super::round::MailRound;
use crate::Env;
use crate::round::Stop;
use crate::send::{Sent, VendorError as _};
use mxs_core::Instant;
use mxs_core::mail::{Address, MailChange, MailRecord};
use mxs_graph::mail::letters::Person as MailPerson;
use mxs_graph::mail::sent_copy::{self, SentByCrm};
use mxs_http::HttpPort;
use mxs_zoho::emails::listed::{self, Kind, Listed};
use mxs_zoho::emails::people::{self, PeopleModule};

/// The most people that one run looks at. The next one goes on from there.
const PEOPLE_MAX: usize = 2_000;

/// The most pages of one person's mails, at ten mails each.
const PAGES_MAX: u32 = 20;

impl<G: HttpPort, C: HttpPort, S: MailStore, E: Env> MailRound<'_, '_, G, C, S, E> {
    /// Copies what the CRM sent since the last run.
    pub(super) async fn copy_sent(&mut self) -> Result<(), Stop> {
        let Some(make_safe) = self.run.make_safe else { return Ok(()) };
        let Some(cursor) = self.state.sent else {
            self.change([MailChange::SetSent(self.run.now)]);
            return Ok(());
        };
        let since = Instant::from_seconds(cursor.seconds() - CLOCK_OVERLAP_S);
        let mut active: Vec<MailRecord> = Vec::new();
        for module in PeopleModule::ALL {
            let found = self.all_people(module, |after| people::active(module, since, after)).await?;
            active.extend(found.into_iter().map(|person| person.record));
        }
        let all = active.len() <= PEOPLE_MAX;
        active.truncate(PEOPLE_MAX);
        let mut sure = true;
        for (record, mail) in self.sent_to(&active, since).await? {
            sure &= self.copy(&record, &mail, make_safe).await?;
        }
        if sure && all {
            self.change([MailChange::SetSent(self.run.now)]);
        }
        Ok(())
    }

    /// What the CRM sent in the owner's name beside these records.
    async fn sent_to(&self, records: &[MailRecord], since: Instant) -> Result<Vec<(MailRecord, Listed)>, Stop> {
        let mut found = Vec::new();
        let first: Vec<_> = records.iter().map(|record| listed::page(record, Kind::SentFromCrm, None)).collect();
        let pages = self.together(&first, listed::parse).await?;
        for (record, mut page) in records.iter().zip(pages) {
            for _ in 1..PAGES_MAX {
                let passed = page.mails.last().is_none_or(|mail| mail.at < since);
                let ours = |mail: &Listed| {
                    let from = mail.from.as_ref().and_then(|person| Address::new(&person.address));
                    mail.from_crm && mail.at >= since && from.is_some_and(|from| self.policy.own.contains(&from))
                };
                found.extend(page.mails.into_iter().filter(ours).map(|mail| (record.clone(), mail)));
                let Some(index) = page.next.filter(|_| !passed) else { break };
                let request = listed::page(record, Kind::SentFromCrm, Some(&index));
                page = self.run.must_read(self.run.crm, &request, listed::parse).await?;
            }
        }
        Ok(found)
    }

    /// Copies one mail, unless Sent Items has it; says whether it certainly has it now.
    async fn copy(&mut self, record: &MailRecord, mail: &Listed, make_safe: super::MakeSafe) -> Result<bool, Stop> {
        let find = sent_copy::find(&mail.id);
        if self.run.must_read(self.run.graph, &find, sent_copy::parse_find).await?.is_some() {
            return Ok(true);
        }
        let one = listed::one(record, &mail.id);
        let page = self.run.must_read(self.run.crm, &one, listed::parse).await?;
        let Some(whole) = page.mails.first() else { return Ok(true) };
        let named = |person: &mxs_zoho::emails::associate::Person| MailPerson {
            name: person.name.clone(),
            address: person.address.clone(),
        };
        let Some(from) = whole.from.as_ref().map(named) else { return Ok(true) };
        let copy = SentByCrm {
            id: &mail.id,
            at: whole.at,
            subject: &whole.subject,
            content: &make_safe(&whole.content),
            from: &from,
            to: &whole.to.iter().map(named).collect::<Vec<_>>(),
            cc: &whole.cc.iter().map(named).collect::<Vec<_>>(),
        };
        match self.run.write(self.run.graph, &sent_copy::create(&copy), sent_copy::parse).await? {
            Sent::Answered(_) => {
                self.done.copied_to_sent_items += 1;
                Ok(true)
            }
            Sent::Refused(error) => Err(Stop::Failed(error.failure())),
            Sent::Unknown => Ok(false),
        }
    }
}
