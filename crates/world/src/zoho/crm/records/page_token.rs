//! Tokens that lead on to the next page, beyond the 2000 records that page numbers reach.
//!
//! <https://www.zoho.com/crm/developer/docs/api/v8/get-records.html>

use super::super::failure::Failure;
use crate::Ids;
use crate::zoho::id::Id;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use std::collections::BTreeMap;

/// The last record before a page, by the value that the list is sorted by.
pub(super) type Cursor = (String, Id);

/// A walk through a list: where each of its pages so far began.
#[derive(Clone)]
pub(super) struct Walk {
    pub(super) starts: Vec<Option<Cursor>>,
    /// How many records the pages before this one held.
    pub(super) served: usize,
}

struct Token {
    user: Id,
    /// What was asked for; the token is bound to it.
    question: String,
    walk: Walk,
    expires: Timestamp,
}

/// The tokens of an organisation.
#[derive(Default)]
pub(crate) struct PageTokens(BTreeMap<String, Token>);

/// How long a token lives.
const LIFETIME: SignedDuration = SignedDuration::from_hours(24);

/// How far tokens reach.
pub(super) const MOST_RECORDS: usize = 100_000;

impl PageTokens {
    /// A token for the page at the end of `walk`, and when it expires.
    pub(super) fn give(
        &mut self,
        ids: &mut Ids,
        now: Timestamp,
        user: Id,
        question: &str,
        walk: Walk,
    ) -> (String, Timestamp) {
        // Expired ones are kept for a day more, to be told from those that never were.
        self.0.retain(|_, token| token.expires + LIFETIME > now);
        let token = format!("{:016x}{:016x}{:016x}", ids.next_number(), ids.next_number(), ids.next_number());
        let expires = now + LIFETIME;
        self.0.insert(token.clone(), Token { user, question: question.to_owned(), walk, expires });
        (token, expires)
    }

    /// The walk that a token continues.
    pub(super) fn take(&self, token: &str, now: Timestamp, user: Id, question: &str) -> Result<Walk, Failure> {
        let found = self.0.get(token).filter(|token| token.user == user && token.question == question);
        let Some(token) = found else {
            let message = "The page_token given seems to be invalid or input param is added or altered or deleted";
            let details = json!({ "param_name": "page_token" });
            return Err(Failure::new(400, "TOKEN_BOUND_DATA_MISMATCH", message, details));
        };
        if token.expires <= now {
            let details = json!({ "api_name": "page_token", "json_path": "$.query.page_token" });
            return Err(Failure::new(400, "EXPIRED_VALUE", "Page token expired", details));
        }
        if token.walk.served >= MOST_RECORDS {
            let message = "You can only get upto 100000 records using page_token param";
            let details = json!({ "param_name": "page_token" });
            return Err(Failure::new(400, "PAGINATION_LIMIT_EXCEEDED", message, details));
        }
        Ok(token.walk.clone())
    }
}
