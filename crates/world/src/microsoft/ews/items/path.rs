//! How requests name properties.
//!
//! See <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/path>.

use super::super::names::t;
use super::super::refusal::Refusal;
use super::extended::Extended;
use mxs_xml::Element;

/// A property, as a request names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::microsoft::ews) enum Path {
    /// One with a name, such as `item:Subject`.
    Field {
        /// What stands before the colon.
        prefix: String,
        /// What stands behind it.
        name: String,
    },
    /// An entry of a list with keys, such as `contacts:PhoneNumber` and `MobilePhone`.
    Indexed {
        /// Which list.
        uri: String,
        /// The key.
        key: String,
    },
    /// A MAPI property.
    Extended(Extended),
}

impl Path {
    /// Whether an element names a property at all.
    pub(in crate::microsoft::ews) fn is_one(element: &Element) -> bool {
        ["FieldURI", "IndexedFieldURI", "ExtendedFieldURI"].contains(&element.name.as_str())
    }

    /// Reads `FieldURI`, `IndexedFieldURI` or `ExtendedFieldURI`.
    pub(in crate::microsoft::ews) fn read(element: &Element) -> Result<Self, Refusal> {
        let attribute = |name: &str| {
            let missing = || Refusal::schema(format!("The required attribute '{name}' is missing."));
            element.attribute(name).map(str::to_owned).ok_or_else(missing)
        };
        match element.name.as_str() {
            "FieldURI" => {
                let uri = attribute("FieldURI")?;
                let invalid =
                    || Refusal::schema(format!("The 'FieldURI' attribute is invalid - The value '{uri}' is invalid."));
                let (prefix, name) = uri.split_once(':').ok_or_else(invalid)?;
                Ok(Self::Field { prefix: prefix.to_owned(), name: name.to_owned() })
            }
            "IndexedFieldURI" => Ok(Self::Indexed { uri: attribute("FieldURI")?, key: attribute("FieldIndex")? }),
            "ExtendedFieldURI" => Extended::read(element).map(Self::Extended),
            other => Err(Refusal::schema(format!("The element '{other}' names no property."))),
        }
    }

    /// The path of a property by its URI.
    pub(in crate::microsoft::ews) fn field(prefix: &str, name: &str) -> Self {
        Self::Field { prefix: prefix.to_owned(), name: name.to_owned() }
    }

    /// The name, if it is one of `prefix`.
    pub(in crate::microsoft::ews) fn name_in(&self, wanted: &str) -> Option<&str> {
        match self {
            Self::Field { prefix, name } if prefix == wanted => Some(name),
            _ => None,
        }
    }

    /// The element that names it.
    pub(in crate::microsoft::ews) fn write(&self) -> Element {
        match self {
            Self::Field { prefix, name } => t("FieldURI").with("FieldURI", &format!("{prefix}:{name}")),
            Self::Indexed { uri, key } => t("IndexedFieldURI").with("FieldURI", uri).with("FieldIndex", key),
            Self::Extended(property) => property.write(),
        }
    }
}
