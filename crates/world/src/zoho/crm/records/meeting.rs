//! What belongs to meetings alone: their times, their people, and mail to these.

use super::super::failure::Failure;
use super::super::value::{Writing, participants};
use crate::zoho::org::Org;
use crate::zoho::schema::Module;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

pub(super) const MODULE: &str = "Events";

const TIMES: [(&str, &str); 2] = [("Start_DateTime", "T00:00:00Z"), ("End_DateTime", "T23:59:59Z")];

/// Whether what is written asks that the people of a meeting are mailed. Without the key nobody is.
pub(super) fn asks_to_tell(module: &Module, input: &Map<String, Value>) -> bool {
    module.api_name == MODULE && input.get("$send_notification") == Some(&Value::Bool(true))
}

/// Makes whole days of the times of an all-day meeting, and refuses an end that isn't behind the start.
///
/// An all-day meeting has the days that were written, whatever their offset; they are kept as the
/// midnights of UTC. When a meeting becomes one of all day without new times, its days are those of its
/// owner's zone. That an end at the very start is refused too is an assumption.
pub(super) fn settle_times(writing: Writing<'_>, values: &mut Map<String, Value>) -> Result<(), Failure> {
    let Writing { org, input, current, place, .. } = writing;
    let yes = Value::Bool(true);
    let was_whole = current.is_some_and(|record| record.value("All_day") == &yes);
    let whole = values.get("All_day").map_or(was_whole, |all_day| all_day == &yes);
    for (name, clock) in TIMES.into_iter().filter(|_| whole) {
        let written = input.get(name).and_then(Value::as_str).and_then(|text| text.get(..10)).map(str::to_owned);
        let kept = current.filter(|_| !was_whole).and_then(|record| {
            let moment: Timestamp = record.text(name)?.parse().ok()?;
            Some(moment.to_zoned(org.zone(record.owner)).date().to_string())
        });
        if let Some(day) = written.or(kept) {
            values.insert(name.to_owned(), json!(format!("{day}{clock}")));
        }
    }
    if !TIMES.iter().any(|(name, _)| values.contains_key(*name)) {
        return Ok(());
    }
    let moment = |name: &str| {
        let written = values.get(name).and_then(Value::as_str);
        written.or_else(|| current.and_then(|record| record.text(name)))
    };
    match (moment("Start_DateTime"), moment("End_DateTime")) {
        (Some(start), Some(end)) if end <= start => Err(Failure::value_of("End_DateTime", &place.path("End_DateTime"))),
        _ => Ok(()),
    }
}

/// The people that a meeting is to have: those that were written instead of those that it has, by report.
/// Who stays keeps id and answer.
pub(super) fn settle_people(
    org: &mut Org,
    present: Option<Value>,
    written: Option<&Value>,
    invites: bool,
) -> Option<Value> {
    let present: Vec<Value> = present.and_then(|present| present.as_array().cloned()).unwrap_or_default();
    let wanted = match written {
        Some(written) => written.as_array().cloned().unwrap_or_default(),
        None if invites => present.clone(),
        None => return None,
    };
    let mut people = Vec::new();
    for person in wanted {
        let known = present.iter().find(|other| participants::same(other, &person)).cloned();
        let mut person = known.unwrap_or_else(|| {
            let mut person = person;
            person["id"] = org.new_id().json();
            person["invited"] = json!(false);
            person["status"] = json!("not_known");
            person
        });
        if invites {
            person["invited"] = json!(true);
        }
        people.push(person);
    }
    Some(if people.is_empty() { Value::Null } else { Value::Array(people) })
}
