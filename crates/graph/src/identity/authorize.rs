//! Sending the browser to Microsoft, and reading what it brings back.
//!
//! <https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-auth-code-flow>

use super::error::{aadsts, classify};
use super::{IdentityError, Secret, endpoint};
use mxs_http::url;

/// What Microsoft asks the person before it goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prompt {
    /// To agree to the permissions, even when that was done before.
    Consent,
    /// To enter the password, even when a session exists.
    Login,
    /// Nothing: it goes on without a word or fails.
    None,
    /// To choose one of several accounts.
    SelectAccount,
}

impl Prompt {
    const fn as_str(self) -> &'static str {
        match self {
            Prompt::Consent => "consent",
            Prompt::Login => "login",
            Prompt::None => "none",
            Prompt::SelectAccount => "select_account",
        }
    }
}

/// A sign-in to begin.
#[derive(Clone, Copy, Debug)]
pub struct Authorize<'a> {
    /// The identity service, without a slash at the end: `https://login.microsoftonline.com`.
    pub base: &'a str,
    /// The directory: an id, a domain, `common` or `organizations`.
    pub tenant: &'a str,
    /// The app's id.
    pub client_id: &'a str,
    /// Where the browser returns to; registered with the app.
    pub redirect_uri: &'a str,
    /// The permissions to ask for.
    pub scopes: &'a [&'a str],
    /// Unguessable text that comes back with the answer and ties it to this sign-in.
    pub state: &'a str,
    /// The hash (S256, base64url) of the verifier that redeems the code.
    pub code_challenge: &'a str,
    /// The sign-in name to offer, if it is known.
    pub login_hint: Option<&'a str>,
    /// What to ask the person; `None` leaves it to Microsoft.
    pub prompt: Option<Prompt>,
}

/// Where to send the browser.
pub fn authorize_url(authorize: &Authorize<'_>) -> String {
    let scope = authorize.scopes.join(" ");
    let mut pairs = vec![
        ("client_id", authorize.client_id),
        ("response_type", "code"),
        ("redirect_uri", authorize.redirect_uri),
        ("response_mode", "query"),
        ("scope", &scope),
        ("state", authorize.state),
        ("code_challenge", authorize.code_challenge),
        ("code_challenge_method", "S256"),
    ];
    if let Some(hint) = authorize.login_hint {
        pairs.push(("login_hint", hint));
    }
    if let Some(prompt) = authorize.prompt {
        pairs.push(("prompt", prompt.as_str()));
    }
    format!("{}?{}", endpoint(authorize.base, authorize.tenant, "authorize"), url::form(pairs))
}

/// Reads what the browser came back with: the query of the redirect, with or without its `?`.
///
/// `state` is that of the sign-in that is waiting. It is looked at first: an answer without it is not
/// believed, whatever it says.
pub fn parse_redirect(query: &str, state: &str) -> Result<Secret, IdentityError> {
    let pairs = url::parse_form(query.trim_start_matches(['?', '#']));
    let get = |name: &str| pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    if state.is_empty() || get("state") != Some(state) {
        return Err(IdentityError::WrongState);
    }
    if let Some(error) = get("error") {
        return Err(classify(0, error, aadsts(get("error_description").unwrap_or_default())));
    }
    match get("code") {
        Some(code) if !code.is_empty() => Ok(Secret::new(code)),
        _ => Err(IdentityError::Unreadable { status: 0 }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCOPES: [&str; 2] = ["offline_access", "https://graph.microsoft.com/Contacts.ReadWrite"];

    #[test]
    fn the_browser_is_sent_with_everything_that_ties_the_answer_to_it() {
        let authorize = Authorize {
            base: "https://login.microsoftonline.com",
            tenant: "corp.example",
            client_id: "app-1",
            redirect_uri: "https://tab.example/signed-in?x=1",
            scopes: &SCOPES,
            state: "st+te",
            code_challenge: "challenge",
            login_hint: Some("ada@corp.example"),
            prompt: Some(Prompt::SelectAccount),
        };
        assert_eq!(
            authorize_url(&authorize),
            "https://login.microsoftonline.com/corp.example/oauth2/v2.0/authorize?client_id=app-1&response_type=code\
             &redirect_uri=https%3A%2F%2Ftab.example%2Fsigned-in%3Fx%3D1&response_mode=query\
             &scope=offline_access%20https%3A%2F%2Fgraph.microsoft.com%2FContacts.ReadWrite&state=st%2Bte\
             &code_challenge=challenge&code_challenge_method=S256&login_hint=ada%40corp.example&prompt=select_account"
        );
        let url = authorize_url(&Authorize { tenant: "../x", login_hint: None, prompt: None, ..authorize });
        assert!(url.starts_with("https://login.microsoftonline.com/..%2Fx/oauth2/"), "a tenant is one segment");
        assert!(!url.contains("login_hint") && !url.contains("prompt"));
    }

    #[test]
    fn what_the_browser_brings_back_is_believed_only_with_its_state() {
        let cases = [
            ("?code=abc%2Bd&state=s1&session_state=x", Ok("abc+d")),
            ("state=s1&code=abc", Ok("abc")),
            ("code=abc&state=s2", Err(IdentityError::WrongState)),
            ("code=abc", Err(IdentityError::WrongState)),
            ("error=access_denied", Err(IdentityError::WrongState)),
            ("", Err(IdentityError::WrongState)),
            ("error=access_denied&state=s1", Err(IdentityError::Denied)),
            (
                "error=consent_required&error_description=AADSTS65004%3a+User+declined&state=s1",
                Err(IdentityError::Denied),
            ),
            ("error=login_required&state=s1", Err(IdentityError::SignInAgain)),
            ("error=temporarily_unavailable&state=s1", Err(IdentityError::Unavailable { status: 0 })),
            (
                "error=invalid_request&error_description=AADSTS50011%3A+The+reply+URL&state=s1",
                Err(IdentityError::WrongConfiguration { code: 50_011 }),
            ),
            ("state=s1", Err(IdentityError::Unreadable { status: 0 })),
            ("state=s1&code=", Err(IdentityError::Unreadable { status: 0 })),
        ];
        for (query, wanted) in cases {
            assert_eq!(parse_redirect(query, "s1"), wanted.map(Secret::new), "{query}");
        }
        assert_eq!(parse_redirect("state=&code=abc", ""), Err(IdentityError::WrongState), "no sign-in is waiting");
    }
}
