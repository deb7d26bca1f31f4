//! Ids of organisations' things.

use serde_json::Value;
use std::fmt;
use std::str::FromStr;

/// The id of a record, user, profile or any other thing inside an organisation. Zoho writes ids as text
/// of up to 19 digits because they don't fit the integers of JavaScript.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Id(pub(crate) u64);

impl Id {
    /// The id as it stands in a JSON body.
    pub fn json(self) -> Value {
        Value::String(self.to_string())
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What isn't an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAnId;

impl FromStr for Id {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if digits { text.parse().map(Id).map_err(|_| NotAnId) } else { Err(NotAnId) }
    }
}
