//! Whatever a client writes is taken or refused, and what is taken can be read.

use super::*;
use proptest::prelude::*;

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(json!(null)),
        any::<bool>().prop_map(|flag| json!(flag)),
        any::<i32>().prop_map(|number| json!(number)),
        prop_oneof![
            Just("2026-11-24".to_owned()),
            Just("9999-12-31T23:59:59".to_owned()),
            Just("-009999-01-01T00:00:00".to_owned()),
            Just("Pacific/Kiritimati".to_owned()),
            Just("completed".to_owned()),
            Just("relativeMonthly".to_owned()),
            Just("numbered".to_owned()),
            Just("monday".to_owned()),
            ".{0,12}",
        ]
        .prop_map(|text| json!(text)),
    ];
    leaf.prop_recursive(3, 24, 6, |inner| {
        let names = prop::sample::select(vec![
            "dateTime",
            "timeZone",
            "content",
            "contentType",
            "pattern",
            "range",
            "type",
            "interval",
            "daysOfWeek",
            "firstDayOfWeek",
            "dayOfMonth",
            "month",
            "index",
            "startDate",
            "endDate",
            "numberOfOccurrences",
        ]);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(|list| json!(list)),
            prop::collection::btree_map(names, inner, 0..6).prop_map(|members| json!(members)),
        ]
    })
}

/// A recurrence whose members have their types, with numbers of any size.
fn recurrence() -> impl Strategy<Value = Value> {
    let kinds = ["daily", "weekly", "absoluteMonthly", "relativeMonthly", "absoluteYearly", "relativeYearly"];
    let day = prop::sample::select(vec!["sunday", "wednesday", "saturday"]);
    let interval = prop_oneof![1..5_i32, Just(i32::MAX)];
    let pattern = (prop::sample::select(kinds.to_vec()), interval, 1..=31, 1..=12, prop::collection::vec(day, 1..4));
    pattern.prop_map(|(kind, interval, day, month, days)| {
        json!({
            "pattern": { "type": kind, "interval": interval, "dayOfMonth": day, "month": month, "daysOfWeek": days,
                "firstDayOfWeek": "monday", "index": "last" },
            "range": { "type": "numbered", "numberOfOccurrences": 3, "startDate": "2026-11-24" },
        })
    })
}

fn body() -> impl Strategy<Value = Value> {
    let names = prop::sample::select(vec![
        "body",
        "categories",
        "completedDateTime",
        "dueDateTime",
        "importance",
        "isReminderOn",
        "linkedResources",
        "recurrence",
        "reminderDateTime",
        "startDateTime",
        "status",
        "title",
    ]);
    prop::collection::btree_map(names, value(), 0..5).prop_map(|members| json!(members))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_body_has_an_answer(new in body(), change in body()) {
        let world = &mut world();
        let graph = ada(world);
        let mut new = new;
        // Without a title nothing else would be looked at.
        new["title"] = json!("T");
        let made = graph.create(world, TASKS, json!({ "title": "T" }));
        let path = format!("{TASKS}/{}", id(&made));
        let first = graph.send(world, Method::Post, TASKS, Some(&new)).status;
        prop_assert!([201, 400].contains(&first), "{first} {new}");
        let second = graph.send(world, Method::Patch, &path, Some(&change)).status;
        prop_assert!([200, 400].contains(&second), "{second} {change}");
        let page = graph.get(world, &format!("{TASKS}/delta?$expand=linkedResources,checklistItems"));
        prop_assert_eq!(column(&page, "id").len(), 1 + usize::from(first == 201));
    }

    #[test]
    fn any_series_ends(recurrence in recurrence(), due in "(19|20|99)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])") {
        let world = &mut world();
        let graph = ada(world);
        let due = utc(&format!("{due}T00:00:00"));
        graph.create(world, TASKS, json!({ "title": "T", "dueDateTime": due, "recurrence": recurrence }));
        let open = |world: &World| {
            let tasks = world.microsoft.tasks(ADA);
            tasks.iter().find(|task| task["status"] != "completed").map(|task| id(task).to_owned())
        };
        for _ in 0..3 {
            if let Some(id) = open(world) {
                let done = json!({ "status": "completed" });
                world.with_microsoft(|microsoft, context| microsoft.edit_task(ADA, &id, &done, context)).expect("an edit");
            }
        }
        prop_assert_eq!(open(world), None, "three occurrences are three");
    }
}
