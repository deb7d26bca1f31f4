//! The client of To Do against the stand-in, under every rule that a tester may choose.

use jiff::Timestamp;
use mxs_core::{CrmId, Date, ExchangeId, Version};
use mxs_graph::contacts::Next;
use mxs_graph::mark::Mark;
use mxs_graph::task::{Body, BodyKind, Importance, Status, Task, TaskChange, TaskMark, TaskTime};
use mxs_graph::task_batch::{self, TaskOutcome, TaskPart, is_elsewhere};
use mxs_graph::task_lists::{self, ListId, ListItem, Role, TaskList};
use mxs_graph::tasks::{self, TaskItem, TimeZone};
use mxs_graph::{ErrorKind, GraphError};
use mxs_http::{Request, Response};
use mxs_world::microsoft::{App, CompletedSeries, Tenant, TodoRules, TokenDeath, User, Word};
use mxs_world::{Service, World};
use proptest::prelude::*;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

const TENANT: &str = "11111111-0000-4000-8000-000000000001";
const CLIENT: &str = "22222222-0000-4000-8000-000000000001";
const ADA: &str = "ada@corp.example";
const ORG: &str = "700123";

/// Ada's To Do, and her token.
struct Mailbox {
    world: World,
    token: String,
    zone: Option<TimeZone>,
}

impl Mailbox {
    fn new() -> Self {
        Self::under(TodoRules::default())
    }

    fn under(rules: TodoRules) -> Self {
        let mut world = World::new("2026-11-21T10:00:00Z".parse::<Timestamp>().expect("a moment"), 1);
        world.microsoft.rules.todo = rules;
        let token = world.with_microsoft(|microsoft, context| {
            microsoft.add_tenant(Tenant::new(TENANT, "Corp", "corp.example"));
            let id = "33333333-0000-4000-8000-000000000001";
            microsoft.add_user(User::new(id, TENANT, "Ada Lovelace", ADA, "correct horse"), context);
            microsoft.add_app(App::new(CLIENT, TENANT, "The Tab").delegated(&["Tasks.ReadWrite"]));
            microsoft.issue_access_token(ADA, CLIENT, &["Tasks.ReadWrite"], context)
        });
        Self { world, token: token.expect("a user"), zone: None }
    }

    fn send(&mut self, request: Request) -> Response {
        let request = request.header("Authorization", format!("Bearer {}", self.token));
        self.world.handle(Service::Microsoft, &request, 1).response.expect("an answer")
    }

    fn run(&mut self, parts: &[TaskPart<'_>]) -> Vec<Result<TaskOutcome, GraphError>> {
        let response = self.send(task_batch::request(parts, self.zone.as_ref()));
        task_batch::parse(&response, parts).expect("an answer")
    }

    fn one(&mut self, part: TaskPart<'_>) -> Result<TaskOutcome, GraphError> {
        self.run(&[part]).remove(0)
    }

    /// Every list, and the link for the next time.
    fn lists(&mut self, first: Request) -> (BTreeMap<ListId, ListItem>, String) {
        let (mut request, mut items) = (first, BTreeMap::new());
        loop {
            let response = self.send(request);
            let page = task_lists::parse_delta(&response).expect("a page");
            items.extend(page.items);
            match page.next {
                Next::Page(link) => request = task_lists::delta_next(&link),
                Next::Done(link) => return (items, link),
            }
        }
    }

    fn default_list(&mut self) -> ListId {
        let (lists, _) = self.lists(task_lists::delta_start());
        let default = |item: &ListItem| matches!(item, ListItem::Present(TaskList { role: Role::Default, .. }));
        lists.into_iter().find(|(_, item)| default(item)).expect("a default list").0
    }

    /// Reads every page from `first` on; the changes and the link for the next time.
    fn delta(&mut self, list: &ListId, first: Request) -> (BTreeMap<ExchangeId, TaskItem>, String) {
        let (mut request, mut items) = (first, BTreeMap::new());
        loop {
            let response = self.send(request);
            let page = tasks::parse_delta(&response, list).unwrap_or_else(|error| panic!("{error}"));
            items.extend(page.items);
            match page.next {
                Next::Page(link) => request = tasks::delta_next(&link, self.zone.as_ref()),
                Next::Done(link) => return (items, link),
            }
        }
    }

    /// Every task of a list, each of them whole.
    fn all(&mut self, list: &ListId) -> Vec<Task> {
        let first = tasks::delta_start(list, self.zone.as_ref());
        let (items, _) = self.delta(list, first);
        let task = |item| match item {
            TaskItem::Present(task) => *task,
            other => panic!("{other:?}"),
        };
        items.into_values().map(task).collect()
    }

    fn create(&mut self, list: &ListId, changes: &[TaskChange], crm: &str) -> (ExchangeId, Version) {
        let crm = CrmId::new(crm);
        match self.one(TaskPart::Create { list, changes, mark: mark(&crm) }).expect("a task") {
            TaskOutcome::Written { id, version, stored: Some(_) } => (id, version),
            other => panic!("{other:?}"),
        }
    }

    fn in_the_app(&mut self, task: Json) -> ExchangeId {
        let added = self.world.with_microsoft(|microsoft, context| microsoft.add_task(ADA, "tasks", &task, context));
        let immutable = added.expect("a task");
        let tasks = self.world.microsoft.tasks(ADA);
        let task = tasks.iter().find(|task| task["id"] == immutable.as_str()).expect("the task");
        let form = if self.world.microsoft.rules.todo.immutable_ids { "id" } else { "defaultId" };
        ExchangeId::new(task[form].as_str().expect("an id"))
    }
}

fn mark(crm: &CrmId) -> TaskMark<'_> {
    TaskMark { mark: Mark { org: ORG, crm }, title: "Offer", web_url: Some("https://crm.example/42") }
}

fn time(date: &str, second: u32, zone: &str) -> TaskTime {
    TaskTime { date: Date::parse(date).expect("a date"), second, zone: zone.to_owned() }
}

/// Every property that a new task may have, but how it repeats.
fn everything() -> Vec<TaskChange> {
    vec![
        TaskChange::Subject("Call 名前 & \"others\"".into()),
        TaskChange::Body(Body { kind: BodyKind::Text, content: "first\r\nsecond".into() }),
        TaskChange::Status(Status::InProgress),
        TaskChange::Importance(Importance::High),
        TaskChange::Categories(vec!["Sales".into(), "Urgent".into()]),
        TaskChange::Due(Some(time("2026-11-24", 0, "Europe/Berlin"))),
        TaskChange::Start(Some(TaskTime::day(Date::parse("2026-11-22").expect("a date")))),
        TaskChange::Reminder(Some(time("2026-11-24", 30_600, "UTC"))),
    ]
}

fn kinds(outcomes: Vec<Result<TaskOutcome, GraphError>>) -> Vec<Option<ErrorKind>> {
    outcomes.into_iter().map(|outcome| outcome.err().map(|error| error.kind)).collect()
}

#[test]
fn lists_are_found_and_followed() {
    let mut mailbox = Mailbox::new();
    let (lists, link) = mailbox.lists(task_lists::delta_start());
    let mut roles: Vec<Role> = lists
        .values()
        .map(|item| match item {
            ListItem::Present(list) => list.role,
            other => panic!("{other:?}"),
        })
        .collect();
    roles.sort_by_key(|role| *role != Role::Default);
    assert_eq!(roles, [Role::Default, Role::FlaggedEmails]);

    let own = mailbox
        .world
        .with_microsoft(|microsoft, context| microsoft.add_task_list(ADA, "Errands", context))
        .expect("a list");
    let (came, link) = mailbox.lists(task_lists::delta_next(&link));
    let id = ListId::new(own.clone());
    let list = TaskList { id: id.clone(), name: "Errands".into(), role: Role::Own, is_owner: true };
    assert_eq!(came, BTreeMap::from([(id.clone(), ListItem::Present(list))]));
    mailbox.world.with_microsoft(|microsoft, context| microsoft.delete_task_list(ADA, &own, context)).expect("gone");
    assert_eq!(mailbox.lists(task_lists::delta_next(&link)).0, BTreeMap::from([(id.clone(), ListItem::Removed)]));
    let gone = mailbox.send(tasks::delta_start(&id, None));
    assert_eq!(tasks::parse_delta(&gone, &id).map_err(|error| error.kind), Err(ErrorKind::NotFound));
}

#[test]
fn a_task_goes_there_and_comes_back() {
    let mut mailbox = Mailbox::new();
    let list = mailbox.default_list();
    let (id, version) = mailbox.create(&list, &everything(), "42");
    let found = mailbox.all(&list);
    let task = &found[0];
    assert_eq!((found.len(), &task.id, &task.version, &task.list), (1, &id, &version, &list));
    assert_eq!(task.record(ORG), Some(CrmId::new("42")));
    assert_eq!((task.subject.as_str(), task.body.content.as_str()), ("Call 名前 & \"others\"", "first\r\nsecond"));
    assert_eq!((task.status, task.importance, task.reminder_on), (Status::InProgress, Importance::High, true));
    assert_eq!(task.categories, ["Sales", "Urgent"]);
    assert_eq!(task.due, Some(time("2026-11-23", 82_800, "UTC")), "the day in Berlin, told in UTC");
    assert_eq!(task.reminder, Some(time("2026-11-24", 30_600, "UTC")));
    assert_eq!((&task.completed, &task.recurrence), (&None, &None));
    match mailbox.one(TaskPart::Get { list: &list, id: &id }) {
        Ok(TaskOutcome::Read(read)) => assert_eq!(&*read, task),
        other => panic!("{other:?}"),
    }

    // Asked for in the user's own zone, the day is the day.
    mailbox.zone = TimeZone::new("Europe/Berlin");
    let due = mailbox.all(&list)[0].due.clone();
    assert_eq!(due, Some(time("2026-11-24", 0, "W. Europe Standard Time")));
    match mailbox.one(TaskPart::Get { list: &list, id: &id }) {
        Ok(TaskOutcome::Read(read)) => assert_eq!(read.due, due),
        other => panic!("{other:?}"),
    }
}

#[test]
fn everything_can_be_changed_and_emptied() {
    let mut mailbox = Mailbox::new();
    let list = mailbox.default_list();
    let (id, version) = mailbox.create(&list, &[TaskChange::Subject("T".into())], "42");
    let update = |changes: &[TaskChange], mailbox: &mut Mailbox| {
        let part = TaskPart::Update { list: &list, id: &id, version: &version, changes };
        match mailbox.one(part).expect("a change") {
            TaskOutcome::Written { stored: Some(task), .. } => *task,
            other => panic!("{other:?}"),
        }
    };
    let full = update(&everything(), &mut mailbox);
    assert!(full.due.is_some() && full.start.is_some() && full.reminder_on && full.categories.len() == 2);
    let done = update(&[TaskChange::Status(Status::Completed)], &mut mailbox);
    assert_eq!(done.completed, Some(time("2026-11-21", 0, "UTC")));
    let emptied = [
        TaskChange::Body(Body { kind: BodyKind::Text, content: String::new() }),
        TaskChange::Status(Status::NotStarted),
        TaskChange::Importance(Importance::Normal),
        TaskChange::Categories(Vec::new()),
        TaskChange::Due(None),
        TaskChange::Start(None),
        TaskChange::Reminder(None),
        TaskChange::Recurrence(None),
    ];
    let empty = update(&emptied, &mut mailbox);
    assert_eq!((empty.due, empty.start, empty.reminder, empty.completed), (None, None, None, None));
    assert!(!empty.reminder_on && empty.categories.is_empty() && empty.body.content.is_empty());
    assert_eq!(mailbox.all(&list)[0].record(ORG), Some(CrmId::new("42")), "the mark stays");
}

#[test]
fn what_people_do_is_seen() {
    for immutable_ids in [false, true] {
        let mut mailbox = Mailbox::under(TodoRules { immutable_ids, ..TodoRules::default() });
        let list = mailbox.default_list();
        let kept = mailbox.in_the_app(json!({ "title": "Kept" }));
        let deleted = mailbox.in_the_app(json!({ "title": "Deleted" }));
        let moved = mailbox.in_the_app(json!({ "title": "Moved" }));
        let (items, link) = mailbox.delta(&list, tasks::delta_start(&list, None));
        assert_eq!(items.len(), 3);
        let (items, link) = mailbox.delta(&list, tasks::delta_next(&link, None));
        assert_eq!(items, BTreeMap::new());

        let there = mailbox
            .world
            .with_microsoft(|microsoft, context| {
                microsoft.edit_task(ADA, kept.as_str(), &json!({ "title": "Edited" }), context)?;
                microsoft.delete_task(ADA, deleted.as_str(), context)?;
                let other = microsoft.add_task_list(ADA, "Other", context)?;
                microsoft.move_task(ADA, moved.as_str(), &other, context).map(|_| other)
            })
            .expect("changes");
        let (items, _) = mailbox.delta(&list, tasks::delta_next(&link, None));
        assert_eq!((items.get(&deleted), items.get(&moved)), (Some(&TaskItem::Removed), Some(&TaskItem::Removed)));
        match items.get(&kept) {
            Some(TaskItem::Present(task)) => assert_eq!(task.subject, "Edited"),
            other => panic!("{other:?}"),
        }
        let there = ListId::new(there);
        assert_eq!(mailbox.all(&there)[0].id == moved, immutable_ids);

        // Looked for where they were, the deleted one is gone; of the moved one it is told only under an id that
        // it still has.
        let gone = mailbox.one(TaskPart::Get { list: &list, id: &deleted }).expect_err("a refusal");
        assert_eq!(gone.kind, ErrorKind::NotFound);
        let left = mailbox.one(TaskPart::Get { list: &list, id: &moved }).expect_err("a refusal");
        assert_eq!((is_elsewhere(&left), left.kind == ErrorKind::NotFound), (immutable_ids, !immutable_ids));
    }
}

#[test]
fn a_mark_is_put_on_what_has_none() {
    let mut mailbox = Mailbox::new();
    let list = mailbox.default_list();
    let bare = mailbox.in_the_app(json!({ "title": "T" }));
    let linked = mailbox.in_the_app(json!({ "title": "M", "linkedResources": [{ "applicationName": "Outlook" }] }));
    let (_, link) = mailbox.delta(&list, tasks::delta_start(&list, None));
    let crm = CrmId::new("42");
    let parts = [
        TaskPart::Mark { list: &list, id: &bare, mark: mark(&crm) },
        TaskPart::Mark { list: &list, id: &linked, mark: mark(&crm) },
    ];
    assert_eq!(kinds(mailbox.run(&parts)), [None, Some(ErrorKind::Refused)], "there is room for one");
    assert_eq!(kinds(mailbox.run(&parts[..1])), [Some(ErrorKind::Refused)], "also where it is our own");
    let (items, _) = mailbox.delta(&list, tasks::delta_next(&link, None));
    match items.get(&bare) {
        Some(TaskItem::Present(task)) => assert_eq!(task.record(ORG), Some(crm)),
        other => panic!("{other:?}"),
    }
}

#[test]
fn versions_count_by_the_services_choice() {
    for if_match in [true, false] {
        let mut mailbox = Mailbox::under(TodoRules { if_match, ..TodoRules::default() });
        let list = mailbox.default_list();
        let (id, version) = mailbox.create(&list, &[TaskChange::Subject("T".into())], "42");
        let changes = [TaskChange::Importance(Importance::Low)];
        let update = TaskPart::Update { list: &list, id: &id, version: &version, changes: &changes };
        let delete = TaskPart::Delete { list: &list, id: &id, version: &version };
        let found = [update, update, delete, delete].map(|part| mailbox.one(part).err().map(|error| error.kind));
        let stale = if_match.then_some(ErrorKind::Stale);
        let last = if if_match { stale } else { Some(ErrorKind::NotFound) };
        assert_eq!(found, [None, stale, stale, last], "{if_match}");
    }
}

#[test]
fn a_task_that_repeats_moves_on_or_is_followed() {
    for completed_series in [CompletedSeries::MovesOn, CompletedSeries::IsFollowed] {
        let mut mailbox = Mailbox::under(TodoRules { completed_series, ..TodoRules::default() });
        let list = mailbox.default_list();
        let rule = json!({ "pattern": { "type": "daily", "interval": 1 }, "range": { "type": "noEnd", "startDate": "2026-11-24" } });
        let day = TaskTime::day(Date::parse("2026-11-24").expect("a date"));
        let changes = [TaskChange::Subject("T".into()), TaskChange::Due(Some(day)), TaskChange::Recurrence(Some(rule))];
        let (id, version) = mailbox.create(&list, &changes, "42");
        let done = [TaskChange::Status(Status::Completed)];
        let outcome = mailbox.one(TaskPart::Update { list: &list, id: &id, version: &version, changes: &done });
        let stored = match outcome.expect("a change") {
            TaskOutcome::Written { id: same, stored: Some(task), .. } if same == id => task,
            other => panic!("{other:?}"),
        };
        let moved_on = completed_series == CompletedSeries::MovesOn;
        assert_eq!(stored.status, if moved_on { Status::NotStarted } else { Status::Completed });
        let all = mailbox.all(&list);
        assert_eq!(all.len(), 2);
        assert!(all.iter().all(|task| task.record(ORG) == Some(CrmId::new("42"))), "the copy carries the mark too");
    }
}

#[test]
fn a_change_of_a_recurrence_is_refused_by_report() {
    for (recurrence, wanted) in [(Word::Reported, Some(ErrorKind::Refused)), (Word::Documented, None)] {
        let mut mailbox = Mailbox::under(TodoRules { recurrence, ..TodoRules::default() });
        let list = mailbox.default_list();
        let (id, version) = mailbox.create(&list, &everything(), "42");
        let rule = json!({ "pattern": { "type": "daily", "interval": 1 }, "range": { "type": "noEnd", "startDate": "2026-11-24" } });
        let changes = [TaskChange::Recurrence(Some(rule))];
        let part = TaskPart::Update { list: &list, id: &id, version: &version, changes: &changes };
        assert_eq!(mailbox.one(part).err().map(|error| error.kind), wanted, "{recurrence:?}");
    }
}

#[test]
fn refusals_have_their_kind() {
    let mut mailbox = Mailbox::new();
    let list = mailbox.default_list();
    let (id, _) = mailbox.create(&list, &[TaskChange::Subject("T".into())], "42");
    let other = mailbox
        .world
        .with_microsoft(|microsoft, context| microsoft.add_task_list(ADA, "Other", context))
        .expect("a list");
    let (other, garbage) = (ListId::new(other), ExchangeId::new("no id"));
    let wrong = mailbox.one(TaskPart::Get { list: &other, id: &id }).expect_err("a refusal");
    assert!(is_elsewhere(&wrong) && wrong.kind == ErrorKind::Refused, "{wrong:?}");
    assert_eq!(kinds(mailbox.run(&[TaskPart::Get { list: &list, id: &garbage }])), [Some(ErrorKind::Refused)]);

    let first = || tasks::delta_start(&list, None);
    mailbox.world.microsoft.throttle_next(ADA, 1, Some("2"));
    let throttled = tasks::parse_delta(&mailbox.send(first()), &list).expect_err("a refusal");
    assert_eq!((throttled.kind, throttled.retry_after_ms), (ErrorKind::Throttled, Some(2_000)));
    for death in [TokenDeath::GoneWithLocation, TokenDeath::GoneWithoutLocation, TokenDeath::BadRequest] {
        let (_, link) = mailbox.delta(&list, first());
        mailbox.world.microsoft.expire_delta_tokens(ADA, death);
        let dead = tasks::parse_delta(&mailbox.send(tasks::delta_next(&link, None)), &list);
        assert_eq!(dead.map_err(|error| error.kind), Err(ErrorKind::TokenDead), "{death:?}");
    }
    mailbox.world.with_microsoft(|microsoft, context| microsoft.expire_access_tokens(ADA, context));
    let expired = tasks::parse_delta(&mailbox.send(first()), &list);
    assert_eq!(expired.map_err(|error| error.kind), Err(ErrorKind::SignInAgain));
}

#[test]
fn everyday_tasks_are_read_whole() {
    let mut mailbox = Mailbox::new();
    mailbox.world.with_microsoft(|microsoft, context| microsoft.add_everyday_tasks(ADA, context)).expect("tasks");
    let list = mailbox.default_list();
    let mut subjects: Vec<String> = mailbox.all(&list).into_iter().map(|task| task.subject).collect();
    subjects.sort();
    assert_eq!(subjects, ["Book the train", "Send the offer to Contoso", "Weekly report"]);
}

fn change() -> impl Strategy<Value = TaskChange> {
    let day = || {
        (2000_u16..2100, 1_u8..=12, 1_u8..=28)
            .prop_map(|(year, month, day)| Date::new(year, month, day).expect("a date"))
    };
    let some_day = move || prop::option::of(day().prop_map(TaskTime::day));
    let reminder = (day(), 0_u32..86_400).prop_map(|(date, second)| TaskTime { date, second, zone: "UTC".into() });
    prop_oneof![
        "[^\\p{C}]{0,20}x".prop_map(TaskChange::Subject),
        (any::<bool>(), any::<String>()).prop_map(|(html, content)| {
            TaskChange::Body(Body { kind: if html { BodyKind::Html } else { BodyKind::Text }, content })
        }),
        prop_oneof![
            Just(Status::NotStarted),
            Just(Status::InProgress),
            Just(Status::Completed),
            Just(Status::WaitingOnOthers),
            Just(Status::Deferred)
        ]
        .prop_map(TaskChange::Status),
        prop_oneof![Just(Importance::Low), Just(Importance::Normal), Just(Importance::High)]
            .prop_map(TaskChange::Importance),
        prop::collection::vec("[a-z]{1,8}", 0..4).prop_map(TaskChange::Categories),
        some_day().prop_map(TaskChange::Due),
        some_day().prop_map(TaskChange::Start),
        prop::option::of(reminder).prop_map(TaskChange::Reminder),
    ]
}

/// Whether a task holds what a change wrote.
fn holds(task: &Task, change: &TaskChange) -> bool {
    match change {
        TaskChange::Subject(subject) => task.subject == *subject,
        TaskChange::Body(body) => task.body == *body,
        TaskChange::Status(status) => {
            task.status == *status && task.completed.is_some() == (*status == Status::Completed)
        }
        TaskChange::Importance(importance) => task.importance == *importance,
        TaskChange::Categories(categories) => task.categories == *categories,
        TaskChange::Due(due) => task.due == *due,
        TaskChange::Start(start) => task.start == *start,
        TaskChange::Reminder(reminder) => task.reminder == *reminder && task.reminder_on == reminder.is_some(),
        TaskChange::Completed(_) | TaskChange::Recurrence(_) => true,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read(
        first in prop::collection::vec(change(), 0..6),
        second in prop::collection::vec(change(), 0..6),
    ) {
        let mut mailbox = Mailbox::new();
        let list = mailbox.default_list();
        let new: Vec<TaskChange> = [TaskChange::Subject("x".into())].into_iter().chain(first).collect();
        let (id, version) = mailbox.create(&list, &new, "42");
        mailbox.one(TaskPart::Update { list: &list, id: &id, version: &version, changes: &second }).expect("a change");
        let task = mailbox.all(&list).remove(0);
        let kind = |change: &TaskChange| std::mem::discriminant(change);
        let written: Vec<&TaskChange> = new.iter().chain(&second).collect();
        for (index, change) in written.iter().enumerate() {
            let superseded = written[index + 1..].iter().any(|later| kind(later) == kind(change));
            prop_assert!(superseded || holds(&task, change), "{change:?} {task:?}");
        }
        prop_assert_eq!(task.record(ORG), Some(CrmId::new("42")));
    }
}
