//! What a request gives a new calendar item, or changes of one.

use super::super::super::refusal::Refusal;
use super::super::super::zones;
use super::super::{Change, Path};
use super::when::When;
use super::words::{IMPORTANCE, KEPT, LISTS, SENSITIVITY, SHOWN_AS, kept, stored};
use super::{CLASS, people, recurrence};
use crate::microsoft::calendar::{Edit, Item, NamedZone, moment, stored_uid};
use crate::microsoft::mailbox::ExtendedId;
use mxs_calendar::graph::PatternedRecurrence;
use mxs_xml::Element;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// What a request says of a calendar item.
#[derive(Clone, Debug, Default)]
pub(super) struct Draft {
    /// Properties in the store's form.
    properties: Map<String, Value>,
    /// Those that the store only keeps.
    kept: Map<String, Value>,
    when: When,
    recurrence: Option<Option<PatternedRecurrence>>,
    uid: Option<String>,
    extended: Vec<(ExtendedId, String)>,
    removed: BTreeSet<ExtendedId>,
}

impl Draft {
    /// Reads changes of an item, or of a new one.
    pub(super) fn read(changes: &[Change], current: Option<&Item<'_>>) -> Result<Self, Refusal> {
        let mut draft = Self::default();
        for change in changes {
            let wrong = |refusal: Refusal| refusal.path(change.path().write());
            draft.take(change, current).map_err(wrong)?;
        }
        Ok(draft)
    }

    /// What the item is to be called in every mailbox, in the store's form.
    pub(super) fn uid(&self) -> Option<String> {
        self.uid.as_deref().map(stored_uid)
    }

    fn take(&mut self, change: &Change, current: Option<&Item<'_>>) -> Result<(), Refusal> {
        match change {
            Change::Set(path, element) => self.set(name_of(path)?, element, current, false),
            Change::Append(path, element) => self.set(name_of(path)?, element, current, true),
            Change::SetExtended(property, value) => {
                self.extended.push((property.id.clone(), value.clone()));
                Ok(())
            }
            Change::Delete(Path::Extended(property)) => {
                self.removed.insert(property.id.clone());
                Ok(())
            }
            Change::Delete(path) => self.clear(name_of(path)?, current),
        }
    }

    fn set(&mut self, name: &str, element: &Element, current: Option<&Item<'_>>, append: bool) -> Result<(), Refusal> {
        if append && !APPENDED.contains(&name) {
            return Err(Refusal::new("ErrorInvalidPropertyAppend", "Property doesn't support appending."));
        }
        let word = element.text.trim();
        let invalid = || Refusal::schema(format!("The '{name}' element is invalid."));
        let mut put = |stored: &str, value: Value| self.properties.insert(stored.to_owned(), value);
        match name {
            "Subject" => drop(put("subject", json!(element.text))),
            "Sensitivity" => drop(put("sensitivity", json!(stored(&SENSITIVITY, word).ok_or_else(invalid)?))),
            "Importance" => drop(put("importance", json!(stored(&IMPORTANCE, word).ok_or_else(invalid)?))),
            "LegacyFreeBusyStatus" => drop(put("showAs", json!(stored(&SHOWN_AS, word).ok_or_else(invalid)?))),
            "Body" => {
                let before = current.filter(|_| append).map(|item| item.event.property_of(item.day, "body"));
                drop(put("body", body(element, before.as_ref())?));
            }
            "Categories" => {
                let texts: Vec<&str> = element.all("String").map(|text| text.text.as_str()).collect();
                drop(put("categories", json!(texts)));
            }
            "Location" => drop(put("location", json!({ "displayName": element.text }))),
            "EnhancedLocation" => drop(put("location", json!({ "displayName": element.text("DisplayName") }))),
            "ReminderIsSet" => drop(put("isReminderOn", json!(flag(word).ok_or_else(invalid)?))),
            "ReminderMinutesBeforeStart" => {
                let minutes: i32 = word.parse().map_err(|_| invalid())?;
                drop(put("reminderMinutesBeforeStart", json!(minutes)));
            }
            "IsResponseRequested" => drop(put("responseRequested", json!(flag(word).ok_or_else(invalid)?))),
            "AllowNewTimeProposal" => drop(put("allowNewTimeProposals", json!(flag(word).ok_or_else(invalid)?))),
            "RequiredAttendees" | "OptionalAttendees" | "Resources" => {
                self.invite(name, Some(element), current, append)?
            }
            "Start" => self.when.start = Some(moment(word).ok_or_else(invalid)?),
            "End" => self.when.end = Some(moment(word).ok_or_else(invalid)?),
            "IsAllDayEvent" => self.when.all_day = Some(flag(word).ok_or_else(invalid)?),
            "StartTimeZone" => self.when.start_zone = Some(zone(zones::read_definition(element))?),
            "EndTimeZone" => self.when.end_zone = Some(zone(zones::read_definition(element))?),
            "MeetingTimeZone" => self.when.start_zone = Some(zone(zones::read_meeting_zone(element))?),
            "Recurrence" => self.recurrence = Some(Some(read_recurrence(element)?)),
            "UID" if current.is_none() => self.uid = Some(word.to_owned()).filter(|uid| !uid.is_empty()),
            // It is what it is called; who says so again changes nothing.
            "UID" => {}
            "ItemClass" if word == CLASS || word.starts_with("IPM.Appointment.") => {}
            "ItemClass" => {
                return Err(Refusal::new(
                    "ErrorObjectTypeChanged",
                    "The class of an item can't become another type's.",
                ));
            }
            // It follows from the start.
            "ReminderDueBy" => {}
            "IsOnlineMeeting" => {
                flag(word).ok_or_else(invalid)?;
                self.kept.insert(kept(name), json!(word));
            }
            name if KEPT.contains(&name) => drop(self.kept.insert(kept(name), json!(element.text))),
            _ => return Err(Refusal::new("ErrorInvalidPropertySet", "Set action is invalid for property.")),
        }
        Ok(())
    }

    fn clear(&mut self, name: &str, current: Option<&Item<'_>>) -> Result<(), Refusal> {
        let (stored, value) = match name {
            "Subject" => ("subject", Value::Null),
            "Sensitivity" => ("sensitivity", Value::Null),
            "Importance" => ("importance", Value::Null),
            "LegacyFreeBusyStatus" => ("showAs", Value::Null),
            "Body" => ("body", json!({ "contentType": "html", "content": "" })),
            "Categories" => ("categories", json!([])),
            "Location" | "EnhancedLocation" => ("location", Value::Null),
            "ReminderIsSet" => ("isReminderOn", json!(false)),
            "ReminderMinutesBeforeStart" => ("reminderMinutesBeforeStart", Value::Null),
            "RequiredAttendees" | "OptionalAttendees" | "Resources" => return self.invite(name, None, current, false),
            "IsResponseRequested" => ("responseRequested", Value::Null),
            "AllowNewTimeProposal" => ("allowNewTimeProposals", Value::Null),
            "Recurrence" => {
                self.recurrence = Some(None);
                return Ok(());
            }
            name if KEPT.contains(&name) => {
                self.kept.insert(kept(name), Value::Null);
                return Ok(());
            }
            // What no event has of its own is gone already.
            "MimeContent" | "ReminderDueBy" => return Ok(()),
            _ => {
                return Err(Refusal::new("ErrorInvalidPropertyDelete", "Delete action is invalid for property."));
            }
        };
        self.properties.insert(stored.to_owned(), value);
        Ok(())
    }

    /// Replaces one of the three lists of those who are invited, or adds to it; the store has one list.
    fn invite(
        &mut self,
        list: &str,
        element: Option<&Element>,
        current: Option<&Item<'_>>,
        append: bool,
    ) -> Result<(), Refusal> {
        let kind = LISTS.iter().find(|(name, _)| *name == list).map_or("required", |(_, kind)| kind);
        let known = self.properties.get("attendees").cloned();
        let known = known.or_else(|| current.map(|item| item.event.property_of(item.day, "attendees")));
        let mut all: Vec<Value> = known.and_then(|known| known.as_array().cloned()).unwrap_or_default();
        all.retain(|one| append || one["type"] != kind);
        // What they answered stays where nobody says another answer.
        for one in &mut all {
            if let Some(members) = one.as_object_mut() {
                members.retain(|name, _| ["type", "emailAddress"].contains(&name.as_str()));
            }
        }
        all.extend(element.map_or_else(|| Ok(Vec::new()), |element| people::read(element, kind))?);
        self.properties.insert("attendees".to_owned(), all.into());
        Ok(())
    }

    /// The edit of the store.
    pub(super) fn into_edit(self, current: Option<&Item<'_>>, requested: Option<NamedZone>) -> Result<Edit, Refusal> {
        let first = self.recurrence.as_ref().and_then(|pattern| Some(pattern.as_ref()?.range.start_date));
        let span = self.when.span(first, current, requested)?;
        let mut edit = Edit::read(&Value::Object(self.properties))?;
        edit.properties.extend(self.kept);
        edit.extended.extend(self.extended);
        edit.removed = self.removed;
        let times = [
            ("start", self.when.start.is_some() || self.when.start_zone.is_some()),
            ("end", self.when.end.is_some() || self.when.end_zone.is_some()),
            ("isAllDay", self.when.all_day.is_some()),
            ("recurrence", self.recurrence.is_some()),
        ];
        edit.names.extend(times.into_iter().filter(|(_, named)| *named).map(|(name, _)| name));
        let whole = current.filter(|item| item.day.is_none());
        let series = whole.and_then(|item| Some((&item.event.span.start.zone, item.event.repetition.as_ref()?)));
        edit.recurrence = self.recurrence;
        let Some(span) = span else { return Ok(edit) };
        if let (Some((zone, series)), None) = (series, &edit.recurrence)
            && !span.start.zone.is_same(zone)
        {
            // A series may take another zone by itself; the store wants its rule with it.
            let mut pattern = series.pattern.clone();
            pattern.range.start_date = span.start.local.date();
            pattern.range.recurrence_time_zone = None;
            edit.recurrence = Some(Some(pattern));
        }
        edit.all_day = Some(span.all_day);
        (edit.start, edit.end) = (Some(span.start), Some(span.end));
        Ok(edit)
    }
}

/// What can be added to.
const APPENDED: [&str; 4] = ["Body", "OptionalAttendees", "RequiredAttendees", "Resources"];

fn name_of(path: &Path) -> Result<&str, Refusal> {
    match path {
        Path::Field { name, .. } => Ok(name),
        _ => Err(Refusal::new("ErrorInvalidPropertyRequest", "A calendar item has no such property.")),
    }
}

fn flag(word: &str) -> Option<bool> {
    match word {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    }
}

fn zone(read: Result<NamedZone, &'static str>) -> Result<NamedZone, Refusal> {
    read.map_err(|code| Refusal::new(code, "The time zone of the calendar item isn't valid."))
}

fn read_recurrence(element: &Element) -> Result<PatternedRecurrence, Refusal> {
    recurrence::read(element).map_err(|code| Refusal::new(code, "The recurrence isn't valid."))
}

/// A body in the store's form: the text alone, or behind what is there.
fn body(element: &Element, before: Option<&Value>) -> Result<Value, Refusal> {
    let kind = match element.attribute("BodyType") {
        Some("HTML") => "html",
        Some("Text") => "text",
        _ => return Err(Refusal::schema("The 'BodyType' attribute is invalid.")),
    };
    let Some(before) = before.and_then(|before| before["content"].as_str()).filter(|before| !before.is_empty()) else {
        return Ok(json!({ "contentType": kind, "content": element.text }));
    };
    let added = if kind == "html" { element.text.clone() } else { crate::html::escape(&element.text) };
    let content = match before.rsplit_once("</body>") {
        Some((inside, rest)) => format!("{inside}{added}</body>{rest}"),
        None => format!("{before}{added}"),
    };
    Ok(json!({ "contentType": "html", "content": content }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_added_to_a_body_stands_at_its_end() {
        let element = |kind: &str, text: &str| Element::named("Body").with("BodyType", kind).saying(text);
        let before = json!({ "contentType": "html", "content": "<html><head></head><body>One</body></html>" });
        let content = |element: &Element, before: Option<&Value>| {
            body(element, before).map(|body| body["content"].clone()).map_err(|refusal| refusal.code)
        };
        let cases = [
            (element("Text", "a < b"), None, Ok(json!("a < b"))),
            (element("Text", "<2"), Some(&before), Ok(json!("<html><head></head><body>One&lt;2</body></html>"))),
            (
                element("HTML", "<i>2</i>"),
                Some(&before),
                Ok(json!("<html><head></head><body>One<i>2</i></body></html>")),
            ),
            (element("RTF", "x"), None, Err("ErrorSchemaValidation".to_owned())),
        ];
        for (element, before, wanted) in cases {
            assert_eq!(content(&element, before), wanted);
        }
    }
}
