//! Addresses on the web, as far as a search has to know them.

/// The host of an `https` address, in small letters; `None` for any other address, and for one that hides its host
/// behind a user's name.
pub(super) fn host(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_at_checked("https://".len())?;
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let (host, port) = authority.split_once(':').unwrap_or((authority, ""));
    let is_port = port.bytes().all(|digit| digit.is_ascii_digit());
    (scheme.eq_ignore_ascii_case("https://") && is_port).then(|| name(host)).flatten()
}

/// A host's name in small letters; `None` for what is none.
pub(super) fn name(host: &str) -> Option<String> {
    let is_label = |label: &str| {
        !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    let host = host.trim_end_matches('.');
    host.split('.').all(is_label).then(|| host.to_ascii_lowercase())
}

/// The domain of an address of mail, in small letters.
pub(super) fn domain(address: &str) -> Option<String> {
    let (local, domain) = address.trim().rsplit_once('@')?;
    name(domain).filter(|domain| !local.is_empty() && domain.contains('.'))
}

/// Where a redirection of the server at `host` leads: an absolute address, or a path on the same server.
pub(super) fn target(location: &str, host: &str) -> Option<String> {
    let location = location.trim();
    let url = match location.starts_with('/') && !location.starts_with("//") {
        true => format!("https://{host}{location}"),
        false => location.to_owned(),
    };
    self::host(&url).map(|_| url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_of_an_address_is_what_is_asked() {
        let cases = [
            ("https://Mail.Corp.example/EWS/Exchange.asmx", Some("mail.corp.example")),
            ("HTTPS://mail.corp.example:444?x", Some("mail.corp.example")),
            ("https://corp.example.", Some("corp.example")),
            // Not over TLS, hidden behind a name, none.
            ("http://corp.example/", None),
            ("https://corp.example@evil.example/", None),
            ("https://corp.example:443@evil.example/", None),
            ("https://corp.example\\@evil.example/", None),
            ("https://[::1]/", None),
            ("https:///x", None),
            ("https://a..b/", None),
            ("https://c\u{f6}rp.example/", None),
            ("corp.example", None),
            ("", None),
        ];
        for (url, wanted) in cases {
            assert_eq!(host(url).as_deref(), wanted, "{url}");
        }
    }

    #[test]
    fn addresses_have_a_domain() {
        let cases = [
            ("Ada@Corp.example", Some("corp.example")),
            ("a@b@corp.example", Some("corp.example")),
            ("@corp.example", None),
            ("ada@localhost", None),
            ("ada@corp.example/x", None),
            ("ada", None),
        ];
        for (address, wanted) in cases {
            assert_eq!(domain(address).as_deref(), wanted, "{address}");
        }
    }

    #[test]
    fn a_redirection_leads_somewhere() {
        let cases = [
            ("https://x.example/a", Some("https://x.example/a")),
            ("/a?b", Some("https://own.example/a?b")),
            ("//x.example/a", None),
            ("http://x.example/a", None),
            ("a", None),
        ];
        for (location, wanted) in cases {
            assert_eq!(target(location, "own.example").as_deref(), wanted, "{location}");
        }
    }
}
