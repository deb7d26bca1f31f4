//! Tags: words that people put on the records of a module.
//!
//! <https://www.zoho.com/crm/developer/docs/api/v8/get-tag-list.html>

use super::id::Id;
use super::store::Store;
use jiff::Timestamp;
use serde_json::{Value, json};

/// One tag.
#[derive(Clone, Debug)]
pub(crate) struct Tag {
    pub(crate) id: Id,
    pub(crate) name: String,
    /// As in `#F17574`.
    pub(crate) color: Option<String>,
    pub(crate) created_by: Id,
    pub(crate) created: Timestamp,
}

impl Tag {
    /// The tag as it stands in a record.
    pub(crate) fn shown(&self) -> Value {
        json!({ "name": self.name, "id": self.id.json(), "color_code": self.color })
    }
}

impl Store {
    pub(crate) fn tags(&self) -> &[Tag] {
        &self.tags
    }

    pub(crate) fn tag(&self, id: Id) -> Option<&Tag> {
        self.tags.iter().find(|tag| tag.id == id)
    }

    /// The tag with this name. Case doesn't make another one, by report.
    pub(crate) fn tag_named(&self, name: &str) -> Option<&Tag> {
        let folded = name.to_lowercase();
        self.tags.iter().find(|tag| tag.name.to_lowercase() == folded)
    }

    pub(crate) fn add_tag(&mut self, tag: Tag) {
        self.tags.push(tag);
    }
}
