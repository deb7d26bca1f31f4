//! Answers that a vendor gives in a story, and no stand-in would.

use mxs_http::{Request, Response};
use mxs_world::Service;
use serde_json::Value;
use std::cell::{Cell, RefCell};

/// What becomes of an answer: from the request's address and what the stand-in says, `null` where it says nothing.
type Change = Box<dyn FnMut(&str, Value) -> Value>;

/// Whose answers are changed, and how.
#[derive(Default)]
pub(crate) struct Tamper {
    change: RefCell<Option<(Service, &'static str, Change)>>,
    changed: Cell<u32>,
}

impl Tamper {
    /// From now on, answers to requests that have `word` in their address or body are other ones.
    pub(crate) fn with(
        &self,
        service: Service,
        word: &'static str,
        change: impl FnMut(&str, Value) -> Value + 'static,
    ) {
        self.change.replace(Some((service, word, Box::new(change))));
        self.changed.set(0);
    }

    /// The vendors are themselves again; says how many answers were other ones.
    pub(crate) fn stop(&self) -> u32 {
        self.change.take();
        self.changed.get()
    }

    /// The answer as it arrives.
    pub(crate) fn answer(&self, service: Service, request: &Request, response: Response) -> Response {
        let mut change = self.change.borrow_mut();
        let Some((of, word, change)) = change.as_mut() else { return response };
        let has_word = request.url.contains(*word) || String::from_utf8_lossy(&request.body).contains(*word);
        if service != *of || !has_word {
            return response;
        }
        self.changed.set(self.changed.get() + 1);
        let body = change(&request.url, serde_json::from_slice(&response.body).unwrap_or_default());
        Response::new(200).body("application/json", body.to_string())
    }
}

/// Pages that lead to each other for ever: the first one comes again and again, and `pages` links take turns.
pub(crate) fn round_and_round(pages: u32) -> impl FnMut(&str, Value) -> Value {
    let (mut first, mut asked) = (None, 0);
    move |url, page| {
        let first: &mut (String, Value) = first.get_or_insert_with(|| (url.to_owned(), page));
        asked += 1;
        let mut page = first.1.clone();
        match page.as_object_mut() {
            Some(members) if members.contains_key("value") => {
                members.remove("@odata.deltaLink");
                members.insert("@odata.nextLink".to_owned(), format!("{}&page={}", first.0, asked % pages).into());
            }
            Some(members) => {
                let info = members.entry("info").or_insert_with(|| Value::Object(serde_json::Map::new()));
                info["more_records"] = true.into();
                info["next_index"] = format!("{}", asked % pages).into();
            }
            None => {}
        }
        page
    }
}
