//! A contact's JSON and the engine's fields.
//!
//! <https://www.zoho.com/crm/developer/docs/api/v8/modules-api.html>

use crate::json::text;
use mxs_core::{Date, Field, Fields, Patch, Value};
use serde_json::{Map, Value as Json, json};

/// The fields that flow, with the CRM's API names. A person may rename a field's label, never its API
/// name.
const NAMES: [(Field, &str); 23] = [
    (Field::Assistant, "Assistant"),
    (Field::Birthday, "Date_of_Birth"),
    (Field::BusinessPhone, "Phone"),
    (Field::Department, "Department"),
    (Field::Email1, "Email"),
    (Field::Email2, "Secondary_Email"),
    (Field::GivenName, "First_Name"),
    (Field::HomeCity, "Other_City"),
    (Field::HomeCountry, "Other_Country"),
    (Field::HomePhone, "Home_Phone"),
    (Field::HomePostalCode, "Other_Zip"),
    (Field::HomeState, "Other_State"),
    (Field::HomeStreet, "Other_Street"),
    (Field::JobTitle, "Title"),
    (Field::MobilePhone, "Mobile"),
    (Field::Notes, "Description"),
    (Field::Surname, "Last_Name"),
    (Field::Title, "Salutation"),
    (Field::WorkCity, "Mailing_City"),
    (Field::WorkCountry, "Mailing_Country"),
    (Field::WorkPostalCode, "Mailing_Zip"),
    (Field::WorkState, "Mailing_State"),
    (Field::WorkStreet, "Mailing_Street"),
];

/// What a pick list says for "nothing chosen".
const NONE_CHOSEN: &str = "-None-";

/// The API names of all fields that flow.
pub fn names() -> impl Iterator<Item = &'static str> {
    NAMES.into_iter().map(|(_, name)| name)
}

/// The field with this API name, if it flows.
pub fn field(api_name: &str) -> Option<Field> {
    NAMES.into_iter().find(|(_, name)| *name == api_name).map(|(field, _)| field)
}

/// Whether `record` has every field of [`names`], be it `null`. What a person may not see can be left out
/// by the CRM: then what is absent is not empty.
pub fn is_complete(record: &Map<String, Json>) -> bool {
    names().all(|name| record.contains_key(name))
}

/// The contents of a record.
pub fn fields(record: &Map<String, Json>) -> Fields {
    // Maps are filled one by one, here and below: collecting into them brings a sort for each.
    let mut fields = Fields::default();
    for (field, name) in NAMES {
        fields.put(field, record.get(name).and_then(|json| value(field, json)));
    }
    fields
}

fn value(field: Field, json: &Json) -> Option<Value> {
    match json {
        Json::String(text) if field == Field::Birthday => Date::parse(text).ok().map(Value::Date),
        Json::String(text) if text == NONE_CHOSEN => None,
        // Line ends as the engine compares them.
        Json::String(text) if text.contains('\r') => Value::text(&text.replace("\r\n", "\n").replace('\r', "\n")),
        Json::String(text) => Value::text(text),
        // An organisation may have made a number of a field that is text elsewhere, such as a postal code.
        // To take it for empty would empty it on the other side.
        Json::Number(number) => Value::text(&number.to_string()),
        _ => None,
    }
}

/// The body of a record to insert.
pub fn create_body(fields: &Fields) -> Map<String, Json> {
    let mut body = Map::new();
    for (field, name) in NAMES {
        if let Some(value) = fields.get(field) {
            body.insert(name.to_owned(), written(value));
        }
    }
    body
}

/// The body of a record to update: only what changes, with `null` for what is emptied. Fields that the CRM
/// doesn't have are left out.
pub fn patch_body(patch: &Patch) -> Map<String, Json> {
    let mut body = Map::new();
    for (field, name) in NAMES {
        if let Some(value) = patch.get(field) {
            body.insert(name.to_owned(), value.map_or(Json::Null, written));
        }
    }
    body
}

fn written(value: &Value) -> Json {
    match value {
        Value::Date(date) => json!(date.to_string()),
        Value::Moment(moment) => json!(moment.to_string()),
        Value::Number(number) => json!(number),
        Value::Set(words) => words.iter().map(Json::from).collect(),
        Value::Text(text) => json!(text),
    }
}

/// The CRM user who owns a record, if the record was read with its owner.
pub(crate) fn owner(record: &Map<String, Json>) -> Option<&str> {
    let owner = crate::json::object(record, "Owner")?;
    Some(text(owner, "id")).filter(|id| !id.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use mxs_core::{FieldMap, Kind};
    use proptest::prelude::*;

    fn object(json: Json) -> Map<String, Json> {
        json.as_object().cloned().expect("an object")
    }

    #[test]
    fn every_field_that_flows_has_one_name() {
        let mut named: Vec<Field> = NAMES.into_iter().map(|(field, _)| field).collect();
        named.sort();
        assert_eq!(named, FieldMap::usual(Kind::Contact).fields().collect::<Vec<_>>());
        let mut apis: Vec<&str> = names().collect();
        apis.sort_unstable();
        apis.dedup();
        assert_eq!(apis.len(), NAMES.len());
        assert_eq!((field("Mailing_Zip"), field("id")), (Some(Field::WorkPostalCode), None));
    }

    #[test]
    fn a_record_is_read() {
        let record = object(json!({
            "id": "1", "First_Name": " Ada ", "Last_Name": "Lovelace", "Salutation": "-None-", "Email": "ada@corp.example",
            "Secondary_Email": null, "Date_of_Birth": "1974-07-22", "Description": "first\r\nsecond\rthird\n",
            "Mailing_Zip": 98121, "Title": "", "Phone": true, "Department": { "name": "x" }, "Custom": "y",
        }));
        let mut wanted = Fields::default()
            .with(Field::GivenName, "Ada")
            .with(Field::Surname, "Lovelace")
            .with(Field::Email1, "ada@corp.example")
            .with(Field::Notes, "first\nsecond\nthird")
            .with(Field::WorkPostalCode, "98121");
        wanted.put(Field::Birthday, Date::new(1974, 7, 22).ok().map(Value::Date));
        assert_eq!(fields(&record), wanted);
        assert_eq!(fields(&object(json!({ "Date_of_Birth": "22.07.1974" }))), Fields::default());
    }

    #[test]
    fn a_record_is_complete_with_every_field_even_if_empty() {
        let mut record: Map<String, Json> = names().map(|name| (name.to_owned(), Json::Null)).collect();
        assert!(is_complete(&record));
        record.remove("Home_Phone");
        assert!(!is_complete(&record));
    }

    #[test]
    fn a_body_names_what_there_is_or_what_changes() {
        let mut fields = Fields::default()
            .with(Field::Surname, "Lovelace")
            .with(Field::Title, "Dr.")
            .with(Field::JobTitle, "Countess")
            .with(Field::Email3, "Exchange only");
        fields.put(Field::Birthday, Date::new(1974, 7, 22).ok().map(Value::Date));
        let body =
            json!({ "Last_Name": "Lovelace", "Salutation": "Dr.", "Title": "Countess", "Date_of_Birth": "1974-07-22" });
        assert_eq!(Json::Object(create_body(&fields)), body);

        let patch =
            Patch::from_iter([(Field::Surname, Value::text("King")), (Field::Notes, None), (Field::Email3, None)]);
        assert_eq!(Json::Object(patch_body(&patch)), json!({ "Last_Name": "King", "Description": null }));
    }

    #[test]
    fn an_owner_is_an_object_with_an_id() {
        assert_eq!(owner(&object(json!({ "Owner": { "id": "5", "name": "x" } }))), Some("5"));
        for json in [json!({}), json!({ "Owner": null }), json!({ "Owner": "5" }), json!({ "Owner": { "id": "" } })] {
            assert_eq!(owner(&object(json)), None);
        }
    }

    fn any_fields() -> impl Strategy<Value = Fields> {
        let text = "[ -~\u{e0}-\u{ff}\u{4e00}-\u{4e10}\n]{1,20}";
        let texts = proptest::collection::btree_map(proptest::sample::select(Field::ALL), text, 0..29);
        let date = proptest::option::of((1602u16..2200, 1u8..=12, 1u8..=28));
        (texts, date).prop_map(|(texts, date)| {
            let mut fields = Fields::default();
            for (field, text) in texts {
                fields.put(field, Value::text(&text));
            }
            fields.put(Field::Birthday, date.and_then(|(y, m, d)| Date::new(y, m, d).ok()).map(Value::Date));
            fields
        })
    }

    proptest! {
        #[test]
        fn what_is_created_reads_back(original in any_fields()) {
            prop_assert_eq!(fields(&create_body(&original)), original.flowing(&FieldMap::usual(Kind::Contact)));
        }

        #[test]
        fn a_patch_does_what_it_says(before in any_fields(), after in any_fields()) {
            let patch = Patch::from_iter(FieldMap::usual(Kind::Contact).fields().map(|field| (field, after.get(field).cloned())));
            let mut record = create_body(&before);
            record.extend(patch_body(&patch));
            prop_assert_eq!(fields(&record), after.flowing(&FieldMap::usual(Kind::Contact)));
        }
    }
}
