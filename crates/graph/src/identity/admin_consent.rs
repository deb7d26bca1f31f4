//! An administrator's consent for a whole organisation.
//!
//! <https://learn.microsoft.com/en-us/entra/identity-platform/v2-admin-consent>

use super::IdentityError;
use super::error::{aadsts, classify};
use mxs_http::url;

/// A consent to ask for.
#[derive(Clone, Copy, Debug)]
pub struct AdminConsent<'a> {
    /// As in [`Authorize`](super::Authorize).
    pub base: &'a str,
    /// The directory's id or domain; `organizations` where only the administrator knows it.
    pub tenant: &'a str,
    /// As in [`Authorize`](super::Authorize).
    pub client_id: &'a str,
    /// As in [`Authorize`](super::Authorize).
    pub redirect_uri: &'a str,
    /// As in [`Authorize`](super::Authorize).
    pub state: &'a str,
}

/// Where to send the administrator's browser. The page asks for everything that the registration names.
pub fn admin_consent_url(consent: &AdminConsent<'_>) -> String {
    let pairs = [("client_id", consent.client_id), ("redirect_uri", consent.redirect_uri), ("state", consent.state)];
    format!("{}/{}/adminconsent?{}", consent.base, url::encode(consent.tenant), url::form(pairs))
}

/// Reads what the browser came back with: the id of the directory whose administrator consented.
///
/// As with [`parse_redirect`](super::parse_redirect) the state comes first. The browser brings the id, so it is believed
/// only once a token for it was got.
pub fn parse_admin_consent(query: &str, state: &str) -> Result<String, IdentityError> {
    let pairs = url::parse_form(query.trim_start_matches(['?', '#']));
    let get = |name: &str| pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    if state.is_empty() || get("state") != Some(state) {
        return Err(IdentityError::WrongState);
    }
    match (get("error"), get("admin_consent"), get("tenant")) {
        (Some("permission_denied"), ..) => Err(IdentityError::Denied),
        (Some(error), ..) => Err(classify(0, error, aadsts(get("error_description").unwrap_or_default()))),
        (None, Some(consent), Some(tenant)) if consent.eq_ignore_ascii_case("true") && !tenant.is_empty() => {
            Ok(tenant.to_owned())
        }
        _ => Err(IdentityError::Unreadable { status: 0 }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_administrator_is_sent_with_the_state() {
        let consent = AdminConsent {
            base: "https://login.microsoftonline.com",
            tenant: "organizations",
            client_id: "app-1",
            redirect_uri: "https://f.example/consented",
            state: "s+1",
        };
        assert_eq!(
            admin_consent_url(&consent),
            "https://login.microsoftonline.com/organizations/adminconsent?client_id=app-1\
             &redirect_uri=https%3A%2F%2Ff.example%2Fconsented&state=s%2B1"
        );
    }

    #[test]
    fn a_consent_is_believed_only_with_its_state() {
        let cases = [
            ("?admin_consent=True&tenant=t-1&state=s1", Ok("t-1")),
            ("tenant=t-1&state=s1&admin_consent=true&scope=x", Ok("t-1")),
            ("admin_consent=True&tenant=t-1&state=s2", Err(IdentityError::WrongState)),
            ("admin_consent=True&tenant=t-1", Err(IdentityError::WrongState)),
            ("error=permission_denied&error_description=The+admin+canceled", Err(IdentityError::WrongState)),
            ("error=permission_denied&error_description=The+admin+canceled&state=s1", Err(IdentityError::Denied)),
            ("error=access_denied&state=s1", Err(IdentityError::Denied)),
            (
                "error=invalid_client&error_description=AADSTS650052%3A+x&state=s1&admin_consent=True&tenant=t-1",
                Err(IdentityError::WrongConfiguration { code: 650_052 }),
            ),
            ("admin_consent=False&tenant=t-1&state=s1", Err(IdentityError::Unreadable { status: 0 })),
            ("admin_consent=True&tenant=&state=s1", Err(IdentityError::Unreadable { status: 0 })),
            ("state=s1", Err(IdentityError::Unreadable { status: 0 })),
        ];
        for (query, wanted) in cases {
            assert_eq!(parse_admin_consent(query, "s1"), wanted.map(str::to_owned), "{query}");
        }
        let none = parse_admin_consent("state=&admin_consent=True&tenant=t", "");
        assert_eq!(none, Err(IdentityError::WrongState), "no consent is waiting");
    }
}
