//! Writing in the mailbox.

use crate::mailbox::{Answered, Mailbox, MailboxErrorKind, PartResult};
use crate::round::{Done, Round, Stop};
use crate::{Env, Failure, Store};
use mxs_core::{
    Creation, CrmId, Date, Deletion, ExchangeId, Field, Fields, Kind, Pair, Patch, Reason, RecordId, Side, StateChange,
    Stored, Unlinked, Value, Version, Words,
};
use mxs_graph::Place;
use mxs_graph::batch::{Part, PartOutcome};
use mxs_http::HttpPort;

/// One write in the mailbox.
enum Write {
    Create {
        creation: Creation,
        record: CrmId,
        transaction: String,
    },
    Delete(Deletion),
    Pair {
        pair: Box<Pair>,
        /// The item's body, where it holds more than what is written into it.
        body: Option<String>,
        /// The days that a series is to leave out, where occurrences are to be cancelled.
        cancelled: Option<Value>,
    },
    /// A meeting that a colleague has in the CRM is to name the event there.
    Mark {
        waiting: Unlinked,
        item: ExchangeId,
        record: CrmId,
    },
}

impl<M: Mailbox, C: HttpPort, S: Store, E: Env> Round<'_, '_, M, C, S, E> {
    /// Creates and updates items, marks those that carry no mark yet or another, then deletes.
    pub(crate) async fn write_exchange(
        &mut self,
        creations: Vec<Creation>,
        (pairs, marks): (Vec<Pair>, Vec<Unlinked>),
        deletions: &[Deletion],
    ) -> Result<(), Stop> {
        let places = self.places.clone();
        // A run that didn't read the mailbox has nothing to write there.
        let Some(place) = places.first() else { return Ok(()) };
        let mut pairs = pairs;
        pairs.retain(|pair| !pair.to_exchange.is_empty() || !pair.marked);
        for pair in &mut pairs {
            self.leave_out_of_item(pair);
            if forgets_its_days(pair) {
                self.cancel_again(pair);
            }
        }
        let deletions = deletions.iter().filter(|deletion| deletion.on == Side::Exchange).cloned();
        let create = |mut creation: Creation| {
            while let Some(field) = self.unwritable(&everything(&creation.copy), &Fields::default()) {
                creation.hold(field, Reason::NotWritable { side: Side::Exchange, field });
            }
            let record = creation.source.crm()?.clone();
            if creation.copy.get(Field::Exclusions).is_some() {
                // A series is created whole. The next round cancels what it is to leave out.
                creation.hold(Field::Exclusions, Reason::StillChanging);
            }
            Some(Write::Create { transaction: self.transaction(&creation, &record), creation, record })
        };
        let mut writes: Vec<Write> = creations.into_iter().filter_map(create).collect();
        writes.extend(pairs.into_iter().map(Write::of));
        self.read_bodies(&mut writes).await?;
        let mark = |waiting: Unlinked| {
            let (item, record) = (waiting.id.exchange()?.clone(), waiting.mark.clone()?);
            Some(Write::Mark { waiting, item, record })
        };
        writes.extend(marks.into_iter().filter_map(mark));
        writes.extend(deletions.map(Write::Delete));
        for chunk in writes.chunks_mut(M::BATCH_MAX) {
            if self.in_the_dark {
                break;
            }
            for write in chunk.iter() {
                match write {
                    Write::Create { creation, .. } => self.begin(creation, None),
                    Write::Pair { pair, .. } => self.begin_taking_back(pair, Side::Exchange),
                    Write::Delete(_) | Write::Mark { .. } => {}
                }
            }
            self.store().await?;
            let carries_mark = M::carries_mark(self.kind());
            // A pair of which all waits to be written by itself has no part here.
            let mut with_parts: Vec<&mut Write> = chunk.iter_mut().filter(|write| write.is_due(carries_mark)).collect();
            let results = {
                let parts: Vec<Part<'_>> = with_parts.iter().map(|write| write.part(place)).collect();
                self.write_parts(&parts).await?
            };
            let mut stop = None;
            for (write, result) in with_parts.iter_mut().zip(results) {
                stop = self.settle(write, result).err().or(stop);
            }
            if stop.is_none() {
                self.write_by_themselves(chunk).await?;
            }
            self.step(chunk.len());
            if let Some(stop) = stop {
                return Err(stop);
            }
        }
        Ok(())
    }

    /// Holds back what the mailbox has no way to say.
    fn leave_out_of_item(&mut self, pair: &mut Pair) {
        let mut left_out = None;
        while let Some(field) = self.unwritable(&pair.to_exchange, &pair.now.exchange) {
            // Of a series that moves all waits: half of it would put it on days that nobody chose.
            for field in [field, Field::Recurrence, Field::Start, Field::End] {
                if pair.to_exchange.contains(field) {
                    let reason = Reason::NotWritable { side: Side::Exchange, field };
                    pair.hold(Side::Exchange, field, reason.clone());
                    left_out.get_or_insert(reason);
                }
            }
        }
        if let Some(reason) = left_out {
            self.leave_open(RecordId::Exchange(pair.exchange.clone()), Side::Exchange, reason);
            let change = pair.as_it_stands();
            self.remember(change);
        }
    }

    /// A series is moved, and may forget what was cancelled: the next round looks, and cancels what is still to be left
    /// out. It is remembered before, in case nobody hears what became of the move.
    fn cancel_again(&mut self, pair: &mut Pair) {
        pair.base = pair.base.take().map(|mut base| {
            base.exchange.put(Field::Exclusions, None);
            base.crm.put(Field::Exclusions, None);
            base
        });
        pair.held.retain(|(field, _)| *field != Field::Exclusions);
        pair.to_exchange.remove(Field::Exclusions);
        // The first reason is the link's: by this one the next reading knows who has moved the series.
        pair.held.insert(0, (Field::Exclusions, Reason::StillChanging));
        self.leave_open(RecordId::Exchange(pair.exchange.clone()), Side::Exchange, Reason::StillChanging);
        let change = pair.as_it_stands();
        self.remember(change);
    }

    /// The first field of `patch` that the mailbox has no way to say.
    fn unwritable(&self, patch: &Patch, current: &Fields) -> Option<Field> {
        self.sync.mailbox.unwritable(self.kind(), patch, current, self.sync.scope.zone.as_ref())
    }

    fn kind(&self) -> Kind {
        self.sync.policy.kind
    }

    /// Names the intent to copy a record: of two events with one name Graph makes one. Another version of the
    /// record is another intent: the first copy may have been deleted since. So is an undo.
    fn transaction(&self, creation: &Creation, record: &CrmId) -> String {
        let undo = self.undoing.map(|_| format!("-{}", self.sync.run)).unwrap_or_default();
        format!("mxs-{}-{}-{}{undo}", self.sync.org, record.as_str(), creation.version.as_str())
    }

    /// Reads the bodies that hold more than what is to be written into them.
    async fn read_bodies(&self, writes: &mut [Write]) -> Result<(), Stop> {
        let kind = self.kind();
        let needs = |pair: &Pair| M::needs_body(kind, &pair.to_exchange, &pair.now.exchange);
        let mut waiting: Vec<(&mut Pair, &mut Option<String>)> = writes
            .iter_mut()
            .filter_map(|write| match write {
                Write::Pair { pair, body, .. } if needs(pair) => Some((pair.as_mut(), body)),
                _ => None,
            })
            .collect();
        for chunk in waiting.chunks_mut(M::BATCH_MAX) {
            let answers = {
                let parts: Vec<Part<'_>> = chunk.iter().map(|(pair, _)| Part::Body { id: &pair.exchange }).collect();
                self.read_parts(&parts).await?
            };
            for ((pair, body), answer) in chunk.iter_mut().zip(answers) {
                match answer {
                    Ok(PartOutcome::Body(html)) => **body = Some(html),
                    // Without the body the notes wait; everything else can be written.
                    _ => drop(pair.hold(Side::Exchange, Field::Notes, Reason::StillChanging)),
                }
            }
        }
        Ok(())
    }

    /// Marks the items of a chunk that an update can't mark, and cancels occurrences of series.
    async fn write_by_themselves(&mut self, chunk: &mut [Write]) -> Result<(), Stop> {
        if !M::carries_mark(self.kind()) {
            let mut unmarked: Vec<&mut Pair> = pairs_of(chunk).filter(|pair| !pair.marked).collect();
            unmarked.retain(|pair| pair.to_exchange.is_empty());
            if !unmarked.is_empty() && !self.in_the_dark {
                let results = self.write_marks(&unmarked).await?;
                for (pair, result) in unmarked.into_iter().zip(results) {
                    let outcome = self.judge(result)?.map(drop);
                    if let Err(reason) = &outcome {
                        self.leave_open(RecordId::Exchange(pair.exchange.clone()), Side::Exchange, reason.clone());
                    }
                    let was_written = outcome.is_ok();
                    self.settle_pair(pair, Side::Exchange, was_written, |pair| pair.settle_mark(outcome));
                }
            }
        }
        self.cancel_occurrences(chunk).await
    }

    /// Marks tasks. One whose record was deleted and made anew carries the mark of the old one, and has room for no
    /// other: that one is found, and names the new record from now on.
    async fn write_marks(&mut self, unmarked: &[&mut Pair]) -> Result<Vec<PartResult>, Stop> {
        let parts: Vec<Part<'_>> = unmarked.iter().map(|pair| mark_of(pair, None)).collect();
        let mut results = self.write_parts(&parts).await?;
        let is_refusal = |kind| matches!(kind, MailboxErrorKind::Refused | MailboxErrorKind::Elsewhere);
        let is_refused = |result: &PartResult| result.as_ref().is_err_and(|error| is_refusal(error.kind));
        let refused: Vec<usize> = (0..results.len()).filter(|index| is_refused(&results[*index])).collect();
        if refused.is_empty() || self.in_the_dark {
            return Ok(results);
        }
        let looks: Vec<Part<'_>> = refused.iter().map(|index| find_mark_of(unmarked[*index])).collect();
        let found = self.read_parts(&looks).await?;
        let old: Vec<(usize, String)> = refused
            .into_iter()
            .zip(found)
            .filter_map(|(index, found)| match found {
                Ok(PartOutcome::Mark(Some(old))) => Some((index, old)),
                _ => None,
            })
            .collect();
        if !old.is_empty() {
            let parts: Vec<Part<'_>> = old.iter().map(|(index, old)| mark_of(unmarked[*index], Some(old))).collect();
            let written = self.write_parts(&parts).await?;
            for ((index, _), result) in old.iter().zip(written) {
                results[*index] = result;
            }
        }
        Ok(results)
    }

    /// Cancels the occurrences of series that the CRM has cancelled: each has an id of its own, which is asked for
    /// first.
    async fn cancel_occurrences(&mut self, chunk: &mut [Write]) -> Result<(), Stop> {
        let series = chunk.iter_mut().filter_map(|write| match write {
            Write::Pair { pair, cancelled: Some(wanted), .. } => Some((pair.as_mut(), &*wanted)),
            Write::Create { .. } | Write::Delete(_) | Write::Mark { .. } | Write::Pair { .. } => None,
        });
        let series: Vec<(&mut Pair, &Value)> = series.collect();
        let mut days = Vec::new();
        for (index, (pair, wanted)) in series.iter().enumerate() {
            let before = pair.now.exchange.words(Field::Exclusions);
            let is_new = |day: &&str| before.is_none_or(|before| !before.contains(day));
            let new = wanted.as_set().into_iter().flat_map(Words::iter).filter(is_new);
            days.extend(new.filter_map(|day| Some((index, Date::parse(day).ok()?))));
        }
        let mut troubles: Vec<Option<Reason>> = vec![None; series.len()];
        for chunk in days.chunks(M::BATCH_MAX) {
            if self.in_the_dark {
                chunk.iter().for_each(|(index, _)| troubles[*index] = Some(Reason::OutcomeUnknown));
                continue;
            }
            let of = |(index, day): &(usize, Date)| {
                let pair = &*series[*index].0;
                Part::Occurrence { series: &pair.exchange, day: *day, current: &pair.now.exchange }
            };
            let answers = self.read_parts(&chunk.iter().map(of).collect::<Vec<_>>()).await?;
            let mut found = Vec::new();
            for ((index, _), answer) in chunk.iter().zip(answers) {
                match answer {
                    // None on that day: there is nothing left to cancel.
                    Ok(PartOutcome::Occurrence(occurrence)) => found.extend(occurrence.map(|it| (*index, it))),
                    Ok(_) => return Err(Stop::Failed(Failure::MicrosoftAnswer)),
                    Err(error) => troubles[*index] = self.judge(Err(error))?.err(),
                }
            }
            if found.is_empty() {
                continue;
            }
            let parts: Vec<Part<'_>> = found
                .iter()
                .map(|(index, (id, version))| cancel(id, version, &series[*index].0.now.exchange))
                .collect();
            let answers = self.write_parts(&parts).await?;
            for ((index, _), answer) in found.iter().zip(answers) {
                if let Err(error) = answer
                    && error.kind != MailboxErrorKind::NotFound
                {
                    troubles[*index] = self.judge(Err(error))?.err();
                }
            }
        }
        for ((pair, wanted), trouble) in series.into_iter().zip(troubles) {
            if let Some(reason) = trouble {
                self.leave_open(RecordId::Exchange(pair.exchange.clone()), Side::Exchange, reason);
                let change = pair.as_it_stands();
                self.remember(change);
            } else {
                self.count(Side::Exchange, Done::Updated);
                let written = |pair: &mut Pair| pair.written_by_itself(Field::Exclusions, Some(wanted.clone()));
                self.settle_pair(pair, Side::Exchange, true, written);
            }
        }
        Ok(())
    }

    fn settle(&mut self, write: &mut Write, result: PartResult) -> Result<(), Stop> {
        let written = |outcome| match outcome {
            PartOutcome::Written { id, version, stored } => Ok((id, version, stored)),
            _ => Err(Reason::OutcomeUnknown),
        };
        match write {
            Write::Create { creation, record, .. } => match self.judge(result)?.and_then(written) {
                Ok((id, _, fields)) if self.returning.contains(&creation.source) => {
                    self.count(Side::Exchange, Done::Created);
                    let mut held = fields.unwrap_or_else(|| creation.copy.clone());
                    if let Some(folder) = self.places.first().and_then(Place::folder) {
                        held.put(Field::Folder, Value::text(folder));
                    }
                    self.came_back(creation, RecordId::Exchange(id), &held);
                }
                Ok((id, version, fields)) => {
                    self.count(Side::Exchange, Done::Created);
                    if let Some((_, reason)) = creation.held.first() {
                        self.leave_open(creation.source.clone(), Side::Exchange, reason.clone());
                    }
                    if fields.is_none() && creation.copy.get(Field::Attendees).is_some() {
                        // The answer doesn't say what colleagues know the meeting by. The next round reads it.
                        self.leave_open(creation.source.clone(), Side::Exchange, Reason::StillChanging);
                    }
                    let stored = Stored { version, fields, marked: true };
                    let changes = creation.made_in_exchange(id, record.clone(), stored);
                    self.remember_made(creation, changes);
                }
                Err(reason) => self.was_not_made(creation, Side::Exchange, reason),
            },
            Write::Delete(deletion) => {
                // Somebody was faster: it is gone, which is what was wanted.
                let is_gone = result.as_ref().is_err_and(|error| error.kind == MailboxErrorKind::NotFound);
                let result = if is_gone { Ok(PartOutcome::Deleted) } else { result };
                let outcome = self.judge(result)?.map(drop);
                match &outcome {
                    Ok(()) => self.count(Side::Exchange, Done::Deleted),
                    Err(reason) => self.leave_open(deletion.target(), Side::Exchange, reason.clone()),
                }
                self.settle_deletion(deletion, outcome);
            }
            Write::Mark { waiting, .. } => {
                match self.judge(result)?.and_then(written) {
                    Ok((_, version, _)) => waiting.version = version,
                    // Without its mark it waits all the same.
                    Err(_) => waiting.mark = None,
                }
                self.remember(StateChange::PutUnlinked(waiting.clone()));
            }
            Write::Pair { pair, .. } if pair.to_exchange.is_empty() => {
                let outcome = match self.judge(result)? {
                    // A mark on a contact or an event is a write of the item, and says its version.
                    Ok(PartOutcome::Written { version, .. }) => {
                        pair.exchange_version = version;
                        Ok(())
                    }
                    Ok(_) => Ok(()),
                    Err(reason) => Err(reason),
                };
                if let Err(reason) = &outcome {
                    self.leave_open(RecordId::Exchange(pair.exchange.clone()), Side::Exchange, reason.clone());
                }
                let was_written = outcome.is_ok();
                self.settle_pair(pair, Side::Exchange, was_written, |pair| pair.settle_mark(outcome));
            }
            Write::Pair { pair, .. } => {
                let marked = M::carries_mark(self.kind());
                let outcome = self.judge(result)?.and_then(written);
                let outcome = outcome.map(|(_, version, fields)| Stored { version, fields, marked });
                match &outcome {
                    Ok(_) => self.count(Side::Exchange, Done::Updated),
                    Err(reason) => {
                        let id = RecordId::Exchange(pair.exchange.clone());
                        self.leave_open(id, Side::Exchange, reason.clone());
                    }
                }
                let was_written = outcome.is_ok();
                self.settle_pair(pair, Side::Exchange, was_written, |pair| pair.settle_exchange(outcome));
            }
        }
        Ok(())
    }

    /// What a part's error means for its record, or for the whole run.
    fn judge(&mut self, result: PartResult) -> Result<Result<PartOutcome, Reason>, Stop> {
        let error = match result {
            Ok(outcome) => return Ok(Ok(outcome)),
            Err(error) => error,
        };
        Ok(Err(match error.kind {
            MailboxErrorKind::SignInAgain => return Err(Stop::Failed(error.failure())),
            MailboxErrorKind::Stale | MailboxErrorKind::NotFound => Reason::StillChanging,
            MailboxErrorKind::Throttled => Reason::Busy { side: Side::Exchange },
            MailboxErrorKind::Unavailable | MailboxErrorKind::Unreadable => {
                self.in_the_dark = true;
                Reason::OutcomeUnknown
            }
            MailboxErrorKind::Denied
            | MailboxErrorKind::Elsewhere
            | MailboxErrorKind::ForeignId
            | MailboxErrorKind::PlaceGone
            | MailboxErrorKind::Refused
            | MailboxErrorKind::TokenDead => Reason::Refused(error.refusal()),
        }))
    }

    /// Carries out parts that write.
    async fn write_parts(&mut self, parts: &[Part<'_>]) -> Result<Vec<PartResult>, Stop> {
        let Answered { results, is_lost } = self.sync.mailbox.write(&self.sync.call(), parts).await?;
        self.in_the_dark |= is_lost;
        Ok(results)
    }

    /// Carries out parts that read.
    async fn read_parts(&self, parts: &[Part<'_>]) -> Result<Vec<PartResult>, Stop> {
        self.sync.mailbox.read(&self.sync.call(), parts).await
    }
}

impl Write {
    /// A pair, with the occurrences that are to be cancelled taken out of what is written.
    fn of(mut pair: Pair) -> Self {
        let later = |field| Reason::NotWritable { side: Side::Exchange, field };
        let cancelled = pair
            .to_exchange
            .contains(Field::Exclusions)
            .then(|| pair.hold(Side::Exchange, Field::Exclusions, later(Field::Exclusions)));
        Write::Pair { pair: Box::new(pair), body: None, cancelled: cancelled.flatten() }
    }

    /// Whether it has a part of its own in a batch.
    fn is_due(&self, carries_mark: bool) -> bool {
        match self {
            Write::Create { .. } | Write::Delete(_) | Write::Mark { .. } => true,
            Write::Pair { pair, .. } => !pair.to_exchange.is_empty() || (!pair.marked && carries_mark),
        }
    }

    fn part<'p>(&'p self, place: &'p Place) -> Part<'p> {
        match self {
            Write::Create { creation, record, transaction } => {
                Part::Create { place, fields: &creation.copy, mark: record, transaction }
            }
            Write::Delete(Deletion { link, .. }) => Part::Delete {
                id: &link.exchange,
                // It may have been moved since both agreed.
                folder: link.seen.as_ref().unwrap_or(&link.base).exchange.text(Field::Folder),
                version: &link.exchange_version,
                current: &link.seen.as_ref().unwrap_or(&link.base).exchange,
            },
            Write::Mark { waiting, item, record } => Part::Mark {
                id: item,
                folder: waiting.fields.text(Field::Folder),
                version: Some(&waiting.version),
                mark: record,
                title: waiting.fields.text(Field::Subject),
                instead_of: None,
            },
            Write::Pair { pair, .. } if pair.to_exchange.is_empty() => mark_of(pair, None),
            Write::Pair { pair, body, .. } => Part::Update {
                id: &pair.exchange,
                folder: pair.now.exchange.text(Field::Folder),
                version: &pair.exchange_version,
                patch: &pair.to_exchange,
                current: &pair.now.exchange,
                mark: (!pair.marked).then_some(&pair.crm),
                body: body.as_deref(),
            },
        }
    }
}

/// Whether what is written into a series makes it forget what was cancelled and what was different on single days.
/// Outlook asks people before it does so, and nobody says that Graph keeps them.
fn forgets_its_days(pair: &Pair) -> bool {
    let moves = [Field::Start, Field::End, Field::Recurrence].into_iter().any(|field| pair.to_exchange.contains(field));
    let leaves_out = |fields: &Fields| fields.get(Field::Exclusions).is_some();
    moves && (leaves_out(&pair.now.crm) || leaves_out(&pair.now.exchange))
}

fn pairs_of(writes: &mut [Write]) -> impl Iterator<Item = &mut Pair> {
    writes.iter_mut().filter_map(|write| match write {
        Write::Pair { pair, .. } => Some(pair.as_mut()),
        Write::Create { .. } | Write::Delete(_) | Write::Mark { .. } => None,
    })
}

/// An occurrence is cancelled wherever its series is.
const fn cancel<'p>(id: &'p ExchangeId, version: &'p Version, current: &'p Fields) -> Part<'p> {
    Part::Delete { id, folder: "", version, current }
}

fn find_mark_of(pair: &Pair) -> Part<'_> {
    Part::FindMark { id: &pair.exchange, folder: pair.now.exchange.text(Field::Folder) }
}

fn mark_of<'p>(pair: &'p Pair, instead_of: Option<&'p str>) -> Part<'p> {
    Part::Mark {
        id: &pair.exchange,
        folder: pair.now.exchange.text(Field::Folder),
        version: Some(&pair.exchange_version),
        mark: &pair.crm,
        title: pair.now.crm.text(Field::Subject),
        instead_of,
    }
}

/// All that a new item is to hold.
fn everything(copy: &Fields) -> Patch {
    copy.iter().map(|(field, value)| (field, Some(value.clone()))).collect()
}
