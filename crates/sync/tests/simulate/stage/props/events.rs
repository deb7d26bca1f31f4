//! Events that take place once: the default calendar, and meetings in the CRM.

use super::{Poison, Props, Who};
use crate::shown;
use crate::stage::{ASIDE, MAILBOX, Values};
use jiff::civil::{Date, date};
use jiff::{SignedDuration, Timestamp, ToSpan};
use mxs_calendar::Zone;
use mxs_core::{Field, Side};
use mxs_world::World;
use serde_json::{Value, json};

/// Events. Which one it is, its title says.
pub(super) struct Events;

/// What people edit.
const PLACE: usize = 0;
const NOTES: usize = 1;
const REMINDER: usize = 2;
const TIMES: usize = 3;

/// The day, and the moment, that the number 0 stands for.
const FIRST_DAY: Date = date(2026, 3, 20);
const FIRST_MOMENT: &str = "2026-03-20T09:30:00Z";

/// Edits up to this number may stand for whole days: later ones would leave the calendar that is read.
const WHOLE_DAYS_MAX: u32 = 300;

/// How long an event takes that doesn't take whole days.
const LENGTH: SignedDuration = SignedDuration::from_mins(20);

/// The zones in which people enter times into Outlook.
const ZONES: [&str; 6] = [
    "UTC",
    "W. Europe Standard Time",
    "Eastern Standard Time",
    "Line Islands Standard Time",
    "Dateline Standard Time",
    "India Standard Time",
];

/// What the titles of events begin with that no record can be made for.
const POISON: &str = "poison";

/// The title of the colleague's event.
const COLLEAGUES: &str = "Colleaguesevent";

/// The calendar that events are moved to.
const ELSEWHERE: &str = "Elsewhere";

/// The text of a part of a value, but for what is filled in where there is none.
fn text(value: &Value) -> Option<String> {
    value.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
}

/// What a document shows above the block by which people join a meeting.
fn words_of(html: &str) -> Option<String> {
    let words = html.split('<').map(|part| part.split_once('>').map_or(part, |(_, words)| words));
    let words = words.collect::<String>();
    let own = words.split("____").next().unwrap_or_default().trim();
    Some(own.to_owned()).filter(|text| !text.is_empty())
}

fn first_moment(hours: u32) -> Timestamp {
    let first: Timestamp = FIRST_MOMENT.parse().expect("a moment");
    first + SignedDuration::from_hours(i64::from(hours))
}

/// A moment on the clocks of a zone, as Outlook is told.
fn at(moment: Timestamp, zone: &str) -> Value {
    let local = Zone::parse(zone).expect("a zone").local(moment);
    json!({ "dateTime": local.to_string(), "timeZone": zone })
}

/// The beginning of an item or a record: a moment, or a day if it takes whole days.
fn beginning(record: &Value, side: Side) -> Option<String> {
    match side {
        Side::Crm if record["All_day"] == true => Some(record["Start_DateTime"].as_str()?.get(..10)?.to_owned()),
        Side::Crm => Some(record["Start_DateTime"].as_str()?.parse::<Timestamp>().ok()?.to_string()),
        Side::Exchange => {
            let moment: Timestamp = format!("{}Z", record["start"]["dateTime"].as_str()?).parse().ok()?;
            Some(if record["isAllDay"] == true { shown::nearest_day(moment).to_string() } else { moment.to_string() })
        }
    }
}

/// What makes an item or a record begin at a moment, or take a whole day.
fn times(side: Side, beginning: &str) -> Value {
    match (side, beginning.parse::<Timestamp>()) {
        (Side::Exchange, Ok(start)) => {
            let zone = ZONES[(start.as_second() / 3_600) as usize % ZONES.len()];
            json!({ "isAllDay": false, "start": at(start, zone), "end": at(start + LENGTH, zone) })
        }
        (Side::Crm, Ok(start)) => {
            let written = |moment: Timestamp| moment.to_string().replace('Z', "+00:00");
            json!({ "All_day": false, "Start_DateTime": written(start), "End_DateTime": written(start + LENGTH) })
        }
        (Side::Exchange, Err(_)) => {
            let day: Date = beginning.parse().expect("a day");
            let zone = ZONES[day.day_of_year() as usize % ZONES.len()];
            let midnight = |day: Date| json!({ "dateTime": format!("{day}T00:00:00"), "timeZone": zone });
            json!({ "isAllDay": true, "start": midnight(day), "end": midnight(day + 1.day()) })
        }
        (Side::Crm, Err(_)) => json!({
            "All_day": true,
            "Start_DateTime": format!("{beginning}T00:00:00+00:00"),
            "End_DateTime": format!("{beginning}T23:59:59+00:00"),
        }),
    }
}

impl Props for Events {
    fn items_name(&self) -> &'static str {
        "events"
    }

    fn module(&self) -> &'static str {
        "Events"
    }

    fn scopes(&self) -> &'static [&'static str] {
        &["Calendars.ReadWrite", "User.Read"]
    }

    fn reading(&self) -> &'static str {
        "/calendarView/delta"
    }

    fn reading_of_changes(&self) -> &'static str {
        "Microsoft GET /v1.0/me/calendarView/delta"
    }

    fn places(&self, _: &World) -> usize {
        1
    }

    fn fields(&self, field: usize) -> &'static [Field] {
        [&[Field::Location][..], &[Field::Notes], &[Field::Reminder], &[Field::Start, Field::End]][field]
    }

    fn value(&self, field: usize, text: String, number: u32) -> String {
        match field {
            REMINDER => number.to_string(),
            TIMES if number.is_multiple_of(3) && number < WHOLE_DAYS_MAX => {
                FIRST_DAY.saturating_add(i64::from(number).days()).to_string()
            }
            TIMES => first_moment(number).to_string(),
            _ => text,
        }
    }

    fn given(&self, field: usize, person: u32) -> Option<String> {
        // Between those that edits stand for.
        (field == TIMES).then(|| (first_moment(person) + SignedDuration::from_mins(30)).to_string())
    }

    fn tells(&self, field: usize) -> bool {
        field == TIMES
    }

    fn change(&self, side: Side, field: usize, value: Option<&str>) -> Value {
        match (side, field) {
            (Side::Exchange, PLACE) => json!({ "location": { "displayName": value.unwrap_or_default() } }),
            (Side::Exchange, NOTES) => {
                json!({ "body": { "content": value.unwrap_or_default(), "contentType": "text" } })
            }
            (Side::Exchange, REMINDER) => match value.and_then(|minutes| minutes.parse::<u32>().ok()) {
                Some(minutes) => json!({ "isReminderOn": true, "reminderMinutesBeforeStart": minutes }),
                None => json!({ "isReminderOn": false }),
            },
            (Side::Crm, PLACE) => json!({ "Venue": value }),
            (Side::Crm, NOTES) => json!({ "Description": value }),
            (Side::Crm, REMINDER) => {
                let minutes = value.and_then(|minutes| minutes.parse::<u32>().ok());
                json!({ "Remind_At": minutes.map(|minutes| json!([{ "unit": minutes, "period": "minutes" }])) })
            }
            (side, _) => times(side, value.expect("an event has its times")),
        }
    }

    fn held(&self, record: &Value, side: Side, field: usize) -> Option<String> {
        match (side, field) {
            (Side::Exchange, PLACE) => text(&record["location"]["displayName"]),
            (Side::Exchange, NOTES) => words_of(record["body"]["content"].as_str()?),
            (Side::Exchange, REMINDER) if record["isReminderOn"] == true => {
                Some(record["reminderMinutesBeforeStart"].to_string())
            }
            (Side::Exchange, REMINDER) => None,
            (Side::Crm, PLACE) => text(&record["Venue"]),
            (Side::Crm, NOTES) => text(&record["Description"]),
            (Side::Crm, REMINDER) => {
                let reminder = &record["Remind_At"][0];
                let minutes = match reminder["period"].as_str()? {
                    "weeks" => 10_080,
                    "days" => 1_440,
                    "hours" => 60,
                    _ => 1,
                };
                Some((reminder["unit"].as_u64()? * minutes).to_string())
            }
            (side, _) => beginning(record, side),
        }
    }

    fn name(&self, person: u32) -> String {
        format!("event of person {person}")
    }

    fn name_in(&self, record: &Value, side: Side) -> String {
        let title = &record[if side == Side::Exchange { "subject" } else { "Event_Title" }];
        title.as_str().unwrap_or_default().to_owned()
    }

    fn draft(&self, side: Side, who: &Who, value: &str) -> Value {
        let person = match who {
            Who::Person(person) | Who::InTheCrm(person) => *person,
            // Two events of one title at one time are one.
            Who::Namesake(_) => unreachable!("no script of events has namesakes"),
        };
        let beginning = self.given(TIMES, person).expect("an event has its times");
        let mut draft = times(side, &beginning);
        let place = self.change(side, PLACE, Some(value));
        let named = match side {
            Side::Exchange => json!({ "subject": self.name(person), "isReminderOn": false }),
            Side::Crm => json!({ "Event_Title": self.name(person) }),
        };
        for part in [place, named] {
            draft.as_object_mut().expect("an object").extend(part.as_object().cloned().expect("an object"));
        }
        draft
    }

    fn answer(&self, item: &Values) -> Option<(usize, Option<String>)> {
        Some((TIMES, item.get(&TIMES).cloned()))
    }

    fn rename(&self, id: &str) -> Value {
        json!({ "Event_Title": format!("other {id}") })
    }

    /// One with a title that is too long, or two copies of one that is in the CRM, too.
    fn poison(&self, number: u32) -> Poison {
        let (title, copies) = match number % 2 {
            0 => (format!("{POISON} {number} {}", "n".repeat(300)), 1),
            _ => (format!("{POISON} {number}"), 2),
        };
        let start = first_moment(number).to_string();
        let (mut item, mut record) = (times(Side::Exchange, &start), times(Side::Crm, &start));
        item["subject"] = json!(title);
        record["Event_Title"] = json!(title);
        Poison { item, copies, record: (copies > 1).then_some(record) }
    }

    fn is_poison(&self, record: &Value, side: Side) -> bool {
        self.name_in(record, side).starts_with(POISON)
    }

    fn is_aside(&self, record: &Value, side: Side) -> bool {
        self.name_in(record, side).starts_with(ASIDE)
    }

    fn colleagues(&self) -> Value {
        let mut record = times(Side::Crm, FIRST_MOMENT);
        record["Event_Title"] = json!(COLLEAGUES);
        record
    }

    fn is_colleagues(&self, item: &Value) -> bool {
        item["subject"] == COLLEAGUES
    }

    fn heeds_versions(&self, _: &World) -> bool {
        true
    }

    fn items(&self, world: &World) -> Vec<Value> {
        world.microsoft.events(MAILBOX)
    }

    fn add_item(&self, world: &mut World, item: &Value) {
        world.with_microsoft(|microsoft, context| {
            microsoft.add_event(MAILBOX, None, item, context).expect("a good event");
        });
    }

    fn edit_item(&self, world: &mut World, id: &str, changes: &Value) {
        world.with_microsoft(|microsoft, context| {
            microsoft.edit_event(MAILBOX, id, changes, context).expect("a good change");
        });
    }

    fn delete_item(&self, world: &mut World, id: &str, for_good: bool) -> bool {
        world.with_microsoft(|microsoft, context| {
            let outcome = if for_good {
                microsoft.purge_event(MAILBOX, id, context)
            } else {
                microsoft.delete_event(MAILBOX, id, context)
            };
            outcome.is_ok()
        })
    }

    fn categorize(&self, categories: &[&str]) -> Option<Value> {
        Some(json!({ "categories": categories }))
    }

    fn leaves_when_moved(&self) -> bool {
        true
    }

    /// A count would have to be of the days that are read.
    fn are_counted(&self) -> bool {
        false
    }

    fn move_away(&self, world: &mut World, id: &str) -> String {
        let calendar = self.place_elsewhere(world);
        world.with_microsoft(|microsoft, context| {
            microsoft.move_event(MAILBOX, id, calendar.as_deref(), context).expect("a move")
        })
    }

    fn place_elsewhere(&self, world: &mut World) -> Option<String> {
        world.with_microsoft(|microsoft, context| {
            let calendars = microsoft.calendars(MAILBOX);
            let known = calendars.iter().find(|calendar| calendar["name"] == ELSEWHERE);
            let known = known.and_then(|calendar| Some(calendar["id"].as_str()?.to_owned()));
            Some(known.unwrap_or_else(|| microsoft.add_calendar(MAILBOX, ELSEWHERE, context).expect("a calendar")))
        })
    }

    fn move_back(&self, world: &mut World, id: &str) {
        world.with_microsoft(|microsoft, context| {
            microsoft.move_event(MAILBOX, id, None, context).expect("a move");
        });
    }

    fn delete_place(&self, world: &mut World) {
        world.with_microsoft(|microsoft, context| {
            let calendars = microsoft.calendars(MAILBOX);
            let calendar = calendars.iter().find(|calendar| calendar["name"] == ELSEWHERE).expect("a calendar");
            let id = calendar["id"].as_str().expect("an id");
            microsoft.delete_calendar(MAILBOX, id, context).expect("it is there");
        });
    }

    fn deleted_items(&self, world: &World) -> Vec<Value> {
        let never = Timestamp::UNIX_EPOCH;
        let calendar = world.microsoft.calendar_snapshot(MAILBOX, never, never);
        let mut deleted = calendar["deletedItems"].as_array().cloned().unwrap_or_default();
        deleted.retain(|item| !self.is_aside(item, Side::Exchange));
        deleted
    }
}
