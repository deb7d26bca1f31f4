//! The answer to a batch.

use super::{Part, PartOutcome, carries_mark};
use crate::json::{filled, list, success};
use crate::wanted::Wanted;
use crate::{GraphError, contact, error, event, events, task, tasks};
use mxs_core::{Field, Kind};
use mxs_http::Response;
use serde_json::{Map, Value};

/// Reads the answer to [`request`](super::request()): for each of `parts`, in their order, what became of it.
///
/// A part that Graph didn't answer is [`crate::ErrorKind::Unreadable`] with status 0: nobody knows whether
/// it was done.
pub fn parse(
    kind: Kind,
    response: &Response,
    parts: &[Part<'_>],
    wanted: &Wanted<'_>,
) -> Result<Vec<Result<PartOutcome, GraphError>>, GraphError> {
    read(response, parts, |part, status, body| {
        if let Part::Delete { .. } = part {
            return Ok(PartOutcome::Deleted);
        }
        let body = body.and_then(Value::as_object);
        if let (Kind::Event, Part::Get { .. }, Some(body)) = (kind, part, body)
            && event::is_plain_occurrence(body)
        {
            // It was an exception once, and is as its series has it again: as an item it is gone.
            let kind = crate::ErrorKind::NotFound;
            return Err(GraphError { kind, ..GraphError::unreadable(status) });
        }
        body.and_then(|body| outcome(kind, part, body, wanted)).ok_or_else(|| GraphError::unreadable(status))
    })
}

/// Reads a batch's answers in the order of its parts: for each what `outcome` makes of its status and body, if it
/// succeeded.
pub(crate) fn read<P, T>(
    response: &Response,
    parts: &[P],
    outcome: impl Fn(&P, u16, Option<&Value>) -> Result<T, GraphError>,
) -> Result<Vec<Result<T, GraphError>>, GraphError> {
    let batch = success(response)?;
    if !batch.get("responses").is_some_and(Value::is_array) {
        return Err(GraphError::unreadable(response.status));
    }
    let answers: Vec<&Map<String, Value>> = list(&batch, "responses").iter().filter_map(Value::as_object).collect();
    let outcomes = parts.iter().enumerate().map(|(index, part)| {
        let id = index.to_string();
        let answer = answers.iter().find(|answer| answer.get("id").and_then(Value::as_str) == Some(&id));
        let answer = answer.ok_or_else(|| GraphError::unreadable(0))?;
        let status = answer.get("status").and_then(Value::as_u64).and_then(|status| u16::try_from(status).ok());
        let (status, body) = (status.unwrap_or_default(), answer.get("body"));
        if !(200..300).contains(&status) {
            let retry_after = error::retry_after(answer.get("headers"));
            return Err(GraphError::from_parts(status, retry_after, body));
        }
        outcome(part, status, body)
    });
    Ok(outcomes.collect())
}

/// What a successful answer says; `None` if it doesn't say what it should.
fn outcome(kind: Kind, part: &Part<'_>, body: &Map<String, Value>, wanted: &Wanted<'_>) -> Option<PartOutcome> {
    match part {
        Part::Body { .. } => event::html_body(body).map(PartOutcome::Body),
        Part::CalendarOf { .. } => filled(body, "id").map(|id| PartOutcome::Calendar(id.to_owned())),
        Part::Delete { .. } => Some(PartOutcome::Deleted),
        Part::Get { folder, .. } => match kind {
            // Without its folder nobody knows whether a contact is there or deleted.
            Kind::Contact => contact::seen(body).filter(|(_, seen)| !seen.fields.text(Field::Folder).is_empty()),
            Kind::Task => tasks::read(body, folder, wanted),
            Kind::Event => event::seen(body, folder, wanted),
        }
        .map(|(_, seen)| PartOutcome::Read(seen)),
        Part::FindMark { .. } => task::own_link(body, wanted.org).map(PartOutcome::Mark),
        Part::Mark { .. } if !carries_mark(kind) => filled(body, "id").map(|_| PartOutcome::Marked),
        Part::Occurrence { day, current, .. } => {
            let zone = event::days_zone(current.text(Field::Zone), wanted.zone);
            events::occurrence(body, *day, zone).map(PartOutcome::Occurrence)
        }
        Part::Create { place, .. } => written(kind, body, place.folder().unwrap_or_default(), wanted),
        Part::Mark { folder, .. } | Part::Update { folder, .. } => written(kind, body, folder, wanted),
    }
}

fn written(kind: Kind, body: &Map<String, Value>, folder: &str, wanted: &Wanted<'_>) -> Option<PartOutcome> {
    let (id, version) = contact::identity(body)?;
    let stored = match kind {
        Kind::Contact => contact::seen(body).filter(|_| contact::is_complete(body)).map(|(_, seen)| seen.fields),
        Kind::Task => tasks::stored(body, folder),
        Kind::Event => event::stored(body, folder, wanted.zone),
    };
    Some(PartOutcome::Written { id, version, stored })
}
