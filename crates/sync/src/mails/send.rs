//! Sending one request, with patience: the same rules as for every run.

use super::Mails;
use super::ports::MailStore;
use crate::round::Stop;
use crate::send::{ATTEMPTS_MAX, Sent, VendorError, WAIT_MAX_MS};
use crate::{Env, Failure};
use mxs_http::{HttpPort, NoResponse, Request, Response};

/// The first wait where the vendor names none, in milliseconds; it doubles with each try.
const WAIT_FIRST_MS: u32 = 1_000;

/// What an attempt came to.
enum Verdict {
    /// No further attempt.
    Done,
    /// Another attempt may succeed, after the wait that was asked for.
    Again { wait_ms: Option<u32>, failure: Failure },
}

impl<G: HttpPort, C: HttpPort, S: MailStore, E: Env> Mails<'_, G, C, S, E> {
    /// Reads, as often as it takes. The inner error is one that waiting doesn't mend.
    pub(super) async fn read<P: HttpPort, T, Error: VendorError>(
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
    pub(super) async fn must_read<P: HttpPort, T, Error: VendorError>(
        &self,
        port: &P,
        request: &Request,
        parse: impl Fn(&Response) -> Result<T, Error>,
    ) -> Result<T, Stop> {
        self.read(port, request, parse).await?.map_err(|error| Stop::Failed(error.failure()))
    }

    /// Writes: repeats only what the server certainly didn't do.
    pub(super) async fn write<P: HttpPort, T, Error: VendorError>(
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

    /// Waits after so many tries.
    pub(super) async fn wait(&self, tries: u32, asked_ms: Option<u32>) {
        let doubled = WAIT_FIRST_MS.saturating_mul(1 << (tries - 1).min(16));
        self.env.wait(asked_ms.unwrap_or(doubled).min(WAIT_MAX_MS)).await;
    }

    async fn attempt<P: HttpPort>(
        &self,
        port: &P,
        request: &Request,
        judge: &mut dyn FnMut(Result<&Response, NoResponse>) -> Verdict,
    ) -> Result<(), Stop> {
        let mut asked_ms = None;
        for attempt in 1..=ATTEMPTS_MAX {
            if attempt > 1 {
                self.wait(attempt - 1, asked_ms).await;
            }
            if self.env.cancelled() {
                return Err(Stop::Cancelled);
            }
            let answer = port.send(request.clone()).await;
            match judge(answer.as_ref().map_err(|missing| *missing)) {
                Verdict::Done => break,
                Verdict::Again { failure, .. } if attempt == ATTEMPTS_MAX => return Err(Stop::Failed(failure)),
                Verdict::Again { wait_ms, .. } => asked_ms = wait_ms,
            }
        }
        Ok(())
    }
}
