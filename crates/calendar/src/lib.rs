//! Recurrence rules, series and time zones: pure.

pub mod graph;
pub mod zoho;

mod change;
mod day;
mod exclusions;
mod expand;
mod fits;
mod implied;
mod moment;
mod parts;
mod period;
mod rule;
mod series;
mod simplify;
mod text;
mod unsupported;
mod window;
mod zone;

pub use change::{Change, MOST_COMPARED};
pub use exclusions::Exclusions;
pub use expand::Dates;
pub use moment::Moment;
pub use parts::{Month, Nth, NthWeekday, WEEK, WeekdayList, Weekdays};
pub use rule::{Daily, Frequency, Monthly, NothingToPick, Range, Rule, Weekly, Yearly, YearlyWeekdays};
pub use series::{Clock, Instance, OriginalStart, Series};
pub use text::{Part, RuleText, TextError, TextErrorKind, UntilHasTime};
pub use unsupported::Unsupported;
pub use zone::{CustomRules, CustomRulesError, Daylight, OutOfRange, Resolved, Transition, Zone, ZoneError};
