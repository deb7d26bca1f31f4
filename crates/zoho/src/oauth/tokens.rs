//! Getting tokens, renewing them, and giving them back.
//!
//! <https://www.zoho.com/crm/developer/docs/api/v8/access-refresh.html>,
//! <https://www.zoho.com/crm/developer/docs/api/v8/refresh.html>,
//! <https://www.zoho.com/crm/developer/docs/api/v8/revoke-tokens.html>

use super::{DataCentre, Environment, OauthError};
use crate::json::{filled, text};
use mxs_http::{Method, Request, Response, url};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};

/// The app as Zoho knows it. The secret may be another one in each data centre.
#[derive(Clone, Copy, Debug)]
pub struct Client<'a> {
    /// Its id.
    pub id: &'a str,
    /// Its secret.
    pub secret: &'a SecretString,
}

/// What a sign-in or a refresh gives.
#[derive(Clone, Debug)]
pub struct Tokens {
    /// Goes with each request: `Zoho-oauthtoken …`.
    pub access: SecretString,
    /// Gets the next tokens; none in the answer to a refresh, as it stays the same.
    pub refresh: Option<SecretString>,
    /// How long the access token is good for, in seconds from now; 0 where Zoho didn't say.
    pub expires_in: u32,
    /// The environment that the tokens are for. The origin to ask is [`DataCentre::api`].
    pub environment: Environment,
    /// The scopes that were granted; empty where Zoho didn't say.
    pub scopes: Vec<String>,
}

/// Redeems a code for tokens. `redirect_uri` is that of the sign-in.
pub fn redeem(client: Client<'_>, redirect_uri: &str, code: &SecretString) -> Request {
    token_request(&[
        ("grant_type", "authorization_code"),
        ("client_id", client.id),
        ("client_secret", client.secret.expose_secret()),
        ("redirect_uri", redirect_uri),
        ("code", code.expose_secret()),
    ])
}

/// Gets a new access token.
pub fn refresh(client: Client<'_>, refresh_token: &SecretString) -> Request {
    token_request(&[
        ("grant_type", "refresh_token"),
        ("client_id", client.id),
        ("client_secret", client.secret.expose_secret()),
        ("refresh_token", refresh_token.expose_secret()),
    ])
}

/// Gives a refresh token back, and with it every access token that was got by it.
pub fn revoke(refresh_token: &SecretString) -> Request {
    let form = url::form([("token", refresh_token.expose_secret())]);
    Request::new(Method::Post, "/oauth/v2/token/revoke").body(FORM, form)
}

/// Secrets go in the body: addresses end up in logs.
fn token_request(pairs: &[(&str, &str)]) -> Request {
    Request::new(Method::Post, "/oauth/v2/token").body(FORM, url::form(pairs.iter().copied()))
}

const FORM: &str = "application/x-www-form-urlencoded";

/// Reads the answer to [`redeem`] and [`refresh`], which came from `centre`. The API's origin that it names must be one
/// of that data centre's.
pub fn parse_token(response: &Response, centre: &DataCentre) -> Result<Tokens, OauthError> {
    let answer = Some(response).filter(|response| response.is_success());
    let answer = answer.and_then(|response| crate::json::parse(&response.body));
    let Some((answer, access)) = answer.as_ref().and_then(|answer| Some((answer, filled(answer, "access_token")?)))
    else {
        return Err(OauthError::of(response));
    };
    let api = filled(answer, "api_domain").ok_or(OauthError::Unreadable { status: response.status })?;
    Ok(Tokens {
        access: SecretString::from(access),
        refresh: filled(answer, "refresh_token").map(SecretString::from),
        expires_in: expires_in(answer),
        environment: centre.environment(api).ok_or(OauthError::UnknownServer)?,
        scopes: text(answer, "scope").split([' ', ',']).filter(|scope| !scope.is_empty()).map(str::to_owned).collect(),
    })
}

/// Reads the answer to [`revoke`]. A token that is no longer good has been given back.
pub fn parse_revoked(response: &Response) -> Result<(), OauthError> {
    let answer = crate::json::parse(&response.body);
    let succeeded = response.is_success() && answer.is_some_and(|answer| text(&answer, "status") == "success");
    match OauthError::of(response) {
        _ if succeeded => Ok(()),
        OauthError::SignInAgain => Ok(()),
        error => Err(error),
    }
}

/// A number, or the text of one.
fn expires_in(answer: &Map<String, Value>) -> u32 {
    let seconds = answer.get("expires_in");
    let number = seconds.and_then(Value::as_u64).and_then(|seconds| u32::try_from(seconds).ok());
    number.or_else(|| seconds?.as_str()?.parse().ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: impl Into<String>) -> Response {
        Response::new(status).body("application/json;charset=UTF-8", body.into())
    }

    #[test]
    fn requests_are_forms_with_the_secrets_in_the_body() {
        let secret = SecretString::from("s&1");
        let client = Client { id: "1000.APP", secret: &secret };
        let cases = [
            (
                redeem(client, "https://function.example/zoho", &SecretString::from("1000.c")),
                "/oauth/v2/token",
                "grant_type=authorization_code&client_id=1000.APP&client_secret=s%261\
                 &redirect_uri=https%3A%2F%2Ffunction.example%2Fzoho&code=1000.c",
            ),
            (
                refresh(client, &SecretString::from("1000.r")),
                "/oauth/v2/token",
                "grant_type=refresh_token&client_id=1000.APP&client_secret=s%261&refresh_token=1000.r",
            ),
            (revoke(&SecretString::from("1000.r")), "/oauth/v2/token/revoke", "token=1000.r"),
        ];
        for (request, url, body) in cases {
            assert_eq!((request.method, request.url.as_str()), (Method::Post, url));
            assert_eq!(String::from_utf8_lossy(&request.body), body);
            assert_eq!(request.headers.get("Content-Type"), Some("application/x-www-form-urlencoded"));
        }
    }

    #[test]
    fn tokens_are_read_and_hidden() {
        let body = r#"{"access_token":"1000.a","refresh_token":"1000.r","scope":"ZohoCRM.org.READ ZohoCRM.users.READ","api_domain":"https://sandbox.zohoapis.eu","token_type":"Bearer","expires_in":3600}"#;
        let tokens = parse_token(&answer(200, body), &DataCentre::ALL[1]).expect("tokens");
        assert_eq!((tokens.access.expose_secret(), tokens.expires_in), ("1000.a", 3600));
        assert_eq!(tokens.refresh.as_ref().map(ExposeSecret::expose_secret), Some("1000.r"));
        assert_eq!((tokens.environment, tokens.scopes.len()), (Environment::Sandbox, 2));
        assert!(!format!("{tokens:?}").contains("1000."), "{tokens:?}");
    }

    #[test]
    fn an_origin_of_another_data_centre_or_of_nobody_is_refused() {
        let cases = [
            ("https://www.zohoapis.eu", Ok(Environment::Production)),
            ("https://www.zohoapis.eu/", Ok(Environment::Production)),
            ("https://developer.zohoapis.eu", Ok(Environment::Developer)),
            ("https://www.zohoapis.com", Err(OauthError::UnknownServer)),
            ("https://www.zohoapis.eu.evil.example", Err(OauthError::UnknownServer)),
            ("http://www.zohoapis.eu", Err(OauthError::UnknownServer)),
            ("", Err(OauthError::Unreadable { status: 200 })),
        ];
        for (api, wanted) in cases {
            let body = format!(r#"{{"access_token":"1000.a","api_domain":"{api}","expires_in":"60"}}"#);
            let found = parse_token(&answer(200, body), &DataCentre::ALL[1]);
            assert_eq!(found.map(|tokens| tokens.environment), wanted, "{api}");
        }
    }

    #[test]
    fn refused_tokens_say_what_to_do() {
        let error = |error: &str| format!(r#"{{"error":"{error}"}}"#);
        let throttled = r#"{"error_description":"You have made too many requests continuously. Ada should wait.","error":"Access Denied","status":"failure"}"#;
        let cases = [
            // Most errors come with a status of success.
            (200, error("invalid_code"), OauthError::SignInAgain),
            (200, error("invalid_client"), OauthError::WrongConfiguration),
            (200, error("invalid_client_secret"), OauthError::WrongConfiguration),
            (200, error("invalid_redirect_uri"), OauthError::WrongConfiguration),
            (200, error("access_denied"), OauthError::Denied),
            (400, error("invalid_token"), OauthError::SignInAgain),
            (400, throttled.to_owned(), OauthError::Throttled),
            (200, throttled.to_owned(), OauthError::Throttled),
            (429, "slow down".to_owned(), OauthError::Throttled),
            (503, error("whatever"), OauthError::Unavailable { status: 503 }),
            (502, "<html>".to_owned(), OauthError::Unavailable { status: 502 }),
            (403, "<html>".to_owned(), OauthError::Unreadable { status: 403 }),
            (200, "<html>".to_owned(), OauthError::Unreadable { status: 200 }),
            (200, "{}".to_owned(), OauthError::Unreadable { status: 200 }),
            (200, r#"{"access_token":7}"#.to_owned(), OauthError::Unreadable { status: 200 }),
            (400, r#"{"access_token":"1000.a"}"#.to_owned(), OauthError::Unreadable { status: 400 }),
        ];
        for (status, body, wanted) in cases {
            let found = parse_token(&answer(status, body.clone()), &DataCentre::ALL[0]).expect_err(&body);
            assert_eq!(found, wanted, "{status} {body}");
            assert!(!format!("{found} {found:?}").contains("Ada"));
        }
    }

    #[test]
    fn what_is_no_longer_good_has_been_given_back() {
        let cases = [
            (200, r#"{"status":"success"}"#, Ok(())),
            (400, r#"{"status":"failure","error":"invalid_token"}"#, Ok(())),
            (400, r#"{"error":"Access Denied"}"#, Err(OauthError::Throttled)),
            (200, r#"{"status":"failure"}"#, Err(OauthError::Unreadable { status: 200 })),
            (500, r#"{"status":"success"}"#, Err(OauthError::Unavailable { status: 500 })),
            (200, "<html>", Err(OauthError::Unreadable { status: 200 })),
        ];
        for (status, body, wanted) in cases {
            assert_eq!(parse_revoked(&answer(status, body)), wanted, "{status} {body}");
        }
    }
}
