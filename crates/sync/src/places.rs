//! The places of a mailbox that a run reads, and how far each was read.

use crate::mailbox::Mailbox;
use crate::round::{Round, Stop};
use crate::{Env, Places, Store};
use mxs_graph::Place;
use mxs_http::HttpPort;
use std::collections::{BTreeMap, BTreeSet};

/// How far places were read, by their names.
pub(crate) type Links = BTreeMap<String, String>;

/// The places of a run.
#[derive(Default)]
pub struct Here {
    /// The places; new items go to the first.
    pub(crate) places: Vec<Place>,
    /// What is to be stored beside how far each place was read.
    pub(crate) links: Links,
    /// Folders that are gone, and that linked items may have been in.
    pub(crate) lost: BTreeSet<String>,
}

impl<M: Mailbox, C: HttpPort, S: Store, E: Env> Round<'_, '_, M, C, S, E> {
    /// Finds out which places there are.
    pub(crate) async fn find_places(&self, anew: bool) -> Result<Here, Stop> {
        match &self.sync.scope.places {
            Places::These(places) => Ok(Here { places: places.clone(), ..Here::default() }),
            Places::OwnTaskLists => {
                self.sync.mailbox.task_lists(&self.sync.call(), &self.state.cursors.exchange, anew).await
            }
        }
    }
}
