//! What rules are made of: months, weekdays, and "the second" or "the last" of something.

mod month;
mod nth;
mod weekday;

pub use month::Month;
pub use nth::Nth;
pub(crate) use nth::names;
pub use weekday::{NthWeekday, WEEK, WeekdayList, Weekdays};
