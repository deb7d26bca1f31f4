//! What the accounts server remembers: clients, codes, refresh tokens, access tokens.

use crate::zoho::id::Id;
use crate::{Context, Ids};
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

/// A registered application.
pub(crate) struct Client {
    pub(crate) id: String,
    pub(crate) secret: String,
    pub(crate) redirect_uris: Vec<String>,
}

/// A code on its way from the consent page to the application.
pub(super) struct Code {
    pub(super) user: Id,
    pub(super) client: String,
    pub(super) scopes: Vec<String>,
    pub(super) redirect_uri: String,
    /// Whether the code is good for a refresh token too.
    pub(super) offline: bool,
    pub(super) expires: Timestamp,
}

/// A refresh token.
struct Grant {
    token: String,
    user: Id,
    client: String,
    scopes: Vec<String>,
    issued: Timestamp,
    /// When access tokens were made of it, within the last ten minutes.
    made: Vec<Timestamp>,
}

/// An access token.
#[derive(Clone)]
pub(crate) struct Access {
    pub(crate) user: Id,
    pub(crate) scopes: Vec<String>,
    /// The refresh token that it was made of.
    refresh: Option<String>,
    issued: Timestamp,
    expires: Timestamp,
}

/// Asked too often.
pub(super) struct TooMany;

/// Clients, codes and tokens. The limits are those of
/// <https://www.zoho.com/accounts/protocol/oauth/web-apps/access-token-expiry.html>.
#[derive(Default)]
pub(crate) struct Accounts {
    pub(crate) clients: Vec<Client>,
    pub(super) codes: BTreeMap<String, Code>,
    /// Who consented to which client before: only the first consent, or an asked-for one, gives a refresh
    /// token.
    pub(super) consents: BTreeSet<(Id, String)>,
    grants: Vec<Grant>,
    access: BTreeMap<String, Access>,
}

const ACCESS_LIFETIME: SignedDuration = SignedDuration::from_hours(1);
const THROTTLE_WINDOW: SignedDuration = SignedDuration::from_mins(10);
const ACCESS_PER_WINDOW: usize = 10;
const ACTIVE_ACCESS: usize = 15;
const REFRESH_PER_USER: usize = 20;
const REFRESH_PER_MINUTE: usize = 5;

/// A token as Zoho writes them: `1000.` and two runs of 32 hexadecimal digits.
pub(super) fn new_token(ids: &mut Ids) -> String {
    let mut run = || format!("{:016x}{:016x}", ids.next_number(), ids.next_number());
    format!("1000.{}.{}", run(), run())
}

impl Accounts {
    pub(crate) fn client(&self, id: &str) -> Option<&Client> {
        self.clients.iter().find(|client| client.id == id)
    }

    /// Makes a refresh token without asking how often that was done.
    pub(crate) fn grant(&mut self, context: &mut Context<'_>, user: Id, client: &str, scopes: &[String]) -> String {
        let token = new_token(context.ids);
        self.grants.push(Grant {
            token: token.clone(),
            user,
            client: client.to_owned(),
            scopes: scopes.to_vec(),
            issued: context.now,
            made: Vec::new(),
        });
        // The 21st takes the oldest's place. Access tokens made of that one live on until they expire.
        let of_user = |grant: &Grant| grant.user == user && grant.client == client;
        if self.grants.iter().filter(|grant| of_user(grant)).count() > REFRESH_PER_USER
            && let Some(oldest) = self.grants.iter().position(of_user)
        {
            self.grants.remove(oldest);
        }
        token
    }

    /// Makes a refresh token, at most five a minute for one user.
    pub(super) fn try_grant(
        &mut self,
        context: &mut Context<'_>,
        user: Id,
        client: &str,
        scopes: &[String],
    ) -> Result<String, TooMany> {
        let minute_ago = context.now - SignedDuration::from_mins(1);
        let lately = self.grants.iter().filter(|grant| grant.user == user && grant.issued > minute_ago).count();
        if lately >= REFRESH_PER_MINUTE { Err(TooMany) } else { Ok(self.grant(context, user, client, scopes)) }
    }

    /// Makes an access token that belongs to `refresh`, if to any; the oldest of more than fifteen is dropped.
    pub(crate) fn access(
        &mut self,
        context: &mut Context<'_>,
        user: Id,
        scopes: &[String],
        refresh: Option<&str>,
    ) -> String {
        let now = context.now;
        self.access.retain(|_, access| access.expires > now);
        let token = new_token(context.ids);
        let access = Access {
            user,
            scopes: scopes.to_vec(),
            refresh: refresh.map(str::to_owned),
            issued: now,
            expires: now + ACCESS_LIFETIME,
        };
        self.access.insert(token.clone(), access);
        if refresh.is_some() {
            let siblings = self.access.iter().filter(|(_, access)| access.refresh.as_deref() == refresh);
            let mut siblings: Vec<(Timestamp, String)> =
                siblings.map(|(token, access)| (access.issued, token.clone())).collect();
            siblings.sort();
            let surplus = siblings.len().saturating_sub(ACTIVE_ACCESS);
            for (_, oldest) in siblings.into_iter().filter(|(_, other)| *other != token).take(surplus) {
                self.access.remove(&oldest);
            }
        }
        token
    }

    /// Makes an access token of a refresh token: the token and its scopes, or nothing for an unknown
    /// refresh token.
    pub(super) fn refresh(
        &mut self,
        context: &mut Context<'_>,
        client: &str,
        token: &str,
    ) -> Result<Option<(String, Vec<String>)>, TooMany> {
        let now = context.now;
        let grant = self.grants.iter_mut().find(|grant| grant.token == token && grant.client == client);
        let Some(grant) = grant else { return Ok(None) };
        grant.made.retain(|made| *made > now - THROTTLE_WINDOW);
        if grant.made.len() >= ACCESS_PER_WINDOW {
            return Err(TooMany);
        }
        grant.made.push(now);
        let (user, scopes) = (grant.user, grant.scopes.clone());
        let access = self.access(context, user, &scopes, Some(token));
        Ok(Some((access, scopes)))
    }

    /// The user that a refresh token speaks for.
    pub(super) fn user_of(&self, token: &str) -> Option<Id> {
        self.grants.iter().find(|grant| grant.token == token).map(|grant| grant.user)
    }

    /// What an access token is good for, while it is.
    pub(crate) fn check(&self, token: &str, now: Timestamp) -> Option<&Access> {
        self.access.get(token).filter(|access| access.expires > now)
    }

    /// Takes back a refresh token and the access tokens made of it, or one access token.
    pub(crate) fn revoke(&mut self, token: &str) -> bool {
        if self.access.remove(token).is_some() {
            return true;
        }
        let before = self.grants.len();
        self.grants.retain(|grant| grant.token != token);
        self.access.retain(|_, access| access.refresh.as_deref() != Some(token));
        self.grants.len() < before
    }

    /// Ends every token of a user.
    pub(crate) fn revoke_user(&mut self, user: Id) {
        self.grants.retain(|grant| grant.user != user);
        self.access.retain(|_, access| access.user != user);
        self.consents.retain(|(who, _)| *who != user);
    }
}
