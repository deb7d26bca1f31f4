//! Mail through Graph: folders, messages, attachments, sending.
//!
//! See <https://learn.microsoft.com/en-us/graph/api/resources/mail-api-overview>.

mod address;
mod attachments;
mod delta;
mod folders;
mod messages;
mod query;
mod send;

pub(super) use address::MailPlace;

use super::answer::Answer;
use super::ask::Ask;
use super::caller::Right;
use super::{GraphCall, Opened, not_allowed};
use crate::Context;
use crate::microsoft::mail::{Mail, MailRules, Person};
use crate::microsoft::refusal::Refusal;
use address::Act;
use mxs_http::Method;

impl MailPlace {
    /// The right that a request needs.
    pub(super) fn right(&self, method: Method) -> Right {
        match (method, self) {
            (Method::Get, _) => Right::ReadMail,
            (_, Self::SendMail | Self::Act { act: Act::Send, .. }) => Right::SendMail,
            _ => Right::WriteMail,
        }
    }

    /// The `Preference-Applied` field, where there is something to say.
    pub(super) fn applied(&self, ask: &Ask) -> Option<String> {
        let text = query::wants_text(ask).then(|| "outlook.body-content-type=\"text\"".to_owned());
        let rest = ask.prefer.applied(self.has_pages() && ask.method == Method::Get);
        let both: Vec<String> = text.into_iter().chain(rest).collect();
        (!both.is_empty()).then(|| both.join(", "))
    }
}

impl<'c> GraphCall<'_, 'c> {
    pub(super) fn in_mail(&mut self, opened: &Opened, place: &MailPlace, ask: &Ask) -> Result<Answer, Refusal> {
        let context = &mut *self.context;
        self.microsoft.mails.entry(opened.user.clone()).or_insert_with(|| Mail::new(context.ids));
        match (ask.method, place) {
            (Method::Get, MailPlace::Folders { parent }) => self.list_mail_folders(opened, parent.as_deref(), ask),
            (Method::Post, MailPlace::Folders { parent }) => self.create_mail_folder(opened, parent.as_deref(), ask),
            (Method::Get, MailPlace::FoldersDelta) => self.mail_folders_delta(opened, ask),
            (Method::Get, MailPlace::Folder(id)) => self.get_mail_folder(opened, id, ask),
            (Method::Delete, MailPlace::Folder(id)) => self.delete_mail_folder(opened, id),
            (Method::Get, MailPlace::Messages { folder }) => self.list_messages(opened, folder.as_deref(), ask),
            (Method::Post, MailPlace::Messages { folder }) => self.create_message(opened, folder.as_deref(), ask),
            (Method::Get, MailPlace::MessagesDelta { folder }) => self.messages_delta(opened, folder.as_deref(), ask),
            (Method::Get, MailPlace::Message { folder, id }) => self.get_message(opened, folder.as_deref(), id, ask),
            (Method::Patch, MailPlace::Message { folder, id }) => {
                self.update_message(opened, folder.as_deref(), id, ask)
            }
            (Method::Delete, MailPlace::Message { folder, id }) => {
                self.delete_message(opened, folder.as_deref(), id, ask)
            }
            (Method::Post, MailPlace::Act { folder, id, act }) => {
                self.mail_open(opened)?.find_in(folder.as_deref(), id)?;
                match act {
                    Act::Copy => self.place_message(opened, id, ask, Mail::copy),
                    Act::Move => self.place_message(opened, id, ask, Mail::shift),
                    Act::PermanentDelete => self.purge_message(opened, id),
                    Act::Send => self.send_draft(opened, id),
                }
            }
            (Method::Get, MailPlace::Attachments { folder, message }) => {
                self.list_attachments(opened, folder.as_deref(), message, ask)
            }
            (Method::Post, MailPlace::Attachments { folder, message }) => {
                self.add_attachment(opened, folder.as_deref(), message, ask)
            }
            (Method::Get, MailPlace::Attachment { folder, message, id }) => {
                self.get_attachment(opened, folder.as_deref(), message, id, ask)
            }
            (Method::Post, MailPlace::SendMail) => self.send_mail(opened, ask),
            _ => Err(not_allowed()),
        }
    }

    fn mail_open(&self, opened: &Opened) -> Result<&Mail, Refusal> {
        self.microsoft.mails.get(&opened.user).ok_or_else(Refusal::not_found)
    }

    /// Mail to change, the rules, and the context that every change needs.
    fn mail_mut(&mut self, opened: &Opened) -> Result<(&mut Mail, MailRules, &mut Context<'c>), Refusal> {
        let rules = self.microsoft.rules.mail;
        let mail = self.microsoft.mails.get_mut(&opened.user).ok_or_else(Refusal::not_found)?;
        Ok((mail, rules, self.context))
    }

    /// Who the mailbox belongs to.
    fn mail_owner(&self, opened: &Opened) -> Person {
        let user = self.microsoft.directory.user(&opened.user);
        user.map_or_else(Person::default, |user| Person {
            name: user.display_name.clone(),
            address: user.mail.clone().unwrap_or_else(|| user.user_principal_name.clone()),
        })
    }
}
