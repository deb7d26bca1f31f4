//! Mails that the CRM sent in the owner's name, copied into Sent Items. Nobody is mailed.
//!
//! The CRM has no list of all mails that it sent: they are looked for beside the people with whom something happened
//! since the last run. Those from more than an hour before the first run
//! aren't copied.

use super::ports::MailStore;
use super::read_crm::{CLOCK_OVERLAP_S, OVERLAP_S};
use super::round::MailRound;
use crate::mailbox::Mailbox;
use crate::round::Stop;
use crate::trail::Trail;
use crate::{Env, Failure};
use mxs_core::Instant;
use mxs_core::mail::{Address, MailChange, MailRecord};
use mxs_graph::mail::letters::Person as MailPerson;
use mxs_graph::mail::sent_copy::SentByCrm;
use mxs_http::HttpPort;
use mxs_zoho::emails::associate::Person;
use mxs_zoho::emails::listed::{self, Kind, Listed};
use mxs_zoho::emails::people::{self, PeopleModule};
use std::collections::BTreeSet;

/// The most people that one run looks at, those first with whom something happened longest ago. The next run goes on
/// from there.
const PEOPLE_MAX: usize = 2_000;

/// The most pages of the query for them, at 2,000 people each.
const QUERY_PAGES_MAX: u32 = 1_000;

/// The most pages of one person's mails, at ten mails each.
const PAGES_MAX: u32 = 20;

impl<M: Mailbox, C: HttpPort, S: MailStore, E: Env> MailRound<'_, '_, M, C, S, E> {
    /// Copies what the CRM sent since the last run.
    pub(super) async fn copy_sent(&mut self) -> Result<(), Stop> {
        let Some(cursor) = self.state.sent else {
            // By the clock of whoever runs it; from now on by the CRM's.
            self.change([MailChange::SetSent(Instant::from_seconds(self.run.now.seconds() - CLOCK_OVERLAP_S))]);
            return Ok(());
        };
        let since = Instant::from_seconds(cursor.seconds() - OVERLAP_S);
        let mut active = Vec::new();
        for module in PeopleModule::ALL {
            active.extend(self.active_people(module, since).await?);
        }
        let (active, upto) = first_active(active, cursor);
        let sent = self.sent_to(&active, since).await?;
        let missing = self.missing(sent).await?;
        let wholes = self.wholes(&missing).await?;
        if self.copy(&wholes).await? && upto > cursor {
            self.change([MailChange::SetSent(upto)]);
        }
        Ok(())
    }

    async fn active_people(&self, module: PeopleModule, since: Instant) -> Result<Vec<(MailRecord, Instant)>, Stop> {
        let (mut found, mut after, mut trail) = (Vec::new(), None, Trail::default());
        for _ in 0..QUERY_PAGES_MAX {
            let request = people::active(module, since, after.as_ref());
            let parse = |response: &_| people::parse_active(response, module);
            let page = self.run.patience().must_read(self.run.crm, &request, parse).await?;
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

    /// What the CRM sent in the owner's name beside these records.
    async fn sent_to(&self, records: &[MailRecord], since: Instant) -> Result<Vec<(MailRecord, Listed)>, Stop> {
        let mut found = Vec::new();
        let first: Vec<_> = records.iter().map(|record| listed::page(record, Kind::SentFromCrm, None)).collect();
        let pages = self.together(&first, listed::parse).await?;
        for (record, mut page) in records.iter().zip(pages) {
            let mut trail = Trail::default();
            for _ in 1..PAGES_MAX {
                let passed = page.mails.last().is_none_or(|mail| mail.at < since);
                let ours = |mail: &Listed| {
                    let from = mail.from.as_ref().and_then(|person| Address::new(&person.address));
                    mail.from_crm && mail.at >= since && from.is_some_and(|from| self.policy.own.contains(&from))
                };
                found.extend(page.mails.into_iter().filter(ours).map(|mail| (record.clone(), mail)));
                let Some(index) = page.next.filter(|_| !passed) else { break };
                trail.step(&index, Failure::CrmAnswer)?;
                let request = listed::page(record, Kind::SentFromCrm, Some(&index));
                page = self.run.patience().must_read(self.run.crm, &request, listed::parse).await?;
            }
        }
        Ok(found)
    }

    /// Those that Sent Items doesn't have, each once: a mail may have gone to several people.
    async fn missing(&self, mut sent: Vec<(MailRecord, Listed)>) -> Result<Vec<(MailRecord, Listed)>, Stop> {
        sent.sort_by(|(_, one), (_, other)| one.id.cmp(&other.id));
        sent.dedup_by(|(_, one), (_, other)| one.id == other.id);
        let ids: Vec<String> = sent.iter().map(|(_, mail)| mail.id.clone()).collect();
        let mut known = BTreeSet::new();
        for (id, found) in self.run.mailbox.copies(&self.run.patience(), &ids).await? {
            if found.map_err(|error| Stop::Failed(error.failure()))? {
                known.insert(id);
            }
        }
        sent.retain(|(_, mail)| !known.contains(&mail.id));
        Ok(sent)
    }

    /// What mails say, as far as the CRM has them still, and knows who sent them.
    async fn wholes(&self, mails: &[(MailRecord, Listed)]) -> Result<Vec<Whole>, Stop> {
        let one: Vec<_> = mails.iter().map(|(record, mail)| listed::one(record, &mail.id)).collect();
        let pages = self.together(&one, listed::parse).await?;
        let named = |person: &Person| MailPerson { name: person.name.clone(), address: person.address.clone() };
        let all = |people: &[Person]| people.iter().map(named).collect();
        let whole = |(page, (_, listed)): (listed::ListedPage, &(MailRecord, Listed))| {
            let mail = page.mails.into_iter().next()?;
            let content = self.run.make_safe.map_or_else(|| mail.content.clone(), |make_safe| make_safe(&mail.content));
            Some(Whole {
                id: listed.id.clone(),
                at: mail.at,
                content,
                from: mail.from.as_ref().map(named)?,
                to: all(&mail.to),
                cc: all(&mail.cc),
                subject: mail.subject,
            })
        };
        Ok(pages.into_iter().zip(mails).filter_map(whole).collect())
    }

    /// Copies mails; says whether Sent Items certainly has all of them now.
    async fn copy(&mut self, mails: &[Whole]) -> Result<bool, Stop> {
        let safe = self.run.make_safe.is_some();
        let copies: Vec<SentByCrm<'_>> = mails.iter().map(|mail| mail.copy(safe)).collect();
        let made = &mut self.done.copied_to_sent_items;
        self.run.mailbox.copy(&self.run.patience(), &copies, || *made += 1).await
    }
}

/// A mail that the CRM sent, with what it says.
struct Whole {
    id: String,
    at: Instant,
    subject: String,
    content: String,
    from: MailPerson,
    to: Vec<MailPerson>,
    cc: Vec<MailPerson>,
}

impl Whole {
    fn copy(&self, safe: bool) -> SentByCrm<'_> {
        let Self { id, at, subject, content, from, to, cc } = self;
        SentByCrm { id, at: *at, subject, content, safe, from, to, cc }
    }
}

/// The people whom one run looks at, and until when it has then looked at all. What is beyond `cursor` is new; of what is
/// read twice, the latest is looked at again.
fn first_active(mut active: Vec<(MailRecord, Instant)>, cursor: Instant) -> (Vec<MailRecord>, Instant) {
    active.sort_unstable_by_key(|(_, at)| *at);
    let (mut again, mut new): (Vec<_>, Vec<_>) = active.into_iter().partition(|(_, at)| *at <= cursor);
    again.drain(..again.len().saturating_sub(PEOPLE_MAX));
    let last = new.get(PEOPLE_MAX - 1).or(new.last()).map_or(cursor, |(_, at)| *at);
    // Those who share the moment belong together: the next run begins behind it.
    new.retain(|(_, at)| *at <= last);
    (again.into_iter().chain(new).map(|(record, _)| record).collect(), last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use mxs_core::CrmId;
    use mxs_core::mail::Module;

    #[test]
    fn every_run_gets_further_however_many_there_are() {
        let at = |second: i64| Instant::from_seconds(second);
        let active = |seconds: &mut dyn Iterator<Item = i64>| {
            let record = |id: usize| MailRecord { module: Module::Contacts, id: CrmId::new(id.to_string()) };
            seconds.enumerate().map(|(id, second)| (record(id), at(second))).collect::<Vec<_>>()
        };
        let max = PEOPLE_MAX as i64;
        // When something happened, how many are looked at beyond 100, and until when.
        let cases = [
            (active(&mut std::iter::empty()), 0, 100),
            (active(&mut [100, 90].into_iter()), 2, 100),
            (active(&mut [90, 150, 110].into_iter()), 3, 150),
            (active(&mut (1..=max + 7).map(|second| 100 + second)), PEOPLE_MAX, 100 + max),
            (active(&mut (0..max + 7).map(|_| 101)), PEOPLE_MAX + 7, 101),
            (active(&mut (0..max + 7).map(|_| 99)), PEOPLE_MAX, 100),
        ];
        for (active, count, upto) in cases {
            let (people, last) = first_active(active, at(100));
            assert_eq!((people.len(), last), (count, at(upto)));
        }
    }
}
