//! Troubles that a tester orders: tokens that end, and a service that refuses.
//!
//! `user` is everywhere an object id or a user principal name.

use super::mailbox::TokenDeath;
use super::subscriptions::{Mishap, Standing};
use super::{EwsTrouble, Microsoft};
use crate::Context;

impl Microsoft {
    /// Ends a user's sessions: codes and refresh tokens are void (AADSTS50173), browsers ask for the password
    /// again, and what they subscribed to ends
    /// (<https://developer.microsoft.com/en-us/graph/blogs/subscription-lifetime-changes-for-outlook-resources/>).
    /// Access tokens work until they expire.
    pub fn revoke_sessions(&mut self, user: &str) {
        if let Some(user) = self.directory.user(user) {
            self.store.revoke_sessions(&user.id);
            self.subscriptions.sign_out(&user.id);
        }
    }

    /// Takes back what a user consented to: refreshing fails with AADSTS65001.
    pub fn revoke_consent(&mut self, user: &str, client_id: &str) {
        if let Some(user) = self.directory.user(user) {
            self.store.revoke_consent(&user.id, client_id);
        }
    }

    /// Makes every access token of a user expire now; refresh tokens go on working.
    pub fn expire_access_tokens(&mut self, user: &str, context: &Context<'_>) {
        if let Some(user) = self.directory.user(user) {
            self.store.expire_access(&user.id, context.now);
        }
    }

    /// Makes every access token that an application holds for itself expire now.
    pub fn expire_application_tokens(&mut self, client_id: &str, context: &Context<'_>) {
        self.store.expire_application_access(client_id, context.now);
    }

    /// Kills every delta token of a mailbox, those of To Do, the calendars and mail too, that has been issued so far, and
    /// every state of synchronisation of Exchange Web Services.
    pub fn expire_delta_tokens(&mut self, user: &str, death: TokenDeath) {
        if let Some(mailbox) = self.mailbox_mut(user) {
            mailbox.tokens.expire(death);
        }
        if let Some(todo) = self.directory.user(user).and_then(|user| self.todos.get_mut(&user.id)) {
            todo.tokens.expire(death);
        }
        if let Some(calendars) = self.directory.user(user).and_then(|user| self.calendars.get_mut(&user.id)) {
            calendars.tokens.expire(death);
        }
        if let Some(mail) = self.directory.user(user).and_then(|user| self.mails.get_mut(&user.id)) {
            mail.tokens.expire(death);
        }
        if let Some(user) = self.directory.user(user) {
            self.ews.expire_sync_states(&user.id);
        }
    }

    /// Refuses the next `times` requests (parts of a batch included) of a mailbox with status 429 and this
    /// `Retry-After`, which may be anything, or nothing.
    pub fn throttle_next(&mut self, user: &str, times: u32, retry_after: Option<&str>) {
        if let Some(user) = self.directory.user(user) {
            self.throttle.order(&user.id, times, retry_after);
        }
    }

    /// Lets the next `times` requests of Exchange Web Services about a mailbox fail; several orders wait in line.
    pub fn trouble_ews(&mut self, user: &str, times: u32, trouble: EwsTrouble) {
        if let Some(user) = self.directory.user(user) {
            self.ews.order(&user.id, times, trouble);
        }
    }

    /// Takes back what [`Microsoft::throttle_next`] ordered.
    pub fn stop_throttling(&mut self, user: &str) {
        if let Some(user) = self.directory.user(user) {
            self.throttle.relent(&user.id);
        }
    }

    /// Lets the next post of notices go wrong; several wait in order.
    pub fn disturb_notifications(&mut self, mishap: Mishap) {
        self.subscriptions.disturb(mishap);
    }

    /// Asks the owners of the subscriptions to a mailbox to prove that they still may be. Until they do nothing is told; the
    /// service goes on for a while, nobody says how long.
    pub fn challenge_subscriptions(&mut self, user: &str, context: &mut Context<'_>) {
        for id in self.subscriptions_of(user) {
            self.subscriptions.challenge(&id, Standing::Paused, context);
        }
    }

    /// Ends the subscriptions to a mailbox, as the service does now and then, and tells their owners.
    pub fn withdraw_subscriptions(&mut self, user: &str, context: &mut Context<'_>) {
        for id in self.subscriptions_of(user) {
            self.subscriptions.withdraw(&id, context);
        }
    }

    fn subscriptions_of(&self, user: &str) -> Vec<String> {
        let user = self.directory.user(user).map(|user| user.id.as_str());
        self.subscriptions.iter().filter(|one| Some(one.user.as_str()) == user).map(|one| one.id.clone()).collect()
    }
}
