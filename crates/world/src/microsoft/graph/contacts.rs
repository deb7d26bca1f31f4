//! Contacts: list, get, create, update, delete.
//!
//! See <https://learn.microsoft.com/en-us/graph/api/resources/contact>.

use super::answer::Answer;
use super::ask::Ask;
use super::query::Query;
use super::{GraphCall, Opened};
use crate::microsoft::mailbox::{Contact, Edit};
use crate::microsoft::refusal::Refusal;
use crate::microsoft::target::{Target, write_query};
use serde_json::{Value, json};

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
        let page: Vec<Value> = found
            .iter()
            .skip(query.skip)
            .take(size)
            .map(|contact| Value::Object(query.write(contact, ask.prefer)))
            .collect();
        let mut body = json!({ "@odata.context": self.odata_context(opened, &context_tail(&query)) });
        if query.count {
            body["@odata.count"] = found.len().into();
        }
        if found.len() > query.skip.saturating_add(page.len()) && !page.is_empty() {
            body["@odata.nextLink"] = self.next_page(&ask.target, query.skip + page.len()).into();
        }
        body["value"] = page.into();
        Ok(Answer::json(200, body))
    }

    /// The address of the next page: the same options, skipping more.
    pub(super) fn next_page(&self, target: &Target, skip: usize) -> String {
        let mut options: Vec<(String, String)> =
            target.query.iter().filter(|(name, _)| !name.eq_ignore_ascii_case("$skip")).cloned().collect();
        options.push(("$skip".into(), skip.to_string()));
        format!("{}{}?{}", self.microsoft.base_url, target.path, write_query(&options))
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
        self.context.counters.add("graph contacts created", 1);
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
        self.context.counters.add("graph contacts updated", 1);
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
        ask.check_match(&self.contact_in(opened, folder, id)?.change_key)?;
        let (mailbox, context) = self.mailbox_mut(opened)?;
        mailbox.delete(id, context)?;
        self.context.counters.add("graph contacts deleted", 1);
        Ok(Answer::empty(204))
    }

    pub(super) fn purge_contact(
        &mut self,
        opened: &Opened,
        folder: Option<&str>,
        id: &str,
        ask: &Ask,
    ) -> Result<Answer, Refusal> {
        ask.check_match(&self.contact_in(opened, folder, id)?.change_key)?;
        self.mailbox_mut(opened)?.0.purge(id)?;
        self.context.counters.add("graph contacts deleted", 1);
        Ok(Answer::empty(204))
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
