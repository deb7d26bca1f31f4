//! Things to do: the default list of Microsoft To Do, and tasks in the CRM.

use super::{Poison, Props, Who};
use crate::stage::{MAILBOX, Values};
use jiff::civil::{Date, date};
use jiff::{SignedDuration, Timestamp, ToSpan};
use mxs_core::{Field, Side};
use mxs_world::World;
use serde_json::{Value, json};

/// Tasks. Whose one is, its subject says; the CRM may write it in other letters.
pub(super) struct Tasks;

/// What people edit.
const NOTES: usize = 0;
const DUE: usize = 1;
const REMINDER: usize = 2;
const STATUS: usize = 3;

/// The day, and the moment, that the number 0 stands for.
const FIRST_DAY: Date = date(2026, 4, 1);
const FIRST_MOMENT: &str = "2026-04-01T09:00:00Z";

/// How far a task is: in the engine's word, and on both sides. One that isn't begun has nothing to tell.
const STATUSES: [(&str, &str, &str); 4] = [
    ("in_progress", "inProgress", "In Progress"),
    ("completed", "completed", "Completed"),
    ("waiting", "waitingOnOthers", "Waiting for input"),
    ("deferred", "deferred", "Deferred"),
];

/// What the subjects of tasks begin with that no record can be made for.
const POISON: &str = "poison";

/// The subject of the colleague's task.
const COLLEAGUES: &str = "Colleaguestask";

/// The default list, as To Do names it, and the list that tasks are moved to.
const HERE: &str = "tasks";
const ELSEWHERE: &str = "Errands";

/// A subject in small letters with single blanks.
fn plain(subject: &Value) -> String {
    let words = subject.as_str().unwrap_or_default().to_lowercase();
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The text of a part of a value, but for what is filled in where there is none.
fn text(value: &Value) -> Option<String> {
    value.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
}

/// A moment of either side, as text.
fn moment(text: &str) -> Option<String> {
    let zoned = if text.ends_with('Z') || text.contains('+') { text.to_owned() } else { format!("{text}Z") };
    zoned.parse::<Timestamp>().ok().map(|moment| moment.to_string())
}

fn status_on(side: Side, told: &str) -> &'static str {
    let (_, exchange, crm) = STATUSES.into_iter().find(|(text, ..)| *text == told).expect("a status");
    if side == Side::Exchange { exchange } else { crm }
}

impl Props for Tasks {
    fn items_name(&self) -> &'static str {
        "tasks"
    }

    fn module(&self) -> &'static str {
        "Tasks"
    }

    fn scopes(&self) -> &'static [&'static str] {
        &["Tasks.ReadWrite", "User.Read"]
    }

    fn reading(&self) -> &'static str {
        "/tasks/delta"
    }

    fn reading_of_changes(&self) -> &'static str {
        "Microsoft GET /v1.0/me/todo/lists/{id}/tasks/delta"
    }

    /// All lists but that of mail that is flagged.
    fn places(&self, world: &World) -> usize {
        let lists = world.microsoft.task_lists(MAILBOX);
        lists.iter().filter(|list| list["wellknownListName"] != "flaggedEmails").count()
    }

    fn fields(&self, field: usize) -> &'static [Field] {
        [&[Field::Notes], &[Field::Due], &[Field::Reminder], &[Field::Status]][field]
    }

    fn value(&self, field: usize, text: String, number: u32) -> String {
        match field {
            DUE => FIRST_DAY.saturating_add(i64::from(number).days()).to_string(),
            REMINDER => {
                let first: Timestamp = FIRST_MOMENT.parse().expect("a moment");
                (first + SignedDuration::from_hours(24 * i64::from(number))).to_string()
            }
            STATUS => STATUSES[number as usize % STATUSES.len()].0.to_owned(),
            _ => text,
        }
    }

    fn change(&self, side: Side, field: usize, value: Option<&str>) -> Value {
        let stamp = |moment: String| json!({ "dateTime": moment, "timeZone": "UTC" });
        match (side, field) {
            (Side::Exchange, DUE) => json!({ "dueDateTime": value.map(|day| stamp(format!("{day}T00:00:00"))) }),
            (Side::Exchange, REMINDER) => json!({
                "isReminderOn": value.is_some(),
                "reminderDateTime": value.map(|moment| stamp(moment.trim_end_matches('Z').to_owned())),
            }),
            (Side::Exchange, STATUS) => json!({ "status": value.map_or("notStarted", |told| status_on(side, told)) }),
            (Side::Exchange, _) => json!({ "body": { "content": value.unwrap_or_default(), "contentType": "text" } }),
            (Side::Crm, DUE) => json!({ "Due_Date": value }),
            (Side::Crm, REMINDER) => {
                // The CRM reads no Z.
                let alarm = |moment: &str| {
                    let moment = moment.trim_end_matches('Z');
                    json!({ "ALARM": format!("FREQ=NONE;ACTION=POPUP;TRIGGER=DATE-TIME:{moment}+00:00") })
                };
                json!({ "Remind_At": value.map(alarm) })
            }
            (Side::Crm, STATUS) => json!({ "Status": value.map(|told| status_on(side, told)) }),
            (Side::Crm, _) => json!({ "Description": value }),
        }
    }

    fn held(&self, record: &Value, side: Side, field: usize) -> Option<String> {
        let told = |name: &str| {
            let (text, ..) = STATUSES.into_iter().find(|(_, exchange, crm)| [*exchange, *crm].contains(&name))?;
            Some(text.to_owned())
        };
        match (side, field) {
            (Side::Exchange, DUE) => Some(text(&record["dueDateTime"]["dateTime"])?.get(..10)?.to_owned()),
            (Side::Exchange, REMINDER) if record["isReminderOn"] == true => {
                moment(record["reminderDateTime"]["dateTime"].as_str()?)
            }
            (Side::Exchange, REMINDER) => None,
            (Side::Exchange, STATUS) => told(record["status"].as_str()?),
            (Side::Exchange, _) => text(&record["body"]["content"]),
            (Side::Crm, DUE) => text(&record["Due_Date"]),
            (Side::Crm, REMINDER) => moment(record["Remind_At"]["ALARM"].as_str()?.split_once("DATE-TIME:")?.1),
            (Side::Crm, STATUS) => told(record["Status"].as_str()?),
            (Side::Crm, _) => text(&record["Description"]),
        }
    }

    fn is_told_apart(&self, field: usize) -> bool {
        field != STATUS
    }

    fn tells(&self, field: usize) -> bool {
        field == DUE
    }

    fn name(&self, person: u32) -> String {
        format!("task of person {person}")
    }

    fn name_in(&self, record: &Value, side: Side) -> String {
        plain(&record[if side == Side::Exchange { "title" } else { "Subject" }])
    }

    fn draft(&self, side: Side, who: &Who, value: &str) -> Value {
        let subject = match who {
            Who::Person(person) => self.name(*person),
            Who::InTheCrm(person) => self.name(*person).replace(' ', "  ").to_uppercase(),
            // Two tasks of one subject that are due on one day are one.
            Who::Namesake(_) => unreachable!("no script of tasks has namesakes"),
        };
        let mut draft = self.change(side, NOTES, Some(value));
        draft[if side == Side::Exchange { "title" } else { "Subject" }] = json!(subject);
        draft
    }

    fn answer(&self, item: &Values) -> Option<(usize, Option<String>)> {
        Some((DUE, item.get(&DUE).cloned()))
    }

    fn rename(&self, id: &str) -> Value {
        json!({ "Subject": format!("other {id}") })
    }

    /// One with a subject that is too long, or two copies of one that is in the CRM, too.
    fn poison(&self, number: u32) -> Poison {
        let (subject, copies) = match number % 2 {
            0 => (format!("{POISON} {number} {}", "n".repeat(300)), 1),
            _ => (format!("{POISON} {number}"), 2),
        };
        let record = (copies > 1).then(|| json!({ "Subject": subject }));
        Poison { item: json!({ "title": subject }), copies, record }
    }

    fn is_poison(&self, record: &Value, side: Side) -> bool {
        self.name_in(record, side).starts_with(POISON)
    }

    fn colleagues(&self) -> Value {
        json!({ "Subject": COLLEAGUES })
    }

    fn is_colleagues(&self, item: &Value) -> bool {
        item["title"] == COLLEAGUES
    }

    fn heeds_versions(&self, world: &World) -> bool {
        world.microsoft.rules.todo.if_match
    }

    fn items(&self, world: &World) -> Vec<Value> {
        let mut items = world.microsoft.tasks(MAILBOX);
        if !world.microsoft.rules.todo.immutable_ids {
            items.iter_mut().for_each(|item| item["id"] = item["defaultId"].clone());
        }
        items
    }

    fn add_item(&self, world: &mut World, item: &Value) {
        world.with_microsoft(|microsoft, context| {
            microsoft.add_task(MAILBOX, HERE, item, context).expect("a good task");
        });
    }

    fn edit_item(&self, world: &mut World, id: &str, changes: &Value) {
        world.with_microsoft(|microsoft, context| {
            microsoft.edit_task(MAILBOX, id, changes, context).expect("a good change");
        });
    }

    fn delete_item(&self, world: &mut World, id: &str, _: bool) -> bool {
        world.with_microsoft(|microsoft, context| microsoft.delete_task(MAILBOX, id, context).is_ok())
    }

    fn categorize(&self, categories: &[&str]) -> Option<Value> {
        Some(json!({ "categories": categories }))
    }

    /// All lists are read.
    fn leaves_when_moved(&self) -> bool {
        false
    }

    fn move_away(&self, world: &mut World, id: &str) -> String {
        world.with_microsoft(|microsoft, context| {
            let lists = microsoft.task_lists(MAILBOX);
            let known = lists.iter().find(|list| list["displayName"] == ELSEWHERE);
            let list = match known.and_then(|list| list["id"].as_str()) {
                Some(list) => list.to_owned(),
                None => microsoft.add_task_list(MAILBOX, ELSEWHERE, context).expect("a list"),
            };
            microsoft.move_task(MAILBOX, id, &list, context).expect("a move")
        })
    }

    fn move_back(&self, world: &mut World, id: &str) {
        world.with_microsoft(|microsoft, context| {
            microsoft.move_task(MAILBOX, id, HERE, context).expect("a move");
        });
    }

    fn delete_place(&self, world: &mut World) {
        world.with_microsoft(|microsoft, context| {
            let lists = microsoft.task_lists(MAILBOX);
            let list = lists.iter().find(|list| list["displayName"] == ELSEWHERE).expect("a list");
            microsoft.delete_task_list(MAILBOX, list["id"].as_str().expect("an id"), context).expect("it is there");
        });
    }

    /// To Do keeps nothing of what is deleted.
    fn deleted_items(&self, _: &World) -> Vec<Value> {
        Vec::new()
    }
}
