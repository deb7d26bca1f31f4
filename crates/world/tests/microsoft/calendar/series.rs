//! Series: patterns, occurrences, exceptions, and what a change of the series does to them.

use super::*;
use mxs_world::microsoft::ExceptionsLost;

/// A series of an hour at nine, UTC.
fn series(start: &str, pattern: Value, range: Value) -> Value {
    let mut event = hour("Series", &format!("{start}T09:00:00"), &format!("{start}T10:00:00"));
    event["recurrence"] = json!({ "pattern": pattern, "range": range });
    event["recurrence"]["range"]["startDate"] = start.into();
    event
}

#[test]
fn six_patterns_and_three_ranges() {
    let world = &mut world();
    let graph = ada(world);
    let (forever, thrice) = (json!({ "type": "noEnd" }), json!({ "type": "numbered", "numberOfOccurrences": 3 }));
    let till = |date: &str| json!({ "type": "endDate", "endDate": date });
    let cases = [
        ("2026-11-02", json!({ "type": "daily", "interval": 10 }), forever.clone(), vec!["11-02", "11-12", "11-22"]),
        (
            // The week begins on Monday: Sunday belongs to the first one, and the second is left out.
            "2026-11-06",
            json!({ "type": "weekly", "interval": 2, "daysOfWeek": ["friday", "sunday"], "firstDayOfWeek": "monday" }),
            thrice.clone(),
            vec!["11-06", "11-08", "11-20"],
        ),
        (
            "2026-11-06",
            json!({ "type": "weekly", "interval": 2, "daysOfWeek": ["Friday", "sunday"] }),
            till("2026-11-20"),
            vec!["11-06", "11-15", "11-20"],
        ),
        ("2026-10-31", json!({ "type": "absoluteMonthly", "interval": 1, "dayOfMonth": 31 }), thrice, vec!["11-30"]),
        (
            "2026-09-01",
            json!({ "type": "relativeMonthly", "interval": 1, "daysOfWeek": ["friday"], "index": "last" }),
            forever.clone(),
            vec!["11-27"],
        ),
        (
            "2020-11-24",
            json!({ "type": "absoluteYearly", "interval": 1, "dayOfMonth": 24, "month": 11 }),
            forever.clone(),
            vec!["11-24"],
        ),
        (
            "2020-01-01",
            json!({ "type": "relativeYearly", "interval": 1, "daysOfWeek": ["thursday"], "month": 11, "index": "fourth" }),
            forever,
            vec!["11-26"],
        ),
    ];
    for (start, pattern, range, wanted) in cases {
        let made = post(world, &graph, series(start, pattern.clone(), range));
        assert_eq!(made["type"], "seriesMaster");
        let found = november(world, &graph, &made);
        let days: Vec<String> = starts(&found).iter().map(|start| start[5..10].to_owned()).collect();
        assert_eq!(days, wanted, "{pattern}");
        assert!(found.iter().all(|item| item["type"] == "occurrence" && item["seriesMasterId"] == made["id"]));
    }
}

#[test]
fn a_series_begins_on_the_first_day_that_fits() {
    let world = &mut world();
    let graph = ada(world);
    let mondays = json!({ "type": "weekly", "interval": 1, "daysOfWeek": ["monday"] });
    let made = post(world, &graph, series("2026-11-04", mondays.clone(), json!({ "type": "noEnd" })));
    assert_eq!(made["start"], utc("2026-11-09T09:00:00.0000000"));
    let range = json!({ "type": "noEnd", "startDate": "2026-11-09", "endDate": "0001-01-01",
        "recurrenceTimeZone": "UTC", "numberOfOccurrences": 0 });
    assert_eq!(made["recurrence"]["range"], range);
    // What Graph wrote can be sent back.
    let same = patch(world, &graph, &made, json!({ "recurrence": made["recurrence"] }));
    assert_eq!((&same["recurrence"], &same["start"]), (&made["recurrence"], &made["start"]));

    let elsewhere =
        series("2026-11-04", mondays.clone(), json!({ "type": "noEnd", "recurrenceTimeZone": "Asia/Tokyo" }));
    let mut early = series("2026-11-04", mondays.clone(), json!({ "type": "noEnd" }));
    early["recurrence"]["range"]["startDate"] = json!("2026-11-03");
    let never = series("2026-11-04", mondays, json!({ "type": "endDate", "endDate": "2026-11-06" }));
    let cases = [
        (elsewhere, "ErrorPropertyValidationFailure"),
        (early, "ErrorPropertyValidationFailure"),
        (never, "ErrorRecurrenceHasNoOccurrence"),
    ];
    for (event, code) in cases {
        assert_eq!(graph.refused(world, Method::Post, "/me/events", Some(&event)), bad(code), "{event}");
    }
}

#[test]
fn one_occurrence_is_changed_and_one_cancelled() {
    let world = &mut world();
    let graph = ada(world);
    let made = post(world, &graph, weekly("UTC"));
    let all = november(world, &graph, &made);
    assert_eq!(starts(&all), ["02", "09", "16", "23", "30"].map(|day| format!("2026-11-{day}T09:00")));

    let moved = patch(
        world,
        &graph,
        &all[1],
        json!({ "start": utc("2026-11-10T11:00:00"), "end": utc("2026-11-10T12:00:00"), "subject": "Moved" }),
    );
    assert_eq!((&moved["type"], &moved["id"]), (&json!("exception"), &all[1]["id"]), "an occurrence keeps its id");
    let shown = graph.get(world, &format!("{}?$select=originalStart,seriesMasterId", path(&moved)));
    assert_eq!(shown["originalStart"], "2026-11-09T09:00:00.0000000Z");
    delete(world, &graph, &all[2]);

    let listed = graph.get(world, "/me/events?$select=subject,cancelledOccurrences");
    assert_eq!(column(&listed, "id"), [id(&made)], "a listing has the series alone");
    assert!(listed["value"][0].get("cancelledOccurrences").is_none(), "and not what was cancelled");
    let master =
        graph.get(world, &format!("{}?$select=cancelledOccurrences&$expand=exceptionOccurrences", path(&made)));
    assert_eq!(master["cancelledOccurrences"], json!([format!("OID.{}.2026-11-16", id(&made))]));
    assert_eq!(column(&json!({ "value": master["exceptionOccurrences"] }), "subject"), ["Moved"]);
    assert_eq!(master["exceptionOccurrences"][0].get("originalStart"), None, "it is told only where it is asked for");
    assert_eq!(graph.refused(world, Method::Get, &path(&all[2]), None), (404, "ErrorItemNotFound".into()));

    // Exceptions come first, as in the documented example.
    let page = graph.get(world, &format!("{}/instances?{NOVEMBER}", path(&made)));
    assert_eq!(column(&page, "type"), ["exception", "occurrence", "occurrence", "occurrence"]);
    assert_eq!(
        starts(&november(world, &graph, &made)),
        ["02T09", "10T11", "23T09", "30T09"].map(|t| format!("2026-11-{t}:00"))
    );
    let uids: std::collections::BTreeSet<String> = column(&page, "iCalUId").into_iter().collect();
    assert_eq!(uids.len(), 4, "each occurrence has its own name");
}

#[test]
fn an_occurrence_stays_between_its_neighbours() {
    let world = &mut world();
    let graph = ada(world);
    let made = post(world, &graph, weekly("UTC"));
    let all = november(world, &graph, &made);
    let to = |day: &str| json!({ "start": utc(&format!("{day}T09:00:00")), "end": utc(&format!("{day}T10:00:00")) });
    let crossing = || Err("ErrorOccurrenceCrossingBoundary".to_owned());
    let cases = [
        ("2026-11-02", crossing()),
        ("2026-11-03", Ok(())),
        ("2026-11-15", Ok(())),
        ("2026-11-16", crossing()),
        ("2026-11-17", crossing()),
    ];
    for (day, wanted) in cases {
        let response = graph.send(world, Method::Patch, &path(&all[1]), Some(&to(day)));
        let found = if response.status == 200 { Ok(()) } else { Err(code(&response)) };
        assert_eq!(found, wanted, "{day}");
    }
    // It stands on the 15th now, so that the next one may not come there; one that is cancelled is in nobody's way.
    assert_eq!(refused_patch(world, &graph, &all[2], to("2026-11-15")), bad("ErrorOccurrenceCrossingBoundary"));
    delete(world, &graph, &all[1]);
    patch(world, &graph, &all[2], to("2026-11-09"));
    let recurrence = json!({ "recurrence": made["recurrence"] });
    assert_eq!(refused_patch(world, &graph, &all[3], recurrence), bad("ErrorInvalidPropertySet"));
}

#[test]
fn exceptions_follow_what_they_did_not_change() {
    let world = &mut world();
    let graph = ada(world);
    let made = post(world, &graph, weekly("UTC"));
    let all = november(world, &graph, &made);
    patch(world, &graph, &all[1], json!({ "location": { "displayName": "Room 2" } }));
    patch(world, &graph, &made, json!({ "subject": "Renamed", "location": { "displayName": "Room 1" } }));
    let exception = graph.get(world, &path(&all[1]));
    assert_eq!((&exception["subject"], &exception["location"]["displayName"]), (&json!("Renamed"), &json!("Room 2")));
}

#[test]
fn another_rule_or_time_forgets_the_exceptions() {
    type Change = fn(&Value) -> Value;
    let pattern: Change = |made| {
        let mut recurrence = made["recurrence"].clone();
        recurrence["pattern"]["interval"] = json!(2);
        json!({ "recurrence": recurrence })
    };
    let end: Change = |made| {
        let mut recurrence = made["recurrence"].clone();
        recurrence["range"]["type"] = json!("endDate");
        recurrence["range"]["endDate"] = json!("2026-11-16");
        json!({ "recurrence": recurrence })
    };
    let time: Change = |_| json!({ "start": utc("2026-11-02T08:00:00") });
    let nothing: Change = |made| json!({ "recurrence": made["recurrence"] });
    let cases = [
        ("the same", nothing, ExceptionsLost::WithRuleOrTime, vec!["02", "09!", "23", "30"]),
        ("another pattern", pattern, ExceptionsLost::WithRule, vec!["02", "16", "30"]),
        ("an end", end, ExceptionsLost::WithRuleOrTime, vec!["02", "09!"]),
        ("a time", time, ExceptionsLost::WithRuleOrTime, vec!["02", "09", "16", "23", "30"]),
        ("a time, by the other rule", time, ExceptionsLost::WithRule, vec!["02", "09!", "23", "30"]),
    ];
    for (name, change, lost, wanted) in cases {
        let world = &mut world();
        rules(world, |rules| rules.exceptions_lost = lost);
        let graph = ada(world);
        let made = post(world, &graph, weekly("UTC"));
        let all = november(world, &graph, &made);
        patch(world, &graph, &all[1], json!({ "subject": "Changed" }));
        delete(world, &graph, &all[2]);
        patch(world, &graph, &made, change(&made));
        let found: Vec<String> = november(world, &graph, &made)
            .iter()
            .map(|item| {
                let mark = if item["type"] == "exception" { "!" } else { "" };
                format!("{}{mark}", &item["start"]["dateTime"].as_str().expect("a start")[8..10])
            })
            .collect();
        assert_eq!(found, wanted, "{name}");
    }
}

#[test]
fn an_event_becomes_a_series_and_a_series_an_event() {
    let world = &mut world();
    let graph = ada(world);
    let made = post(world, &graph, hour("One", "2026-11-02T09:00:00", "2026-11-02T10:00:00"));
    let recurrence = json!({ "pattern": { "type": "daily", "interval": 7 },
        "range": { "type": "noEnd", "startDate": "2026-11-02" } });
    let series = patch(world, &graph, &made, json!({ "recurrence": recurrence }));
    assert_eq!((&series["type"], &series["iCalUId"]), (&json!("seriesMaster"), &made["iCalUId"]));
    assert_eq!(november(world, &graph, &made).len(), 5);
    let single = patch(world, &graph, &made, json!({ "recurrence": null }));
    assert_eq!((&single["type"], &single["recurrence"]), (&json!("singleInstance"), &json!(null)));
    let instances = format!("{}/instances?{NOVEMBER}", path(&made));
    assert_eq!(graph.refused(world, Method::Get, &instances, None), bad("ErrorInvalidRequest"));
}
