//! A mailbox, by whichever door: what a run wants of it, in the words that both doors share.
//!
//! A door is a vendor's protocol for one and the same store. What is asked in how many requests is its own business, and
//! so is what is tried again: each request has the run's [`Patience`]. What it means for a record is the run's.

mod door;
mod error;
mod ews;
mod graph;

pub(crate) use door::Door;
pub(crate) use error::{MailboxError, MailboxErrorKind};
pub use ews::EwsMailbox;
pub use graph::GraphMailbox;

use crate::places::{Here, Links};
use crate::round::Stop;
use crate::send::Patience;
use crate::trail::Trail;
use crate::{Env, Failure, Phase, Places, Progress};
use mxs_core::mail::SeenMessage;
use mxs_core::{CrmId, Date, ExchangeId, Field, Fields, Instant, Kind, Mails, Observation, Patch, Seen};
use mxs_graph::batch::{Part, PartOutcome};
use mxs_graph::delta::{DeltaItem, DeltaPage, Next};
use mxs_graph::mail::changes::MailPage;
use mxs_graph::mail::letters::{BodyForm, Letter};
use mxs_graph::mail::sent_copy::SentByCrm;
use mxs_graph::marked::MarkedPage;
use mxs_graph::tasks::TimeZone;
use mxs_graph::{Place, Wanted};
use std::collections::BTreeMap;
use std::future::Future;

/// The most pages of one reading: a mailbox of five million contacts is a loop.
pub(crate) const PAGES_MAX: u32 = 10_000;

/// What became of the items that were asked for.
pub(crate) type Records = BTreeMap<ExchangeId, Observation>;

/// What became of one part of several.
pub(crate) type PartResult = Result<PartOutcome, MailboxError>;

/// An answer that waiting doesn't mend is the inner error; the outer ends the run.
pub(crate) type Asked<T> = Result<Result<T, MailboxError>, Stop>;

/// What all calls of a run have in common.
pub struct Call<'r, E> {
    pub(crate) patience: Patience<'r, E>,
    pub(crate) wanted: Wanted<'r>,
    pub(crate) kind: Kind,
    /// Whether people may be told of what is written.
    pub(crate) mails: Mails,
}

/// Items that were asked for.
#[derive(Default)]
pub struct Got {
    /// What became of each, in their order.
    pub(crate) items: Vec<Result<Seen, MailboxError>>,
    /// Occurrences that are items of their own, of the series among them, where pages don't tell these.
    pub(crate) others: Vec<(ExchangeId, Result<Seen, MailboxError>)>,
    /// The last days of series that end, where pages tell those that are over, too.
    pub(crate) last_days: BTreeMap<ExchangeId, Date>,
}

/// What became of writes.
pub struct Answered {
    /// Of each, in their order.
    pub(crate) results: Vec<PartResult>,
    /// Whether no answer came, so that to write on would be in the dark.
    pub(crate) is_lost: bool,
}

/// An item that is known, and that its place doesn't list any more.
#[derive(Clone, Copy)]
pub struct Missing<'a> {
    /// The item.
    pub(crate) id: &'a ExchangeId,
    /// Where it was.
    pub(crate) folder: &'a str,
    /// The record that it is linked with.
    pub(crate) record: Option<&'a CrmId>,
    /// Whether it carries that record's mark.
    pub(crate) is_marked: bool,
    /// Whether another item was told that carries it, and goes on for this one.
    pub(crate) is_carried_on: bool,
    /// Of an occurrence that is an item of its own: its series. Else empty.
    pub(crate) series: &'a str,
}

/// One mailbox.
///
/// Nobody outside can make another door: what its methods take and answer has no name there.
pub trait Mailbox: Messages {
    /// The most parts of one reading, or of one writing.
    const BATCH_MAX: usize;

    /// Which door it is.
    const DOOR: Door;

    /// Whether [`Part::Update`] can write the mark.
    fn carries_mark(kind: Kind) -> bool;

    /// Whether [`Part::Update`] needs the body that [`Part::Body`] reads.
    fn needs_body(kind: Kind, patch: &Patch, current: &Fields) -> bool;

    /// The first field of `patch` that the mailbox has no way to say in an item that now holds `current`; for a creation
    /// that is nothing.
    fn unwritable(&self, kind: Kind, patch: &Patch, current: &Fields, user: Option<&TimeZone>) -> Option<Field>;

    /// Finds the user's own lists of tasks, by what was `known` of them, or `anew`.
    fn task_lists<E: Env>(
        &self,
        call: &Call<'_, E>,
        known: &Links,
        anew: bool,
    ) -> impl Future<Output = Result<Here, Stop>>;

    /// Reads one page of a place: the first, or the one that an earlier page names.
    fn page<E: Env>(
        &self,
        call: &Call<'_, E>,
        place: &Place,
        link: Option<&str>,
    ) -> impl Future<Output = Asked<DeltaPage>>;

    /// Reads one page of those items of a place that carry a mark; `None` where [`Mailbox::page`] and [`Mailbox::get`]
    /// tell all marks.
    fn marked<E: Env>(
        &self,
        call: &Call<'_, E>,
        place: &Place,
        link: Option<&str>,
    ) -> impl Future<Output = Result<Option<MarkedPage>, Stop>>;

    /// How many items a place holds; `None` where that says nothing.
    fn count<E: Env>(&self, call: &Call<'_, E>, place: &Place) -> impl Future<Output = Result<Option<u64>, Stop>>;

    /// Reads items, each in its folder.
    fn get<E: Env>(
        &self,
        call: &Call<'_, E>,
        items: &[(ExchangeId, String)],
    ) -> impl Future<Output = Result<Got, Stop>>;

    /// Finds out what became of items that left their places: were they deleted, moved to another one, or are they back?
    /// `chosen` is what is read, and `places` are those that it is.
    fn find<E: Env>(
        &self,
        call: &Call<'_, E>,
        among: (&Places, &[Place]),
        missing: &[Missing<'_>],
    ) -> impl Future<Output = Result<Records, Stop>>;

    /// Reads these items as they are now, each in its folder.
    fn read_again<E: Env>(
        &self,
        call: &Call<'_, E>,
        among: (&Places, &[Place]),
        items: &[Missing<'_>],
    ) -> impl Future<Output = Result<Records, Stop>>;

    /// Carries out parts that read; those that fail for the moment are tried again.
    fn read<E: Env>(
        &self,
        call: &Call<'_, E>,
        parts: &[Part<'_>],
    ) -> impl Future<Output = Result<Vec<PartResult>, Stop>>;

    /// Carries out parts that write; those that certainly weren't done are tried again, the others are not.
    fn write<E: Env>(&self, call: &Call<'_, E>, parts: &[Part<'_>]) -> impl Future<Output = Result<Answered, Stop>>;
}

/// What became of each of several things that were asked for.
pub(crate) type Each<Id, T> = Vec<(Id, Result<T, MailboxError>)>;

/// The mails of one mailbox.
pub trait Messages {
    /// How many messages are given away at once.
    const LETTERS_MAX: usize;

    /// The most messages that the first round of changes tells; where there may be more, the folder is listed.
    const TOLD_MAX: usize;

    /// Reads one page of changes of a folder: the first, of messages that came at `since` or later, or the one that an
    /// earlier page names.
    fn changes<E: Env>(
        &self,
        patience: &Patience<'_, E>,
        folder: &str,
        since: Instant,
        link: Option<&str>,
    ) -> impl Future<Output = Asked<MailPage>>;

    /// Reads one page of the messages of a folder; the link is of the next page.
    fn listed<E: Env>(
        &self,
        patience: &Patience<'_, E>,
        folder: &str,
        since: Instant,
        link: Option<&str>,
    ) -> impl Future<Output = Result<MailPage, Stop>>;

    /// Reads messages, as a listing shows them.
    fn glance<E: Env>(
        &self,
        patience: &Patience<'_, E>,
        items: &[ExchangeId],
    ) -> impl Future<Output = Result<Each<ExchangeId, SeenMessage>, Stop>>;

    /// Reads messages with what they say.
    fn letters<E: Env>(
        &self,
        patience: &Patience<'_, E>,
        items: &[ExchangeId],
        form: BodyForm,
    ) -> impl Future<Output = Result<Each<ExchangeId, Letter>, Stop>>;

    /// Of which mails, by the CRM's ids of them, Sent Items has the copy.
    fn copies<E: Env>(
        &self,
        patience: &Patience<'_, E>,
        ids: &[String],
    ) -> impl Future<Output = Result<Each<String, bool>, Stop>>;

    /// Makes copies in Sent Items, and tells of each that is made; answers whether all are there now for certain.
    fn copy<E: Env>(
        &self,
        patience: &Patience<'_, E>,
        mails: &[SentByCrm<'_>],
        made: impl FnMut(),
    ) -> impl Future<Output = Result<bool, Stop>>;
}

/// Mails as they fit into one request each. One that is larger alone goes alone, and the vendor says what it thinks of
/// it.
pub(crate) fn batches<'m, 'a>(mails: &'m [SentByCrm<'a>], most: usize, bytes: usize) -> Vec<&'m [SentByCrm<'a>]> {
    let (mut batches, mut start, mut size) = (Vec::new(), 0, 0);
    for (place, mail) in mails.iter().enumerate() {
        size += mail.content.len();
        if place > start && (place - start == most || size > bytes) {
            batches.push(&mails[start..place]);
            (start, size) = (place, mail.content.len());
        }
    }
    batches.extend((start < mails.len()).then(|| &mails[start..]));
    batches
}

/// Reads a place from a link on, or from its beginning, to its end: what it told, and how to go on from there. `before`
/// is how many items were told by other places.
pub(crate) async fn follow<M: Mailbox, E: Env>(
    mailbox: &M,
    call: &Call<'_, E>,
    place: &Place,
    cursor: Option<&str>,
    before: usize,
) -> Asked<(BTreeMap<ExchangeId, DeltaItem>, String)> {
    let (mut items, mut trail) = (BTreeMap::new(), Trail::default());
    let mut link = cursor.map(str::to_owned);
    for _ in 0..PAGES_MAX {
        let page = match mailbox.page(call, place, link.as_deref()).await? {
            Ok(page) => page,
            Err(error) => return Ok(Err(error)),
        };
        items.extend(page.items);
        let done = (before + items.len()) as u32;
        call.patience.env.progress(Progress { phase: Phase::ReadingExchange, done, total: 0 });
        match page.next {
            Next::Done(link) => return Ok(Ok((items, link))),
            Next::Page(next) => {
                trail.step(&next, Failure::MicrosoftAnswer)?;
                link = Some(next);
            }
        }
    }
    Err(Stop::Failed(Failure::MicrosoftAnswer))
}
