//! Contacts: list, get, create, update, delete.
//!
//! See <https://learn.microsoft.com/en-us/graph/api/resources/contact>.

use super::answer::Answer;
use super::ask::Ask;
use super::page::Part;
use super::query::Query;
use super::{GraphCall, Opened};
use crate::microsoft::mailbox::{Contact, Edit};
use crate::microsoft::refusal::Refusal;
use serde_json::Value;

impl GraphCall<'_, '_> {
    pub(super) fn list_contacts(
        &mut self,
        opened: &Opened,
        folder: Option<&str>,
        ask: &Ask,
    ) -> Result<Answer, Refusal> {
        let query = Query::of_list(&ask.target)?;
        let mailbox = self.mailbox(opened)?;
        let folder = mailbox.folder(folder.unwrap_or("contacts"))?;
        let mut found: Vec<&Contact> = mailbox.members(folder).filter(|contact| query.admits(contact)).collect();
        query.sort(&mut found);
        let size = query.top.unwrap_or_else(|| ask.prefer.page());
        let part = Part { size, skip: query.skip, count: query.count };
        let context = self.odata_context(opened, &context_tail(&query));
        Ok(self.page(context, ask, part, &found, |contact| query.write(contact, ask.prefer)))
    }

    pub(super) fn count_contacts(
        &mut self,
        opened: &Opened,
        folder: Option<&str>,
        ask: &Ask,
    ) -> Result<Answer, Refusal> {
        let query = Query::of_list(&ask.target)?;
        let mailbox = self.mailbox(opened)?;
        let folder = mailbox.folder(folder.unwrap_or("contacts"))?;
        let count = mailbox.members(folder).filter(|contact| query.admits(contact)).count();
        Ok(Answer::text(count.to_string()))
    }

    pub(super) fn get_contact(
        &mut self,
        opened: &Opened,
        folder: Option<&str>,
        id: &str,
        ask: &Ask,
    ) -> Result<Answer, Refusal> {
        let query = Query::of_item(&ask.target)?;
        let contact = self.contact_in(opened, folder, id)?;
        if self.microsoft.rules.recoverable_hidden && self.mailbox(opened)?.is_recoverable(contact) {
            return Err(Refusal::not_found());
        }
        let written = query.write(contact, ask.prefer);
        Ok(self.one(opened, Value::Object(written), 200, &query))
    }

    pub(super) fn create_contact(
        &mut self,
        opened: &Opened,
        folder: Option<&str>,
        ask: &Ask,
    ) -> Result<Answer, Refusal> {
        let query = Query::of_item(&ask.target)?;
        let edit = Edit::read(&ask.json()?)?;
        if self.microsoft.rules.given_name_required && !edit.has_text("givenName") {
            return Err(Refusal::property("The property 'GivenName' is required when creating the entity."));
        }
        let (mailbox, context) = self.mailbox_mut(opened)?;
        let key = mailbox.add(folder.unwrap_or("contacts"), edit, context)?;
        self.context.counters.wrote("graph contacts created");
        let (written, id) = self.written(opened, &key, ask, &query)?;
        let location = format!("{}{}/contacts/{id}", self.microsoft.base_url, opened.root);
        Ok(self.one(opened, written, 201, &query).header("Location", location))
    }

    pub(super) fn update_contact(
        &mut self,
        opened: &Opened,
        folder: Option<&str>,
        id: &str,
        ask: &Ask,
    ) -> Result<Answer, Refusal> {
        let query = Query::of_item(&ask.target)?;
        ask.check_match(&self.contact_in(opened, folder, id)?.change_key)?;
        let edit = Edit::read(&ask.json()?)?;
        let (mailbox, context) = self.mailbox_mut(opened)?;
        let key = mailbox.edit(id, edit, context)?;
        self.context.counters.wrote("graph contacts updated");
        let (written, _) = self.written(opened, &key, ask, &query)?;
        Ok(self.one(opened, written, 200, &query))
    }

    pub(super) fn delete_contact(
        &mut self,
        opened: &Opened,
        folder: Option<&str>,
        id: &str,
        ask: &Ask,
    ) -> Result<Answer, Refusal> {
        self.check_deletable(opened, folder, id, ask)?;
        let is_final = self.microsoft.rules.delete_is_final;
        let (mailbox, context) = self.mailbox_mut(opened)?;
        if is_final {
            mailbox.purge(id, context)?
        } else {
            mailbox.delete(id, context)?
        }
        self.context.counters.wrote("graph contacts deleted");
        Ok(Answer::empty(204))
    }

    pub(super) fn purge_contact(
        &mut self,
        opened: &Opened,
        folder: Option<&str>,
        id: &str,
        ask: &Ask,
    ) -> Result<Answer, Refusal> {
        self.check_deletable(opened, folder, id, ask)?;
        let (mailbox, context) = self.mailbox_mut(opened)?;
        mailbox.purge(id, context)?;
        self.context.counters.wrote("graph contacts deleted");
        Ok(Answer::empty(204))
    }

    /// Whether a contact can be deleted, and still is what the client read.
    fn check_deletable(&self, opened: &Opened, folder: Option<&str>, id: &str, ask: &Ask) -> Result<(), Refusal> {
        let contact = self.contact_in(opened, folder, id)?;
        self.mailbox(opened)?.deletable(id)?;
        ask.check_match(&contact.change_key)
    }

    /// A contact, which has to be in the folder that the address names, if it names one.
    fn contact_in(&self, opened: &Opened, folder: Option<&str>, id: &str) -> Result<&Contact, Refusal> {
        let mailbox = self.mailbox(opened)?;
        let folder = folder.map(|folder| mailbox.folder(folder)).transpose()?;
        let contact = mailbox.find(id)?;
        match folder {
            Some(folder) if folder.id != contact.folder => Err(Refusal::not_found()),
            _ => Ok(contact),
        }
    }

    fn written(&self, opened: &Opened, key: &str, ask: &Ask, query: &Query) -> Result<(Value, String), Refusal> {
        let contact = self.mailbox(opened)?.find(key)?;
        let id = if ask.prefer.immutable { &contact.immutable_id } else { &contact.default_id };
        Ok((Value::Object(query.write(contact, ask.prefer)), id.clone()))
    }

    fn one(&self, opened: &Opened, mut written: Value, status: u16, query: &Query) -> Answer {
        let etag = written.get("@odata.etag").and_then(Value::as_str).unwrap_or_default().to_owned();
        written["@odata.context"] = self.odata_context(opened, &format!("{}/$entity", context_tail(query))).into();
        Answer::json(status, written).header("ETag", etag)
    }
}

fn context_tail(query: &Query) -> String {
    match &query.select {
        Some(select) => format!("contacts({})", select.join(",")),
        None => "contacts".to_owned(),
    }
}
