//! By which door the mailbox is reached.

use super::{Acting, MAILBOX, Stage};
use crate::place::{MemoryStore, WorldEnv, WorldPort};
use mxs_core::{ExchangeId, Link, Preview, Scope};
use mxs_ews::{PATH, ServerVersion, Session};
use mxs_sync::{EwsMailbox, Failure, GraphMailbox, Mailbox, Report, Sync, UndoPreview, Undone};
use std::collections::BTreeSet;

/// What ids begin with that Exchange Web Services told.
const EWS: &str = "ews:";

/// The salesperson's name and password.
pub(super) const BASIC: &str = "Basic c2FsZXNAZXhhbXBsZS5jb206c2VjcmV0";

/// By which door the mailbox is reached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Door {
    /// Microsoft Graph.
    #[default]
    Graph,
    /// Exchange Web Services, of a server of this version.
    Ews(ServerVersion),
}

/// What can be done with a sync, whatever its door.
pub(crate) trait Running {
    fn run(&self) -> Acting<'_, Report>;
    fn preview(&self) -> Acting<'_, Result<Option<Preview>, Failure>>;
    fn undo(&self, run: u64) -> Acting<'_, Undone>;
    fn preview_undo(&self, run: u64) -> Acting<'_, Result<Option<UndoPreview>, Failure>>;
}

impl<M: Mailbox> Running for Sync<'_, M, WorldPort<'_>, MemoryStore<'_>, WorldEnv<'_>> {
    fn run(&self) -> Acting<'_, Report> {
        Box::pin(self.run())
    }

    fn preview(&self) -> Acting<'_, Result<Option<Preview>, Failure>> {
        Box::pin(self.preview())
    }

    fn undo(&self, run: u64) -> Acting<'_, Undone> {
        Box::pin(self.undo(run))
    }

    fn preview_undo(&self, run: u64) -> Acting<'_, Result<Option<UndoPreview>, Failure>> {
        Box::pin(self.preview_undo(run))
    }
}

/// A mailbox by Microsoft Graph.
pub(super) const fn graph<'p, 'w>(port: &'p WorldPort<'w>) -> GraphMailbox<'p, WorldPort<'w>> {
    GraphMailbox { port }
}

/// A mailbox by Exchange Web Services.
pub(super) const fn ews<'p, 'w>(port: &'p WorldPort<'w>, version: ServerVersion) -> EwsMailbox<'p, WorldPort<'w>> {
    EwsMailbox { port, session: Session { path: PATH, version, acts_for: None } }
}

impl Stage {
    /// The mailbox moves: from now on it is reached by another door.
    pub(crate) fn go_by(&mut self, door: Door) {
        self.door = door;
    }

    /// The mailbox moves, if every deletion in it is known by then: afterwards nobody can tell who has been there. Nor
    /// whose copy was begun, if both were edited since.
    pub(super) fn move_to(&mut self, door: Door) {
        let here: BTreeSet<String> = self.item_ids();
        let memory = self.memory.borrow();
        let is_there = |link: &Link| here.contains(&self.item_of(&link.exchange));
        let is_known = |link: &Link| matches!(link.scope, Scope::Left { .. }) || is_there(link);
        let are_known = memory.state.intents.is_empty() && memory.state.links.values().all(is_known);
        drop(memory);
        if are_known {
            self.go_by(door);
        }
    }

    fn item_ids(&self) -> BTreeSet<String> {
        let items = self.props.items(&self.world.borrow());
        items.iter().filter_map(|item| Some(item["id"].as_str()?.to_owned())).collect()
    }

    /// Whether the present door has told an id.
    pub(super) fn has_told(&self, item: &ExchangeId) -> bool {
        item.as_str().starts_with(EWS) == (self.door != Door::Graph)
    }

    /// The item that a link is of, as the world names it.
    pub(crate) fn item_of(&self, link: &ExchangeId) -> String {
        let Some(id) = link.as_str().strip_prefix(EWS) else { return link.as_str().to_owned() };
        let store_id = id.replace('/', "-").replace('+', "_");
        let world = self.world.borrow();
        let event = || world.microsoft.event(MAILBOX, &store_id);
        let found = self.props.items(&world).into_iter().find(|item| item["defaultId"] == store_id);
        let found = found.or_else(event);
        found.and_then(|item| Some(item["id"].as_str()?.to_owned())).unwrap_or_else(|| id.to_owned())
    }

    /// The items that are remembered without a partner, as the world names them.
    pub(crate) fn unlinked_items(&self) -> BTreeSet<String> {
        let memory = self.memory.borrow();
        memory.state.unlinked.keys().filter_map(|id| Some(self.item_of(id.exchange()?))).collect()
    }
}
