//! Asking a person, and reading what the browser comes back with.
//!
//! <https://www.zoho.com/crm/developer/docs/api/v8/auth-request.html>

use super::{DataCentre, OauthError, SCOPES};
use mxs_http::url;
use secrecy::SecretString;

/// A sign-in to begin.
#[derive(Clone, Copy, Debug)]
pub struct Authorize<'a> {
    /// Where to ask: the person's data centre if it is known, else the first of [`DataCentre::ALL`].
    pub centre: &'a DataCentre,
    /// The app's id.
    pub client_id: &'a str,
    /// Where the browser returns to; registered with the app.
    pub redirect_uri: &'a str,
    /// Unguessable text that comes back with the answer and ties it to this sign-in.
    pub state: &'a str,
}

/// What a person agreed to.
#[derive(Clone, Debug)]
pub struct Agreed {
    /// Gives the first tokens, once and within minutes.
    pub code: SecretString,
    /// The data centre of the person's organisation.
    pub centre: DataCentre,
}

/// Where to send the browser. It asks for the [`SCOPES`] and for a refresh token, and each time anew: without being
/// asked Zoho gives a refresh token at the first consent only.
pub fn authorize_url(authorize: &Authorize<'_>) -> String {
    let scope = SCOPES.map(|(scope, _)| scope).join(",");
    let query = url::form([
        ("response_type", "code"),
        ("client_id", authorize.client_id),
        ("scope", &scope),
        ("redirect_uri", authorize.redirect_uri),
        ("access_type", "offline"),
        ("prompt", "consent"),
        ("state", authorize.state),
    ]);
    format!("{}/oauth/v2/auth?{query}", authorize.centre.accounts())
}

/// Reads what the browser came back with: the query of the redirect, with or without its `?`.
///
/// `state` is that of the sign-in that is waiting. It is looked at first: an answer without it is not believed,
/// whatever it says. The data centre is one of `known`, by its location or by its accounts server; where both are told
/// they must be the same one's. An address that is not known is never asked: whoever makes people follow a link could
/// have the app's secret sent there.
pub fn parse_redirect(query: &str, state: &str, known: &[DataCentre]) -> Result<Agreed, OauthError> {
    let pairs = url::parse_form(query.trim_start_matches(['?', '#']));
    let get = |name: &str| pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    if state.is_empty() || get("state") != Some(state) {
        return Err(OauthError::WrongState);
    }
    if let Some(error) = get("error") {
        return Err(OauthError::named(0, error));
    }
    let code = get("code").filter(|code| !code.is_empty()).ok_or(OauthError::Unreadable { status: 0 })?;
    let (location, server) = (get("location"), get("accounts-server"));
    if location.is_none() && server.is_none() {
        return Err(OauthError::Unreadable { status: 0 });
    }
    let fits = |centre: &&DataCentre| {
        location.is_none_or(|location| location == centre.location())
            && server.is_none_or(|server| server.trim_end_matches('/') == centre.accounts())
    };
    let centre = known.iter().find(fits).cloned().ok_or(OauthError::UnknownServer)?;
    Ok(Agreed { code: SecretString::from(code), centre })
}

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::ExposeSecret;

    #[test]
    fn the_browser_is_sent_with_everything_that_ties_the_answer_to_it() {
        let found = authorize_url(&Authorize {
            centre: &DataCentre::ALL[1],
            client_id: "1000.APP",
            redirect_uri: "https://function.example/zoho?x=1",
            state: "st+te",
        });
        let (address, query) = found.split_once('?').expect("a query");
        assert_eq!(address, "https://accounts.zoho.eu/oauth/v2/auth");
        let pairs = url::parse_form(query);
        let get = |name: &str| pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
        let wanted = [
            ("response_type", "code"),
            ("client_id", "1000.APP"),
            ("redirect_uri", "https://function.example/zoho?x=1"),
            ("access_type", "offline"),
            ("prompt", "consent"),
            ("state", "st+te"),
        ];
        for (name, value) in wanted {
            assert_eq!(get(name), Some(value), "{name}");
        }
        let scopes: Vec<&str> = get("scope").expect("scopes").split(',').collect();
        assert_eq!(scopes, SCOPES.map(|(scope, _)| scope));
    }

    #[test]
    fn what_the_browser_brings_back_is_believed_only_with_its_state_and_a_known_server() {
        const EU: &str = "https%3A%2F%2Faccounts.zoho.eu";
        let cases = [
            (format!("?state=s1&code=1000.a%2Bb&location=eu&accounts-server={EU}"), Ok("eu")),
            (format!("code=1000.a%2Bb&state=s1&accounts-server={EU}%2F"), Ok("eu")),
            ("state=s1&code=1000.a%2Bb&location=ca".to_owned(), Ok("ca")),
            // Another sign-in's, or nobody's.
            (format!("state=s2&code=c&location=eu&accounts-server={EU}"), Err(OauthError::WrongState)),
            ("code=c&location=eu".to_owned(), Err(OauthError::WrongState)),
            ("error=access_denied".to_owned(), Err(OauthError::WrongState)),
            (String::new(), Err(OauthError::WrongState)),
            // The person or Zoho said no.
            ("state=s1&error=access_denied".to_owned(), Err(OauthError::Denied)),
            ("state=s1&error=invalid_client".to_owned(), Err(OauthError::WrongConfiguration)),
            ("state=s1&error=general_error".to_owned(), Err(OauthError::Unavailable { status: 0 })),
            // A server that isn't Zoho's, or not that of the location.
            (
                "state=s1&code=c&location=eu&accounts-server=https%3A%2F%2Faccounts.zoho.eu.evil.example".to_owned(),
                Err(OauthError::UnknownServer),
            ),
            ("state=s1&code=c&accounts-server=https%3A%2F%2Fevil.example".to_owned(), Err(OauthError::UnknownServer)),
            (
                "state=s1&code=c&accounts-server=http%3A%2F%2Faccounts.zoho.eu".to_owned(),
                Err(OauthError::UnknownServer),
            ),
            (format!("state=s1&code=c&location=us&accounts-server={EU}"), Err(OauthError::UnknownServer)),
            ("state=s1&code=c&location=evil".to_owned(), Err(OauthError::UnknownServer)),
            ("state=s1&code=c&location=".to_owned(), Err(OauthError::UnknownServer)),
            // Nothing to go on with.
            ("state=s1&code=c".to_owned(), Err(OauthError::Unreadable { status: 0 })),
            ("state=s1&location=eu".to_owned(), Err(OauthError::Unreadable { status: 0 })),
            ("state=s1&code=&location=eu".to_owned(), Err(OauthError::Unreadable { status: 0 })),
        ];
        for (query, wanted) in cases {
            let found = parse_redirect(&query, "s1", &DataCentre::ALL);
            let found = found.as_ref().map(|agreed| {
                assert_eq!(agreed.code.expose_secret(), "1000.a+b");
                agreed.centre.location()
            });
            assert_eq!(found.map_err(|error| *error), wanted, "{query}");
        }
        let nobody_waits = parse_redirect("state=&code=c&location=eu", "", &DataCentre::ALL);
        assert_eq!(nobody_waits.err(), Some(OauthError::WrongState));
    }
}
