//! Mail folders: list, get, create, delete.
//!
//! See <https://learn.microsoft.com/en-us/graph/api/user-list-mailfolders>.

use crate::microsoft::graph::answer::Answer;
use crate::microsoft::graph::ask::Ask;
use crate::microsoft::graph::page::Part;
use crate::microsoft::graph::prefer::PAGE_MAX;
use crate::microsoft::graph::query::{listed, number, options, unsupported};
use crate::microsoft::graph::{GraphCall, Opened};
use crate::microsoft::mail::FOLDER_PROPERTIES;
use crate::microsoft::mailbox::unknown_property;
use crate::microsoft::refusal::Refusal;
use serde_json::Value;

/// The options that folders take.
#[derive(Default)]
struct FolderQuery {
    select: Option<Vec<&'static str>>,
    top: Option<usize>,
    skip: usize,
    hidden: bool,
}

impl FolderQuery {
    fn read(ask: &Ask, list: bool) -> Result<Self, Refusal> {
        let hidden = ask.target.query("includeHiddenFolders").is_some_and(|text| text.eq_ignore_ascii_case("true"));
        let mut query = Self { hidden, ..Self::default() };
        for (name, value) in options(&ask.target) {
            match name.as_str() {
                "$select" => query.select = Some(select(value)?),
                "$skip" if list => query.skip = number(&name, value, usize::MAX)?,
                "$top" if list => query.top = Some(number(&name, value, PAGE_MAX)?),
                _ => return Err(unsupported(&name)),
            }
        }
        Ok(query)
    }
}

/// Reads `$select` of mail folders.
pub(super) fn select(value: &str) -> Result<Vec<&'static str>, Refusal> {
    let known = |name: &str| FOLDER_PROPERTIES.into_iter().find(|known| known.eq_ignore_ascii_case(name));
    let missing =
        |name: &str| format!("Could not find a property named '{name}' on type 'microsoft.graph.mailFolder'.");
    listed(value).map(|name| known(name).ok_or_else(|| Refusal::query(missing(name)))).collect()
}

impl GraphCall<'_, '_> {
    pub(super) fn list_mail_folders(
        &mut self,
        opened: &Opened,
        parent: Option<&str>,
        ask: &Ask,
    ) -> Result<Answer, Refusal> {
        let query = FolderQuery::read(ask, true)?;
        let mail = self.mail_open(opened)?;
        let folders = mail.children(parent, query.hidden)?;
        let size = query.top.unwrap_or_else(|| ask.prefer.page());
        let part = Part { size, skip: query.skip, count: false };
        Ok(self.page(self.odata_context(opened, "mailFolders"), ask, part, &folders, |folder| {
            folder.write(mail.counts(folder), query.select.as_deref())
        }))
    }

    pub(super) fn get_mail_folder(&mut self, opened: &Opened, id: &str, ask: &Ask) -> Result<Answer, Refusal> {
        let query = FolderQuery::read(ask, false)?;
        self.mail_folder(opened, id, query.select.as_deref(), 200)
    }

    pub(super) fn create_mail_folder(
        &mut self,
        opened: &Opened,
        parent: Option<&str>,
        ask: &Ask,
    ) -> Result<Answer, Refusal> {
        let body = ask.json()?;
        let members = body.as_object().ok_or_else(Refusal::no_json)?;
        if let Some(other) =
            members.keys().find(|name| !FOLDER_PROPERTIES.contains(&name.as_str()) && !name.contains('@'))
        {
            return Err(unknown_property(other, "mailFolder"));
        }
        let name = members.get("displayName").and_then(Value::as_str).filter(|name| !name.trim().is_empty());
        let name = name.ok_or_else(|| Refusal::property("The property 'displayName' is required."))?;
        let hidden = members.get("isHidden").and_then(Value::as_bool).unwrap_or(false);
        let (mail, _, context) = self.mail_mut(opened)?;
        let id = mail.add_folder(parent, name, hidden, context)?;
        context.counters.wrote("graph folders created");
        self.mail_folder(opened, &id, None, 201)
    }

    pub(super) fn delete_mail_folder(&mut self, opened: &Opened, id: &str) -> Result<Answer, Refusal> {
        let (mail, _, context) = self.mail_mut(opened)?;
        mail.delete_folder(id)?;
        context.counters.wrote("graph folders deleted");
        Ok(Answer::empty(204))
    }

    fn mail_folder(
        &self,
        opened: &Opened,
        id: &str,
        select: Option<&[&'static str]>,
        status: u16,
    ) -> Result<Answer, Refusal> {
        let mail = self.mail_open(opened)?;
        let folder = mail.folder(id)?;
        let mut written = Value::Object(folder.write(mail.counts(folder), select));
        written["@odata.context"] = self.odata_context(opened, "mailFolders/$entity").into();
        Ok(Answer::json(status, written))
    }
}
