//! Reading the mailbox.

use crate::places::{Here, Links};
use crate::round::{Round, Stop};
use crate::send::VendorError as _;
use crate::write_exchange::PartResult;
use crate::{Env, Failure, Phase, Places, Scope, Store, Sync};
use mxs_core::{
    Base, Coverage, Date, ExchangeId, Field, Fields, Kind, Link, Observation, Reason, RecordId, Seen, Side,
    StateChange, SyncState, Unlinked, Value, View,
};
use mxs_graph::batch::{BATCH_MAX, Part, PartOutcome};
use mxs_graph::delta::{self, DeltaItem, Next};
use mxs_graph::folders::{self, DELETED_ITEMS};
use mxs_graph::{ErrorKind, GraphError, Place, Wanted, calendars, marked, tasks};
use mxs_http::{HttpPort, Request, Response};
use std::collections::{BTreeMap, BTreeSet};

/// The most pages of one reading: a mailbox of five million contacts is a loop.
const PAGES_MAX: u32 = 10_000;

/// The most pages of the list of calendars.
const CALENDARS_PAGES_MAX: u32 = 100;

/// The HTTP status of a place that isn't there.
const NOT_FOUND: u16 = 404;

/// How often a reading starts anew because its token died on the way, or because it didn't tell all.
const RESTARTS_MAX: u32 = 3;

pub(crate) type Records = BTreeMap<ExchangeId, Observation>;

/// What the pages told, and the place that told it.
type Items = BTreeMap<ExchangeId, (DeltaItem, usize)>;

impl<G, C, S, E> Sync<'_, G, C, S, E> {
    /// What all requests of this run have in common.
    pub(crate) fn wanted(&self) -> Wanted<'_> {
        let Scope { zone, record_url, .. } = &self.scope;
        Wanted { org: &self.org, zone: zone.as_ref(), record_url: record_url.as_deref() }
    }
}

impl<G: HttpPort, C: HttpPort, S: Store, E: Env> Round<'_, '_, G, C, S, E> {
    /// Reads what changed in the mailbox, or all of it, and how to go on from there.
    pub(crate) async fn read_exchange(&mut self) -> Result<(View<ExchangeId>, Links), Stop> {
        self.tell_read(Phase::ReadingExchange, 0);
        let mut anew = self.must_read_all;
        for _ in 0..RESTARTS_MAX {
            let Here { places, mut links, lost } = self.find_places(anew).await?;
            self.hidden.clear();
            let mut items = Items::new();
            let mut whole = Vec::new();
            for (index, place) in places.iter().enumerate() {
                let known = self.state.cursors.exchange.get(&place.key()).filter(|_| !anew).cloned();
                let (link, is_whole) = self.read_place((index, place), known, &mut items).await?;
                links.insert(place.key(), link);
                if is_whole {
                    whole.push(place);
                }
            }
            let coverage = if whole.len() == places.len() { Coverage::Everything } else { Coverage::Changes };
            if whole.is_empty() && lost.is_empty() && !self.may_tell_of_series(&items) {
                self.know(items.keys().cloned().map(RecordId::Exchange)).await?;
            } else {
                self.know_all().await?;
            }
            let mut missing = self.not_listed(&places, (&whole, coverage), &lost, &items);
            missing.extend(self.untold_exceptions(&places, &items, &missing));
            let records = self.observe((&places, coverage), items, missing).await?;
            self.let_go_of_exceptions(&records);
            let counts = coverage == Coverage::Changes && self.sync.policy.count_items;
            if counts && self.has_untold_items(&places, &records).await? {
                anew = true;
                continue;
            }
            self.places = places;
            return Ok((View { records, ..View::new(coverage) }, links));
        }
        Err(Stop::Failed(Failure::MicrosoftUnavailable { status: Some(410) }))
    }

    /// Reads what changed in a place, or all that is in it. Answers how to go on, and whether it was all.
    async fn read_place(
        &self,
        (index, place): (usize, &Place),
        mut cursor: Option<String>,
        items: &mut Items,
    ) -> Result<(String, bool), Stop> {
        for _ in 0..RESTARTS_MAX {
            match self.delta(place, cursor.as_deref(), items.len()).await? {
                Ok((told, link)) => {
                    for (id, item) in told {
                        // Who left one place for another is there.
                        let is_news = !matches!(item, DeltaItem::Removed) || !items.contains_key(&id);
                        if is_news {
                            items.insert(id, (item, index));
                        }
                    }
                    return Ok((link, cursor.is_none()));
                }
                // The token died: nothing that was read under it counts.
                Err(error) if error.kind == ErrorKind::TokenDead => cursor = None,
                // Whoever chose it has to choose again. What was in it is not missed: nobody knows where it is.
                Err(error) if is_no_place(&error) && self.is_chosen(place) => {
                    return Err(Stop::Failed(Failure::PlaceGone));
                }
                Err(error) => return Err(Stop::Failed(error.failure())),
            }
        }
        Err(Stop::Failed(Failure::MicrosoftUnavailable { status: Some(410) }))
    }

    /// Whether somebody chose this very place.
    fn is_chosen(&self, place: &Place) -> bool {
        place.folder().is_some() && self.sync.scope.places != Places::OwnTaskLists
    }

    async fn delta(
        &self,
        place: &Place,
        cursor: Option<&str>,
        before: usize,
    ) -> Result<Result<(BTreeMap<ExchangeId, DeltaItem>, String), GraphError>, Stop> {
        let wanted = &self.sync.wanted();
        let mut request = match cursor {
            Some(link) => delta::next(place, link, wanted),
            None => delta::start(place, wanted),
        };
        let parse = |response: &_| delta::parse(place, response, wanted);
        let mut items = BTreeMap::new();
        for _ in 0..PAGES_MAX {
            let page = match self.sync.patience().read(self.sync.graph, &request, parse).await? {
                Ok(page) => page,
                Err(error) => return Ok(Err(error)),
            };
            items.extend(page.items);
            self.tell_read(Phase::ReadingExchange, before + items.len());
            match page.next {
                Next::Done(link) => return Ok(Ok((items, link))),
                Next::Page(link) => request = delta::next(place, &link, wanted),
            }
        }
        Err(Stop::Failed(Failure::MicrosoftAnswer))
    }

    /// Items that are known and that a place which was read as a whole didn't list.
    fn not_listed(
        &self,
        places: &[Place],
        (whole, coverage): (&[&Place], Coverage),
        lost: &BTreeSet<String>,
        items: &Items,
    ) -> Vec<(ExchangeId, String)> {
        let is_in = |place: &Place, folder: &str| match place.folder() {
            Some(own) => own == folder,
            None => places.iter().all(|other| other.folder() != Some(folder)),
        };
        let concerns = |folder: &str| {
            coverage == Coverage::Everything || lost.contains(folder) || whole.iter().any(|place| is_in(place, folder))
        };
        let mut missing = BTreeMap::new();
        let linked =
            self.state.links.values().map(|link| (&link.exchange, &link.seen.as_ref().unwrap_or(&link.base).exchange));
        for (id, fields) in linked.filter(|(_, fields)| !is_over(whole, fields)) {
            missing.insert(id, fields.text(Field::Folder));
        }
        // When everything was read, what has no partner and isn't there is simply forgotten; of a calendar the pages are
        // not everything.
        if coverage == Coverage::Changes || self.sync.policy.kind == Kind::Event {
            let unlinked = self.state.unlinked.values().map(|unlinked| (&unlinked.id, &unlinked.fields));
            let begun = self.state.begun().map(|intent| (&intent.source, &intent.fields));
            let known = unlinked.chain(begun).filter_map(|(id, fields)| Some((id.exchange()?, fields)));
            let may_be_there = known.filter(|(_, fields)| coverage == Coverage::Changes || !is_over(whole, fields));
            missing.extend(may_be_there.map(|(id, fields)| (id, fields.text(Field::Folder))));
        }
        let missing = missing.into_iter().filter(|(id, folder)| !items.contains_key(*id) && concerns(folder));
        missing.map(|(id, folder)| (id.clone(), folder.to_owned())).collect()
    }

    /// Whether something is told that may be a series.
    fn may_tell_of_series(&self, items: &Items) -> bool {
        self.sync.policy.kind == Kind::Event && items.values().any(|(item, _)| is_told_in_part(item))
    }

    /// Occurrences that differ from their series, of which pages that tell of it say nothing. They may have been
    /// cancelled, or have gone with the series: neither is told, and a series doesn't say which are its own.
    fn untold_exceptions(
        &self,
        places: &[Place],
        items: &Items,
        missing: &[(ExchangeId, String)],
    ) -> Vec<(ExchangeId, String)> {
        let all: Vec<&Place> = places.iter().collect();
        let linked =
            self.state.links.values().map(|link| (&link.exchange, &link.seen.as_ref().unwrap_or(&link.base).exchange));
        let unlinked = self.state.unlinked.values().map(|unlinked| (&unlinked.id, &unlinked.fields));
        let begun = self.state.begun().map(|intent| (&intent.source, &intent.fields));
        let known = unlinked.chain(begun).filter_map(|(id, fields)| Some((id.exchange()?, fields)));
        let is_untold = |(id, fields): &(&ExchangeId, &Fields)| {
            let series = fields.text(Field::Series);
            let told = items.get(&ExchangeId::new(series)).filter(|_| !series.is_empty());
            told.is_some_and(|(item, _)| is_told_in_part(item))
                && !items.contains_key(*id)
                && !missing.iter().any(|(other, _)| other == *id)
                && !is_over(&all, fields)
        };
        let untold: BTreeMap<_, _> = linked.chain(known).filter(is_untold).collect();
        untold.into_iter().map(|(id, fields)| (id.clone(), fields.text(Field::Folder).to_owned())).collect()
    }

    /// Exceptions that are gone because this sync moved their series: nobody deleted them. Their records are events of
    /// their own from now on.
    fn let_go_of_exceptions(&mut self, records: &Records) {
        let mut changes = Vec::new();
        for link in self.state.links.values().filter(|link| records.get(&link.exchange) == Some(&Observation::Gone)) {
            let last = link.seen.as_ref().unwrap_or(&link.base);
            let series = ExchangeId::new(last.exchange.text(Field::Series));
            let (Some(Observation::Present(now)), Some(own)) = (records.get(&series), self.state.links.get(&series))
            else {
                continue;
            };
            let Some(Value::Date(day)) = last.exchange.get(Field::OriginalStart) else { continue };
            let was_cancelled = now.fields.words(Field::Exclusions).is_some_and(|days| days.contains(&day.to_string()));
            if moved_it(own, now) && !was_cancelled {
                changes.push(StateChange::DropLink(link.exchange.clone()));
                changes.push(StateChange::PutUnlinked(Unlinked {
                    id: RecordId::Crm(link.crm.clone()),
                    fields: last.crm.clone(),
                    version: link.exchange_version.clone(),
                    reason: Reason::OutcomeUnknown,
                    mark: None,
                }));
            }
        }
        changes.into_iter().for_each(|change| self.remember(change));
    }

    /// Turns what the pages said into observations. Where they don't say enough, or where a mistake would
    /// delete something, the item itself is asked for.
    async fn observe(
        &mut self,
        (places, coverage): (&[Place], Coverage),
        items: Items,
        mut missing: Vec<(ExchangeId, String)>,
    ) -> Result<Records, Stop> {
        let mut records = Records::new();
        let mut unread = Vec::new();
        for (id, (item, place)) in items {
            let folder = || places.get(place).and_then(Place::folder).unwrap_or_default().to_owned();
            match item {
                DeltaItem::Present(seen) => {
                    records.insert(id, Observation::Present(seen));
                }
                DeltaItem::Changed => unread.push((id, folder())),
                // Who was never known can't be missed.
                DeltaItem::Removed if self.knows(&id) => missing.push((id, folder())),
                DeltaItem::Removed => {}
            }
        }
        unread.extend(self.unreadable_before().filter(|(id, _)| !records.contains_key(id)));
        self.read_items(&unread, &mut records).await?;
        let (dropped, missing): (Vec<_>, Vec<_>) =
            missing.into_iter().partition(|(_, folder)| self.sync.scope.has_dropped(&self.before, folder));
        // Who is no longer chosen has left, and whether they still exist is not this sync's business.
        records.extend(dropped.into_iter().map(|(id, _)| (id, Observation::Left)));
        self.find_missing(places, &missing, &mut records).await?;
        if coverage == Coverage::Everything || !self.state.intents.is_empty() {
            self.read_marks(places, &mut records).await?;
        }
        marked::drop_inherited(&mut records);
        Ok(records)
    }

    /// Whether anything is remembered of an item.
    fn knows(&self, id: &ExchangeId) -> bool {
        let record = RecordId::Exchange(id.clone());
        let SyncState { links, unlinked, intents, .. } = &self.state;
        links.contains_key(id) || unlinked.contains_key(&record) || intents.contains_key(&record)
    }

    /// The items that an earlier run couldn't read: no page tells of them again until somebody changes them.
    fn unreadable_before(&self) -> impl Iterator<Item = (ExchangeId, String)> {
        let is_poison = |reason: Option<&Reason>| reason == Some(&Reason::Unreadable { side: Side::Exchange });
        let linked = self.state.links.values().filter(move |link| is_poison(link.trouble.as_ref()));
        let linked = linked.map(|link| (link.exchange.clone(), link.base.exchange.text(Field::Folder).to_owned()));
        // A task can't be asked for without its list, which nobody could read; whoever changes it makes it told again.
        let can_be_asked_for = self.sync.policy.kind != Kind::Task;
        let unlinked = self.state.unlinked.values();
        let unlinked = unlinked.filter(move |unlinked| can_be_asked_for && is_poison(Some(&unlinked.reason)));
        let unlinked = unlinked.filter_map(|unlinked| Some((unlinked.id.exchange()?.clone(), String::new())));
        linked.chain(unlinked)
    }

    /// Whether the places hold another number of items than this run knows of. Under an immutable id a
    /// delta link doesn't tell who was restored or moved back, and would keep silent until somebody changes
    /// the item; a request for each place finds that out, and everything is read anew.
    async fn has_untold_items(&self, places: &[Place], records: &Records) -> Result<bool, Stop> {
        let mut count = 0;
        for place in places {
            let Some(request) = marked::count(place) else { return Ok(false) };
            let Some(here) = self.must_read(&request, marked::parse_count).await? else { return Ok(false) };
            count += here;
        }
        let side = Side::Exchange;
        let linked = self.state.links.values();
        let linked = linked.filter(|link| {
            link.scope != mxs_core::Scope::Gone { side } && link.scope != mxs_core::Scope::Left { side }
        });
        let mut here: BTreeSet<&ExchangeId> = linked.map(|link| &link.exchange).collect();
        let unlinked = self.state.unlinked.keys().chain(self.state.begun().map(|intent| &intent.source));
        here.extend(unlinked.filter_map(|id| id.exchange()));
        for (id, observation) in records {
            match observation {
                Observation::Present(_) | Observation::Unreadable => here.insert(id),
                Observation::Gone | Observation::Left => here.remove(id),
            };
        }
        // None of the links that were not read has left: one that left is not settled.
        Ok((here.len() + self.state.other_links) as u64 != count)
    }

    /// Reads these items as they are now, each in its folder.
    pub(crate) async fn read_again(&self, mut items: Vec<(ExchangeId, String)>) -> Result<Records, Stop> {
        let mut records = Records::new();
        match self.sync.policy.kind {
            Kind::Contact | Kind::Task => self.find_missing(&self.places, &items, &mut records).await?,
            Kind::Event => {
                // In its calendar an event that was deleted or moved isn't found.
                if items.iter().any(|(_, calendar)| calendar.is_empty()) {
                    let default = self.default_calendar().await?;
                    items.iter_mut().filter(|(_, own)| own.is_empty()).for_each(|(_, own)| own.clone_from(&default));
                    self.read_items(&items, &mut records).await?;
                    // The default calendar has no name among the places.
                    for observation in records.values_mut() {
                        if let Observation::Present(seen) = observation
                            && seen.fields.text(Field::Folder) == default
                        {
                            seen.fields.put(Field::Folder, None);
                        }
                    }
                } else {
                    self.read_items(&items, &mut records).await?;
                }
                marked::drop_inherited(&mut records);
            }
        }
        Ok(records)
    }

    /// Reads items of which a page didn't say all.
    pub(crate) async fn read_items(&self, items: &[(ExchangeId, String)], records: &mut Records) -> Result<(), Stop> {
        let answers = self.ask(items).await?;
        for ((id, _), answer) in items.iter().zip(answers) {
            let observation = match answer {
                Ok(PartOutcome::Read(seen)) => Observation::Present(seen),
                Err(error) if is_nowhere(&error) => Observation::Gone,
                Err(error) if is_poison(&error) => Observation::Unreadable,
                Ok(_) => return Err(Stop::Failed(Failure::MicrosoftAnswer)),
                Err(error) => return Err(Stop::Failed(error.failure())),
            };
            records.insert(id.clone(), observation);
        }
        Ok(())
    }

    /// Items that left their place: were they deleted, moved to another one, or are they back?
    async fn find_missing(
        &self,
        places: &[Place],
        items: &[(ExchangeId, String)],
        records: &mut Records,
    ) -> Result<(), Stop> {
        let kind = self.sync.policy.kind;
        let mut asked = items.to_vec();
        if kind == Kind::Event {
            // In its calendar it isn't found once it is in another one.
            asked.iter_mut().for_each(|(_, calendar)| calendar.clear());
        }
        let (mut found, mut nowhere) = (Vec::new(), BTreeSet::new());
        for ((id, _), answer) in items.iter().zip(self.ask(&asked).await?) {
            match answer {
                Ok(PartOutcome::Read(seen)) => found.push((id.clone(), seen)),
                Err(error) if is_nowhere(&error) => {
                    records.insert(id.clone(), Observation::Gone);
                    nowhere.insert(id.clone());
                }
                Err(error) if is_poison(&error) => {
                    records.insert(id.clone(), Observation::Unreadable);
                }
                Ok(_) => return Err(Stop::Failed(Failure::MicrosoftAnswer)),
                Err(error) => return Err(Stop::Failed(error.failure())),
            }
        }
        if kind == Kind::Task && !nowhere.is_empty() && self.sync.scope.places != Places::OwnTaskLists {
            self.find_tasks(places, nowhere, records).await?;
        }
        if found.is_empty() {
            return Ok(());
        }
        match kind {
            Kind::Contact => self.find_contacts(places, found, records).await,
            Kind::Event => self.find_events(places, found, records).await,
            // A task is read through its list, and of lists that aren't chosen none is asked for: what answers is there.
            Kind::Task => {
                records.extend(found.into_iter().map(|(id, seen)| (id, Observation::Present(seen))));
                Ok(())
            }
        }
    }

    /// A task is asked for in its list, which doesn't know it once it is in another one. Some servers give it a new id
    /// there, too; its mark goes with it.
    async fn find_tasks(
        &self,
        places: &[Place],
        nowhere: BTreeSet<ExchangeId>,
        records: &mut Records,
    ) -> Result<(), Stop> {
        let mut by_record = BTreeMap::new();
        let linked = nowhere.iter().filter_map(|id| self.state.links.get(id));
        by_record.extend(linked.map(|link| (&link.crm, &link.exchange)));
        let lists = self.find_task_lists(true).await?.places;
        for list in lists.iter().filter(|list| !places.contains(list)) {
            let (told, _) = self.delta(list, None, 0).await?.map_err(|error| Stop::Failed(error.failure()))?;
            for (id, item) in told {
                let DeltaItem::Present(seen) = item else { continue };
                let marked = seen.mark.as_ref().and_then(|mark| by_record.get(mark).copied());
                if let Some(known) = nowhere.get(&id).or(marked) {
                    records.insert(known.clone(), Observation::Left);
                }
            }
        }
        Ok(())
    }

    /// Outlook deletes into Deleted Items, where a contact can still be read.
    async fn find_contacts(
        &self,
        places: &[Place],
        found: Vec<(ExchangeId, Seen)>,
        records: &mut Records,
    ) -> Result<(), Stop> {
        let mut elsewhere: BTreeMap<String, Vec<(ExchangeId, Seen)>> = BTreeMap::new();
        for (id, seen) in found {
            elsewhere.entry(seen.fields.text(Field::Folder).to_owned()).or_default().push((id, seen));
        }
        let default = self.must_read(&folders::default_folder(), folders::parse_default_folder).await?;
        let bin = self.must_read(&folders::contact_folder(DELETED_ITEMS), folders::parse_contact_folder).await?;
        for (folder, items) in elsewhere {
            // Moved away and back: the listing says nothing of it, the item is there.
            let is_here = places.iter().any(|place| match place {
                Place::Contacts => default.as_ref() == Some(&folder),
                place => place.folder() == Some(&folder),
            });
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

    /// An event that left the window is still there; one that was deleted in Outlook can still be read, and is in
    /// no calendar.
    async fn find_events(
        &self,
        places: &[Place],
        found: Vec<(ExchangeId, Seen)>,
        records: &mut Records,
    ) -> Result<(), Stop> {
        let is_chosen = |calendar: &str| places.iter().any(|place| place.folder() == Some(calendar));
        let default_counts = places.iter().any(|place| place.folder().is_none());
        let mut default = None;
        for chunk in found.chunks(BATCH_MAX) {
            let parts: Vec<Part<'_>> = chunk.iter().map(|(id, _)| Part::CalendarOf { id }).collect();
            for ((id, mut seen), answer) in chunk.iter().cloned().zip(self.batch_read(&parts).await?) {
                let calendar = match answer {
                    Ok(PartOutcome::Calendar(calendar)) => Some(calendar),
                    Ok(_) => return Err(Stop::Failed(Failure::MicrosoftAnswer)),
                    Err(error) if error.kind == ErrorKind::NotFound => None,
                    Err(error) => return Err(Stop::Failed(error.failure())),
                };
                let observation = match calendar {
                    None => Observation::Gone,
                    Some(calendar) => {
                        if !is_chosen(&calendar) && default_counts && default.is_none() {
                            default = Some(self.default_calendar().await?);
                        }
                        let is_default = default_counts && default.as_ref() == Some(&calendar);
                        let is_here = is_chosen(&calendar) || is_default;
                        if is_chosen(&calendar) {
                            seen.fields.put(Field::Folder, Value::text(&calendar));
                        }
                        if is_here { Observation::Present(seen) } else { Observation::Left }
                    }
                };
                records.insert(id, observation);
            }
        }
        Ok(())
    }

    async fn default_calendar(&self) -> Result<String, Stop> {
        let mut request = calendars::list_start();
        for _ in 0..CALENDARS_PAGES_MAX {
            let page = self.must_read(&request, calendars::parse_list).await?;
            if let Some(calendar) = page.calendars.into_iter().find(|calendar| calendar.is_default) {
                return Ok(calendar.id);
            }
            match page.next {
                Some(link) => request = calendars::list_next(&link),
                None => break,
            }
        }
        Err(Stop::Failed(Failure::MicrosoftAnswer))
    }

    async fn must_read<T>(
        &self,
        request: &Request,
        parse: impl Fn(&Response) -> Result<T, GraphError>,
    ) -> Result<T, Stop> {
        self.sync.patience().must_read(self.sync.graph, request, parse).await
    }

    /// Reads many items, a batch at a time.
    async fn ask(&self, items: &[(ExchangeId, String)]) -> Result<Vec<PartResult>, Stop> {
        let mut answers = Vec::with_capacity(items.len());
        for chunk in items.chunks(BATCH_MAX) {
            let parts: Vec<Part<'_>> = chunk.iter().map(|(id, folder)| Part::Get { id, folder }).collect();
            answers.extend(self.batch_read(&parts).await?);
        }
        Ok(answers)
    }

    /// Finds out which items carry the provenance mark. It costs a request of its own, so it is done only
    /// when there may be marks that no link knows: after everything was read, or after an interruption.
    async fn read_marks(&mut self, places: &[Place], records: &mut Records) -> Result<(), Stop> {
        self.enter(Phase::Recovering);
        for place in places {
            // Where the pages themselves tell the marks there is nothing to ask for.
            if let Some(request) = marked::start(place) {
                self.read_marks_in((place, request), records).await?;
            }
        }
        Ok(())
    }

    async fn read_marks_in(
        &mut self,
        (place, mut request): (&Place, Request),
        records: &mut Records,
    ) -> Result<(), Stop> {
        let folder = place.folder().unwrap_or_default();
        for _ in 0..PAGES_MAX {
            let parse = |response: &_| marked::parse(response, &self.sync.org);
            let page = self.must_read(&request, parse).await?;
            for (id, record) in page.items {
                match records.get_mut(&id) {
                    Some(Observation::Present(seen)) => seen.mark = Some(record),
                    Some(_) => {}
                    None => drop(self.hidden.insert(id, (record, folder.to_owned()))),
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

/// Whether the answer says that there is no such item, or not in that list.
fn is_nowhere(error: &GraphError) -> bool {
    error.kind == ErrorKind::NotFound || tasks::is_elsewhere(error)
}

/// Whether Graph says that there is no such place. A 404 of anything in between says nothing.
fn is_no_place(error: &GraphError) -> bool {
    error.status == NOT_FOUND && matches!(error.kind, ErrorKind::NotFound | ErrorKind::Refused)
}

/// Whether it was this sync that moved the series, and hasn't looked since; if nobody heard what became of that, whether
/// the series is where it was to be moved, and wasn't there before.
fn moved_it(series: &Link, now: &Seen) -> bool {
    let times = [Field::Start, Field::End, Field::Recurrence];
    let is_at = |fields: &Fields| times.into_iter().all(|field| fields.get(field) == now.fields.get(field));
    let is_there = |wanted: &Base| is_at(&wanted.crm);
    match series.trouble {
        Some(Reason::StillChanging) => {
            now.version == series.exchange_version || series.seen.as_ref().is_some_and(is_there)
        }
        Some(Reason::OutcomeUnknown) => {
            series.seen.as_ref().is_some_and(|before| is_there(before) && !is_at(&before.exchange))
        }
        _ => false,
    }
}

/// Whether a page told that an item changed or left, and no more.
fn is_told_in_part(item: &DeltaItem) -> bool {
    matches!(item, DeltaItem::Changed | DeltaItem::Removed)
}

/// Whether Microsoft answered for this item, and not in a way that can be understood. A part that wasn't answered at
/// all has no status.
fn is_poison(error: &GraphError) -> bool {
    error.kind == ErrorKind::Unreadable && (200..300).contains(&error.status)
}

/// Whether an event is over since before a calendar's window began: no listing names it, and nobody misses it.
fn is_over(whole: &[&Place], fields: &Fields) -> bool {
    let before = |start: Date| match fields.get(Field::End) {
        _ if fields.get(Field::Recurrence).is_some() => false,
        Some(Value::Moment(end)) => *end <= start.start(),
        Some(Value::Date(end)) => *end <= start,
        Some(Value::Number(_) | Value::Set(_) | Value::Text(_)) | None => false,
    };
    whole.iter().any(|place| matches!(place, Place::Calendar { window, .. } if before(window.start)))
}
