//! Reading the mailbox.

use crate::round::{HERE, Round, Stop};
use crate::send::VendorError as _;
use crate::write_exchange::PartResult;
use crate::{Env, Failure, Phase, Store, Sync};
use mxs_core::{Coverage, ExchangeId, Field, Observation, RecordId, Scope, Seen, Side, View};
use mxs_graph::batch::{BATCH_MAX, Part, PartOutcome};
use mxs_graph::delta::{self, DeltaItem, Next};
use mxs_graph::folders::{self, DELETED_ITEMS};
use mxs_graph::{ErrorKind, GraphError, Place, Wanted, marked};
use mxs_http::{HttpPort, Request, Response};
use std::collections::{BTreeMap, BTreeSet};

/// The most pages of one reading: a mailbox of five million contacts is a loop.
const PAGES_MAX: u32 = 10_000;

/// How often a reading starts anew because its token died on the way, or because it didn't tell all.
const RESTARTS_MAX: u32 = 3;

type Items = BTreeMap<ExchangeId, DeltaItem>;
type Records = BTreeMap<ExchangeId, Observation>;

impl<G, C, S, E> Sync<'_, G, C, S, E> {
    /// What all requests of this run have in common.
    pub(crate) fn wanted(&self) -> Wanted<'_> {
        Wanted { org: &self.org, zone: None, record_url: None }
    }
}

impl<G: HttpPort, C: HttpPort, S: Store, E: Env> Round<'_, '_, G, C, S, E> {
    /// Reads what changed in the mailbox, or all of it, and how to go on from there.
    pub(crate) async fn read_exchange(&mut self) -> Result<(View<ExchangeId>, String), Stop> {
        self.tell_read(Phase::ReadingExchange, 0);
        let mut cursor = self.state.cursors.exchange.get(HERE).cloned().filter(|_| !self.must_read_all);
        for _ in 0..RESTARTS_MAX {
            match self.delta(cursor.as_deref()).await? {
                Ok((items, link)) => {
                    let coverage = if cursor.is_some() { Coverage::Changes } else { Coverage::Everything };
                    match coverage {
                        Coverage::Changes => self.know(items.keys().cloned().map(RecordId::Exchange)).await?,
                        Coverage::Everything => self.know_all().await?,
                    }
                    let records = self.observe(coverage, items).await?;
                    let counts = coverage == Coverage::Changes && self.sync.policy.count_items;
                    if counts && self.has_untold_items(&records).await? {
                        cursor = None;
                        continue;
                    }
                    return Ok((View { records, ..View::new(coverage) }, link));
                }
                // The token died: nothing that was read under it counts.
                Err(error) if error.kind == ErrorKind::TokenDead => cursor = None,
                Err(error) => return Err(Stop::Failed(error.failure())),
            }
        }
        Err(Stop::Failed(Failure::MicrosoftUnavailable { status: Some(410) }))
    }

    async fn delta(&self, cursor: Option<&str>) -> Result<Result<(Items, String), GraphError>, Stop> {
        let (place, wanted) = (&Place::Contacts, &self.sync.wanted());
        let mut request = match cursor {
            Some(link) => delta::next(place, link, wanted),
            None => delta::start(place, wanted),
        };
        let parse = |response: &_| delta::parse(place, response, wanted);
        let mut items = Items::new();
        for _ in 0..PAGES_MAX {
            let page = match self.sync.read(self.sync.graph, &request, parse).await? {
                Ok(page) => page,
                Err(error) => return Ok(Err(error)),
            };
            items.extend(page.items);
            self.tell_read(Phase::ReadingExchange, items.len());
            match page.next {
                Next::Done(link) => return Ok(Ok((items, link))),
                Next::Page(link) => request = delta::next(place, &link, wanted),
            }
        }
        Err(Stop::Failed(Failure::MicrosoftAnswer))
    }

    /// Turns what the pages said into observations. Where they don't say enough, or where a mistake would
    /// delete something, the item itself is asked for.
    async fn observe(&mut self, coverage: Coverage, items: Items) -> Result<Records, Stop> {
        let mut records = BTreeMap::new();
        let (mut unread, mut missing) = (Vec::new(), Vec::new());
        if coverage == Coverage::Everything {
            missing.extend(self.state.links.keys().filter(|id| !items.contains_key(*id)).cloned());
        }
        for (id, item) in items {
            match item {
                DeltaItem::Present(seen) => {
                    records.insert(id, Observation::Present(seen));
                }
                DeltaItem::Changed => unread.push(id),
                DeltaItem::Removed => missing.push(id),
            }
        }
        self.read_items(&unread, &mut records).await?;
        self.find_missing(&missing, &mut records).await?;
        if coverage == Coverage::Everything || !self.state.intents.is_empty() {
            self.read_marks(&mut records).await?;
        }
        Ok(records)
    }

    /// Whether the folder holds another number of items than this run knows of. Under an immutable id a
    /// delta link doesn't tell who was restored or moved back, and would keep silent until somebody changes
    /// the item; one request finds that out, and everything is read anew.
    async fn has_untold_items(&self, records: &Records) -> Result<bool, Stop> {
        let Some(request) = marked::count(&Place::Contacts) else { return Ok(false) };
        let Some(count) = self.must_read(&request, marked::parse_count).await? else { return Ok(false) };
        let side = Side::Exchange;
        let linked = self.state.links.values();
        let linked = linked.filter(|link| link.scope != Scope::Gone { side } && link.scope != Scope::Left { side });
        let mut here: BTreeSet<&ExchangeId> = linked.map(|link| &link.exchange).collect();
        let unlinked = self.state.unlinked.keys().chain(self.state.intents.keys());
        here.extend(unlinked.filter_map(|id| id.exchange()));
        for (id, observation) in records {
            match observation {
                Observation::Present(_) => here.insert(id),
                Observation::Gone | Observation::Left => here.remove(id),
            };
        }
        // None of the links that were not read has left: one that left is not settled.
        Ok((here.len() + self.state.other_links) as u64 != count)
    }

    /// Reads items of which a page didn't say all.
    async fn read_items(&self, ids: &[ExchangeId], records: &mut Records) -> Result<(), Stop> {
        let answers = self.ask(ids).await?;
        for (id, answer) in ids.iter().zip(answers) {
            let observation = match answer {
                Ok(PartOutcome::Read(seen)) => Observation::Present(seen),
                Err(error) if error.kind == ErrorKind::NotFound => Observation::Gone,
                Ok(_) => return Err(Stop::Failed(Failure::MicrosoftAnswer)),
                Err(error) => return Err(Stop::Failed(error.failure())),
            };
            records.insert(id.clone(), observation);
        }
        Ok(())
    }

    /// Items that left the folder: were they deleted, moved to another contact folder, or are they back?
    /// Outlook deletes into Deleted Items, where an item can still be read.
    async fn find_missing(&self, ids: &[ExchangeId], records: &mut Records) -> Result<(), Stop> {
        let mut elsewhere: BTreeMap<String, Vec<(ExchangeId, Seen)>> = BTreeMap::new();
        for (id, answer) in ids.iter().zip(self.ask(ids).await?) {
            match answer {
                Ok(PartOutcome::Read(seen)) => {
                    let folder = seen.fields.text(Field::Folder).to_owned();
                    elsewhere.entry(folder).or_default().push((id.clone(), seen));
                }
                Err(error) if error.kind == ErrorKind::NotFound => {
                    records.insert(id.clone(), Observation::Gone);
                }
                Ok(_) => return Err(Stop::Failed(Failure::MicrosoftAnswer)),
                Err(error) => return Err(Stop::Failed(error.failure())),
            }
        }
        if elsewhere.is_empty() {
            return Ok(());
        }
        let default = self.must_read(&folders::default_folder(), folders::parse_default_folder).await?;
        let bin = self.must_read(&folders::contact_folder(DELETED_ITEMS), folders::parse_contact_folder).await?;
        for (folder, items) in elsewhere {
            // Moved away and back: the listing says nothing of it, the item is there.
            let is_here = default.as_ref() == Some(&folder);
            let known = self.must_read(&folders::contact_folder(&folder), folders::parse_contact_folder).await?;
            let is_deleted = known.is_none() || bin.as_ref() == Some(&folder);
            records.extend(items.into_iter().map(|(id, seen)| match (is_here, is_deleted) {
                (true, _) => (id, Observation::Present(seen)),
                (false, true) => (id, Observation::Gone),
                (false, false) => (id, Observation::Left),
            }));
        }
        Ok(())
    }

    async fn must_read<T>(
        &self,
        request: &Request,
        parse: impl Fn(&Response) -> Result<T, GraphError>,
    ) -> Result<T, Stop> {
        let answer = self.sync.read(self.sync.graph, request, parse).await?;
        answer.map_err(|error| Stop::Failed(error.failure()))
    }

    /// Reads many items, a batch at a time.
    async fn ask(&self, ids: &[ExchangeId]) -> Result<Vec<PartResult>, Stop> {
        let mut answers = Vec::with_capacity(ids.len());
        for chunk in ids.chunks(BATCH_MAX) {
            let parts: Vec<Part<'_>> = chunk.iter().map(|id| Part::Get { id, folder: "" }).collect();
            answers.extend(self.batch_read(&parts).await?);
        }
        Ok(answers)
    }

    /// Finds out which items carry the provenance mark. It costs a request of its own, so it is done only
    /// when there may be marks that no link knows: after everything was read, or after an interruption.
    async fn read_marks(&mut self, records: &mut Records) -> Result<(), Stop> {
        self.enter(Phase::Recovering);
        let Some(mut request) = marked::start(&Place::Contacts) else { return Ok(()) };
        for _ in 0..PAGES_MAX {
            let parse = |response: &_| marked::parse(response, &self.sync.org);
            let page = self.must_read(&request, parse).await?;
            for (id, record) in page.items {
                if let Some(Observation::Present(seen)) = records.get_mut(&id) {
                    seen.mark = Some(record);
                }
            }
            match page.next {
                Some(link) => request = marked::next(&link),
                None => return Ok(()),
            }
        }
        Err(Stop::Failed(Failure::MicrosoftAnswer))
    }
}
