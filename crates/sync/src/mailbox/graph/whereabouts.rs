//! Where items are that left their place.

use super::GraphMailbox;
use crate::mailbox::{Call, MailboxErrorKind, Missing, Records, follow};
use crate::round::Stop;
use crate::trail::Trail;
use crate::{Env, Failure, Places};
use mxs_core::{CrmId, ExchangeId, Field, Kind, Observation, Seen, Value};
use mxs_graph::batch::{BATCH_MAX, Part, PartOutcome};
use mxs_graph::delta::DeltaItem;
use mxs_graph::folders::{self, DELETED_ITEMS};
use mxs_graph::{Place, calendars, marked};
use mxs_http::HttpPort;
use std::collections::{BTreeMap, BTreeSet};

/// The most pages of the list of calendars.
const CALENDARS_PAGES_MAX: u32 = 100;

impl<P: HttpPort> GraphMailbox<'_, P> {
    /// Items that left their place: were they deleted, moved to another one, or are they back?
    pub(super) async fn find_missing<E: Env>(
        &self,
        call: &Call<'_, E>,
        (chosen, places): (&Places, &[Place]),
        missing: &[Missing<'_>],
    ) -> Result<Records, Stop> {
        let mut records = Records::new();
        // In its calendar an event isn't found once it is in another one.
        let folder = |folder: &str| if call.kind == Kind::Event { String::new() } else { folder.to_owned() };
        let asked: Vec<_> = missing.iter().map(|missing| (missing.id.clone(), folder(missing.folder))).collect();
        let (mut found, mut nowhere) = (Vec::new(), Vec::new());
        for (missing, answer) in missing.iter().zip(super::Mailbox::get(self, call, &asked).await?.items) {
            let id = missing.id.clone();
            match answer {
                Ok(seen) => found.push((id, seen)),
                Err(error) if error.is_nowhere() => {
                    records.insert(id, Observation::Gone);
                    nowhere.push(*missing);
                }
                Err(error) if error.is_poison() => {
                    records.insert(id, Observation::Unreadable);
                }
                // It was another door's, and nobody knows where that item is now.
                Err(error) if error.kind == MailboxErrorKind::ForeignId => {
                    records.insert(id, Observation::Left);
                }
                Err(error) => return Err(Stop::Failed(error.failure())),
            }
        }
        if call.kind == Kind::Task && !nowhere.is_empty() && *chosen != Places::OwnTaskLists {
            self.find_tasks(call, places, &nowhere, &mut records).await?;
        }
        if found.is_empty() {
            return Ok(records);
        }
        match call.kind {
            Kind::Contact => self.find_contacts(call, places, found, &mut records).await?,
            Kind::Event => self.find_events(call, places, found, &mut records).await?,
            // A task is read through its list, and of lists that aren't chosen none is asked for: what answers is there.
            Kind::Task => records.extend(found.into_iter().map(|(id, seen)| (id, Observation::Present(seen)))),
        }
        Ok(records)
    }

    /// A task is asked for in its list, which doesn't know it once it is in another one. Some servers give it a new id
    /// there, too; its mark goes with it.
    async fn find_tasks<E: Env>(
        &self,
        call: &Call<'_, E>,
        places: &[Place],
        nowhere: &[Missing<'_>],
        records: &mut Records,
    ) -> Result<(), Stop> {
        let ids: BTreeSet<&ExchangeId> = nowhere.iter().map(|missing| missing.id).collect();
        let by_record: BTreeMap<&CrmId, &ExchangeId> =
            nowhere.iter().filter_map(|missing| Some((missing.record?, missing.id))).collect();
        let lists = self.find_task_lists(call, &BTreeMap::new(), true).await?.places;
        for list in lists.iter().filter(|list| !places.contains(list)) {
            let told = follow(self, call, list, None, 0).await?;
            let (told, _) = told.map_err(|error| Stop::Failed(error.failure()))?;
            for (id, item) in told {
                let DeltaItem::Present(seen) = item else { continue };
                let marked = seen.mark.as_ref().and_then(|mark| by_record.get(mark).copied());
                if let Some(known) = ids.get(&id).copied().or(marked) {
                    records.insert(known.clone(), Observation::Left);
                }
            }
        }
        Ok(())
    }

    /// Outlook deletes into Deleted Items, where a contact can still be read.
    async fn find_contacts<E: Env>(
        &self,
        call: &Call<'_, E>,
        places: &[Place],
        found: Vec<(ExchangeId, Seen)>,
        records: &mut Records,
    ) -> Result<(), Stop> {
        let mut elsewhere: BTreeMap<String, Vec<(ExchangeId, Seen)>> = BTreeMap::new();
        for (id, seen) in found {
            elsewhere.entry(seen.fields.text(Field::Folder).to_owned()).or_default().push((id, seen));
        }
        let default = self.must_read(call, &folders::default_folder(), folders::parse_default_folder).await?;
        let bin = self.must_read(call, &folders::contact_folder(DELETED_ITEMS), folders::parse_contact_folder).await?;
        for (folder, items) in elsewhere {
            // Moved away and back: the listing says nothing of it, the item is there.
            let is_here = places.iter().any(|place| match place {
                Place::Contacts => default.as_ref() == Some(&folder),
                place => place.folder() == Some(&folder),
            });
            let known = self.must_read(call, &folders::contact_folder(&folder), folders::parse_contact_folder).await?;
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
    async fn find_events<E: Env>(
        &self,
        call: &Call<'_, E>,
        places: &[Place],
        found: Vec<(ExchangeId, Seen)>,
        records: &mut Records,
    ) -> Result<(), Stop> {
        let is_chosen = |calendar: &str| places.iter().any(|place| place.folder() == Some(calendar));
        let default_counts = places.iter().any(|place| place.folder().is_none());
        let mut default = None;
        for chunk in found.chunks(BATCH_MAX) {
            let parts: Vec<Part<'_>> = chunk.iter().map(|(id, _)| Part::CalendarOf { id }).collect();
            for ((id, mut seen), answer) in chunk.iter().cloned().zip(self.read_parts(call, &parts).await?) {
                let calendar = match answer {
                    Ok(PartOutcome::Calendar(calendar)) => Some(calendar),
                    Ok(_) => return Err(Stop::Failed(Failure::MicrosoftAnswer)),
                    Err(error) if error.kind == MailboxErrorKind::NotFound => None,
                    Err(error) => return Err(Stop::Failed(error.failure())),
                };
                let observation = match calendar {
                    None => Observation::Gone,
                    Some(calendar) => {
                        if !is_chosen(&calendar) && default_counts && default.is_none() {
                            default = Some(self.default_calendar(call).await?);
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

    async fn default_calendar<E: Env>(&self, call: &Call<'_, E>) -> Result<String, Stop> {
        let (mut request, mut trail) = (calendars::list_start(), Trail::default());
        for _ in 0..CALENDARS_PAGES_MAX {
            let page = self.must_read(call, &request, calendars::parse_list).await?;
            if let Some(calendar) = page.calendars.into_iter().find(|calendar| calendar.is_default) {
                return Ok(calendar.id);
            }
            match page.next {
                Some(link) => {
                    trail.step(&link, Failure::MicrosoftAnswer)?;
                    request = calendars::list_next(&link);
                }
                None => break,
            }
        }
        Err(Stop::Failed(Failure::MicrosoftAnswer))
    }

    /// Events as they are now. In its calendar one that was deleted or moved isn't found.
    pub(super) async fn read_events_again<E: Env>(
        &self,
        call: &Call<'_, E>,
        items: &[Missing<'_>],
    ) -> Result<Records, Stop> {
        let default = match items.iter().any(|item| item.folder.is_empty()) {
            true => Some(self.default_calendar(call).await?),
            false => None,
        };
        let folder = |item: &Missing<'_>| match &default {
            Some(default) if item.folder.is_empty() => default.clone(),
            _ => item.folder.to_owned(),
        };
        let asked: Vec<_> = items.iter().map(|item| (item.id.clone(), folder(item))).collect();
        let got = super::Mailbox::get(self, call, &asked).await?;
        let mut records = Records::new();
        for ((id, _), answer) in asked.into_iter().zip(got.items) {
            let mut observation = crate::read_exchange::observation(answer)?;
            // The default calendar has no name among the places.
            if let Observation::Present(seen) = &mut observation
                && default.as_deref() == Some(seen.fields.text(Field::Folder))
            {
                seen.fields.put(Field::Folder, None);
            }
            records.insert(id, observation);
        }
        marked::drop_inherited(&mut records);
        Ok(records)
    }
}
