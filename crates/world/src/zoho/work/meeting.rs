//! Meetings, and single occurrences of those that repeat.
//!
//! The API has no object for an occurrence. Where a series is one record, by report, whoever changes one in the CRM's pages leaves its day
//! out of the series and makes a meeting of its own of it.

use super::module;
use crate::Context;
use crate::zoho::crm::Failure;
use crate::zoho::time::{whole_seconds, write};
use crate::zoho::{Id, Zoho};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::{Map, Value, json};

/// What a meeting of its own takes over from the series.
const TAKEN_OVER: [&str; 7] = ["Event_Title", "Venue", "Description", "All_day", "Who_Id", "What_Id", "$se_module"];

impl Zoho {
    /// Leaves one day out of a meeting that repeats, as `by`.
    pub fn cancel_occurrence(
        &mut self,
        context: &mut Context<'_>,
        meeting: Id,
        day: Date,
        by: Id,
    ) -> Result<(), Value> {
        let missing = || Failure::path_id().body();
        let (events, now) = (module("Events")?, context.now);
        let org = self.org_of_mut(meeting).ok_or_else(missing)?;
        let repeats = org.record(events, meeting).is_some_and(|record| record.value("Recurring_Activity").is_object());
        if !repeats {
            return Err(missing());
        }
        org.store_mut(events).change(meeting, |record| {
            let mut recurrence = record.value("Recurring_Activity").clone();
            let days = match recurrence["EXDATE"].as_str() {
                Some(days) => format!("{days},{day}"),
                None => day.to_string(),
            };
            recurrence["EXDATE"] = json!(days);
            record.values.insert("Recurring_Activity".to_owned(), recurrence);
            record.modified = whole_seconds(now);
            record.modified_by = by;
            record.touched = now;
        });
        Ok(())
    }

    /// Changes what happens on one day of a meeting that repeats, as `by`: the day is left out of the series,
    /// and a meeting of its own, whose id is given, has the changed fields.
    pub fn edit_occurrence(
        &mut self,
        context: &mut Context<'_>,
        meeting: Id,
        day: Date,
        by: Id,
        changes: Value,
    ) -> Result<Id, Value> {
        let missing = || Failure::path_id().body();
        let (org, events) = (self.org_of(meeting).ok_or_else(missing)?, module("Events")?);
        let record = org.record(events, meeting).ok_or_else(missing)?;
        let shown = self.record("Events", meeting).ok_or_else(missing)?;
        let mut fields: Map<String, Value> =
            TAKEN_OVER.iter().map(|name| ((*name).to_owned(), shown[*name].clone())).collect();
        let whole = record.value("All_day") == &Value::Bool(true);
        let zone = if whole { TimeZone::UTC } else { org.zone(record.owner) };
        let moment = |name: &str| record.text(name).and_then(|text| text.parse::<Timestamp>().ok());
        let (Some(start), Some(end)) = (moment("Start_DateTime"), moment("End_DateTime")) else {
            return Err(missing());
        };
        let clock = start.to_zoned(zone.clone()).time();
        let moved = day.to_datetime(clock).to_zoned(zone).map_err(|_| missing())?.timestamp();
        for (name, moment) in [("Start_DateTime", moved), ("End_DateTime", moved + end.duration_since(start))] {
            fields.insert(name.to_owned(), json!(write(moment, &TimeZone::UTC)));
        }
        let owner = record.owner;
        self.cancel_occurrence(context, meeting, day, by)?;
        let single = self.insert_record(context, "Events", owner, Value::Object(fields))?;
        self.update_record(context, "Events", single, by, changes)?;
        Ok(single)
    }
}
