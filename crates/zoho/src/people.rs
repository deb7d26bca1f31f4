//! The people of events.
//!
//! Whoever changes them writes them all: those who stay as who they are to the CRM, those who are new by their
//! address. Nobody is told.
//!
//! <https://www.zoho.com/crm/developer/docs/api/v8/insert-records.html>

use crate::json::{self, filled, text};
use crate::{Module, ZohoError, record, records};
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
    /// In small letters; empty if the CRM doesn't know it, and of the host: the other side has no host among its
    /// attendees.
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
    Request::new(Method::Get, format!("{path}?ids={ids}&fields={FIELD},Owner&approved=both"))
}

/// Reads the answer to [`request`]. Events that are missing in it can't get other people, nor those with somebody
/// who could not be written again.
pub fn parse(response: &Response) -> Result<People, ZohoError> {
    let answer = json::rows(response, json::DATA)?;
    let mut people = People::default();
    for row in json::objects(&answer) {
        let read = row.and_then(|row| Some((CrmId::new(filled(row, "id")?), persons(row))));
        let (id, persons) = read.ok_or_else(|| ZohoError::unreadable(response.status))?;
        if let Some(persons) = persons {
            people.0.insert(id, persons);
        }
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
    // Of whom the other side has no address, nobody there can have said that they don't come.
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

/// `None` if a row has no list of people, or somebody in it could not be written again.
fn persons(row: &Map<String, Json>) -> Option<Vec<Person>> {
    let list = match row.get(FIELD)? {
        Json::Null => &Vec::new(),
        Json::Array(list) => list,
        _ => return None,
    };
    let host = record::owner(row).filter(|_| are_readable(row, list))?;
    list.iter().map(|person| person.as_object().and_then(|person| self::person(person, host))).collect()
}

fn person(row: &Map<String, Json>, host: &str) -> Option<Person> {
    let (kind, participant) = (filled(row, "type")?.to_owned(), filled(row, "participant")?.to_owned());
    Some(Person { kind, participant, address: address(row, host) })
}

fn address(row: &Map<String, Json>, host: &str) -> String {
    let (kind, participant) = (text(row, "type"), text(row, "participant"));
    let address = match text(row, "Email") {
        _ if kind == "user" && participant == host => "",
        "" if kind == "email" => participant,
        address => address,
    };
    address.trim().to_lowercase()
}

/// Whether it can be told who an event's people are, and who of them is the host.
pub(crate) fn are_readable(row: &Map<String, Json>, people: &[Json]) -> bool {
    let is_text = |person: &Map<String, Json>, name| json::is_none_or(person, name, Json::is_string);
    let is_person = |person: &Json| {
        let names = ["type", "participant", "Email"];
        person.as_object().is_some_and(|person| names.into_iter().all(|name| is_text(person, name)))
    };
    people.is_empty() || record::owner(row).is_some() && people.iter().all(is_person)
}

/// The addresses of an event's people, without the host.
pub(crate) fn read(row: &Map<String, Json>, name: &str) -> Option<Value> {
    let host = record::owner(row).unwrap_or_default();
    let people = row.get(name)?.as_array()?;
    Value::set(people.iter().filter_map(|person| Some(address(person.as_object()?, host))))
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
        let url = "/crm/v8/Events?ids=1,2&fields=Participants,Owner&approved=both";
        assert_eq!((request.method, request.url.as_str()), (Method::Get, url));
    }

    #[test]
    fn people_are_hidden() {
        let row = json!({ "id": "1", "Owner": { "id": "5" }, "Participants": [{ "type": "email", "participant": "ada@corp.example" }] });
        let mut people = parse(&answer(&json!({ "data": [row] }))).expect("people");
        people.add(parse(&Response::new(204)).expect("nobody"));
        assert_eq!(format!("{people:?}"), "People { events: 1, .. }");
    }

    #[test]
    fn people_who_could_not_be_written_again_are_left_alone() {
        let owner = json!({ "id": "5" });
        let rows = [
            json!({ "id": "1", "Owner": owner }),
            json!({ "id": "1", "Participants": [] }),
            json!({ "id": "1", "Owner": owner, "Participants": "ada" }),
            json!({ "id": "1", "Owner": owner, "Participants": [{ "type": "email" }] }),
            json!({ "id": "1", "Owner": owner, "Participants": [{ "participant": "30" }] }),
            json!({ "id": "1", "Owner": owner, "Participants": ["ada"] }),
        ];
        for row in rows {
            let people = parse(&answer(&json!({ "data": [row] }))).expect("people");
            assert_eq!(people.written(&CrmId::new("1"), None), None, "{row}");
        }
        let nobody = json!({ "id": "1", "Owner": owner, "Participants": null });
        let people = parse(&answer(&json!({ "data": [nobody] }))).expect("people");
        assert_eq!(people.written(&CrmId::new("1"), None), Some(json!([])));
        for row in [json!({ "Owner": owner, "Participants": [] }), json!("x")] {
            let found = parse(&answer(&json!({ "data": [row] }))).map_err(|error| error.kind);
            assert_eq!(found, Err(ErrorKind::Unreadable), "{row}");
        }
    }

    #[test]
    fn an_address_is_read_of_whomever_has_one() {
        let row = json!({ "Owner": { "id": "5" }, "Participants": [
            { "type": "contact", "participant": "30", "Email": " Ada@corp.example" },
            { "type": "email", "participant": "Bob@corp.example" },
            { "type": null, "participant": null, "Email": "gone@corp.example" },
            { "type": "user", "participant": "5", "Email": "host@corp.example" },
            { "type": "lead", "participant": "31", "Email": null },
            "ada",
        ] });
        let wanted = Value::set(["ada@corp.example", "bob@corp.example", "gone@corp.example"]);
        assert_eq!(read(row.as_object().expect("an object"), FIELD), wanted);
    }
}
