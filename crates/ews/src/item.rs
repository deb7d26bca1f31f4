//! What items of every kind have.

use crate::ids::id;
use crate::property::{Change, Property};
use crate::xml::{Element, t};
use Property::{Field as Of, Own};
use mxs_core::{CrmId, ExchangeId, Field, Fields, Instant, Kind, Value, Version};
use mxs_graph::mark::{self, Mark};
use mxs_graph::text::{read, with_line_ends};

pub(crate) const BODY: Property = Of("item", "Body");
pub(crate) const CATEGORIES: Property = Of("item", "Categories");
pub(crate) const IMPORTANCE: Property = Of("item", "Importance");
pub(crate) const MARK: Property = Own("mxs-crm-record");
pub(crate) const PARENT: Property = Of("item", "ParentFolderId");
pub(crate) const RECEIVED: Property = Of("item", "DateTimeReceived");
pub(crate) const REMINDER_DUE: Property = Of("item", "ReminderDueBy");
pub(crate) const REMINDER_MINUTES: Property = Of("item", "ReminderMinutesBeforeStart");
pub(crate) const REMINDER_SET: Property = Of("item", "ReminderIsSet");
pub(crate) const SENSITIVITY: Property = Of("item", "Sensitivity");
pub(crate) const SUBJECT: Property = Of("item", "Subject");

/// What every kind of item is asked for.
pub(crate) const COMMON: [Property; 5] = [BODY, CATEGORIES, MARK, PARENT, SENSITIVITY];

/// The service's words for how sensitive an item is, and the engine's; what is normal isn't said.
const SENSITIVITIES: [(&str, &str); 3] =
    [("Personal", "personal"), ("Private", "private"), ("Confidential", "confidential")];
const NORMAL: &str = "Normal";

/// The element of an item of this kind.
pub(crate) const fn element(kind: Kind) -> &'static str {
    match kind {
        Kind::Contact => "Contact",
        Kind::Task => "Task",
        Kind::Event => "CalendarItem",
    }
}

/// An item's id and version.
pub(crate) fn identity(item: &Element) -> Option<(ExchangeId, Version)> {
    let key = item.get("ItemId")?.attribute("ChangeKey").filter(|key| !key.is_empty())?;
    Some((ExchangeId::new(id(item, "ItemId")?), Version::new(key)))
}

/// The CRM record of `org` that an item's mark names; `None` where it can't be read.
pub(crate) fn marked(item: &Element, org: &str) -> Option<Option<CrmId>> {
    Some(mark::parse(MARK.text(item)?, org))
}

/// Reads what every kind of item has into `fields`; `None` where it can't be read.
pub(crate) fn fields(item: &Element, fields: &mut Fields) -> Option<()> {
    fields.put(Field::Notes, read(notes(item)?));
    fields.put(Field::Categories, Value::set(categories(item)?));
    fields.put(Field::Folder, id(item, "ParentFolderId").and_then(Value::text));
    if let Some(word) = SENSITIVITY.word(item)?.filter(|word| *word != NORMAL) {
        let (_, known) = SENSITIVITIES.into_iter().find(|(own, _)| *own == word)?;
        fields.put(Field::Sensitivity, Value::text(known));
    }
    Some(())
}

/// The plain text of an item's body; `None` where it is something else, or was cut off.
fn notes(item: &Element) -> Option<&str> {
    let Some(body) = BODY.element(item) else { return Some("") };
    let is_whole = body.attribute("IsTruncated") != Some("true");
    BODY.text(item).filter(|text| is_whole && (text.is_empty() || body.attribute("BodyType") == Some("Text")))
}

/// The categories of an item; `None` where something else stands among them.
pub(crate) fn categories(item: &Element) -> Option<Vec<&str>> {
    let words = CATEGORIES.entries(item)?.iter();
    words.map(|word| (word.name == "String" && word.children.is_empty()).then_some(word.text.as_str())).collect()
}

/// The change that brings a field that every kind of item has to what it is `after` it; `None` for other fields.
pub(crate) fn change(field: Field, after: &Fields) -> Option<Change> {
    Some(match field {
        Field::Categories => {
            let words: Vec<Element> = after
                .words(Field::Categories)
                .into_iter()
                .flat_map(|words| words.iter())
                .map(|word| t("String").saying(word))
                .collect();
            match words.is_empty() {
                true => Change::Delete(CATEGORIES),
                false => Change::Set(CATEGORIES, t("Categories").children(words)),
            }
        }
        Field::Notes => {
            let text = with_line_ends(after.text(Field::Notes));
            match text.is_empty() {
                true => Change::Delete(BODY),
                false => Change::Set(BODY, BODY.saying(&text).with("BodyType", "Text")),
            }
        }
        Field::Sensitivity => {
            let known = SENSITIVITIES.into_iter().find(|(_, word)| *word == after.text(Field::Sensitivity));
            Change::set(SENSITIVITY, known.map_or(NORMAL, |(own, _)| own))
        }
        _ => return None,
    })
}

/// The change that writes the mark.
pub(crate) fn mark(mark: Mark<'_>) -> Change {
    Change::set(MARK, &mark.value())
}

/// A moment as the service writes it; the inner `None` where there is none.
pub(crate) fn moment(property: Property, item: &Element) -> Option<Option<Instant>> {
    match property.word(item)? {
        Some(word) => Instant::parse(word).ok().map(Some),
        None => Some(None),
    }
}

/// A moment as the service takes it.
pub(crate) fn written(moment: Instant) -> String {
    moment.to_string().replace("+00:00", "Z")
}

/// The id and version of the item that a message of an answer is about.
pub(crate) fn only(message: &Element) -> Option<(ExchangeId, Version)> {
    identity(message.get("Items")?.children.first()?)
}
