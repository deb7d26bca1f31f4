//! Text as a field holds it.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::sync::Arc;

/// The most bytes that a text keeps in its own place: as many as make it no larger than a value is anyway, which is a
/// word that says what it is and the two of a shared text. Most names, numbers and towns are shorter.
const IN_PLACE_MAX: usize = size_of::<u64>() + size_of::<Arc<str>>() - size_of::<[u8; 2]>();

/// Text. A run holds those of all records at once, so a short one takes no memory beside its place, and a long one is
/// shared by all that hold it: journals and patches repeat it.
#[derive(Clone, PartialEq, Eq)]
pub struct Text(Kept);

/// A text has one form only, by its length, so that the same forms are the same texts.
#[derive(Clone, PartialEq, Eq)]
enum Kept {
    /// Filled up with zeros.
    InPlace {
        length: u8,
        bytes: [u8; IN_PLACE_MAX],
    },
    Shared(Arc<str>),
}

impl Text {
    /// The text as it is.
    pub fn new(text: &str) -> Self {
        let mut bytes = [0; IN_PLACE_MAX];
        match bytes.get_mut(..text.len()) {
            Some(place) => {
                place.copy_from_slice(text.as_bytes());
                Self(Kept::InPlace { length: text.len() as u8, bytes })
            }
            None => Self(Kept::Shared(text.into())),
        }
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        match &self.0 {
            // They were copied from a text, so they are one.
            Kept::InPlace { length, bytes } => str::from_utf8(&bytes[..usize::from(*length)]).unwrap_or_default(),
            Kept::Shared(text) => text,
        }
    }
}

impl PartialOrd for Text {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Text {
    fn cmp(&self, other: &Self) -> Ordering {
        (**self).cmp(&**other)
    }
}

/// By what it says: a plan's fingerprint must not tell how its texts are kept.
impl Hash for Text {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (**self).hash(state);
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self)
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self::new(&text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Value;

    #[test]
    fn a_text_is_what_was_put_in_however_long() {
        let longest = "ä".repeat(IN_PLACE_MAX / 2);
        for text in ["", "a", "大阪市", &longest, &format!("{longest}b"), &longest.repeat(20)] {
            let kept = Text::new(text);
            assert_eq!(&*kept, text);
            assert_eq!(kept, Text::new(text));
            assert_ne!(kept, Text::new(&format!("{text}\0")), "what follows the text is no part of it");
        }
    }

    #[test]
    fn texts_have_the_order_of_their_letters() {
        let mut texts = ["b", "", "a much longer text than fits", "ab", "a"].map(Text::new);
        texts.sort();
        assert_eq!(texts.each_ref().map(|text| &**text), ["", "a", "a much longer text than fits", "ab", "b"]);
    }

    #[test]
    #[cfg(target_pointer_width = "64")]
    fn a_value_is_no_larger_than_its_text() {
        assert_eq!(size_of::<Option<Value>>(), size_of::<Text>());
        assert_eq!(size_of::<Text>(), 24);
    }
}
