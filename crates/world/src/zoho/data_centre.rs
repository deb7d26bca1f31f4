//! Zoho's data centres: each has its own accounts server and its own API domain.
//!
//! <https://www.zoho.com/crm/developer/docs/api/v8/multi-dc.html>

/// Where an organisation lives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataCentre {
    /// The name in the `location` parameter of the authorization redirect: `us`, `eu`, `in`...
    pub location: String,
    /// The origin of the accounts server.
    pub accounts: String,
    /// The origin that API calls go to; `api_domain` in token answers.
    pub api_domain: String,
}

impl DataCentre {
    /// The data centre in the United States.
    pub fn us() -> Self {
        Self::new("us", "https://accounts.zoho.com", "https://www.zohoapis.com")
    }

    /// The data centre in the European Union.
    pub fn eu() -> Self {
        Self::new("eu", "https://accounts.zoho.eu", "https://www.zohoapis.eu")
    }

    /// The data centre in India.
    pub fn india() -> Self {
        Self::new("in", "https://accounts.zoho.in", "https://www.zohoapis.in")
    }

    /// A stand-in for the data centre `location` that serves both accounts and API at `origin`, as a local
    /// sandbox does.
    pub fn at(location: &str, origin: &str) -> Self {
        Self::new(location, origin, origin)
    }

    /// A data centre with these origins.
    pub fn new(location: &str, accounts: &str, api_domain: &str) -> Self {
        let origin = |text: &str| text.trim_end_matches('/').to_owned();
        Self { location: location.to_owned(), accounts: origin(accounts), api_domain: origin(api_domain) }
    }
}

/// The origin of an absolute URL; nothing for one that starts with `/`, whose host only the caller knows.
pub(crate) fn origin(url: &str) -> Option<&str> {
    let (scheme, rest) = url.split_once("://")?;
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    Some(&url[..scheme.len() + 3 + end])
}

/// The path and the query of an URL, absolute or not.
pub(crate) fn path_and_query(url: &str) -> (&str, &str) {
    let local = origin(url).map_or(url, |origin| &url[origin.len()..]);
    let local = local.split('#').next().unwrap_or_default();
    local.split_once('?').unwrap_or((local, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_taken_apart() {
        let cases = [
            ("https://www.zohoapis.eu/crm/v8/org?x=1#y", Some("https://www.zohoapis.eu"), "/crm/v8/org", "x=1"),
            ("http://localhost:7703", Some("http://localhost:7703"), "", ""),
            ("/oauth/v2/auth?redirect_uri=http://a/b", None, "/oauth/v2/auth", "redirect_uri=http://a/b"),
        ];
        for (url, expected, path, query) in cases {
            let found = if url.starts_with('/') { None } else { origin(url) };
            assert_eq!(found, expected, "{url}");
            if url.starts_with("http") {
                assert_eq!(path_and_query(url), (path, query), "{url}");
            }
        }
    }
}
