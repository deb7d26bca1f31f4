//! Series, meetings and what else only events have. They are judged by what the calendars show, not by whose they are.

mod acts;
mod judged;
mod sample;

/// What the titles of all of them begin with.
pub(in crate::stage) const ASIDE: &str = "~";
