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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn event(organizer: &str, is_organizer: bool, attendees: Json) -> Map<String, Json> {
        let event = json!({ "isOrganizer": is_organizer, "attendees": attendees,
            "organizer": { "emailAddress": { "name": "O", "address": organizer } } });
        event.as_object().cloned().expect("an object")
    }

    fn invited() -> Json {
        json!([
            { "type": "required", "status": { "response": "organizer" }, "emailAddress": { "address": "Ada@Corp.example" } },
            { "type": "optional", "status": { "response": "accepted" }, "emailAddress": { "name": "Bob: <B>", "address": "Bob@corp.example" } },
            { "type": "resource", "emailAddress": { "name": "Room 1", "address": "room@corp.example" } },
            { "type": "required", "status": { "response": "none" }, "emailAddress": { "name": "carl@x.example", "address": "carl@x.example" } },
            { "type": "required", "emailAddress": { "name": "nobody" } },
        ])
    }

    #[test]
    fn people_are_read_and_written_as_what_they_are() {
        let mut fields = Fields::default();
        assert_eq!(read(&event("ada@corp.example", true, invited()), &mut fields), Some(()));
        assert_eq!(fields.text(Field::Role), ROLE_ORGANIZER);
        assert_eq!(
            fields.get(Field::Attendees).cloned(),
            Value::set(["bob@corp.example", "carl@x.example", "room@corp.example"])
        );
        assert_eq!(
            fields.text(Field::AttendeeAnswers),
            "Bob: <B> <bob@corp.example> (optional): accepted\nRoom 1 <room@corp.example> (resource): none\n\
             carl@x.example <carl@x.example>: none"
        );
        let mut after = fields.clone();
        after.put(Field::Attendees, Value::set(["bob@corp.example", "room@corp.example", "new@x.example"]));
        assert_eq!(
            written(&after, &fields),
            json!([
                { "emailAddress": { "address": "bob@corp.example", "name": "Bob: <B>" }, "type": "optional" },
                { "emailAddress": { "address": "new@x.example" }, "type": "required" },
                { "emailAddress": { "address": "room@corp.example", "name": "Room 1" }, "type": "resource" },
            ])
        );
        after.put(Field::Attendees, None);
        assert_eq!(written(&after, &fields), json!([]));
    }

    #[test]
    fn a_role_is_one_among_others() {
        let one = json!([{ "emailAddress": { "address": "bob@corp.example" } }]);
        let cases = [
            (event("ada@corp.example", true, json!([])), Some(()), ""),
            (event("bob@corp.example", true, one.clone()), Some(()), ""),
            (event("ada@corp.example", true, one.clone()), Some(()), ROLE_ORGANIZER),
            (event("ada@corp.example", false, one.clone()), Some(()), ROLE_ATTENDEE),
            (event("ada@corp.example", false, json!(["x"])), None, ""),
        ];
        for (event, read_whole, role) in cases {
            let mut fields = Fields::default();
            assert_eq!((read(&event, &mut fields), fields.text(Field::Role)), (read_whole, role), "{event:?}");
        }
    }

    proptest! {
        #[test]
        fn a_line_reads_back(name in "[^\\p{C}]{1,20}", address in "[a-z]{1,8}@[a-z]{1,8}", optional: bool) {
            let kind = if optional { "optional" } else { REQUIRED };
            let attendee = json!({ "type": kind, "emailAddress": { "name": name } });
            let line = line(attendee.as_object().expect("an object"), &address);
            prop_assert_eq!(parse_line(&line), Some((name.trim(), address.as_str(), kind)));
        }

        #[test]
        fn no_line_makes_it_fail(line in ".{0,40}") {
            let _ = parse_line(&line);
        }
    }
}
