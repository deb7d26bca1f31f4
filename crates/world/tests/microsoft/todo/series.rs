//! Tasks that repeat.

use super::*;
use mxs_world::microsoft::{CompletedSeries, Word};

/// Every second Tuesday, twice, with a step and a linked resource.
fn series(world: &mut World, graph: &Graph) -> (Value, String) {
    let body = json!({
        "title": "Report", "dueDateTime": utc("2026-11-24T00:00:00"), "reminderDateTime": utc("2026-11-23T15:00:00"),
        "linkedResources": [{ "applicationName": "A", "externalId": "7" }],
        "recurrence": {
            "pattern": { "type": "weekly", "interval": 2, "daysOfWeek": ["tuesday"], "firstDayOfWeek": "monday" },
            "range": { "type": "numbered", "numberOfOccurrences": 2, "startDate": "2026-11-24" },
        },
    });
    let made = graph.create(world, TASKS, body);
    let path = format!("{}/tasks/{}", default_list(world, graph), id(&made));
    let step = graph.create(world, &format!("{path}/checklistItems"), json!({ "displayName": "S", "isChecked": true }));
    assert_eq!(step["isChecked"], true);
    (made, path)
}

/// Id, status, day and whether it repeats, of every task.
fn overview(world: &mut World) -> Vec<(String, String, String, bool)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let tasks = world.microsoft.tasks(ADA);
    let row = |task: &Value| {
        (
            text(&task["defaultId"]),
            text(&task["status"]),
            text(&task["dueDateTime"]["dateTime"])[..10].to_owned(),
            task["recurrence"].is_object(),
        )
    };
    tasks.iter().map(row).collect()
}

#[test]
fn a_completed_task_moves_on_or_is_followed() {
    for completed_series in [CompletedSeries::MovesOn, CompletedSeries::IsFollowed] {
        let world = &mut world();
        rules(world, |rules| rules.completed_series = completed_series);
        let graph = ada(world);
        let (made, path) = series(world, &graph);
        let link = graph.get(world, &format!("{TASKS}/delta"))["@odata.deltaLink"].as_str().expect("a link").to_owned();
        let answer = patch(world, &graph, &path, json!({ "status": "completed" }));
        assert_eq!(answer["id"], made["id"], "the answer is the task of this id, whatever became of it");

        let own = id(&made).to_owned();
        let rows = overview(world);
        let (first, second) = (&rows[0], &rows[1]);
        assert_eq!((rows.len(), &first.0, second.0 == own), (2, &own, false));
        let (open, done) = (("notStarted", "2026-12-08", true), ("completed", "2026-11-24", false));
        let wanted = if completed_series == CompletedSeries::MovesOn { [open, done] } else { [done, open] };
        for ((_, status, day, repeats), wanted) in rows.iter().zip(wanted) {
            assert_eq!((status.as_str(), day.as_str(), *repeats), wanted, "{completed_series:?}");
        }
        let told = graph.get(world, &link);
        assert_eq!(column(&told, "id").len(), 2, "both are told");
        for task in world.microsoft.tasks(ADA) {
            let finished = task["status"] == "completed";
            assert_eq!(task["linkedResources"][0]["externalId"], "7", "a copy has what the task had");
            assert_eq!(task["checklistItems"][0]["isChecked"], finished);
            let reminder = if finished { "2026-11-23T15:00:00.0000000" } else { "2026-12-07T15:00:00.0000000" };
            assert_eq!(task["reminderDateTime"], utc(reminder));
        }

        // The second occurrence is the last one.
        let list = default_list(world, &graph);
        let open = overview(world).into_iter().find(|row| row.3).expect("an open task").0;
        patch(world, &graph, &format!("{list}/tasks/{open}"), json!({ "status": "completed" }));
        let rows = overview(world);
        assert!(rows.len() == 2 && rows.iter().all(|row| row.1 == "completed" && !row.3), "{rows:?}");
    }
}

#[test]
fn a_recurrence_is_shown_whole() {
    let world = &mut world();
    let graph = ada(world);
    let (made, _) = series(world, &graph);
    let wanted = json!({
        "pattern": { "type": "weekly", "interval": 2, "month": 0, "dayOfMonth": 0, "daysOfWeek": ["tuesday"],
            "firstDayOfWeek": "monday", "index": "first" },
        "range": { "type": "numbered", "startDate": "2026-11-24", "endDate": "0001-01-01",
            "recurrenceTimeZone": "UTC", "numberOfOccurrences": 2 },
    });
    assert_eq!(made["recurrence"], wanted);
}

#[test]
fn a_recurrence_needs_a_day_and_is_hard_to_change() {
    let world = &mut world();
    let graph = ada(world);
    let rule = |range: Value| json!({ "pattern": { "type": "daily", "interval": 1 }, "range": range });
    let forever = rule(json!({ "type": "noEnd", "startDate": "2026-11-24" }));
    let body = json!({ "title": "T", "recurrence": forever });
    assert_eq!(refusal(world, &graph, Method::Post, TASKS, Some(&body)), invalid(400, "InvalidModel"));

    let (_, path) = series(world, &graph);
    let change = json!({ "recurrence": forever });
    assert_eq!(refusal(world, &graph, Method::Patch, &path, Some(&change)), invalid(400, "InvalidModel"), "by report");
    let undated = patch(world, &graph, &path, json!({ "recurrence": rule(json!({ "type": "noEnd" })) }));
    assert_eq!(undated["recurrence"]["range"]["startDate"], "2026-11-24");
    rules(world, |rules| rules.recurrence = Word::Documented);
    assert_eq!(patch(world, &graph, &path, change)["recurrence"]["pattern"]["type"], "daily");
    assert!(patch(world, &graph, &path, json!({ "recurrence": null }))["recurrence"].is_null());
}

#[test]
fn only_completing_makes_the_next_occurrence() {
    let world = &mut world();
    rules(world, |rules| rules.recurrence = Word::Documented);
    let graph = ada(world);
    let done = json!({ "title": "T", "status": "completed", "dueDateTime": utc("2026-11-24T00:00:00") });
    let made = graph.create(world, TASKS, done);
    let path = format!("{}/tasks/{}", default_list(world, &graph), id(&made));
    let rule = json!({ "pattern": { "type": "daily", "interval": 1 }, "range": { "type": "noEnd", "startDate": "2026-11-24" } });
    let changed = patch(world, &graph, &path, json!({ "recurrence": rule, "title": "U" }));
    assert_eq!((&changed["status"], changed["recurrence"].is_object()), (&json!("completed"), true));
    assert_eq!(world.microsoft.tasks(ADA).len(), 1, "it was done already");
    patch(world, &graph, &path, json!({ "status": "notStarted" }));
    patch(world, &graph, &path, json!({ "status": "completed" }));
    assert_eq!(world.microsoft.tasks(ADA).len(), 2);
}
