//! `$batch`: up to twenty requests in one.
//!
//! See <https://learn.microsoft.com/en-us/graph/json-batching>. Every part counts against the limits of its
//! mailbox; Outlook works on four of them at once, so a batch that is alone is never too much at a time.

use super::answer::Answer;
use super::ask::{Ask, Input};
use super::throttle::CONCURRENT;
use super::{GraphCall, place};
use crate::address::origin;
use crate::microsoft::refusal::Refusal;
use crate::microsoft::target::Target;
use mxs_http::{Headers, Method};
use serde_json::Value;
use std::collections::BTreeMap;

/// How many parts a batch may have.
const PARTS: usize = 20;

/// One part.
struct Part<'a> {
    id: &'a str,
    method: Result<Method, Refusal>,
    url: &'a str,
    headers: Headers,
    body: Option<&'a Value>,
    depends_on: Vec<&'a str>,
}

fn bad(message: impl Into<String>) -> Refusal {
    Refusal::new(400, "BadRequest", message)
}

impl GraphCall<'_, '_> {
    pub(super) fn batch(&mut self, ask: &Ask, in_flight: usize) -> Result<Answer, Refusal> {
        let body = ask.json()?;
        let parts = read(&body)?;
        let waves = waves(&parts)?;
        self.context.counters.add("graph batch parts", parts.len() as u64);
        let others = in_flight.saturating_sub(1);
        let mut statuses: BTreeMap<&str, u16> = BTreeMap::new();
        let mut responses = Vec::new();
        for wave in waves {
            let mut answered = Vec::new();
            for (place, part) in wave.into_iter().enumerate() {
                let failed = part.depends_on.iter().any(|id| statuses.get(id).is_none_or(|status| *status >= 400));
                let answer = if failed {
                    Err(Refusal::new(424, "FailedDependency", "Failed Dependency"))
                } else {
                    self.part(part, others + place % CONCURRENT + 1)
                };
                let answer = answer.unwrap_or_else(|refusal| Answer::refused(refusal, &self.trace));
                statuses.insert(part.id, answer.status);
                answered.push(answer.into_part(part.id));
            }
            // The order of responses is nobody's promise: the last comes first, so that no client relies on it.
            responses.extend(answered.into_iter().rev());
        }
        Ok(Answer::json(200, serde_json::json!({ "responses": responses })))
    }

    fn part(&mut self, part: &Part<'_>, at_once: usize) -> Result<Answer, Refusal> {
        let method = part.method.clone()?;
        if origin(part.url).is_some() {
            return Err(bad("The URL of a request in a batch must be relative."));
        }
        let relative = part.url.trim_start_matches('/');
        let versioned = relative.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("v1.0/"));
        let target = Target::parse(&if versioned { format!("/{relative}") } else { format!("/v1.0/{relative}") });
        let input = part.body.map_or(Input::Nothing, |body| Input::Json(body.clone()));
        let ask = Ask::new(method, target, part.headers.clone(), input);
        let place = place(&ask.target)?;
        self.single(&place, &ask, at_once)
    }
}

/// Reads the parts. What makes the whole batch unreadable refuses it as a whole.
fn read(body: &Value) -> Result<Vec<Part<'_>>, Refusal> {
    let requests = body.get("requests").and_then(Value::as_array);
    let requests = requests.ok_or_else(|| bad("Invalid batch payload format."))?;
    if requests.is_empty() {
        return Err(bad("Batch request must contain at least one request."));
    }
    if requests.len() > PARTS {
        let message = format!("Number of batch request steps exceeds the maximum value of {PARTS}.");
        return Err(Refusal::new(400, "MaximumValueExceeded", message));
    }
    let parts: Vec<Part<'_>> = requests.iter().map(part).collect::<Result<_, _>>()?;
    for (index, part) in parts.iter().enumerate() {
        if parts[..index].iter().any(|earlier| earlier.id.eq_ignore_ascii_case(part.id)) {
            return Err(bad(format!("Duplicate request id '{}' found in batch.", part.id)));
        }
        if let Some(unknown) = part.depends_on.iter().find(|id| !parts.iter().any(|other| other.id == **id)) {
            return Err(bad(format!("Request '{}' depends on unknown request '{unknown}'.", part.id)));
        }
    }
    Ok(parts)
}

/// Reads one part. Members it doesn't know are ignored: an SDK of the vendor's own sends `depends_on`.
fn part(request: &Value) -> Result<Part<'_>, Refusal> {
    let text = |name: &str| request.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let required = |name: &str| text(name).ok_or_else(|| bad(format!("Invalid batch request: '{name}' is missing.")));
    let headers = match request.get("headers") {
        None | Some(Value::Null) => Headers::default(),
        Some(Value::Object(fields)) => {
            fields.iter().filter_map(|(name, value)| value.as_str().map(|value| (name.as_str(), value))).collect()
        }
        Some(_) => return Err(bad("Invalid batch request: 'headers' must be an object.")),
    };
    let depends_on = match request.get("dependsOn") {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(ids)) => ids.iter().filter_map(Value::as_str).collect(),
        Some(_) => return Err(bad("Invalid batch request: 'dependsOn' must be a list.")),
    };
    let name = required("method")?;
    Ok(Part {
        id: required("id")?,
        method: Method::parse(&name.to_ascii_uppercase()).ok_or_else(|| bad(format!("Invalid method '{name}'."))),
        url: required("url")?,
        headers,
        body: request.get("body").filter(|body| !body.is_null()),
        depends_on,
    })
}

/// Parts in the order in which they can run: each wave depends on earlier ones only.
fn waves<'p, 'a>(parts: &'p [Part<'a>]) -> Result<Vec<Vec<&'p Part<'a>>>, Refusal> {
    let mut waiting: Vec<&Part<'a>> = parts.iter().collect();
    let mut done: Vec<&str> = Vec::new();
    let mut waves = Vec::new();
    while !waiting.is_empty() {
        let (ready, later): (Vec<_>, Vec<_>) =
            waiting.into_iter().partition(|part| part.depends_on.iter().all(|id| done.contains(id)));
        if ready.is_empty() {
            return Err(bad("The requests of the batch depend on each other in a circle."));
        }
        done.extend(ready.iter().map(|part| part.id));
        waves.push(ready);
        waiting = later;
    }
    Ok(waves)
}
