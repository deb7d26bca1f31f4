//! One call: what was asked, and by whom.

use super::failure::Failure;
use crate::Context;
use crate::zoho::id::Id;
use crate::zoho::time;
use jiff::Timestamp;
use mxs_http::Headers;
use mxs_http::url::parse_form;
use serde_json::{Map, Value};

/// Who calls.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(crate) user: Id,
    pub(crate) scopes: Vec<String>,
}

/// One call.
pub(crate) struct Call<'a, 'c> {
    pub(crate) context: &'a mut Context<'c>,
    pub(crate) caller: Caller,
    pub(crate) query: Query,
    pub(crate) headers: Headers,
    pub(crate) body: Vec<u8>,
    /// Whether the call is part of a composite request, whose parts may ask for less.
    pub(crate) composite: bool,
}

impl Call<'_, '_> {
    pub(crate) fn now(&self) -> Timestamp {
        self.context.now
    }

    /// The body, which must be a JSON object.
    pub(crate) fn json(&self) -> Result<Map<String, Value>, Failure> {
        match serde_json::from_slice(&self.body) {
            Ok(Value::Object(body)) => Ok(body),
            _ => Err(Failure::not_json()),
        }
    }

    /// A header with a moment in it.
    fn moment(&self, header: &str) -> Result<Option<Timestamp>, Failure> {
        // A `+` in a header is itself, so nothing is decoded here.
        let Some(text) = self.headers.get(header) else { return Ok(None) };
        time::read(text.trim()).map(Some).ok_or_else(|| Failure::pattern(header))
    }

    /// The header `If-Modified-Since`. What was modified in that very second isn't modified since.
    pub(crate) fn modified_since(&self) -> Result<Option<Timestamp>, Failure> {
        self.moment("If-Modified-Since")
    }

    /// The header `If-Unmodified-Since`. The specification names no such parameter, but the answer that
    /// it shows for status 412 speaks of the "if-unmodified-since time".
    pub(crate) fn unmodified_since(&self) -> Result<Option<Timestamp>, Failure> {
        self.moment("If-Unmodified-Since")
    }

    /// The most records that one answer of a list holds.
    pub(crate) fn largest_page(&self) -> usize {
        if self.composite { COMPOSITE_RECORDS } else { 200 }
    }

    /// `page` and `per_page`.
    pub(crate) fn page(&self) -> Result<Page, Failure> {
        let number = |name: &str, default: usize| match self.query.get(name) {
            None => Ok(default),
            Some(text) => {
                text.parse::<usize>().ok().filter(|number| *number > 0).ok_or_else(|| Failure::parameter(name))
            }
        };
        let largest = self.largest_page();
        let per_page = number("per_page", largest)?;
        if per_page > largest {
            return Err(Failure::parameter("per_page"));
        }
        Ok(Page { number: number("page", 1)?, size: per_page })
    }
}

/// How many records one part of a composite request may read.
pub(crate) const COMPOSITE_RECORDS: usize = 25;

/// A page of a list.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Page {
    /// From 1.
    pub(crate) number: usize,
    pub(crate) size: usize,
}

impl Page {
    pub(crate) fn start(self) -> usize {
        (self.number - 1).saturating_mul(self.size)
    }

    pub(crate) fn end(self) -> usize {
        self.start().saturating_add(self.size)
    }

    /// The items of this page, and whether more follow.
    pub(crate) fn of<T>(self, items: Vec<T>) -> (Vec<T>, bool) {
        let more = items.len() > self.end();
        (items.into_iter().skip(self.start()).take(self.size).collect(), more)
    }
}

/// The parameters of an URL.
#[derive(Clone, Debug, Default)]
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    pub(crate) fn parse(text: &str) -> Self {
        Self(parse_form(text))
    }

    /// The first value of `name`, unless it is empty.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, value)| key == name && !value.is_empty()).map(|(_, value)| value.as_str())
    }

    /// A value that lists things between commas.
    pub(crate) fn list(&self, name: &str) -> Option<Vec<&str>> {
        Some(self.get(name)?.split(',').map(str::trim).filter(|item| !item.is_empty()).collect())
    }

    pub(crate) fn push(&mut self, name: &str, value: &str) {
        self.0.push((name.to_owned(), value.to_owned()));
    }

    /// Everything but the parameters `names`, in an order of its own: the same for the same question.
    pub(crate) fn signature(&self, names: &[&str]) -> String {
        let mut rest: Vec<String> = self
            .0
            .iter()
            .filter(|(key, _)| !names.contains(&key.as_str()))
            .map(|(key, value)| format!("{key}={value}"))
            .collect();
        rest.sort();
        rest.join("&")
    }
}
