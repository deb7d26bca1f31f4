//! What a field holds.

use crate::{Date, Instant};
use serde::{Deserialize, Deserializer, Serialize};
use smol_str::SmolStr;

/// What a field holds. A field that holds nothing is absent from [`Fields`](crate::Fields).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// A calendar date without a time or zone.
    Date(Date),
    /// A moment, the same everywhere.
    Moment(Instant),
    /// A number.
    Number(i64),
    /// Words of which each is there or not; two sides that add different ones have both.
    Set(Words),
    /// Text; never empty, never blank at either end. A run holds those of all records at once, so a short one takes no
    /// memory beside its place, and a long one is shared by all that hold it: journals and patches repeat it.
    Text(SmolStr),
}

impl Value {
    /// Text without the blanks around it; `None` when nothing is left.
    pub fn text(text: &str) -> Option<Self> {
        let trimmed = text.trim();
        (!trimmed.is_empty()).then(|| Value::Text(SmolStr::new(trimmed)))
    }

    /// A set of words, each without the blanks around it; `None` when none is left.
    pub fn set<W: AsRef<str>>(words: impl IntoIterator<Item = W>) -> Option<Self> {
        let words = Words::new(words.into_iter().map(|word| word.as_ref().trim().to_owned()));
        (!words.0.is_empty()).then_some(Value::Set(words))
    }

    /// The text, if it is one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            Value::Date(_) | Value::Moment(_) | Value::Number(_) | Value::Set(_) => None,
        }
    }

    /// The words, if it is a set.
    pub fn as_set(&self) -> Option<&Words> {
        match self {
            Value::Set(words) => Some(words),
            Value::Date(_) | Value::Moment(_) | Value::Number(_) | Value::Text(_) => None,
        }
    }
}

/// Different words, in order, none of them empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct Words(Box<[String]>);

impl Words {
    /// Takes each word once.
    pub fn new(words: impl IntoIterator<Item = String>) -> Self {
        let mut words: Vec<String> = words.into_iter().filter(|word| !word.is_empty()).collect();
        words.sort_unstable();
        words.dedup();
        Self(words.into())
    }

    /// The words, in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Whether `word` is among them.
    pub fn contains(&self, word: &str) -> bool {
        self.0.binary_search_by(|own| own.as_str().cmp(word)).is_ok()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// What was stored is put in order again: the order is what lets two sets be compared.
impl<'de> Deserialize<'de> for Words {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::deserialize(deserializer).map(Self::new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_pointer_width = "64")]
    fn a_value_is_no_larger_than_its_text() {
        assert_eq!(size_of::<Option<Value>>(), size_of::<SmolStr>());
        assert_eq!(size_of::<SmolStr>(), 24);
    }

    #[test]
    fn a_set_has_each_word_once_and_in_order() {
        let Some(Value::Set(words)) = Value::set(["b", " a ", "", "b"]) else { panic!("a set") };
        assert_eq!(words.iter().collect::<Vec<_>>(), ["a", "b"]);
        assert!(words.contains("a") && !words.contains("c"));
        assert_eq!((words.len(), words.is_empty()), (2, false));
        assert_eq!(Value::set([" "]), None);
        let stored: Value = serde_json::from_str(r#"{"set":["z","a","z",""]}"#).expect("a value");
        assert_eq!(Some(stored), Value::set(["a", "z"]), "what was stored in another order is the same");
    }
}
