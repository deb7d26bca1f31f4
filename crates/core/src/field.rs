//! A record's contents as the engine sees them: named fields with values.

use crate::Date;
use crate::slots::Slots;
use serde::{Deserialize, Serialize};

/// A field of a contact. The names on each side are the clients' business.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each name is the definition")]
pub enum Field {
    Assistant,
    Birthday,
    BusinessPhone,
    /// Exchange only: kept so that a write of the phone list keeps it.
    BusinessPhone2,
    Department,
    Email1,
    Email2,
    /// Exchange only: kept so that a write of the address list keeps it.
    Email3,
    /// Exchange only: the display name beside the first address.
    Email1Name,
    /// Exchange only: the display name beside the second address.
    Email2Name,
    /// Exchange only: the display name beside the third address.
    Email3Name,
    GivenName,
    HomeCity,
    HomeCountry,
    HomePhone,
    /// Exchange only: kept so that a write of the phone list keeps it.
    HomePhone2,
    HomePostalCode,
    HomeState,
    HomeStreet,
    JobTitle,
    MobilePhone,
    Notes,
    Surname,
    Title,
    WorkCity,
    WorkCountry,
    WorkPostalCode,
    WorkState,
    WorkStreet,
}

impl Field {
    /// Every field.
    pub const ALL: [Field; 29] = [
        Field::Assistant,
        Field::Birthday,
        Field::BusinessPhone,
        Field::BusinessPhone2,
        Field::Department,
        Field::Email1,
        Field::Email2,
        Field::Email3,
        Field::Email1Name,
        Field::Email2Name,
        Field::Email3Name,
        Field::GivenName,
        Field::HomeCity,
        Field::HomeCountry,
        Field::HomePhone,
        Field::HomePhone2,
        Field::HomePostalCode,
        Field::HomeState,
        Field::HomeStreet,
        Field::JobTitle,
        Field::MobilePhone,
        Field::Notes,
        Field::Surname,
        Field::Title,
        Field::WorkCity,
        Field::WorkCountry,
        Field::WorkPostalCode,
        Field::WorkState,
        Field::WorkStreet,
    ];

    /// Whether both sides have this field, so that it flows.
    pub const fn is_shared(self) -> bool {
        !matches!(
            self,
            Field::BusinessPhone2
                | Field::Email3
                | Field::Email1Name
                | Field::Email2Name
                | Field::Email3Name
                | Field::HomePhone2
        )
    }

    /// The fields that flow between the sides.
    pub fn shared() -> impl Iterator<Item = Field> {
        Self::ALL.into_iter().filter(|field| field.is_shared())
    }

    /// The name used in stored state and in messages to people's tools.
    pub fn name(self) -> String {
        // The serialized name is the one name; a second table could drift from it.
        let quoted = format!("{self:?}");
        let mut name = String::with_capacity(quoted.len() + 4);
        for (index, letter) in quoted.char_indices() {
            if index > 0 && letter.is_ascii_uppercase() {
                name.push('_');
            }
            name.push(letter.to_ascii_lowercase());
        }
        name
    }
}

/// What a field holds. A field that holds nothing is absent from [`Fields`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// A calendar date without a time or zone.
    Date(Date),
    /// Text; never empty, never blank at either end.
    Text(String),
}

impl Value {
    /// Text without the blanks around it; `None` when nothing is left.
    pub fn text(text: &str) -> Option<Self> {
        let trimmed = text.trim();
        (!trimmed.is_empty()).then(|| Value::Text(trimmed.to_owned()))
    }

    /// The text, if it is one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Value::Date(_) => None,
            Value::Text(text) => Some(text),
        }
    }
}

/// The contents of one record. Absent means empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fields(Slots);

impl Fields {
    /// The value of `field`.
    pub fn get(&self, field: Field) -> Option<&Value> {
        self.0.get(field)?.as_ref()
    }

    /// The text of `field`; empty when there is none.
    pub fn text(&self, field: Field) -> &str {
        self.get(field).and_then(Value::as_text).unwrap_or_default()
    }

    /// Puts `value` into `field`; `None` empties it.
    pub fn put(&mut self, field: Field, value: Option<Value>) {
        match value {
            Some(value) => self.0.put(field, Some(value)),
            None => self.0.remove(field),
        }
    }

    /// Adds a field (for literals in code and tests).
    #[must_use]
    pub fn with(mut self, field: Field, text: &str) -> Self {
        self.put(field, Value::text(text));
        self
    }

    /// The fields that hold something, in order.
    pub fn iter(&self) -> impl Iterator<Item = (Field, &Value)> {
        self.0.iter().filter_map(|(field, value)| Some((field, value?)))
    }

    /// Only the fields both sides have.
    #[must_use]
    pub fn shared(&self) -> Self {
        let mut shared = self.clone();
        shared.0.retain(Field::is_shared);
        shared
    }

    /// What a person knows the contact by: its name, or else the first address or number it has. Empty when
    /// it has none of these.
    pub fn display_name(&self) -> String {
        let full = [self.text(Field::GivenName), self.text(Field::Surname)].join(" ");
        let other = [Field::Email1, Field::Email2, Field::MobilePhone, Field::BusinessPhone, Field::HomePhone];
        let candidates = std::iter::once(full.trim()).chain(other.map(|field| self.text(field)));
        candidates.into_iter().find(|name| !name.is_empty()).unwrap_or_default().to_owned()
    }

    /// Whether nothing is filled in.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<(Field, Value)> for Fields {
    fn from_iter<I: IntoIterator<Item = (Field, Value)>>(fields: I) -> Self {
        let mut result = Self::default();
        for (field, value) in fields {
            result.put(field, Some(value));
        }
        result
    }
}
