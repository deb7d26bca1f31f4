//! Parts: what is written together, by operation.

use super::EwsMailbox;
use super::ask::Results;
use super::folders::folder_of;
use crate::Env;
use crate::mailbox::door::{bare_id, named_id};
use crate::mailbox::{Answered, Call, MailboxError, MailboxErrorKind, PartResult};
use crate::round::Stop;
use mxs_core::{ExchangeId, Fields, Kind, Mails, Patch, Recipients, Version};
use mxs_ews::create_item::NewItem;
use mxs_ews::update_item::Update;
use mxs_ews::{BATCH_MAX, ItemId, Mailing, Shape, create_item, delete_item, get_item, place_of, update_item};
use mxs_graph::Place;
use mxs_graph::batch::{Part, PartOutcome};
use mxs_http::HttpPort;

/// What is written with one operation: those that tell the same people go together.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Operation<'a> {
    Create(&'a Place, Mailing),
    Update(Mailing),
    Delete(Mailing),
}

/// Parts of a batch, and the id of the item of each as the server knows it.
struct Parts<'a> {
    parts: &'a [Part<'a>],
    ids: Vec<Option<ExchangeId>>,
    results: Vec<PartResult>,
}

impl<P: HttpPort> EwsMailbox<'_, P> {
    /// Carries out parts that write, each operation with one request.
    pub(super) async fn write_parts<E: Env>(&self, call: &Call<'_, E>, parts: &[Part<'_>]) -> Result<Answered, Stop> {
        let mut written = Parts::of(parts);
        let mut operations: Vec<(Operation<'_>, Vec<usize>)> = Vec::new();
        for (place, part) in parts.iter().enumerate() {
            let Some(operation) = operation(call, part).filter(|_| written.is_own(place)) else { continue };
            match operations.iter_mut().find(|(known, _)| *known == operation) {
                Some((_, places)) => places.push(place),
                None => operations.push((operation, vec![place])),
            }
        }
        for (operation, places) in operations {
            let is_lost = match operation {
                Operation::Create(place, mailing) => self.create(call, (place, mailing), places, &mut written).await?,
                Operation::Update(mailing) => self.update(call, mailing, places, &mut written).await?,
                Operation::Delete(mailing) => self.delete(call, mailing, places, &mut written).await?,
            };
            if is_lost {
                return Ok(Answered { results: written.results, is_lost });
            }
        }
        Ok(Answered { results: written.results, is_lost: false })
    }

    async fn create<E: Env>(
        &self,
        call: &Call<'_, E>,
        (place, mailing): (&Place, Mailing),
        places: Vec<usize>,
        written: &mut Parts<'_>,
    ) -> Result<bool, Stop> {
        let new = |place: &usize| match written.parts[*place] {
            Part::Create { fields, mark, .. } => Some(NewItem { fields, mark }),
            _ => None,
        };
        let items: Vec<NewItem<'_>> = places.iter().filter_map(new).collect();
        let folder = folder_of(place);
        let request = |items: &[NewItem<'_>]| {
            create_item::request(&self.session, call.kind, &folder, items, mailing, &call.wanted)
        };
        let (results, is_lost) = self.write_each(&call.patience, &items, request, create_item::parse).await?;
        written.take(places, results);
        Ok(is_lost)
    }

    async fn update<E: Env>(
        &self,
        call: &Call<'_, E>,
        mailing: Mailing,
        places: Vec<usize>,
        written: &mut Parts<'_>,
    ) -> Result<bool, Stop> {
        let (nothing, empty) = (Patch::default(), Fields::default());
        let (results, is_lost) = {
            let update = |place: &usize| {
                let id = ItemId::Item(written.ids[*place].as_ref()?);
                match written.parts[*place] {
                    Part::Update { version, patch, current, mark, .. } => {
                        Some(Update { id, version, patch, current, mark })
                    }
                    Part::Mark { version, mark, .. } => {
                        Some(Update { id, version: version?, patch: &nothing, current: &empty, mark: Some(mark) })
                    }
                    _ => None,
                }
            };
            let updates: Vec<Update<'_>> = places.iter().filter_map(update).collect();
            let request =
                |updates: &[Update<'_>]| update_item::request(&self.session, call.kind, updates, mailing, &call.wanted);
            self.write_each(&call.patience, &updates, request, update_item::parse).await?
        };
        written.take(places, results);
        Ok(is_lost)
    }

    /// Deletes items that are as they were read. The server doesn't look at versions, so that somebody has to.
    async fn delete<E: Env>(
        &self,
        call: &Call<'_, E>,
        mailing: Mailing,
        mut places: Vec<usize>,
        written: &mut Parts<'_>,
    ) -> Result<bool, Stop> {
        let deletion = |written: &Parts<'_>, place: usize| match written.parts[place] {
            Part::Delete { version, .. } => Some((written.ids[place].clone()?, version.clone())),
            _ => None,
        };
        let mut items: Vec<(ExchangeId, Version)> =
            places.iter().filter_map(|place| deletion(written, *place)).collect();
        let asked: Vec<ItemId<'_>> = items.iter().map(|(id, _)| ItemId::Item(id)).collect();
        let now = self.versions(call, &asked).await?;
        let mut is_due = places.iter().zip(&items).zip(now).map(|((place, (_, known)), now)| {
            written.results[*place] = match now {
                Ok((_, version)) if version == *known => return true,
                Ok(_) => Err(MailboxError { kind: MailboxErrorKind::Stale, ..MailboxError::unanswered() }),
                Err(error) => Err(error),
            };
            false
        });
        let is_due: Vec<bool> = is_due.by_ref().collect();
        let mut due = is_due.iter();
        places.retain(|_| due.next() == Some(&true));
        let mut due = is_due.iter();
        items.retain(|_| due.next() == Some(&true));
        if items.is_empty() {
            return Ok(false);
        }
        let doomed: Vec<(ItemId<'_>, &Version)> =
            items.iter().map(|(id, version)| (ItemId::Item(id), version)).collect();
        let request = |items: &[(ItemId<'_>, &Version)]| delete_item::request(&self.session, call.kind, items, mailing);
        let (results, is_lost) = self.write_each(&call.patience, &doomed, request, delete_item::parse).await?;
        for (place, result) in places.into_iter().zip(results) {
            written.results[place] = result.map(|()| PartOutcome::Deleted);
        }
        Ok(is_lost)
    }

    async fn versions<E: Env>(
        &self,
        call: &Call<'_, E>,
        items: &[ItemId<'_>],
    ) -> Result<Results<(ExchangeId, Version)>, Stop> {
        let request = |items: &[ItemId<'_>]| get_item::request(&self.session, Shape::Ids, items);
        let parse = |response: &_, items: &[ItemId<'_>]| get_item::parse_ids(response, items.len());
        self.read_each(&call.patience, (items, BATCH_MAX), request, parse).await
    }

    /// Carries out parts that read. Items are [got](crate::mailbox::Mailbox::get), their marks with them, and no body is
    /// read for a write: what is left are occurrences.
    pub(super) async fn read_parts<E: Env>(
        &self,
        call: &Call<'_, E>,
        parts: &[Part<'_>],
    ) -> Result<Vec<PartResult>, Stop> {
        let mut read = Parts::of(parts);
        let mut places = Vec::new();
        let mut occurrences = Vec::new();
        for (place, part) in parts.iter().enumerate() {
            let Part::Occurrence { day, current, .. } = part else { continue };
            let Some(series) = &read.ids[place] else { continue };
            match place_of(current, *day, call.wanted.zone) {
                Some(index) => {
                    places.push(place);
                    occurrences.push(ItemId::Occurrence { series, index });
                }
                None => read.results[place] = Ok(PartOutcome::Occurrence(None)),
            }
        }
        for (place, found) in places.into_iter().zip(self.versions(call, &occurrences).await?) {
            read.results[place] = match found {
                Ok((id, version)) => Ok(PartOutcome::Occurrence(Some((named_id(&id), version)))),
                // It was cancelled.
                Err(error) if error.kind == MailboxErrorKind::NotFound => Ok(PartOutcome::Occurrence(None)),
                Err(error) => Err(error),
            };
        }
        Ok(read.results)
    }
}

impl<'a> Parts<'a> {
    fn of(parts: &'a [Part<'a>]) -> Self {
        let ids: Vec<Option<ExchangeId>> = parts.iter().map(|part| bare_id(id(part)?)).collect();
        let mut written = Self { parts, ids, results: Vec::with_capacity(parts.len()) };
        for place in 0..parts.len() {
            let foreign = MailboxError { kind: MailboxErrorKind::ForeignId, ..MailboxError::unanswered() };
            written.results.push(Err(if written.is_own(place) { MailboxError::unanswered() } else { foreign }));
        }
        written
    }

    /// Whether the server knows of the item.
    fn is_own(&self, place: usize) -> bool {
        self.ids[place].is_some() || id(&self.parts[place]).is_none()
    }

    fn take(&mut self, places: Vec<usize>, results: Results<(ExchangeId, Version)>) {
        for (place, result) in places.into_iter().zip(results) {
            // The answer says nothing of what the item holds now.
            self.results[place] =
                result.map(|(id, version)| PartOutcome::Written { id: named_id(&id), version, stored: None });
        }
    }
}

/// The item that a part is about; `None` of one that is to be.
const fn id<'a>(part: &Part<'a>) -> Option<&'a ExchangeId> {
    match part {
        Part::Create { .. } => None,
        Part::Body { id }
        | Part::CalendarOf { id }
        | Part::Delete { id, .. }
        | Part::FindMark { id, .. }
        | Part::Get { id, .. }
        | Part::Mark { id, .. }
        | Part::Occurrence { series: id, .. }
        | Part::Update { id, .. } => Some(id),
    }
}

/// The operation that writes a part; `None` of one that reads.
fn operation<'a, E>(call: &Call<'_, E>, part: &Part<'a>) -> Option<Operation<'a>> {
    // What would tell somebody was held back by the plan, or a person has allowed it.
    let whom = |recipients: Recipients| match (call.kind, call.mails, recipients) {
        (Kind::Contact | Kind::Task, _, _) | (Kind::Event, Mails::Hold, _) => Mailing::Nobody,
        (Kind::Event, Mails::Send, Recipients::Nobody) => Mailing::Nobody,
        (Kind::Event, Mails::Send, Recipients::Changed) => Mailing::Changed,
        (Kind::Event, Mails::Send, Recipients::Everybody) => Mailing::Everybody,
    };
    match part {
        Part::Create { place, fields, .. } => Some(Operation::Create(place, whom(Recipients::of_creation(fields)))),
        Part::Update { patch, current, .. } => Some(Operation::Update(whom(Recipients::of_patch(patch, current)))),
        Part::Mark { .. } => Some(Operation::Update(Mailing::Nobody)),
        Part::Delete { current, .. } => Some(Operation::Delete(whom(Recipients::of_deletion(current)))),
        Part::Body { .. }
        | Part::CalendarOf { .. }
        | Part::FindMark { .. }
        | Part::Get { .. }
        | Part::Occurrence { .. } => None,
    }
}
