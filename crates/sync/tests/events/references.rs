//! Events of which a page says that they belong to themselves or to each other.

use crate::stage::{Stage, id, item};
use mxs_world::Service::Microsoft;
use serde_json::{Value, json};

const PAGES: &str = "/calendarView/delta";

const ITEMS: &str = "/$batch";

/// A series, and an event by itself.
fn calendar() -> (Stage, String) {
    let stage = Stage::new();
    let mut weekly = item("Weekly", "2026-03-02T09:00:00", "2026-03-02T10:00:00", "Europe/Berlin");
    weekly["recurrence"] = json!({
        "pattern": { "type": "weekly", "interval": 1, "daysOfWeek": ["monday"] },
        "range": { "type": "numbered", "startDate": "2026-03-02", "numberOfOccurrences": 5 },
    });
    let series = stage.add_item(&weekly);
    stage.add_item(&item("Lunch", "2026-03-04T12:00:00", "2026-03-04T13:00:00", "Europe/Berlin"));
    (stage, series)
}

/// Whom an item is said to belong to: from its own id, that of another exception, and its type.
type Master = fn(&str, &str, &str) -> Option<String>;

/// Where it is said, and what; and whether it is found out.
const ROUNDS: [(&str, &str, Master, bool); 7] = [
    ("an exception is its own series", PAGES, own_series, true),
    ("an exception is its own series when it is asked for", ITEMS, own_series, true),
    ("everything is its own series", PAGES, |own, _, _| Some(own.to_owned()), true),
    ("everything is its own series when it is asked for", ITEMS, |own, _, _| Some(own.to_owned()), true),
    ("a series belongs to itself", PAGES, |own, _, kind| (kind == "seriesMaster").then(|| own.to_owned()), true),
    ("an exception belongs to the other one", PAGES, other_exception, true),
    // Each of them could be a series, as far as it says itself.
    ("an exception belongs to the other one when it is asked for", ITEMS, other_exception, false),
];

fn own_series(own: &str, _: &str, kind: &str) -> Option<String> {
    (kind == "exception").then(|| own.to_owned())
}

fn other_exception(own: &str, other: &str, kind: &str) -> Option<String> {
    (kind == "exception" && own != other).then(|| other.to_owned())
}

/// The events of a page or of the answers to a batch.
fn events(answer: &mut Value) -> Vec<&mut Value> {
    let list = if answer.get("value").is_some() { answer.get_mut("value") } else { answer.get_mut("responses") };
    let all = list.and_then(Value::as_array_mut).into_iter().flatten();
    let all = all.filter_map(|one| {
        if one.get("body").is_some_and(|body| body.get("id").is_some()) { one.get_mut("body") } else { Some(one) }
    });
    all.filter(|one| one["type"].is_string()).collect()
}

fn go_round(answer: &mut Value, master: Master) {
    let mut events = events(answer);
    let exceptions: Vec<String> =
        events.iter().filter(|event| event["type"] == "exception").map(|event| id(event)).collect();
    for event in &mut events {
        let own = id(event);
        let other = exceptions.iter().find(|other| **other != own).unwrap_or(&own).clone();
        if let Some(master) = master(&own, &other, event["type"].as_str().unwrap_or_default()) {
            event["seriesMasterId"] = master.into();
        }
    }
}

/// Two days of the series come to differ, and for two syncs Microsoft says what they belong to; then one of them is
/// cancelled. What the CRM shows at last, and how many pairs are not in sync.
fn told(is_new: bool, said: Option<(&str, &'static str, Master)>) -> (Vec<String>, usize) {
    let (mut stage, series) = calendar();
    if !is_new {
        stage.settle();
    }
    for (day, title) in [("2026-03-09", "Weekly, longer"), ("2026-03-16", "Weekly, shorter")] {
        stage.change_item(&stage.occurrence(&series, day), &json!({ "subject": title }));
    }
    if let Some((way, word, master)) = said {
        let shown = stage.in_outlook();
        stage.watch.tamper.with(Microsoft, word, move |_, mut answer| {
            go_round(&mut answer, master);
            answer
        });
        for _ in 0..2 {
            let report = stage.sync();
            assert_eq!(report.summary.to_exchange.deleted + report.summary.to_crm.deleted, 0, "{way}");
        }
        assert!(stage.watch.tamper.stop() > 0, "{way}");
        assert_eq!(stage.in_outlook(), shown, "{way}");
    }
    stage.settle_but_for_the_calendars();
    // Of this only the series tells.
    stage.delete_item(&stage.occurrence(&series, "2026-03-09"));
    stage.settle_but_for_the_calendars();
    (stage.in_crm(), stage.troubles().len())
}

#[test]
fn events_that_belong_to_themselves_end_no_run_and_delete_nothing() {
    for is_new in [true, false] {
        let wanted = told(is_new, None);
        for (way, word, master, is_found_out) in ROUNDS {
            let found = told(is_new, Some((way, word, master)));
            assert!(!is_found_out || found == wanted, "{way}, new: {is_new}: {found:#?}, not {wanted:#?}");
        }
    }
}
