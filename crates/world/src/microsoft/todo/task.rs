//! One task: its properties, and what an edit does to them.

use super::edit::{Body, Edit};
use super::parts::{Link, Step};
use super::recurrence::Recurrence;
use super::refusal::due_required;
use super::schema::{COMPLETED, NOT_STARTED, PROPERTIES};
use super::zone::{self, Stamp, Zone};
use crate::microsoft::mailbox::ExtendedId;
use crate::microsoft::refusal::Refusal;
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// A task in a list.
#[derive(Clone, Debug)]
pub(crate) struct Task {
    /// The id that survives moves between lists.
    pub(crate) immutable_id: String,
    /// The id that each move replaces.
    pub(crate) default_id: String,
    /// The id of its list.
    pub(crate) list: String,
    /// Its place in the list's order.
    pub(crate) position: u64,
    pub(crate) change_key: String,
    pub(crate) modified: Timestamp,
    pub(crate) created: Timestamp,
    body_modified: Timestamp,
    pub(crate) title: String,
    pub(crate) body: Body,
    pub(crate) categories: Vec<String>,
    pub(crate) status: &'static str,
    pub(crate) importance: &'static str,
    pub(crate) reminder_on: bool,
    pub(crate) start: Option<Timestamp>,
    pub(crate) due: Option<Timestamp>,
    pub(crate) reminder: Option<Timestamp>,
    pub(crate) completed: Option<Timestamp>,
    pub(crate) recurrence: Option<Recurrence>,
    pub(crate) link: Option<Link>,
    pub(crate) steps: Vec<Step>,
    /// MAPI properties: what a task has in Exchange and To Do doesn't show.
    pub(crate) extended: BTreeMap<ExtendedId, String>,
}

/// Where a new task goes, and under which names.
#[derive(Clone, Debug)]
pub(crate) struct Birth {
    pub(crate) immutable_id: String,
    pub(crate) default_id: String,
    pub(crate) list: String,
    pub(crate) position: u64,
    pub(crate) change_key: String,
    pub(crate) now: Timestamp,
}

/// What of a task is shown, and how.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct View {
    /// The zone of its dates.
    pub(crate) zone: Zone,
    /// The properties beside the id; all of them where it is `None`.
    pub(crate) select: Option<Vec<&'static str>>,
    /// Whether its linked resources come with it.
    pub(crate) links: bool,
    /// Whether its steps come with it.
    pub(crate) steps: bool,
    /// Whether its id is the immutable one.
    pub(crate) immutable: bool,
}

impl Task {
    /// A new task.
    pub(crate) fn new(birth: Birth, edit: Edit, link: Option<Link>) -> Result<Self, Refusal> {
        let mut task = Self {
            immutable_id: birth.immutable_id,
            default_id: birth.default_id,
            list: birth.list,
            position: birth.position,
            change_key: birth.change_key,
            modified: birth.now,
            created: birth.now,
            body_modified: birth.now,
            title: String::new(),
            body: Body::default(),
            categories: Vec::new(),
            status: NOT_STARTED,
            importance: "normal",
            reminder_on: false,
            start: None,
            due: None,
            reminder: None,
            completed: None,
            recurrence: None,
            link,
            steps: Vec::new(),
            extended: BTreeMap::new(),
        };
        task.merge(edit, birth.now)?;
        Ok(task)
    }

    /// The same task under other names, as a copy.
    pub(crate) fn copy(&self, birth: Birth) -> Self {
        Self {
            immutable_id: birth.immutable_id,
            default_id: birth.default_id,
            list: birth.list,
            position: birth.position,
            change_key: birth.change_key,
            modified: birth.now,
            created: birth.now,
            ..self.clone()
        }
    }

    /// Applies an edit: properties it names are replaced as a whole, others stay.
    pub(crate) fn merge(&mut self, edit: Edit, now: Timestamp) -> Result<(), Refusal> {
        let moment = |stamp: Option<Stamp>| stamp.and_then(|stamp| stamp.moment());
        if let Some(due) = edit.due {
            self.due = moment(due);
        }
        match (edit.recurrence, self.due) {
            (Some(Some(_)), None) => return Err(due_required()),
            (Some(Some(recurrence)), Some(due)) => {
                let day = recurrence.zone().local(due).date();
                self.recurrence = Some(recurrence.starting(day));
            }
            (Some(None), _) => self.recurrence = None,
            // Without a day to be due on there is nothing to repeat, as in the app.
            (None, None) => self.recurrence = None,
            (None, Some(_)) => {}
        }
        if let Some(body) = edit.body {
            self.body = body;
            self.body_modified = now;
        }
        self.title = edit.title.unwrap_or_else(|| std::mem::take(&mut self.title));
        self.categories = edit.categories.unwrap_or_else(|| std::mem::take(&mut self.categories));
        self.importance = edit.importance.unwrap_or(self.importance);
        self.reminder_on = edit.reminder_on.unwrap_or(self.reminder_on);
        if let Some(start) = edit.start {
            self.start = moment(start);
        }
        if let Some(reminder) = edit.reminder {
            self.reminder = moment(reminder);
        }
        for (id, value) in edit.extended {
            match value {
                Some(value) => self.extended.insert(id, value),
                None => self.extended.remove(&id),
            };
        }
        self.settle(edit.status, edit.completed.map(moment), now);
        Ok(())
    }

    /// Brings status and completion together, as Exchange does: either one sets the other, and where they
    /// contradict each other the status counts. Who completes a task without saying when, completes it on this
    /// day: midnight, UTC (<https://github.com/microsoftgraph/microsoft-graph-docs-contrib/issues/8664>).
    fn settle(&mut self, status: Option<&'static str>, completed: Option<Option<Timestamp>>, now: Timestamp) {
        self.status = match (status, completed) {
            (Some(status), _) => status,
            (None, Some(Some(_))) => COMPLETED,
            (None, Some(None)) if self.status == COMPLETED => NOT_STARTED,
            (None, _) => self.status,
        };
        let today = || Zone::default().midnight(now);
        self.completed = match self.status {
            COMPLETED => completed.flatten().or(self.completed).or_else(today),
            _ => None,
        };
    }

    /// Whether it is done.
    pub(crate) fn is_completed(&self) -> bool {
        self.status == COMPLETED
    }

    /// Takes the recurrence away.
    pub(crate) fn take_recurrence(&mut self) -> Option<Recurrence> {
        self.recurrence.take()
    }

    /// Turns a completed task into the next occurrence of `recurrence`; says whether there is one.
    pub(crate) fn advance(&mut self, recurrence: &Recurrence) -> bool {
        let zone = recurrence.zone().clone();
        let Some(due) = self.due else { return false };
        let day = zone.local(due).date();
        let Some((next, remaining)) = recurrence.after(day) else { return false };
        for moment in [&mut self.due, &mut self.start, &mut self.reminder].into_iter().flatten() {
            *moment = zone.shift(*moment, day, next);
        }
        self.recurrence = Some(remaining);
        self.status = NOT_STARTED;
        self.completed = None;
        self.steps.iter_mut().for_each(Step::undo);
        true
    }

    /// The weak entity tag.
    pub(crate) fn etag(&self) -> String {
        format!("W/\"{}\"", self.change_key)
    }

    /// One property as To Do writes it; `None` for what the task doesn't have.
    pub(crate) fn property(&self, name: &str, view: &View) -> Option<Value> {
        let stamp = |moment: Option<Timestamp>| moment.map(|moment| zone::write(moment, &view.zone));
        match name {
            "importance" => Some(json!(self.importance)),
            "isReminderOn" => Some(json!(self.reminder_on)),
            "status" => Some(json!(self.status)),
            "title" => Some(json!(self.title)),
            "createdDateTime" => Some(json!(zone::utc(self.created))),
            "lastModifiedDateTime" => Some(json!(zone::utc(self.modified))),
            "bodyLastModifiedDateTime" => Some(json!(zone::utc(self.body_modified))),
            // This stand-in has no attachments.
            "hasAttachments" => Some(json!(false)),
            "categories" => Some(json!(self.categories)),
            "id" => Some(json!(if view.immutable { &self.immutable_id } else { &self.default_id })),
            "body" => {
                let kind = if self.body.html { "html" } else { "text" };
                Some(json!({ "content": self.body.content, "contentType": kind }))
            }
            "startDateTime" => stamp(self.start),
            "dueDateTime" => stamp(self.due),
            "reminderDateTime" => stamp(self.reminder),
            "completedDateTime" => stamp(self.completed),
            "recurrence" => self.recurrence.as_ref().map(Recurrence::write),
            _ => None,
        }
    }

    /// The task as To Do writes it: what it doesn't have is left out.
    pub(crate) fn write(&self, view: &View) -> Map<String, Value> {
        let mut written = Map::new();
        written.insert("@odata.etag".into(), self.etag().into());
        let wanted = |name: &&str| *name == "id" || view.select.as_ref().is_none_or(|select| select.contains(name));
        for name in PROPERTIES.into_iter().filter(wanted) {
            if let Some(value) = self.property(name, view) {
                written.insert(name.to_owned(), value);
            }
        }
        if view.links {
            written.insert("linkedResources".into(), self.link.iter().map(Link::write).collect());
        }
        if view.steps {
            written.insert("checklistItems".into(), self.steps.iter().map(Step::write).collect());
        }
        written
    }

    /// Everything about the task, for a tester: both ids, its list, and what hangs on it.
    pub(crate) fn snapshot(&self) -> Value {
        let view = View { links: true, steps: true, immutable: true, ..View::default() };
        let mut written = self.write(&view);
        written.insert("defaultId".into(), self.default_id.clone().into());
        written.insert("listId".into(), self.list.clone().into());
        Value::Object(written)
    }
}

#[cfg(test)]
mod tests {
    use super::super::rules::TodoRules;
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a moment")
    }

    fn task(body: Value) -> Task {
        let birth = Birth {
            immutable_id: "i".into(),
            default_id: "d".into(),
            list: "l".into(),
            position: 1,
            change_key: "k".into(),
            now: at("2026-11-21T10:00:00Z"),
        };
        Task::new(birth, Edit::of_new(&body, &TodoRules::default()).expect("an edit"), None).expect("a task")
    }

    fn edited(task: Task, body: Value) -> Task {
        edited_on(task, body, 22)
    }

    /// Edits a task late on that day of November.
    fn edited_on(mut task: Task, body: Value, day: usize) -> Task {
        let edit = Edit::of_change(&body, &TodoRules::default()).expect("an edit");
        task.merge(edit, at(&format!("2026-11-{day:02}T23:30:00Z"))).expect("a task");
        task
    }

    #[test]
    fn a_new_task_has_the_documented_defaults() {
        let written = Value::Object(task(json!({ "title": "T" })).write(&View::default()));
        let wanted = json!({
            "@odata.etag": "W/\"k\"", "importance": "normal", "isReminderOn": false, "status": "notStarted", "title": "T",
            "createdDateTime": "2026-11-21T10:00:00.0000000Z", "lastModifiedDateTime": "2026-11-21T10:00:00.0000000Z",
            "bodyLastModifiedDateTime": "2026-11-21T10:00:00.0000000Z", "hasAttachments": false, "categories": [],
            "id": "d", "body": { "content": "", "contentType": "text" },
        });
        assert_eq!(written, wanted, "what a task doesn't have is left out");
    }

    #[test]
    fn status_and_completion_follow_each_other() {
        let when = |time: &str| json!({ "dateTime": time, "timeZone": "UTC" });
        let day = |time: &str| Some(format!("{time}.0000000"));
        // One edit a day, from the 22nd on.
        let cases = [
            (json!({ "status": "completed" }), "completed", day("2026-11-22T00:00:00")),
            (json!({ "title": "other" }), "completed", day("2026-11-22T00:00:00")),
            (json!({ "status": "inProgress" }), "inProgress", None),
            (json!({ "completedDateTime": when("2026-11-20T17:30:00") }), "completed", day("2026-11-20T17:30:00")),
            (json!({ "completedDateTime": null }), "notStarted", None),
            (json!({ "completedDateTime": null }), "notStarted", None),
            (
                json!({ "status": "completed", "completedDateTime": when("2026-11-19T00:00:00") }),
                "completed",
                day("2026-11-19T00:00:00"),
            ),
            (json!({ "status": "deferred", "completedDateTime": when("2026-11-18T00:00:00") }), "deferred", None),
        ];
        let mut current = task(json!({ "title": "T" }));
        for (days, (body, status, completed)) in cases.into_iter().enumerate() {
            current = edited_on(current, body.clone(), 22 + days);
            let found = current.property("completedDateTime", &View::default());
            let found = found.and_then(|stamp| stamp["dateTime"].as_str().map(str::to_owned));
            assert_eq!((current.status, found), (status, completed), "{body}");
        }
    }

    #[test]
    fn only_a_task_that_is_due_repeats() {
        let due = json!({ "dateTime": "2026-11-23T09:00:00", "timeZone": "UTC" });
        let rule = json!({ "pattern": { "type": "daily", "interval": 1 }, "range": { "type": "noEnd" } });
        let single = task(json!({ "title": "T", "dueDateTime": due }));
        let repeating = edited(single.clone(), json!({ "recurrence": rule }));
        let range = repeating.property("recurrence", &View::default()).expect("a recurrence")["range"].clone();
        assert_eq!(range["startDate"], "2026-11-23");
        assert!(edited(repeating.clone(), json!({ "dueDateTime": null })).recurrence.is_none());
        assert!(edited(repeating, json!({ "recurrence": null })).recurrence.is_none());
        let without = edited(single, json!({ "dueDateTime": null }));
        let edit = Edit::of_change(&json!({ "recurrence": rule }), &TodoRules::default()).expect("an edit");
        assert_eq!(without.clone().merge(edit, Timestamp::UNIX_EPOCH), Err(due_required()));
    }

    #[test]
    fn the_next_occurrence_moves_every_date_by_the_zones_calendar() {
        let stamp = |time: &str| json!({ "dateTime": time, "timeZone": "W. Europe Standard Time" });
        let mut task = task(json!({
            "title": "T", "status": "completed",
            // The clocks change on 25 October 2026.
            "dueDateTime": stamp("2026-10-20T09:00:00"), "reminderDateTime": stamp("2026-10-19T16:00:00"),
            "recurrence": {
                "pattern": { "type": "weekly", "interval": 1, "daysOfWeek": ["tuesday"], "firstDayOfWeek": "monday" },
                "range": { "type": "numbered", "numberOfOccurrences": 2, "startDate": "2026-10-20",
                    "recurrenceTimeZone": "W. Europe Standard Time" },
            },
        }));
        let rule = task.take_recurrence().expect("a recurrence");
        assert!(task.advance(&rule));
        assert_eq!(task.due, Some(at("2026-10-26T23:00:00Z")));
        assert_eq!(task.reminder, Some(at("2026-10-26T15:00:00Z")));
        assert_eq!((task.status, task.completed), (NOT_STARTED, None));
        let rule = task.take_recurrence().expect("a recurrence");
        assert!(!task.advance(&rule), "that was the last one");
    }
}
