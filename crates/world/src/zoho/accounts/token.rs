//! `POST /oauth/v2/token` and `/oauth/v2/token/revoke`.
//!
//! Zoho answers most errors here with status 200 and a body `{"error": "..."}`; only throttling has
//! status 400. Public clients that handle both, and say that they met both, are the source.
//! <https://www.zoho.com/crm/developer/docs/api/v8/refresh.html>

use super::Parameters;
use super::grants::TooMany;
use crate::Context;
use crate::zoho::id::Id;
use crate::zoho::{Zoho, respond};
use mxs_http::Response;
use serde_json::json;

fn error(code: &str) -> Response {
    respond(200, &json!({ "error": code }))
}

fn throttled() -> Response {
    respond(
        400,
        &json!({
            "error_description": "You have made too many requests continuously. Please try again after some time.",
            "error": "Access Denied",
            "status": "failure",
        }),
    )
}

/// Gives tokens for a code or a refresh token.
pub(super) fn issue(
    zoho: &mut Zoho,
    context: &mut Context<'_>,
    parameters: &Parameters,
    origin: Option<&str>,
) -> Response {
    let Some(client) = parameters.get("client_id").and_then(|id| zoho.accounts.client(id)) else {
        return error("invalid_client");
    };
    if parameters.get("client_secret") != Some(client.secret.as_str()) {
        return error("invalid_client_secret");
    }
    let client = client.id.clone();
    match parameters.get("grant_type") {
        Some("refresh_token") => refresh(zoho, context, parameters, &client, origin),
        Some("authorization_code") => exchange(zoho, context, parameters, &client, origin),
        _ => error("invalid_grant"),
    }
}

/// The origin that a user's API calls go to, when `origin` is the accounts server of his data centre.
/// Tokens of one data centre mean nothing to another.
fn api_domain(zoho: &Zoho, user: Id, origin: Option<&str>) -> Option<String> {
    let org = zoho.orgs.iter().find(|org| org.owns(user))?;
    origin.is_none_or(|origin| origin == org.data_centre.accounts).then(|| org.data_centre.api_domain.clone())
}

fn refresh(
    zoho: &mut Zoho,
    context: &mut Context<'_>,
    parameters: &Parameters,
    client: &str,
    origin: Option<&str>,
) -> Response {
    let Some(token) = parameters.get("refresh_token") else { return error("invalid_code") };
    let user = zoho.accounts.user_of(token);
    let Some(api_domain) = user.and_then(|user| api_domain(zoho, user, origin)) else { return error("invalid_code") };
    match zoho.accounts.refresh(context, client, token) {
        Ok(None) => error("invalid_code"),
        Err(TooMany) => throttled(),
        Ok(Some((access_token, scopes))) => respond(
            200,
            &json!({
                "access_token": access_token,
                "scope": scopes.join(" "),
                "api_domain": api_domain,
                "token_type": "Bearer",
                "expires_in": 3600,
            }),
        ),
    }
}

fn exchange(
    zoho: &mut Zoho,
    context: &mut Context<'_>,
    parameters: &Parameters,
    client: &str,
    origin: Option<&str>,
) -> Response {
    // A code is good for one try, whatever comes of it.
    let code = parameters.get("code").and_then(|code| zoho.accounts.codes.remove(code));
    let Some(code) = code.filter(|code| code.expires > context.now && code.client == client) else {
        return error("invalid_code");
    };
    if parameters.get("redirect_uri") != Some(code.redirect_uri.as_str()) {
        return error("invalid_redirect_uri");
    }
    let Some(api_domain) = api_domain(zoho, code.user, origin) else { return error("invalid_code") };
    let refresh_token = match code.offline {
        false => None,
        true => match zoho.accounts.try_grant(context, code.user, client, &code.scopes) {
            Ok(token) => Some(token),
            Err(TooMany) => return throttled(),
        },
    };
    let access_token = zoho.accounts.access(context, code.user, &code.scopes, refresh_token.as_deref());
    let mut answer = json!({
        "access_token": access_token,
        "scope": code.scopes.join(" "),
        "api_domain": api_domain,
        "token_type": "Bearer",
        "expires_in": 3600,
    });
    if let Some(token) = refresh_token {
        answer["refresh_token"] = json!(token);
    }
    respond(200, &answer)
}

/// Takes a token back.
pub(super) fn revoke(zoho: &mut Zoho, parameters: &Parameters) -> Response {
    match parameters.get("token") {
        Some(token) if zoho.accounts.revoke(token) => respond(200, &json!({ "status": "success" })),
        _ => respond(400, &json!({ "status": "failure", "error": "invalid_token" })),
    }
}
