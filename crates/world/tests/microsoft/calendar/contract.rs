//! Every calendar message against the metadata document of Microsoft Graph v1.0, where it is at hand.

use super::*;
use crate::contract::Contract;

#[test]
fn every_property_exists_and_has_its_type() {
    let Some(contract) = Contract::of_graph() else { return };
    let world = &mut world();
    let graph = ada(world);
    let place = json!({ "displayName": "Room", "address": { "street": "S", "city": "C", "state": "S",
        "countryOrRegion": "R", "postalCode": "P" }, "coordinates": { "latitude": 47.6, "longitude": -122.3 },
        "locationEmailAddress": "room@corp.example", "locationUri": "https://room.example", "locationType": "hotel" });
    let body = json!({
        "subject": "S", "body": { "content": "c", "contentType": "html" }, "categories": ["red"], "showAs": "oof",
        "start": utc("2026-11-24T09:00:00"), "end": utc("2026-11-24T10:00:00"), "isAllDay": false,
        "importance": "high", "sensitivity": "private", "isReminderOn": true, "reminderMinutesBeforeStart": 5,
        "location": place, "locations": [place], "allowNewTimeProposals": true, "hideAttendees": false,
        "responseRequested": true, "isOnlineMeeting": true, "onlineMeetingProvider": "teamsForBusiness",
        "transactionId": "T", "attendees": [{ "emailAddress": { "name": "Bob", "address": BOB }, "type": "optional" }],
        "recurrence": { "pattern": { "type": "daily", "interval": 1 },
            "range": { "type": "numbered", "numberOfOccurrences": 5, "startDate": "2026-11-24" } },
        "singleValueExtendedProperties": [{ "id": MARK, "value": "5" }],
    });
    assert_eq!(contract.problems("event", &body), Vec::<String>::new(), "what is written exists");
    let made = post(world, &graph, body);
    let guest = bob(world);
    let copy = guest.get(world, "/me/events")["value"][0].clone();
    let slot = json!({ "start": utc("2026-11-25T12:00:00"), "end": utc("2026-11-25T13:00:00") });
    let answer = json!({ "proposedNewTime": slot });
    guest.send(world, Method::Post, &format!("{}/tentativelyAccept", path(&copy)), Some(&answer));
    let all = november(world, &graph, &made);
    patch(world, &graph, &all[1], json!({ "subject": "Changed" }));
    delete(world, &graph, &all[2]);
    let structural: Vec<&str> = {
        let navigation = [
            "attachments",
            "calendar",
            "exceptionOccurrences",
            "extensions",
            "instances",
            "multiValueExtendedProperties",
            "singleValueExtendedProperties",
        ];
        contract.names("event").into_iter().filter(|name| !navigation.contains(name)).collect()
    };
    let expand = format!("$expand=exceptionOccurrences,singleValueExtendedProperties($filter=id eq '{MARK}')");
    let everything = graph.get(world, &format!("{}?$select={}&{expand}", path(&made), structural.join(",")));
    for name in structural {
        assert!(everything.get(name).is_some(), "the event lacks {name}");
    }
    let calendar = graph.get(world, "/me/calendar");
    let navigation = [
        "calendarPermissions",
        "calendarView",
        "events",
        "multiValueExtendedProperties",
        "singleValueExtendedProperties",
    ];
    for name in contract.names("calendar").into_iter().filter(|name| !navigation.contains(name)) {
        assert!(calendar.get(name).is_some(), "a calendar lacks {name}");
    }
    let emitted = [
        ("event", vec![made.clone(), copy, everything]),
        ("event", items(&graph.get(world, "/me/events"))),
        ("event", items(&graph.get(world, &format!("/me/calendarView?{NOVEMBER}")))),
        ("event", items(&graph.get(world, &format!("/me/calendarView/delta?{NOVEMBER}")))),
        ("event", november(world, &graph, &made)),
        ("event", items(&guest.get(world, &format!("/me/calendarView?{NOVEMBER}")))),
        ("calendar", vec![calendar]),
        ("calendar", items(&graph.get(world, "/me/calendars"))),
    ];
    for (entity, values) in emitted {
        assert!(!values.is_empty(), "{entity}");
        for value in values {
            assert_eq!(contract.problems(entity, &value), Vec::<String>::new(), "{value}");
        }
    }
}
