//! What a request changes of an item, or gives a new one.
//!
//! See <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/updates-item>.

use super::super::refusal::Refusal;
use super::super::server::Version;
use super::extended::Extended;
use super::path::Path;
use super::schema::{ITEM, Property};
use crate::html;
use jiff::Timestamp;
use mxs_xml::Element;

/// One change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::microsoft::ews) enum Change {
    /// Sets a property that has a name, or an entry of a list with keys, to what an element says. The element is the
    /// property's own: of an entry the list with that entry alone.
    Set(Path, Element),
    /// Adds to a property what an element says.
    Append(Path, Element),
    /// Sets a MAPI property.
    SetExtended(Extended, String),
    /// Takes a property away.
    Delete(Path),
}

impl Change {
    /// The property that is changed.
    pub(in crate::microsoft::ews) fn path(&self) -> Path {
        match self {
            Self::Set(path, _) | Self::Append(path, _) | Self::Delete(path) => path.clone(),
            Self::SetExtended(property, _) => Path::Extended(property.clone()),
        }
    }
}

/// Where the properties of a kind are.
#[derive(Clone, Copy, Debug)]
pub(in crate::microsoft::ews) struct Properties {
    /// The element that stands for an item.
    pub(in crate::microsoft::ews) element: &'static str,
    /// What stands before the colon in the URIs of its own ones.
    pub(in crate::microsoft::ews) prefix: &'static str,
    /// Its own ones.
    pub(in crate::microsoft::ews) own: &'static [Property],
}

impl Properties {
    /// All of them in the order of the schema, each with what stands before the colon.
    pub(in crate::microsoft::ews) fn all(&self) -> impl Iterator<Item = (&'static str, &'static Property)> {
        let (prefix, own) = (self.prefix, self.own);
        ITEM.iter().map(|property| ("item", property)).chain(own.iter().map(move |property| (prefix, property)))
    }

    /// The property of this path, if a version has it.
    fn find(&self, path: &Path, version: Version) -> Option<&'static Property> {
        let Path::Field { prefix, name } = path else { return None };
        let found = self.all().find(|(own, property)| own == prefix && property.name == name);
        found.map(|(_, property)| property).filter(|property| property.since <= version)
    }

    /// Reads a new item: its elements, in the order of the schema.
    pub(in crate::microsoft::ews) fn read_new(&self, item: &Element, version: Version) -> Result<Vec<Change>, Refusal> {
        let mut known = self.all().filter(|(_, property)| property.since <= version).peekable();
        let mut changes = Vec::new();
        for element in &item.children {
            while known.next_if(|(_, property)| property.name != element.name).is_some() {}
            let Some((prefix, property)) = known.peek() else {
                let what = format!("The element '{}' has invalid child element '{}'.", item.name, element.name);
                return Err(Refusal::schema(what));
            };
            let path = Path::field(prefix, property.name);
            if property.name == "ExtendedProperty" {
                let (property, value) = Extended::read_value(element)?;
                changes.push(Change::SetExtended(property, value));
                continue;
            }
            if !property.settable {
                return Err(unsettable(path));
            }
            changes.push(Change::Set(path, element.clone()));
            known.next();
        }
        Ok(changes)
    }

    /// Reads `Updates`.
    pub(in crate::microsoft::ews) fn read_updates(
        &self,
        updates: &Element,
        version: Version,
    ) -> Result<Vec<Change>, Refusal> {
        updates.children.iter().map(|update| self.read_update(update, version)).collect()
    }

    fn read_update(&self, update: &Element, version: Version) -> Result<Change, Refusal> {
        let named = update.children.first().filter(|first| Path::is_one(first));
        let path = Path::read(named.ok_or_else(|| Refusal::schema(format!("'{}' names no property.", update.name)))?)?;
        if let Path::Field { prefix, .. } = &path {
            let is_known = |wanted: &str| wanted == self.prefix || wanted == "item";
            match self.find(&path, version) {
                None if is_known(prefix) => {
                    return Err(Refusal::schema("The 'FieldURI' attribute is invalid.").path(path.write()));
                }
                None => {
                    let text = "Update operation is invalid for property of another type of item.";
                    return Err(Refusal::new("ErrorInvalidPropertyRequest", text).path(path.write()));
                }
                Some(property) if !property.settable => return Err(unsettable(path)),
                Some(_) => {}
            }
        }
        if update.name == "DeleteItemField" {
            return Ok(Change::Delete(path));
        }
        let item = update.children.get(1).filter(|item| item.name == self.element);
        let incorrect = || {
            let text = "The update carries an item of another type, or not exactly one property.";
            Refusal::new("ErrorIncorrectUpdatePropertyCount", text).path(path.write())
        };
        let item = item.ok_or_else(|| {
            let text = "Update operation is invalid for this type of item.";
            Refusal::new("ErrorInvalidPropertyRequest", text).path(path.write())
        })?;
        let [element] = item.children.as_slice() else { return Err(incorrect()) };
        match (update.name.as_str(), &path) {
            ("SetItemField", Path::Extended(named)) if element.name == "ExtendedProperty" => {
                let (property, value) = Extended::read_value(element)?;
                if property.id != named.id || property.is_list != named.is_list {
                    return Err(Refusal::new("ErrorUpdatePropertyMismatch", "The property doesn't match its path.")
                        .path(path.write()));
                }
                Ok(Change::SetExtended(property, value))
            }
            ("SetItemField", _) => Ok(Change::Set(path, element.clone())),
            ("AppendToItemField", Path::Field { .. }) => Ok(Change::Append(path, element.clone())),
            ("AppendToItemField", _) => {
                Err(Refusal::new("ErrorInvalidPropertyAppend", "Property doesn't support appending.")
                    .path(path.write()))
            }
            (other, _) => Err(Refusal::schema(format!("The element 'Updates' has invalid child element '{other}'."))),
        }
    }
}

fn unsettable(path: Path) -> Refusal {
    Refusal::new("ErrorInvalidPropertySet", "Set action is invalid for property.").path(path.write())
}

/// What a change sets is nothing that the property can hold.
pub(in crate::microsoft::ews) fn invalid(change: &Change) -> Refusal {
    let text = "The request included a value that is not valid for the property.";
    Refusal::new("ErrorInvalidPropertySet", text).path(change.path().write())
}

/// What a body says, without markup.
pub(in crate::microsoft::ews) fn plain(body: &Element) -> String {
    if body.attribute("BodyType") == Some("HTML") { html::plain(&body.text) } else { body.text.clone() }
}

/// The texts of a list.
pub(in crate::microsoft::ews) fn texts(list: Option<&Element>) -> Vec<&str> {
    list.into_iter().flat_map(|list| &list.children).map(|entry| entry.text.as_str()).collect()
}

/// Whether a word is one of XML's for yes.
pub(in crate::microsoft::ews) fn is_true(word: &str) -> bool {
    ["true", "1"].contains(&word.trim())
}

/// A moment, or a date with or without a zone; what has none is of UTC.
pub(in crate::microsoft::ews) fn moment(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    let of_a_day = || -> Option<Timestamp> {
        let (day, zone) = text.split_at_checked("0000-00-00".len())?;
        let zone = if zone.is_empty() { "Z" } else { zone };
        format!("{day}T00:00:00{zone}").parse().ok()
    };
    text.parse().ok().or_else(|| format!("{text}Z").parse().ok()).or_else(of_a_day)
}

#[cfg(test)]
mod tests {
    use super::moment;

    #[test]
    fn moments_may_lack_their_zone() {
        let cases = [
            ("2026-11-23T09:00:00Z", Some("2026-11-23T09:00:00Z")),
            (" 2026-11-23T09:00:00+01:00 ", Some("2026-11-23T08:00:00Z")),
            ("2026-11-23T09:00:00.5", Some("2026-11-23T09:00:00.5Z")),
            ("2026-11-23", Some("2026-11-23T00:00:00Z")),
            ("2026-11-23+01:00", Some("2026-11-22T23:00:00Z")),
            ("2026-02-30T00:00:00Z", None),
            ("tomorrow", None),
            ("", None),
        ];
        for (text, wanted) in cases {
            assert_eq!(moment(text).map(|moment| moment.to_string()).as_deref(), wanted, "{text}");
        }
    }
}
