//! Whatever a client writes is taken or refused, and what is taken can be read.

use super::*;
use proptest::prelude::*;

fn value() -> impl Strategy<Value = Value> {
    let words = prop::sample::select(vec![
        "2026-11-24",
        "2026-11-24T09:00:00",
        "9999-12-31T23:59:59",
        "-009999-01-01T00:00:00",
        "0001-01-01",
        "4500-12-31T23:00:00",
        "Pacific/Kiritimati",
        "tzone://Microsoft/Custom",
        "relativeMonthly",
        "endDate",
        "monday",
        "ada@corp.example",
        "<html",
        "<",
        "é<a href=\"",
    ]);
    let leaf = prop_oneof![
        Just(json!(null)),
        any::<bool>().prop_map(|flag| json!(flag)),
        any::<i32>().prop_map(|number| json!(number)),
        Just(json!(1.5)),
        words.prop_map(|word| json!(word)),
        ".{0,12}".prop_map(|text| json!(text)),
    ];
    leaf.prop_recursive(3, 24, 6, |inner| {
        let names = prop::sample::select(vec![
            "address",
            "content",
            "contentType",
            "coordinates",
            "dateTime",
            "dayOfMonth",
            "daysOfWeek",
            "displayName",
            "emailAddress",
            "endDate",
            "id",
            "interval",
            "numberOfOccurrences",
            "pattern",
            "range",
            "response",
            "startDate",
            "status",
            "time",
            "timeZone",
            "type",
            "value",
        ]);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(|list| json!(list)),
            prop::collection::btree_map(names, inner, 0..6).prop_map(|members| json!(members)),
        ]
    })
}

fn body() -> impl Strategy<Value = Value> {
    let names = prop::sample::select(vec![
        "attendees",
        "body",
        "categories",
        "end",
        "isAllDay",
        "isOnlineMeeting",
        "location",
        "locations",
        "recurrence",
        "reminderMinutesBeforeStart",
        "sensitivity",
        "singleValueExtendedProperties",
        "start",
        "subject",
        "transactionId",
    ]);
    prop::collection::btree_map(names, value(), 0..5).prop_map(|members| json!(members))
}

/// A recurrence whose members have their types, with numbers and dates at the edges.
fn recurrence() -> impl Strategy<Value = (String, Value)> {
    let kinds = ["daily", "weekly", "absoluteMonthly", "relativeMonthly", "absoluteYearly", "relativeYearly"];
    let interval = prop_oneof![1..5_i32, Just(99), Just(999)];
    let start = "(1601|1999|2026|4499|4500)-(01|02|12)-(01|28)";
    let end = prop_oneof![
        Just(json!({ "type": "noEnd" })),
        (1..1000).prop_map(|count| json!({ "type": "numbered", "numberOfOccurrences": count })),
        Just(json!({ "type": "endDate", "endDate": "9999-12-31" })),
    ];
    (prop::sample::select(kinds.to_vec()), interval, 1..=31, 1..=12, end, start).prop_map(
        |(kind, interval, day, month, mut range, start)| {
            range["startDate"] = json!(start);
            let pattern = json!({ "type": kind, "interval": interval, "dayOfMonth": day, "month": month,
                "daysOfWeek": ["monday", "saturday"], "firstDayOfWeek": "monday", "index": "last" });
            (start, json!({ "pattern": pattern, "range": range }))
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_body_has_an_answer(new in body(), change in body(), answer in value()) {
        let world = &mut world();
        let graph = ada(world);
        let made = post(world, &graph, lunch());
        let series = post(world, &graph, invited(weekly("UTC"), &[BOB]));
        let occurrence = november(world, &graph, &series).remove(1);
        let mut complete = lunch();
        for (name, value) in new.as_object().expect("an object") {
            complete[name] = value.clone();
        }
        let first = graph.send(world, Method::Post, "/me/events", Some(&complete)).status;
        prop_assert!([201, 400].contains(&first), "{first} {complete}");
        for item in [&made, &series, &occurrence] {
            let status = graph.send(world, Method::Patch, &path(item), Some(&change)).status;
            // A series that becomes a single event has no occurrences any more.
            let gone = item == &occurrence && change.get("recurrence") == Some(&json!(null));
            prop_assert!([200, 400].contains(&status) || gone && status == 404, "{status} {change}");
        }
        let copy = bob(world).get(world, "/me/events")["value"][0].clone();
        let action = format!("{}/accept", path(&copy));
        let status = bob(world).send(world, Method::Post, &action, Some(&answer)).status;
        prop_assert!([202, 400].contains(&status), "{status} {answer}");
        let text = ada(world).with("Prefer", "outlook.body-content-type=\"text\"");
        let page = text.get(world, "/me/events?$expand=exceptionOccurrences&$top=50");
        prop_assert_eq!(items(&page).len(), 2 + usize::from(first == 201));
        text.get(world, &format!("/me/calendarView?{NOVEMBER}&$top=500"));
    }

    #[test]
    fn any_series_can_be_read((start, recurrence) in recurrence()) {
        let world = &mut world();
        let graph = ada(world);
        let mut event = hour("Series", &format!("{start}T09:00:00"), &format!("{start}T10:00:00"));
        event["recurrence"] = recurrence;
        let response = graph.send(world, Method::Post, "/me/events", Some(&event));
        prop_assert!([201, 400].contains(&response.status), "{}", text(&response));
        for year in ["1601", "2026", "4500", "9990"] {
            let window = format!("startDateTime={year}-01-01T00:00:00Z&endDateTime={year}-12-31T00:00:00Z");
            graph.get(world, &format!("/me/calendarView?{window}&$top=500"));
            graph.get(world, &format!("/me/calendarView/delta?{window}"));
        }
        if response.status == 201 {
            let first = json(&response);
            prop_assert_eq!(&patch(world, &graph, &first, json!({ "recurrence": first["recurrence"] }))["start"], &first["start"]);
        }
    }
}
