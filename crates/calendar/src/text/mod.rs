//! Rules as text: RFC 5545's RRULE, as strict as it is when written, as loose as vendors are when read.

mod error;
mod read;
mod write;

pub use error::{Part, TextError, TextErrorKind};
pub use read::{RuleText, UntilHasTime};
pub(crate) use write::letters;
