//! The user's own lists of To Do.

use super::GraphMailbox;
use crate::mailbox::Call;
use crate::places::{Here, Links};
use crate::round::Stop;
use crate::send::VendorError as _;
use crate::trail::Trail;
use crate::{Env, Failure};
use mxs_graph::delta::Next;
use mxs_graph::task_lists::{self, ListId, ListItem, Role};
use mxs_graph::{ErrorKind, Place};
use mxs_http::HttpPort;
use std::collections::BTreeSet;

/// The most pages of the list of task lists.
const LISTS_PAGES_MAX: u32 = 100;

/// Where the link is stored that tells which lists of tasks came and went.
const LISTS: &str = "lists";

/// Where the default list of tasks is stored.
const DEFAULT_LIST: &str = "default";

/// What the name of a list of tasks begins with, see [`Place::key`].
const LIST: &str = "list ";

impl<P: HttpPort> GraphMailbox<'_, P> {
    /// Follows which lists come and go.
    pub(super) async fn find_task_lists<E: Env>(
        &self,
        call: &Call<'_, E>,
        known: &Links,
        anew: bool,
    ) -> Result<Here, Stop> {
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
                let page = match call.patience.read(self.port, &request, task_lists::parse_delta).await? {
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
