//! Rules as text: RFC 5545's RRULE, as strict as it is when written, as loose as vendors are when read.

mod error;
mod read;
mod rule_text;
mod values;
mod write;

pub use error::{Part, TextError, TextErrorKind};
pub use rule_text::{RuleText, UntilHasTime};
pub(crate) use write::letters;
