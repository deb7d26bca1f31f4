//! A mailbox on Microsoft 365, by Microsoft Graph.

mod mails;
mod parts;
mod task_lists;
mod whereabouts;

use super::{Answered, Asked, Call, Door, Got, Mailbox, MailboxError, MailboxErrorKind, Missing, PartResult, Records};
use crate::places::{Here, Links};
use crate::round::Stop;
use crate::{Env, Failure, Places};
use mxs_core::{ExchangeId, Field, Fields, Kind, Patch};
use mxs_graph::batch::{self, BATCH_MAX, Part, PartOutcome};
use mxs_graph::delta::{self, DeltaPage};
use mxs_graph::marked::{self, MarkedPage};
use mxs_graph::tasks::TimeZone;
use mxs_graph::{GraphError, Place};
use mxs_http::{HttpPort, Request, Response};

/// The HTTP status of a place that isn't there.
const NOT_FOUND: u16 = 404;

/// A mailbox that is reached by Microsoft Graph.
pub struct GraphMailbox<'p, P> {
    /// Sends to Microsoft Graph, with a token that opens the mailbox.
    pub port: &'p P,
}

impl<P: HttpPort> GraphMailbox<'_, P> {
    async fn must_read<T, E: Env>(
        &self,
        call: &Call<'_, E>,
        request: &Request,
        parse: impl Fn(&Response) -> Result<T, GraphError>,
    ) -> Result<T, Stop> {
        call.patience.must_read(self.port, request, parse).await
    }
}

impl<P: HttpPort> Mailbox for GraphMailbox<'_, P> {
    const BATCH_MAX: usize = BATCH_MAX;
    const DOOR: Door = Door::Graph;

    fn carries_mark(kind: Kind) -> bool {
        batch::carries_mark(kind)
    }

    fn needs_body(kind: Kind, patch: &Patch, current: &Fields) -> bool {
        batch::needs_body(kind, patch, current)
    }

    fn unwritable(&self, kind: Kind, patch: &Patch, current: &Fields, user: Option<&TimeZone>) -> Option<Field> {
        batch::unwritable(kind, patch, current, user)
    }

    async fn task_lists<E: Env>(&self, call: &Call<'_, E>, known: &Links, anew: bool) -> Result<Here, Stop> {
        self.find_task_lists(call, known, anew).await
    }

    async fn page<E: Env>(&self, call: &Call<'_, E>, place: &Place, link: Option<&str>) -> Asked<DeltaPage> {
        let wanted = &call.wanted;
        let request = match link {
            Some(link) => delta::next(place, link, wanted),
            None => delta::start(place, wanted),
        };
        let parse = |response: &_| delta::parse(place, response, wanted);
        Ok(call.patience.read(self.port, &request, parse).await?.map_err(of_place))
    }

    async fn marked<E: Env>(
        &self,
        call: &Call<'_, E>,
        place: &Place,
        link: Option<&str>,
    ) -> Result<Option<MarkedPage>, Stop> {
        // Where the pages themselves tell the marks there is nothing to ask for.
        let Some(request) = link.map(marked::next).or_else(|| marked::start(place)) else { return Ok(None) };
        let parse = |response: &_| marked::parse(response, call.wanted.org);
        self.must_read(call, &request, parse).await.map(Some)
    }

    async fn count<E: Env>(&self, call: &Call<'_, E>, place: &Place) -> Result<Option<u64>, Stop> {
        let Some(request) = marked::count(place) else { return Ok(None) };
        self.must_read(call, &request, marked::parse_count).await
    }

    async fn get<E: Env>(&self, call: &Call<'_, E>, items: &[(ExchangeId, String)]) -> Result<Got, Stop> {
        let foreign = || Err(MailboxError { kind: MailboxErrorKind::ForeignId, ..MailboxError::unanswered() });
        let mut results: Vec<_> = items.iter().map(|_| foreign()).collect();
        let own: Vec<usize> = (0..items.len()).filter(|place| Door::Graph.has_told(items[*place].0.as_str())).collect();
        for chunk in own.chunks(BATCH_MAX) {
            let part = |place: &usize| Part::Get { id: &items[*place].0, folder: &items[*place].1 };
            let parts: Vec<Part<'_>> = chunk.iter().map(part).collect();
            for (place, answer) in chunk.iter().zip(self.read_parts(call, &parts).await?) {
                results[*place] = match answer {
                    Ok(PartOutcome::Read(seen)) => Ok(seen),
                    Ok(_) => return Err(Stop::Failed(Failure::MicrosoftAnswer)),
                    Err(error) => Err(error),
                };
            }
        }
        Ok(Got { items: results, ..Got::default() })
    }

    async fn find<E: Env>(
        &self,
        call: &Call<'_, E>,
        among: (&Places, &[Place]),
        missing: &[Missing<'_>],
    ) -> Result<Records, Stop> {
        self.find_missing(call, among, missing).await
    }

    async fn read_again<E: Env>(
        &self,
        call: &Call<'_, E>,
        among: (&Places, &[Place]),
        items: &[Missing<'_>],
    ) -> Result<Records, Stop> {
        match call.kind {
            Kind::Contact | Kind::Task => self.find_missing(call, among, items).await,
            Kind::Event => self.read_events_again(call, items).await,
        }
    }

    async fn read<E: Env>(&self, call: &Call<'_, E>, parts: &[Part<'_>]) -> Result<Vec<PartResult>, Stop> {
        self.read_parts(call, parts).await
    }

    async fn write<E: Env>(&self, call: &Call<'_, E>, parts: &[Part<'_>]) -> Result<Answered, Stop> {
        self.write_parts(call, parts).await
    }
}

/// Whether Graph says that there is no such place. A 404 of anything in between says nothing.
fn of_place(error: GraphError) -> MailboxError {
    let error = MailboxError::from(error);
    let says_no = matches!(error.kind, MailboxErrorKind::NotFound | MailboxErrorKind::Refused);
    let is_gone = error.status == NOT_FOUND && says_no || error.kind == MailboxErrorKind::ForeignId;
    MailboxError { kind: if is_gone { MailboxErrorKind::PlaceGone } else { error.kind }, ..error }
}
