//! When whoever has a task is reminded: `FREQ=NONE;ACTION=EMAIL;TRIGGER=DATE-TIME:2026-07-03T12:30:00+05:30`.
//!
//! Samples of the official SDKs are all that is published: a moment, or days before the due date with
//! `TRIGGER=-P1D;TRIGGER_TIME=22:52`. What they don't show is refused.

use super::super::failure::Failure;
use super::Place;
use crate::zoho::time;
use jiff::Timestamp;
use jiff::civil::Time;
use jiff::tz::TimeZone;
use serde_json::{Map, Value, json};

const KEY: &str = "ALARM";
const AT: &str = "DATE-TIME:";
const FREQUENCIES: [&str; 5] = ["NONE", "DAILY", "WEEKLY", "MONTHLY", "YEARLY"];
const ACTIONS: [&str; 3] = ["EMAIL", "POPUP", "EMAILANDPOPUP"];

/// Reads a reminder. Its moment is kept in UTC.
pub(super) fn read(name: &str, value: &Map<String, Value>, place: Place) -> Result<Value, Failure> {
    let path = place.path(&format!("{name}.{KEY}"));
    match value.get(KEY) {
        None | Some(Value::Null) => Err(Failure::missing_key(KEY, &path)),
        Some(Value::String(text)) => {
            canonical(text).map(|text| json!({ KEY: text })).ok_or_else(|| Failure::value_of(KEY, &path))
        }
        Some(_) => Err(Failure::type_of(KEY, &path, "text")),
    }
}

fn canonical(text: &str) -> Option<String> {
    let parts = parts(text)?;
    let of = |name: &str| parts.iter().find(|(key, _)| *key == name).map(|(_, value)| *value);
    let once = parts.iter().all(|(key, _)| parts.iter().filter(|(other, _)| other == key).count() == 1);
    let known = parts.iter().all(|(key, _)| ["FREQ", "ACTION", "TRIGGER", "TRIGGER_TIME"].contains(key));
    let repeats = of("FREQ").is_none_or(|frequency| FREQUENCIES.contains(&frequency));
    let acts = ACTIONS.contains(&of("ACTION")?);
    if !(once && known && repeats && acts) {
        return None;
    }
    match (of("TRIGGER")?.strip_prefix(AT), of("TRIGGER_TIME")) {
        (Some(moment), None) => {
            let moment = time::canonical(time::read(moment)?);
            Some(with_trigger(&parts, &moment))
        }
        (None, Some(hour)) => {
            let days = of("TRIGGER")?.strip_prefix("-P")?.strip_suffix('D')?;
            let counted = (1..=3).contains(&days.len()) && days.bytes().all(|byte| byte.is_ascii_digit());
            (counted && hour.len() == 5 && hour.parse::<Time>().is_ok()).then(|| text.to_owned())
        }
        _ => None,
    }
}

fn parts(text: &str) -> Option<Vec<(&str, &str)>> {
    text.split(';').map(|part| part.split_once('=')).collect()
}

fn with_trigger(parts: &[(&str, &str)], moment: &str) -> String {
    let part = |(key, value): &(&str, &str)| match *key {
        "TRIGGER" => format!("{key}={AT}{moment}"),
        _ => format!("{key}={value}"),
    };
    parts.iter().map(part).collect::<Vec<_>>().join(";")
}

/// A reminder as a reader in `zone` sees it.
pub(super) fn show(value: &Value, zone: &TimeZone) -> Value {
    let Some(parts) = value[KEY].as_str().and_then(parts) else { return value.clone() };
    let moment = parts.iter().find_map(|(key, value)| (*key == "TRIGGER").then(|| value.strip_prefix(AT)).flatten());
    match moment.and_then(|moment| moment.parse::<Timestamp>().ok()) {
        Some(moment) => json!({ KEY: with_trigger(&parts, &time::write(moment, zone)) }),
        None => value.clone(),
    }
}
