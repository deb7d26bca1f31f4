//! Where items are that left their place.
//!
//! An item that goes to another folder gets another id there, and so does one that goes to Deleted Items: that its id is
//! unknown says nothing. Its mark goes with it. So what became of an item is told by those that carry its mark:
//!
//! | its mark is on | the item |
//! |---|---|
//! | an item that this reading has told | goes on as that one |
//! | an item in a place that is read | is there, under its new id |
//! | an item in another folder | has left |
//! | an item in Deleted Items, or on none | is gone |
//!
//! One that isn't known to carry its mark is looked for all the same: a write may have marked it whose answer was lost.
//! Where nothing carries it, the item has left, which deletes nothing.

use super::EwsMailbox;
use super::folders::Folders;
use super::items::{Known, placed};
use crate::Env;
use crate::mailbox::door::named_id;
use crate::mailbox::{Call, MailboxErrorKind, Missing, Records};
use crate::round::Stop;
use mxs_core::{CrmId, ExchangeId, Field, Observation};
use mxs_ews::FolderId;
use mxs_ews::find_item::{self, FOLDERS_MAX, FoundPage, MARKS_MAX};
use mxs_graph::Place;
use mxs_graph::mark::Mark;
use mxs_http::HttpPort;
use std::collections::BTreeMap;

/// The items that carry marks, by the record that these name: each with its folder.
#[derive(Default)]
struct Marked<'m> {
    by_record: BTreeMap<&'m CrmId, Vec<(ExchangeId, String)>>,
    /// Records whose mark is on more items than an answer holds.
    untold: Vec<&'m CrmId>,
}

impl<P: HttpPort> EwsMailbox<'_, P> {
    /// Items that left their place: were they deleted, moved to another one, or are they back?
    pub(super) async fn find_missing<E: Env>(
        &self,
        call: &Call<'_, E>,
        places: &[Place],
        missing: &[Missing<'_>],
    ) -> Result<Records, Stop> {
        let mut records = Records::new();
        let ids: Vec<ExchangeId> = missing.iter().map(|missing| missing.id.clone()).collect();
        let (mut nowhere, mut here) = (Vec::new(), Vec::new());
        for (missing, found) in missing.iter().zip(self.found(call, &ids).await?) {
            let id = missing.id.clone();
            match found {
                Ok(found) => here.push((missing, found.seen)),
                Err(error) if error.is_nowhere() => nowhere.push(missing),
                Err(error) if error.is_poison() => drop(records.insert(id, Observation::Unreadable)),
                // It was another door's, and nobody knows where that item is now.
                Err(error) if error.kind == MailboxErrorKind::ForeignId => {
                    records.insert(id, Observation::Left);
                }
                Err(error) => return Err(Stop::Failed(error.failure())),
            }
        }
        let sought: Vec<&Missing<'_>> = nowhere.iter().copied().filter(|missing| is_sought(missing)).collect();
        // Without anybody to be placed, nobody has to know the folders.
        let folders = match here.is_empty() && sought.is_empty() {
            true => None,
            false => Some(self.folders(call).await?),
        };
        if let Some(folders) = &folders {
            for (missing, seen) in here {
                let folder = seen.fields.text(Field::Folder).to_owned();
                let observation = if folders.is_among(places, &folder) {
                    Observation::Present(placed(seen, call.kind, name_in(places, &folder)))
                } else if folders.is_in_bin(&folder) {
                    Observation::Gone
                } else {
                    Observation::Left
                };
                records.insert(missing.id.clone(), observation);
            }
            self.find_marked(call, (folders, places), &sought, &mut records).await?;
        }
        for missing in &nowhere {
            let found = if missing.is_carried_on { Observation::Left } else { Observation::Gone };
            records.entry(missing.id.clone()).or_insert(found);
        }
        follow_series(&nowhere, &mut records);
        Ok(records)
    }

    /// Looks for items by their marks.
    async fn find_marked<E: Env>(
        &self,
        call: &Call<'_, E>,
        (folders, places): (&Folders, &[Place]),
        sought: &[&Missing<'_>],
        records: &mut Records,
    ) -> Result<(), Stop> {
        let marked = self.marked_items(call, folders, sought).await?;
        let mut here: Known<String> = Known::new();
        for missing in sought {
            let Some(record) = missing.record else { continue };
            let found = marked.by_record.get(record).map(Vec::as_slice).unwrap_or_default();
            let is_alive = found.iter().any(|(_, folder)| !folders.is_in_bin(folder));
            // Of one that was never marked nothing tells that it is nowhere.
            let may_be_alive = found.is_empty() && !missing.is_marked;
            let is_left = is_alive || may_be_alive || marked.untold.contains(&record);
            records.insert(missing.id.clone(), if is_left { Observation::Left } else { Observation::Gone });
            let moved = found.iter().filter(|(_, folder)| folders.is_among(places, folder));
            here.extend(moved.map(|(id, folder)| (named_id(id), name_in(places, folder).to_owned())));
        }
        let items: Vec<(ExchangeId, String)> = here.into_iter().collect();
        let got = self.get_items(call, &items).await?;
        for ((id, _), answer) in items
            .into_iter()
            .zip(got.items)
            .chain(got.others.into_iter().map(|(id, answer)| ((id, String::new()), answer)))
        {
            records.insert(id, crate::read_exchange::observation(answer)?);
        }
        Ok(())
    }

    async fn marked_items<'m, E: Env>(
        &self,
        call: &Call<'_, E>,
        folders: &Folders,
        sought: &[&Missing<'m>],
    ) -> Result<Marked<'m>, Stop> {
        let org = call.wanted.org;
        let folders: Vec<FolderId> = folders.of(call.kind).into_iter().map(FolderId::Id).collect();
        let folders: Vec<&FolderId> = folders.iter().collect();
        let mut marked = Marked::default();
        for chunk in sought.chunks(MARKS_MAX) {
            let named: Vec<&'m CrmId> = chunk.iter().filter_map(|missing| missing.record).collect();
            let marks: Vec<Mark<'_>> = named.iter().map(|crm| Mark { org, crm }).collect();
            let request = |folders: &[&FolderId]| {
                let folders: Vec<FolderId> = folders.iter().map(|folder| (*folder).clone()).collect();
                find_item::marked_with(&self.session, &folders, &marks)
            };
            let parse =
                |response: &_, folders: &[&FolderId]| find_item::parse_marked_with(response, org, folders.len());
            let pages = self.read_each(&call.patience, (&folders, FOLDERS_MAX), request, parse).await?;
            for (folder, page) in folders.iter().zip(pages) {
                let FoundPage { items, next } = match page {
                    Ok(page) => page,
                    // Somebody has deleted the folder meanwhile, with all that was in it.
                    Err(error) if error.is_nowhere() => continue,
                    Err(error) => return Err(Stop::Failed(error.failure())),
                };
                if next.is_some() {
                    marked.untold.extend(&named);
                }
                let FolderId::Id(folder) = folder else { continue };
                for item in items {
                    let Some(record) = item.mark.and_then(|mark| named.iter().find(|own| ***own == mark)) else {
                        continue;
                    };
                    marked.by_record.entry(record).or_default().push((item.id, folder.clone()));
                }
            }
        }
        Ok(marked)
    }
}

/// Whether an item can be looked for by its mark.
fn is_sought(missing: &Missing<'_>) -> bool {
    missing.record.is_some() && !missing.is_carried_on
}

/// What the engine calls a folder: a default one has no name among the places.
fn name_in<'f>(places: &[Place], folder: &'f str) -> &'f str {
    if places.iter().any(|place| place.folder() == Some(folder)) { folder } else { "" }
}

/// Occurrences go where their series goes. Those that are items of their own are in no list of a folder's items.
fn follow_series(nowhere: &[&Missing<'_>], records: &mut Records) {
    for missing in nowhere.iter().filter(|missing| !missing.series.is_empty()) {
        let series = records.get(&ExchangeId::new(missing.series));
        if matches!(series, Some(Observation::Left)) && records.get(missing.id) == Some(&Observation::Gone) {
            records.insert(missing.id.clone(), Observation::Left);
        }
    }
}
