//! What a request makes of a task: the edit that Graph's door would make, and what that door doesn't know.

use super::super::change::{invalid, is_true, moment, texts};
use super::super::{Change, Found, Kind, Path};
use super::mapi::{IMPORTANCES, SENSITIVITIES};
use super::recurrence::{self, Repeats};
use super::{STATUSES, mapi, task};
use crate::microsoft::ews::call::EwsCall;
use crate::microsoft::ews::folders::Folder;
use crate::microsoft::ews::refusal::Refusal;
use crate::microsoft::mailbox::ExtendedId;
use crate::microsoft::todo::{Edit, Task, TodoRules, Word};
use jiff::Timestamp;
use mxs_xml::Element;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Exchange keeps what To Do drops.
const RULES: TodoRules = TodoRules {
    application_refused: false,
    completed_series: crate::microsoft::todo::CompletedSeries::MovesOn,
    if_match: false,
    immutable_ids: false,
    parts_touch_tasks: true,
    recurrence: Word::Documented,
    select: Word::Documented,
    times: Word::Documented,
};

/// Makes a task.
pub(in crate::microsoft::ews::items) fn create(
    call: &mut EwsCall<'_, '_>,
    folder: Option<&Folder>,
    changes: &[Change],
) -> Result<Found, Refusal> {
    let edit = Draft::of(None).changed(changes)?;
    let rules = call.microsoft.rules.todo;
    let (todo, context) = call.todo_mut()?;
    let key = todo.add(folder.map_or("tasks", |folder| &folder.id), edit, &rules, context)?;
    Ok(Found { kind: Kind::Task, key, day: None })
}

/// Changes a task.
pub(in crate::microsoft::ews::items) fn change(
    call: &mut EwsCall<'_, '_>,
    found: &Found,
    changes: &[Change],
) -> Result<(), Refusal> {
    let edit = Draft::of(Some(task(call, found)?)).changed(changes)?;
    let rules = call.microsoft.rules.todo;
    let (todo, context) = call.todo_mut()?;
    todo.edit(&found.key, edit, &rules, context)?;
    Ok(())
}

struct Draft<'a> {
    task: Option<&'a Task>,
    /// What is written, as Graph writes it.
    written: Map<String, Value>,
    extended: BTreeMap<ExtendedId, Option<String>>,
    subject: Option<String>,
    percent: Option<f64>,
}

impl<'a> Draft<'a> {
    fn of(task: Option<&'a Task>) -> Self {
        Self { task, written: Map::new(), extended: BTreeMap::new(), subject: None, percent: None }
    }

    fn changed(mut self, changes: &[Change]) -> Result<Edit, Refusal> {
        for change in changes {
            match change {
                Change::SetExtended(property, value) => {
                    self.extended.insert(property.id.clone(), Some(value.clone()));
                }
                Change::Delete(Path::Extended(property)) => {
                    self.extended.insert(property.id.clone(), None);
                }
                Change::Set(Path::Field { name, .. }, element) => self.take(name, Some(element), change)?,
                Change::Delete(Path::Field { name, .. }) => self.take(name, None, change)?,
                Change::Append(Path::Field { name, .. }, element) if name == "Body" => self.append(element),
                Change::Append(path, _) => {
                    let refusal = Refusal::new("ErrorInvalidPropertyAppend", "Property doesn't support appending.");
                    return Err(refusal.path(path.write()));
                }
                Change::Set(..) | Change::Delete(..) => return Err(invalid(change)),
            }
        }
        self.settle();
        let mut edit = Edit::of_change(&Value::Object(self.written), &RULES)?;
        edit.title = self.subject;
        edit.extended = self.extended;
        Ok(edit)
    }

    fn keep(&mut self, id: &str, value: Option<String>) {
        if let Ok(id) = ExtendedId::parse(id) {
            self.extended.insert(id, value);
        }
    }

    fn append(&mut self, element: &Element) {
        let own = self.task.map(|task| task.body.clone()).unwrap_or_default();
        let content = own.content + &element.text;
        let kind = if own.html { "html" } else { "text" };
        self.written.insert("body".into(), json!({ "contentType": kind, "content": content }));
    }

    fn take(&mut self, name: &str, element: Option<&Element>, change: &Change) -> Result<(), Refusal> {
        let said = element.map(|element| element.text.as_str()).unwrap_or_default();
        let word = said.trim();
        let refused = || invalid(change);
        let some_moment = || -> Result<Value, Refusal> {
            element.map_or(Ok(Value::Null), |_| moment(said).map(stamp).ok_or_else(refused))
        };
        let some_text = || element.map(|_| said.to_owned());
        let number = || -> Result<Option<String>, Refusal> {
            let read = || word.parse::<i32>().ok().filter(|number| *number >= 0).ok_or_else(refused);
            element.map(|_| read().map(|number| number.to_string())).transpose()
        };
        match name {
            "Subject" => self.subject = Some(said.to_owned()),
            "Body" => {
                let is_html = element.is_some_and(|body| body.attribute("BodyType") == Some("HTML"));
                let kind = if is_html { "html" } else { "text" };
                self.written.insert("body".into(), json!({ "contentType": kind, "content": said }));
            }
            "Categories" => {
                self.written.insert("categories".into(), json!(texts(element)));
            }
            "Importance" => {
                let known = IMPORTANCES.into_iter().find(|known| *known == word);
                let known = if element.is_none() { Some("Normal") } else { known };
                self.written.insert("importance".into(), json!(known.ok_or_else(refused)?.to_lowercase()));
            }
            "Sensitivity" => {
                let place = || SENSITIVITIES.into_iter().position(|known| known == word).ok_or_else(refused);
                let number = element.map(|_| place().map(|place| place.to_string())).transpose()?;
                self.keep(mapi::SENSITIVITY, number);
            }
            "ItemClass" => {
                let text = "The item class is not valid for this type of item.";
                let fits = element.is_none() || word.starts_with("IPM.Task");
                fits.then_some(()).ok_or_else(|| Refusal::new("ErrorObjectTypeChanged", text))?;
                self.keep(mapi::CLASS, element.map(|_| word.to_owned()));
            }
            "StartDate" => drop(self.written.insert("startDateTime".into(), some_moment()?)),
            "DueDate" => drop(self.written.insert("dueDateTime".into(), some_moment()?)),
            "CompleteDate" => drop(self.written.insert("completedDateTime".into(), some_moment()?)),
            "ReminderDueBy" => drop(self.written.insert("reminderDateTime".into(), some_moment()?)),
            "ReminderIsSet" => drop(self.written.insert("isReminderOn".into(), json!(is_true(word)))),
            "ReminderMinutesBeforeStart" => {
                let minutes = number()?;
                self.keep(mapi::REMINDER_BEFORE, minutes);
            }
            "Status" => {
                let known = STATUSES.into_iter().find(|(known, ..)| *known == word).map(|(_, own, _)| own);
                let known = if element.is_none() { Some("notStarted") } else { known };
                self.written.insert("status".into(), json!(known.ok_or_else(refused)?));
            }
            "PercentComplete" => {
                let percent = if element.is_none() { Some(0.0) } else { word.parse().ok() };
                let percent = percent.filter(|percent| (0.0..=100.0).contains(percent));
                self.percent = Some(percent.ok_or_else(refused)?);
            }
            "Recurrence" => self.take_recurrence(element)?,
            "ActualWork" => {
                let number = number()?;
                self.keep(mapi::ACTUAL_WORK, number);
            }
            "TotalWork" => {
                let number = number()?;
                self.keep(mapi::TOTAL_WORK, number);
            }
            "BillingInformation" => self.keep(mapi::BILLING, some_text()),
            "Mileage" => self.keep(mapi::MILEAGE, some_text()),
            "Culture" => self.keep(mapi::CULTURE, some_text()),
            "InReplyTo" => self.keep(mapi::IN_REPLY_TO, some_text()),
            "Companies" => self.keep(mapi::COMPANIES, element.map(|_| json!(texts(element)).to_string())),
            "Contacts" => self.keep(mapi::CONTACTS, element.map(|_| json!(texts(element)).to_string())),
            _ => return Err(refused()),
        }
        Ok(())
    }

    /// A task that repeats is due on the day on which that begins, unless it says when.
    fn take_recurrence(&mut self, element: Option<&Element>) -> Result<(), Refusal> {
        self.keep(mapi::REGENERATION, None);
        let Some(element) = element else {
            self.written.insert("recurrence".into(), Value::Null);
            return Ok(());
        };
        let (repeats, begins) = recurrence::read(element)?;
        let is_due = self.written.contains_key("dueDateTime") || self.task.is_some_and(|task| task.due.is_some());
        if !is_due && let Some(begins) = moment(&begins.to_string()) {
            self.written.insert("dueDateTime".into(), stamp(begins));
        }
        match repeats {
            Repeats::OnDays(shown) => drop(self.written.insert("recurrence".into(), shown)),
            Repeats::AfterDone(kept) => {
                self.written.insert("recurrence".into(), Value::Null);
                self.keep(mapi::REGENERATION, Some(kept));
            }
        }
        Ok(())
    }

    /// How much is done says in which state a task is, where nothing else does.
    fn settle(&mut self) {
        let Some(percent) = self.percent else { return };
        self.keep(mapi::PERCENT_COMPLETE, Some((percent / 100.0).to_string()));
        if !self.written.contains_key("status") && !self.written.contains_key("completedDateTime") {
            let now = self.task.map(|task| task.status);
            let status = match (percent, now) {
                (100.0.., _) => "completed",
                (0.0, _) => "notStarted",
                (_, Some(now @ ("waitingOnOthers" | "deferred"))) => now,
                _ => "inProgress",
            };
            self.written.insert("status".into(), json!(status));
        }
    }
}

fn stamp(moment: Timestamp) -> Value {
    json!({ "dateTime": moment.strftime("%Y-%m-%dT%H:%M:%S%.f").to_string(), "timeZone": "UTC" })
}
