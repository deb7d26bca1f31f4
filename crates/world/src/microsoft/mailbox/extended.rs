//! Extended properties: an app's own fields on an item, addressed as MAPI properties are.
//!
//! See <https://learn.microsoft.com/en-us/graph/api/resources/extended-properties-overview>.

use crate::microsoft::refusal::Refusal;
use serde_json::{Value, json};
use std::fmt;

/// The types of a single-valued extended property.
const TYPES: [&str; 14] = [
    "ApplicationTime",
    "Binary",
    "Boolean",
    "CLSID",
    "Currency",
    "Double",
    "Error",
    "Float",
    "Integer",
    "Long",
    "Object",
    "Short",
    "String",
    "SystemTime",
];

/// The id of a single-valued extended property in its canonical form.
///
/// The type's and the GUID's case don't matter, the name's does.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ExtendedId {
    kind: String,
    place: Place,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    /// A name in a property set.
    Named { set: String, name: String },
    /// A number in a property set.
    Numbered { set: String, number: u32 },
    /// A MAPI property tag.
    Tag(u32),
}

impl ExtendedId {
    /// Reads an id in one of its three forms.
    pub(crate) fn parse(text: &str) -> Result<Self, Refusal> {
        let malformed = || {
            Refusal::property(
                "PropertyId values may only be in one of the following formats: 'MapiPropertyType namespaceGuid Name \
                 propertyName', 'MapiPropertyType namespaceGuid Id propertyId' or 'MapiPropertyType propertyTag'.",
            )
        };
        let (kind, rest) = text.trim().split_once(' ').ok_or_else(malformed)?;
        let known = TYPES.iter().copied().find(|known| known.eq_ignore_ascii_case(kind));
        let rest = rest.trim();
        let place = match rest.split_once(' ') {
            None => Place::Tag(hexadecimal(rest).ok_or_else(malformed)?),
            Some((set, place)) => {
                let set = guid(set).ok_or_else(malformed)?;
                let (form, value) = place.trim().split_once(' ').ok_or_else(malformed)?;
                let value = value.trim();
                match form {
                    _ if value.is_empty() => return Err(malformed()),
                    _ if form.eq_ignore_ascii_case("name") => Place::Named { set, name: value.to_owned() },
                    _ if form.eq_ignore_ascii_case("id") => Place::Numbered {
                        set,
                        number: hexadecimal(value).or_else(|| value.parse().ok()).ok_or_else(malformed)?,
                    },
                    _ => return Err(malformed()),
                }
            }
        };
        // An array type here, or a type that doesn't exist, is another mistake than a bad form.
        let kind = known.ok_or_else(|| {
            Refusal::new(400, "ErrorInvalidExtendedProperty", "The extended property attribute combination is invalid.")
        })?;
        Ok(Self { kind: kind.to_owned(), place })
    }

    /// Reads a value, which is written as text whatever the property's type.
    pub(crate) fn value(&self, value: &Value) -> Result<String, Refusal> {
        let Value::String(text) = value else {
            return Err(Refusal::property(format!("The value of the extended property '{self}' is not valid.")));
        };
        let fits = match self.kind.as_str() {
            "Boolean" => ["true", "false"].iter().any(|known| text.eq_ignore_ascii_case(known)),
            "Short" => text.parse::<i16>().is_ok(),
            "Integer" | "Error" => text.parse::<i32>().is_ok(),
            "Long" | "Currency" => text.parse::<i64>().is_ok(),
            "Double" | "Float" | "ApplicationTime" => text.parse::<f64>().is_ok(),
            "SystemTime" => text.parse::<jiff::Timestamp>().is_ok(),
            "CLSID" => guid(text).is_some(),
            _ => true,
        };
        if fits {
            Ok(text.clone())
        } else {
            Err(Refusal::property(format!("The value of the extended property '{self}' is not valid.")))
        }
    }
}

/// A GUID, with or without braces, in lower case.
fn guid(text: &str) -> Option<String> {
    let bare = text.strip_prefix('{').and_then(|text| text.strip_suffix('}')).unwrap_or(text);
    let groups: Vec<&str> = bare.split('-').collect();
    let lengths: Vec<usize> = groups.iter().map(|group| group.len()).collect();
    let hex = groups.iter().all(|group| group.bytes().all(|byte| byte.is_ascii_hexdigit()));
    (lengths == [8, 4, 4, 4, 12] && hex).then(|| bare.to_ascii_lowercase())
}

fn hexadecimal(text: &str) -> Option<u32> {
    let digits = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"))?;
    u32::from_str_radix(digits, 16).ok()
}

impl fmt::Display for ExtendedId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Place::Named { set, name } => write!(f, "{} {{{set}}} Name {name}", self.kind),
            Place::Numbered { set, number } => write!(f, "{} {{{set}}} Id 0x{number:x}", self.kind),
            Place::Tag(tag) => write!(f, "{} 0x{tag:x}", self.kind),
        }
    }
}

/// Reads `singleValueExtendedProperties` of a body.
pub(crate) fn read(value: &Value) -> Result<Vec<(ExtendedId, String)>, Refusal> {
    let Value::Array(entries) = value else {
        return Err(Refusal::unreadable(
            "An unexpected node was found when reading from the JSON reader. A 'StartArray' node was \
            expected.",
        ));
    };
    let mut read = Vec::new();
    for entry in entries {
        let id = entry.get("id").and_then(Value::as_str);
        let id = ExtendedId::parse(
            id.ok_or_else(|| Refusal::property("The property 'id' is required when creating the entity."))?,
        )?;
        if let Some(other) = entry
            .as_object()
            .and_then(|entry| entry.keys().find(|key| !["id", "value"].contains(&key.as_str()) && !key.contains('@')))
        {
            return Err(super::schema::unknown_property(other, "singleValueLegacyExtendedProperty"));
        }
        let value = id.value(entry.get("value").unwrap_or(&Value::Null))?;
        read.push((id, value));
    }
    Ok(read)
}

/// Writes one property as it stands in an expanded item.
pub(crate) fn write(id: &ExtendedId, value: &str) -> Value {
    json!({ "id": id.to_string(), "value": value })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_three_forms() {
        let cases = [
            (
                "String {66F5A359-4659-4830-9070-00047EC6AC6E} Name Color",
                Some("String {66f5a359-4659-4830-9070-00047ec6ac6e} Name Color"),
            ),
            (
                "string 66f5a359-4659-4830-9070-00047ec6ac6e name Two Words",
                Some("String {66f5a359-4659-4830-9070-00047ec6ac6e} Name Two Words"),
            ),
            (
                "Integer {00062004-0000-0000-c000-000000000046} Id 0x8012",
                Some("Integer {00062004-0000-0000-c000-000000000046} Id 0x8012"),
            ),
            ("SystemTime 0x3008", Some("SystemTime 0x3008")),
            ("String 0x3A25", Some("String 0x3a25")),
            ("StringArray {66f5a359-4659-4830-9070-00047ec6ac6e} Name Color", None),
            ("Test", None),
            ("String {66f5a359} Name Color", None),
            ("String {66f5a359-4659-4830-9070-00047ec6ac6e} Name ", None),
            ("String {66f5a359-4659-4830-9070-00047ec6ac6e} Color", None),
            ("String 3008", None),
        ];
        for (text, canonical) in cases {
            assert_eq!(ExtendedId::parse(text).ok().map(|id| id.to_string()).as_deref(), canonical, "{text}");
        }
    }

    #[test]
    fn names_keep_their_case_and_values_their_type() {
        let id = |text| ExtendedId::parse(text).expect("a valid value");
        let (upper, lower) = (
            "String {66f5a359-4659-4830-9070-00047ec6ac6e} Name A",
            "String {66f5a359-4659-4830-9070-00047ec6ac6e} Name a",
        );
        assert_ne!(id(upper), id(lower));
        assert!(id(upper).value(&json!("x")).is_ok() && id(upper).value(&json!(5)).is_err());
        assert!(id("Integer 0x1").value(&json!("5")).is_ok() && id("Integer 0x1").value(&json!("five")).is_err());
    }
}
