//! Who asks.
//!
//! See <https://learn.microsoft.com/en-us/exchange/client-developer/exchange-web-services/authentication-and-ews-in-exchange>.

use super::ids;
use super::ntlm::{self, FromClient};
use crate::Context;
use crate::microsoft::Microsoft;
use crate::microsoft::directory::{Directory, Tenant, User};
use jiff::{SignedDuration, Timestamp};
use mxs_http::Request;
use std::collections::VecDeque;

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
        "ntlm" | "negotiate" if offered.ntlm => match ids::from_base64(rest).as_deref().and_then(ntlm::read) {
            Some(FromClient::Negotiate) => return Err(challenge(microsoft, context, scheme)),
            Some(FromClient::Authenticate(answer)) => proven(microsoft, context, &answer),
            None => None,
        },
        _ => None,
    };
    caller.ok_or_else(|| Unknown { challenges: challenges(microsoft) })
}

/// How long a challenge waits for its answer.
const CHALLENGE_LIFE: SignedDuration = SignedDuration::from_mins(1);
/// How many of them may wait.
const CHALLENGES_MAX: usize = 64;

/// The challenges of NTLM that wait for their answers, the oldest first.
///
/// A server remembers a challenge with the connection on which it sent it, and lets in whatever comes on that connection
/// afterwards. The world has no connections: it remembers the challenges themselves, an answer is to whichever of them it
/// proves, and lets in one request.
pub(crate) type Challenges = VecDeque<([u8; 8], Timestamp)>;

/// Challenges a client.
fn challenge(microsoft: &mut Microsoft, context: &mut Context<'_>, scheme: &str) -> Unknown {
    let number = context.ids.next_number().to_be_bytes();
    let waiting = &mut microsoft.ews.challenges;
    waiting.push_back((number, context.now));
    if waiting.len() > CHALLENGES_MAX {
        waiting.pop_front();
    }
    let domain = microsoft.directory.tenants.first().map(Tenant::domain_name).unwrap_or_default();
    let message = ids::base64(&ntlm::challenge(number, &domain));
    Unknown {
        challenges: vec![format!(
            "{} {message}",
            if scheme.eq_ignore_ascii_case("ntlm") { "NTLM" } else { "Negotiate" }
        )],
    }
}

/// Who answered one of the challenges.
fn proven(microsoft: &mut Microsoft, context: &Context<'_>, answer: &ntlm::Answer) -> Option<Caller> {
    let name = if answer.domain.is_empty() || answer.user.contains('@') {
        answer.user.clone()
    } else {
        format!("{}\\{}", answer.domain, answer.user)
    };
    let user = microsoft.directory.by_account(&name).filter(|user| may_sign_in(user))?;
    let waiting = &mut microsoft.ews.challenges;
    waiting.retain(|(_, sent)| *sent + CHALLENGE_LIFE > context.now);
    let place = waiting.iter().position(|(number, _)| ntlm::is_proof(answer, &user.password, *number))?;
    waiting.remove(place);
    Some(Caller::User(user.id.clone()))
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
