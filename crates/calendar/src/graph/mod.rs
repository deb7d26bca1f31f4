//! Recurrence in the words of Microsoft Graph.
//!
//! <https://learn.microsoft.com/en-us/graph/api/resources/patternedrecurrence>
//!
//! The structs hold what the JSON holds, so that whoever reads and writes it needs no knowledge of
//! calendars. Where Graph means something else than RFC 5545 by the same words, these are the places:
//!
//! - A day of the month that a month doesn't have is its last day ([EWS says so][day]); RFC 5545 skips the
//!   month. So "day 31" is read as "the last day", and a rule that skips can't be written.
//! - With several weekdays, `index` picks from all of them together: "the first of Monday to Friday" is one
//!   day ([the store's own format says so][nth]). RFC 5545 says that with BYSETPOS.
//! - A week begins on Sunday unless it is said; in RFC 5545, on Monday.
//!
//! [day]: https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/dayofmonth
//! [nth]: https://learn.microsoft.com/en-us/openspecs/exchange_server_protocols/ms-oxocal/6ac538f5-8ba0-4dfe-a383-09fab61136db

mod read;
mod words;
mod write;

pub use read::PatternError;
pub use words::{
    PatternType, PatternedRecurrence, RangeType, RecurrencePattern, RecurrenceRange, WeekIndex, weekday_from_word,
    weekday_word,
};
pub use write::{MOST_DAYS, MOST_OCCURRENCES, MOST_PERIODS};
