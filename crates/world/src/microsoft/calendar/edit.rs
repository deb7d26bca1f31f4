//! Changes to an event, read from a body and found to be of the right types.

use super::schema::{self, Kind, default_of, misfit, word};
use super::zone::Stamp;
use super::{body, people, places, recurrence};
use crate::microsoft::mailbox::{ExtendedId, read_extended, read_text, read_texts, unknown_property};
use crate::microsoft::refusal::Refusal;
use mxs_calendar::graph::PatternedRecurrence;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// Changes to an event. What isn't named stays.
#[derive(Clone, Debug, Default)]
pub(crate) struct Edit {
    /// Properties that are kept as Graph writes them.
    pub(crate) properties: Map<String, Value>,
    /// The attendees as the client wrote them.
    pub(crate) said_attendees: Value,
    pub(crate) start: Option<Stamp>,
    pub(crate) end: Option<Stamp>,
    pub(crate) all_day: Option<bool>,
    /// `Some(None)` makes a series a single event.
    pub(crate) recurrence: Option<Option<PatternedRecurrence>>,
    pub(crate) online: Option<bool>,
    pub(crate) transaction: Option<String>,
    pub(crate) extended: Vec<(ExtendedId, String)>,
    /// Extended properties that go away. Graph has no word for that.
    pub(crate) removed: BTreeSet<ExtendedId>,
    /// The properties that the body names, but for those of the service's own.
    pub(crate) names: BTreeSet<&'static str>,
}

impl Edit {
    /// Reads the body of a POST or PATCH.
    ///
    /// As with contacts, the service refuses what it doesn't know although the entity is an open type.
    pub(crate) fn read(body: &Value) -> Result<Self, Refusal> {
        let members = body.as_object().ok_or_else(Refusal::no_json)?;
        let mut edit = Self::default();
        for (name, value) in members {
            match schema::kind_of(name) {
                Some((_, Kind::Fixed)) => {}
                Some((name, kind)) => edit.take(name, kind, value)?,
                None if name == "@odata.type" => check_type(value)?,
                None if name.contains('@') => {}
                None if name == "singleValueExtendedProperties" => edit.extended = read_extended(value)?,
                None if NOT_COVERED.contains(&name.as_str()) => {
                    return Err(Refusal::new(501, "NotImplemented", format!("This stand-in doesn't cover '{name}'.")));
                }
                None => return Err(unknown_property(name, "event")),
            }
        }
        places::settle(&mut edit.properties);
        Ok(edit)
    }

    fn take(&mut self, name: &'static str, kind: Kind, value: &Value) -> Result<(), Refusal> {
        self.names.insert(name);
        let read = match kind {
            Kind::Stamp if name == "start" => {
                self.start = Some(Stamp::read(value)?);
                return Ok(());
            }
            Kind::Stamp => {
                self.end = Some(Stamp::read(value)?);
                return Ok(());
            }
            Kind::AllDay => {
                self.all_day = Some(flag(value)?.unwrap_or_default());
                return Ok(());
            }
            Kind::OnlineMeeting => {
                self.online = Some(flag(value)?.unwrap_or_default());
                return Ok(());
            }
            Kind::Recurrence => {
                self.recurrence = Some(if value.is_null() { None } else { Some(recurrence::read(value)?) });
                return Ok(());
            }
            Kind::Transaction => {
                self.transaction = read_text(value)?.as_str().map(str::to_owned);
                return Ok(());
            }
            Kind::Attendees => {
                self.said_attendees = value.clone();
                people::read(value)?
            }
            Kind::Body => body::read(value)?,
            Kind::Location => places::read(value)?,
            Kind::Locations => places::read_all(value)?,
            Kind::Texts => read_texts(name, value, usize::MAX)?,
            Kind::Text => read_text(value)?,
            Kind::Flag => flag(value)?.map_or(Value::Null, Value::Bool),
            Kind::Minutes if value.is_null() => Value::Null,
            // Outlook takes negative ones too; no limit is documented.
            Kind::Minutes => {
                let minutes = value.as_i64().and_then(|minutes| i32::try_from(minutes).ok());
                minutes.ok_or_else(|| misfit(value, "Edm.Int32"))?.into()
            }
            Kind::Word(..) if value.is_null() => Value::Null,
            Kind::Word(kind, words) => word(value, kind, words)?.into(),
            Kind::Fixed => return Ok(()),
        };
        let read = if read.is_null() { default_of(name) } else { read };
        self.properties.insert(name.to_owned(), read);
        Ok(())
    }

    /// Whether it names a time.
    pub(crate) fn moves(&self) -> bool {
        self.start.is_some() || self.end.is_some() || self.all_day.is_some()
    }
}

/// What hangs on an event and has addresses of its own.
const NOT_COVERED: [&str; 6] =
    ["attachments", "calendar", "exceptionOccurrences", "extensions", "instances", "multiValueExtendedProperties"];

fn flag(value: &Value) -> Result<Option<bool>, Refusal> {
    match value {
        Value::Null => Ok(None),
        Value::Bool(flag) => Ok(Some(*flag)),
        other => Err(misfit(other, "Edm.Boolean")),
    }
}

fn check_type(value: &Value) -> Result<(), Refusal> {
    match value.as_str() {
        Some("#microsoft.graph.event" | "microsoft.graph.event") => Ok(()),
        _ => Err(Refusal::unreadable(format!(
            "A type named '{}' could not be resolved by the model or is not an event.",
            value.as_str().unwrap_or_default()
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn bodies_are_read_strictly() {
        let cases = [
            (
                json!({ "@odata.type": "#microsoft.graph.event", "subject": null, "iCalUId": "x", "type": "exception" }),
                None,
            ),
            (json!({ "showAs": "OOF", "sensitivity": "private", "importance": null, "isReminderOn": false }), None),
            (json!({ "reminderMinutesBeforeStart": 0, "categories": ["red"], "hideAttendees": null }), None),
            (json!({ "attendees": [{ "emailAddress": { "address": "a@b.example" }, "type": "Required" }] }), None),
            (json!({ "location": { "displayName": "Café" }, "body": { "content": "x", "contentType": "HTML" } }), None),
            (json!({ "Subject": "case matters" }), Some("RequestBodyRead")),
            (json!({ "uid": "beta only" }), Some("RequestBodyRead")),
            (json!({ "subject": 5 }), Some("RequestBodyRead")),
            (json!({ "showAs": "away" }), Some("RequestBodyRead")),
            (json!({ "isReminderOn": "yes" }), Some("RequestBodyRead")),
            (json!({ "reminderMinutesBeforeStart": 1.5 }), Some("RequestBodyRead")),
            (json!({ "categories": null }), Some("RequestBodyRead")),
            (json!({ "attendees": null }), Some("RequestBodyRead")),
            (json!({ "attendees": [{ "address": "a@b.example" }] }), Some("RequestBodyRead")),
            (json!({ "attendees": [{ "emailAddress": { "name": "A" } }] }), Some("ErrorInvalidRecipients")),
            (json!({ "location": { "name": "Café" } }), Some("RequestBodyRead")),
            (json!({ "start": null }), Some("RequestBodyRead")),
            (json!({ "start": { "dateTime": "tomorrow", "timeZone": "UTC" } }), Some("RequestBodyRead")),
            (
                json!({ "start": { "dateTime": "2026-03-02T09:00:00", "timeZone": "Middle-earth" } }),
                Some("TimeZoneNotSupportedException"),
            ),
            (
                json!({ "start": { "dateTime": "2026-03-02T09:00:00", "timeZone": "tzone://Microsoft/Custom" } }),
                Some("TimeZoneNotSupportedException"),
            ),
            (
                json!({ "start": { "dateTime": "1066-10-14T09:00:00", "timeZone": "UTC" } }),
                Some("ErrorCalendarOutOfRange"),
            ),
            (json!({ "body": null }), Some("ErrorInvalidRequest")),
            (json!({ "body": { "content": "x", "contentType": "rtf" } }), Some("RequestBodyRead")),
            (json!({ "attachments": [] }), Some("NotImplemented")),
            (json!({ "@odata.type": "#microsoft.graph.contact" }), Some("RequestBodyRead")),
            (json!(["subject"]), Some("BadRequest")),
        ];
        for (body, code) in cases {
            let found = Edit::read(&body).err().map(|refusal| refusal.code);
            assert_eq!(found.as_deref(), code, "{body}");
        }
    }
}
