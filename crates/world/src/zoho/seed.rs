//! Setting the stage: organisations, people, clients, tokens, options.

use super::Zoho;
use super::accounts::Client;
use super::data_centre::DataCentre;
use super::id::Id;
use super::options::{Edition, OrgOptions};
use super::org::{Org, Profile, User, UserStatus};
use super::permission::{Action, Permissions};
use super::schema::{self, Field, Kind, MODULES};
use crate::Context;
use jiff::tz::TimeZone;
use std::borrow::Cow;

/// A user to add.
#[derive(Clone, Copy, Debug)]
pub struct NewUser<'a> {
    /// First and last name; the last word is the last name.
    pub name: &'a str,
    /// The e-mail address.
    pub email: &'a str,
    /// The profile.
    pub profile: Id,
    /// An IANA time zone, as `Europe/Berlin`.
    pub time_zone: &'a str,
    /// Language and country, as `de_DE`.
    pub language: &'a str,
}

impl Zoho {
    fn org(&self, zgid: &str) -> &Org {
        self.orgs.iter().find(|org| org.zgid == zgid).unwrap_or_else(|| panic!("no organisation {zgid}"))
    }

    fn org_mut(&mut self, zgid: &str) -> &mut Org {
        self.orgs.iter_mut().find(|org| org.zgid == zgid).unwrap_or_else(|| panic!("no organisation {zgid}"))
    }

    pub(super) fn org_of(&self, id: Id) -> Option<&Org> {
        self.orgs.iter().find(|org| org.owns(id))
    }

    pub(super) fn org_of_mut(&mut self, id: Id) -> Option<&mut Org> {
        self.orgs.iter_mut().find(|org| org.owns(id))
    }

    pub(super) fn user_mut(&mut self, user: Id) -> &mut User {
        let found = self.org_of_mut(user).and_then(|org| org.users.iter_mut().find(|known| known.id == user));
        found.unwrap_or_else(|| panic!("no user {user}"))
    }

    /// Adds an organisation. `zgid` is the id that the other functions take; it also stands in the CRM's
    /// addresses.
    ///
    /// # Panics
    ///
    /// When there is one with this id. The other functions of this block panic likewise when they are given
    /// ids that don't exist: they set a stage, and a wrong id is a mistake of the test.
    pub fn add_org(
        &mut self,
        context: &mut Context<'_>,
        zgid: &str,
        name: &str,
        edition: Edition,
        data_centre: DataCentre,
    ) {
        assert!(self.orgs.iter().all(|org| org.zgid != zgid), "organisation {zgid} exists");
        let number = self.orgs.len() as u64;
        self.orgs.push(Org::new(number, zgid, name, edition, data_centre, context.now));
    }

    /// The options of an organisation, to read or change.
    pub fn options(&mut self, zgid: &str) -> &mut OrgOptions {
        &mut self.org_mut(zgid).options
    }

    /// Adds a profile.
    pub fn add_profile(&mut self, zgid: &str, name: &str, permissions: Permissions) -> Id {
        let org = self.org_mut(zgid);
        let id = org.new_id();
        let permission_ids = org.new_ids(1 + (MODULES.len() * Action::ALL.len()) as u64);
        org.profiles.push(Profile { id, name: name.to_owned(), permissions, permission_ids });
        id
    }

    /// What a profile allows, to read or change.
    pub fn permissions(&mut self, profile: Id) -> &mut Permissions {
        let found = self.org_of_mut(profile).and_then(|org| org.profiles.iter_mut().find(|known| known.id == profile));
        &mut found.unwrap_or_else(|| panic!("no profile {profile}")).permissions
    }

    /// Adds an active user who accepted his invitation. The first user of an organisation is its primary
    /// contact and has the role at the top.
    ///
    /// # Panics
    ///
    /// When the time zone or the profile doesn't exist.
    pub fn add_user(&mut self, context: &mut Context<'_>, zgid: &str, user: NewUser<'_>) -> Id {
        let zone = TimeZone::get(user.time_zone).unwrap_or_else(|_| panic!("no time zone {}", user.time_zone));
        let zuid = 700_000_000 + context.ids.next_number() % 100_000_000;
        let org = self.org_mut(zgid);
        assert!(org.profile(user.profile).is_some(), "no profile {}", user.profile);
        let id = org.new_id();
        let role = if org.users.is_empty() { org.roles.first() } else { org.roles.last() };
        let role = role.map_or(id, |role| role.id);
        let (first_name, last_name) = match user.name.rsplit_once(' ') {
            Some((first, last)) => (Some(first.to_owned()), last),
            None => (None, user.name),
        };
        org.users.push(User {
            id,
            zuid,
            first_name,
            last_name: last_name.to_owned(),
            email: user.email.to_owned(),
            profile: user.profile,
            role,
            zone_name: user.time_zone.to_owned(),
            zone,
            language: user.language.to_owned(),
            status: UserStatus::Active,
            confirmed: true,
            created: context.now,
            modified: context.now,
        });
        id
    }

    /// Activates, deactivates or deletes a user.
    pub fn set_user_status(&mut self, context: &mut Context<'_>, user: Id, status: UserStatus) {
        let user = self.user_mut(user);
        user.status = status;
        user.modified = context.now;
    }

    /// Gives a user another profile.
    pub fn set_user_profile(&mut self, context: &mut Context<'_>, user: Id, profile: Id) {
        assert!(self.org_of(user).is_some_and(|org| org.profile(profile).is_some()), "no profile {profile}");
        let user = self.user_mut(user);
        user.profile = profile;
        user.modified = context.now;
    }

    /// Adds a field to a module, as a customisation or an extension does.
    ///
    /// # Panics
    ///
    /// When the module doesn't exist.
    pub fn add_field(&mut self, zgid: &str, module: &str, api_name: &str, label: &str, kind: Kind, length: usize) {
        let module = schema::module(module).unwrap_or_else(|| panic!("no module {module}"));
        let field = Field {
            api_name: Cow::Owned(api_name.to_owned()),
            label: Cow::Owned(label.to_owned()),
            kind,
            length,
            mandatory: false,
            read_only: false,
            create_only: false,
            custom: true,
        };
        self.org_mut(zgid).custom_fields.entry(module.api_name).or_default().push(field);
    }

    /// Registers an application at the accounts server of every data centre.
    pub fn add_client(&mut self, client_id: &str, client_secret: &str, redirect_uri: &str) {
        self.accounts.clients.push(Client {
            id: client_id.to_owned(),
            secret: client_secret.to_owned(),
            redirect_uris: vec![redirect_uri.to_owned()],
        });
    }

    /// A refresh token as if `user` had consented to `scopes`.
    pub fn issue_refresh_token(
        &mut self,
        context: &mut Context<'_>,
        client_id: &str,
        user: Id,
        scopes: &[&str],
    ) -> String {
        let scopes: Vec<String> = scopes.iter().map(|scope| (*scope).to_owned()).collect();
        self.accounts.grant(context, user, client_id, &scopes)
    }

    /// An access token for an hour, with which the CRM's own pages act for the signed-in user. The limits of
    /// the token endpoint don't apply.
    pub fn issue_access_token_for_user(&mut self, context: &mut Context<'_>, user: Id, scopes: &[&str]) -> String {
        let scopes: Vec<String> = scopes.iter().map(|scope| (*scope).to_owned()).collect();
        self.accounts.access(context, user, &scopes, None)
    }

    /// Takes back a refresh token with its access tokens, or one access token; whether there was one.
    pub fn revoke_token(&mut self, token: &str) -> bool {
        self.accounts.revoke(token)
    }

    /// Takes back every token of a user, as when he changes his password or removes the application.
    pub fn revoke_user(&mut self, user: Id) {
        self.accounts.revoke_user(user);
    }

    /// The credits that an organisation has left, and its limit.
    pub fn credits(&mut self, context: &mut Context<'_>, zgid: &str) -> (u64, u64) {
        let org = self.org_mut(zgid);
        let limit = org.credit_limit();
        (limit.saturating_sub(org.ledger.spent(context.now)), limit)
    }

    /// The ids of the users of an organisation, in the order in which they came.
    pub fn users(&self, zgid: &str) -> Vec<Id> {
        self.org(zgid).users.iter().map(|user| user.id).collect()
    }
}
