//! Which client asks for a token, and how it proves that it may.
//!
//! See <https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-auth-code-flow>.

use super::encoding::{is_code_verifier, pkce_challenge};
use super::errors::Failure;
use crate::microsoft::directory::App;
use crate::microsoft::target::pair;
use mxs_http::Response;

/// A token request's form, and the header fields that matter.
pub(super) struct Asked<'a> {
    pub(super) tenant: &'a str,
    pub(super) form: Vec<(String, String)>,
    pub(super) origin: Option<&'a str>,
}

impl Asked<'_> {
    pub(super) fn field(&self, name: &str) -> Option<&str> {
        pair(&self.form, name).filter(|value| !value.is_empty())
    }

    pub(super) fn required(&self, name: &str) -> Result<&str, Failure> {
        self.field(name).ok_or_else(|| Failure::missing(name))
    }
}

/// A page's tokens are for pages, a server's for servers.
pub(super) fn check_client(asked: &Asked<'_>, app: &App, spa: bool) -> Result<(), Failure> {
    match (spa, asked.origin) {
        (true, None) => {
            let message = "Tokens issued for the 'Single-Page Application' client-type may only be redeemed via \
                cross-origin requests.";
            Err(Failure::new("invalid_request", 9_002_327, message))
        }
        (true, Some(_)) if asked.field("client_secret").is_some() || asked.field("client_assertion").is_some() => {
            Err(Failure::client(
                700_025,
                "Client is public so neither 'client_assertion' nor 'client_secret' should be \
                presented.",
            ))
        }
        (true, Some(origin)) if !app.has_spa_origin(origin) => Err(cross_origin(origin)),
        (true, Some(_)) => Ok(()),
        (false, Some(origin)) => Err(cross_origin(origin)),
        (false, None) => check_proof(asked, app),
    }
}

pub(super) fn cross_origin(origin: &str) -> Failure {
    let message = format!(
        "Cross-origin token redemption is permitted only for the 'Single-Page Application' client-type. \
        Request origin: '{origin}'."
    );
    Failure::new("invalid_request", 9_002_326, message)
}

/// A server proves which application it is. What an assertion says was checked before ([`super::assertion`]).
pub(super) fn check_proof(asked: &Asked<'_>, app: &App) -> Result<(), Failure> {
    let Some(secret) = asked.field("client_secret") else {
        if asked.field("client_assertion").is_some() {
            return Ok(());
        }
        return Err(Failure::client(
            7_000_218,
            "The request body must contain the following parameter: 'client_assertion' or \
            'client_secret'.",
        ));
    };
    if !app.secrets.iter().any(|known| known == secret) {
        let message = format!(
            "Invalid client secret provided. Ensure the secret being sent in the request is the client \
            secret value, not the client secret ID, for a secret added to app '{}'.",
            app.client_id
        );
        return Err(Failure::client(7_000_215, message));
    }
    Ok(())
}

pub(super) fn check_verifier(asked: &Asked<'_>, challenge: Option<&str>) -> Result<(), Failure> {
    match (challenge, asked.field("code_verifier")) {
        (None, None) => Ok(()),
        (Some(_), None) => Err(Failure::missing("code_verifier")),
        (Some(challenge), Some(verifier)) if is_code_verifier(verifier) && pkce_challenge(verifier) == challenge => {
            Ok(())
        }
        (_, Some(_)) => {
            let message = "The Code_Verifier does not match the code_challenge supplied in the authorization \
                request.";
            Err(Failure::new("invalid_grant", 501_481, message))
        }
    }
}

pub(super) fn allow_origin(response: Response, origin: &str) -> Response {
    response
        .header("Access-Control-Allow-Origin", origin)
        .header("Access-Control-Allow-Credentials", "true")
        .header("Access-Control-Allow-Methods", "POST, OPTIONS")
        .header("Vary", "Origin")
}
