//! Mails, and copies of those that the CRM sent.

use super::GraphMailbox;
use crate::Env;
use crate::mailbox::{Asked, Door, Each, MailboxError, MailboxErrorKind, Messages, batches};
use crate::round::Stop;
use crate::send::{ATTEMPTS_MAX, Patience, Sent, VendorError as _};
use mxs_core::mail::SeenMessage;
use mxs_core::{ExchangeId, Instant};
use mxs_graph::GraphError;
use mxs_graph::batch::BATCH_MAX;
use mxs_graph::delta::Next;
use mxs_graph::mail::changes::{self, FILTERED_MAX, ListedPage, MailPage};
use mxs_graph::mail::letters::{self, BodyForm, Letter};
use mxs_graph::mail::sent_copy::{self, SentByCrm};
use mxs_http::{HttpPort, Request, Response};
use std::cell::RefCell;

/// How much text the copies of one request hold: Graph takes four megabytes, and JSON needs more than the text.
const BATCH_BYTES_MAX: usize = 1_500_000;

/// Takes what a batch answered of the things at these places: answers those for which there was no time, and why.
type Take<'t> = dyn Fn(&Response, &[usize]) -> Result<Vec<(usize, GraphError)>, GraphError> + 't;

impl<P: HttpPort> Messages for GraphMailbox<'_, P> {
    const LETTERS_MAX: usize = BATCH_MAX;
    const TOLD_MAX: usize = FILTERED_MAX;

    async fn changes<E: Env>(
        &self,
        patience: &Patience<'_, E>,
        folder: &str,
        since: Instant,
        link: Option<&str>,
    ) -> Asked<MailPage> {
        let request = match link {
            None => changes::start(folder, since),
            Some(link) if Door::Graph.has_told(link) => changes::next(link),
            // How far the other door has read says nothing here.
            Some(_) => {
                let kind = MailboxErrorKind::TokenDead;
                return Ok(Err(MailboxError { kind, ..MailboxError::unanswered() }));
            }
        };
        Ok(patience.read(self.port, &request, changes::parse).await?.map_err(MailboxError::from))
    }

    async fn listed<E: Env>(
        &self,
        patience: &Patience<'_, E>,
        folder: &str,
        since: Instant,
        link: Option<&str>,
    ) -> Result<MailPage, Stop> {
        let request = link.map_or_else(|| changes::list(folder, since), changes::next);
        let ListedPage { items, next } = patience.must_read(self.port, &request, changes::parse_listed).await?;
        Ok(MailPage { items, next: next.map_or(Next::Done(String::new()), Next::Page) })
    }

    async fn glance<E: Env>(
        &self,
        patience: &Patience<'_, E>,
        items: &[ExchangeId],
    ) -> Result<Each<ExchangeId, SeenMessage>, Stop> {
        self.batch(patience, items, letters::glance, letters::parse_glance).await
    }

    async fn letters<E: Env>(
        &self,
        patience: &Patience<'_, E>,
        items: &[ExchangeId],
        form: BodyForm,
    ) -> Result<Each<ExchangeId, Letter>, Stop> {
        self.batch(patience, items, |items| letters::request(items, form), letters::parse).await
    }

    async fn copies<E: Env>(&self, patience: &Patience<'_, E>, ids: &[String]) -> Result<Each<String, bool>, Stop> {
        self.batch(patience, ids, sent_copy::find, sent_copy::parse_find).await
    }

    async fn copy<E: Env>(
        &self,
        patience: &Patience<'_, E>,
        mails: &[SentByCrm<'_>],
        mut made: impl FnMut(),
    ) -> Result<bool, Stop> {
        let mut sure = true;
        for chunk in batches(mails, BATCH_MAX, BATCH_BYTES_MAX) {
            let (mut open, mut asked_ms) = (chunk.to_vec(), None);
            for attempt in 1..=ATTEMPTS_MAX {
                patience.pause(attempt, asked_ms).await?;
                let parse = |response: &Response| sent_copy::parse(response, &open);
                let outcomes = match patience.write(self.port, &sent_copy::create(&open), parse).await? {
                    Sent::Answered(outcomes) => outcomes,
                    Sent::Refused(error) => return Err(Stop::Failed(error.failure())),
                    Sent::Unknown => return Ok(false),
                };
                let (mut busy, mut last) = (Vec::new(), None);
                for (mail, outcome) in open.into_iter().zip(outcomes) {
                    match outcome {
                        Ok(_) => made(),
                        Err(error) if error.throttled().is_some() => {
                            busy.push(mail);
                            last = Some(error);
                        }
                        // The server behind a gateway may have made it, and so it may where nobody understands its answer.
                        Err(error) if error.is_transient() || error.status < 300 => sure = false,
                        Err(error) => return Err(Stop::Failed(error.failure())),
                    }
                }
                open = busy;
                match last {
                    None => break,
                    Some(error) if attempt == ATTEMPTS_MAX => return Err(Stop::Failed(error.failure())),
                    Some(error) => asked_ms = error.retry_after_ms,
                }
            }
        }
        Ok(sure)
    }
}

impl<P: HttpPort> GraphMailbox<'_, P> {
    /// Reads messages, twenty in one request, and once more those for which the mailbox had no time: of a batch,
    /// four are worked on at once, and the others may be too many.
    async fn batch<E: Env, Id: Clone, T>(
        &self,
        patience: &Patience<'_, E>,
        items: &[Id],
        request: impl Fn(&[Id]) -> Request,
        parse: impl Fn(&Response, &[Id]) -> Result<Vec<Result<T, GraphError>>, GraphError>,
    ) -> Result<Each<Id, T>, Stop> {
        let found = RefCell::new(Vec::with_capacity(items.len()));
        let at = |places: &[usize]| places.iter().map(|place| items[*place].clone()).collect::<Vec<_>>();
        let ask = |places: &[usize]| request(&at(places));
        let take = |response: &Response, places: &[usize]| {
            let items = at(places);
            let (mut busy, mut answered) = (Vec::new(), Vec::new());
            for ((place, item), answer) in places.iter().zip(items.clone()).zip(parse(response, &items)?) {
                match answer {
                    Err(error) if error.is_transient() || error.status == 0 => busy.push((*place, error)),
                    answer => answered.push((item, answer.map_err(MailboxError::from))),
                }
            }
            found.borrow_mut().extend(answered);
            Ok(busy)
        };
        self.in_batches(patience, items.len(), &ask, &take).await?;
        Ok(found.into_inner())
    }

    /// Asks for so many things, of which `take` answers those for which there was no time. One function for all kinds of
    /// things, since each copy of an `async` function weighs on the tab.
    async fn in_batches<E: Env>(
        &self,
        patience: &Patience<'_, E>,
        count: usize,
        ask: &dyn Fn(&[usize]) -> Request,
        take: &Take<'_>,
    ) -> Result<(), Stop> {
        for start in (0..count).step_by(BATCH_MAX) {
            let (mut open, mut asked_ms) = ((start..count.min(start + BATCH_MAX)).collect::<Vec<_>>(), None);
            for attempt in 1..=ATTEMPTS_MAX {
                patience.pause(attempt, asked_ms).await?;
                let take = |response: &_| take(response, &open);
                let busy = patience.must_read(self.port, &ask(&open), take).await?;
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
}
