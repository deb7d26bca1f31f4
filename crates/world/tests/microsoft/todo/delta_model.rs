//! Whatever people do while a client pages: a replica that follows the links ends up as the list.

use super::*;
use mxs_world::microsoft::CompletedSeries;
use proptest::prelude::*;
use std::collections::BTreeMap;

/// What happens next; numbers pick a task.
#[derive(Clone, Debug)]
enum Step {
    Add { repeats: bool },
    Complete(usize),
    Delete(usize),
    Edit(usize, u8),
    MoveAway(usize),
    MoveBack(usize),
    Page(usize),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        3 => any::<bool>().prop_map(|repeats| Step::Add { repeats }),
        2 => (0..20_usize).prop_map(Step::Complete),
        1 => (0..20_usize).prop_map(Step::Delete),
        3 => (0..20_usize, any::<u8>()).prop_map(|(task, value)| Step::Edit(task, value)),
        1 => (0..20_usize).prop_map(Step::MoveAway),
        2 => (0..20_usize).prop_map(Step::MoveBack),
        3 => (1..5_usize).prop_map(Step::Page),
    ];
    prop::collection::vec(step, 0..60)
}

/// A client's copy of the default list.
struct Replica {
    graph: Graph,
    url: String,
    items: BTreeMap<String, (Value, Value)>,
}

impl Replica {
    /// Reads one page; says whether the round is over.
    fn page(&mut self, world: &mut World, size: usize) -> bool {
        let graph = Graph { token: self.graph.token.clone(), headers: self.graph.headers.clone() };
        let page = graph.with("Prefer", &format!("odata.maxpagesize={size}")).get(world, &self.url);
        for item in page["value"].as_array().expect("items") {
            match item["@removed"].is_null() {
                true => self.items.insert(id(item).to_owned(), (item["title"].clone(), item["status"].clone())),
                false => self.items.remove(id(item)),
            };
        }
        let link = page["@odata.nextLink"].as_str().or(page["@odata.deltaLink"].as_str());
        self.url = link.expect("a link").to_owned();
        page["@odata.deltaLink"].is_string()
    }
}

fn act(world: &mut World, step: &Step, away: &str) {
    let ids: Vec<String> = world.microsoft.tasks(ADA).iter().map(|task| id(task).to_owned()).collect();
    world.with_microsoft(|microsoft, context| {
        let pick = |number: &usize| ids.get(number % ids.len().max(1)).cloned().unwrap_or_default();
        // A step that finds nothing to act on does nothing.
        let _ = match step {
            Step::Add { repeats } => {
                let mut task = json!({ "title": "T", "dueDateTime": utc("2026-11-24T00:00:00") });
                if *repeats {
                    task["recurrence"] = json!({ "pattern": { "type": "daily", "interval": 1 },
                        "range": { "type": "noEnd", "startDate": "2026-11-24" } });
                }
                microsoft.add_task(ADA, "tasks", &task, context).map(|_| ())
            }
            Step::Complete(number) => {
                microsoft.edit_task(ADA, &pick(number), &json!({ "status": "completed" }), context).map(|_| ())
            }
            Step::Delete(number) => microsoft.delete_task(ADA, &pick(number), context),
            Step::Edit(number, value) => {
                microsoft.edit_task(ADA, &pick(number), &json!({ "title": value.to_string() }), context).map(|_| ())
            }
            Step::MoveAway(number) => microsoft.move_task(ADA, &pick(number), away, context).map(|_| ()),
            Step::MoveBack(number) => microsoft.move_task(ADA, &pick(number), "tasks", context).map(|_| ()),
            Step::Page(_) => Ok(()),
        };
    });
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_replica_becomes_the_list(
        steps in steps(),
        immutable in any::<bool>(),
        completed_series in prop_oneof![Just(CompletedSeries::MovesOn), Just(CompletedSeries::IsFollowed)],
    ) {
        let world = &mut world();
        rules(world, |rules| {
            rules.immutable_ids = immutable;
            rules.completed_series = completed_series;
        });
        let graph = ada(world).with("Prefer", "IdType=\"ImmutableId\"");
        let mut replica = Replica { graph, url: format!("{TASKS}/delta"), items: BTreeMap::new() };
        let away = world
            .with_microsoft(|microsoft, context| microsoft.add_task_list(ADA, "Away", context))
            .expect("a list");
        for step in &steps {
            act(world, step, &away);
            if let Step::Page(size) = step {
                replica.page(world, *size);
            }
        }
        // The round in progress, and one more for what it no longer told.
        while !replica.page(world, 3) {}
        while !replica.page(world, 3) {}
        let form = if immutable { "id" } else { "defaultId" };
        let here = world.microsoft.tasks(ADA).into_iter().filter(|task| task["listId"] != away.as_str());
        let list: BTreeMap<String, (Value, Value)> = here
            .map(|task| (task[form].as_str().expect("an id").to_owned(), (task["title"].clone(), task["status"].clone())))
            .collect();
        prop_assert_eq!(&replica.items, &list);
    }
}
