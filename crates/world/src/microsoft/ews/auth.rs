//! Who asks.
//!
//! See <https://learn.microsoft.com/en-us/exchange/client-developer/exchange-web-services/authentication-and-ews-in-exchange>.

use super::ids;
use crate::Context;
use crate::microsoft::Microsoft;
use crate::microsoft::directory::{Directory, User};
use mxs_http::Request;

/// Who was let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Caller {
    /// The user of this object id.
    User(String),
    /// An application that acts for itself, in this tenant.
    Application {
        /// The tenant's id.
        tenant: String,
    },
}

/// Nobody was let in.
pub(super) struct Unknown {
    /// What `WWW-Authenticate` says, in its order.
    pub(super) challenges: Vec<String>,
}

/// The permission of a user's token.
const DELEGATED: &str = "EWS.AccessAsUser.All";
/// The permission of an application's own token.
const APPLICATION: &str = "full_access_as_app";

/// Finds out who sent a request.
pub(super) fn caller(
    microsoft: &mut Microsoft,
    context: &mut Context<'_>,
    request: &Request,
) -> Result<Caller, Unknown> {
    let offered = microsoft.rules.ews.offered.clone();
    let header = request.headers.get("Authorization").unwrap_or_default().trim();
    let (scheme, rest) = header.split_once(' ').unwrap_or((header, ""));
    let caller = match scheme.to_ascii_lowercase().as_str() {
        "basic" if offered.basic => basic(&microsoft.directory, rest.trim()),
        "bearer" if offered.bearer => bearer(microsoft, context, rest.trim()),
        _ => None,
    };
    caller.ok_or_else(|| Unknown { challenges: challenges(microsoft) })
}

/// What is offered, the strongest first.
fn challenges(microsoft: &Microsoft) -> Vec<String> {
    let offered = &microsoft.rules.ews.offered;
    let mut challenges = Vec::new();
    if offered.bearer {
        challenges.push("Bearer client_id=\"00000002-0000-0ff1-ce00-000000000000\"".to_owned());
    }
    if offered.ntlm {
        challenges.extend(["Negotiate".to_owned(), "NTLM".to_owned()]);
    }
    if offered.basic {
        challenges.push("Basic realm=\"exchange\"".to_owned());
    }
    challenges
}

/// Name and password.
fn basic(directory: &Directory, credentials: &str) -> Option<Caller> {
    let decoded = String::from_utf8(ids::from_base64(credentials)?).ok()?;
    let (name, password) = decoded.split_once(':')?;
    let user = directory.by_account(name).filter(|user| may_sign_in(user) && user.password == password)?;
    Some(Caller::User(user.id.clone()))
}

/// Whether an account is open. Windows answers an account that is closed and a password that ended as it answers a wrong
/// one.
fn may_sign_in(user: &User) -> bool {
    user.enabled && !user.password_expired
}

/// A token that the world's identity issued.
fn bearer(microsoft: &Microsoft, context: &Context<'_>, token: &str) -> Option<Caller> {
    let access = microsoft.store.access(token).filter(|access| access.expires > context.now)?;
    let is_granted = |wanted: &str| {
        access.grants.iter().any(|grant| grant.rsplit_once('/').map_or(grant.as_str(), |(_, name)| name) == wanted)
    };
    match &access.user {
        Some(user) => is_granted(DELEGATED).then(|| Caller::User(user.clone())),
        None => is_granted(APPLICATION).then(|| Caller::Application { tenant: access.tenant.clone() }),
    }
}
