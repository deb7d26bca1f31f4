//! Who is invited to an event, and what they answered.

use crate::json::{filled, list, text};
use mxs_core::{Field, Fields, ROLE_ATTENDEE, ROLE_ORGANIZER, Value};
use serde_json::{Map, Value as Json, json};

/// What most people are invited as; it isn't said.
const REQUIRED: &str = "required";

/// Reads the people of an event into `fields`; `None` where they can't be read.
pub(crate) fn read(event: &Map<String, Json>, fields: &mut Fields) -> Option<()> {
    let organizer = event.get("organizer").and_then(Json::as_object).map(address).unwrap_or_default();
    let mut lines = Vec::new();
    let mut addresses = Vec::new();
    for attendee in list(event, "attendees") {
        let attendee = attendee.as_object()?;
        let own = address(attendee);
        // Exchange may list the organizer among the attendees, and people without an address.
        if !own.is_empty() && own != organizer {
            lines.push(line(attendee, &own));
            addresses.push(own);
        }
    }
    if addresses.is_empty() {
        return Some(());
    }
    let role = if event.get("isOrganizer")?.as_bool()? { ROLE_ORGANIZER } else { ROLE_ATTENDEE };
    fields.put(Field::Role, Value::text(role));
    fields.put(Field::Attendees, Value::set(addresses));
    fields.put(Field::AttendeeAnswers, Value::text(&lines.join("\n")));
    Some(())
}

fn address(person: &Map<String, Json>) -> String {
    let address = person.get("emailAddress").and_then(Json::as_object);
    address.map(|address| text(address, "address").trim().to_lowercase()).unwrap_or_default()
}

/// One line of [`Field::AttendeeAnswers`]: `Ada Lovelace <ada@corp.example> (optional): accepted`. [`written`] reads it
/// again, so that who is known stays what they are.
fn line(attendee: &Map<String, Json>, address: &str) -> String {
    let named = attendee.get("emailAddress").and_then(Json::as_object);
    let name = named.and_then(|named| filled(named, "name")).unwrap_or(address);
    let name: String = name.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let kind = match filled(attendee, "type") {
        None | Some(REQUIRED) => String::new(),
        Some(kind) => format!(" ({kind})"),
    };
    let status = attendee.get("status").and_then(Json::as_object);
    let answer = status.and_then(|status| filled(status, "response")).unwrap_or("none");
    format!("{} <{address}>{kind}: {answer}", name.trim())
}

/// The list of attendees after a change: whoever `current` knows keeps their name and type.
pub(crate) fn written(after: &Fields, current: &Fields) -> Json {
    let known: Vec<_> = current.text(Field::AttendeeAnswers).lines().filter_map(parse_line).collect();
    let addresses = after.words(Field::Attendees).into_iter().flat_map(|words| words.iter());
    let attendees = addresses.map(|address| {
        let (name, _, kind) =
            known.iter().find(|(_, own, _)| *own == address).copied().unwrap_or((address, address, REQUIRED));
        let mut person = Map::new();
        person.insert("address".to_owned(), json!(address));
        if name != address {
            person.insert("name".to_owned(), json!(name));
        }
        json!({ "emailAddress": person, "type": kind })
    });
    attendees.collect()
}

/// Name, address and type of a line. A name may hold anything, so it is read from its end.
fn parse_line(line: &str) -> Option<(&str, &str, &str)> {
    let (person, _) = line.rsplit_once(": ")?;
    let (name, rest) = person.rsplit_once(" <")?;
    let (address, kind) = rest.split_once('>')?;
    let kind = kind.trim().strip_prefix('(').and_then(|kind| kind.strip_suffix(')')).unwrap_or(REQUIRED);
    Some((name, address, kind))
}
