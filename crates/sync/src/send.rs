//! Sending one request, with patience.
//!
//! What may be repeated: a read, always; a write only when it is certain that the server did nothing (it
//! was throttled, or the request never left). A write whose answer got lost is not repeated here: the next
//! round looks what became of it.

use crate::mailbox::{Mailbox, MailboxError};
use crate::round::Stop;
use crate::{Env, Failure, Store, Sync};
use mxs_ews::{ErrorKind as EwsKind, EwsError};
use mxs_graph::{ErrorKind as GraphKind, GraphError};
use mxs_http::{HttpPort, NoResponse, Request, Response};
use mxs_zoho::{ErrorKind as ZohoKind, ZohoError};

/// How often one request is tried.
pub const ATTEMPTS_MAX: u32 = 5;

/// The longest wait between two tries, in milliseconds. A vendor that wants more is left alone: the run ends.
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

impl VendorError for EwsError {
    fn failure(&self) -> Failure {
        MailboxError::from(self.clone()).failure()
    }

    fn throttled(&self) -> Option<Option<u32>> {
        (self.kind == EwsKind::Throttled).then_some(self.back_off_ms)
    }

    fn is_transient(&self) -> bool {
        EwsError::is_transient(self)
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

/// What an attempt came to.
enum Verdict {
    /// No further attempt.
    Done,
    /// Another attempt may succeed, after the wait that was asked for; if it was the last one, this is why the
    /// run can't go on.
    Again { wait_ms: Option<u32>, failure: Failure },
}

/// What every run sends with: it waits, and hears when somebody wants the run to stop.
pub struct Patience<'e, E> {
    pub(crate) env: &'e E,
}

impl<M: Mailbox, C: HttpPort, S: Store, E: Env> Sync<'_, M, C, S, E> {
    /// What this run sends with.
    pub(crate) const fn patience(&self) -> Patience<'_, E> {
        Patience { env: self.env }
    }
}

impl<E: Env> Patience<'_, E> {
    /// Reads, as often as it takes. The inner error is one that waiting doesn't mend.
    pub(crate) async fn read<P: HttpPort, T, Error: VendorError>(
        &self,
        port: &P,
        request: &Request,
        parse: impl Fn(&Response) -> Result<T, Error>,
    ) -> Result<Result<T, Error>, Stop> {
        let mut result = None;
        let mut judge = |answer: Result<&Response, NoResponse>| match answer.map(&parse) {
            Err(_) => Verdict::Again { wait_ms: None, failure: Error::unavailable() },
            Ok(Err(error)) if error.is_transient() => {
                Verdict::Again { wait_ms: error.throttled().flatten(), failure: error.failure() }
            }
            Ok(parsed) => {
                result = Some(parsed);
                Verdict::Done
            }
        };
        self.attempt(port, request, &mut judge).await?;
        result.ok_or(Stop::Failed(Error::unavailable()))
    }

    /// Reads what has to succeed.
    pub(crate) async fn must_read<P: HttpPort, T, Error: VendorError>(
        &self,
        port: &P,
        request: &Request,
        parse: impl Fn(&Response) -> Result<T, Error>,
    ) -> Result<T, Stop> {
        self.read(port, request, parse).await?.map_err(|error| Stop::Failed(error.failure()))
    }

    /// Writes: repeats only what the server certainly didn't do.
    pub(crate) async fn write<P: HttpPort, T, Error: VendorError>(
        &self,
        port: &P,
        request: &Request,
        parse: impl Fn(&Response) -> Result<T, Error>,
    ) -> Result<Sent<T, Error>, Stop> {
        let mut sent = Sent::Unknown;
        let mut judge = |answer: Result<&Response, NoResponse>| {
            let response = match answer {
                Ok(response) => response,
                Err(NoResponse::NotSent) => return Verdict::Again { wait_ms: None, failure: Error::unavailable() },
                Err(NoResponse::Unknown) => return Verdict::Done,
            };
            match parse(response) {
                Ok(value) => sent = Sent::Answered(value),
                Err(error) => {
                    if let Some(wait_ms) = error.throttled() {
                        return Verdict::Again { wait_ms, failure: error.failure() };
                    }
                    // After a gateway's 5xx, or an answer that can't be read, the server behind it may have acted.
                    if !error.is_transient() && !response.is_success() {
                        sent = Sent::Refused(error);
                    }
                }
            }
            Verdict::Done
        };
        self.attempt(port, request, &mut judge).await?;
        Ok(sent)
    }

    /// Sends until `judge` is content. One function for all kinds of answers, since each copy of an `async`
    /// function weighs on the tab.
    async fn attempt<P: HttpPort>(
        &self,
        port: &P,
        request: &Request,
        judge: &mut dyn FnMut(Result<&Response, NoResponse>) -> Verdict,
    ) -> Result<(), Stop> {
        let mut asked_ms = None;
        for attempt in 1..=ATTEMPTS_MAX {
            self.pause(attempt, asked_ms).await?;
            let answer = port.send(request.clone()).await;
            match judge(answer.as_ref().map_err(|missing| *missing)) {
                Verdict::Done => break,
                Verdict::Again { failure, .. } if attempt == ATTEMPTS_MAX => return Err(Stop::Failed(failure)),
                Verdict::Again { wait_ms, .. } => asked_ms = wait_ms,
            }
        }
        Ok(())
    }

    /// Waits before a try that is not the first; stops when somebody wants the run to stop. Only Microsoft says for how
    /// long: of the CRM's limits no such word is known.
    pub(crate) async fn pause(&self, attempt: u32, asked_ms: Option<u32>) -> Result<(), Stop> {
        if asked_ms > Some(WAIT_MAX_MS) {
            return Err(Stop::Failed(Failure::MicrosoftUnavailable { status: Some(429) }));
        }
        if attempt > 1 {
            let doubled = WAIT_FIRST_MS.saturating_mul(1 << (attempt - 2).min(16));
            self.env.wait(asked_ms.unwrap_or(doubled)).await;
        }
        if self.env.cancelled() { Err(Stop::Cancelled) } else { Ok(()) }
    }
}
