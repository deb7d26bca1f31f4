//! Reading the mailbox.

use super::ports::MailStore;
use super::round::MailRound;
use crate::round::Stop;
use crate::send::VendorError as _;
use crate::{Env, Failure};
use mxs_core::ExchangeId;
use mxs_core::mail::{MailChange, MailReason, SeenMessage};
use mxs_graph::ErrorKind;
use mxs_graph::batch::BATCH_MAX;
use mxs_graph::contacts::Next;
use mxs_graph::mail::changes::{self, FILTERED_MAX, MailItem};
use mxs_graph::mail::letters;
use mxs_http::{HttpPort, Request};
use std::collections::BTreeMap;

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
        let (mut request, mut count) = (first, 0);
        for _ in 0..PAGES_MAX {
            let page = match self.run.read(self.run.graph, &request, changes::parse).await? {
                Ok(page) => page,
                Err(error) if matches!(error.kind, ErrorKind::TokenDead | ErrorKind::NotFound) => {
                    return Ok(Err(error.kind));
                }
                Err(error) => return Err(Stop::Failed(error.failure())),
            };
            count += page.items.len();
            self.take(page.items, seen).await?;
            match page.next {
                Next::Page(link) => request = changes::next(&link),
                Next::Done(link) => return Ok(Ok((link, count))),
            }
        }
        Err(Stop::Failed(Failure::MicrosoftAnswer))
    }

    /// Lists the window of a folder, where the round of changes didn't tell all of it.
    async fn list_folder(&mut self, folder: &str, seen: &mut Seen) -> Result<(), Stop> {
        let mut request = changes::list(folder, self.policy.since);
        for _ in 0..PAGES_MAX {
            let page = self.run.must_read(self.run.graph, &request, changes::parse_listed).await?;
            self.take(page.items, seen).await?;
            match page.next {
                Some(link) => request = changes::next(&link),
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
        for items in items.chunks(BATCH_MAX) {
            let request = letters::glance(items);
            let answers =
                self.run.must_read(self.run.graph, &request, |response| letters::parse_glance(response, items)).await?;
            for (item, answer) in items.iter().zip(answers) {
                match answer {
                    Ok(message) => {
                        seen.insert(item.clone(), message);
                    }
                    Err(error) if error.kind == ErrorKind::NotFound => self.vanished(item),
                    Err(error) => return Err(Stop::Failed(error.failure())),
                }
            }
        }
        Ok(())
    }

    /// A message was deleted, or moved to a folder where, if it takes part, it is told of under a new id.
    pub(super) fn vanished(&mut self, item: &ExchangeId) {
        self.leave(item, None, MailReason::Vanished);
        self.change([MailChange::Forget(item.clone())]);
    }
}
