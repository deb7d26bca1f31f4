//! Recurrence rules, series and time zones: pure.
//!
//! A meeting that is "every second Tuesday at nine in Paris" has three parts, and this crate keeps them
//! apart:
//!
//! - a [`Rule`] says on which *dates*. It has RFC 5545's meaning, whoever it came from.
//! - a [`Zone`] says when clocks show nine there, in summer and in winter.
//! - a [`Series`] adds what people did to single occurrences: cancelled, or changed.
//!
//! ```
//! use jiff::civil::{date, time};
//! use mxs_calendar::{Clock, Instance, Rule, Series, Zone};
//!
//! let meeting = Series {
//!     start: date(2026, 3, 10),
//!     clock: Clock::At(time(9, 0, 0, 0), Zone::parse("Romance Standard Time")?),
//!     rule: "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU".parse::<Rule>()?,
//!     cancelled: [date(2026, 3, 24)].into(),
//!     exceptions: [(date(2026, 4, 7), "in the small room")].into(),
//! };
//! let spring = meeting.instances(date(2026, 3, 1)..=date(2026, 4, 30));
//! assert_eq!(spring.into_iter().collect::<Vec<_>>(), [
//!     (date(2026, 3, 10), Instance::Regular),
//!     (date(2026, 3, 24), Instance::Cancelled),
//!     (date(2026, 4, 7), Instance::Exception(&"in the small room")),
//!     (date(2026, 4, 21), Instance::Regular),
//! ]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # From vendor to vendor
//!
//! Each vendor's words become a rule, and a rule becomes each vendor's words, or an [`Unsupported`] that
//! names what the vendor can't say. Nothing is rounded to something near it: a meeting on a wrong day is
//! worse than one that isn't synced.
//!
//! ```
//! use jiff::civil::date;
//! use mxs_calendar::graph::PatternedRecurrence;
//! use mxs_calendar::{RuleText, Unsupported, Zone, zoho};
//!
//! let zohos = "FREQ=MONTHLY;INTERVAL=1;BYDAY=FR;BYSETPOS=-1;DTSTART=2026-01-30";
//! let text = RuleText::parse(zohos)?;
//! let start = text.start.map(|start| start.date_in(&Zone::utc())).unwrap_or(date(2026, 1, 1));
//! let rule = text.rule()?;
//! let pattern = PatternedRecurrence::of(&rule, start, Some("Romance Standard Time".into()))?;
//! assert_eq!(pattern.pattern.pattern_type.word(), "relativeMonthly");
//! assert_eq!(zoho::rrule(&pattern.rule()?, start)?, zohos);
//!
//! // Friday the 13th is a rule. Exchange has no pattern for it, and says so.
//! let unlucky = "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13".parse()?;
//! assert_eq!(PatternedRecurrence::of(&unlucky, start, None), Err(Unsupported::MonthDayAndWeekday));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Where they differ
//!
//! | | RFC 5545 | Exchange (Graph, EWS) | Zoho CRM |
//! |---|---|---|---|
//! | the 31st in April | skipped | [April 30][day] | RFC 5545's, as far as is known |
//! | the first of several weekdays | BYSETPOS | [`index`][nth] | BYSETPOS |
//! | the fifth Monday | skipped where there is none | can't be said; `last` is another thing | RFC 5545's |
//! | weeks begin on | Monday, unless it is said | Sunday, unless it is said | Monday, as far as is known |
//! | a start that doesn't fit | undefined | [the first day that fits][range] is the first | unknown |
//! | the start is | beside the rule | in the range | inside the rule |
//! | the end is | a date, or a moment in UTC | a date | a date |
//! | interval and count go up to | any | [999][count] and 99 | unknown |
//! | zones | by name, with their rules | Windows' names, and IANA's | an offset, per moment |
//! | what is cancelled | EXDATE | `cancelledOccurrences` | EXDATE |
//! | an occurrence is known by | RECURRENCE-ID | `originalStart` | nothing |
//!
//! The left column is what a [`Rule`] means. What only Exchange means is said in it: "day 30, or the last"
//! is `BYMONTHDAY=28,29,30;BYSETPOS=-1`, "day 31, or the last" is `BYMONTHDAY=-1`, as Exchange itself
//! [writes it][ics].
//!
//! # What it doesn't do
//!
//! Nothing here repeats within a day. There are no RDATEs: neither vendor has them. It reads no calendar
//! file and no JSON, no clock and no zone file of the machine.
//!
//! [count]: https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/numberofoccurrences
//! [day]: https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/dayofmonth
//! [ics]: https://learn.microsoft.com/en-us/openspecs/exchange_server_protocols/ms-oxcical/7d3e3646-9f9b-4665-aca7-7f9260b74424
//! [nth]: https://learn.microsoft.com/en-us/openspecs/exchange_server_protocols/ms-oxocal/6ac538f5-8ba0-4dfe-a383-09fab61136db
//! [range]: https://learn.microsoft.com/en-us/graph/api/resources/recurrencerange

pub mod graph;
pub mod zoho;

mod change;
mod day;
mod elsewhere;
mod exclusions;
mod expand;
mod fits;
mod implied;
mod moment;
mod moved;
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
