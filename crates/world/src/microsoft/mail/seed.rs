//! What a test, the simulator or the sandbox puts into a mailbox, looks at and lets happen.
//!
//! `user` is everywhere an object id or a user principal name; a message's id is taken in either form, and a folder
//! is named by its id or by a name such as `inbox`.

use super::{Edit, Mail, Message, Person};
use crate::Context;
use crate::microsoft::{Microsoft, Refusal};
use serde_json::{Value, json};

impl Microsoft {
    /// A user's mail, opened if it wasn't yet, for a change, and who the user is.
    fn mail_of(&mut self, user: &str, context: &mut Context<'_>) -> Result<(&mut Mail, Person), Refusal> {
        let found = self.directory.user(user).filter(|user| self.mailboxes.contains_key(&user.id));
        let found =
            found.ok_or_else(|| Refusal::new(404, "ErrorInvalidUser", "The requested user is invalid."))?.clone();
        let me = Person { name: found.display_name.clone(), address: found.user_principal_name.clone() };
        Ok((self.mails.entry(found.id).or_insert_with(|| Mail::new(context.ids)), me))
    }

    /// A message arrives, unread, in a folder; answers with its immutable id. Besides what a body may set,
    /// `receivedDateTime` counts.
    pub fn receive_mail(
        &mut self,
        user: &str,
        folder: &str,
        message: &Value,
        context: &mut Context<'_>,
    ) -> Result<String, Refusal> {
        let edit = Edit::read(message)?;
        let received = message["receivedDateTime"].as_str().and_then(|text| text.parse().ok()).unwrap_or(context.now);
        let (mail, me) = self.mail_of(user, context)?;
        let folder = mail.folder(folder)?.id.clone();
        let key = mail.insert(folder, edit, &me, context);
        mail.change(&key, |message| {
            (message.read, message.received, message.sent) = (false, received, received);
        });
        Ok(key)
    }

    /// The user writes a message and sends it; answers with the immutable id of the copy in Sent Items.
    pub fn send_mail(&mut self, user: &str, message: &Value, context: &mut Context<'_>) -> Result<String, Refusal> {
        let edit = Edit::read(message)?;
        let (mail, me) = self.mail_of(user, context)?;
        mail.send_new(edit, true, &me, context)?.ok_or_else(Refusal::not_found)
    }

    /// The user begins to write a message; answers with its immutable id.
    pub fn draft_mail(&mut self, user: &str, message: &Value, context: &mut Context<'_>) -> Result<String, Refusal> {
        let edit = Edit::read(message)?;
        let rules = self.rules.mail;
        let (mail, me) = self.mail_of(user, context)?;
        mail.create("drafts", edit, &rules, &me, context)
    }

    /// The user changes a message, as PATCH does.
    pub fn edit_mail(
        &mut self,
        user: &str,
        id: &str,
        changes: &Value,
        context: &mut Context<'_>,
    ) -> Result<String, Refusal> {
        let edit = Edit::read(changes)?;
        self.mail_of(user, context)?.0.edit(id, edit, context)
    }

    /// The user moves a message, also back from Deleted Items; answers with its immutable id.
    pub fn move_mail(
        &mut self,
        user: &str,
        id: &str,
        folder: &str,
        context: &mut Context<'_>,
    ) -> Result<String, Refusal> {
        self.mail_of(user, context)?.0.shift(id, folder, context)
    }

    /// The user deletes a message: it goes to Deleted Items, or for good where it was there.
    pub fn delete_mail(&mut self, user: &str, id: &str, context: &mut Context<'_>) -> Result<(), Refusal> {
        let rules = self.rules.mail;
        self.mail_of(user, context)?.0.delete(id, &rules, context)
    }

    /// Makes a mail folder inside `parent`, or beside the inbox; answers with its id.
    pub fn add_mail_folder(
        &mut self,
        user: &str,
        parent: Option<&str>,
        name: &str,
        hidden: bool,
        context: &mut Context<'_>,
    ) -> Result<String, Refusal> {
        self.mail_of(user, context)?.0.add_folder(parent, name, hidden, context)
    }

    /// A user's messages in the order in which they came to where they are, deleted ones too. Each has all
    /// properties, its immutable id as `id`, the default form as `defaultId`, its attachments, its extended
    /// properties, and the name of its folder as `folder`.
    pub fn mails(&self, user: &str) -> Vec<Value> {
        let Some(mail) = self.directory.user(user).and_then(|user| self.mails.get(&user.id)) else {
            return Vec::new();
        };
        let folder = |shown: &Value| {
            let id = shown["parentFolderId"].as_str().unwrap_or_default();
            mail.any_folder(id).map_or(Value::Null, |folder| {
                json!(if folder.known.is_empty() { folder.name.as_str() } else { folder.known })
            })
        };
        let named = |mut shown: Value| {
            shown["folder"] = folder(&shown);
            shown
        };
        mail.snapshots().into_iter().map(named).collect()
    }
}

impl Mail {
    /// Lets a hand change a message past all rules.
    fn change(&mut self, key: &str, change: impl FnOnce(&mut Message)) {
        if let Some(message) = self.messages.get_mut(key) {
            change(message);
        }
    }
}
