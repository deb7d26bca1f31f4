//! Events, the whole sync against both stand-ins: named stories, each with both calendars compared at its end.
//!
//! Calendars are compared as people see them: every occurrence of both, its times, title and place. What the CRM
//! shows of a series is worked out from its rule, in the zone of its owner.

mod colleagues;
mod elsewhere;
mod interleaved;
mod interrupted;
mod meetings;
#[path = "../simulate/place.rs"]
#[allow(dead_code, reason = "the simulation needs more of it")]
mod place;
mod private;
mod references;
mod series;
mod shown;
mod single;
mod stage;
#[path = "../simulate/tamper.rs"]
#[allow(dead_code, reason = "other stories need more of it")]
mod tamper;
mod undo;
mod unsettled;
mod watch;
