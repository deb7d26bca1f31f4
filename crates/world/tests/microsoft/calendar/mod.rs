//! Calendars as their clients see them.

mod access;
mod contract;
mod corpus;
mod delta;
mod delta_model;
mod events;
mod meetings;
mod meetings_model;
mod outlook;
mod query;
mod robust;
mod series;
mod zones;

use crate::support::*;
use mxs_http::Method;
use mxs_world::World;
use mxs_world::microsoft::CalendarRules;
use serde_json::{Value, json};

fn ada(world: &mut World) -> Graph {
    Graph::delegated(world, ADA, "Calendars.ReadWrite")
}

fn bob(world: &mut World) -> Graph {
    Graph::delegated(world, BOB, "Calendars.ReadWrite")
}

fn rules(world: &mut World, change: impl FnOnce(&mut CalendarRules)) {
    change(&mut world.microsoft.rules.calendar);
}

fn at(time: &str, zone: &str) -> Value {
    json!({ "dateTime": time, "timeZone": zone })
}

fn utc(time: &str) -> Value {
    at(time, "UTC")
}

/// An hour on a day.
fn hour(subject: &str, start: &str, end: &str) -> Value {
    json!({ "subject": subject, "start": utc(start), "end": utc(end) })
}

/// An hour in the week that is looked at most, which begins on Monday, November 23rd, 2026.
fn lunch() -> Value {
    hour("Lunch", "2026-11-24T12:00:00", "2026-11-24T13:00:00")
}

/// Mondays at nine from November 2nd, 2026, in a zone.
fn weekly(zone: &str) -> Value {
    json!({
        "subject": "Weekly", "start": at("2026-11-02T09:00:00", zone), "end": at("2026-11-02T10:00:00", zone),
        "recurrence": {
            "pattern": { "type": "weekly", "interval": 1, "daysOfWeek": ["monday"], "firstDayOfWeek": "monday" },
            "range": { "type": "noEnd", "startDate": "2026-11-02", "recurrenceTimeZone": zone },
        },
    })
}

fn invited(mut event: Value, addresses: &[&str]) -> Value {
    let attendees = addresses.iter().map(|address| json!({ "emailAddress": { "address": address } }));
    event["attendees"] = attendees.collect();
    event
}

const NOVEMBER: &str = "startDateTime=2026-11-01T00:00:00Z&endDateTime=2026-12-01T00:00:00Z";

fn post(world: &mut World, graph: &Graph, event: Value) -> Value {
    graph.create(world, "/me/events", event)
}

fn patch(world: &mut World, graph: &Graph, item: &Value, body: Value) -> Value {
    let path = path(item);
    let response = graph.send(world, Method::Patch, &path, Some(&body));
    assert_eq!(response.status, 200, "PATCH {path}: {}", text(&response));
    json(&response)
}

fn delete(world: &mut World, graph: &Graph, item: &Value) {
    let response = graph.send(world, Method::Delete, &path(item), None);
    assert_eq!(response.status, 204, "{}", text(&response));
}

fn path(item: &Value) -> String {
    format!("/me/events/{}", id(item))
}

fn refused_patch(world: &mut World, graph: &Graph, item: &Value, body: Value) -> (u16, String) {
    graph.refused(world, Method::Patch, &path(item), Some(&body))
}

/// The instances of a series in November, by start.
fn november(world: &mut World, graph: &Graph, series: &Value) -> Vec<Value> {
    let page = graph.get(world, &format!("{}/instances?{NOVEMBER}&$top=100&$orderby=start/dateTime", path(series)));
    items(&page)
}

fn items(page: &Value) -> Vec<Value> {
    page["value"].as_array().expect("a page").clone()
}

/// The starts of items, cut to the minute.
fn starts(items: &[Value]) -> Vec<String> {
    items.iter().map(|item| item["start"]["dateTime"].as_str().expect("a start")[..16].to_owned()).collect()
}

/// The mails so far, `reason to`, oldest first; forgets them.
fn mails(world: &mut World) -> Vec<String> {
    let mails = std::mem::take(&mut world.outbox.mails);
    mails.into_iter().map(|mail| format!("{} {}", mail.reason.trim_start_matches("meeting "), mail.to)).collect()
}

fn bad(code: &str) -> (u16, String) {
    (400, code.to_owned())
}
