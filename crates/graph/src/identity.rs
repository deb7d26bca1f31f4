//! Signing in: OAuth 2.0 authorization code with PKCE, and refreshing.
//!
//! <https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-auth-code-flow>

use crate::json;
use mxs_http::{Method, Request, Response, url};
use serde_json::{Map, Value};
use std::fmt;

/// A token or code: whoever has it can act as the user. `Debug` hides it.
///
/// The `secrecy` crate does the same and also wipes memory, which in a browser's WebAssembly is of no use
/// (the token passes through JavaScript strings), so that here it would only cost size.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps `text`.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself, for the one place that sends it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

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

/// A code to redeem.
#[derive(Clone, Copy, Debug)]
pub struct Redeem<'a> {
    /// As in [`Authorize`].
    pub base: &'a str,
    /// As in [`Authorize`].
    pub tenant: &'a str,
    /// As in [`Authorize`].
    pub client_id: &'a str,
    /// As in [`Authorize`].
    pub redirect_uri: &'a str,
    /// As in [`Authorize`].
    pub scopes: &'a [&'a str],
    /// What came back.
    pub code: &'a Secret,
    /// The text whose hash was [`Authorize::code_challenge`].
    pub verifier: &'a Secret,
}

/// A token to renew.
#[derive(Clone, Copy, Debug)]
pub struct Refresh<'a> {
    /// As in [`Authorize`].
    pub base: &'a str,
    /// As in [`Authorize`].
    pub tenant: &'a str,
    /// As in [`Authorize`].
    pub client_id: &'a str,
    /// As in [`Authorize`].
    pub scopes: &'a [&'a str],
    /// The refresh token of the last answer.
    pub refresh_token: &'a Secret,
}

/// What a sign-in gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tokens {
    /// Goes with each request to Graph.
    pub access: Secret,
    /// Gets the next tokens, if one was given. Each answer's takes the place of the last.
    pub refresh: Option<Secret>,
    /// How long the access token is good for, in seconds from now.
    pub expires_in: u32,
    /// The permissions that were granted; may be fewer than were asked for.
    pub scopes: Vec<String>,
}

/// Why a sign-in failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    /// The person or an administrator said no.
    #[error("access was denied")]
    Denied,
    /// What was presented is no longer good, or Microsoft wants to see the person: sign in again.
    #[error("sign in again")]
    SignInAgain,
    /// The answer to a sign-in doesn't belong to it: somebody else's, or an old one.
    #[error("the answer belongs to another sign-in")]
    WrongState,
    /// The app's registration or settings are wrong; an administrator must look.
    #[error("the app's registration is wrong (AADSTS{code})")]
    WrongConfiguration {
        /// The number of Microsoft's error, `AADSTS…`; 0 when it gave none.
        ///
        /// <https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes>
        code: u32,
    },
    /// Microsoft's sign-in fails at the moment.
    #[error("the sign-in service is unavailable (HTTP {status})")]
    Unavailable {
        /// The HTTP status; 0 when the browser brought the answer.
        status: u16,
    },
    /// The answer isn't what was promised.
    #[error("the sign-in service's answer can't be understood (HTTP {status})")]
    Unreadable {
        /// The HTTP status; 0 when the browser brought the answer.
        status: u16,
    },
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

/// Redeems a code for tokens.
pub fn redeem(redeem: &Redeem<'_>) -> Request {
    let scope = redeem.scopes.join(" ");
    token_request(
        redeem.base,
        redeem.tenant,
        &[
            ("client_id", redeem.client_id),
            ("grant_type", "authorization_code"),
            ("scope", &scope),
            ("code", redeem.code.expose()),
            ("redirect_uri", redeem.redirect_uri),
            ("code_verifier", redeem.verifier.expose()),
        ],
    )
}

/// Renews tokens.
///
/// <https://learn.microsoft.com/en-us/entra/identity-platform/refresh-tokens>
pub fn refresh(refresh: &Refresh<'_>) -> Request {
    let scope = refresh.scopes.join(" ");
    token_request(
        refresh.base,
        refresh.tenant,
        &[
            ("client_id", refresh.client_id),
            ("grant_type", "refresh_token"),
            ("scope", &scope),
            ("refresh_token", refresh.refresh_token.expose()),
        ],
    )
}

fn token_request(base: &str, tenant: &str, pairs: &[(&str, &str)]) -> Request {
    Request::new(Method::Post, endpoint(base, tenant, "token"))
        .body("application/x-www-form-urlencoded", url::form(pairs.iter().copied()))
}

fn endpoint(base: &str, tenant: &str, name: &str) -> String {
    format!("{base}/{}/oauth2/v2.0/{name}", url::encode(tenant))
}

/// Reads the answer to [`redeem`] and [`refresh`].
pub fn parse_token(response: &Response) -> Result<Tokens, IdentityError> {
    let status = response.status;
    let answer = json::object(&response.body);
    let get = |name: &str| answer.as_ref().and_then(|answer| answer.get(name)).and_then(Value::as_str);
    if response.is_success() {
        let access = get("access_token").filter(|token| !token.is_empty());
        return Ok(Tokens {
            access: Secret::new(access.ok_or(IdentityError::Unreadable { status })?),
            refresh: get("refresh_token").filter(|token| !token.is_empty()).map(Secret::new),
            expires_in: answer.as_ref().map_or(0, expires_in),
            scopes: get("scope").unwrap_or_default().split_whitespace().map(str::to_owned).collect(),
        });
    }
    let code = aadsts(get("error_description").unwrap_or_default());
    Err(match get("error") {
        Some(error) => classify(status, error, code),
        None if is_unavailable(status) => IdentityError::Unavailable { status },
        None => IdentityError::Unreadable { status },
    })
}

/// A number, or the text of one, as some gateways have it.
fn expires_in(answer: &Map<String, Value>) -> u32 {
    let seconds = answer.get("expires_in");
    let number = seconds.and_then(Value::as_u64).and_then(|seconds| u32::try_from(seconds).ok());
    number.or_else(|| seconds?.as_str()?.parse().ok()).unwrap_or_default()
}

const fn is_unavailable(status: u16) -> bool {
    matches!(status, 408 | 429 | 500..)
}

/// Numbers that say no for good although their error says "sign in": the user isn't assigned to the app,
/// the user declined, an administrator must agree.
const DENIED: [u32; 3] = [50_105, 65_004, 90_094];

/// <https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes#handling-error-codes-in-your-application>
fn classify(status: u16, error: &str, code: u32) -> IdentityError {
    match error {
        "access_denied" => IdentityError::Denied,
        _ if DENIED.contains(&code) => IdentityError::Denied,
        "invalid_grant"
        | "interaction_required"
        | "login_required"
        | "consent_required"
        | "account_selection_required" => IdentityError::SignInAgain,
        "temporarily_unavailable" | "server_error" => IdentityError::Unavailable { status },
        _ if is_unavailable(status) => IdentityError::Unavailable { status },
        _ => IdentityError::WrongConfiguration { code },
    }
}

/// The number of the first `AADSTS…` in Microsoft's description; 0 when there is none. The description
/// itself is never passed on: it names people and tenants.
fn aadsts(description: &str) -> u32 {
    let Some((_, rest)) = description.split_once("AADSTS") else { return 0 };
    let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    rest[..digits].parse().unwrap_or(0)
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

    #[test]
    fn token_requests_are_forms() {
        let (code, verifier) = (Secret::new("c/1"), Secret::new("v"));
        let request = redeem(&Redeem {
            base: "https://login.example",
            tenant: "t",
            client_id: "app-1",
            redirect_uri: "https://tab.example/",
            scopes: &SCOPES,
            code: &code,
            verifier: &verifier,
        });
        assert_eq!((request.method, request.url.as_str()), (Method::Post, "https://login.example/t/oauth2/v2.0/token"));
        assert_eq!(request.headers.get("content-type"), Some("application/x-www-form-urlencoded"));
        assert_eq!(
            String::from_utf8_lossy(&request.body),
            "client_id=app-1&grant_type=authorization_code\
             &scope=offline_access%20https%3A%2F%2Fgraph.microsoft.com%2FContacts.ReadWrite\
             &code=c%2F1&redirect_uri=https%3A%2F%2Ftab.example%2F&code_verifier=v"
        );

        let refresh_token = Secret::new("r");
        let request = refresh(&Refresh {
            base: "https://login.example",
            tenant: "t",
            client_id: "app-1",
            scopes: &["a"],
            refresh_token: &refresh_token,
        });
        let body = "client_id=app-1&grant_type=refresh_token&scope=a&refresh_token=r";
        assert_eq!(String::from_utf8_lossy(&request.body), body);
    }

    #[test]
    fn tokens_are_read_and_hidden() {
        let body = r#"{"token_type":"Bearer","scope":"Contacts.ReadWrite  User.Read","expires_in":3599,"ext_expires_in":3599,"access_token":"A-1","refresh_token":"R-1"}"#;
        let tokens = parse_token(&Response::new(200).body("application/json", body)).expect("tokens");
        assert_eq!((tokens.access.expose(), tokens.expires_in), ("A-1", 3599));
        assert_eq!(tokens.refresh.as_ref().map(Secret::expose), Some("R-1"));
        assert_eq!(tokens.scopes, ["Contacts.ReadWrite", "User.Read"]);
        let shown = format!("{tokens:?}");
        assert!(!shown.contains("A-1") && !shown.contains("R-1"), "{shown}");

        let bare =
            Response::new(200).body("application/json", r#"{"access_token":"A","expires_in":"60","refresh_token":""}"#);
        let bare = parse_token(&bare).expect("tokens");
        assert_eq!((bare.expires_in, bare.refresh), (60, None));
    }

    #[test]
    fn refused_tokens_say_what_to_do() {
        let error = |error: &str, code: u32| {
            format!(r#"{{"error":"{error}","error_description":"AADSTS{code}: Ada's sign-in. Trace ID: x"}}"#)
        };
        let cases = [
            (400, error("invalid_grant", 70_008), IdentityError::SignInAgain),
            (400, error("interaction_required", 50_076), IdentityError::SignInAgain),
            (400, error("invalid_grant", 50_105), IdentityError::Denied),
            (403, error("access_denied", 1), IdentityError::Denied),
            (401, error("invalid_client", 7_000_215), IdentityError::WrongConfiguration { code: 7_000_215 }),
            (400, error("unauthorized_client", 700_016), IdentityError::WrongConfiguration { code: 700_016 }),
            (400, r#"{"error":"invalid_scope"}"#.to_owned(), IdentityError::WrongConfiguration { code: 0 }),
            (400, error("temporarily_unavailable", 90_006), IdentityError::Unavailable { status: 400 }),
            (503, error("whatever", 1), IdentityError::Unavailable { status: 503 }),
            (429, "slow down".to_owned(), IdentityError::Unavailable { status: 429 }),
            (502, "<html>".to_owned(), IdentityError::Unavailable { status: 502 }),
            (403, "<html>".to_owned(), IdentityError::Unreadable { status: 403 }),
            (200, "<html>".to_owned(), IdentityError::Unreadable { status: 200 }),
            (200, "{}".to_owned(), IdentityError::Unreadable { status: 200 }),
        ];
        for (status, body, wanted) in cases {
            let found = parse_token(&Response::new(status).body("application/json", body.clone())).expect_err(&body);
            assert_eq!(found, wanted, "{status} {body}");
            assert!(!format!("{found:?} {found}").contains("Ada"), "{found}");
        }
    }
}
