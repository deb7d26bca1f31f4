//! A request's address, taken apart.

use crate::address::path_and_query;
use mxs_http::url::{decode, encode, parse_form};

/// The path's segments, each decoded on its own, and the query in its order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Target {
    /// The decoded segments; empty ones are left out.
    pub(crate) segments: Vec<String>,
    /// The path as it came, without scheme, host and query.
    pub(crate) path: String,
    /// The decoded query.
    pub(crate) query: Vec<(String, String)>,
}

impl Target {
    /// Reads an absolute address, or one that starts at the path.
    pub(crate) fn parse(url: &str) -> Self {
        let (path, query) = path_and_query(url);
        Self {
            segments: path.split('/').filter(|segment| !segment.is_empty()).map(decode).collect(),
            path: if path.is_empty() { "/".to_owned() } else { path.to_owned() },
            query: parse_form(query),
        }
    }

    /// The segments as a slice of texts, to match on.
    pub(crate) fn parts(&self) -> Vec<&str> {
        self.segments.iter().map(String::as_str).collect()
    }

    /// The first query value of `name`; names compare without regard to case, as OData services read them.
    pub(crate) fn query(&self, name: &str) -> Option<&str> {
        pair(&self.query, name)
    }
}

/// The first value of `name` among `pairs`, names compared without regard to case.
pub(crate) fn pair<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
}

/// Writes `pairs` as a query, `$` encoded too, as Graph does in its links.
pub(crate) fn write_query(pairs: &[(String, String)]) -> String {
    let written: Vec<String> =
        pairs.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
    written.join("&")
}

#[cfg(test)]
mod tests {
    use super::Target;

    #[test]
    fn a_slash_inside_a_segment_stays_there() {
        let target = Target::parse("http://localhost:7702/v1.0/users/a%40b.example/x%2Fy?$top=5&a=b+c");
        assert_eq!(target.parts(), ["v1.0", "users", "a@b.example", "x/y"]);
        assert_eq!(target.path, "/v1.0/users/a%40b.example/x%2Fy");
        assert_eq!(target.query("$TOP"), Some("5"));
        assert_eq!(target.query("a"), Some("b c"));
    }

    #[test]
    fn an_address_may_end_at_the_host() {
        for url in ["http://localhost:7702", "http://localhost:7702/", "/", ""] {
            assert!(Target::parse(url).segments.is_empty(), "{url}");
        }
    }
}
