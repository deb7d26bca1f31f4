//! Attachments: list, get, add.
//!
//! See <https://learn.microsoft.com/en-us/graph/api/message-list-attachments>.

use super::query::select_of_attachments;
use crate::microsoft::graph::answer::Answer;
use crate::microsoft::graph::ask::Ask;
use crate::microsoft::graph::query::{options, unsupported};
use crate::microsoft::graph::{GraphCall, Opened};
use crate::microsoft::mail::Attachment;
use crate::microsoft::refusal::Refusal;
use serde_json::{Value, json};

fn select(ask: &Ask) -> Result<Option<Vec<&'static str>>, Refusal> {
    let mut selected = None;
    for (name, value) in options(&ask.target) {
        match name.as_str() {
            "$select" => selected = Some(select_of_attachments(value)?),
            _ => return Err(unsupported(&name)),
        }
    }
    Ok(selected)
}

impl GraphCall<'_, '_> {
    /// Without `$select` the contents come too, however large they are.
    pub(super) fn list_attachments(
        &mut self,
        opened: &Opened,
        folder: Option<&str>,
        message: &str,
        ask: &Ask,
    ) -> Result<Answer, Refusal> {
        let select = select(ask)?;
        let attachments = &self.mail_open(opened)?.find_in(folder, message)?.attachments;
        let shown: Vec<Value> = attachments.iter().map(|one| Value::Object(one.write(select.as_deref()))).collect();
        let context = self.odata_context(opened, "messages/attachments");
        Ok(Answer::json(200, json!({ "@odata.context": context, "value": shown })))
    }

    pub(super) fn get_attachment(
        &mut self,
        opened: &Opened,
        folder: Option<&str>,
        message: &str,
        id: &str,
        ask: &Ask,
    ) -> Result<Answer, Refusal> {
        let select = select(ask)?;
        let attachments = &self.mail_open(opened)?.find_in(folder, message)?.attachments;
        let found = attachments.iter().find(|one| one.id == id).ok_or_else(Refusal::not_found)?;
        Ok(Answer::json(200, Value::Object(found.write(select.as_deref()))))
    }

    pub(super) fn add_attachment(
        &mut self,
        opened: &Opened,
        folder: Option<&str>,
        message: &str,
        ask: &Ask,
    ) -> Result<Answer, Refusal> {
        self.mail_open(opened)?.find_in(folder, message)?;
        let attachment = Attachment::read(&ask.json()?)?;
        let (mail, _, context) = self.mail_mut(opened)?;
        let id = mail.attach(message, attachment, context)?;
        context.counters.wrote("graph attachments created");
        let found = &self.mail_open(opened)?.find(message)?.attachments;
        let shown = found.iter().find(|one| one.id == id).map(|one| one.write(None)).unwrap_or_default();
        Ok(Answer::json(201, Value::Object(shown)))
    }
}
