//! What a test, the simulator or the sandbox puts into the world, what people do there, and how it looks.
//!
//! `user` is everywhere an object id or a user principal name; an item's id is taken in either form.

use super::identity::{self, ACCESS_LIFE_S, Access, VerifySignature};
use super::mailbox::{Edit, Mailbox};
use super::{App, Impersonation, Microsoft, Refusal, Tenant, User};
use crate::Context;
use jiff::SignedDuration;
use serde_json::{Value, json};

impl Microsoft {
    /// Where this half is reached, without a slash at the end; links in answers begin with it.
    pub fn set_base_url(&mut self, base_url: &str) {
        self.base_url = base_url.trim_end_matches('/').to_owned();
    }

    /// Where this half is reached.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    // Directory

    /// Adds a tenant, or replaces the one of the same id.
    pub fn add_tenant(&mut self, tenant: Tenant) {
        self.directory.tenants.retain(|known| known.id != tenant.id);
        self.directory.tenants.push(tenant);
    }

    /// Adds a user, or replaces the one of the same id; with an empty mailbox if licensed.
    pub fn add_user(&mut self, user: User, context: &mut Context<'_>) {
        if user.has_mailbox {
            self.mailboxes.entry(user.id.clone()).or_insert_with(|| Mailbox::new(context.ids));
        }
        self.directory.users.insert(user.id.clone(), user);
    }

    /// Adds an application registration, or replaces the one of the same client id.
    pub fn add_app(&mut self, app: App) {
        self.directory.apps.insert(app.client_id.clone(), app);
    }

    /// How the signatures of assertions are checked; until this is called none is good.
    pub fn verify_signatures_with(&mut self, verify: VerifySignature) {
        self.store.verify_with(verify);
    }

    /// The tenants, in the order in which they were added.
    pub fn tenants(&self) -> &[Tenant] {
        &self.directory.tenants
    }

    /// The users, by object id.
    pub fn users(&self) -> impl Iterator<Item = &User> {
        self.directory.users.values()
    }

    /// One user.
    pub fn user(&self, user: &str) -> Option<&User> {
        self.directory.user(user)
    }

    /// The application registrations, by client id.
    pub fn apps(&self) -> impl Iterator<Item = &App> {
        self.directory.apps.values()
    }

    /// Lets a user sign in or not. Tokens that are out go on working until they expire.
    pub fn set_enabled(&mut self, user: &str, enabled: bool) {
        if let Some(user) = self.directory.user_mut(user) {
            user.enabled = enabled;
        }
    }

    /// Gives an account of Exchange Server the role to act for others, as `New-ManagementRoleAssignment` does.
    pub fn assign_impersonation(&mut self, role: Impersonation) {
        self.directory.impersonations.push(role);
    }

    /// Takes the role from an account.
    pub fn withdraw_impersonation(&mut self, account: &str) {
        self.directory.impersonations.retain(|role| role.account != account);
    }

    /// Lets the password of a user end, or begin again.
    pub fn set_password_expired(&mut self, user: &str, expired: bool) {
        if let Some(user) = self.directory.user_mut(user) {
            user.password_expired = expired;
        }
    }

    /// Gives or takes the licence. What is in the mailbox stays there, out of reach.
    pub fn set_licensed(&mut self, user: &str, licensed: bool, context: &mut Context<'_>) {
        if let Some(user) = self.directory.user_mut(user) {
            user.has_mailbox = licensed;
            let id = user.id.clone();
            if licensed {
                self.mailboxes.entry(id).or_insert_with(|| Mailbox::new(context.ids));
            }
        }
    }

    /// Sets another password; that ends the user's sessions.
    pub fn set_password(&mut self, user: &str, password: &str) {
        if let Some(found) = self.directory.user_mut(user) {
            password.clone_into(&mut found.password);
        }
        self.revoke_sessions(user);
    }

    // Tokens

    /// An access token for an hour, as if `user` had signed in to the app and consented to `scopes`. `None`
    /// when there is no such user.
    pub fn issue_access_token(
        &mut self,
        user: &str,
        client_id: &str,
        scopes: &[&str],
        context: &mut Context<'_>,
    ) -> Option<String> {
        let user = self.directory.user(user)?;
        let access = Access {
            client: client_id.to_owned(),
            tenant: user.tenant.clone(),
            user: Some(user.id.clone()),
            grants: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
            expires: context.now + SignedDuration::from_secs(ACCESS_LIFE_S),
        };
        Some(self.store.new_access(access, context))
    }

    /// An access token for an hour, as if the application had proved at `tenant` who it is. `None` when there is no such
    /// application.
    pub fn issue_application_token(
        &mut self,
        client_id: &str,
        tenant: &str,
        context: &mut Context<'_>,
    ) -> Option<String> {
        let access = identity::of_application(self.directory.apps.get(client_id)?, tenant, context.now);
        Some(self.store.new_access(access, context))
    }

    /// The subscriptions to a user's mailbox, as Graph writes them.
    pub fn subscriptions(&self, user: &str) -> Vec<Value> {
        let user = self.directory.user(user).map(|user| user.id.as_str());
        self.subscriptions.iter().filter(|one| Some(one.user.as_str()) == user).map(|one| one.write()).collect()
    }

    // Mailboxes

    /// A user's mailbox, licensed or not.
    pub fn mailbox(&self, user: &str) -> Option<&Mailbox> {
        self.mailboxes.get(&self.directory.user(user)?.id)
    }

    pub(super) fn mailbox_mut(&mut self, user: &str) -> Option<&mut Mailbox> {
        self.mailboxes.get_mut(&self.directory.user(user)?.id)
    }

    fn required(&mut self, user: &str) -> Result<&mut Mailbox, Refusal> {
        let found = self.directory.user(user).map(|user| user.id.clone());
        let mailbox = found.and_then(|id| self.mailboxes.get_mut(&id));
        mailbox.ok_or_else(|| Refusal::new(404, "ErrorInvalidUser", format!("The requested user '{user}' is invalid.")))
    }

    /// Adds a contact to the default folder, as if made in Outlook; answers with its immutable id.
    pub fn add_contact(&mut self, user: &str, contact: &Value, context: &mut Context<'_>) -> Result<String, Refusal> {
        self.add_contact_to(user, "contacts", contact, context)
    }

    /// Adds a contact to a folder; answers with its immutable id.
    pub fn add_contact_to(
        &mut self,
        user: &str,
        folder: &str,
        contact: &Value,
        context: &mut Context<'_>,
    ) -> Result<String, Refusal> {
        let edit = Edit::read(contact)?;
        self.required(user)?.add(folder, edit, context)
    }

    /// Changes a contact as PATCH does; answers with its immutable id.
    pub fn edit_contact(
        &mut self,
        user: &str,
        id: &str,
        changes: &Value,
        context: &mut Context<'_>,
    ) -> Result<String, Refusal> {
        let edit = Edit::read(changes)?;
        self.required(user)?.edit(id, edit, context)
    }

    /// Deletes a contact as Outlook does: it goes to Deleted Items. What is there already goes for good.
    pub fn delete_contact(&mut self, user: &str, id: &str, context: &mut Context<'_>) -> Result<(), Refusal> {
        self.required(user)?.delete(id, context)
    }

    /// Deletes a contact for good: it goes to Recoverable Items.
    pub fn purge_contact(&mut self, user: &str, id: &str, context: &mut Context<'_>) -> Result<(), Refusal> {
        self.required(user)?.purge(id, context)
    }

    /// Moves a contact to a folder (`contacts` is the default one, `deleteditems` Deleted Items), also back from
    /// where deleted ones are: it gets a new id in the default form and keeps the immutable one, which is
    /// answered.
    pub fn move_contact(
        &mut self,
        user: &str,
        id: &str,
        folder: &str,
        context: &mut Context<'_>,
    ) -> Result<String, Refusal> {
        self.required(user)?.shift(id, folder, context)
    }

    /// Adds a contact folder inside `parent`, or inside the default folder; answers with its id.
    pub fn add_contact_folder(
        &mut self,
        user: &str,
        parent: Option<&str>,
        name: &str,
        context: &mut Context<'_>,
    ) -> Result<String, Refusal> {
        self.required(user)?.add_folder(parent, name, context)
    }

    /// Deletes a contact folder with all that is in it.
    pub fn delete_contact_folder(&mut self, user: &str, id: &str) -> Result<(), Refusal> {
        self.required(user)?.delete_folder(id)
    }

    /// A user's contacts that aren't deleted. Each has all properties of a contact, its immutable id as `id`,
    /// the default form as `defaultId`, and its `singleValueExtendedProperties`.
    pub fn contacts(&self, user: &str) -> Vec<Value> {
        self.mailbox(user).map(Mailbox::contacts).unwrap_or_default()
    }

    /// Every mailbox as JSON, by user principal name.
    pub fn snapshot(&self) -> Value {
        let named = |id: &String| self.directory.users.get(id).map_or(id, |user| &user.user_principal_name).clone();
        json!(
            self.mailboxes
                .iter()
                .map(|(id, mailbox)| (named(id), mailbox.snapshot()))
                .collect::<serde_json::Map<_, _>>()
        )
    }
}
