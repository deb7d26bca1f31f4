//! Troubles that a tester orders: tokens that end, and a service that refuses.
//!
//! `user` is everywhere an object id or a user principal name.

use super::Microsoft;
use super::mailbox::TokenDeath;
use crate::Context;

impl Microsoft {
    /// Ends a user's sessions: codes and refresh tokens are void (AADSTS50173), browsers ask for the password
    /// again. Access tokens work until they expire.
    pub fn revoke_sessions(&mut self, user: &str) {
        if let Some(user) = self.directory.user(user) {
            self.store.revoke_sessions(&user.id);
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

    /// Kills every delta token of a mailbox, those of To Do, the calendars and mail too, that has been issued so far.
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
    }

    /// Refuses the next `times` requests (parts of a batch included) of a mailbox with status 429 and this
    /// `Retry-After`, which may be anything, or nothing.
    pub fn throttle_next(&mut self, user: &str, times: u32, retry_after: Option<&str>) {
        if let Some(user) = self.directory.user(user) {
            self.throttle.order(&user.id, times, retry_after);
        }
    }

    /// Takes back what [`Microsoft::throttle_next`] ordered.
    pub fn stop_throttling(&mut self, user: &str) {
        if let Some(user) = self.directory.user(user) {
            self.throttle.relent(&user.id);
        }
    }
}
