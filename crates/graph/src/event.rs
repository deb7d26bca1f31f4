//! An event's JSON and the engine's fields.
//!
//! An event is one of four things: something that takes place once, a series, an occurrence of a series that differs
//! from it (an exception), or a plain occurrence. A plain occurrence is no item: its series says all of it.
//!
//! <https://learn.microsoft.com/en-us/graph/api/resources/event>

mod read;
#[cfg(test)]
mod tests;
mod write;

use crate::tasks::TimeZone;
use crate::times::is_known;

pub use read::SELECT;
pub(crate) use read::{EventType, fields, html_body, is_plain_occurrence, original_day, seen, stored};
pub(crate) use write::unwritable;
pub use write::{create_body, patch_body};

/// The engine's words for `sensitivity`; what is normal isn't said.
const SENSITIVITIES: [&str; 3] = ["personal", "private", "confidential"];
const NORMAL: &str = "normal";

/// Graph's and the engine's words for `showAs`.
const SHOWN_AS: [(&str, &str); 5] = [
    ("free", "free"),
    ("tentative", "tentative"),
    ("busy", "busy"),
    ("oof", "oof"),
    ("workingElsewhere", "working_elsewhere"),
];
const BUSY: &str = "busy";
/// The zone in which the days of a series in the zone of this name are counted: the user's, if it is known.
pub fn days_zone<'a>(own: &'a str, user: Option<&'a TimeZone>) -> &'a str {
    user.map(TimeZone::name).filter(|zone| is_known(zone)).unwrap_or(own)
}
