//! Time zones as the service writes them: by name, or with all their rules, in three forms.
//!
//! See <https://learn.microsoft.com/en-us/exchange/client-developer/exchange-web-services/time-zones-and-ews-in-exchange>.

mod definition;
mod names;
mod older;
mod rules;

pub(super) use definition::{read as read_definition, write as write_definition, write_full};
pub(super) use names::{ALL, display_name};
pub(super) use older::{read_meeting_zone, read_serializable, write_meeting_zone, write_serializable};

use jiff::{SignedDuration, Span, SpanRelativeTo};

/// Reads an `xs:duration`, as far as zones have any: days and what is shorter.
fn duration(text: &str) -> Option<SignedDuration> {
    text.trim().parse::<Span>().ok()?.to_duration(SpanRelativeTo::days_are_24_hours()).ok()
}

/// Minutes as an `xs:duration`.
fn minutes(minutes: i32) -> String {
    format!("{}PT{}M", if minutes < 0 { "-" } else { "" }, minutes.unsigned_abs())
}
