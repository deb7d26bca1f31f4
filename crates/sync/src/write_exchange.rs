//! Writing in the mailbox.

use crate::round::{Done, Round, Stop};
use crate::send::{ATTEMPTS_MAX, Sent, VendorError as _};
use crate::{Env, Store};
use mxs_core::{Creation, CrmId, Deletion, Kind, Pair, Reason, RecordId, Side, Stored};
use mxs_graph::batch::{self, BATCH_MAX, Part, PartOutcome};
use mxs_graph::{ErrorKind, GraphError, Place};
use mxs_http::HttpPort;

/// One write in the mailbox.
enum Write {
    Create { creation: Creation, record: CrmId },
    Delete(Deletion),
    Pair(Pair),
}

pub(crate) type PartResult = Result<PartOutcome, GraphError>;

impl<G: HttpPort, C: HttpPort, S: Store, E: Env> Round<'_, '_, G, C, S, E> {
    /// Creates and updates items, marks those that carry no mark yet, then deletes.
    pub(crate) async fn write_exchange(
        &mut self,
        creations: Vec<Creation>,
        pairs: Vec<Pair>,
        deletions: &[Deletion],
    ) -> Result<(), Stop> {
        let pairs = pairs.into_iter().filter(|pair| !pair.to_exchange.is_empty() || !pair.marked);
        let deletions = deletions.iter().filter(|deletion| deletion.on == Side::Exchange).cloned();
        let create = |creation: Creation| {
            let record = creation.source.crm()?.clone();
            Some(Write::Create { creation, record })
        };
        let mut writes: Vec<Write> = creations.into_iter().filter_map(create).collect();
        writes.extend(pairs.map(Write::Pair));
        writes.extend(deletions.map(Write::Delete));
        for chunk in writes.chunks_mut(BATCH_MAX) {
            if self.in_the_dark {
                break;
            }
            for write in chunk.iter() {
                if let Write::Create { creation, .. } = write {
                    self.remember(creation.intent(None));
                }
            }
            self.store().await?;
            let results = {
                let parts: Vec<Part<'_>> = chunk.iter().map(Write::part).collect();
                self.batch_write(&parts).await?
            };
            let mut stop = None;
            for (write, result) in chunk.iter_mut().zip(results) {
                stop = self.settle(write, result).err().or(stop);
            }
            self.step(chunk.len());
            if let Some(stop) = stop {
                return Err(stop);
            }
        }
        Ok(())
    }

    fn settle(&mut self, write: &mut Write, result: PartResult) -> Result<(), Stop> {
        let written = |outcome| match outcome {
            PartOutcome::Written { id, version, stored } => Ok((id, Stored { version, fields: stored })),
            _ => Err(Reason::OutcomeUnknown),
        };
        match write {
            Write::Create { creation, record } => {
                let changes = match self.judge(result)?.and_then(written) {
                    Ok((id, stored)) => {
                        self.count(Side::Exchange, Done::Created);
                        creation.made_in_exchange(id, record.clone(), stored)
                    }
                    Err(reason) => {
                        self.leave_open(creation.source.clone(), Side::Exchange, reason.clone());
                        creation.not_made(reason)
                    }
                };
                for change in changes {
                    self.remember(change);
                }
            }
            Write::Delete(deletion) => {
                // Somebody was faster: it is gone, which is what was wanted.
                let gone = |error: &GraphError| error.kind == ErrorKind::NotFound;
                let result = if result.as_ref().is_err_and(gone) { Ok(PartOutcome::Deleted) } else { result };
                let outcome = self.judge(result)?.map(drop);
                match &outcome {
                    Ok(()) => self.count(Side::Exchange, Done::Deleted),
                    Err(reason) => self.leave_open(deletion.target(), Side::Exchange, reason.clone()),
                }
                let change = deletion.settle(outcome);
                self.remember(change);
            }
            Write::Pair(pair) => {
                let updates = !pair.to_exchange.is_empty();
                let outcome = self.judge(result)?.and_then(written).map(|(_, stored)| stored);
                match &outcome {
                    Ok(_) if updates => self.count(Side::Exchange, Done::Updated),
                    Ok(_) => {}
                    Err(reason) => {
                        let id = RecordId::Exchange(pair.exchange.clone());
                        self.leave_open(id, Side::Exchange, reason.clone());
                    }
                }
                let change = pair.settle_exchange(outcome);
                self.remember(change);
            }
        }
        Ok(())
    }

    /// What a part's error means for its record, or for the whole run.
    fn judge(&mut self, result: PartResult) -> Result<Result<PartOutcome, Reason>, Stop> {
        let error = match result {
            Ok(outcome) => return Ok(Ok(outcome)),
            Err(error) => error,
        };
        Ok(Err(match error.kind {
            ErrorKind::SignInAgain => return Err(Stop::Failed(error.failure())),
            ErrorKind::Stale | ErrorKind::NotFound => Reason::StillChanging,
            ErrorKind::Throttled => Reason::Busy { side: Side::Exchange },
            ErrorKind::Unavailable | ErrorKind::Unreadable => {
                self.in_the_dark = true;
                Reason::OutcomeUnknown
            }
            ErrorKind::Denied | ErrorKind::NoMailbox | ErrorKind::Refused | ErrorKind::TokenDead => {
                Reason::Refused(error.refusal())
            }
        }))
    }

    /// Sends writes as one batch; parts that were throttled are sent again, the others are not.
    async fn batch_write(&mut self, parts: &[Part<'_>]) -> Result<Vec<PartResult>, Stop> {
        let mut results: Vec<Option<PartResult>> = parts.iter().map(|_| None).collect();
        let mut asked = None;
        let wanted = self.sync.wanted();
        for attempt in 1..=ATTEMPTS_MAX {
            let open: Vec<usize> = (0..parts.len()).filter(|index| is_open(results[*index].as_ref())).collect();
            if open.is_empty() {
                break;
            }
            self.sync.pause(attempt, asked).await?;
            let again: Vec<Part<'_>> = open.iter().map(|index| parts[*index]).collect();
            let request = batch::request(Kind::Contact, &again, &wanted);
            match self
                .sync
                .write(self.sync.graph, &request, |response| batch::parse(Kind::Contact, response, &again, &wanted))
                .await?
            {
                Sent::Answered(answers) => {
                    let waits = answers.iter().filter_map(|answer| answer.as_ref().err()?.retry_after_ms);
                    asked = waits.max();
                    for (index, answer) in open.into_iter().zip(answers) {
                        results[index] = Some(answer);
                    }
                }
                Sent::Refused(error) => return Err(Stop::Failed(error.failure())),
                Sent::Unknown => {
                    self.in_the_dark = true;
                    break;
                }
            }
        }
        Ok(answered(results))
    }

    /// Sends reads as one batch; parts that fail for the moment are sent again.
    pub(crate) async fn batch_read(&self, parts: &[Part<'_>]) -> Result<Vec<PartResult>, Stop> {
        let mut results: Vec<Option<PartResult>> = parts.iter().map(|_| None).collect();
        let mut asked = None;
        let wanted = self.sync.wanted();
        for attempt in 1..=ATTEMPTS_MAX {
            let transient = |result: &PartResult| result.as_ref().is_err_and(GraphError::is_transient);
            let open: Vec<usize> =
                (0..parts.len()).filter(|index| results[*index].as_ref().is_none_or(transient)).collect();
            if open.is_empty() {
                break;
            }
            self.sync.pause(attempt, asked).await?;
            let again: Vec<Part<'_>> = open.iter().map(|index| parts[*index]).collect();
            let request = batch::request(Kind::Contact, &again, &wanted);
            let answers = self
                .sync
                .read(self.sync.graph, &request, |response| batch::parse(Kind::Contact, response, &again, &wanted))
                .await?;
            let answers = answers.map_err(|error| Stop::Failed(error.failure()))?;
            asked = answers.iter().filter_map(|answer| answer.as_ref().err()?.retry_after_ms).max();
            for (index, answer) in open.into_iter().zip(answers) {
                results[index] = Some(answer);
            }
        }
        Ok(answered(results))
    }
}

/// A part that was never answered: nobody knows whether it was done.
fn answered(results: Vec<Option<PartResult>>) -> Vec<PartResult> {
    let unanswered =
        || Err(GraphError { kind: ErrorKind::Unreadable, status: 0, code: String::new(), retry_after_ms: None });
    results.into_iter().map(|result| result.unwrap_or_else(unanswered)).collect()
}

/// Whether a part is still to be sent: never sent, or throttled.
fn is_open(result: Option<&PartResult>) -> bool {
    match result {
        None => true,
        Some(Ok(_)) => false,
        Some(Err(error)) => error.kind == ErrorKind::Throttled,
    }
}

impl Write {
    fn part(&self) -> Part<'_> {
        let folder = "";
        match self {
            Write::Create { creation, record } => {
                Part::Create { place: &Place::Contacts, fields: &creation.copy, mark: record, transaction: "" }
            }
            Write::Delete(deletion) => {
                Part::Delete { id: &deletion.link.exchange, folder, version: &deletion.link.exchange_version }
            }
            Write::Pair(pair) => {
                let (id, version, mark) = (&pair.exchange, &pair.exchange_version, &pair.crm);
                if pair.to_exchange.is_empty() {
                    return Part::Mark { id, folder, version: Some(version), mark, title: "" };
                }
                Part::Update {
                    id,
                    folder,
                    version,
                    patch: &pair.to_exchange,
                    current: &pair.now.exchange,
                    mark: (!pair.marked).then_some(mark),
                    body: None,
                }
            }
        }
    }
}
