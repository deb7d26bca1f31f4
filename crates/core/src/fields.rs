//! A record's contents as the engine sees them: named fields with values.

use crate::slots::Slots;
use crate::value::Words;
use crate::{Field, FieldMap, Value};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::sync::{Arc, LazyLock};

/// The contents of one record. Absent means empty.
///
/// A plan holds the same contents in many places (what was seen, what is remembered, what is to be copied), so a
/// clone shares them; whoever writes gets contents of their own.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Fields(
    #[cfg_attr(feature = "schema", schemars(with = "std::collections::BTreeMap<Field, Value>"))] Arc<Slots>,
);

/// Shared by all that are empty, which many are before they are filled.
static EMPTY: LazyLock<Arc<Slots>> = LazyLock::new(Arc::default);

impl Default for Fields {
    fn default() -> Self {
        Self(Arc::clone(&EMPTY))
    }
}

impl Fields {
    /// Whether both are one in memory. If not, they may still hold the same.
    pub(crate) fn is_one_with(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// The value of `field`.
    pub fn get(&self, field: Field) -> Option<&Value> {
        self.0.get(field)?.as_ref()
    }

    /// The text of `field`; empty when there is none.
    pub fn text(&self, field: Field) -> &str {
        self.get(field).and_then(Value::as_text).unwrap_or_default()
    }

    /// The words of `field`; `None` when there are none.
    pub fn words(&self, field: Field) -> Option<&Words> {
        self.get(field).and_then(Value::as_set)
    }

    /// Puts `value` into `field`; `None` empties it.
    pub fn put(&mut self, field: Field, value: Option<Value>) {
        match value {
            Some(value) => Arc::make_mut(&mut self.0).put(field, Some(value)),
            None if self.0.get(field).is_some() => Arc::make_mut(&mut self.0).remove(field),
            None => {}
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

    /// Only the fields that flow.
    #[must_use]
    pub fn flowing(&self, map: &FieldMap) -> Self {
        self.only(|field| map.flows(field))
    }

    /// Only some of the fields.
    pub(crate) fn only(&self, keep: impl Fn(Field) -> bool) -> Self {
        let mut kept = self.clone();
        if self.0.iter().any(|(field, _)| !keep(field)) {
            Arc::make_mut(&mut kept.0).retain(keep);
        }
        kept
    }

    /// Whether both hold the same in every field that flows.
    pub fn agrees_with(&self, other: &Self, map: &FieldMap) -> bool {
        if self.is_one_with(other) {
            return true;
        }
        let flows = |(field, _): &(Field, &Value)| map.flows(*field);
        self.iter().filter(flows).eq(other.iter().filter(flows))
    }

    /// What a person knows the record by: its subject or name, or else the first address or number it has. Empty
    /// when it has none of these.
    pub fn display_name(&self) -> String {
        let full = [self.text(Field::GivenName), self.text(Field::Surname)].join(" ");
        let other =
            [Field::Company, Field::Email1, Field::Email2, Field::MobilePhone, Field::BusinessPhone, Field::HomePhone];
        let first = [self.text(Field::Subject), full.trim()];
        let candidates = first.into_iter().chain(other.map(|field| self.text(field)));
        candidates.into_iter().find(|name| !name.is_empty()).unwrap_or_default().to_owned()
    }

    /// Whether nothing is filled in.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<(Field, Value)> for Fields {
    fn from_iter<I: IntoIterator<Item = (Field, Value)>>(fields: I) -> Self {
        let mut slots = Slots::default();
        for (field, value) in fields {
            slots.put(field, Some(value));
        }
        slots.fit();
        Self(Arc::new(slots))
    }
}

impl Serialize for Fields {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Slots::deserialize(deserializer).map(|slots| Self(Arc::new(slots)))
    }
}
