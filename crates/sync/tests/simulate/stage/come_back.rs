//! Items that leave the folder and come back.

use super::{Door, FIELDS, Stage};
use crate::coverage::Case;
use crate::place::Meanwhile;
use mxs_core::{Date, Link, Side};
use mxs_graph::Place;
use mxs_sync::{Places, Scope};
use serde_json::Value;

impl Stage {
    /// A person moves an item to another folder; answers which one it was.
    pub(crate) fn move_away(&mut self, place: u32) -> Option<String> {
        let (id, _) = self.record_at(Side::Exchange, place)?;
        Some(self.props.move_away(&mut self.world.borrow_mut(), &id))
    }

    /// Adds the other place that is read, if there is one.
    pub(super) fn add_elsewhere(&self, scope: &mut Scope, today: Date) {
        if let (Some(id), Places::These(places)) = (&self.elsewhere, &mut scope.places) {
            places.push(Place::Calendar { id: Some(id.clone()), window: mxs_sync::window(today, super::MONTHS_BACK) });
        }
    }

    /// A person moves an item to where runs look, from wherever it is.
    pub(crate) fn move_back(&mut self, id: &str) {
        self.props.move_back(&mut self.world.borrow_mut(), id);
    }

    /// Whether an item that is moved is still known to be of its link. A task gets a new id, by which only its mark is
    /// known; and it keeps the mark of a record that is gone, since To Do takes no second one.
    pub(super) fn is_known_after_a_move(&self, item: &str) -> bool {
        let memory = self.memory.borrow();
        let mut links = memory.state.links.values();
        let link = links.find(|link| self.item_of(&link.exchange) == item);
        let is_renamed = self.door != Door::Graph || !self.props.leaves_when_moved();
        // Between the last sync by one door and the first by the other nobody can tell who has left.
        let is_known = |link: &Link| self.has_told(&link.exchange);
        link.is_none_or(|link| is_known(link) && (!is_renamed || link.marked))
    }

    /// Whether an item that is deleted can be told from one that was moved, see [`Self::is_known_after_a_move`].
    pub(in crate::stage) fn is_known_after_a_delete(&self, item: &str) -> bool {
        let memory = self.memory.borrow();
        let link = memory.state.links.values().find(|link| self.item_of(&link.exchange) == item);
        link.is_none_or(|link| self.has_told(&link.exchange) && (self.door == Door::Graph || link.marked))
    }

    pub(super) fn move_away_and_back(&mut self, place: u32) {
        let found = self.record_at(Side::Exchange, place).filter(|(id, _)| self.is_known_after_a_move(id));
        if let Some((id, _)) = found {
            let moved = self.props.move_away(&mut self.world.borrow_mut(), &id);
            self.came_back(&moved);
        }
    }

    fn came_back(&mut self, id: &str) {
        self.move_back(id);
        self.watch.meet(Case::CameBackUntold);
        if !self.props.are_counted() {
            // Only a reading of everything tells.
            self.forget_cursors();
        }
    }

    /// A person deletes the folder that items are moved to.
    pub(crate) fn delete_folder(&mut self) {
        self.props.delete_place(&mut self.world.borrow_mut());
    }

    /// What it takes to delete the item of the first person in the CRM, for good or not; no matter whether
    /// somebody else was faster.
    pub(crate) fn deletes_the_first_persons_item(&self, for_good: bool) -> Meanwhile {
        let person = self.record_at(Side::Crm, 0).expect("a record").1;
        let mut items = (0..3).filter_map(|place| self.record_at(Side::Exchange, place));
        let (id, _) = items.find(|(_, other)| *other == person).expect("an item");
        let props = self.props;
        Box::new(move |world| {
            props.delete_item(world, &id, for_good);
        })
    }

    /// Takes an item back that was deleted and whose person has no other one. Only items with a name: of the
    /// others an interrupted run may have left a copy that nothing proves (`interrupted.rs` in the engine).
    pub(super) fn restore(&mut self) {
        // Whose record a colleague has is somebody new once the link is gone.
        if !self.handed_over.is_empty() {
            return;
        }
        let contents = self.contents();
        // Of those that look otherwise by now only the mark says which they are.
        let is_told = |item: &Value| {
            let marks = item["singleValueExtendedProperties"].as_array();
            (0..FIELDS).all(|field| !self.props.tells(field)) || marks.is_some_and(|marks| !marks.is_empty())
        };
        let deleted = self.props.deleted_items(&self.world.borrow());
        let absent = deleted
            .iter()
            .rev()
            .filter(|item| is_told(item))
            .map(|item| (item, self.props.name_in(item, Side::Exchange)))
            .find(|(_, name)| !name.is_empty() && !contents.contains_key(&(name.clone(), Side::Exchange)))
            .map(|(item, _)| item);
        if let Some(id) = absent.and_then(|item| item["id"].as_str()) {
            self.came_back(id);
        }
    }
}
