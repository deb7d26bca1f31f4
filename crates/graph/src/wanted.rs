//! What all requests and answers of one run have in common.

use crate::tasks::TimeZone;

/// What all requests and answers of one run have in common.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// The CRM organisation (`zgid`) whose marks count.
    pub org: &'a str,
    /// The user's own zone, in which the days of tasks are read and written, and those of series are counted. `None` is
    /// UTC for tasks, and for series the zone of each.
    pub zone: Option<&'a TimeZone>,
    /// What the address of a CRM record begins with, its id left out; `None` where marks have no address. People
    /// see it on their tasks.
    pub record_url: Option<&'a str>,
}
