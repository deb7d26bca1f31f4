//! What one request works on.

use super::refusal::Refusal;
use super::server::Version;
use crate::Context;
use crate::microsoft::Microsoft;
use crate::microsoft::calendar::Calendars;
use crate::microsoft::directory::User;
use crate::microsoft::mail::Mail;
use crate::microsoft::mailbox::Mailbox;
use crate::microsoft::todo::Todo;

/// What one request works on: a mailbox with all that is in it.
pub(super) struct EwsCall<'a, 'c> {
    pub(super) microsoft: &'a mut Microsoft,
    pub(super) context: &'a mut Context<'c>,
    /// The object id of whose mailbox it is.
    pub(super) user: String,
    /// The version of the schema that the request speaks.
    pub(super) version: Version,
    /// The name of the time zone in which the request means times that say none.
    pub(super) time_zone: Option<String>,
}

impl<'a, 'c> EwsCall<'a, 'c> {
    /// Opens the mailbox of a user, whose stores are made where nobody opened them before.
    pub(super) fn open(
        microsoft: &'a mut Microsoft,
        context: &'a mut Context<'c>,
        user: User,
        version: Version,
        time_zone: Option<String>,
    ) -> Self {
        let id = user.id.clone();
        microsoft.mailboxes.entry(id.clone()).or_insert_with(|| Mailbox::new(context.ids));
        microsoft.mails.entry(id.clone()).or_insert_with(|| Mail::new(context.ids));
        microsoft.todos.entry(id.clone()).or_insert_with(|| Todo::new(context.ids));
        microsoft.calendars.entry(id.clone()).or_insert_with(|| Calendars::new(&user, context.ids));
        Self { microsoft, context, user: id, version, time_zone }
    }

    /// Whose mailbox it is.
    pub(super) fn owner(&self) -> Result<&User, Refusal> {
        self.microsoft.directory.users.get(&self.user).ok_or_else(no_mailbox)
    }

    /// The id of the folder that an item is in, as this door shows it. The stores of contacts and events have folders of
    /// their own for what was deleted.
    pub(super) fn folder_of(&self, store_id: &str) -> Result<String, Refusal> {
        let mail = self.mail()?;
        for known in ["deleteditems", "recoverableitemsdeletions"] {
            if self.mailbox()?.keeps(known) == Some(store_id) || self.calendars()?.keeps(known) == Some(store_id) {
                return Ok(mail.any_folder(known)?.id.clone());
            }
        }
        Ok(store_id.to_owned())
    }

    /// The contacts.
    pub(super) fn mailbox(&self) -> Result<&Mailbox, Refusal> {
        self.microsoft.mailboxes.get(&self.user).ok_or_else(no_mailbox)
    }

    /// The contacts, to change them.
    pub(super) fn mailbox_mut(&mut self) -> Result<(&mut Mailbox, &mut Context<'c>), Refusal> {
        Ok((self.microsoft.mailboxes.get_mut(&self.user).ok_or_else(no_mailbox)?, self.context))
    }

    /// The mail.
    pub(super) fn mail(&self) -> Result<&Mail, Refusal> {
        self.microsoft.mails.get(&self.user).ok_or_else(no_mailbox)
    }

    /// The mail, to change it.
    pub(super) fn mail_mut(&mut self) -> Result<(&mut Mail, &mut Context<'c>), Refusal> {
        Ok((self.microsoft.mails.get_mut(&self.user).ok_or_else(no_mailbox)?, self.context))
    }

    /// The tasks.
    pub(super) fn todo(&self) -> Result<&Todo, Refusal> {
        self.microsoft.todos.get(&self.user).ok_or_else(no_mailbox)
    }

    /// The tasks, to change them.
    pub(super) fn todo_mut(&mut self) -> Result<(&mut Todo, &mut Context<'c>), Refusal> {
        Ok((self.microsoft.todos.get_mut(&self.user).ok_or_else(no_mailbox)?, self.context))
    }

    /// The calendars.
    pub(super) fn calendars(&self) -> Result<&Calendars, Refusal> {
        self.microsoft.calendars.get(&self.user).ok_or_else(no_mailbox)
    }

    /// The calendars, to change them.
    pub(super) fn calendars_mut(&mut self) -> Result<(&mut Calendars, &mut Context<'c>), Refusal> {
        Ok((self.microsoft.calendars.get_mut(&self.user).ok_or_else(no_mailbox)?, self.context))
    }
}

fn no_mailbox() -> Refusal {
    Refusal::new("ErrorNonExistentMailbox", "No mailbox with such guid.")
}
