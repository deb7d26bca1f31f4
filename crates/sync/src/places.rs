//! The places of a mailbox that a run reads, and how far each was read.

use crate::round::{Round, Stop};
use crate::send::VendorError as _;
use crate::trail::Trail;
use crate::{Env, Failure, Places, Store};
use mxs_graph::task_lists::{self, ListId, ListItem, Role};
use mxs_graph::{ErrorKind, Place, delta::Next};
use mxs_http::HttpPort;
use std::collections::{BTreeMap, BTreeSet};

/// The most pages of the list of task lists.
const LISTS_PAGES_MAX: u32 = 100;

/// Where the link is stored that tells which lists of tasks came and went.
const LISTS: &str = "lists";

/// Where the default list of tasks is stored.
const DEFAULT_LIST: &str = "default";

/// What the name of a list of tasks begins with, see [`Place::key`].
const LIST: &str = "list ";

/// How far places were read, by their names.
pub(crate) type Links = BTreeMap<String, String>;

/// The places of a run.
#[derive(Default)]
pub(crate) struct Here {
    /// The places; new items go to the first.
    pub(crate) places: Vec<Place>,
    /// What is to be stored beside how far each place was read.
    pub(crate) links: Links,
    /// Folders that are gone, and that linked items may have been in.
    pub(crate) lost: BTreeSet<String>,
}

impl<G: HttpPort, C: HttpPort, S: Store, E: Env> Round<'_, '_, G, C, S, E> {
    /// Finds out which places there are.
    pub(crate) async fn find_places(&self, anew: bool) -> Result<Here, Stop> {
        match &self.sync.scope.places {
            Places::These(places) => Ok(Here { places: places.clone(), ..Here::default() }),
            Places::OwnTaskLists => self.find_task_lists(anew).await,
        }
    }

    pub(crate) async fn find_task_lists(&self, anew: bool) -> Result<Here, Stop> {
        let known = &self.state.cursors.exchange;
        let before: BTreeSet<String> =
            known.keys().filter_map(|key| key.strip_prefix(LIST)).map(str::to_owned).collect();
        let mut cursor = known.get(LISTS).filter(|_| !anew);
        // Once more from the start if the link has died, or if it doesn't tell all of a list.
        for _ in 0..2 {
            let mut default = cursor.and_then(|_| known.get(DEFAULT_LIST)).cloned();
            let mut own = if cursor.is_some() { before.clone() } else { BTreeSet::new() };
            let mut request = cursor.map_or_else(task_lists::delta_start, |link| task_lists::delta_next(link));
            let (mut end, mut trail) = (None, Trail::default());
            let mut is_whole = true;
            for _ in 0..LISTS_PAGES_MAX {
                let page = match self.sync.patience().read(self.sync.graph, &request, task_lists::parse_delta).await? {
                    Ok(page) => page,
                    Err(error) if error.kind == ErrorKind::TokenDead && cursor.is_some() => break,
                    Err(error) => return Err(Stop::Failed(error.failure())),
                };
                for (id, item) in page.items {
                    let id = id.as_str().to_owned();
                    match item {
                        ListItem::Present(list) if list.role == Role::FlaggedEmails || !list.is_owner => {
                            own.remove(&id);
                        }
                        ListItem::Present(list) => {
                            if list.role == Role::Default {
                                default = Some(id.clone());
                            }
                            own.insert(id);
                        }
                        ListItem::Changed => is_whole = false,
                        ListItem::Removed => {
                            own.remove(&id);
                        }
                    }
                }
                match page.next {
                    Next::Page(link) if trail.step(&link, Failure::MicrosoftAnswer).is_err() => break,
                    Next::Page(link) => request = task_lists::delta_next(&link),
                    Next::Done(link) => {
                        end = Some(link);
                        break;
                    }
                }
            }
            match (end, default) {
                (Some(link), Some(default)) if is_whole && own.contains(&default) => {
                    return Ok(here(link, default, own, &before));
                }
                _ => cursor = None,
            }
        }
        Err(Stop::Failed(Failure::MicrosoftAnswer))
    }
}

fn here(link: String, default: String, mut own: BTreeSet<String>, before: &BTreeSet<String>) -> Here {
    let lost = before.difference(&own).cloned().collect();
    own.remove(&default);
    let lists = std::iter::once(default.clone()).chain(own);
    Here {
        places: lists.map(|id| Place::TaskList(ListId::new(id))).collect(),
        links: Links::from([(LISTS.to_owned(), link), (DEFAULT_LIST.to_owned(), default)]),
        lost,
    }
}
