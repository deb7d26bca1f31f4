//! Many things in few requests.

use super::EwsMailbox;
use crate::Env;
use crate::mailbox::{MailboxError, MailboxErrorKind};
use crate::round::Stop;
use crate::send::{ATTEMPTS_MAX, Patience, Sent, VendorError as _};
use mxs_ews::Each;
use mxs_http::{HttpPort, Request, Response};

/// What became of each of several things, in their order.
pub(super) type Results<T> = Vec<Result<T, MailboxError>>;

impl<P: HttpPort> EwsMailbox<'_, P> {
    /// Reads many things, `size` at a time; those that fail for the moment are asked for again.
    pub(super) async fn read_each<E: Env, I: Copy, T>(
        &self,
        patience: &Patience<'_, E>,
        (items, size): (&[I], usize),
        request: impl Fn(&[I]) -> Request,
        parse: impl Fn(&Response, &[I]) -> Each<T>,
    ) -> Result<Results<T>, Stop> {
        let mut results = unanswered(items.len());
        for start in (0..items.len()).step_by(size) {
            let chunk = start..items.len().min(start + size);
            let mut asked_ms = None;
            for attempt in 1..=ATTEMPTS_MAX {
                let is_open = |place: &usize| match &results[*place] {
                    Ok(_) => false,
                    Err(error) => error.is_transient() || *error == MailboxError::unanswered(),
                };
                let open: Vec<usize> = chunk.clone().filter(is_open).collect();
                if open.is_empty() {
                    break;
                }
                patience.pause(attempt, asked_ms).await?;
                let again: Vec<I> = open.iter().map(|place| items[*place]).collect();
                let parse = |response: &Response| parse(response, &again);
                let answers = patience.must_read(self.port, &request(&again), parse).await?;
                asked_ms = answers.iter().filter_map(|answer| answer.as_ref().err()?.back_off_ms).max();
                for (place, answer) in open.into_iter().zip(answers) {
                    results[place] = answer.map_err(MailboxError::from);
                }
            }
        }
        Ok(results)
    }

    /// Writes many things in one request; those that were throttled are sent again, the others are not. Answers whether
    /// no answer came, too.
    pub(super) async fn write_each<E: Env, I: Copy, T>(
        &self,
        patience: &Patience<'_, E>,
        items: &[I],
        request: impl Fn(&[I]) -> Request,
        parse: impl Fn(&Response, usize) -> Each<T>,
    ) -> Result<(Results<T>, bool), Stop> {
        let mut results = unanswered(items.len());
        let mut asked_ms = None;
        for attempt in 1..=ATTEMPTS_MAX {
            let is_open = |place: &usize| match &results[*place] {
                Ok(_) => false,
                Err(error) => error.kind == MailboxErrorKind::Throttled || *error == MailboxError::unanswered(),
            };
            let open: Vec<usize> = (0..items.len()).filter(is_open).collect();
            if open.is_empty() {
                break;
            }
            patience.pause(attempt, asked_ms).await?;
            let again: Vec<I> = open.iter().map(|place| items[*place]).collect();
            let parse = |response: &Response| parse(response, again.len());
            match patience.write(self.port, &request(&again), parse).await? {
                Sent::Answered(answers) => {
                    asked_ms = answers.iter().filter_map(|answer| answer.as_ref().err()?.back_off_ms).max();
                    for (place, answer) in open.into_iter().zip(answers) {
                        results[place] = answer.map_err(MailboxError::from);
                    }
                }
                Sent::Refused(error) => return Err(Stop::Failed(error.failure())),
                Sent::Unknown => return Ok((results, true)),
            }
        }
        Ok((results, false))
    }
}

fn unanswered<T>(count: usize) -> Results<T> {
    std::iter::repeat_with(|| Err(MailboxError::unanswered())).take(count).collect()
}
