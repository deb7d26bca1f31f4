//! Messages: list, get, create, update, delete, move, copy.
//!
//! See <https://learn.microsoft.com/en-us/graph/api/resources/message>.

use super::query::{MessageSubject, of_messages};
use crate::Context;
use crate::microsoft::graph::answer::Answer;
use crate::microsoft::graph::ask::Ask;
use crate::microsoft::graph::page::Part;
use crate::microsoft::graph::{GraphCall, Opened};
use crate::microsoft::mail::{Edit, Mail, Message, View};
use crate::microsoft::refusal::Refusal;
use serde_json::Value;

impl GraphCall<'_, '_> {
    pub(super) fn list_messages(
        &mut self,
        opened: &Opened,
        folder: Option<&str>,
        ask: &Ask,
    ) -> Result<Answer, Refusal> {
        let (listing, view) = of_messages(ask, true)?;
        let mail = self.mail_open(opened)?;
        let folder = folder.map(|folder| mail.folder(folder)).transpose()?;
        let mut found = mail.members(folder);
        found.retain(|message| listing.filter.as_ref().is_none_or(|filter| filter.holds(&MessageSubject(message))));
        if let Some((property, descending)) = listing.order {
            let key = |message: &Message| message.property(property, &view).to_string();
            found.sort_by_key(|message| key(message));
            if descending {
                found.reverse();
            }
        }
        let size = listing.top.unwrap_or_else(|| ask.prefer.page());
        let part = Part { size, skip: listing.skip, count: listing.count };
        Ok(self.page(self.odata_context(opened, "messages"), ask, part, &found, |message| message.write(&view)))
    }

    pub(super) fn get_message(
        &mut self,
        opened: &Opened,
        folder: Option<&str>,
        id: &str,
        ask: &Ask,
    ) -> Result<Answer, Refusal> {
        let (_, view) = of_messages(ask, false)?;
        let message = self.mail_open(opened)?.find_in(folder, id)?;
        Ok(self.message(opened, message, &view, 200))
    }

    /// A body in MIME isn't covered.
    pub(super) fn create_message(
        &mut self,
        opened: &Opened,
        folder: Option<&str>,
        ask: &Ask,
    ) -> Result<Answer, Refusal> {
        if ask.headers.get("Content-Type").is_some_and(|kind| kind.starts_with("text/plain")) {
            return Err(Refusal::new(501, "NotImplemented", "This stand-in doesn't cover messages in MIME."));
        }
        let (_, view) = of_messages(ask, false)?;
        let edit = Edit::read(&ask.json()?)?;
        let me = self.mail_owner(opened);
        let (mail, rules, context) = self.mail_mut(opened)?;
        let key = mail.create(folder.unwrap_or("drafts"), edit, &rules, &me, context)?;
        context.counters.wrote("graph messages created");
        let message = self.mail_open(opened)?.find(&key)?;
        Ok(self.message(opened, message, &view, 201))
    }

    pub(super) fn update_message(
        &mut self,
        opened: &Opened,
        folder: Option<&str>,
        id: &str,
        ask: &Ask,
    ) -> Result<Answer, Refusal> {
        let (_, view) = of_messages(ask, false)?;
        ask.check_match(&self.mail_open(opened)?.find_in(folder, id)?.change_key)?;
        let edit = Edit::read(&ask.json()?)?;
        let (mail, _, context) = self.mail_mut(opened)?;
        let key = mail.edit(id, edit, context)?;
        context.counters.wrote("graph messages updated");
        let message = self.mail_open(opened)?.find(&key)?;
        Ok(self.message(opened, message, &view, 200))
    }

    pub(super) fn delete_message(
        &mut self,
        opened: &Opened,
        folder: Option<&str>,
        id: &str,
        ask: &Ask,
    ) -> Result<Answer, Refusal> {
        ask.check_match(&self.mail_open(opened)?.find_in(folder, id)?.change_key)?;
        let (mail, rules, context) = self.mail_mut(opened)?;
        mail.delete(id, &rules, context)?;
        context.counters.wrote("graph messages deleted");
        Ok(Answer::empty(204))
    }

    pub(super) fn purge_message(&mut self, opened: &Opened, id: &str) -> Result<Answer, Refusal> {
        let (mail, _, context) = self.mail_mut(opened)?;
        mail.shift(id, "recoverableitemsdeletions", context)?;
        context.counters.wrote("graph messages deleted");
        Ok(Answer::empty(204))
    }

    /// Moves or copies a message to the folder that the body names.
    pub(super) fn place_message(
        &mut self,
        opened: &Opened,
        id: &str,
        ask: &Ask,
        place: fn(&mut Mail, &str, &str, &mut Context<'_>) -> Result<String, Refusal>,
    ) -> Result<Answer, Refusal> {
        let (_, view) = of_messages(ask, false)?;
        let body = ask.json()?;
        let named = body.as_object().and_then(|body| {
            body.iter().find(|(name, _)| name.eq_ignore_ascii_case("destinationId")).and_then(|(_, id)| id.as_str())
        });
        let to = named.ok_or_else(|| Refusal::property("The parameter 'DestinationId' is required."))?;
        let (mail, _, context) = self.mail_mut(opened)?;
        mail.folder(to)?;
        let key = place(mail, id, to, context)?;
        context.counters.wrote("graph messages placed");
        let message = self.mail_open(opened)?.find(&key)?;
        Ok(self.message(opened, message, &view, 201))
    }

    fn message(&self, opened: &Opened, message: &Message, view: &View, status: u16) -> Answer {
        let mut written = Value::Object(message.write(view));
        written["@odata.context"] = self.odata_context(opened, "messages/$entity").into();
        Answer::json(status, written).header("ETag", format!("W/\"{}\"", message.change_key))
    }
}
