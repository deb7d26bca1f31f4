//! What people chose is what is read and written: the whole sync against both stand-ins, told in stories.
//!
//! Each story runs every kind that is switched on, and ends with a sync that has nothing to write.

mod calendars;
mod conversions;
mod folders;
mod kinds;
mod leads;
mod lists;
mod loops;
mod owners;
#[path = "../simulate/place.rs"]
#[allow(dead_code, reason = "the simulation needs more of it")]
mod place;
mod stage;
#[path = "../simulate/tamper.rs"]
mod tamper;
mod watch;
