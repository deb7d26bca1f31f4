//! What the identity service remembers: sessions, half-done sign-ins, codes, tokens and consents.

use super::VerifySignature;
use super::request::Authorize;
use crate::Context;
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A code lives ten minutes.
///
/// See <https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-auth-code-flow>.
pub(super) const CODE_LIFE: SignedDuration = SignedDuration::from_mins(10);
/// What `expires_in` says; an access token really lives 60 to 90 minutes, this one the announced time.
pub(in crate::microsoft) const ACCESS_LIFE_S: i64 = 3599;
/// See <https://learn.microsoft.com/en-us/entra/identity-platform/refresh-tokens>.
pub(super) const SPA_REFRESH_LIFE: SignedDuration = SignedDuration::from_hours(24);
/// See <https://learn.microsoft.com/en-us/entra/identity-platform/refresh-tokens>.
pub(super) const REFRESH_LIFE: SignedDuration = SignedDuration::from_hours(24 * 90);
/// How long a page waits for its answer. The vendor's pages give up after some time too; how long it is isn't
/// documented.
pub(super) const FLOW_LIFE: SignedDuration = SignedDuration::from_hours(1);
/// How many pages may wait for their answers.
const FLOWS_MAX: usize = 1_000;
/// How long a browser stays signed in.
pub(super) const SESSION_LIFE: SignedDuration = SignedDuration::from_hours(24);

/// A browser that has signed in.
pub(super) struct Session {
    pub(super) user: String,
    pub(super) started: Timestamp,
}

/// A sign-in that a page is open for.
#[derive(Clone)]
pub(super) struct Flow {
    pub(super) request: Authorize,
    /// Who signed in; nobody yet while the sign-in page is open.
    pub(super) user: Option<String>,
    pub(super) opened: Timestamp,
    /// Its place in the order of opening.
    pub(super) number: u64,
}

/// An authorization code.
pub(super) struct Code {
    pub(super) request: Authorize,
    pub(super) user: String,
    pub(super) scopes: Vec<String>,
    pub(super) issued: Timestamp,
    pub(super) redeemed: bool,
    pub(super) revoked: bool,
}

/// A refresh token.
#[derive(Clone)]
pub(super) struct Refresh {
    pub(super) client: String,
    pub(super) user: String,
    pub(super) tenant: String,
    pub(super) scopes: Vec<String>,
    /// Issued to a page in a browser: its life ends 24 hours after the sign-in whatever happens.
    pub(super) spa: bool,
    pub(super) issued: Timestamp,
    pub(super) expires: Timestamp,
    pub(super) revoked: bool,
}

/// What an access token stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Access {
    /// The application.
    pub(crate) client: String,
    /// The tenant.
    pub(crate) tenant: String,
    /// The user; `None` for an application's own token.
    pub(crate) user: Option<String>,
    /// Delegated scopes, or application roles.
    pub(crate) grants: Vec<String>,
    /// When it stops to work.
    pub(crate) expires: Timestamp,
}

/// Everything remembered.
#[derive(Default)]
pub(crate) struct Store {
    pub(super) sessions: BTreeMap<String, Session>,
    flows: BTreeMap<String, Flow>,
    flows_opened: u64,
    pub(super) codes: BTreeMap<String, Code>,
    pub(super) refresh: HashMap<String, Refresh>,
    access: HashMap<String, Access>,
    /// What a user consented to, by user and client.
    consents: BTreeMap<(String, String), BTreeSet<String>>,
    /// When the assertions that were used end, by client and name.
    assertions: BTreeMap<(String, String), Timestamp>,
    /// How signatures are checked.
    verify: Option<VerifySignature>,
}

impl Store {
    /// Checks signatures this way from now on.
    pub(crate) fn verify_with(&mut self, verify: VerifySignature) {
        self.verify = Some(verify);
    }

    /// Whether a signature was made with the key of a certificate; nobody knows where nobody can check.
    pub(super) fn is_signed(&self, certificate: &[u8], message: &[u8], signature: &[u8]) -> bool {
        self.verify.is_some_and(|verify| verify(certificate, message, signature))
    }

    /// Whether an assertion of this name was not used before. It is remembered until it is void.
    pub(super) fn is_first(&mut self, client: &str, name: &str, void: Timestamp) -> bool {
        self.assertions.insert((client.to_owned(), name.to_owned()), void).is_none()
    }

    /// Remembers an access token.
    pub(super) fn issue(&mut self, token: String, access: Access, now: Timestamp) {
        // Long runs would pile up dead tokens; a day later nobody asks what became of one.
        if self.access.len() > 10_000 {
            self.access.retain(|_, access| access.expires + SPA_REFRESH_LIFE > now);
        }
        self.access.insert(token, access);
    }

    /// A new access token for `access`.
    pub(crate) fn new_access(&mut self, access: Access, context: &mut Context<'_>) -> String {
        let token = format!("EwB{}", context.ids.token(200));
        self.issue(token.clone(), access, context.now);
        token
    }

    /// Remembers that a page is open, under `token`; the oldest are forgotten where there are too many.
    pub(super) fn open(&mut self, token: String, request: Authorize, user: Option<String>, now: Timestamp) {
        while self.flows.len() >= FLOWS_MAX {
            let oldest = self.flows.iter().min_by_key(|(_, flow)| flow.number).map(|(token, _)| token.clone());
            let Some(oldest) = oldest else { break };
            self.flows.remove(&oldest);
        }
        self.flows_opened += 1;
        self.flows.insert(token, Flow { request, user, opened: now, number: self.flows_opened });
    }

    /// The sign-in that a page is open for.
    pub(super) fn flow(&self, token: &str, now: Timestamp) -> Option<&Flow> {
        self.flows.get(token).filter(|flow| flow.opened + FLOW_LIFE > now)
    }

    /// A page was answered.
    pub(super) fn close(&mut self, token: &str) {
        self.flows.remove(token);
    }

    /// What an access token stands for, expired or not.
    pub(crate) fn access(&self, token: &str) -> Option<&Access> {
        self.access.get(token)
    }

    /// Whether `user` consented to all of `scopes` for `client`.
    pub(super) fn has_consent(&self, user: &str, client: &str, scopes: &[String]) -> bool {
        let given = self.consents.get(&(user.to_owned(), client.to_owned()));
        scopes.iter().all(|scope| given.is_some_and(|given| given.contains(scope)))
    }

    /// Whether `user` consented to anything for `client`.
    pub(super) fn has_any_consent(&self, user: &str, client: &str) -> bool {
        self.consents.contains_key(&(user.to_owned(), client.to_owned()))
    }

    /// Records a consent.
    pub(super) fn consent(&mut self, user: &str, client: &str, scopes: &[String]) {
        self.consents.entry((user.to_owned(), client.to_owned())).or_default().extend(scopes.iter().cloned());
    }

    /// Takes a user's consent back.
    pub(crate) fn revoke_consent(&mut self, user: &str, client: &str) {
        self.consents.remove(&(user.to_owned(), client.to_owned()));
    }

    /// Ends a user's sessions: browsers ask for the password again, codes and refresh tokens are void.
    /// Access tokens work until they expire.
    pub(crate) fn revoke_sessions(&mut self, user: &str) {
        self.sessions.retain(|_, session| session.user != user);
        self.codes.values_mut().filter(|code| code.user == user).for_each(|code| code.revoked = true);
        self.refresh.values_mut().filter(|token| token.user == user).for_each(|token| token.revoked = true);
    }

    /// Makes every access token of a user expire at `now`.
    pub(crate) fn expire_access(&mut self, user: &str, now: Timestamp) {
        let tokens = self.access.values_mut().filter(|access| access.user.as_deref() == Some(user));
        tokens.for_each(|access| access.expires = access.expires.min(now));
    }

    /// Makes every access token of an application's own expire at `now`.
    pub(crate) fn expire_application_access(&mut self, client: &str, now: Timestamp) {
        let tokens = self.access.values_mut().filter(|access| access.user.is_none() && access.client == client);
        tokens.for_each(|access| access.expires = access.expires.min(now));
    }

    /// Forgets what can't matter any more.
    pub(super) fn tidy(&mut self, now: Timestamp) {
        self.assertions.retain(|_, void| *void > now);
        self.sessions.retain(|_, session| session.started + SESSION_LIFE > now);
        // A redeemed code stays for a while, to be told from one that never was.
        self.codes.retain(|_, code| code.issued + SPA_REFRESH_LIFE > now);
        if self.refresh.len() > 10_000 {
            self.refresh.retain(|_, token| token.expires + SPA_REFRESH_LIFE > now);
        }
    }
}
