//! Sending one request, with patience.
//!
//! What may be repeated: a read, always; a write only when it is certain that the server did nothing (it
//! was throttled, or the request never left). A write whose answer got lost is not repeated here: the next
//! round looks what became of it.

use crate::round::Stop;
use crate::{Env, Failure, Store, Sync};
use mxs_graph::{ErrorKind as GraphKind, GraphError};
use mxs_http::{HttpPort, NoResponse, Request, Response};
use mxs_zoho::{ErrorKind as ZohoKind, ZohoError};

/// How often one request is tried.
pub const ATTEMPTS_MAX: u32 = 5;

/// The longest wait between two tries, in milliseconds. A vendor that wants more gets it in the next run.
pub const WAIT_MAX_MS: u32 = 60_000;

/// The first wait where the vendor names none, in milliseconds; it doubles with each try.
const WAIT_FIRST_MS: u32 = 1_000;

/// What a vendor's error means for the run.
pub(crate) trait VendorError: Sized {
    /// The failure that ends the run.
    fn failure(&self) -> Failure;
    /// Whether the server did nothing and may do it later; with the wait it asks for.
    fn throttled(&self) -> Option<Option<u32>>;
    /// Whether a later try may succeed.
    fn is_transient(&self) -> bool;
    /// The failure when no answer comes.
    fn unavailable() -> Failure;
}

impl VendorError for GraphError {
    fn failure(&self) -> Failure {
        match self.kind {
            GraphKind::SignInAgain => Failure::MicrosoftSignIn,
            GraphKind::Denied | GraphKind::NoMailbox | GraphKind::Refused | GraphKind::NotFound => {
                Failure::MicrosoftDenied { code: self.code.clone() }
            }
            GraphKind::Throttled | GraphKind::Unavailable => {
                Failure::MicrosoftUnavailable { status: Some(self.status) }
            }
            GraphKind::Stale | GraphKind::TokenDead | GraphKind::Unreadable => Failure::MicrosoftAnswer,
        }
    }

    fn throttled(&self) -> Option<Option<u32>> {
        (self.kind == GraphKind::Throttled).then_some(self.retry_after_ms)
    }

    fn is_transient(&self) -> bool {
        GraphError::is_transient(self)
    }

    fn unavailable() -> Failure {
        Failure::MicrosoftUnavailable { status: None }
    }
}

impl VendorError for ZohoError {
    fn failure(&self) -> Failure {
        match self.kind {
            ZohoKind::SignInAgain => Failure::CrmSignIn,
            ZohoKind::Denied | ZohoKind::Refused => Failure::CrmDenied { code: self.code.clone() },
            ZohoKind::Throttled | ZohoKind::Unavailable => Failure::CrmUnavailable { status: Some(self.status) },
            ZohoKind::Unreadable => Failure::CrmAnswer,
        }
    }

    fn throttled(&self) -> Option<Option<u32>> {
        (self.kind == ZohoKind::Throttled).then_some(None)
    }

    fn is_transient(&self) -> bool {
        ZohoError::is_transient(self)
    }

    fn unavailable() -> Failure {
        Failure::CrmUnavailable { status: None }
    }
}

/// What became of a write.
pub(crate) enum Sent<T, Error> {
    /// It was answered and understood.
    Answered(T),
    /// It was refused as a whole: nothing was done.
    Refused(Error),
    /// Nobody knows whether it was done.
    Unknown,
}

impl<G: HttpPort, C: HttpPort, S: Store, E: Env> Sync<'_, G, C, S, E> {
    /// Reads, as often as it takes. The error is one that waiting doesn't mend.
    pub(crate) async fn read<P: HttpPort, T, Error: VendorError>(
        &self,
        port: &P,
        request: &Request,
        parse: impl Fn(&Response) -> Result<T, Error>,
    ) -> Result<Result<T, Error>, Stop> {
        let mut wait = None;
        for attempt in 1..=ATTEMPTS_MAX {
            self.pause(attempt, wait).await?;
            let error = match port.send(request.clone()).await {
                Ok(response) => match parse(&response) {
                    Ok(value) => return Ok(Ok(value)),
                    Err(error) if !error.is_transient() => return Ok(Err(error)),
                    Err(error) => Some(error),
                },
                Err(NoResponse::NotSent | NoResponse::Unknown) => None,
            };
            wait = error.as_ref().and_then(VendorError::throttled).flatten();
            if attempt == ATTEMPTS_MAX {
                return Err(Stop::Failed(error.map_or_else(Error::unavailable, |error| error.failure())));
            }
        }
        Err(Stop::Failed(Error::unavailable()))
    }

    /// Writes: repeats only what the server certainly didn't do.
    pub(crate) async fn write<P: HttpPort, T, Error: VendorError>(
        &self,
        port: &P,
        request: &Request,
        parse: impl Fn(&Response) -> Result<T, Error>,
    ) -> Result<Sent<T, Error>, Stop> {
        let mut wait = None;
        for attempt in 1..=ATTEMPTS_MAX {
            self.pause(attempt, wait).await?;
            let response = match port.send(request.clone()).await {
                Ok(response) => response,
                Err(NoResponse::NotSent) => continue,
                Err(NoResponse::Unknown) => return Ok(Sent::Unknown),
            };
            match parse(&response) {
                Ok(value) => return Ok(Sent::Answered(value)),
                Err(error) => match error.throttled() {
                    Some(asked) if attempt < ATTEMPTS_MAX => wait = asked,
                    Some(_) => return Err(Stop::Failed(error.failure())),
                    // A gateway's 5xx, or an answer that can't be read: the server behind it may have acted.
                    None if error.is_transient() || response.is_success() => return Ok(Sent::Unknown),
                    None => return Ok(Sent::Refused(error)),
                },
            }
        }
        Err(Stop::Failed(Error::unavailable()))
    }

    /// Waits before a try that is not the first; stops when somebody wants the run to stop.
    pub(crate) async fn pause(&self, attempt: u32, asked_ms: Option<u32>) -> Result<(), Stop> {
        if attempt > 1 {
            let doubled = WAIT_FIRST_MS.saturating_mul(1 << (attempt - 2).min(16));
            self.env.wait(asked_ms.unwrap_or(doubled).min(WAIT_MAX_MS)).await;
        }
        if self.env.cancelled() { Err(Stop::Cancelled) } else { Ok(()) }
    }
}
