//! Items as they are now.

use super::EwsMailbox;
use super::ask::Results;
use crate::Env;
use crate::mailbox::door::{bare_id, named_id};
use crate::mailbox::{Call, Got, MailboxError, MailboxErrorKind};
use crate::round::Stop;
use mxs_core::{ExchangeId, Field, Instant, Kind, Seen, Value};
use mxs_ews::get_item::{self, Asked, Found};
use mxs_ews::{BATCH_MAX, Exception, ItemId, Shape};
use mxs_http::HttpPort;
use std::collections::{BTreeMap, BTreeSet};

/// An occurrence that is an item of its own: its id, its series, and when the rule had put it.
type Own = (ExchangeId, ExchangeId, Instant);

impl<P: HttpPort> EwsMailbox<'_, P> {
    /// Reads items, each in its folder, and the occurrences that the series among them name.
    pub(super) async fn get_items<E: Env>(
        &self,
        call: &Call<'_, E>,
        items: &[(ExchangeId, String)],
    ) -> Result<Got, Stop> {
        let mut got = Got::default();
        let asked: BTreeSet<&ExchangeId> = items.iter().map(|(id, _)| id).collect();
        let ids: Vec<ExchangeId> = items.iter().map(|(id, _)| id.clone()).collect();
        let mut own = Vec::new();
        for ((id, folder), found) in items.iter().zip(self.found(call, &ids).await?) {
            got.items.push(found.map(|Found { seen, exceptions, last_day, .. }| {
                let named = exceptions.into_iter().map(|one| (named_id(&one.id), id.clone(), one.original));
                own.extend(named.filter(|(one, _, _)| !asked.contains(one)).map(|one| (one, folder.clone())));
                if let Some(day) = last_day {
                    got.last_days.insert(id.clone(), day);
                }
                placed(seen, call.kind, folder)
            }));
        }
        let (own, folders): (Vec<Own>, Vec<String>) = own.into_iter().unzip();
        let seen = self.occurrences(call, &own).await?;
        for (((id, _, _), folder), seen) in own.into_iter().zip(folders).zip(seen) {
            got.others.push((id, seen.map(|seen| placed(seen, call.kind, &folder))));
        }
        Ok(got)
    }

    /// Reads items as the server tells them, in its own folders.
    pub(super) async fn found<E: Env>(&self, call: &Call<'_, E>, ids: &[ExchangeId]) -> Result<Results<Found>, Stop> {
        let bare: Vec<Option<ExchangeId>> = ids.iter().map(bare_id).collect();
        let known: Vec<(usize, &ExchangeId)> =
            bare.iter().enumerate().filter_map(|(place, id)| Some((place, id.as_ref()?))).collect();
        let asked: Vec<Asked<'_>> = known.iter().map(|(_, id)| Asked { id: ItemId::Item(id), of: None }).collect();
        let foreign = MailboxError { kind: MailboxErrorKind::ForeignId, ..MailboxError::unanswered() };
        let mut results: Results<Found> = ids.iter().map(|_| Err(foreign.clone())).collect();
        for ((place, _), found) in known.iter().zip(self.ask(call, &asked).await?) {
            results[*place] = found;
        }
        if call.kind == Kind::Event {
            self.find_out_whose(call, ids, &mut results).await?;
        }
        Ok(results)
    }

    /// What can't be read by itself may be an occurrence, which doesn't say whose it is: its series does.
    async fn find_out_whose<E: Env>(
        &self,
        call: &Call<'_, E>,
        ids: &[ExchangeId],
        results: &mut Results<Found>,
    ) -> Result<(), Stop> {
        let is_poison = |place: &usize| results[*place].as_ref().is_err_and(MailboxError::is_poison);
        let places: Vec<usize> = (0..ids.len()).filter(is_poison).collect();
        let bare: Vec<ExchangeId> = places.iter().filter_map(|place| bare_id(&ids[*place])).collect();
        let asked: Vec<Asked<'_>> = bare.iter().map(|id| Asked { id: ItemId::SeriesOf(id), of: None }).collect();
        let mut own = Vec::new();
        for ((place, id), series) in places.into_iter().zip(&bare).zip(self.ask(call, &asked).await?) {
            let Ok(series) = series else { continue };
            match series.exceptions.iter().find(|one| one.id == *id) {
                Some(Exception { original, .. }) => own.push((place, named_id(&series.id), *original)),
                // It is as its series has it again: as an item it is gone.
                None => {
                    let kind = MailboxErrorKind::NotFound;
                    results[place] = Err(MailboxError { kind, ..MailboxError::unanswered() });
                }
            }
        }
        let (places, own): (Vec<usize>, Vec<Own>) =
            own.into_iter().map(|(place, series, original)| (place, (ids[place].clone(), series, original))).unzip();
        let seen = self.occurrences(call, &own).await?;
        for ((place, (id, _, _)), seen) in places.into_iter().zip(own).zip(seen) {
            results[place] = seen.map(|seen| Found { id, seen, exceptions: Vec::new(), last_day: None });
        }
        Ok(())
    }

    /// Reads occurrences that are items of their own.
    async fn occurrences<E: Env>(&self, call: &Call<'_, E>, own: &[Own]) -> Result<Results<Seen>, Stop> {
        let bare: Vec<ExchangeId> = own.iter().filter_map(|(id, _, _)| bare_id(id)).collect();
        let asked: Vec<Asked<'_>> = bare
            .iter()
            .zip(own)
            .map(|(id, (_, series, original))| Asked { id: ItemId::Item(id), of: Some((series, *original)) })
            .collect();
        let found = self.ask(call, &asked).await?;
        Ok(found.into_iter().map(|found| found.map(|found| found.seen)).collect())
    }

    async fn ask<E: Env>(&self, call: &Call<'_, E>, asked: &[Asked<'_>]) -> Result<Results<Found>, Stop> {
        let request = |asked: &[Asked<'_>]| {
            let ids: Vec<ItemId<'_>> = asked.iter().map(|asked| asked.id).collect();
            get_item::request(&self.session, Shape::Of(call.kind), &ids)
        };
        let parse = |response: &_, asked: &[Asked<'_>]| get_item::parse(response, call.kind, asked, &call.wanted);
        self.read_each(&call.patience, (asked, BATCH_MAX), request, parse).await
    }
}

/// An item as it is in its place: of an event the engine knows the calendar that was asked for, the default one without a
/// name.
pub(super) fn placed(mut seen: Seen, kind: Kind, folder: &str) -> Seen {
    if kind == Kind::Event {
        seen.fields.put(Field::Folder, Value::text(folder));
    }
    seen
}

/// What is known of items, by their ids.
pub(super) type Known<T> = BTreeMap<ExchangeId, T>;
