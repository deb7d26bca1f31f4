//! JSON of which one place says something else.

use crate::hostile;
use serde_json::{Value, json};

/// How many entries a list has that is too long.
const LONG: usize = 500;

/// How deep a value is nested that a reader of JSON still takes.
const DEEP: usize = 100;

/// A message of which one place is damaged.
#[derive(Clone, Debug)]
pub struct Damaged {
    /// The place, as a JSON pointer.
    pub at: String,
    /// What was done there.
    pub by: String,
    /// Whether something else stands there than its reader is promised: neither of its type, nor `null`.
    pub is_of_another_type: bool,
    /// The message.
    pub message: Value,
}

/// Every damage to every place of a message.
pub fn damaged(message: &Value) -> impl Iterator<Item = Damaged> {
    damaged_at(message, "")
}

/// Every damage to the places of a message from the one at `pointer` on.
pub fn damaged_at(message: &Value, pointer: &str) -> impl Iterator<Item = Damaged> {
    let mut places = Vec::new();
    if let Some(value) = message.pointer(pointer) {
        collect(value, pointer.to_owned(), &mut places);
    }
    let wrong = wrong();
    places.into_iter().flat_map(move |at| {
        let mut all = replaced(message, &at, &wrong);
        all.extend(taken_out(message, &at));
        all.extend(doubled(message, &at));
        all
    })
}

/// A message of which one place holds something of another type: which place and what, `choice` decides. Numbers that
/// follow each other decide for different places.
pub fn another_type(message: &Value, choice: usize) -> Option<Damaged> {
    let mut places = Vec::new();
    collect(message, String::new(), &mut places);
    let at = places.get(choice % places.len())?;
    let wrong = wrong();
    let start = choice / places.len();
    let mut tried = (0..wrong.len()).map(|offset| (start + offset) % wrong.len());
    tried.find_map(|index| {
        let damaged = replaced(message, at, wrong.get(index..=index)?).pop()?;
        damaged.is_of_another_type.then_some(damaged)
    })
}

fn collect(value: &Value, at: String, places: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                collect(member, format!("{at}/{}", name.replace('~', "~0").replace('/', "~1")), places);
            }
        }
        Value::Array(entries) => {
            for (index, entry) in entries.iter().enumerate() {
                collect(entry, format!("{at}/{index}"), places);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
    places.push(at);
}

/// What may stand anywhere: what it is called, and the value.
fn wrong() -> Vec<(String, Value)> {
    let mut values: Vec<(String, Value)> = [
        json!(null),
        json!(true),
        json!(false),
        json!(0),
        json!(-1),
        json!(i64::MIN),
        json!(u64::MAX),
        json!(0.5),
        json!(1e308),
        json!([]),
        json!({}),
        json!([null]),
        json!([[]]),
        json!({ "": null }),
    ]
    .into_iter()
    .map(|value| (value.to_string(), value))
    .collect();
    values.push(("a long list".to_owned(), vec![Value::Null; LONG].into()));
    values.push(("a deep list".to_owned(), (0..DEEP).fold(Value::Null, |inner, _| json!([inner]))));
    let texts = hostile::texts();
    values.extend(texts.into_iter().map(|text| (text.chars().take(40).collect(), Value::String(text))));
    values
}

fn replaced(message: &Value, at: &str, wrong: &[(String, Value)]) -> Vec<Damaged> {
    let with = |(by, value): &(String, Value)| {
        let mut message = message.clone();
        let place = message.pointer_mut(at)?;
        let is_of_another_type = !value.is_null() && std::mem::discriminant(place) != std::mem::discriminant(value);
        *place = value.clone();
        Some(Damaged { at: at.to_owned(), by: by.clone(), is_of_another_type, message })
    };
    wrong.iter().filter_map(with).collect()
}

fn taken_out(message: &Value, at: &str) -> Option<Damaged> {
    let (parent, name) = at.rsplit_once('/')?;
    let mut message = message.clone();
    match message.pointer_mut(parent)? {
        Value::Object(members) => drop(members.remove(&name.replace("~1", "/").replace("~0", "~"))),
        Value::Array(entries) => drop(entries.remove(name.parse().ok()?)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => return None,
    }
    Some(Damaged { at: at.to_owned(), by: "taken out".to_owned(), is_of_another_type: false, message })
}

fn doubled(message: &Value, at: &str) -> Option<Damaged> {
    let (parent, name) = at.rsplit_once('/')?;
    let mut message = message.clone();
    let entries = message.pointer_mut(parent)?.as_array_mut()?;
    let index = name.parse().ok()?;
    entries.insert(index, entries.get(index)?.clone());
    Some(Damaged { at: at.to_owned(), by: "doubled".to_owned(), is_of_another_type: false, message })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_is_damaged_and_no_other() {
        let message = json!({ "value": [{ "id": "1", "a/b": { "c": 5 } }], "next": "n" });
        let all: Vec<Damaged> = damaged(&message).collect();
        for at in ["", "/next", "/value", "/value/0", "/value/0/id", "/value/0/a~1b", "/value/0/a~1b/c"] {
            assert!(all.iter().any(|damaged| damaged.at == at), "{at}");
        }
        let of = |at: &str, by: &str| {
            all.iter().find(|damaged| damaged.at == at && damaged.by == by).expect("it is among them")
        };
        let typed = of("/value/0/id", "true");
        assert_eq!(typed.message, json!({ "value": [{ "id": true, "a/b": { "c": 5 } }], "next": "n" }));
        assert!(typed.is_of_another_type && !of("/value/0/id", "null").is_of_another_type);
        assert!(!of("/value/0/a~1b/c", "-1").is_of_another_type);
        let without = json!({ "value": [{ "id": "1" }], "next": "n" });
        assert_eq!(of("/value/0/a~1b", "taken out").message, without);
        assert_eq!(of("/value/0", "doubled").message["value"].as_array().map(Vec::len), Some(2));
        let chosen: Vec<String> = (0..7).map(|choice| another_type(&message, choice).expect("a damage").at).collect();
        assert_eq!(chosen.iter().collect::<std::collections::BTreeSet<_>>().len(), 7, "{chosen:?}");
        assert!((0..500).all(|choice| another_type(&message, choice).is_some_and(|one| one.is_of_another_type)));
        assert!(damaged_at(&message, "/value/0").all(|damaged| damaged.message["next"] == "n"));
    }
}
