//! A mailbox on Exchange Server, by Exchange Web Services.
//!
//! What differs from Microsoft 365 is dealt with here:
//!
//! - An answer says which items changed, and never what is in them: they are read by a hundred.
//! - An item that goes to another folder gets another id, into Deleted Items too. What became of one that left its place
//!   is told by its mark, wherever in the mailbox an item carries it ([`whereabouts`]).
//! - A series is told, and names the occurrences that are items of their own ([`items`]).
//! - A meeting is saved quietly unless somebody says whom to tell ([`parts`]).

mod ask;
mod folders;
mod items;
mod mails;
mod parts;
mod whereabouts;

use super::door::named_id;
use super::{Answered, Asked, Call, Door, Got, Mailbox, MailboxError, MailboxErrorKind, Missing, PartResult, Records};
use crate::places::{Here, Links};
use crate::round::Stop;
use crate::{Env, Failure, Places};
use folders::folder_of;
use mxs_core::{ExchangeId, Field, Fields, Kind, Patch};
use mxs_ews::sync_folder_items::{self, ItemChange, Sort, When};
use mxs_ews::{BATCH_MAX, Session, find_item, update_item};
use mxs_graph::batch::Part;
use mxs_graph::delta::{DeltaItem, DeltaPage, Next};
use mxs_graph::marked::MarkedPage;
use mxs_graph::tasks::TimeZone;
use mxs_graph::{Place, Wanted, Window};
use mxs_http::HttpPort;

/// A mailbox that is reached by Exchange Web Services.
pub struct EwsMailbox<'p, P> {
    /// Sends to the server, with credentials that open the mailbox.
    pub port: &'p P,
    /// The server, the version that it speaks, and whose mailbox it is.
    pub session: Session<'p>,
}

impl<P: HttpPort> Mailbox for EwsMailbox<'_, P> {
    const BATCH_MAX: usize = BATCH_MAX;
    const DOOR: Door = Door::Ews;

    fn carries_mark(_: Kind) -> bool {
        true
    }

    fn needs_body(_: Kind, _: &Patch, _: &Fields) -> bool {
        // The body of an online meeting is not written here.
        false
    }

    fn unwritable(&self, kind: Kind, patch: &Patch, current: &Fields, user: Option<&TimeZone>) -> Option<Field> {
        let wanted = Wanted { org: "", zone: user, record_url: None };
        update_item::unwritable(&self.session, kind, patch, current, &wanted)
    }

    async fn task_lists<E: Env>(&self, call: &Call<'_, E>, known: &Links, _: bool) -> Result<Here, Stop> {
        self.find_task_lists(call, known).await
    }

    async fn page<E: Env>(&self, call: &Call<'_, E>, place: &Place, link: Option<&str>) -> Asked<DeltaPage> {
        let request = sync_folder_items::request(&self.session, &folder_of(place), Sort::Of(call.kind), link);
        let page = match call.patience.read(self.port, &request, sync_folder_items::parse).await? {
            Ok(page) => page,
            Err(error) => return Ok(Err(of_place(error.into()))),
        };
        let items = page.changes.into_iter().filter_map(|change| told(change, call.kind, place)).collect();
        let next = if page.more { Next::Page(page.sync_state) } else { Next::Done(page.sync_state) };
        Ok(Ok(DeltaPage { items, next }))
    }

    async fn marked<E: Env>(
        &self,
        call: &Call<'_, E>,
        place: &Place,
        link: Option<&str>,
    ) -> Result<Option<MarkedPage>, Stop> {
        // Whoever reads an item reads its mark; only of a calendar more than its window may be marked.
        let Place::Calendar { .. } = place else { return Ok(None) };
        let offset = link.map_or(Ok(0), str::parse).map_err(|_| Stop::Failed(Failure::MicrosoftAnswer))?;
        let request = find_item::marked(&self.session, &folder_of(place), offset);
        let parse = |response: &_| find_item::parse(response, call.wanted.org);
        let page = call.patience.must_read(self.port, &request, parse).await?;
        let items = page.items.into_iter().filter_map(|item| Some((named_id(&item.id), item.mark?))).collect();
        Ok(Some(MarkedPage { items, next: page.next.map(|next| next.to_string()) }))
    }

    async fn count<E: Env>(&self, _: &Call<'_, E>, _: &Place) -> Result<Option<u64>, Stop> {
        // Who comes back to a folder has a new id, and is told.
        Ok(None)
    }

    async fn get<E: Env>(&self, call: &Call<'_, E>, items: &[(ExchangeId, String)]) -> Result<Got, Stop> {
        self.get_items(call, items).await
    }

    async fn find<E: Env>(
        &self,
        call: &Call<'_, E>,
        (_, places): (&Places, &[Place]),
        missing: &[Missing<'_>],
    ) -> Result<Records, Stop> {
        self.find_missing(call, places, missing).await
    }

    async fn read_again<E: Env>(
        &self,
        call: &Call<'_, E>,
        (_, places): (&Places, &[Place]),
        items: &[Missing<'_>],
    ) -> Result<Records, Stop> {
        let mut records = self.find_missing(call, places, items).await?;
        // Who goes on under another id is the next sync's business.
        records.retain(|id, _| items.iter().any(|item| item.id == id));
        Ok(records)
    }

    async fn read<E: Env>(&self, call: &Call<'_, E>, parts: &[Part<'_>]) -> Result<Vec<PartResult>, Stop> {
        self.read_parts(call, parts).await
    }

    async fn write<E: Env>(&self, call: &Call<'_, E>, parts: &[Part<'_>]) -> Result<Answered, Stop> {
        self.write_parts(call, parts).await
    }
}

/// What a change of a folder tells of an item of this kind; `None` for other items.
fn told(change: ItemChange, kind: Kind, place: &Place) -> Option<(ExchangeId, DeltaItem)> {
    match change {
        ItemChange::Removed { id } => Some((named_id(&id), DeltaItem::Removed)),
        ItemChange::Present { sort, .. } if sort != Sort::Of(kind) => None,
        ItemChange::Present { id, when, .. } => {
            let is_here = match place {
                Place::Calendar { window, .. } => is_in(window, &when),
                Place::ContactFolder(_) | Place::Contacts | Place::TaskList(_) => true,
            };
            // As Graph tells it of a calendar's window: who is known is looked for.
            Some((named_id(&id), if is_here { DeltaItem::Changed } else { DeltaItem::Removed }))
        }
    }
}

/// Whether an event takes place in a window, as far as is told. When a series ends isn't: its rule says that.
fn is_in(window: &Window, when: &When) -> bool {
    let is_before = when.end.is_some_and(|end| end <= window.start.start()) && !when.repeats;
    let is_after = when.start.is_some_and(|start| start >= window.end.start());
    !is_before && !is_after
}

/// A folder that isn't there is a place that is gone, and so is one that the other door has named.
fn of_place(error: MailboxError) -> MailboxError {
    let is_gone = matches!(error.kind, MailboxErrorKind::NotFound | MailboxErrorKind::ForeignId);
    MailboxError { kind: if is_gone { MailboxErrorKind::PlaceGone } else { error.kind }, ..error }
}
