//! Attachments.
//!
//! See <https://learn.microsoft.com/en-us/graph/api/resources/fileattachment>.

use crate::microsoft::mailbox::unknown_property;
use crate::microsoft::refusal::Refusal;
use serde_json::{Map, Value, json};

/// The properties of an attachment, those of files last.
pub(crate) const PROPERTIES: [&str; 8] =
    ["id", "lastModifiedDateTime", "name", "contentType", "size", "isInline", "contentId", "contentBytes"];

/// One file that a message carries.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Attachment {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) content_type: String,
    pub(crate) inline: bool,
    pub(crate) content_id: Option<String>,
    /// In base64, as it came.
    pub(crate) content: String,
    pub(crate) modified: String,
}

impl Attachment {
    /// Reads one of a body. Other kinds than files aren't covered.
    pub(crate) fn read(body: &Value) -> Result<Self, Refusal> {
        let members = body.as_object().ok_or_else(Refusal::no_json)?;
        if members.get("@odata.type").and_then(Value::as_str) != Some("#microsoft.graph.fileAttachment") {
            return Err(Refusal::unreadable("The type of an attachment has to be '#microsoft.graph.fileAttachment'."));
        }
        let mut read = Self { content_type: "application/octet-stream".into(), ..Self::default() };
        for (name, value) in members {
            match (name.as_str(), value) {
                ("name", Value::String(text)) => read.name.clone_from(text),
                ("contentType", Value::String(text)) => read.content_type.clone_from(text),
                ("contentBytes", Value::String(text)) => read.content.clone_from(text),
                ("contentId", Value::String(text)) => read.content_id = Some(text.clone()),
                ("isInline", Value::Bool(inline)) => read.inline = *inline,
                ("id" | "size" | "lastModifiedDateTime" | "contentLocation", _) | (_, Value::Null) => {}
                (name, _) if name.contains('@') => {}
                (name, _) if PROPERTIES.contains(&name) => {
                    return Err(Refusal::unreadable(format!("Cannot read the value of '{name}'.")));
                }
                (name, _) => return Err(unknown_property(name, "fileAttachment")),
            }
        }
        if read.name.is_empty() {
            return Err(Refusal::property("The property 'name' is required when creating the entity."));
        }
        Ok(read)
    }

    /// The attachment as Graph writes it: all properties, or those of `select` and the id.
    pub(crate) fn write(&self, select: Option<&[&'static str]>) -> Map<String, Value> {
        let wanted = |name: &&str| *name == "id" || select.is_none_or(|select| select.contains(name));
        let value = |name: &str| match name {
            "id" => json!(self.id),
            "lastModifiedDateTime" => json!(self.modified),
            "name" => json!(self.name),
            "contentType" => json!(self.content_type),
            "size" => json!(self.content.trim_end_matches('=').len() * 3 / 4),
            "isInline" => json!(self.inline),
            "contentId" => json!(self.content_id),
            _ => json!(self.content),
        };
        let mut written = Map::new();
        written.insert("@odata.type".into(), json!("#microsoft.graph.fileAttachment"));
        written.extend(PROPERTIES.into_iter().filter(wanted).map(|name| (name.to_owned(), value(name))));
        written
    }
}
