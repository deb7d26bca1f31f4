//! The pages of a listing.
//!
//! See <https://learn.microsoft.com/en-us/graph/paging>.

use super::GraphCall;
use super::answer::Answer;
use super::ask::Ask;
use serde_json::{Map, Value, json};

/// Which part of a listing a request asks for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    /// How many items a page holds at the most.
    pub(super) size: usize,
    /// How many items come before it.
    pub(super) skip: usize,
    /// Whether the number of all items is told.
    pub(super) count: bool,
}

impl GraphCall<'_, '_> {
    /// The part of `found` that was asked for. The next one has the same options but for `$skip`.
    pub(super) fn page<T>(
        &self,
        context: String,
        ask: &Ask,
        part: Part,
        found: &[T],
        write: impl Fn(&T) -> Map<String, Value>,
    ) -> Answer {
        let page: Vec<Value> =
            found.iter().skip(part.skip).take(part.size).map(|item| Value::Object(write(item))).collect();
        let mut body = json!({ "@odata.context": context });
        if part.count {
            body["@odata.count"] = found.len().into();
        }
        let told = part.skip.saturating_add(page.len());
        if found.len() > told && !page.is_empty() {
            body["@odata.nextLink"] = self.next_page(&ask.target, "$skip", told.to_string()).into();
        }
        body["value"] = page.into();
        Answer::json(200, body)
    }
}
