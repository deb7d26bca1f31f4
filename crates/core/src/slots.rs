//! Values by field: what records and patches have in common.

use crate::{Field, Value};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde::ser::{Serialize, Serializer};
use std::fmt;

/// Values by field, in the order of the fields. A sorted list: a record has few fields, and a list
/// takes less of what a browser downloads than a map.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Slots(Vec<(Field, Option<Value>)>);

impl Slots {
    fn find(&self, field: Field) -> Result<usize, usize> {
        self.0.binary_search_by_key(&field, |(field, _)| *field)
    }

    pub(crate) fn get(&self, field: Field) -> Option<&Option<Value>> {
        let index = self.find(field).ok()?;
        Some(&self.0[index].1)
    }

    pub(crate) fn put(&mut self, field: Field, value: Option<Value>) {
        match self.find(field) {
            Ok(index) => self.0[index].1 = value,
            Err(index) => self.0.insert(index, (field, value)),
        }
    }

    pub(crate) fn remove(&mut self, field: Field) {
        if let Ok(index) = self.find(field) {
            self.0.remove(index);
        }
    }

    pub(crate) fn retain(&mut self, keep: impl Fn(Field) -> bool) {
        self.0.retain(|(field, _)| keep(*field));
    }

    /// Gives back the room for more: many are kept for as long as a run takes.
    pub(crate) fn fit(&mut self) {
        self.0.shrink_to_fit();
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (Field, Option<&Value>)> {
        self.0.iter().map(|(field, value)| (*field, value.as_ref()))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Serialize for Slots {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(field, value)| (field, value)))
    }
}

impl<'de> Deserialize<'de> for Slots {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries;

        impl<'de> Visitor<'de> for Entries {
            type Value = Slots;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("values by field")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Slots, A::Error> {
                let mut slots = Slots::default();
                while let Some((field, value)) = map.next_entry()? {
                    slots.put(field, value);
                }
                slots.fit();
                Ok(slots)
            }
        }

        deserializer.deserialize_map(Entries)
    }
}
