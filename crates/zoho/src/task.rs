//! What belongs to tasks alone: their words and their reminder.

use crate::json::text;
use mxs_core::{Date, Instant, Value};
use serde_json::{Map, Value as Json, json};

/// How far a task is: the engine's word and the CRM's. An organisation may add statuses of its own; they have
/// no word here. Such a task is read as one without a status, so that it gives none to the other side. So is one
/// that is [not begun](UNBEGUN).
const STATUSES: [(&str, &str); 4] = [
    ("in_progress", "In Progress"),
    ("completed", "Completed"),
    ("waiting", "Waiting for input"),
    ("deferred", "Deferred"),
];

/// How important a task is. The CRM has five grades where others have three: the first of each class is the
/// one that is written. The engine compares classes, so that a grade changes only when its class does. The middle
/// one is [no choice](USUAL).
const PRIORITIES: [(&str, &str); 4] = [("high", "High"), ("high", "Highest"), ("low", "Low"), ("low", "Lowest")];

/// What is written where there is no status: who takes one back, says so, and a new task isn't left to what an
/// organisation fills in.
pub(crate) const UNBEGUN: &str = "Not Started";

/// What is written where there is no priority; see [`UNBEGUN`].
pub(crate) const USUAL: &str = "Normal";

/// The parts of a reminder. It shows itself and mails nobody.
const ONCE: &str = "FREQ=NONE;ACTION=POPUP;TRIGGER=DATE-TIME:";
const AT: &str = "DATE-TIME:";

pub(crate) fn read_status(word: &str) -> Option<Value> {
    read_word(&STATUSES, word)
}

pub(crate) fn read_priority(word: &str) -> Option<Value> {
    read_word(&PRIORITIES, word)
}

pub(crate) fn written_status(value: &Value) -> Option<Json> {
    written_word(&STATUSES, value)
}

pub(crate) fn written_priority(value: &Value) -> Option<Json> {
    written_word(&PRIORITIES, value)
}

/// Samples of the vendor's write one status with two capitals.
fn read_word(words: &[(&'static str, &'static str)], word: &str) -> Option<Value> {
    let (own, _) = words.iter().find(|(_, theirs)| theirs.eq_ignore_ascii_case(word.trim()))?;
    Value::text(own)
}

fn written_word(words: &[(&'static str, &'static str)], value: &Value) -> Option<Json> {
    let (_, theirs) = words.iter().find(|(own, _)| value.as_text() == Some(own))?;
    Some(json!(theirs))
}

/// The day of a moment as the CRM shows it to the user. The moment itself would need the user's zone.
pub(crate) fn read_day(moment: &str) -> Option<Value> {
    Date::parse(moment.get(..10)?).ok().map(Value::Date)
}

/// The moment of a reminder. One that counts from the due date (`TRIGGER=-P1D;TRIGGER_TIME=22:52`) is a
/// moment only together with the user's zone, and is read as none.
///
/// <https://www.zoho.com/crm/developer/docs/api/v8/insert-records.html>
pub(crate) fn read_alarm(alarm: &Map<String, Json>) -> Option<Value> {
    let mut parts = text(alarm, "ALARM").split(';').filter_map(|part| part.split_once('='));
    let (_, trigger) = parts.find(|(name, _)| *name == "TRIGGER")?;
    Instant::parse(trigger.strip_prefix(AT)?).ok().map(Value::Moment)
}

pub(crate) fn written_alarm(value: &Value) -> Option<Json> {
    let Value::Moment(moment) = value else { return None };
    Some(json!({ "ALARM": format!("{ONCE}{moment}") }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_those_of_the_engine() {
        let cases = [
            ("Not Started", None),
            ("In Progress", Some("in_progress")),
            ("Completed", Some("completed")),
            ("Waiting for input", Some("waiting")),
            ("Waiting for Input", Some("waiting")),
            ("Deferred", Some("deferred")),
            ("In review by legal", None),
            ("-None-", None),
            ("", None),
        ];
        for (theirs, own) in cases {
            assert_eq!(read_status(theirs), own.and_then(Value::text), "{theirs}");
        }
        for (own, theirs) in STATUSES {
            assert_eq!(Value::text(own).as_ref().and_then(written_status), Some(json!(theirs)));
        }
        assert_eq!(Value::text("Deferred").as_ref().and_then(written_status), None);
        assert_eq!(written_status(&Value::Number(1)), None);
    }

    #[test]
    fn five_grades_are_three_classes() {
        let cases = [("Highest", "high"), ("High", "high"), ("Normal", ""), ("Low", "low"), ("Lowest", "low")];
        for (theirs, own) in cases {
            assert_eq!(read_priority(theirs), Value::text(own));
        }
        assert_eq!(read_priority("Urgent"), None);
        for (own, theirs) in [("high", "High"), ("low", "Low")] {
            assert_eq!(Value::text(own).as_ref().and_then(written_priority), Some(json!(theirs)));
        }
    }

    #[test]
    fn a_reminder_is_a_moment() {
        let moment = Instant::parse("2021-01-18T07:15:00Z").ok().map(Value::Moment);
        let cases = [
            ("FREQ=NONE;ACTION=POPUP;TRIGGER=DATE-TIME:2021-01-18T12:45:00+05:30", moment.clone()),
            ("ACTION=EMAILANDPOPUP;TRIGGER=DATE-TIME:2021-01-18T07:15:00Z", moment.clone()),
            ("ACTION=EMAIL;TRIGGER=-P1D;TRIGGER_TIME=22:52", None),
            ("FREQ=NONE", None),
            ("", None),
        ];
        for (alarm, wanted) in cases {
            let json = json!({ "ALARM": alarm });
            assert_eq!(read_alarm(json.as_object().expect("an object")), wanted, "{alarm}");
        }
        let written = json!({ "ALARM": "FREQ=NONE;ACTION=POPUP;TRIGGER=DATE-TIME:2021-01-18T07:15:00+00:00" });
        assert_eq!(moment.as_ref().and_then(written_alarm), Some(written));
        assert_eq!(written_alarm(&Value::Number(5)), None);
    }

    #[test]
    fn a_day_is_the_one_that_the_crm_shows() {
        assert_eq!(read_day("2026-11-21T00:30:00+05:30"), Date::new(2026, 11, 21).ok().map(Value::Date));
        assert_eq!(read_day("yesterday"), None);
    }
}
