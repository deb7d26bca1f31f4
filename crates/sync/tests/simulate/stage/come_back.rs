//! Items that leave the folder and come back.

use super::{Stage, cast};
use crate::coverage::Case;
use crate::place::Meanwhile;
use mxs_core::Side;
use serde_json::Value;

/// The folder that items are moved to.
const FOLDER: &str = "Friends";

impl Stage {
    /// A person moves an item to another folder; answers which one it was.
    pub(crate) fn move_away(&mut self, place: u32) -> Option<String> {
        let (id, _) = self.record_at(Side::Exchange, place)?;
        self.world.borrow_mut().with_microsoft(|microsoft, context| {
            let folders = microsoft.snapshot()[cast::MAILBOX]["contactFolders"].clone();
            let folders = folders.as_array().into_iter().flatten();
            let known =
                folders.filter(|folder| folder["displayName"] == FOLDER).find_map(|folder| folder["id"].as_str());
            let folder = match known {
                Some(folder) => folder.to_owned(),
                None => microsoft.add_contact_folder(cast::MAILBOX, None, FOLDER, context).expect("a folder"),
            };
            microsoft.move_contact(cast::MAILBOX, &id, &folder, context).expect("a move");
        });
        Some(id)
    }

    /// A person moves an item to the folder of contacts, from wherever it is.
    pub(crate) fn move_back(&mut self, id: &str) {
        self.world.borrow_mut().with_microsoft(|microsoft, context| {
            microsoft.move_contact(cast::MAILBOX, id, "contacts", context).expect("a move");
        });
    }

    pub(super) fn move_away_and_back(&mut self, place: u32) {
        if let Some(id) = self.move_away(place) {
            self.move_back(&id);
            self.watch.meet(Case::CameBackUntold);
        }
    }

    /// A person deletes the folder that items are moved to.
    pub(crate) fn delete_folder(&mut self) {
        self.world.borrow_mut().with_microsoft(|microsoft, _| {
            let folder = microsoft.snapshot()[cast::MAILBOX]["contactFolders"][0]["id"].clone();
            microsoft.delete_contact_folder(cast::MAILBOX, folder.as_str().expect("a folder")).expect("it is there");
        });
    }

    /// What it takes to delete the item of the first person in the CRM, for good or not; no matter whether
    /// somebody else was faster.
    pub(crate) fn deletes_the_first_persons_item(&self, purge: bool) -> Meanwhile {
        let person = self.record_at(Side::Crm, 0).expect("a record").1;
        let mut items = (0..3).filter_map(|place| self.record_at(Side::Exchange, place));
        let (id, _) = items.find(|(_, other)| *other == person).expect("an item");
        Box::new(move |world| {
            world.with_microsoft(|microsoft, context| {
                let _ = if purge {
                    microsoft.purge_contact(cast::MAILBOX, &id, context)
                } else {
                    microsoft.delete_contact(cast::MAILBOX, &id, context)
                };
            });
        })
    }

    /// Takes an item back that was deleted and whose person has no other one. Only items with an address: of the
    /// others an interrupted run may have left a copy that nothing proves (`interrupted.rs` in the engine).
    pub(super) fn restore(&mut self) {
        let contents = self.contents();
        let mailbox = self.world.borrow().microsoft.snapshot()[cast::MAILBOX].clone();
        let deleted = ["recoverableItems", "deletedItems"].map(|folder| mailbox[folder].as_array().cloned());
        let deleted: Vec<Value> = deleted.into_iter().flatten().flatten().collect();
        let absent = deleted
            .iter()
            .rev()
            .map(|item| (item, cast::address_in(item, Side::Exchange)))
            .find(|(_, address)| !address.is_empty() && !contents.contains_key(&(address.clone(), Side::Exchange)))
            .map(|(item, _)| item);
        if let Some(id) = absent.and_then(|item| item["id"].as_str()) {
            self.move_back(id);
            self.watch.meet(Case::CameBackUntold);
        }
    }
}
