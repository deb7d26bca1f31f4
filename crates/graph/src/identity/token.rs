//! Redeeming a code, refreshing, and reading the tokens that come.
//!
//! <https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-auth-code-flow>

use super::error::{aadsts, classify, is_unavailable};
use super::{IdentityError, Secret, endpoint};
use crate::json;
use mxs_http::{Method, Request, Response, url};
use serde_json::{Map, Value};

/// A code to redeem.
#[derive(Clone, Copy, Debug)]
pub struct Redeem<'a> {
    /// As in [`Authorize`](super::Authorize).
    pub base: &'a str,
    /// As in [`Authorize`](super::Authorize).
    pub tenant: &'a str,
    /// As in [`Authorize`](super::Authorize).
    pub client_id: &'a str,
    /// As in [`Authorize`](super::Authorize).
    pub redirect_uri: &'a str,
    /// As in [`Authorize`](super::Authorize).
    pub scopes: &'a [&'a str],
    /// What came back.
    pub code: &'a Secret,
    /// The text whose hash was [`Authorize::code_challenge`](super::Authorize::code_challenge).
    pub verifier: &'a Secret,
}

/// A token to renew.
#[derive(Clone, Copy, Debug)]
pub struct Refresh<'a> {
    /// As in [`Authorize`](super::Authorize).
    pub base: &'a str,
    /// As in [`Authorize`](super::Authorize).
    pub tenant: &'a str,
    /// As in [`Authorize`](super::Authorize).
    pub client_id: &'a str,
    /// As in [`Authorize`](super::Authorize).
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

pub(super) fn token_request(base: &str, tenant: &str, pairs: &[(&str, &str)]) -> Request {
    Request::new(Method::Post, endpoint(base, tenant, "token"))
        .body("application/x-www-form-urlencoded", url::form(pairs.iter().copied()))
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

#[cfg(test)]
mod tests {
    use super::*;

    const SCOPES: [&str; 2] = ["offline_access", "https://graph.microsoft.com/Contacts.ReadWrite"];

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
