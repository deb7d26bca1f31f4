//! Mails, and copies of those that the CRM sent.

use super::EwsMailbox;
use super::ask::Results;
use crate::Env;
use crate::mailbox::door::{bare, bare_id, named, named_id};
use crate::mailbox::{Asked, Each, MailboxError, MailboxErrorKind, Messages};
use crate::round::Stop;
use crate::send::Patience;
use mxs_core::mail::SeenMessage;
use mxs_core::{ExchangeId, Instant};
use mxs_ews::sync_folder_items::{self, ItemChange, Sort};
use mxs_ews::{BATCH_MAX, Distinguished, FolderId, ItemId, Shape, get_item, sent_copy};
use mxs_graph::delta::Next;
use mxs_graph::mail::changes::{MailItem, MailPage};
use mxs_graph::mail::letters::{BodyForm, Letter};
use mxs_graph::mail::sent_copy::SentByCrm;
use mxs_http::{HttpPort, Request, Response};

/// How many messages are read at once with what they say: their bodies may be long, and answers have an end.
const LETTERS_MAX: usize = 20;

/// How much text the copies of one request hold: servers take some megabytes, and XML needs more than the text.
const COPIES_BYTES_MAX: usize = 1_500_000;

impl<P: HttpPort> Messages for EwsMailbox<'_, P> {
    const LETTERS_MAX: usize = LETTERS_MAX;
    // An answer says where it goes on until all is told.
    const TOLD_MAX: usize = usize::MAX;

    async fn changes<E: Env>(
        &self,
        patience: &Patience<'_, E>,
        folder: &str,
        since: Instant,
        link: Option<&str>,
    ) -> Asked<MailPage> {
        let state = match link.map(bare) {
            None => None,
            Some(Some(state)) => Some(state),
            // How far the other door has read says nothing here.
            Some(None) => {
                let kind = MailboxErrorKind::TokenDead;
                return Ok(Err(MailboxError { kind, ..MailboxError::unanswered() }));
            }
        };
        let id = Distinguished::named(folder).map_or_else(|| FolderId::Id(folder.to_owned()), FolderId::Distinguished);
        let request = sync_folder_items::request(&self.session, &id, Sort::Message, state);
        let page = match patience.read(self.port, &request, sync_folder_items::parse).await? {
            Ok(page) => page,
            Err(error) => return Ok(Err(error.into())),
        };
        let told = |change| match change {
            ItemChange::Removed { id } => Some((named_id(&id), MailItem::Removed)),
            ItemChange::Present { id, sort: Sort::Message, when, .. } => {
                // What is out of the window is read as little as Graph tells it.
                when.start.is_none_or(|received| received >= since).then(|| (named_id(&id), MailItem::Changed))
            }
            ItemChange::Present { .. } => None,
        };
        let state = named(&page.sync_state);
        let next = if page.more { Next::Page(state) } else { Next::Done(state) };
        Ok(Ok(MailPage { items: page.changes.into_iter().filter_map(told).collect(), next }))
    }

    async fn listed<E: Env>(
        &self,
        patience: &Patience<'_, E>,
        folder: &str,
        since: Instant,
        link: Option<&str>,
    ) -> Result<MailPage, Stop> {
        self.changes(patience, folder, since, link).await?.map_err(|error| Stop::Failed(error.failure()))
    }

    async fn glance<E: Env>(
        &self,
        patience: &Patience<'_, E>,
        items: &[ExchangeId],
    ) -> Result<Each<ExchangeId, SeenMessage>, Stop> {
        let parse = |response: &Response, asked: &[ItemId<'_>]| get_item::parse_glance(response, asked.len());
        let mut found = self.messages(patience, (items, BATCH_MAX), Shape::Glance, parse).await?;
        for (id, answer) in &mut found {
            if let Ok(seen) = answer {
                seen.item = id.clone();
            }
        }
        Ok(found)
    }

    async fn letters<E: Env>(
        &self,
        patience: &Patience<'_, E>,
        items: &[ExchangeId],
        form: BodyForm,
    ) -> Result<Each<ExchangeId, Letter>, Stop> {
        let parse = |response: &Response, asked: &[ItemId<'_>]| get_item::parse_letters(response, asked.len());
        let found = self.messages(patience, (items, LETTERS_MAX), Shape::Letter(form), parse).await?;
        let letter = |(id, answer): (ExchangeId, Result<(Letter, _), MailboxError>)| {
            let letter = answer.map(|(mut letter, _)| {
                letter.seen.item = id.clone();
                letter
            });
            (id, letter)
        };
        Ok(found.into_iter().map(letter).collect())
    }

    async fn copies<E: Env>(&self, patience: &Patience<'_, E>, ids: &[String]) -> Result<Each<String, bool>, Stop> {
        let asked: Vec<&str> = ids.iter().map(String::as_str).collect();
        let mut found = Vec::with_capacity(ids.len());
        for chunk in asked.chunks(sent_copy::IDS_MAX) {
            let parse = |response: &_| sent_copy::parse_find(response, chunk);
            let there = patience.must_read(self.port, &sent_copy::find(&self.session, chunk), parse).await?;
            found.extend(chunk.iter().map(|id| (*id).to_owned()).zip(there.into_iter().map(Ok)));
        }
        Ok(found)
    }

    async fn copy<E: Env>(
        &self,
        patience: &Patience<'_, E>,
        mails: &[SentByCrm<'_>],
        mut made: impl FnMut(),
    ) -> Result<bool, Stop> {
        let mut sure = true;
        for chunk in crate::mailbox::batches(mails, BATCH_MAX, COPIES_BYTES_MAX) {
            let request = |mails: &[SentByCrm<'_>]| sent_copy::create(&self.session, mails);
            let (results, is_lost) = self.write_each(patience, chunk, request, sent_copy::parse).await?;
            for result in results {
                match result {
                    Ok(_) => made(),
                    // The server may have made it, and so it may where nobody understands its answer.
                    Err(error)
                        if matches!(error.kind, MailboxErrorKind::Unavailable | MailboxErrorKind::Unreadable) =>
                    {
                        sure = false;
                    }
                    Err(error) => return Err(Stop::Failed(error.failure())),
                }
            }
            if is_lost {
                return Ok(false);
            }
        }
        Ok(sure)
    }
}

impl<P: HttpPort> EwsMailbox<'_, P> {
    /// Reads messages; those that the other door has told of are nowhere.
    async fn messages<E: Env, T>(
        &self,
        patience: &Patience<'_, E>,
        (items, size): (&[ExchangeId], usize),
        shape: Shape,
        parse: impl Fn(&Response, &[ItemId<'_>]) -> mxs_ews::Each<T>,
    ) -> Result<Each<ExchangeId, T>, Stop> {
        let bare: Vec<Option<ExchangeId>> = items.iter().map(bare_id).collect();
        let asked: Vec<ItemId<'_>> = bare.iter().flatten().map(ItemId::Item).collect();
        let request = |asked: &[ItemId<'_>]| -> Request { get_item::request(&self.session, shape, asked) };
        let found: Results<T> = self.read_each(patience, (&asked, size), request, parse).await?;
        let mut found = found.into_iter();
        let answer = |id: &Option<ExchangeId>| {
            let nowhere = MailboxError { kind: MailboxErrorKind::NotFound, ..MailboxError::unanswered() };
            id.as_ref().and_then(|_| found.next()).unwrap_or(Err(nowhere))
        };
        Ok(items.iter().cloned().zip(bare.iter().map(answer)).collect())
    }
}
