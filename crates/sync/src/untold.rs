//! Items of which a server that renames items would tell no end.
//!
//! Exchange Server tells that an item is gone to those alone whom it has told that it is there. What a run creates is told
//! to the next one, if it is still in its place by then; and what an earlier run was told before it died is told once
//! more, or not at all. So beside how far it was read is remembered that a run has begun to write, and which run has
//! created items since.

use crate::mailbox::Mailbox;
use crate::round::{Round, Stop};
use crate::undo::PAGES_MAX;
use crate::{Env, Failure, Store, StoreError};
use mxs_core::journal::What;
use mxs_core::{Cursors, ExchangeId, Field, Plan, RecordId, Side};
use mxs_http::HttpPort;
use std::collections::BTreeSet;

/// Where is stored that a run has begun to write and has not come to its end.
const UNFINISHED: &str = "ews:unfinished";

/// Where the run is stored that has created items since the places were read.
const CREATED: &str = "ews:created";

impl<M: Mailbox, C: HttpPort, S: Store, E: Env> Round<'_, '_, M, C, S, E> {
    /// Whether an earlier run may have remembered items that have gone since, and of which nobody tells.
    pub(crate) fn died_before(&self) -> bool {
        M::DOOR.renames() && self.state.cursors.exchange.contains_key(UNFINISHED)
    }

    /// Notes that the run begins to write. Without any reading before it there is nothing to be told from.
    pub(crate) fn note_beginning(&self, cursors: &mut Cursors, plan: &Plan) {
        let is_idle = plan.changes.is_empty() && plan.marks.is_empty() && plan.writes() == 0;
        if M::DOOR.renames() && !cursors.exchange.is_empty() && !is_idle {
            cursors.exchange.insert(UNFINISHED.to_owned(), self.sync.run.to_string());
        }
    }

    /// Notes what the run has created since the places were read.
    pub(crate) fn note_end(&self, cursors: &mut Cursors) {
        if M::DOOR.renames() && self.has_created(Side::Exchange) {
            cursors.exchange.insert(CREATED.to_owned(), self.sync.run.to_string());
        }
    }

    /// What an earlier run has created since the places were read; `None` where that is no longer known.
    pub(crate) async fn created_before(&self) -> Result<Option<BTreeSet<ExchangeId>>, Stop> {
        let mut created = BTreeSet::new();
        let run = self.state.cursors.exchange.get(CREATED).filter(|_| M::DOOR.renames());
        let Some(run) = run.and_then(|run| run.parse().ok()) else { return Ok(Some(created)) };
        let mut after: Option<String> = None;
        for _ in 0..PAGES_MAX {
            let page = match self.sync.store.entries_of(run, after.as_deref()).await {
                Ok(page) => page,
                Err(StoreError::Forgotten) => return Ok(None),
                Err(error) => return Err(error.into()),
            };
            let made = page.entries.into_iter().filter(|entry| entry.what == What::Created(Side::Exchange));
            created.extend(made.map(|entry| entry.exchange));
            after = page.next;
            if after.is_none() {
                return Ok(Some(created));
            }
        }
        Err(Stop::Failed(Failure::MicrosoftAnswer))
    }

    /// Those of these items that are linked, and of the copies that were begun those that exist, if nothing is told of
    /// them: each with where it was.
    pub(crate) async fn untold(
        &mut self,
        created: BTreeSet<ExchangeId>,
        is_told: impl Fn(&ExchangeId) -> bool,
    ) -> Result<Vec<(ExchangeId, String)>, Stop> {
        if !M::DOOR.renames() {
            return Ok(Vec::new());
        }
        let unseen: Vec<ExchangeId> = created.into_iter().filter(|item| !is_told(item)).collect();
        self.know(unseen.iter().cloned().map(RecordId::Exchange)).await?;
        let links = unseen.iter().filter_map(|item| self.state.links.get(item));
        let linked = links.map(|link| (&link.exchange, &link.seen.as_ref().unwrap_or(&link.base).exchange));
        let begun = self.state.begun().filter_map(|intent| Some((intent.source.exchange()?, &intent.fields)));
        let all = linked.chain(begun.filter(|(item, _)| !is_told(item)));
        Ok(all.map(|(item, fields)| (item.clone(), fields.text(Field::Folder).to_owned())).collect())
    }
}
