//! One calendar: a folder of events.
//!
//! See <https://learn.microsoft.com/en-us/graph/api/resources/calendar>.

use super::people::Person;
use crate::microsoft::mailbox::{Changes, change_key, folder_id, unknown_property};
use crate::microsoft::refusal::Refusal;
use crate::{Context, Ids};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// A calendar.
#[derive(Clone, Debug)]
pub(crate) struct Calendar {
    /// Its id, the same in both forms: containers' ids are constant.
    pub(crate) id: String,
    name: String,
    change_key: String,
    pub(crate) is_default: bool,
    /// Immutable ids of its events, in the order of their arrival.
    pub(crate) members: BTreeMap<u64, String>,
    pub(crate) changes: Changes,
    /// When it was created, among everything that happened.
    pub(crate) position: u64,
    /// Whether it is no calendar, or none any more: nothing of the calendar interface finds it. What is in it is
    /// still found by immutable ids.
    pub(crate) out_of_reach: bool,
}

impl Calendar {
    pub(super) fn new(name: &str, ids: &mut Ids) -> Self {
        Self {
            id: folder_id(ids),
            name: name.to_owned(),
            change_key: change_key(ids),
            is_default: false,
            members: BTreeMap::new(),
            changes: Changes::default(),
            position: 0,
            out_of_reach: false,
        }
    }

    /// What people call it.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Gives it another name.
    pub(crate) fn rename(&mut self, name: &str, context: &mut Context<'_>) {
        name.clone_into(&mut self.name);
        self.change_key = change_key(context.ids);
    }

    /// Whether it has this name; Exchange doesn't look at case.
    pub(crate) fn is_called(&self, name: &str) -> bool {
        self.name.to_lowercase() == name.to_lowercase()
    }

    /// The calendar as Graph writes it.
    pub(crate) fn write(&self, owner: &Person, select: Option<&[&'static str]>) -> Map<String, Value> {
        let whole = json!({
            "id": self.id,
            "name": self.name,
            "color": "auto",
            "hexColor": "",
            "isDefaultCalendar": self.is_default,
            "changeKey": self.change_key,
            "canShare": true,
            "canViewPrivateItems": true,
            "canEdit": true,
            "allowedOnlineMeetingProviders": ["teamsForBusiness"],
            "defaultOnlineMeetingProvider": "teamsForBusiness",
            "isTallyingResponses": true,
            "isRemovable": !self.is_default,
            "owner": owner.write(),
        });
        let wanted = |name: &str| name == "id" || select.is_none_or(|select| select.contains(&name));
        let members = whole.as_object().into_iter().flatten();
        members.filter(|(name, _)| wanted(name)).map(|(name, value)| (name.clone(), value.clone())).collect()
    }
}

/// Reads the name out of a body. A colour may stand beside it; it is the person's affair and not kept.
pub(crate) fn read_name(body: &Value) -> Result<Option<String>, Refusal> {
    let members = body.as_object().ok_or_else(Refusal::no_json)?;
    let mut name = None;
    for (key, value) in members {
        match (key.as_str(), value) {
            ("name", Value::String(text)) if !text.trim().is_empty() => name = Some(text.clone()),
            ("name", _) => {
                return Err(Refusal::property("The property 'Name' is required when creating the entity."));
            }
            (key, _) if key.contains('@') || super::schema::CALENDAR_PROPERTIES.contains(&key) => {}
            (key, _) => return Err(unknown_property(key, "calendar")),
        }
    }
    Ok(name)
}
