//! Parts of batches.

use super::GraphMailbox;
use crate::Env;
use crate::mailbox::{Answered, Call, MailboxError, MailboxErrorKind, PartResult};
use crate::round::Stop;
use crate::send::{ATTEMPTS_MAX, Sent, VendorError as _};
use mxs_graph::batch::{self, Part};
use mxs_http::HttpPort;

impl<P: HttpPort> GraphMailbox<'_, P> {
    /// Sends writes as one batch; parts that were throttled are sent again, the others are not.
    pub(super) async fn write_parts<E: Env>(&self, call: &Call<'_, E>, parts: &[Part<'_>]) -> Result<Answered, Stop> {
        let mut results: Vec<Option<PartResult>> = parts.iter().map(|_| None).collect();
        let (mut asked, mut is_lost) = (None, false);
        for attempt in 1..=ATTEMPTS_MAX {
            let open: Vec<usize> = (0..parts.len()).filter(|index| is_open(results[*index].as_ref())).collect();
            if open.is_empty() {
                break;
            }
            call.patience.pause(attempt, asked).await?;
            let again: Vec<Part<'_>> = open.iter().map(|index| parts[*index]).collect();
            let request = batch::request(call.kind, &again, &call.wanted);
            let parse = |response: &_| batch::parse(call.kind, response, &again, &call.wanted);
            match call.patience.write(self.port, &request, parse).await? {
                Sent::Answered(answers) => {
                    let waits = answers.iter().filter_map(|answer| answer.as_ref().err()?.retry_after_ms);
                    asked = waits.max();
                    for (index, answer) in open.into_iter().zip(answers) {
                        results[index] = Some(answer.map_err(MailboxError::from));
                    }
                }
                Sent::Refused(error) => return Err(Stop::Failed(error.failure())),
                Sent::Unknown => {
                    is_lost = true;
                    break;
                }
            }
        }
        Ok(Answered { results: answered(results), is_lost })
    }

    /// Sends reads as one batch; parts that fail for the moment are sent again.
    pub(super) async fn read_parts<E: Env>(
        &self,
        call: &Call<'_, E>,
        parts: &[Part<'_>],
    ) -> Result<Vec<PartResult>, Stop> {
        let mut results: Vec<Option<PartResult>> = parts.iter().map(|_| None).collect();
        let mut asked = None;
        for attempt in 1..=ATTEMPTS_MAX {
            let transient = |result: &PartResult| result.as_ref().is_err_and(MailboxError::is_transient);
            let open: Vec<usize> =
                (0..parts.len()).filter(|index| results[*index].as_ref().is_none_or(transient)).collect();
            if open.is_empty() {
                break;
            }
            call.patience.pause(attempt, asked).await?;
            let again: Vec<Part<'_>> = open.iter().map(|index| parts[*index]).collect();
            let request = batch::request(call.kind, &again, &call.wanted);
            let parse = |response: &_| batch::parse(call.kind, response, &again, &call.wanted);
            let answers = call.patience.must_read(self.port, &request, parse).await?;
            asked = answers.iter().filter_map(|answer| answer.as_ref().err()?.retry_after_ms).max();
            for (index, answer) in open.into_iter().zip(answers) {
                results[index] = Some(answer.map_err(MailboxError::from));
            }
        }
        Ok(answered(results))
    }
}

fn answered(results: Vec<Option<PartResult>>) -> Vec<PartResult> {
    results.into_iter().map(|result| result.unwrap_or_else(|| Err(MailboxError::unanswered()))).collect()
}

/// Whether a part is still to be sent: never sent, or throttled.
fn is_open(result: Option<&PartResult>) -> bool {
    match result {
        None => true,
        Some(Ok(_)) => false,
        Some(Err(error)) => error.kind == MailboxErrorKind::Throttled,
    }
}
