//! Reading the mailbox.

use crate::mailbox::{Call, Mailbox, MailboxError, MailboxErrorKind, Missing, PAGES_MAX, Records, follow};
use crate::places::{Here, Links};
use crate::renamed::is_stranger;
use crate::round::{Round, Stop};
use crate::trail::Trail;
use crate::{Env, Failure, Phase, Places, Scope, Store, Sync};
use mxs_core::{
    Base, Coverage, Date, ExchangeId, Field, Fields, Kind, Link, Observation, Policy, Reason, RecordId, Seen, Side,
    StateChange, SyncState, Unlinked, Value, View,
};
use mxs_graph::delta::DeltaItem;
use mxs_graph::{Place, Wanted, marked};
use mxs_http::HttpPort;
use std::collections::{BTreeMap, BTreeSet};

/// How often a reading starts anew because its token died on the way, or because it didn't tell all.
const RESTARTS_MAX: u32 = 3;

/// What the pages told, and the place that told it.
type Items = BTreeMap<ExchangeId, (DeltaItem, usize)>;

impl<M: Mailbox, C: HttpPort, S: Store, E: Env> Sync<'_, M, C, S, E> {
    /// What all calls of this run have in common.
    pub(crate) fn call(&self) -> Call<'_, E> {
        let Scope { zone, record_url, .. } = &self.scope;
        let wanted = Wanted { org: &self.org, zone: zone.as_ref(), record_url: record_url.as_deref() };
        let Policy { kind, mails, .. } = self.policy;
        Call { patience: self.patience(), wanted, kind, mails }
    }
}

impl<M: Mailbox, C: HttpPort, S: Store, E: Env> Round<'_, '_, M, C, S, E> {
    /// Reads what changed in the mailbox, or all of it, and how to go on from there.
    pub(crate) async fn read_exchange(&mut self) -> Result<(View<ExchangeId>, Links), Stop> {
        self.tell_read(Phase::ReadingExchange, 0);
        let created = self.created_before().await?;
        let mut anew = self.must_read_all || created.is_none() || self.died_before();
        let created = created.unwrap_or_default();
        for _ in 0..RESTARTS_MAX {
            let Here { places, mut links, lost } = self.find_places(anew).await?;
            self.hidden.clear();
            let mut items = Items::new();
            let mut whole = Vec::new();
            for (index, place) in places.iter().enumerate() {
                let key = M::DOOR.key(place);
                let known = self.state.cursors.exchange.get(&key).filter(|_| !anew).cloned();
                let (link, is_whole) = self.read_place((index, place), known, &mut items).await?;
                links.insert(key, link);
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
            let is_missed: BTreeSet<ExchangeId> = missing.iter().map(|(id, _)| id.clone()).collect();
            let is_told = |id: &ExchangeId| items.contains_key(id) || is_missed.contains(id);
            missing.extend(self.untold(created.clone(), is_told).await?);
            let mut records = self.observe((&places, coverage), items, missing).await?;
            self.let_go_of_exceptions(&records);
            self.follow_strangers(&mut records);
            self.follow_unlinked(&records);
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
            let told = follow(self.sync.mailbox, &self.sync.call(), place, cursor.as_deref(), items.len()).await?;
            match told {
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
                Err(error) if error.kind == MailboxErrorKind::TokenDead => cursor = None,
                // Whoever chose it has to choose again. What was in it is not missed: nobody knows where it is.
                Err(error) if error.kind == MailboxErrorKind::PlaceGone && self.is_chosen(place) => {
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
        // What the other door has told to be gone is gone.
        let is_gone = |link: &&Link| {
            let side = Side::Exchange;
            is_stranger::<M>(&link.exchange) && link.scope == mxs_core::Scope::Gone { side }
        };
        let links = self.state.links.values().filter(|link| !is_gone(link));
        let linked = links.map(|link| (&link.exchange, &link.seen.as_ref().unwrap_or(&link.base).exchange));
        // Of what the other door told nobody knows where it is, be it over or not.
        let may_be_there = |id: &ExchangeId, fields: &Fields| !is_over(whole, fields) || is_stranger::<M>(id);
        for (id, fields) in linked.filter(|(id, fields)| may_be_there(id, fields)) {
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
        if M::DOOR.renames() {
            missing.retain(|(id, _)| !records.contains_key(id));
            self.add_renamed(&records, &mut missing).await?;
        }
        let (dropped, missing): (Vec<_>, Vec<_>) =
            missing.into_iter().partition(|(_, folder)| self.sync.scope.has_dropped(&self.before, folder));
        // Who is no longer chosen has left, and whether they still exist is not this sync's business.
        records.extend(dropped.into_iter().map(|(id, _)| (id, Observation::Left)));
        let found = self.find_missing(places, &missing, &records).await?;
        records.extend(found);
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
            let Some(here) = self.sync.mailbox.count(&self.sync.call(), place).await? else { return Ok(false) };
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
    pub(crate) async fn read_again(&self, items: &[(ExchangeId, String)]) -> Result<Records, Stop> {
        let among = (&self.sync.scope.places, self.places.as_slice());
        let items = self.missing(items, &Records::new());
        self.sync.mailbox.read_again(&self.sync.call(), among, &items).await
    }

    /// Reads items of which a page didn't say all.
    pub(crate) async fn read_items(&self, items: &[(ExchangeId, String)], records: &mut Records) -> Result<(), Stop> {
        let got = self.sync.mailbox.get(&self.sync.call(), items).await?;
        for ((id, _), answer) in items.iter().zip(got.items) {
            records.insert(id.clone(), observation(answer)?);
        }
        for (id, answer) in got.others {
            records.insert(id, observation(answer)?);
        }
        self.leave_out_the_past(&got.last_days, records);
        Ok(())
    }

    /// Series that were over before the window began, and of which nobody knows: Graph doesn't tell them at all.
    fn leave_out_the_past(&self, last_days: &BTreeMap<ExchangeId, Date>, records: &mut Records) {
        let Places::These(places) = &self.sync.scope.places else { return };
        let windows = places.iter().filter_map(|place| match place {
            Place::Calendar { window, .. } => Some(window.start),
            Place::ContactFolder(_) | Place::Contacts | Place::TaskList(_) => None,
        });
        let Some(begins) = windows.min() else { return };
        let is_unknown = |id: &ExchangeId| {
            let is_marked = matches!(records.get(id), Some(Observation::Present(seen)) if seen.mark.is_some());
            !is_marked && !self.knows(id)
        };
        let past = last_days.iter().filter(|(id, day)| **day < begins && is_unknown(id));
        let past: BTreeSet<ExchangeId> = past.map(|(id, _)| id.clone()).collect();
        let is_past = |id: &ExchangeId, observation: &Observation| {
            let series = match observation {
                Observation::Present(seen) => seen.fields.text(Field::Series),
                Observation::Gone | Observation::Left | Observation::Unreadable => "",
            };
            past.contains(id) || past.contains(&ExchangeId::new(series))
        };
        records.retain(|id, observation| !is_past(id, observation));
    }

    /// Items that left their place: were they deleted, moved to another one, or are they back?
    async fn find_missing(
        &self,
        places: &[Place],
        items: &[(ExchangeId, String)],
        records: &Records,
    ) -> Result<Records, Stop> {
        let among = (&self.sync.scope.places, places);
        self.sync.mailbox.find(&self.sync.call(), among, &self.missing(items, records)).await
    }

    /// Items as they are remembered; `records` are those that were told.
    fn missing<'i>(&'i self, items: &'i [(ExchangeId, String)], records: &Records) -> Vec<Missing<'i>> {
        let marks = self.new_marks(records);
        let missing = |(id, folder): &'i (ExchangeId, String)| {
            let link = self.state.links.get(id);
            Missing {
                id,
                folder,
                record: link.map(|link| &link.crm),
                is_marked: link.is_some_and(|link| link.marked),
                is_carried_on: link.is_some_and(|link| marks.contains(&link.crm)),
                series: link.map_or("", |link| link.base.exchange.text(Field::Series)),
            }
        };
        items.iter().map(missing).collect()
    }

    /// Finds out which items carry the provenance mark. It costs a request of its own, so it is done only
    /// when there may be marks that no link knows: after everything was read, or after an interruption.
    async fn read_marks(&mut self, places: &[Place], records: &mut Records) -> Result<(), Stop> {
        self.enter(Phase::Recovering);
        for place in places {
            self.read_marks_in(place, records).await?;
        }
        Ok(())
    }

    async fn read_marks_in(&mut self, place: &Place, records: &mut Records) -> Result<(), Stop> {
        let folder = place.folder().unwrap_or_default();
        let (mut link, mut trail) = (None, Trail::default());
        for _ in 0..PAGES_MAX {
            let page = self.sync.mailbox.marked(&self.sync.call(), place, link.as_deref()).await?;
            let Some(page) = page else { return Ok(()) };
            for (id, record) in page.items {
                match records.get_mut(&id) {
                    Some(Observation::Present(seen)) => seen.mark = Some(record),
                    Some(_) => {}
                    None => drop(self.hidden.insert(id, (record, folder.to_owned()))),
                }
            }
            match page.next {
                Some(next) => {
                    trail.step(&next, Failure::MicrosoftAnswer)?;
                    link = Some(next);
                }
                None => return Ok(()),
            }
        }
        Err(Stop::Failed(Failure::MicrosoftAnswer))
    }
}

/// What an answer says of the item that was asked for.
pub(crate) fn observation(answer: Result<Seen, MailboxError>) -> Result<Observation, Stop> {
    match answer {
        Ok(seen) => Ok(Observation::Present(seen)),
        Err(error) if error.is_nowhere() => Ok(Observation::Gone),
        Err(error) if error.is_poison() => Ok(Observation::Unreadable),
        // It was another door's, and nobody knows where that item is now.
        Err(error) if error.kind == MailboxErrorKind::ForeignId => Ok(Observation::Left),
        Err(error) => Err(Stop::Failed(error.failure())),
    }
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
