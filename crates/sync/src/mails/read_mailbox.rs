//! Reading the mailbox.

use super::ports::MailStore;
use super::round::MailRound;
use crate::mailbox::{Mailbox, MailboxErrorKind};
use crate::round::Stop;
use crate::trail::Trail;
use crate::{Env, Failure};
use mxs_core::ExchangeId;
use mxs_core::mail::{MailChange, MailReason, SeenMessage};
use mxs_graph::delta::Next;
use mxs_graph::mail::changes::MailItem;
use mxs_http::HttpPort;
use std::collections::BTreeMap;

/// The most pages of one folder, at 200 messages each.
const PAGES_MAX: u32 = 5_000;

type Seen = BTreeMap<ExchangeId, SeenMessage>;

impl<M: Mailbox, C: HttpPort, S: MailStore, E: Env> MailRound<'_, '_, M, C, S, E> {
    /// Reads what changed in a folder, or all of its window; answers with how far, or with nothing where there is no
    /// such folder any more.
    pub(super) async fn read_folder(&mut self, folder: &str, seen: &mut Seen) -> Result<Option<String>, Stop> {
        if let Some(cursor) = self.state.folders.get(folder).cloned() {
            match self.follow(folder, Some(cursor), seen).await? {
                Ok((cursor, _)) => return Ok(Some(cursor)),
                Err(MailboxErrorKind::TokenDead) => self.change([MailChange::ForgetFolder(folder.to_owned())]),
                Err(MailboxErrorKind::NotFound) => return Ok(self.folder_is_gone(folder)),
                Err(_) => return Err(Stop::Failed(Failure::MicrosoftAnswer)),
            }
        }
        match self.follow(folder, None, seen).await? {
            Ok((cursor, count)) => {
                if count >= M::TOLD_MAX {
                    self.list_folder(folder, seen).await?;
                }
                Ok(Some(cursor))
            }
            Err(MailboxErrorKind::NotFound) => Ok(self.folder_is_gone(folder)),
            Err(_) => Err(Stop::Failed(Failure::MicrosoftAnswer)),
        }
    }

    fn folder_is_gone(&mut self, folder: &str) -> Option<String> {
        self.change([MailChange::ForgetFolder(folder.to_owned())]);
        None
    }

    /// Follows a round of changes to its end; answers with the link for the next one and how many messages it told.
    /// The error is one that the caller knows what to do about.
    async fn follow(
        &mut self,
        folder: &str,
        mut link: Option<String>,
        seen: &mut Seen,
    ) -> Result<Result<(String, usize), MailboxErrorKind>, Stop> {
        let (mut count, mut trail) = (0, Trail::default());
        for _ in 0..PAGES_MAX {
            let (since, link_now) = (self.policy.since, link.as_deref());
            let page = match self.run.mailbox.changes(&self.run.patience(), folder, since, link_now).await? {
                Ok(page) => page,
                Err(error) if matches!(error.kind, MailboxErrorKind::TokenDead | MailboxErrorKind::NotFound) => {
                    return Ok(Err(error.kind));
                }
                Err(error) => return Err(Stop::Failed(error.failure())),
            };
            count += page.items.len();
            self.take(page.items, seen).await?;
            match page.next {
                Next::Page(next) => {
                    trail.step(&next, Failure::MicrosoftAnswer)?;
                    link = Some(next);
                }
                Next::Done(link) => return Ok(Ok((link, count))),
            }
        }
        Err(Stop::Failed(Failure::MicrosoftAnswer))
    }

    /// Lists the window of a folder, where the round of changes didn't tell all of it.
    async fn list_folder(&mut self, folder: &str, seen: &mut Seen) -> Result<(), Stop> {
        let (mut link, mut trail) = (None::<String>, Trail::default());
        for _ in 0..PAGES_MAX {
            let (since, patience) = (self.policy.since, self.run.patience());
            let page = self.run.mailbox.listed(&patience, folder, since, link.as_deref()).await?;
            self.take(page.items, seen).await?;
            match page.next {
                Next::Page(next) => {
                    trail.step(&next, Failure::MicrosoftAnswer)?;
                    link = Some(next);
                }
                Next::Done(_) => return Ok(()),
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
        for (item, answer) in self.run.mailbox.glance(&self.run.patience(), items).await? {
            match answer {
                Ok(message) => {
                    seen.insert(item, message);
                }
                Err(error) if error.kind == MailboxErrorKind::NotFound => self.vanished(&item),
                Err(_) => self.leave(&item, None, MailReason::Unreadable),
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
