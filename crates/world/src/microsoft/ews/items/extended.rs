//! MAPI properties, under the names of this door. They are in the store in which Graph's extended properties are.
//!
//! See <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/extendedfielduri>.

use super::super::names::{said, t};
use super::super::refusal::Refusal;
use crate::microsoft::mailbox::ExtendedId;
use mxs_xml::Element;
use serde_json::json;

/// The names that stand for property sets.
///
/// See <https://learn.microsoft.com/en-us/openspecs/exchange_server_protocols/ms-oxprops/cc9d955b-1492-47de-9dce-5bdea80a3323>.
const SETS: [(&str, &str); 10] = [
    ("Meeting", "6ed8da90-450b-101b-98da-00aa003f1305"),
    ("Appointment", "00062002-0000-0000-c000-000000000046"),
    ("Common", "00062008-0000-0000-c000-000000000046"),
    ("PublicStrings", "00020329-0000-0000-c000-000000000046"),
    ("Address", "00062004-0000-0000-c000-000000000046"),
    ("InternetHeaders", "00020386-0000-0000-c000-000000000046"),
    ("CalendarAssistant", "11000e07-b51b-40d6-af21-caa85edab1d0"),
    ("UnifiedMessaging", "4442858e-a9e3-4e80-b900-317a210cc15b"),
    ("Task", "00062003-0000-0000-c000-000000000046"),
    ("Sharing", "00062040-0000-0000-c000-000000000046"),
];

/// A MAPI property, as a request names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::microsoft::ews) struct Extended {
    /// Under which name the store keeps it: a list under that of its entries.
    pub(in crate::microsoft::ews) id: ExtendedId,
    /// Whether it holds a list.
    pub(in crate::microsoft::ews) is_list: bool,
    /// The attributes with which it was named; answers name it with the same ones.
    attributes: Vec<(String, String)>,
}

impl Extended {
    /// Reads `ExtendedFieldURI`.
    pub(in crate::microsoft::ews) fn read(element: &Element) -> Result<Self, Refusal> {
        let invalid = || {
            let text = "The extended property attribute combination is invalid.";
            Refusal::new("ErrorInvalidExtendedProperty", text)
        };
        let kind = element
            .attribute("PropertyType")
            .ok_or_else(|| Refusal::schema("The required attribute 'PropertyType' is missing."))?;
        let (single, is_list) = kind.strip_suffix("Array").map_or((kind, false), |single| (single, true));
        let set = match (element.attribute("DistinguishedPropertySetId"), element.attribute("PropertySetId")) {
            (Some(name), None) => {
                let known = SETS.iter().find(|(known, _)| *known == name);
                Some(known.map(|(_, set)| (*set).to_owned()).ok_or_else(|| {
                    Refusal::schema(format!("The value '{name}' is invalid for 'DistinguishedPropertySetId'."))
                })?)
            }
            (None, Some(set)) => Some(set.to_owned()),
            (None, None) => None,
            (Some(_), Some(_)) => return Err(invalid()),
        };
        let (name, number) = (element.attribute("PropertyName"), element.attribute("PropertyId"));
        let text = match (set, element.attribute("PropertyTag"), name, number) {
            (Some(set), None, Some(name), None) if !name.is_empty() => format!("{single} {{{set}}} Name {name}"),
            (Some(set), None, None, Some(number)) => format!("{single} {{{set}}} Id {number}"),
            (None, Some(tag), None, None) => {
                let number = tag.strip_prefix("0x").or_else(|| tag.strip_prefix("0X"));
                let number = number.and_then(|hex| u16::from_str_radix(hex, 16).ok());
                let invalid = || Refusal::schema(format!("The value '{tag}' is invalid for 'PropertyTag'."));
                format!("{single} 0x{:x}", number.ok_or_else(invalid)?)
            }
            _ => return Err(invalid()),
        };
        let id = ExtendedId::parse(&text).map_err(|_| invalid())?;
        Ok(Self { id, is_list, attributes: element.attributes.clone() })
    }

    /// The element that names it.
    pub(in crate::microsoft::ews) fn write(&self) -> Element {
        let mut named = t("ExtendedFieldURI");
        named.attributes.clone_from(&self.attributes);
        named
    }

    /// The property with its value, as the store keeps it.
    pub(in crate::microsoft::ews) fn with_value(&self, kept: &str) -> Element {
        let property = t("ExtendedProperty").child(self.write());
        if !self.is_list {
            return property.child(said("Value", kept));
        }
        let entries: Vec<String> = serde_json::from_str(kept).unwrap_or_else(|_| vec![kept.to_owned()]);
        property.child(t("Values").children(entries.iter().map(|entry| said("Value", entry))))
    }

    /// Reads `ExtendedProperty`: what the store is to keep.
    pub(in crate::microsoft::ews) fn read_value(property: &Element) -> Result<(Self, String), Refusal> {
        let uri =
            property.get("ExtendedFieldURI").ok_or_else(|| Refusal::schema("An 'ExtendedFieldURI' is missing."))?;
        let read = Self::read(uri)?;
        let fits = |value: &str| {
            let invalid =
                |_| Refusal::new("ErrorInvalidExtendedPropertyValue", "The extended property value is invalid.");
            read.id.value(&json!(value)).map_err(invalid)
        };
        let kept = match (property.get("Value"), property.get("Values")) {
            (Some(value), None) if !read.is_list => fits(&value.text)?,
            (None, Some(values)) if read.is_list => {
                let entries = values.all("Value").map(|value| fits(&value.text)).collect::<Result<Vec<_>, _>>()?;
                json!(entries).to_string()
            }
            _ => {
                let text = "The extended property value doesn't fit the type of the property.";
                return Err(Refusal::new("ErrorInvalidExtendedPropertyValue", text));
            }
        };
        Ok((read, kept))
    }
}
