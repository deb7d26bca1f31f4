//! The client of To Do against the stand-in, under every rule that a tester may choose.

use jiff::Timestamp;
use mxs_core::{CrmId, Date, ExchangeId, Field, Fields, Instant, Kind, Patch, Seen, Value, Version};
use mxs_graph::batch::{self, Part, PartOutcome};
use mxs_graph::delta::{self, DeltaItem, Next};
use mxs_graph::task_lists::{self, ListId, ListItem, Role, TaskList};
use mxs_graph::tasks::{TimeZone, is_elsewhere};
use mxs_graph::{ErrorKind, GraphError, Place, Wanted};
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

    fn wanted<'a>(zone: Option<&'a TimeZone>) -> Wanted<'a> {
        Wanted { org: ORG, zone, record_url: Some("https://crm.example/") }
    }

    fn run(&mut self, parts: &[Part<'_>]) -> Vec<Result<PartOutcome, GraphError>> {
        let zone = self.zone.clone();
        let wanted = Self::wanted(zone.as_ref());
        let response = self.send(batch::request(Kind::Task, parts, &wanted));
        batch::parse(Kind::Task, &response, parts, &wanted).expect("an answer")
    }

    fn one(&mut self, part: Part<'_>) -> Result<PartOutcome, GraphError> {
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

    /// Reads every page; the changes and the link for the next time.
    fn delta(&mut self, place: &Place, link: Option<&str>) -> (BTreeMap<ExchangeId, DeltaItem>, String) {
        let zone = self.zone.clone();
        let wanted = Self::wanted(zone.as_ref());
        let first = link.map_or_else(|| delta::start(place, &wanted), |link| delta::next(place, link, &wanted));
        let (mut request, mut items) = (first, BTreeMap::new());
        loop {
            let response = self.send(request);
            let page = delta::parse(place, &response, &wanted).unwrap_or_else(|error| panic!("{error}"));
            items.extend(page.items);
            match page.next {
                Next::Page(link) => request = delta::next(place, &link, &wanted),
                Next::Done(link) => return (items, link),
            }
        }
    }

    fn refusal(&mut self, place: &Place, link: Option<&str>) -> GraphError {
        let wanted = Self::wanted(None);
        let request = link.map_or_else(|| delta::start(place, &wanted), |link| delta::next(place, link, &wanted));
        let response = self.send(request);
        delta::parse(place, &response, &wanted).expect_err("a refusal")
    }

    /// Every task of a list, each of them whole.
    fn all(&mut self, place: &Place) -> Vec<(ExchangeId, Seen)> {
        let seen = |(id, item)| match item {
            DeltaItem::Present(seen) => (id, seen),
            other => panic!("{other:?}"),
        };
        self.delta(place, None).0.into_iter().map(seen).collect()
    }

    fn default_place(&mut self) -> Place {
        Place::TaskList(self.default_list())
    }

    fn create(&mut self, place: &Place, fields: &Fields, crm: &str) -> (ExchangeId, Version) {
        let part = Part::Create { place, fields, mark: &CrmId::new(crm), transaction: "" };
        match self.one(part).expect("a task") {
            PartOutcome::Written { id, version, stored: Some(_) } => (id, version),
            other => panic!("{other:?}"),
        }
    }

    fn update(&mut self, place: &Place, item: &(ExchangeId, Version), patch: &Patch) -> Result<Fields, GraphError> {
        let (id, version) = item;
        let (folder, current) = (folder(place), &Fields::default());
        match self.one(Part::Update { id, folder, version, patch, current, mark: None, body: None })? {
            PartOutcome::Written { stored: Some(fields), .. } => Ok(fields),
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

fn folder(place: &Place) -> &str {
    place.folder().expect("a list")
}

fn date(text: &str) -> Option<Value> {
    Some(Value::Date(Date::parse(text).expect("a date")))
}

fn moment(text: &str) -> Option<Value> {
    Some(Value::Moment(Instant::parse(text).expect("a moment")))
}

fn titled(subject: &str) -> Fields {
    Fields::default().with(Field::Subject, subject)
}

/// What a new task that nobody filled in holds.
fn bare(place: &Place) -> Fields {
    titled("T").with(Field::Folder, folder(place))
}

/// Every property that may change.
fn everything(place: &Place) -> Fields {
    let mut fields = titled("Call 名前 & \"others\"")
        .with(Field::Notes, "first\nsecond")
        .with(Field::Status, "in_progress")
        .with(Field::Priority, "high")
        .with(Field::Folder, folder(place));
    fields.put(Field::Categories, Value::set(["Sales", "Urgent"]));
    fields.put(Field::Due, date("2026-11-24"));
    fields.put(Field::Start, date("2026-11-22"));
    fields.put(Field::Reminder, moment("2026-11-24T08:30:00Z"));
    fields
}

fn patch_to(fields: &Fields) -> Patch {
    fields.iter().map(|(field, value)| (field, Some(value.clone()))).collect()
}

fn kinds(outcomes: Vec<Result<PartOutcome, GraphError>>) -> Vec<Option<ErrorKind>> {
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
    assert_eq!(mailbox.refusal(&Place::TaskList(id), None).kind, ErrorKind::NotFound);
}

#[test]
fn a_task_goes_there_and_comes_back() {
    // The day is the day, whatever the zone, or where nobody said one.
    for zone in [None, Some("Europe/Berlin"), Some("America/New_York"), Some("Asia/Tokyo")] {
        let mut mailbox = Mailbox { zone: zone.and_then(TimeZone::new), ..Mailbox::new() };
        let place = mailbox.default_place();
        let (id, version) = mailbox.create(&place, &everything(&place), "42");
        let seen = Seen { fields: everything(&place), version, mark: Some(CrmId::new("42")) };
        assert_eq!(mailbox.all(&place), [(id.clone(), seen.clone())], "{zone:?}");
        let read = mailbox.one(Part::Get { id: &id, folder: folder(&place) });
        assert_eq!(read, Ok(PartOutcome::Read(seen)), "{zone:?}");
    }
    // Written in Berlin, and read by somebody who says no zone.
    let mut mailbox = Mailbox { zone: TimeZone::new("Europe/Berlin"), ..Mailbox::new() };
    let place = mailbox.default_place();
    mailbox.create(&place, &everything(&place), "42");
    mailbox.zone = None;
    assert_eq!(mailbox.all(&place)[0].1.fields, everything(&place));
}

#[test]
fn everything_can_be_changed_and_emptied() {
    let mut mailbox = Mailbox::new();
    let place = mailbox.default_place();
    let item = mailbox.create(&place, &titled("T"), "42");
    assert_eq!(mailbox.update(&place, &item, &patch_to(&everything(&place))), Ok(everything(&place)));
    let done = mailbox.update(&place, &item, &Patch::from_iter([(Field::Status, Value::text("completed"))]));
    assert_eq!(done.expect("a change").get(Field::CompletedOn), date("2026-11-21").as_ref());
    let emptied = everything(&place).iter().map(|(field, _)| (field, None)).collect::<Patch>();
    let mut emptied = emptied;
    emptied.put(Field::Subject, Value::text("T"));
    assert_eq!(mailbox.update(&place, &item, &emptied), Ok(bare(&place)));
    assert_eq!(mailbox.all(&place)[0].1.mark, Some(CrmId::new("42")), "the mark stays");
}

#[test]
fn what_people_do_is_seen() {
    for immutable_ids in [false, true] {
        let mut mailbox = Mailbox::under(TodoRules { immutable_ids, ..TodoRules::default() });
        let place = mailbox.default_place();
        let kept = mailbox.in_the_app(json!({ "title": "Kept" }));
        let deleted = mailbox.in_the_app(json!({ "title": "Deleted" }));
        let moved = mailbox.in_the_app(json!({ "title": "Moved" }));
        let (items, link) = mailbox.delta(&place, None);
        assert_eq!(items.len(), 3);
        let (items, link) = mailbox.delta(&place, Some(&link));
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
        let (items, _) = mailbox.delta(&place, Some(&link));
        assert_eq!((items.get(&deleted), items.get(&moved)), (Some(&DeltaItem::Removed), Some(&DeltaItem::Removed)));
        match items.get(&kept) {
            Some(DeltaItem::Present(seen)) => assert_eq!(seen.fields.text(Field::Subject), "Edited"),
            other => panic!("{other:?}"),
        }
        let there = Place::TaskList(ListId::new(there));
        assert_eq!(mailbox.all(&there)[0].0 == moved, immutable_ids);

        // Looked for where they were, the deleted one is gone; of the moved one it is told only under an id that
        // it still has.
        let gone = mailbox.one(Part::Get { id: &deleted, folder: folder(&place) }).expect_err("a refusal");
        assert_eq!(gone.kind, ErrorKind::NotFound);
        let left = mailbox.one(Part::Get { id: &moved, folder: folder(&place) }).expect_err("a refusal");
        assert_eq!((is_elsewhere(&left), left.kind == ErrorKind::NotFound), (immutable_ids, !immutable_ids));
    }
}

#[test]
fn a_mark_is_put_on_what_has_none() {
    let mut mailbox = Mailbox::new();
    let place = mailbox.default_place();
    let bare = mailbox.in_the_app(json!({ "title": "T" }));
    let linked = mailbox.in_the_app(json!({ "title": "M", "linkedResources": [{ "applicationName": "Outlook" }] }));
    let (_, link) = mailbox.delta(&place, None);
    let crm = CrmId::new("42");
    let mark =
        |id| Part::Mark { id, folder: folder(&place), version: None, mark: &crm, title: "Offer", instead_of: None };
    let parts = [mark(&bare), mark(&linked)];
    assert_eq!(kinds(mailbox.run(&parts)), [None, Some(ErrorKind::Refused)], "there is room for one");
    assert_eq!(kinds(mailbox.run(&parts[..1])), [Some(ErrorKind::Refused)], "also where it is our own");
    let (items, _) = mailbox.delta(&place, Some(&link));
    match items.get(&bare) {
        Some(DeltaItem::Present(seen)) => assert_eq!(seen.mark, Some(crm)),
        other => panic!("{other:?}"),
    }
    let shown = mailbox.world.microsoft.tasks(ADA);
    let shown = shown.iter().find(|task| task["title"] == "T").expect("the task");
    assert_eq!(shown["linkedResources"][0]["displayName"], "Offer");
    assert_eq!(shown["linkedResources"][0]["webUrl"], "https://crm.example/42");
}

#[test]
fn a_mark_of_ours_can_name_another_record() {
    let mut mailbox = Mailbox::new();
    let place = mailbox.default_place();
    let (marked, _) = mailbox.create(&place, &titled("T"), "42");
    let bare = mailbox.in_the_app(json!({ "title": "B" }));
    let linked = mailbox.in_the_app(json!({ "title": "M", "linkedResources": [{ "applicationName": "Outlook" }] }));
    let mut found = |id: &ExchangeId| match mailbox.one(Part::FindMark { id, folder: folder(&place) }) {
        Ok(PartOutcome::Mark(found)) => found,
        other => panic!("{other:?}"),
    };
    assert_eq!((found(&bare), found(&linked)), (None, None), "a link of somebody else's is not ours to change");
    let old = found(&marked).expect("our mark");
    let crm = CrmId::new("43");
    let (folder, instead_of) = (folder(&place), Some(old.as_str()));
    let part = Part::Mark { id: &marked, folder, version: None, mark: &crm, title: "New", instead_of };
    assert_eq!(mailbox.one(part), Ok(PartOutcome::Marked));
    match mailbox.one(Part::Get { id: &marked, folder }) {
        Ok(PartOutcome::Read(seen)) => assert_eq!(seen.mark, Some(crm)),
        other => panic!("{other:?}"),
    }
    assert_eq!(mailbox.one(Part::FindMark { id: &marked, folder }), Ok(PartOutcome::Mark(Some(old))), "it is the same");
}

#[test]
fn versions_count_by_the_services_choice() {
    for if_match in [true, false] {
        let mut mailbox = Mailbox::under(TodoRules { if_match, ..TodoRules::default() });
        let place = mailbox.default_place();
        let (id, version) = mailbox.create(&place, &titled("T"), "42");
        let patch = Patch::from_iter([(Field::Priority, Value::text("low"))]);
        let (current, folder) = (Fields::default(), folder(&place));
        let (id, version) = (&id, &version);
        let update = Part::Update { id, folder, version, patch: &patch, current: &current, mark: None, body: None };
        let delete = Part::Delete { id, folder, version, current: &Fields::default() };
        let found = [update, update, delete, delete].map(|part| mailbox.one(part).err().map(|error| error.kind));
        let stale = if_match.then_some(ErrorKind::Stale);
        let last = if if_match { stale } else { Some(ErrorKind::NotFound) };
        assert_eq!(found, [None, stale, stale, last], "{if_match}");
    }
}

#[test]
fn a_task_that_repeats_is_created_and_moves_on_or_is_followed() {
    for completed_series in [CompletedSeries::MovesOn, CompletedSeries::IsFollowed] {
        let mut mailbox = Mailbox::under(TodoRules { completed_series, ..TodoRules::default() });
        let place = mailbox.default_place();
        let mut fields = titled("T").with(Field::Recurrence, "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH");
        fields.put(Field::Due, date("2026-11-24"));
        let item = mailbox.create(&place, &fields, "42");
        assert_eq!(
            mailbox.all(&place)[0].1.fields.text(Field::Recurrence),
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH",
            "{completed_series:?}"
        );
        let done = mailbox.update(&place, &item, &Patch::from_iter([(Field::Status, Value::text("completed"))]));
        let moved_on = completed_series == CompletedSeries::MovesOn;
        let wanted = if moved_on { "" } else { "completed" };
        assert_eq!(done.expect("a change").text(Field::Status), wanted);
        let all = mailbox.all(&place);
        assert_eq!(all.len(), 2);
        assert!(all.iter().all(|(_, seen)| seen.mark == Some(CrmId::new("42"))), "the copy carries the mark too");
    }
}

#[test]
fn how_a_task_repeats_is_written_with_a_new_one_only() {
    let mut mailbox = Mailbox::under(TodoRules { recurrence: Word::Reported, ..TodoRules::default() });
    let place = mailbox.default_place();
    let item = mailbox.create(&place, &everything(&place), "42");
    let patch = Patch::from_iter([(Field::Recurrence, Value::text("FREQ=DAILY")), (Field::Due, date("2026-11-25"))]);
    let stored = mailbox.update(&place, &item, &patch).expect("a change that To Do would refuse with the rule");
    assert_eq!((stored.get(Field::Due), stored.get(Field::Recurrence)), (date("2026-11-25").as_ref(), None));
}

#[test]
fn refusals_have_their_kind() {
    let mut mailbox = Mailbox::new();
    let place = mailbox.default_place();
    let (id, _) = mailbox.create(&place, &titled("T"), "42");
    let other = mailbox
        .world
        .with_microsoft(|microsoft, context| microsoft.add_task_list(ADA, "Other", context))
        .expect("a list");
    let garbage = ExchangeId::new("no id");
    let wrong = mailbox.one(Part::Get { id: &id, folder: &other }).expect_err("a refusal");
    assert!(is_elsewhere(&wrong) && wrong.kind == ErrorKind::Refused, "{wrong:?}");
    let get = Part::Get { id: &garbage, folder: folder(&place) };
    assert_eq!(kinds(mailbox.run(&[get])), [Some(ErrorKind::Refused)]);

    mailbox.world.microsoft.throttle_next(ADA, 1, Some("2"));
    let throttled = mailbox.refusal(&place, None);
    assert_eq!((throttled.kind, throttled.retry_after_ms), (ErrorKind::Throttled, Some(2_000)));
    for death in [TokenDeath::GoneWithLocation, TokenDeath::GoneWithoutLocation, TokenDeath::BadRequest] {
        let (_, link) = mailbox.delta(&place, None);
        mailbox.world.microsoft.expire_delta_tokens(ADA, death);
        assert_eq!(mailbox.refusal(&place, Some(&link)).kind, ErrorKind::TokenDead, "{death:?}");
    }
    mailbox.world.with_microsoft(|microsoft, context| microsoft.expire_access_tokens(ADA, context));
    assert_eq!(mailbox.refusal(&place, None).kind, ErrorKind::SignInAgain);
}

#[test]
fn everyday_tasks_are_read_whole() {
    let mut mailbox = Mailbox::new();
    mailbox.world.with_microsoft(|microsoft, context| microsoft.add_everyday_tasks(ADA, context)).expect("tasks");
    let place = mailbox.default_place();
    let all = mailbox.all(&place);
    let mut subjects: Vec<&str> = all.iter().map(|(_, seen)| seen.fields.text(Field::Subject)).collect();
    subjects.sort_unstable();
    assert_eq!(subjects, ["Book the train", "Send the offer to Contoso", "Weekly report"]);
}

/// Contents as To Do can hold them, but for a subject.
fn contents() -> impl Strategy<Value = Fields> {
    let day = || {
        (2000_u16..2100, 1_u8..=12, 1_u8..=28)
            .prop_map(|(year, month, day)| Value::Date(Date::new(year, month, day).expect("a date")))
    };
    let text = "[^\\p{C}]{0,20}x".prop_map(|text| Value::text(&text).expect("a text"));
    // Not in the hour that clocks show twice: reminders are told in the user's zone, which doesn't say which of the two.
    let moment = (11_574_i64..46_296, 10_800_i64..86_400)
        .prop_map(|(day, second)| Value::Moment(Instant::from_seconds(day * 86_400 + second)));
    let word = |words: &'static [&'static str]| {
        prop::option::of(prop::sample::select(words)).prop_map(|word| word.and_then(Value::text))
    };
    let set = prop::collection::vec("[a-z]{1,8}", 1..4).prop_map(|words| Value::set(words).expect("words"));
    let statuses: &[&str] = &["in_progress", "waiting", "deferred"];
    (
        (prop::option::of(text), word(statuses), word(&["high", "low"])),
        (prop::option::of(set), prop::option::of(day()), prop::option::of(day()), prop::option::of(moment)),
    )
        .prop_map(|((notes, status, priority), (categories, due, start, reminder))| {
            let mut fields = Fields::default();
            fields.put(Field::Notes, notes);
            fields.put(Field::Status, status);
            fields.put(Field::Priority, priority);
            fields.put(Field::Categories, categories);
            fields.put(Field::Due, due);
            fields.put(Field::Start, start);
            fields.put(Field::Reminder, reminder);
            fields
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read(first in contents(), second in contents(), zone in prop::option::of("Europe/(Berlin|Paris|London)")) {
        let zone = zone.as_deref().and_then(TimeZone::new);
        let mut mailbox = Mailbox { zone, ..Mailbox::new() };
        let place = mailbox.default_place();
        let whole = |mut fields: Fields| {
            fields.put(Field::Subject, Value::text("x"));
            fields.put(Field::Folder, Value::text(folder(&place)));
            fields
        };
        let (first, second) = (whole(first), whole(second));
        let item = mailbox.create(&place, &first, "42");
        prop_assert_eq!(&mailbox.all(&place)[0].1.fields, &first);
        let patch: Patch = Field::ALL.iter().filter(|field| first.get(**field) != second.get(**field))
            .map(|field| (*field, second.get(*field).cloned())).collect();
        prop_assert_eq!(mailbox.update(&place, &item, &patch), Ok(second.clone()));
        prop_assert_eq!(&mailbox.all(&place)[0].1.fields, &second);
        prop_assert_eq!(&mailbox.all(&place)[0].1.mark, &Some(CrmId::new("42")));
    }
}
