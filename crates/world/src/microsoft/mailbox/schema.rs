//! The contact entity of Graph v1.0: which properties there are, and of which type.
//!
//! See <https://learn.microsoft.com/en-us/graph/api/resources/contact>; the names and types are those of the
//! service's metadata document, and a contract test holds them against it.

use crate::microsoft::refusal::Refusal;
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Map, Value, json};

/// The type of a property, as far as reading and writing differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A physicalAddress, replaced as a whole.
    Address,
    /// An Edm.DateTimeOffset that a client may write.
    Date,
    /// One of the three email addresses.
    EmailSlot(usize),
    /// The collection of the three email addresses.
    Emails,
    /// The service's own; in a body it is ignored (OData 4.0, part 1, section 11.4.2).
    Fixed,
    /// An Edm.String.
    Text,
    /// A collection of Edm.String with at most so many entries.
    Texts(usize),
}

/// How many email addresses a contact has.
pub const EMAILS_MAX: usize = 3;
/// How many home phones a contact has, and how many business phones.
pub const PHONES_MAX: usize = 2;
/// How many chat addresses a contact has.
pub const CHATS_MAX: usize = 3;

/// A collection without a known limit.
const ANY: usize = usize::MAX;

/// Every structural property.
///
/// Two business phones and three email addresses are limits met on the live service
/// (<https://github.com/microsoftgraph/microsoft-graph-docs/issues/15276>); two home phones and three chat
/// addresses follow from the MAPI properties behind them and are not confirmed. No limit on the length of a
/// text is known, so none is enforced.
pub(crate) const PROPERTIES: &[(&str, Kind)] = &[
    ("id", Kind::Fixed),
    ("createdDateTime", Kind::Fixed),
    ("lastModifiedDateTime", Kind::Fixed),
    ("changeKey", Kind::Fixed),
    ("categories", Kind::Texts(ANY)),
    ("parentFolderId", Kind::Fixed),
    ("birthday", Kind::Date),
    ("fileAs", Kind::Text),
    ("displayName", Kind::Text),
    ("givenName", Kind::Text),
    ("initials", Kind::Text),
    ("middleName", Kind::Text),
    ("nickName", Kind::Text),
    ("surname", Kind::Text),
    ("title", Kind::Text),
    ("yomiGivenName", Kind::Text),
    ("yomiSurname", Kind::Text),
    ("yomiCompanyName", Kind::Text),
    ("generation", Kind::Text),
    ("imAddresses", Kind::Texts(CHATS_MAX)),
    ("jobTitle", Kind::Text),
    ("companyName", Kind::Text),
    ("department", Kind::Text),
    ("officeLocation", Kind::Text),
    ("profession", Kind::Text),
    ("businessHomePage", Kind::Text),
    ("assistantName", Kind::Text),
    ("manager", Kind::Text),
    ("homePhones", Kind::Texts(PHONES_MAX)),
    ("mobilePhone", Kind::Text),
    ("businessPhones", Kind::Texts(PHONES_MAX)),
    ("spouseName", Kind::Text),
    ("personalNotes", Kind::Text),
    ("children", Kind::Texts(ANY)),
    ("emailAddresses", Kind::Emails),
    ("primaryEmailAddress", Kind::EmailSlot(0)),
    ("secondaryEmailAddress", Kind::EmailSlot(1)),
    ("tertiaryEmailAddress", Kind::EmailSlot(2)),
    ("homeAddress", Kind::Address),
    ("businessAddress", Kind::Address),
    ("otherAddress", Kind::Address),
];

/// The property of this name; names are case-sensitive in bodies.
pub(crate) fn kind_of(name: &str) -> Option<(&'static str, Kind)> {
    PROPERTIES.iter().find(|(known, _)| *known == name).copied()
}

/// The property of this name as a query option spells it; there case doesn't matter.
pub(crate) fn property_in_query(name: &str) -> Option<(&'static str, Kind)> {
    PROPERTIES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).copied()
}

/// A property that the entity doesn't have.
pub(crate) fn unknown_property(name: &str, entity: &str) -> Refusal {
    Refusal::unreadable(format!(
        "The property '{name}' does not exist on type 'microsoft.graph.{entity}'. Make sure to only use property names \
         that are defined by the type."
    ))
}

fn node(value: &Value) -> &'static str {
    match value {
        Value::Array(_) => "StartArray",
        Value::Object(_) => "StartObject",
        _ => "PrimitiveValue",
    }
}

/// A value of another shape than the one that is wanted.
pub(crate) fn expected(value: &Value, wanted: &str) -> Refusal {
    let found = node(value);
    Refusal::unreadable(format!(
        "An unexpected '{found}' node was found when reading from the JSON reader. A '{wanted}' node was expected."
    ))
}

/// Reads an Edm.String; `null` clears.
pub(crate) fn text(value: &Value) -> Result<Value, Refusal> {
    match value {
        Value::Null | Value::String(_) => Ok(value.clone()),
        Value::Bool(_) | Value::Number(_) => {
            Err(Refusal::unreadable(format!("Cannot convert the literal '{value}' to the expected type 'Edm.String'.")))
        }
        _ => Err(expected(value, "PrimitiveValue")),
    }
}

/// Reads a collection of Edm.String. `null` is no collection (OData 4.0, part 3, section 12.3): an empty one
/// clears.
pub(crate) fn texts(name: &str, value: &Value, limit: usize) -> Result<Value, Refusal> {
    let entries = collection(name, value, "Edm.String")?;
    within(name, entries.len(), limit)?;
    let read: Vec<Value> = entries.iter().map(text).collect::<Result<_, _>>()?;
    Ok(read.into_iter().filter(|entry| !entry.is_null()).collect())
}

fn collection<'a>(name: &str, value: &'a Value, of: &str) -> Result<&'a Vec<Value>, Refusal> {
    match value {
        Value::Array(entries) => Ok(entries),
        Value::Null => Err(Refusal::unreadable(format!(
            "A null value was found for the property named '{name}', which has the expected type 'Collection({of})'. \
             The expected type does not allow null values."
        ))),
        other => Err(expected(other, "StartArray")),
    }
}

fn within(name: &str, count: usize, limit: usize) -> Result<(), Refusal> {
    if count > limit {
        let message = format!(
            "The multi value property {name} has {count} entries, that exceeds the max allowed \
                value of {limit}."
        );
        return Err(Refusal::property(message));
    }
    Ok(())
}

/// Reads a moment. The docs' own example writes a bare date, so that is taken as midnight in UTC.
///
/// Contacts that people make in Outlook often carry some other time of that day; a reader has to look at the
/// date alone. Here a time stays as it was written.
pub(crate) fn moment(value: &Value) -> Result<Value, Refusal> {
    let written = match value {
        Value::Null => return Ok(Value::Null),
        Value::String(written) => written,
        Value::Bool(_) | Value::Number(_) => return Err(not_a_moment(&value.to_string())),
        other => return Err(expected(other, "PrimitiveValue")),
    };
    let timestamp = if written.len() == 10 {
        written
            .parse::<Date>()
            .ok()
            .and_then(|date| date.to_zoned(jiff::tz::TimeZone::UTC).ok())
            .map(|zoned| zoned.timestamp())
    } else {
        written.parse::<Timestamp>().ok()
    };
    timestamp.map(|timestamp| json!(seconds(timestamp))).ok_or_else(|| not_a_moment(written))
}

fn not_a_moment(written: &str) -> Refusal {
    Refusal::unreadable(format!("Cannot convert the literal '{written}' to the expected type 'Edm.DateTimeOffset'."))
}

/// `2026-11-21T10:00:00Z`, as Graph writes moments of a contact.
pub(crate) fn seconds(moment: Timestamp) -> String {
    moment.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn complex(value: &Value, entity: &str, names: &[&str]) -> Result<Map<String, Value>, Refusal> {
    let Value::Object(members) = value else { return Err(expected(value, "StartObject")) };
    let mut read = Map::new();
    for (name, member) in members.iter().filter(|(name, _)| !name.contains('@')) {
        if !names.contains(&name.as_str()) {
            return Err(unknown_property(name, entity));
        }
        let member = text(member)?;
        if !member.is_null() {
            read.insert(name.clone(), member);
        }
    }
    Ok(read)
}

/// Reads an address as a whole: parts that aren't named are empty afterwards.
pub(crate) fn address(value: &Value) -> Result<Value, Refusal> {
    if value.is_null() {
        return Ok(json!({}));
    }
    complex(value, "physicalAddress", &["street", "city", "state", "countryOrRegion", "postalCode"]).map(Value::Object)
}

/// Reads one email address. By report, Graph fills in the address where the name is missing.
pub(crate) fn email(value: &Value) -> Result<Option<Value>, Refusal> {
    if value.is_null() {
        return Ok(None);
    }
    let mut read = complex(value, "emailAddress", &["address", "name"])?;
    if let (None, Some(address)) = (read.get("name"), read.get("address").cloned()) {
        read.insert("name".into(), address);
    }
    Ok((!read.is_empty()).then_some(Value::Object(read)))
}

/// Reads the three email addresses.
pub(crate) fn emails(value: &Value) -> Result<[Option<Value>; EMAILS_MAX], Refusal> {
    let entries = collection("emailAddresses", value, "microsoft.graph.emailAddress")?;
    within("emailAddresses", entries.len(), EMAILS_MAX)?;
    let mut slots = [None, None, None];
    for (slot, entry) in slots.iter_mut().zip(entries) {
        *slot = email(entry)?;
    }
    Ok(slots)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn badly_typed_values_are_refused() {
        type Case = (Result<Value, Refusal>, Result<Value, &'static str>);
        let cases: [Case; 12] = [
            (text(&json!("x")), Ok(json!("x"))),
            (text(&json!(null)), Ok(json!(null))),
            (text(&json!(5)), Err("Cannot convert the literal '5' to the expected type 'Edm.String'.")),
            (text(&json!(["x"])), Err("An unexpected 'StartArray' node was found")),
            (texts("children", &json!([]), ANY), Ok(json!([]))),
            (texts("children", &json!("x"), ANY), Err("A 'StartArray' node was expected.")),
            (texts("children", &json!(null), ANY), Err("does not allow null values")),
            (
                texts("businessPhones", &json!(["1", "2", "3"]), 2),
                Err("has 3 entries, that exceeds the max allowed value of 2"),
            ),
            (address(&json!({ "street": "S", "city": null })), Ok(json!({ "street": "S" }))),
            (
                address(&json!({ "zip": "1" })),
                Err("The property 'zip' does not exist on type 'microsoft.graph.physicalAddress'"),
            ),
            (address(&json!(null)), Ok(json!({}))),
            (address(&json!("S")), Err("A 'StartObject' node was expected.")),
        ];
        for (index, (found, wanted)) in cases.into_iter().enumerate() {
            match (found, wanted) {
                (Ok(found), Ok(wanted)) => assert_eq!(found, wanted, "case {index}"),
                (Err(refusal), Err(part)) => {
                    assert!(refusal.status == 400 && refusal.message.contains(part), "case {index}: {refusal}");
                }
                (found, wanted) => panic!("case {index}: {found:?} instead of {wanted:?}"),
            }
        }
    }

    #[test]
    fn birthdays_are_moments_in_utc() {
        let cases = [
            ("1974-07-22", Some("1974-07-22T00:00:00Z")),
            ("1974-07-22T11:59:00Z", Some("1974-07-22T11:59:00Z")),
            ("1974-07-22T01:00:00.0000000+02:00", Some("1974-07-21T23:00:00Z")),
            ("1974-02-30", None),
            ("1974-07-22T11:59:00", None),
            ("22.07.1974", None),
            ("", None),
        ];
        for (written, read) in cases {
            assert_eq!(moment(&json!(written)).ok(), read.map(|read| json!(read)), "{written}");
        }
    }

    #[test]
    fn there_are_three_email_addresses() {
        let slots = emails(&json!([{ "address": "a@x" }, { "address": "b@x", "name": "B" }])).expect("a valid value");
        assert_eq!(
            slots,
            [Some(json!({ "address": "a@x", "name": "a@x" })), Some(json!({ "address": "b@x", "name": "B" })), None]
        );
        let four = json!([{ "address": "1" }, { "address": "2" }, { "address": "3" }, { "address": "4" }]);
        assert_eq!(emails(&four).expect_err("a refusal").code, "ErrorInvalidProperty");
    }
}
