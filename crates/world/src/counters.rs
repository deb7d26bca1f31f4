//! What was asked of each service.

use crate::Service;
use crate::address::path_and_query;
use mxs_http::Request;
use serde::Serialize;
use std::collections::BTreeMap;

/// Counts since the last [`Counters::reset`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counters {
    /// Requests by service and `METHOD /path/pattern`, ids replaced by `{id}`.
    pub requests: BTreeMap<Service, BTreeMap<String, u64>>,
    /// Requests that created, changed or deleted something, by service. A batch counts once here; its parts
    /// count under `operations`.
    pub writes: BTreeMap<Service, u64>,
    /// Named things that happened inside requests (parts of a batch, records created, credits spent), as
    /// each half counts them.
    pub operations: BTreeMap<String, u64>,
    /// Faults that struck, by service.
    pub faults: BTreeMap<Service, u64>,
    /// Whether the request that is being answered has written.
    #[serde(skip)]
    wrote: bool,
}

impl Counters {
    /// Starts again from nothing.
    pub fn reset(&mut self) {
        *self = Self::default();
    }

    /// Adds to a named count.
    pub fn add(&mut self, name: &str, amount: u64) {
        *self.operations.entry(name.to_owned()).or_default() += amount;
    }

    /// Adds to a named count of things that were created, changed or deleted.
    pub(crate) fn wrote(&mut self, name: &str) {
        self.wrote = true;
        self.add(name, 1);
    }

    pub(crate) fn fault(&mut self, service: Service) {
        *self.faults.entry(service).or_default() += 1;
    }

    /// Counts a request that was answered.
    pub(crate) fn count(&mut self, service: Service, request: &Request) {
        let name = format!("{} {}", request.method, pattern(&request.url));
        *self.requests.entry(service).or_default().entry(name).or_default() += 1;
        if std::mem::take(&mut self.wrote) {
            *self.writes.entry(service).or_default() += 1;
        }
    }
}

/// The path with long or numeric segments replaced, so that one operation is one line.
fn pattern(url: &str) -> String {
    let (path, _) = path_and_query(url);
    let segments = path.split('/').map(|segment| {
        let numeric = segment.len() > 3 && segment.bytes().all(|byte| byte.is_ascii_digit());
        if numeric || segment.len() > 30 || segment.contains('@') || segment.contains("%40") { "{id}" } else { segment }
    });
    let pattern = segments.collect::<Vec<_>>().join("/");
    if pattern.is_empty() { "/".to_owned() } else { pattern }
}

#[cfg(test)]
mod tests {
    use super::pattern;

    #[test]
    fn ids_leave_the_pattern() {
        let cases = [
            ("http://localhost:7703/crm/v8/Contacts/5000000012345?fields=Email", "/crm/v8/Contacts/{id}"),
            ("/v1.0/users/a%40b.example/contacts", "/v1.0/users/{id}/contacts"),
            ("/common/login?redirect=http://a/b", "/common/login"),
            ("http://localhost:7702", "/"),
        ];
        for (url, expected) in cases {
            assert_eq!(pattern(url), expected);
        }
    }
}
