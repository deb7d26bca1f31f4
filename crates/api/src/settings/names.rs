//! Names that people choose from, and lists of them.

use mxs_core::{Categories, Words};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The most folders, lists, calendars or owners that are chosen one by one.
pub const PLACES_MAX: usize = 50;

/// The most categories that are chosen.
pub const CATEGORIES_MAX: usize = 100;

/// The most characters of a category; Outlook's own limit.
pub const CATEGORY_CHARS_MAX: usize = 255;

/// The most bytes in the id of a folder, list or calendar.
const PLACE_ID_BYTES_MAX: usize = 512;

/// The most digits in the id of a CRM user: it has 64 bits.
const USER_ID_DIGITS_MAX: usize = 20;

/// The most characters in the name of a CRM field.
const API_NAME_CHARS_MAX: usize = 100;

/// The text is no such name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NameError;

impl fmt::Display for NameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a name of the form that belongs here")
    }
}

macro_rules! name {
    ($(#[$doc:meta])* $name:ident, $fits:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Takes a text of the right form.
            pub fn new(text: impl Into<String>) -> Result<Self, NameError> {
                let (text, fits): (String, fn(&str) -> bool) = (text.into(), $fits);
                if fits(&text) { Ok(Self(text)) } else { Err(NameError) }
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = NameError;
            fn try_from(text: String) -> Result<Self, NameError> {
                Self::new(text)
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> String {
                name.0
            }
        }
    };
}

name! {
    /// The API name of a CRM field: a letter, then letters, digits and underscores.
    /// <https://www.zoho.com/crm/developer/docs/api/v8/field-meta.html>
    ApiName, |text| {
        let mut bytes = text.bytes();
        bytes.next().is_some_and(|first| first.is_ascii_alphabetic())
            && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
            && text.len() <= API_NAME_CHARS_MAX
    }
}
name! {
    /// The id of a contact folder, task list or calendar in the mailbox.
    PlaceId, |text| {
        !text.is_empty() && text.len() <= PLACE_ID_BYTES_MAX && text.bytes().all(|byte| byte.is_ascii_graphic())
    }
}
name! {
    /// The id of a CRM user.
    UserId, |text| {
        (1..=USER_ID_DIGITS_MAX).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
    }
}
name! {
    /// A category, in the CRM a tag: what stands between its blanks.
    Tag, |text| {
        !text.is_empty()
            && text.trim() == text
            && text.chars().count() <= CATEGORY_CHARS_MAX
            && !text.chars().any(char::is_control)
    }
}

/// A choice of one or more: each once, in the order in which they were chosen, at most `MAX`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(try_from = "Vec<T>", into = "Vec<T>", bound(serialize = "T: Clone + Serialize"))]
#[serde(bound(deserialize = "T: PartialEq + Deserialize<'de>"))]
pub struct Chosen<T, const MAX: usize>(Vec<T>);

/// The list is empty, too long, or names one twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChosenError;

impl fmt::Display for ChosenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a choice of none, of too many, or of one twice")
    }
}

impl<T: PartialEq, const MAX: usize> Chosen<T, MAX> {
    /// Takes a list that is a choice.
    pub fn new(list: Vec<T>) -> Result<Self, ChosenError> {
        let has_twice = || list.iter().enumerate().any(|(place, one)| list[..place].contains(one));
        if list.is_empty() || list.len() > MAX || has_twice() { Err(ChosenError) } else { Ok(Self(list)) }
    }
}

impl<T, const MAX: usize> Chosen<T, MAX> {
    /// Those that were chosen, in order.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.0.iter()
    }
}

impl<T: PartialEq, const MAX: usize> TryFrom<Vec<T>> for Chosen<T, MAX> {
    type Error = ChosenError;
    fn try_from(list: Vec<T>) -> Result<Self, ChosenError> {
        Self::new(list)
    }
}

impl<T, const MAX: usize> From<Chosen<T, MAX>> for Vec<T> {
    fn from(chosen: Chosen<T, MAX>) -> Vec<T> {
        chosen.0
    }
}

/// Which contact folder or calendar.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// The mailbox's default one.
    #[default]
    Default,
    /// These. What comes from the CRM goes into the first.
    Chosen(Chosen<PlaceId, PLACES_MAX>),
}

/// Which task lists.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum TaskLists {
    /// All that the person owns. What comes from the CRM goes into the default one.
    #[default]
    Own,
    /// These. What comes from the CRM goes into the first.
    Chosen(Chosen<PlaceId, PLACES_MAX>),
}

/// Whose CRM records take part.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Owners {
    /// The CRM user's own.
    #[default]
    Own,
    /// Those of these users.
    Chosen(Chosen<UserId, PLACES_MAX>),
}

/// Which categories take part.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Which {
    /// All, and records without one.
    #[default]
    All,
    /// Records that have one of these.
    Only(Chosen<Tag, CATEGORIES_MAX>),
    /// Records that have none of these.
    Except(Chosen<Tag, CATEGORIES_MAX>),
}

/// The same in the engine's words.
pub(super) fn categories(which: &Which) -> Categories {
    let words = |chosen: &Chosen<Tag, CATEGORIES_MAX>| Words::new(chosen.iter().map(|tag| tag.as_str().to_owned()));
    match which {
        Which::All => Categories::All,
        Which::Only(chosen) => Categories::Only(words(chosen)),
        Which::Except(chosen) => Categories::Except(words(chosen)),
    }
}

/// How many months a window reaches back, from 1 to 12.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(try_from = "u8", into = "u8")]
pub struct MonthsBack(u8);

impl MonthsBack {
    /// The longest.
    pub const MAX: u8 = 12;

    /// As many months, if the window may reach so far.
    pub fn new(months: u8) -> Result<Self, NameError> {
        if (1..=Self::MAX).contains(&months) { Ok(Self(months)) } else { Err(NameError) }
    }

    /// How many.
    pub const fn get(self) -> u8 {
        self.0
    }
}

impl Default for MonthsBack {
    fn default() -> Self {
        Self(6)
    }
}

impl TryFrom<u8> for MonthsBack {
    type Error = NameError;
    fn try_from(months: u8) -> Result<Self, NameError> {
        Self::new(months)
    }
}

impl From<MonthsBack> for u8 {
    fn from(months: MonthsBack) -> u8 {
        months.0
    }
}
