//! URLs, taken apart.

/// The origin of an absolute URL; nothing for one that starts at the path, whose host only the caller knows.
/// What stands in its query may be an address of its own.
pub(crate) fn origin(url: &str) -> Option<&str> {
    let (scheme, rest) = url.split_once("://").filter(|(scheme, _)| !scheme.contains(['/', '?', '#']))?;
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    Some(&url[..scheme.len() + 3 + end])
}

/// The path and the query of a URL, absolute or not.
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
            ("http://localhost:7703?x=1", Some("http://localhost:7703"), "", "x=1"),
            ("http://localhost:7700/auth/back", Some("http://localhost:7700"), "/auth/back", ""),
            ("/oauth/v2/auth?redirect_uri=http://a/b", None, "/oauth/v2/auth", "redirect_uri=http://a/b"),
            ("?redirect_uri=http://a/b", None, "", "redirect_uri=http://a/b"),
            ("/a#http://b/c", None, "/a", ""),
            ("me/contacts?$filter=x eq 'http://a'", None, "me/contacts", "$filter=x eq 'http://a'"),
            ("", None, "", ""),
        ];
        for (url, expected, path, query) in cases {
            assert_eq!((origin(url), path_and_query(url)), (expected, (path, query)), "{url}");
        }
    }
}
