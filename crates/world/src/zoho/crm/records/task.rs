//! What the CRM does to a task by itself.
//!
//! It gives none the status or the priority that its pages would suggest: by report, what a call doesn't
//! say stays empty. Nor does completing a task make the next one of its series.

use crate::zoho::store::Record;
use crate::zoho::time;
use jiff::Timestamp;
use serde_json::json;

pub(super) const MODULE: &str = "Tasks";

/// The status of a task that is done.
pub(crate) const COMPLETED: &str = "Completed";

pub(super) fn is_completed(record: &Record) -> bool {
    record.text("Status") == Some(COMPLETED)
}

/// Notes when a task was completed, once, and forgets it when it is opened again.
pub(super) fn close(record: &mut Record, was_completed: bool, now: Timestamp) {
    match (was_completed, is_completed(record)) {
        (false, true) => {
            record.values.insert("Closed_Time".to_owned(), json!(time::canonical(now)));
        }
        (_, false) => {
            record.values.remove("Closed_Time");
        }
        (true, true) => {}
    }
}
