//! Changes to a task, read from a body and found to be of the right types.

use super::parts::LinkEdit;
use super::recurrence::Recurrence;
use super::refusal::{misfit, model, one_link};
use super::rules::{TodoRules, Word};
use super::schema::{FIXED, IMPORTANCES, STATUSES};
use super::zone::Stamp;
use crate::microsoft::mailbox::{ExtendedId, unknown_property};
use crate::microsoft::refusal::Refusal;
use serde_json::Value;
use std::collections::BTreeMap;

/// The text of a task.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Body {
    pub(crate) content: String,
    pub(crate) html: bool,
}

/// Changes to a task. What is `None` stays; a moment or a recurrence of `Some(None)` is taken away.
#[derive(Clone, Debug, Default)]
pub(crate) struct Edit {
    pub(crate) title: Option<String>,
    pub(crate) body: Option<Body>,
    pub(crate) categories: Option<Vec<String>>,
    pub(crate) status: Option<&'static str>,
    pub(crate) importance: Option<&'static str>,
    pub(crate) reminder_on: Option<bool>,
    pub(crate) start: Option<Option<Stamp>>,
    pub(crate) due: Option<Option<Stamp>>,
    pub(crate) reminder: Option<Option<Stamp>>,
    pub(crate) completed: Option<Option<Stamp>>,
    pub(crate) recurrence: Option<Option<Recurrence>>,
    pub(crate) link: Option<LinkEdit>,
    /// MAPI properties that are set, or taken away. To Do has none of its own.
    pub(crate) extended: BTreeMap<ExtendedId, Option<String>>,
}

impl Edit {
    /// Reads the body of a POST.
    ///
    /// A title is required by no document; the app has no task without one.
    pub(crate) fn of_new(body: &Value, rules: &TodoRules) -> Result<Self, Refusal> {
        let mut edit = Self::read(body, rules)?;
        if edit.title.is_none() {
            return Err(model("The property 'title' is required when creating the entity."));
        }
        if let Some(Some(recurrence)) = edit.recurrence.take() {
            if !recurrence.has_start() {
                return Err(model("The property 'startDate' is required for the recurrence range."));
            }
            let kept = if rules.recurrence == Word::Reported { recurrence.without_end_date() } else { recurrence };
            edit.recurrence = Some(Some(kept));
        }
        Ok(edit)
    }

    /// Reads the body of a PATCH.
    pub(crate) fn of_change(body: &Value, rules: &TodoRules) -> Result<Self, Refusal> {
        if let (Word::Reported, Some((name, date))) =
            (rules.recurrence, body.get("recurrence").and_then(Recurrence::names_a_date))
        {
            return Err(misfit(date, "Microsoft.OData.Edm.Date", &format!("recurrence.range.{name}")));
        }
        let edit = Self::read(body, rules)?;
        // A change of linked resources goes to their own address (OData 4.0, part 1, section 11.4.3).
        if edit.link.is_some() {
            return Err(model("The property 'linkedResources' cannot be changed with its task."));
        }
        Ok(edit)
    }

    fn read(body: &Value, rules: &TodoRules) -> Result<Self, Refusal> {
        let members = body.as_object().ok_or_else(Refusal::no_json)?;
        let day = |name: &str, value: &Value| {
            let read = Stamp::read(name, value)?;
            Ok(Some(if rules.times == Word::Reported { read.map(Stamp::at_midnight) } else { read }))
        };
        let mut edit = Self::default();
        for (name, value) in members {
            match name.as_str() {
                "title" => edit.title = Some(title(value)?),
                "body" => edit.body = Some(text(value)?),
                "categories" => edit.categories = Some(texts(name, value)?),
                "status" => edit.status = Some(one_of(value, &STATUSES, "taskStatus", name)?),
                "importance" => edit.importance = Some(one_of(value, &IMPORTANCES, "importance", name)?),
                "isReminderOn" => {
                    edit.reminder_on = Some(value.as_bool().ok_or_else(|| misfit(value, "System.Boolean", name))?);
                }
                "startDateTime" => edit.start = day(name, value)?,
                "dueDateTime" => edit.due = day(name, value)?,
                "reminderDateTime" => edit.reminder = Some(Stamp::read(name, value)?),
                "completedDateTime" => edit.completed = Some(Stamp::read(name, value)?),
                "recurrence" if value.is_null() => edit.recurrence = Some(None),
                "recurrence" => edit.recurrence = Some(Some(Recurrence::read(value)?)),
                "linkedResources" => edit.link = link(value)?,
                "attachments" | "attachmentSessions" | "checklistItems" | "extensions" => {
                    return Err(Refusal::new(501, "NotImplemented", format!("This stand-in doesn't cover '{name}'.")));
                }
                "@odata.type" => check_type(value)?,
                name if name.contains('@') || FIXED.contains(&name) => {}
                name => return Err(unknown_property(name, "todoTask")),
            }
        }
        Ok(edit)
    }
}

fn title(value: &Value) -> Result<String, Refusal> {
    match value.as_str() {
        Some(title) if !title.trim().is_empty() => Ok(title.to_owned()),
        _ => Err(misfit(value, "System.String", "title")),
    }
}

/// Reads an `itemBody`, replaced as a whole.
fn text(value: &Value) -> Result<Body, Refusal> {
    let kind = "microsoft.graph.itemBody";
    let members = value.as_object().ok_or_else(|| misfit(value, kind, "body"))?;
    let mut body = Body::default();
    for (name, value) in members {
        match (name.as_str(), value) {
            ("content", Value::String(content)) => body.content.clone_from(content),
            ("content", Value::Null) => {}
            // The documents' own requests write `HTML` and `Text`.
            ("contentType", Value::String(kind)) if kind.eq_ignore_ascii_case("html") => body.html = true,
            ("contentType", Value::String(kind)) if kind.eq_ignore_ascii_case("text") => body.html = false,
            ("content" | "contentType", other) => return Err(misfit(other, kind, &format!("body.{name}"))),
            (name, _) if name.contains('@') => {}
            (name, _) => return Err(unknown_property(name, "itemBody")),
        }
    }
    Ok(body)
}

fn texts(name: &str, value: &Value) -> Result<Vec<String>, Refusal> {
    let wrong = || misfit(value, "Collection(System.String)", name);
    let entries = value.as_array().ok_or_else(wrong)?;
    entries.iter().map(|entry| entry.as_str().map(str::to_owned).ok_or_else(wrong)).collect()
}

fn one_of(value: &Value, known: &[&'static str], kind: &str, path: &str) -> Result<&'static str, Refusal> {
    let found = known.iter().find(|known| value.as_str() == Some(**known));
    found.copied().ok_or_else(|| misfit(value, &format!("microsoft.graph.{kind}"), path))
}

fn link(value: &Value) -> Result<Option<LinkEdit>, Refusal> {
    match value.as_array().map(Vec::as_slice) {
        None => Err(misfit(value, "Collection(microsoft.graph.linkedResource)", "linkedResources")),
        Some([]) => Ok(None),
        Some([link]) => LinkEdit::read(link).map(Some),
        Some(_) => Err(one_link()),
    }
}

fn check_type(value: &Value) -> Result<(), Refusal> {
    match value.as_str() {
        Some("#microsoft.graph.todoTask" | "microsoft.graph.todoTask") => Ok(()),
        _ => Err(misfit(value, "microsoft.graph.todoTask", "@odata.type")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn bodies_are_read_strictly() {
        let cases = [
            (json!({ "@odata.type": "#microsoft.graph.todoTask", "body@odata.type": "x", "@odata.etag": "e" }), None),
            (json!({ "id": "mine", "createdDateTime": "2022-05-20T12:07:10Z", "hasAttachments": true }), None),
            (json!({ "body": { "content": "c", "contentType": "HTML" } }), None),
            (json!({ "linkedResources": [] }), None),
            (json!({ "@odata.type": "#microsoft.graph.contact" }), Some("invalidRequest")),
            (json!({ "singleValueExtendedProperties": [] }), Some("RequestBodyRead")),
            (json!({ "subject": "outlook's older tasks" }), Some("RequestBodyRead")),
            (json!({ "Title": "case matters" }), Some("RequestBodyRead")),
            (json!({ "checklistItems": [] }), Some("NotImplemented")),
            (json!({ "title": " " }), Some("invalidRequest")),
            (json!({ "title": 5 }), Some("invalidRequest")),
            (json!({ "body": null }), Some("invalidRequest")),
            (json!({ "body": { "content": "c", "contentType": "rtf" } }), Some("invalidRequest")),
            (json!({ "body": { "text": "c" } }), Some("RequestBodyRead")),
            (json!({ "categories": null }), Some("invalidRequest")),
            (json!({ "categories": [1] }), Some("invalidRequest")),
            (json!({ "status": "done" }), Some("invalidRequest")),
            (json!({ "importance": null }), Some("invalidRequest")),
            (json!({ "isReminderOn": "yes" }), Some("invalidRequest")),
            (json!({ "linkedResources": {} }), Some("invalidRequest")),
            (json!({ "linkedResources": [{}, {}] }), Some("invalidRequest")),
            (json!(["title"]), Some("BadRequest")),
        ];
        for (body, code) in cases {
            let found = Edit::read(&body, &TodoRules::default()).err().map(|refusal| refusal.code);
            assert_eq!(found.as_deref(), code, "{body}");
        }
    }

    #[test]
    fn a_recurrence_is_for_new_tasks_by_report() {
        let body = json!({ "title": "T", "recurrence": {
            "pattern": { "type": "daily", "interval": 1 },
            "range": { "type": "endDate", "startDate": "2026-01-01", "endDate": "2026-02-01" },
        } });
        for (recurrence, kept, change) in [(Word::Reported, "noEnd", Some(400)), (Word::Documented, "endDate", None)] {
            let rules = TodoRules { recurrence, ..TodoRules::default() };
            let new = Edit::of_new(&body, &rules).expect("an edit").recurrence.flatten().expect("a recurrence");
            assert_eq!(new.write()["range"]["type"], kept, "{recurrence:?}");
            assert_eq!(Edit::of_change(&body, &rules).err().map(|refusal| refusal.status), change, "{recurrence:?}");
        }
        assert!(Edit::of_change(&json!({ "recurrence": null }), &TodoRules::default()).is_ok());
    }
}
