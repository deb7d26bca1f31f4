//! Who is invited to an event, and what they answered.

use crate::json::{filled, list, text};
use mxs_core::{Field, Fields, ROLE_ATTENDEE, ROLE_ORGANIZER, Value};
use serde_json::{Map, Value as Json, json};

/// What most people are invited as; it isn't said.
const REQUIRED: &str = "required";
/// Graph's word where nobody answered.
const NO_ANSWER: &str = "none";

/// Somebody who is invited.
#[derive(Clone, Copy)]
pub struct Attendee<'a> {
    /// The name; empty where nobody said.
    pub name: &'a str,
    /// The address, in any case; empty where there is none.
    pub address: &'a str,
    /// `required`, `optional` or `resource`.
    pub kind: &'a str,
    /// Graph's word for the answer, such as `accepted`; `none` where nobody answered.
    pub answer: &'a str,
}

/// Reads the people of an event into `fields`; `None` where they can't be read.
pub(crate) fn read(event: &Map<String, Json>, fields: &mut Fields) -> Option<()> {
    let organizer = event.get("organizer").and_then(Json::as_object).map(|person| named(person, "address"));
    let is_organizer = event.get("isOrganizer").and_then(Json::as_bool);
    put(fields, organizer.unwrap_or_default(), is_organizer, list(event, "attendees").iter().map(attendee))
}

/// Puts those who are invited into `fields`; `None` where somebody can't be read, and where nobody knows who invited
/// them.
pub fn put<'a>(
    fields: &mut Fields,
    organizer: &str,
    is_organizer: Option<bool>,
    attendees: impl Iterator<Item = Option<Attendee<'a>>>,
) -> Option<()> {
    let organizer = organizer.trim().to_lowercase();
    let mut lines = Vec::new();
    let mut addresses = Vec::new();
    for attendee in attendees {
        let attendee = attendee?;
        let own = attendee.address.trim().to_lowercase();
        // Exchange may list the organizer among the attendees, and people without an address.
        if !own.is_empty() && own != organizer {
            lines.push(line(&attendee, &own));
            addresses.push(own);
        }
    }
    if addresses.is_empty() {
        return Some(());
    }
    let role = if is_organizer? { ROLE_ORGANIZER } else { ROLE_ATTENDEE };
    fields.put(Field::Role, Value::text(role));
    fields.put(Field::Attendees, Value::set(addresses));
    fields.put(Field::AttendeeAnswers, Value::text(&lines.join("\n")));
    Some(())
}

fn attendee(attendee: &Json) -> Option<Attendee<'_>> {
    let attendee = attendee.as_object()?;
    let status = attendee.get("status").and_then(Json::as_object);
    Some(Attendee {
        name: named(attendee, "name"),
        address: named(attendee, "address"),
        kind: filled(attendee, "type").unwrap_or(REQUIRED),
        answer: status.and_then(|status| filled(status, "response")).unwrap_or(NO_ANSWER),
    })
}

/// The name or the address of a person; empty where there is none.
fn named<'a>(person: &'a Map<String, Json>, member: &str) -> &'a str {
    person.get("emailAddress").and_then(Json::as_object).map_or("", |named| text(named, member))
}

/// One line of [`Field::AttendeeAnswers`]: `Ada Lovelace <ada@corp.example> (optional): accepted`. [`invited`] reads it
/// again, so that who is known stays what they are.
fn line(attendee: &Attendee<'_>, address: &str) -> String {
    let name = Some(attendee.name).filter(|name| !name.is_empty()).unwrap_or(address);
    let name: String = name.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let kind = match attendee.kind {
        REQUIRED => String::new(),
        kind => format!(" ({kind})"),
    };
    format!("{} <{address}>{kind}: {}", name.trim(), attendee.answer)
}

/// Who is invited after a change: whoever `current` knows keeps their name and kind. A name that is the address is
/// none.
pub fn invited<'a>(after: &'a Fields, current: &'a Fields) -> impl Iterator<Item = Attendee<'a>> {
    let known: Vec<_> = current.text(Field::AttendeeAnswers).lines().filter_map(parse_line).collect();
    let addresses = after.words(Field::Attendees).into_iter().flat_map(|words| words.iter());
    addresses.map(move |address| {
        let before = known.iter().find(|before| before.address == address);
        before.copied().unwrap_or(Attendee { name: address, address, kind: REQUIRED, answer: NO_ANSWER })
    })
}

/// The list of attendees after a change.
pub(crate) fn written(after: &Fields, current: &Fields) -> Json {
    let attendees = invited(after, current).map(|Attendee { name, address, kind, .. }| {
        let mut person = Map::new();
        person.insert("address".to_owned(), json!(address));
        if name != address {
            person.insert("name".to_owned(), json!(name));
        }
        json!({ "emailAddress": person, "type": kind })
    });
    attendees.collect()
}

/// Who a line is about. A name may hold anything, so it is read from its end.
fn parse_line(line: &str) -> Option<Attendee<'_>> {
    let (person, answer) = line.rsplit_once(": ")?;
    let (name, rest) = person.rsplit_once(" <")?;
    let (address, kind) = rest.split_once('>')?;
    let kind = kind.trim().strip_prefix('(').and_then(|kind| kind.strip_suffix(')')).unwrap_or(REQUIRED);
    Some(Attendee { name, address, kind, answer })
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
            let line = line(&Attendee { name: &name, address: "", kind, answer: "accepted" }, &address);
            let read = parse_line(&line).map(|read| (read.name, read.address, read.kind, read.answer));
            prop_assert_eq!(read, Some((name.trim(), address.as_str(), kind, "accepted")));
        }

        #[test]
        fn no_line_makes_it_fail(line in ".{0,40}") {
            let _ = parse_line(&line);
        }
    }
}
