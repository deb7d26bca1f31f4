//! A task of Microsoft To Do: its JSON and the vendor's values.
//!
//! <https://learn.microsoft.com/en-us/graph/api/resources/todotask>

use crate::json::{filled, list, text};
use crate::mark::{self, Mark};
use crate::task_lists::ListId;
use crate::times::ZonedTime;
use mxs_core::{CrmId, ExchangeId, Version};
use serde_json::{Map, Value as Json, json};
use std::fmt;

/// The members without which a task isn't whole. To Do leaves out dates and a recurrence that a task doesn't
/// have, so that their absence says "none" only where these are there.
const REQUIRED: [&str; 5] = ["title", "body", "status", "importance", "isReminderOn"];

/// How far a task is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Nobody began.
    NotStarted,
    /// Somebody is at it.
    InProgress,
    /// It is done.
    Completed,
    /// Somebody else has to do something first.
    WaitingOnOthers,
    /// It is put off.
    Deferred,
}

impl Status {
    const NAMES: [(Self, &'static str); 5] = [
        (Self::NotStarted, "notStarted"),
        (Self::InProgress, "inProgress"),
        (Self::Completed, "completed"),
        (Self::WaitingOnOthers, "waitingOnOthers"),
        (Self::Deferred, "deferred"),
    ];
}

/// How important a task is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Importance {
    /// Less than others.
    Low,
    /// Like most.
    Normal,
    /// More than others: the star of the app.
    High,
}

impl Importance {
    const NAMES: [(Self, &'static str); 3] = [(Self::Low, "low"), (Self::Normal, "normal"), (Self::High, "high")];
}

/// How a text is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyKind {
    /// HTML.
    Html,
    /// Plain text, with line ends as the vendor keeps them.
    Text,
}

impl BodyKind {
    const NAMES: [(Self, &'static str); 2] = [(Self::Html, "html"), (Self::Text, "text")];
}

fn named<T: Copy>(names: &[(T, &str)], name: &str) -> Option<T> {
    names.iter().find(|(_, known)| *known == name).map(|(value, _)| *value)
}

fn name_of<T: PartialEq>(names: &[(T, &'static str)], value: &T) -> &'static str {
    names.iter().find(|(known, _)| known == value).map_or("", |(_, name)| name)
}

/// The text of a task.
#[derive(Clone, PartialEq, Eq)]
pub struct Body {
    /// How it is written.
    pub kind: BodyKind,
    /// The text itself.
    pub content: String,
}

/// What people write is personal data.
impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Body").field("kind", &self.kind).finish_non_exhaustive()
    }
}

/// An item of another application that a task came from.
#[derive(Clone, PartialEq, Eq)]
pub struct Link {
    /// The service's own id of the link.
    pub id: String,
    /// The name of the application.
    pub application: String,
    /// What people read, may be empty.
    pub title: String,
    /// The application's id of the item, may be empty.
    pub external_id: String,
    /// Where the item is shown, if anywhere.
    pub web_url: Option<String>,
}

/// Titles and addresses are personal data.
impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Link").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Link {
    fn parse(link: &Map<String, Json>) -> Self {
        Self {
            id: text(link, "id").to_owned(),
            application: text(link, "applicationName").to_owned(),
            title: text(link, "displayName").to_owned(),
            external_id: text(link, "externalId").to_owned(),
            web_url: filled(link, "webUrl").map(str::to_owned),
        }
    }

    /// The CRM record it names, if it is a mark of ours for `org`.
    pub fn record(&self, org: &str) -> Option<CrmId> {
        if self.application == mark::APPLICATION { mark::parse(&self.external_id, org) } else { None }
    }
}

/// A provenance mark on a task, as people see it: the app shows a linked resource.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct TaskMark<'a> {
    /// What it says.
    pub mark: Mark<'a>,
    /// What people read: the record's name.
    pub title: &'a str,
    /// Where the record is shown, if anywhere.
    pub web_url: Option<&'a str>,
}

/// Titles are personal data.
impl fmt::Debug for TaskMark<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TaskMark").field("mark", &self.mark).finish_non_exhaustive()
    }
}

impl TaskMark<'_> {
    /// The body that puts it on a task.
    ///
    /// <https://learn.microsoft.com/en-us/graph/api/todotask-post-linkedresources>
    pub(crate) fn json(&self) -> Json {
        let mut link = Map::new();
        link.insert("applicationName".to_owned(), json!(mark::APPLICATION));
        link.insert("displayName".to_owned(), json!(self.title));
        link.insert("externalId".to_owned(), json!(self.mark.value()));
        if let Some(url) = self.web_url {
            link.insert("webUrl".to_owned(), json!(url));
        }
        Json::Object(link)
    }
}

/// A task as it is in To Do.
#[derive(Clone, PartialEq, Eq)]
pub struct Task {
    /// Its id, which may change when somebody moves it to another list.
    pub id: ExchangeId,
    /// Its version.
    pub version: Version,
    /// The list it was read in.
    pub list: ListId,
    /// What it is called.
    pub subject: String,
    /// Its text.
    pub body: Body,
    /// How far it is.
    pub status: Status,
    /// How important it is.
    pub importance: Importance,
    /// Its categories, by name.
    pub categories: Vec<String>,
    /// The day it is due.
    pub due: Option<ZonedTime>,
    /// The day it starts.
    pub start: Option<ZonedTime>,
    /// When the user is reminded, if [`Task::reminder_on`].
    pub reminder: Option<ZonedTime>,
    /// Whether the user is reminded.
    pub reminder_on: bool,
    /// When it was completed.
    pub completed: Option<ZonedTime>,
    /// How it repeats, as the vendor writes it.
    ///
    /// <https://learn.microsoft.com/en-us/graph/api/resources/patternedrecurrence>
    pub recurrence: Option<Json>,
    /// What it is linked to; `None` where the answer doesn't say. There is room for one.
    pub links: Option<Vec<Link>>,
}

/// What people write is personal data.
impl fmt::Debug for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut task = f.debug_struct("Task");
        task.field("id", &self.id).field("version", &self.version).field("list", &self.list);
        task.field("status", &self.status).finish_non_exhaustive()
    }
}

impl Task {
    /// Reads a task of `list`; `None` if the JSON doesn't say all of it, or has a value that nobody knows.
    pub(crate) fn parse(task: &Map<String, Json>, list_id: &ListId) -> Option<Self> {
        if !REQUIRED.iter().all(|name| task.contains_key(*name)) {
            return None;
        }
        let (id, version) = identity(task)?;
        let body = task.get("body")?.as_object()?;
        let time = |name| ZonedTime::parse(task, name).ok();
        Some(Self {
            id,
            version,
            list: list_id.clone(),
            subject: text(task, "title").to_owned(),
            body: Body {
                kind: named(&BodyKind::NAMES, text(body, "contentType"))?,
                content: text(body, "content").to_owned(),
            },
            status: named(&Status::NAMES, text(task, "status"))?,
            importance: named(&Importance::NAMES, text(task, "importance"))?,
            categories: list(task, "categories").iter().filter_map(Json::as_str).map(str::to_owned).collect(),
            due: time("dueDateTime")?,
            start: time("startDateTime")?,
            reminder: time("reminderDateTime")?,
            reminder_on: task.get("isReminderOn")?.as_bool()?,
            completed: time("completedDateTime")?,
            recurrence: task.get("recurrence").filter(|recurrence| !recurrence.is_null()).cloned(),
            links: task
                .get(LINKS)
                .and_then(Json::as_array)
                .map(|links| links.iter().filter_map(Json::as_object).map(Link::parse).collect()),
        })
    }

    /// The CRM record that the task is marked with, of `org`.
    pub fn record(&self, org: &str) -> Option<CrmId> {
        self.links.iter().flatten().find_map(|link| link.record(org))
    }
}

/// The member that holds linked resources.
pub(crate) const LINKS: &str = "linkedResources";

/// The id of the linked resource that is our mark for `org`, if one of a task's is: the outer `None` where the answer
/// doesn't say what there is.
pub(crate) fn own_link(links: &Map<String, Json>, org: &str) -> Option<Option<String>> {
    let links = links.get("value")?.as_array()?.iter().filter_map(Json::as_object).map(Link::parse);
    Some(links.filter(|link| !link.id.is_empty()).find(|link| link.record(org).is_some()).map(|link| link.id))
}

/// A task's id and version.
pub(crate) fn identity(task: &Map<String, Json>) -> Option<(ExchangeId, Version)> {
    Some((ExchangeId::new(filled(task, "id")?), Version::new(filled(task, "@odata.etag")?)))
}

/// One property of a task, as it is to be.
#[derive(Clone, PartialEq, Eq)]
pub enum TaskChange {
    /// What it is called; To Do has no task without a name.
    Subject(String),
    /// Its text.
    Body(Body),
    /// How far it is. Completing fills in when; a task that repeats may move on to its next occurrence instead.
    Status(Status),
    /// How important it is.
    Importance(Importance),
    /// Its categories, all of them.
    Categories(Vec<String>),
    /// The day it is due. What repeats loses its recurrence without one.
    Due(Option<ZonedTime>),
    /// The day it starts.
    Start(Option<ZonedTime>),
    /// When the user is reminded, if at all.
    Reminder(Option<ZonedTime>),
    /// When it was completed.
    Completed(Option<ZonedTime>),
    /// How it repeats. By report, To Do takes one with a new task only, drops its end date, and lets a change only
    /// take it away: <https://github.com/microsoftgraph/msgraph-sdk-dotnet/issues/2677>.
    Recurrence(Option<Json>),
}

/// What people write is personal data.
impl fmt::Debug for TaskChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl TaskChange {
    /// The vendor's name of the property.
    const fn name(&self) -> &'static str {
        match self {
            Self::Subject(_) => "title",
            Self::Body(_) => "body",
            Self::Status(_) => "status",
            Self::Importance(_) => "importance",
            Self::Categories(_) => "categories",
            Self::Due(_) => "dueDateTime",
            Self::Start(_) => "startDateTime",
            Self::Reminder(_) => "reminderDateTime",
            Self::Completed(_) => "completedDateTime",
            Self::Recurrence(_) => "recurrence",
        }
    }

    fn value(&self) -> Json {
        match self {
            Self::Subject(subject) => json!(subject),
            Self::Body(body) => {
                json!({ "content": body.content, "contentType": name_of(&BodyKind::NAMES, &body.kind) })
            }
            Self::Status(status) => json!(name_of(&Status::NAMES, status)),
            Self::Importance(importance) => json!(name_of(&Importance::NAMES, importance)),
            Self::Categories(categories) => json!(categories),
            Self::Due(time) | Self::Start(time) | Self::Reminder(time) | Self::Completed(time) => {
                time.as_ref().map_or(Json::Null, ZonedTime::json)
            }
            Self::Recurrence(recurrence) => recurrence.clone().unwrap_or(Json::Null),
        }
    }
}

/// The body that brings `changes` to a task; the last of several for one property counts.
///
/// <https://learn.microsoft.com/en-us/graph/api/todotask-update>
pub fn patch_body(changes: &[TaskChange]) -> Json {
    let mut body = Map::new();
    for change in changes {
        body.insert(change.name().to_owned(), change.value());
        if let TaskChange::Reminder(reminder) = change {
            body.insert("isReminderOn".to_owned(), json!(reminder.is_some()));
        }
    }
    Json::Object(body)
}

/// The body that creates a task with `changes`, and with `mark`.
///
/// <https://learn.microsoft.com/en-us/graph/api/todotasklist-post-tasks>
pub fn create_body(changes: &[TaskChange], mark: Option<TaskMark<'_>>) -> Json {
    let mut body = patch_body(changes);
    if let Some(mark) = mark {
        body[LINKS] = json!([mark.json()]);
    }
    body
}

#[cfg(test)]
mod tests {
    use super::*;
    use mxs_core::Date;
    use proptest::prelude::*;

    fn object(json: Json) -> Map<String, Json> {
        json.as_object().cloned().expect("an object")
    }

    fn time(date: &str, second: u32, zone: &str) -> ZonedTime {
        ZonedTime { date: Date::parse(date).expect("a date"), second, zone: zone.to_owned() }
    }

    fn full_json() -> Json {
        json!({
            "@odata.etag": "W/\"1\"", "id": "AA=", "title": "Call Ada", "importance": "high", "isReminderOn": true,
            "status": "waitingOnOthers", "categories": ["Sales", 5], "hasAttachments": false,
            "createdDateTime": "2020-07-22T10:39:03.7937971Z", "body": { "content": "<p>x</p>", "contentType": "html" },
            "dueDateTime": { "dateTime": "2026-11-23T23:00:00.0000000", "timeZone": "UTC" },
            "startDateTime": { "dateTime": "0001-01-01T00:00:00.0000000", "timeZone": "UTC" },
            "reminderDateTime": { "dateTime": "2026-11-24T08:30:15", "timeZone": "Eastern Standard Time" },
            "recurrence": { "pattern": { "type": "daily", "interval": 1 } },
            "linkedResources": [{ "id": "L", "applicationName": "MS Exchange Sync", "displayName": "Offer",
                "externalId": "zoho:7:42", "webUrl": "https://crm.example/42" }],
        })
    }

    fn full() -> Task {
        Task {
            id: ExchangeId::new("AA="),
            version: Version::new("W/\"1\""),
            list: ListId::new("L"),
            subject: "Call Ada".into(),
            body: Body { kind: BodyKind::Html, content: "<p>x</p>".into() },
            status: Status::WaitingOnOthers,
            importance: Importance::High,
            categories: vec!["Sales".into()],
            due: Some(time("2026-11-23", 82_800, "UTC")),
            start: None,
            reminder: Some(time("2026-11-24", 30_615, "Eastern Standard Time")),
            reminder_on: true,
            completed: None,
            recurrence: Some(json!({ "pattern": { "type": "daily", "interval": 1 } })),
            links: Some(vec![Link {
                id: "L".into(),
                application: "MS Exchange Sync".into(),
                title: "Offer".into(),
                external_id: "zoho:7:42".into(),
                web_url: Some("https://crm.example/42".into()),
            }]),
        }
    }

    fn read(json: Json) -> Option<Task> {
        Task::parse(&object(json), &ListId::new("L"))
    }

    #[test]
    fn a_task_is_read() {
        assert_eq!(read(full_json()), Some(full()));
        assert_eq!((full().record("7"), full().record("8")), (Some(CrmId::new("42")), None));
        let shown = format!("{:?} {:?}", full(), full().links);
        assert!(!shown.contains("Ada") && !shown.contains("Offer") && !shown.contains("crm.example"), "{shown}");
    }

    #[test]
    fn only_a_whole_task_is_read() {
        let changed = |name: &str, value: Option<Json>| {
            let mut task = object(full_json());
            match value {
                Some(value) => task.insert(name.to_owned(), value),
                None => task.remove(name),
            };
            read(Json::Object(task))
        };
        // What may be missing, and what it means then.
        assert_eq!(changed("dueDateTime", None).map(|task| task.due), Some(None));
        assert_eq!(changed("dueDateTime", Some(json!(null))).map(|task| task.due), Some(None));
        assert_eq!(changed("recurrence", None).map(|task| task.recurrence), Some(None));
        assert_eq!(changed("categories", None).map(|task| task.categories), Some(Vec::new()));
        assert_eq!(changed("linkedResources", None).map(|task| task.links), Some(None), "it doesn't say");
        assert_eq!(changed("linkedResources", Some(json!([]))).map(|task| task.links), Some(Some(Vec::new())));
        let stamp = |time: &str| Some(json!({ "dateTime": time }));
        assert_eq!(
            changed("dueDateTime", stamp("2026-11-23T00:00:00")).map(|task| task.due),
            Some(Some(time("2026-11-23", 0, "UTC")))
        );
        // What makes it no task that could be written back.
        let cases = [
            ("id", None),
            ("@odata.etag", Some(json!(""))),
            ("title", None),
            ("body", None),
            ("body", Some(json!({ "content": "x", "contentType": "rtf" }))),
            ("status", Some(json!("someday"))),
            ("importance", Some(json!(1))),
            ("isReminderOn", Some(json!("yes"))),
            ("dueDateTime", Some(json!("2026-11-23"))),
            ("dueDateTime", stamp("2026-11-23")),
            ("dueDateTime", stamp("2026-02-30T00:00:00")),
            ("dueDateTime", stamp("2026-11-23T24:00:00")),
            ("dueDateTime", stamp("2026-11-23T00:60:00")),
            ("dueDateTime", stamp("2026-11-23T00:00")),
            ("dueDateTime", stamp("2026-11-23T00:00:00:00")),
            ("dueDateTime", stamp("2026-11-23T+1:00:00")),
            ("dueDateTime", stamp("2026-11-23T00:00:00Z")),
        ];
        for (name, value) in cases {
            assert_eq!(changed(name, value.clone()), None, "{name} {value:?}");
        }
    }

    #[test]
    fn a_mark_is_known_by_its_application_and_its_value() {
        let link = |application: &str, external_id: &str| Link {
            id: String::new(),
            application: application.into(),
            title: String::new(),
            external_id: external_id.into(),
            web_url: None,
        };
        let cases = [
            ("MS Exchange Sync", "zoho:7:42", Some("42")),
            ("MS Exchange Sync", "zoho:8:42", None),
            ("MS Exchange Sync", "", None),
            ("Another", "zoho:7:42", None),
        ];
        for (application, external_id, wanted) in cases {
            assert_eq!(
                link(application, external_id).record("7"),
                wanted.map(CrmId::new),
                "{application} {external_id}"
            );
        }
    }

    #[test]
    fn bodies_name_what_changes() {
        let crm = CrmId::new("42");
        let mark = TaskMark { mark: Mark { org: "7", crm: &crm }, title: "Offer", web_url: None };
        let link =
            json!([{ "applicationName": "MS Exchange Sync", "displayName": "Offer", "externalId": "zoho:7:42" }]);
        assert_eq!(
            create_body(&[TaskChange::Subject("T".into())], Some(mark)),
            json!({ "title": "T", "linkedResources": link })
        );
        let due = time("2026-11-24", 0, "Europe/Berlin");
        let cases = [
            (vec![], json!({})),
            (vec![TaskChange::Due(None)], json!({ "dueDateTime": null })),
            (
                vec![TaskChange::Due(Some(due)), TaskChange::Status(Status::Completed)],
                json!({ "dueDateTime": { "dateTime": "2026-11-24T00:00:00", "timeZone": "Europe/Berlin" }, "status": "completed" }),
            ),
            (
                vec![TaskChange::Reminder(Some(time("2026-11-24", 30_615, "UTC")))],
                json!({ "reminderDateTime": { "dateTime": "2026-11-24T08:30:15", "timeZone": "UTC" }, "isReminderOn": true }),
            ),
            (vec![TaskChange::Reminder(None)], json!({ "reminderDateTime": null, "isReminderOn": false })),
            (
                vec![
                    TaskChange::Body(Body { kind: BodyKind::Text, content: "a\r\nb".into() }),
                    TaskChange::Importance(Importance::Low),
                    TaskChange::Categories(vec!["c".into()]),
                    TaskChange::Start(None),
                    TaskChange::Completed(None),
                    TaskChange::Recurrence(None),
                ],
                json!({ "body": { "content": "a\r\nb", "contentType": "text" }, "importance": "low", "categories": ["c"],
                    "startDateTime": null, "completedDateTime": null, "recurrence": null }),
            ),
            (vec![TaskChange::Subject("a".into()), TaskChange::Subject("b".into())], json!({ "title": "b" })),
        ];
        for (changes, wanted) in cases {
            assert_eq!(patch_body(&changes), wanted, "{changes:?}");
        }
        assert_eq!(format!("{:?}", TaskChange::Subject("Call Ada".into())), "title", "no content in a log");
    }

    proptest! {
        #[test]
        fn a_time_reads_back(
            (year, month, day) in (1_u16..=9999, 1_u8..=12, 1_u8..=28),
            second in 0_u32..86_400,
            zone in "[A-Za-z/]{1,20}",
        ) {
            let time = ZonedTime { date: Date::new(year, month, day).expect("a date"), second, zone };
            let task = object(json!({ "dueDateTime": time.json() }));
            let wanted = if (year, month, day) == (1, 1, 1) { None } else { Some(time) };
            prop_assert_eq!(ZonedTime::parse(&task, "dueDateTime"), Ok(wanted));
        }

        #[test]
        fn no_value_makes_the_reader_fail(time in ".{0,40}", name in "[a-z]{0,12}", number in any::<i64>()) {
            for value in [json!(time), json!({ "dateTime": time, "timeZone": name }), json!(number), json!([time])] {
                let mut task = object(full_json());
                for member in ["dueDateTime", "status", "body", "linkedResources", "categories", "isReminderOn"] {
                    task.insert(member.to_owned(), value.clone());
                    let _ = Task::parse(&task, &ListId::new("L"));
                }
            }
        }
    }
}
