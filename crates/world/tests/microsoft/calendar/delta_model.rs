//! Whatever people do while a client pages: a replica that follows the links ends up as the view.

use super::*;
use mxs_world::microsoft::{ExceptionsLost, MovesTold, Word};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// What happens next; numbers pick an event or an occurrence.
#[derive(Clone, Debug)]
enum Step {
    Add { day: i8 },
    AddSeries { days: i32, start: i8 },
    Cancel(usize),
    Change(usize, u8),
    ChangeOccurrence(usize, u8),
    Delete(usize),
    Invite(usize),
    MoveAway(usize),
    MoveBack(usize),
    Page(usize),
    Postpone(usize, i64),
    PostponeOccurrence(usize, i64),
    Restore(usize),
    Rewrite(usize, i32),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let pick = || 0..20_usize;
    let days = || prop_oneof![-40..40_i64, Just(1), Just(-1)];
    let step = prop_oneof![
        3 => (1..=28_i8).prop_map(|day| Step::Add { day }),
        3 => (1..9_i32, 1..=28_i8).prop_map(|(days, start)| Step::AddSeries { days, start }),
        2 => pick().prop_map(Step::Cancel),
        2 => (pick(), any::<u8>()).prop_map(|(event, value)| Step::Change(event, value)),
        2 => (pick(), any::<u8>()).prop_map(|(event, value)| Step::ChangeOccurrence(event, value)),
        1 => pick().prop_map(Step::Delete),
        1 => pick().prop_map(Step::Invite),
        1 => pick().prop_map(Step::MoveAway),
        1 => pick().prop_map(Step::MoveBack),
        4 => (1..5_usize).prop_map(Step::Page),
        2 => (pick(), days()).prop_map(|(event, days)| Step::Postpone(event, days)),
        2 => (pick(), days()).prop_map(|(event, days)| Step::PostponeOccurrence(event, days)),
        1 => pick().prop_map(Step::Restore),
        1 => (pick(), 1..9_i32).prop_map(|(event, days)| Step::Rewrite(event, days)),
    ];
    prop::collection::vec(step, 0..50)
}

const FROM: &str = "2026-11-01T00:00:00Z";
const TO: &str = "2026-12-01T00:00:00Z";
const MINUTES_A_DAY: i64 = 24 * 60;

/// A client's copy of the view.
struct Replica {
    graph: Graph,
    url: String,
    items: BTreeMap<String, Known>,
    /// What each series is called; occurrences that are told sparsely are called so too.
    series: BTreeMap<String, Value>,
}

/// What is known of an instance.
#[derive(Clone, Debug)]
struct Known {
    start: Value,
    subject: Value,
    /// The id of its series.
    series: Option<String>,
}

impl Replica {
    /// When each instance starts and what it is called.
    fn shown(&self) -> BTreeMap<String, (Value, Value)> {
        let shown = |known: &Known| (known.start.clone(), known.subject.clone());
        self.items.iter().map(|(id, known)| (id.clone(), shown(known))).collect()
    }

    /// Reads one page; says whether the round is over.
    ///
    /// Who meets a series forgets what was known of it: it is told as a whole. Who hears that a series is gone,
    /// knows that its occurrences are.
    fn page(&mut self, world: &mut World, size: usize) -> bool {
        let graph = Graph { token: self.graph.token.clone(), headers: self.graph.headers.clone() };
        let page = graph.with("Prefer", &format!("odata.maxpagesize={size}")).get(world, &self.url);
        for item in items(&page) {
            let own = id(&item).to_owned();
            // What was a series may be a single event now, and the other way round.
            self.items.retain(|id, known| *id != own && known.series.as_ref() != Some(&own));
            if !item["@removed"].is_null() {
                continue;
            }
            if item["type"] == "seriesMaster" {
                self.series.insert(own, item["subject"].clone());
                continue;
            }
            let series = item["seriesMasterId"].as_str().map(str::to_owned);
            let inherited = series.as_ref().and_then(|series| self.series.get(series));
            let subject = item.get("subject").or(inherited).expect("a subject").clone();
            self.items.insert(own, Known { start: item["start"].clone(), subject, series });
        }
        let link = page["@odata.nextLink"].as_str().or(page["@odata.deltaLink"].as_str());
        self.url = link.expect("a link").to_owned();
        page["@odata.deltaLink"].is_string()
    }
}

fn act(world: &mut World, step: &Step, ids: &mut Vec<String>, away: &str) {
    let bounds = (FROM.parse().expect("a moment"), TO.parse().expect("a moment"));
    let instances: Vec<String> =
        world.microsoft.instances(ADA, bounds.0, bounds.1).iter().map(|item| id(item).to_owned()).collect();
    world.with_microsoft(|microsoft, context| {
        let one = |number: &usize| ids.get(number % ids.len().max(1)).cloned().unwrap_or_default();
        let instance = |number: &usize| instances.get(number % instances.len().max(1)).cloned().unwrap_or_default();
        let subject = |value: &u8| json!({ "subject": value.to_string() });
        let daily = |days: &i32, start: &str| {
            json!({ "pattern": { "type": "daily", "interval": days }, "range": { "type": "noEnd", "startDate": start } })
        };
        // A step that finds nothing to act on, or what may not be done, does nothing.
        let done = match step {
            Step::Add { day } => {
                let event = hour("E", &format!("2026-11-{day:02}T09:00:00"), &format!("2026-11-{day:02}T10:00:00"));
                microsoft.add_event(ADA, None, &event, context)
            }
            Step::AddSeries { days, start } => {
                let start = format!("2026-10-{start:02}");
                let mut event = hour("S", &format!("{start}T09:00:00"), &format!("{start}T10:00:00"));
                event["recurrence"] = daily(days, &start);
                microsoft.add_event(ADA, None, &event, context)
            }
            Step::Cancel(number) => microsoft.delete_event(ADA, &instance(number), context).map(|()| String::new()),
            Step::Change(number, value) => microsoft.edit_event(ADA, &one(number), &subject(value), context),
            Step::ChangeOccurrence(number, value) => {
                microsoft.edit_event(ADA, &instance(number), &subject(value), context)
            }
            Step::Delete(number) => microsoft.delete_event(ADA, &one(number), context).map(|()| String::new()),
            Step::Invite(number) => {
                microsoft.edit_event(ADA, &one(number), &invited(json!({}), &[BOB]), context)
            }
            Step::MoveAway(number) => microsoft.move_event(ADA, &one(number), Some(away), context),
            Step::MoveBack(number) | Step::Restore(number) => microsoft.restore_event(ADA, &one(number), context),
            Step::Postpone(number, days) => {
                microsoft.postpone_event(ADA, &one(number), days * MINUTES_A_DAY, context)
            }
            Step::PostponeOccurrence(number, days) => {
                microsoft.postpone_event(ADA, &instance(number), days * MINUTES_A_DAY, context)
            }
            Step::Rewrite(number, days) => {
                let id = one(number);
                let start = microsoft.event(ADA, &id).map(|event| event["start"]["dateTime"].clone());
                let start = start.as_ref().and_then(Value::as_str).unwrap_or_default().chars().take(10).collect::<String>();
                microsoft.edit_event(ADA, &id, &json!({ "recurrence": daily(days, &start) }), context)
            }
            Step::Page(_) => return,
        };
        if let (Step::Add { .. } | Step::AddSeries { .. }, Ok(id)) = (step, done) {
            ids.push(id);
        }
    });
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 80, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_replica_becomes_the_view(
        steps in steps(),
        immutable in any::<bool>(),
        delta_of_series in prop_oneof![Just(Word::Reported), Just(Word::Documented)],
        exceptions_lost in prop_oneof![Just(ExceptionsLost::WithRuleOrTime), Just(ExceptionsLost::WithRule)],
        moves_told in prop_oneof![3 => Just(MovesTold::All), 1 => Just(MovesTold::FirstOnes), 1 => Just(MovesTold::None)],
    ) {
        let world = &mut world();
        world.microsoft.rules.moves_told = moves_told;
        rules(world, |rules| {
            rules.delta_of_series = delta_of_series;
            rules.exceptions_lost = exceptions_lost;
        });
        let mut graph = ada(world);
        if immutable {
            graph = graph.with("Prefer", "IdType=\"ImmutableId\"");
        }
        let url = format!("/me/calendarView/delta?startDateTime={FROM}&endDateTime={TO}");
        let mut replica = Replica { graph, url: url.clone(), items: BTreeMap::new(), series: BTreeMap::new() };
        let away = world
            .with_microsoft(|microsoft, context| microsoft.add_calendar(ADA, "Away", context))
            .expect("a calendar");
        let mut ids = Vec::new();
        for step in &steps {
            act(world, step, &mut ids, &away);
            if let Step::Page(size) = step {
                replica.page(world, *size);
            }
        }
        // The round in progress, and one more for what it no longer told.
        while !replica.page(world, 3) {}
        while !replica.page(world, 3) {}
        let followed = replica.shown();
        // Who follows the links alone may have missed who came back, but nobody who left; a fresh start shows all.
        replica.items.clear();
        replica.url = url;
        while !replica.page(world, 3) {}
        let fresh = replica.shown();
        let reader = Graph { token: replica.graph.token.clone(), headers: replica.graph.headers.clone() };
        let view = reader.get(world, &format!("/me/calendarView?startDateTime={FROM}&endDateTime={TO}&$top=1000"));
        let shown = |item: &Value| (id(item).to_owned(), (item["start"].clone(), item["subject"].clone()));
        let view: BTreeMap<String, (Value, Value)> = items(&view).iter().map(shown).collect();
        prop_assert_eq!(&fresh, &view);
        if immutable && moves_told != MovesTold::All {
            prop_assert!(followed.iter().all(|(id, shown)| view.get(id) == Some(shown)), "{followed:?}");
        } else {
            prop_assert_eq!(&followed, &view);
        }
    }
}
