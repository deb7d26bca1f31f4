//! The vendor's own examples of events: what its documents show being sent is taken, and what they show coming back
//! has the shape that comes back here.

use super::*;
use crate::contract::shared;
use std::collections::BTreeSet;

fn example(name: &str) -> Option<Value> {
    let text = std::fs::read_to_string(shared(&format!("corpus/graph/{name}.json"))?).expect("a readable example");
    Some(serde_json::from_str(&text).expect("an example in JSON"))
}

fn names(value: &Value) -> BTreeSet<String> {
    value.as_object().into_iter().flat_map(|members| members.keys().cloned()).collect()
}

/// What an example has and an answer lacks, also in what lies inside.
fn missing(documented: &Value, found: &Value) -> Vec<String> {
    let mut missing: Vec<String> = names(documented).difference(&names(found)).cloned().collect();
    for (name, value) in documented.as_object().into_iter().flatten() {
        missing.extend(self::missing(value, &found[name]).into_iter().map(|inner| format!("{name}/{inner}")));
    }
    missing
}

#[test]
fn documented_requests_are_taken_and_answered_as_documented() {
    for number in 1..=4 {
        let (Some(request), Some(response)) = (
            example(&format!("user-post-events-request-{number}")),
            example(&format!("user-post-events-response-{number}")),
        ) else {
            return;
        };
        let world = &mut world();
        let graph = ada(world).with("Prefer", "outlook.timezone=\"Pacific Standard Time\"");
        let made = post(world, &graph, request);
        assert_eq!(missing(&response, &made), Vec::<String>::new(), "{number}");
        for name in ["type", "isOrganizer", "originalStartTimeZone", "responseStatus"] {
            let documented = &response[name];
            assert!(documented.is_null() || *documented == made[name], "{number} {name}: {documented} {}", made[name]);
        }
    }
}

#[test]
fn other_requests_are_taken_too() {
    let world = &mut world();
    let graph = ada(world);
    let requests = ["calendar-post-events-request-1", "outlook-calendar-online-meetings-request-1"];
    let mut made = Vec::new();
    for name in requests {
        let Some(request) = example(name) else { return };
        made.push(post(world, &graph, request));
    }
    let Some(online) = example("outlook-calendar-online-meetings-request-2") else { return };
    let patched = patch(world, &graph, &made[0], online);
    assert!(patched["onlineMeeting"]["joinUrl"].is_string());
    // The documents' own update sends placeholders of properties that are the service's.
    let Some(mut update) = example("event-update-request-1") else { return };
    update["responseStatus"] = json!({});
    patch(world, &graph, &made[0], update);
}

#[test]
fn answers_have_the_documented_shape() {
    let world = &mut world();
    let graph = ada(world).with("Prefer", "outlook.timezone=\"Pacific Standard Time\"");
    let mut event = invited(weekly("UTC"), &[BOB]);
    event["location"] = json!({ "displayName": "Assembly Hall" });
    let made = post(world, &graph, event);
    let all = november(world, &graph, &made);
    patch(world, &graph, &all[1], json!({ "subject": "Changed" }));
    let mut lunch = invited(lunch(), &[BOB]);
    lunch["location"] = json!({ "displayName": "Assembly Hall" });
    let single = post(world, &graph, lunch);
    let guest = bob(world);
    let copies = guest.get(world, "/me/events?$filter=type eq 'singleInstance'");
    let slot = json!({ "start": utc("2026-11-25T12:00:00"), "end": utc("2026-11-25T13:00:00") });
    let answer = json!({ "proposedNewTime": slot });
    guest.send(world, Method::Post, &format!("{}/decline", path(&copies["value"][0])), Some(&answer));
    let instances = format!(
        "{}/instances?{NOVEMBER}&$select=subject,bodyPreview,seriesMasterId,type,recurrence,start,end",
        path(&made)
    );
    let cases = [
        ("event-get-response-1", path(&single)),
        ("event-list-instances-response-1", instances),
        ("user-list-events-response-1", "/me/events".to_owned()),
        ("user-list-calendars-response-1", "/me/calendars".to_owned()),
        ("delta-query-events-response-1", format!("/me/calendarView/delta?{NOVEMBER}")),
    ];
    for (name, path) in cases {
        let Some(documented) = example(name) else { return };
        let found = graph.get(world, &path);
        let (documented, found) = match documented["value"].is_array() {
            true => (documented["value"][0].clone(), items(&found).pop().expect("an item")),
            false => (documented, found),
        };
        // An older answer has an address and coordinates that this place has not; `@odata.id` came with another level.
        let accepted = ["@odata.id", "location/address", "location/coordinates"];
        let lacking: Vec<String> = missing(&documented, &found)
            .into_iter()
            .filter(|name| !accepted.iter().any(|known| name.starts_with(known)))
            .collect();
        assert_eq!(lacking, Vec::<String>::new(), "{name}");
    }
}
