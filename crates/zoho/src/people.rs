//! The people of events.
//!
//! Whoever changes them writes them all: those who stay as who they are to the CRM, those who are new by their
//! address. Nobody is told.
//!
//! <https://www.zoho.com/crm/developer/docs/api/v8/insert-records.html>

use crate::json::{self, filled, object, text};
use crate::{Module, ZohoError, records};
use mxs_core::{CrmId, Value, Words};
use mxs_http::{Method, Request, Response};
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;

const FIELD: &str = "Participants";

/// Somebody at an event, as the CRM knows them.
#[derive(Clone, PartialEq, Eq)]
struct Person {
    /// `contact`, `lead`, `user` or `email`.
    kind: String,
    /// An id, or the address itself.
    participant: String,
    /// In small letters; empty if the CRM doesn't know it.
    address: String,
}

/// The people of some events, as they are right before a write.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct People(BTreeMap<CrmId, Vec<Person>>);

/// Who meets whom is personal data.
impl std::fmt::Debug for People {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("People").field("events", &self.0.len()).finish_non_exhaustive()
    }
}

/// Asks for the people of events, [`records::LOOKUP_MAX`] at most: of those whose attendees are to be written.
pub fn request(ids: &[CrmId]) -> Request {
    debug_assert!(ids.len() <= records::LOOKUP_MAX, "the CRM refuses more");
    let ids = records::joined(ids);
    let path = records::path(Module::Events);
    Request::new(Method::Get, format!("{path}?ids={ids}&fields={FIELD}&approved=both"))
}

/// Reads the answer to [`request`]. Events that are missing in it can't get other people.
pub fn parse(response: &Response) -> Result<People, ZohoError> {
    let answer = json::rows(response, json::DATA)?;
    let mut people = People::default();
    for row in json::objects(&answer) {
        let read = row.and_then(|row| Some((CrmId::new(filled(row, "id")?), persons(row)?)));
        let (id, persons) = read.ok_or_else(|| ZohoError::unreadable(response.status))?;
        people.0.insert(id, persons);
    }
    Ok(people)
}

impl People {
    /// Takes in what another request told.
    pub fn add(&mut self, other: People) {
        self.0.extend(other.0);
    }

    /// The people that an event is to have. `None` if those that it has aren't known.
    pub(crate) fn written(&self, id: &CrmId, wanted: Option<&Words>) -> Option<Json> {
        Some(listed(self.0.get(id)?, wanted))
    }
}

/// The people of a new event.
pub(crate) fn written(wanted: Option<&Words>) -> Json {
    listed(&[], wanted)
}

fn listed(known: &[Person], wanted: Option<&Words>) -> Json {
    let mut list = Vec::new();
    // Of whom no address is known, nobody on the other side can have said that they don't come.
    for person in known {
        if person.address.is_empty() || wanted.is_some_and(|wanted| wanted.contains(&person.address)) {
            list.push(json!({ "type": person.kind, "participant": person.participant }));
        }
    }
    for address in wanted.into_iter().flat_map(Words::iter) {
        if !known.iter().any(|person| person.address == address) {
            list.push(json!({ "type": "email", "participant": address }));
        }
    }
    Json::Array(list)
}

/// `None` if a row has no list of people, or somebody in it is nobody.
fn persons(row: &Map<String, Json>) -> Option<Vec<Person>> {
    let list = match row.get(FIELD)? {
        Json::Null => &Vec::new(),
        Json::Array(list) => list,
        _ => return None,
    };
    list.iter().map(|person| person.as_object().and_then(self::person)).collect()
}

fn person(row: &Map<String, Json>) -> Option<Person> {
    let (kind, participant) = (filled(row, "type")?.to_owned(), filled(row, "participant")?.to_owned());
    let address = match text(row, "Email") {
        "" if kind == "email" => &participant,
        address => address,
    };
    let address = address.trim().to_lowercase();
    Some(Person { kind, participant, address })
}

/// The addresses of an event's people, without that of its owner.
pub(crate) fn read(row: &Map<String, Json>, name: &str) -> Option<Value> {
    let owner = object(row, "Owner").map(|owner| text(owner, "email").to_lowercase()).unwrap_or_default();
    let people = row.get(name)?.as_array()?;
    let people = people.iter().filter_map(|person| self::person(person.as_object()?));
    Value::set(people.map(|person| person.address).filter(|address| *address != owner))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    fn answer(body: &Json) -> Response {
        Response::new(200).body("application/json", body.to_string())
    }

    #[test]
    fn people_are_asked_for_before_they_are_written() {
        let request = request(&[CrmId::new("1"), CrmId::new("2")]);
        let url = "/crm/v8/Events?ids=1,2&fields=Participants&approved=both";
        assert_eq!((request.method, request.url.as_str()), (Method::Get, url));
    }

    #[test]
    fn people_are_hidden() {
        let row = json!({ "id": "1", "Participants": [{ "type": "email", "participant": "ada@corp.example" }] });
        let mut people = parse(&answer(&json!({ "data": [row] }))).expect("people");
        people.add(parse(&Response::new(204)).expect("nobody"));
        assert_eq!(format!("{people:?}"), "People { events: 1, .. }");
    }

    #[test]
    fn somebody_who_is_nobody_makes_it_unreadable() {
        let rows = [
            json!({ "id": "1" }),
            json!({ "id": "1", "Participants": "ada" }),
            json!({ "id": "1", "Participants": [{ "type": "email" }] }),
            json!({ "id": "1", "Participants": [{ "participant": "30" }] }),
            json!({ "id": "1", "Participants": ["ada"] }),
            json!({ "Participants": [] }),
            json!("x"),
        ];
        for row in rows {
            let found = parse(&answer(&json!({ "data": [row] }))).map_err(|error| error.kind);
            assert_eq!(found, Err(ErrorKind::Unreadable), "{row}");
        }
    }
}
