//! Reading the mailbox.

use super::ports::MailStore;
use super::round::MailRound;
use crate::round::Stop;
use crate::send::{ATTEMPTS_MAX, VendorError as _};
use crate::trail::Trail;
use crate::{Env, Failure};
use mxs_core::ExchangeId;
use mxs_core::mail::{MailChange, MailReason, SeenMessage};
use mxs_graph::batch::BATCH_MAX;
use mxs_graph::delta::Next;
use mxs_graph::mail::changes::{self, FILTERED_MAX, MailItem};
use mxs_graph::mail::letters;
use mxs_graph::{ErrorKind, GraphError};
use mxs_http::{HttpPort, Request, Response};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// Takes what a batch answered of the things at these places: answers those for which there was no time, and why.
type Take<'t> = dyn Fn(&Response, &[usize]) -> Result<Vec<(usize, GraphError)>, GraphError> + 't;

/// The most pages of one folder, at 200 messages each.
const PAGES_MAX: u32 = 5_000;

type Seen = BTreeMap<ExchangeId, SeenMessage>;

impl<G: HttpPort, C: HttpPort, S: MailStore, E: Env> MailRound<'_, '_, G, C, S, E> {
    /// Reads what changed in a folder, or all of its window; answers with how far, or with nothing where there is no
    /// such folder any more.
    pub(super) async fn read_folder(&mut self, folder: &str, seen: &mut Seen) -> Result<Option<String>, Stop> {
        if let Some(cursor) = self.state.folders.get(folder).cloned() {
            match self.follow(changes::next(&cursor), seen).await? {
                Ok((cursor, _)) => return Ok(Some(cursor)),
                Err(ErrorKind::TokenDead) => self.change([MailChange::ForgetFolder(folder.to_owned())]),
                Err(ErrorKind::NotFound) => return Ok(self.folder_is_gone(folder)),
                Err(_) => return Err(Stop::Failed(Failure::MicrosoftAnswer)),
            }
        }
        match self.follow(changes::start(folder, self.policy.since), seen).await? {
            Ok((cursor, count)) => {
                if count >= FILTERED_MAX {
                    self.list_folder(folder, seen).await?;
                }
                Ok(Some(cursor))
            }
            Err(ErrorKind::NotFound) => Ok(self.folder_is_gone(folder)),
            Err(_) => Err(Stop::Failed(Failure::MicrosoftAnswer)),
        }
    }

    fn folder_is_gone(&mut self, folder: &str) -> Option<String> {
        self.change([MailChange::ForgetFolder(folder.to_owned())]);
        None
    }

    /// Follows a round of changes to its end; answers with the link for the next one and how many messages it told.
    /// The error is one that the caller knows what to do about.
    async fn follow(&mut self, first: Request, seen: &mut Seen) -> Result<Result<(String, usize), ErrorKind>, Stop> {
        let (mut request, mut count, mut trail) = (first, 0, Trail::default());
        for _ in 0..PAGES_MAX {
            let page = match self.run.patience().read(self.run.graph, &request, changes::parse).await? {
                Ok(page) => page,
                Err(error) if matches!(error.kind, ErrorKind::TokenDead | ErrorKind::NotFound) => {
                    return Ok(Err(error.kind));
                }
                Err(error) => return Err(Stop::Failed(error.failure())),
            };
            count += page.items.len();
            self.take(page.items, seen).await?;
            match page.next {
                Next::Page(link) => {
                    trail.step(&link, Failure::MicrosoftAnswer)?;
                    request = changes::next(&link);
                }
                Next::Done(link) => return Ok(Ok((link, count))),
            }
        }
        Err(Stop::Failed(Failure::MicrosoftAnswer))
    }

    /// Lists the window of a folder, where the round of changes didn't tell all of it.
    async fn list_folder(&mut self, folder: &str, seen: &mut Seen) -> Result<(), Stop> {
        let (mut request, mut trail) = (changes::list(folder, self.policy.since), Trail::default());
        for _ in 0..PAGES_MAX {
            let page = self.run.patience().must_read(self.run.graph, &request, changes::parse_listed).await?;
            self.take(page.items, seen).await?;
            match page.next {
                Some(link) => {
                    trail.step(&link, Failure::MicrosoftAnswer)?;
                    request = changes::next(&link);
                }
                None => return Ok(()),
            }
        }
        Err(Stop::Failed(Failure::MicrosoftAnswer))
    }

    /// Takes in what a page says; the last word counts.
    async fn take(&mut self, items: Vec<(ExchangeId, MailItem)>, seen: &mut Seen) -> Result<(), Stop> {
        let mut partial = Vec::new();
        for (id, item) in items {
            match item {
                MailItem::Present(message) => {
                    seen.insert(id, *message);
                }
                MailItem::Changed => partial.push(id),
                MailItem::Removed => {
                    seen.remove(&id);
                    if self.state.remembered.contains_key(&id) {
                        self.change([MailChange::Forget(id)]);
                    }
                }
            }
        }
        self.glance(&partial, seen).await
    }

    /// Reads messages by themselves, as a listing shows them. One that is gone is forgotten.
    pub(super) async fn glance(&mut self, items: &[ExchangeId], seen: &mut Seen) -> Result<(), Stop> {
        for (item, answer) in self.batch(items, letters::glance, letters::parse_glance).await? {
            match answer {
                Ok(message) => {
                    seen.insert(item, message);
                }
                Err(error) if error.kind == ErrorKind::NotFound => self.vanished(&item),
                Err(_) => self.leave(&item, None, MailReason::Unreadable),
            }
        }
        Ok(())
    }

    /// Reads messages, twenty in one request, and once more those for which the mailbox had no time: of a batch,
    /// four are worked on at once, and the others may be too many.
    pub(super) async fn batch<Id: Clone, T>(
        &self,
        items: &[Id],
        request: impl Fn(&[Id]) -> Request,
        parse: impl Fn(&Response, &[Id]) -> Result<Vec<Result<T, GraphError>>, GraphError>,
    ) -> Result<Vec<(Id, Result<T, GraphError>)>, Stop> {
        let found = RefCell::new(Vec::with_capacity(items.len()));
        let at = |places: &[usize]| places.iter().map(|place| items[*place].clone()).collect::<Vec<_>>();
        let ask = |places: &[usize]| request(&at(places));
        let take = |response: &Response, places: &[usize]| {
            let items = at(places);
            let (mut busy, mut answered) = (Vec::new(), Vec::new());
            for ((place, item), answer) in places.iter().zip(items.clone()).zip(parse(response, &items)?) {
                match answer {
                    Err(error) if error.is_transient() || error.status == 0 => busy.push((*place, error)),
                    answer => answered.push((item, answer)),
                }
            }
            found.borrow_mut().extend(answered);
            Ok(busy)
        };
        self.in_batches(items.len(), &ask, &take).await?;
        Ok(found.into_inner())
    }

    /// Asks for so many things, of which `take` answers those for which there was no time. One function for all kinds of
    /// things, since each copy of an `async` function weighs on the tab.
    async fn in_batches(&self, count: usize, ask: &dyn Fn(&[usize]) -> Request, take: &Take<'_>) -> Result<(), Stop> {
        for start in (0..count).step_by(BATCH_MAX) {
            let (mut open, mut asked_ms) = ((start..count.min(start + BATCH_MAX)).collect::<Vec<_>>(), None);
            for attempt in 1..=ATTEMPTS_MAX {
                self.run.patience().pause(attempt, asked_ms).await?;
                let take = |response: &_| take(response, &open);
                let busy = self.run.patience().must_read(self.run.graph, &ask(&open), take).await?;
                let Some((_, error)) = busy.last() else { break };
                if attempt == ATTEMPTS_MAX {
                    return Err(Stop::Failed(error.failure()));
                }
                asked_ms = error.retry_after_ms;
                open = busy.into_iter().map(|(place, _)| place).collect();
            }
        }
        Ok(())
    }

    /// A message was deleted, or moved to a folder where, if it takes part, it is told of under a new id.
    pub(super) fn vanished(&mut self, item: &ExchangeId) {
        self.moved = true;
        self.leave(item, None, MailReason::Vanished);
        self.change([MailChange::Forget(item.clone())]);
    }
}
