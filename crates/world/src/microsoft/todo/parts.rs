//! What hangs on a task: its linked resource, and its steps.
//!
//! See <https://learn.microsoft.com/en-us/graph/api/resources/linkedresource> and
//! <https://learn.microsoft.com/en-us/graph/api/resources/checklistitem>.

use super::refusal::{misfit, model};
use super::zone;
use crate::microsoft::mailbox::unknown_property;
use crate::microsoft::refusal::Refusal;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

/// The texts of a linked resource. None of them is required by any document.
const LINK_TEXTS: [&str; 4] = ["applicationName", "displayName", "externalId", "webUrl"];

/// An item of another application that a task came from.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Link {
    pub(crate) id: String,
    texts: Map<String, Value>,
}

/// Changes to a linked resource.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct LinkEdit {
    texts: Map<String, Value>,
}

impl LinkEdit {
    /// Reads the body of a POST or PATCH.
    pub(crate) fn read(body: &Value) -> Result<Self, Refusal> {
        let members = object(body, "linkedResource")?;
        let mut edit = Self::default();
        for (name, value) in members.iter().filter(|(name, _)| !name.contains('@') && *name != "id") {
            if !LINK_TEXTS.contains(&name.as_str()) {
                return Err(unknown_property(name, "linkedResource"));
            }
            if !value.is_string() && !value.is_null() {
                return Err(misfit(value, "System.String", &format!("linkedResource.{name}")));
            }
            edit.texts.insert(name.clone(), value.clone());
        }
        Ok(edit)
    }
}

impl Link {
    pub(crate) fn new(id: String, edit: LinkEdit) -> Self {
        let mut link = Self { id, texts: Map::new() };
        link.merge(edit);
        link
    }

    pub(crate) fn merge(&mut self, edit: LinkEdit) {
        self.texts.extend(edit.texts);
        self.texts.retain(|_, value| !value.is_null());
    }

    /// The same linked resource of another task.
    pub(crate) fn copy(self, id: String) -> Self {
        Self { id, ..self }
    }

    /// The linked resource as Graph writes it: without what it doesn't have.
    pub(crate) fn write(&self) -> Value {
        let mut written = self.texts.clone();
        written.insert("id".into(), json!(self.id));
        Value::Object(written)
    }
}

/// One step of a task.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Step {
    pub(crate) id: String,
    name: String,
    created: Timestamp,
    checked: Option<Timestamp>,
}

/// Changes to a step.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct StepEdit {
    name: Option<String>,
    checked: Option<bool>,
}

impl StepEdit {
    /// Reads the body of a POST: a step has a name.
    pub(crate) fn of_new(body: &Value) -> Result<Self, Refusal> {
        let edit = Self::read(body)?;
        match edit.name {
            Some(_) => Ok(edit),
            None => Err(model("The property 'displayName' is required when creating the entity.")),
        }
    }

    /// Reads the body of a PATCH. The moments are the service's own.
    pub(crate) fn read(body: &Value) -> Result<Self, Refusal> {
        let mut edit = Self::default();
        for (name, value) in object(body, "checklistItem")? {
            match (name.as_str(), value) {
                ("displayName", Value::String(text)) => edit.name = Some(text.clone()),
                ("displayName", other) => return Err(misfit(other, "System.String", "checklistItem.displayName")),
                ("isChecked", Value::Bool(checked)) => edit.checked = Some(*checked),
                ("isChecked", other) => return Err(misfit(other, "System.Boolean", "checklistItem.isChecked")),
                ("id" | "createdDateTime" | "checkedDateTime", _) => {}
                (name, _) if name.contains('@') => {}
                (name, _) => return Err(unknown_property(name, "checklistItem")),
            }
        }
        Ok(edit)
    }
}

impl Step {
    pub(crate) fn new(id: String, edit: StepEdit, now: Timestamp) -> Self {
        let mut step = Self { id, name: String::new(), created: now, checked: None };
        step.merge(edit, now);
        step
    }

    pub(crate) fn merge(&mut self, edit: StepEdit, now: Timestamp) {
        if let Some(name) = edit.name {
            self.name = name;
        }
        match edit.checked {
            Some(true) => self.checked = self.checked.or(Some(now)),
            Some(false) => self.checked = None,
            None => {}
        }
    }

    /// Makes it one that is still to be done.
    pub(crate) fn undo(&mut self) {
        self.checked = None;
    }

    /// The step as Graph writes it.
    pub(crate) fn write(&self) -> Value {
        let mut written = json!({
            "id": self.id,
            "displayName": self.name,
            "createdDateTime": zone::utc(self.created),
            "isChecked": self.checked.is_some(),
        });
        if let Some(checked) = self.checked {
            written["checkedDateTime"] = zone::utc(checked).into();
        }
        written
    }
}

fn object<'a>(body: &'a Value, entity: &str) -> Result<&'a Map<String, Value>, Refusal> {
    body.as_object().ok_or_else(|| misfit(body, &format!("microsoft.graph.{entity}"), entity))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_linked_resource_holds_texts() {
        let read = |body: Value| LinkEdit::read(&body).map_err(|refusal| refusal.code);
        let edit = read(
            json!({ "@odata.type": "#microsoft.graph.linkedResource", "id": "mine", "externalId": "7", "webUrl": "u" }),
        );
        let mut link = Link::new("1".into(), edit.expect("an edit"));
        link.merge(read(json!({ "webUrl": null, "displayName": "D" })).expect("an edit"));
        assert_eq!(link.write(), json!({ "id": "1", "externalId": "7", "displayName": "D" }));
        for (body, code) in [
            (json!({ "externalId": 7 }), "invalidRequest"),
            (json!({ "externalID": "7" }), "RequestBodyRead"),
            (json!([]), "invalidRequest"),
        ] {
            assert_eq!(read(body.clone()), Err(code.to_owned()), "{body}");
        }
    }

    #[test]
    fn a_step_remembers_when_it_was_done() {
        let (then, now) = (Timestamp::UNIX_EPOCH, Timestamp::from_second(60).expect("a moment"));
        let edit = |body: Value| StepEdit::read(&body).expect("an edit");
        let mut step = Step::new("1".into(), edit(json!({ "displayName": "Call" })), then);
        assert_eq!(step.write()["checkedDateTime"], Value::Null);
        step.merge(edit(json!({ "isChecked": true, "checkedDateTime": "ignored" })), now);
        assert_eq!(step.write()["checkedDateTime"], "1970-01-01T00:01:00.0000000Z");
        let later = Timestamp::from_second(120).expect("a moment");
        step.merge(edit(json!({ "isChecked": true })), later);
        assert_eq!(step.write()["checkedDateTime"], "1970-01-01T00:01:00.0000000Z", "it was done before");
        step.merge(edit(json!({ "isChecked": false })), later);
        assert_eq!(step.write()["isChecked"], false);
        for body in [json!({ "isChecked": "yes" }), json!({ "displayName": null }), json!({ "order": 1 })] {
            assert!(StepEdit::read(&body).is_err(), "{body}");
        }
    }
}
