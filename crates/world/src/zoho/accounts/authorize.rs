//! `/oauth/v2/auth`: asking a person, and what follows from the answer.
//!
//! <https://www.zoho.com/crm/developer/docs/api/v8/auth-request.html>

use super::Parameters;
use super::grants::{Code, new_token};
use super::page::{self, Choice};
use crate::Context;
use crate::zoho::Zoho;
use crate::zoho::id::Id;
use crate::zoho::org::{Org, User, UserStatus};
use jiff::SignedDuration;
use mxs_http::Response;
use mxs_http::url::form;

/// How long a code lives.
const CODE_LIFETIME: SignedDuration = SignedDuration::from_mins(2);

/// Why nobody can be asked.
struct Refusal(&'static str);

/// What a request to the page must carry. Zoho shows these errors on the page: it sends nobody to an
/// address that isn't registered.
fn check<'a>(zoho: &Zoho, parameters: &'a Parameters) -> Result<(&'a str, &'a str), Refusal> {
    let client =
        parameters.get("client_id").and_then(|id| zoho.accounts.client(id)).ok_or(Refusal("Invalid Client"))?;
    let redirect = parameters.get("redirect_uri").filter(|uri| client.redirect_uris.iter().any(|known| known == uri));
    let redirect = redirect.ok_or(Refusal("Invalid Redirect Uri"))?;
    if parameters.get("response_type") != Some("code") {
        return Err(Refusal("Invalid Response Type"));
    }
    let scope = parameters.get("scope").ok_or(Refusal("Invalid OAuth Scope"))?;
    if scope.split(',').any(|scope| !scope.trim().starts_with("Zoho") && !OPEN_ID.contains(&scope.trim())) {
        return Err(Refusal("Invalid OAuth Scope"));
    }
    Ok((redirect, scope))
}

/// The scopes of OpenID Connect.
const OPEN_ID: [&str; 4] = ["openid", "email", "profile", "phone"];

/// The page that asks. A real one asks who signed in; this one lets the tester choose.
pub(super) fn ask(zoho: &Zoho, parameters: &Parameters, origin: Option<&str>) -> Response {
    let (_, scope) = match check(zoho, parameters) {
        Ok(checked) => checked,
        Err(Refusal(reason)) => return page::error(reason),
    };
    let choice = |(org, user): (&Org, &User)| Choice {
        user: user.id,
        label: format!("{} ({}), {}", user.full_name(), user.email, org.name),
    };
    let choices: Vec<Choice> = candidates(zoho, origin).map(choice).collect();
    page::consent(&choices, scope, &parameters.0)
}

/// Who may sign in: active users of the data centre that was asked.
fn candidates<'z>(zoho: &'z Zoho, origin: Option<&str>) -> impl Iterator<Item = (&'z Org, &'z User)> {
    let orgs = zoho.orgs.iter().filter(move |org| origin.is_none_or(|origin| origin == org.data_centre.accounts));
    orgs.flat_map(|org| org.users.iter().filter(|user| user.status == UserStatus::Active).map(move |user| (org, user)))
}

/// What the person decided: back to the application with a code, or with `access_denied`.
pub(super) fn decide(
    zoho: &mut Zoho,
    context: &mut Context<'_>,
    parameters: &Parameters,
    origin: Option<&str>,
) -> Response {
    let (redirect, scope) = match check(zoho, parameters) {
        Ok(checked) => checked,
        Err(Refusal(reason)) => return page::error(reason),
    };
    let state = parameters.get("state").map(|state| ("state", state));
    if parameters.get("decision") != Some("accept") {
        return send(redirect, [Some(("error", "access_denied")), state].into_iter().flatten());
    }
    let chosen = parameters.get("user").and_then(|user| user.parse::<Id>().ok());
    let found = candidates(zoho, origin).find(|(_, user)| Some(user.id) == chosen);
    let Some((user, data_centre)) = found.map(|(org, user)| (user.id, org.data_centre.clone())) else {
        return page::error("Choose a user");
    };
    let client = parameters.get("client_id").unwrap_or_default().to_owned();
    let first = zoho.accounts.consents.insert((user, client.clone()));
    let asked = parameters.get("prompt").is_some_and(|prompt| prompt.split(' ').any(|prompt| prompt == "consent"));
    let code = new_token(context.ids);
    let entry = Code {
        user,
        client,
        scopes: scope.split(',').map(|scope| scope.trim().to_owned()).collect(),
        redirect_uri: redirect.to_owned(),
        offline: parameters.get("access_type") == Some("offline") && (first || asked),
        expires: context.now + CODE_LIFETIME,
    };
    zoho.accounts.codes.retain(|_, code| code.expires > context.now);
    zoho.accounts.codes.insert(code.clone(), entry);
    let answer = [
        state,
        Some(("code", code.as_str())),
        Some(("location", data_centre.location.as_str())),
        Some(("accounts-server", data_centre.accounts.as_str())),
    ];
    send(redirect, answer.into_iter().flatten())
}

fn send<'a>(redirect: &str, parameters: impl IntoIterator<Item = (&'a str, &'a str)>) -> Response {
    let glue = if redirect.contains('?') { '&' } else { '?' };
    Response::new(302).header("Location", format!("{redirect}{glue}{}", form(parameters)))
}
