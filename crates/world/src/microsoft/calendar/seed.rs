//! Events as people have them.

use crate::Context;
use crate::microsoft::{Microsoft, Refusal};
use jiff::ToSpan;
use jiff::civil::Weekday;
use serde_json::{Value, json};

/// Where the people of the seed live.
const ZONE: &str = "W. Europe Standard Time";

impl Microsoft {
    /// Adds a few events as people have them, around today: a single one, a whole day off, a private one, a weekly
    /// series of which one occurrence was moved and one cancelled, a birthday, and a meeting with `guests`, who are
    /// invited.
    pub fn add_everyday_events(
        &mut self,
        user: &str,
        guests: &[&str],
        context: &mut Context<'_>,
    ) -> Result<(), Refusal> {
        let today = context.now.to_zoned(jiff::tz::TimeZone::UTC).date();
        let day = |days: i64| today.saturating_add(days.days());
        let at = |days: i64, time: &str| json!({ "dateTime": format!("{}T{time}", day(days)), "timeZone": ZONE });
        let guests: Vec<Value> =
            guests.iter().map(|guest| json!({ "emailAddress": { "address": guest }, "type": "required" })).collect();
        let events = [
            json!({
                "subject": "Call Contoso about the offer", "start": at(1, "15:00:00"), "end": at(1, "15:30:00"),
                "body": { "contentType": "text", "content": "Delivery date first.\nThen the price." },
                "categories": ["Sales"], "location": { "displayName": "Phone" }, "reminderMinutesBeforeStart": 5,
            }),
            json!({
                "subject": "Trade fair", "isAllDay": true, "start": at(9, "00:00:00"), "end": at(12, "00:00:00"),
                "location": { "displayName": "Hall 7" }, "showAs": "oof",
            }),
            json!({
                "subject": "Dentist", "sensitivity": "private", "start": at(2, "08:00:00"), "end": at(2, "09:00:00"),
                "isReminderOn": false,
            }),
            json!({
                "subject": "Grace's birthday", "isAllDay": true, "showAs": "free",
                "start": at(20, "00:00:00"), "end": at(21, "00:00:00"),
                "recurrence": {
                    "pattern": { "type": "absoluteYearly", "interval": 1, "dayOfMonth": day(20).day(),
                        "month": day(20).month() },
                    "range": { "type": "noEnd", "startDate": day(20).to_string() },
                },
            }),
            json!({
                "subject": "Project review", "start": at(3, "10:00:00"), "end": at(3, "11:00:00"),
                "location": { "displayName": "Room 2" }, "attendees": guests, "isOnlineMeeting": true,
                "onlineMeetingProvider": "teamsForBusiness",
                "body": { "contentType": "html", "content": "<p>Agenda: <b>numbers</b>, then next steps.</p>" },
            }),
        ];
        for event in &events {
            self.add_event(user, None, event, context)?;
        }
        self.add_stand_up(user, context)
    }

    /// A weekly series in its third week: one occurrence moved, one retitled, one cancelled.
    fn add_stand_up(&mut self, user: &str, context: &mut Context<'_>) -> Result<(), Refusal> {
        let today = context.now.to_zoned(jiff::tz::TimeZone::UTC).date();
        let since_monday = i64::from(today.weekday().since(Weekday::Monday));
        let monday = |weeks: i64| today.saturating_add((weeks * 7 - since_monday).days());
        let at = |weeks: i64, time: &str| json!({ "dateTime": format!("{}T{time}", monday(weeks)), "timeZone": ZONE });
        let series = json!({
            "subject": "Stand-up", "start": at(-2, "09:00:00"), "end": at(-2, "09:15:00"),
            "recurrence": {
                "pattern": { "type": "weekly", "interval": 1, "daysOfWeek": ["monday"], "firstDayOfWeek": "monday" },
                "range": { "type": "noEnd", "startDate": monday(-2).to_string(), "recurrenceTimeZone": ZONE },
            },
        });
        let id = self.add_event(user, None, &series, context)?;
        let changes = [
            (1, Some(json!({ "start": at(1, "11:00:00"), "end": at(1, "11:15:00") }))),
            (2, Some(json!({ "subject": "Stand-up, with the customer" }))),
            (3, None),
        ];
        for (weeks, change) in changes {
            let occurrence = self.occurrence_of(user, &id, monday(weeks)).ok_or_else(Refusal::not_found)?;
            match change {
                Some(change) => self.edit_event(user, &occurrence, &change, context).map(|_| ())?,
                None => self.delete_event(user, &occurrence, context)?,
            }
        }
        Ok(())
    }
}
