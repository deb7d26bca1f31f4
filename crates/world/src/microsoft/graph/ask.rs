//! One thing asked of Graph, alone or as a part of a batch.

use super::prefer::Prefer;
use crate::microsoft::refusal::Refusal;
use crate::microsoft::target::Target;
use mxs_http::{Headers, Method, Request};
use serde_json::Value;

/// What a request carries.
#[derive(Clone, Debug)]
pub(super) enum Input {
    Bytes(Vec<u8>),
    Json(Value),
    Nothing,
}

/// One request.
#[derive(Clone, Debug)]
pub(super) struct Ask {
    pub(super) method: Method,
    pub(super) target: Target,
    pub(super) headers: Headers,
    pub(super) input: Input,
    pub(super) prefer: Prefer,
}

impl Ask {
    /// A request that came alone.
    pub(super) fn alone(request: &Request, target: &Target) -> Self {
        let input = if request.body.is_empty() { Input::Nothing } else { Input::Bytes(request.body.clone()) };
        Self::new(request.method, target.clone(), request.headers.clone(), input)
    }

    /// A request.
    pub(super) fn new(method: Method, target: Target, headers: Headers, input: Input) -> Self {
        let prefer = Prefer::read(&headers);
        Self { method, target, headers, input, prefer }
    }

    /// The body, which has to be JSON and to say so.
    pub(super) fn json(&self) -> Result<Value, Refusal> {
        let declared = self.headers.get("Content-Type").map(|kind| kind.to_ascii_lowercase());
        match (&self.input, declared) {
            (Input::Nothing, _) => Err(Refusal::no_json()),
            (_, Some(kind)) if kind.starts_with("application/json") => match &self.input {
                Input::Json(value) => Ok(value.clone()),
                Input::Bytes(bytes) => serde_json::from_slice(bytes).map_err(|_| Refusal::no_json()),
                Input::Nothing => Err(Refusal::no_json()),
            },
            (_, kind) => Err(Refusal::new(
                415,
                "UnsupportedMediaType",
                format!(
                    "A supported MIME type could not be found that matches the content type '{}'.",
                    kind.unwrap_or_default()
                ),
            )),
        }
    }

    /// Checks `If-Match` against an item's entity tag; weak and strong forms are the same here.
    ///
    /// The code of the 412 is known by report only.
    pub(super) fn check_match(&self, change_key: &str) -> Result<(), Refusal> {
        let Some(wanted) = self.headers.get("If-Match") else { return Ok(()) };
        let bare = |tag: &str| tag.trim().trim_start_matches("W/").trim_matches('"').to_owned();
        if wanted.split(',').any(|tag| tag.trim() == "*" || bare(tag) == change_key) {
            return Ok(());
        }
        Err(Refusal::new(
            412,
            "ErrorIrresolvableConflict",
            "The send or update operation could not be performed because the change key passed in the request does not \
             match the current change key for the item.",
        ))
    }
}
