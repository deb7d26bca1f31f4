//! What can be chosen, and what can't.

use super::*;
use mxs_core::{Categories, Deletes, Direction, Field, FieldMap, Flow, Mails, Unmatched, Winner, Words};
use serde_json::{Value, json};

fn read(value: &Value) -> Option<Settings> {
    serde_json::from_value(value.clone()).ok()
}

/// The default settings with one member changed.
fn with(path: &[&str], value: Value) -> Value {
    let mut settings = serde_json::to_value(Settings::default()).expect("JSON");
    let place = path.iter().fold(&mut settings, |place, name| &mut place[*name]);
    *place = value;
    settings
}

/// The function stores these, so the texts never change.
#[test]
fn stored_settings_stay_as_they_are() {
    let mut settings = Settings::default();
    settings.contacts.fields = FieldRules::new(Kind::Contact, vec![]).expect("no field");
    settings.tasks.fields = FieldRules::new(Kind::Task, vec![]).expect("no field");
    let rule = FieldRule { field: Field::ShowAs, flow: Flow::ToCrm, crm: ApiName::new("Busy__c").ok() };
    settings.events.fields = FieldRules::new(Kind::Event, vec![rule]).expect("a field");
    let rules = r#"{"on":false,"direction":{"both":{"winner":"crm"}},"categories":"all","private":false,"unmatched":"copy","deletes":"edit_wins","mails":"hold"}"#;
    let text = format!(
        r#"{{"contacts":{{"rules":{rules},"fields":[],"modules":"contacts","folders":"default","new_accounts":false}},"tasks":{{"rules":{rules},"fields":[],"lists":"own","months_back":6}},"events":{{"rules":{rules},"fields":[{{"field":"show_as","flow":"to_crm","crm":"Busy__c"}}],"calendars":"default","months_back":6}},"mails":{{"on":false,"direction":"to_crm","folders":"default","months_back":6}},"owners":"own"}}"#
    );
    assert_eq!(serde_json::to_string(&settings).expect("JSON"), text);
    assert_eq!(serde_json::from_str::<Settings>(&text).expect("settings"), settings);
    assert_eq!(read(&json!({})), Some(Settings::default()), "what isn't there is as usual");
}

#[test]
fn choices_that_can_be_made() {
    let modules = json!({ "contacts_and_leads": { "new": "leads" } });
    for (path, value) in [
        (&["owners"][..], json!({ "chosen": ["411000000001", "2"] })),
        (&["contacts", "modules"], modules),
        (&["contacts", "folders"], json!({ "chosen": ["AAk=", "AQMk-_"] })),
        (&["tasks", "lists"], json!({ "chosen": ["AAk="] })),
        (&["tasks", "months_back"], json!(12)),
        (&["events", "rules", "categories"], json!({ "except": ["Familie & Freunde"] })),
        (&["events", "rules", "direction"], json!("to_exchange")),
        (&["events", "rules", "deletes"], json!("never")),
        (&["contacts", "rules", "unmatched"], json!("ask")),
        (&["contacts", "fields"], json!([{ "field": "nickname", "flow": "both", "crm": "Nick" }])),
        (&["contacts", "fields"], json!([])),
    ] {
        let sent = with(path, value);
        let settings = read(&sent).unwrap_or_else(|| panic!("{path:?} of {sent}"));
        assert_eq!(serde_json::to_value(&settings).expect("JSON"), sent, "nothing is lost");
    }
}

#[test]
fn choices_that_make_no_sense_are_none() {
    let many = |count: usize| -> Vec<String> { (0..count).map(|number| number.to_string()).collect() };
    let field = |field: &str, crm: Value| json!({ "field": field, "flow": "both", "crm": crm });
    for (path, value) in [
        (&["owners"][..], json!({ "chosen": [] })),
        (&["owners"], json!({ "chosen": ["1", "2", "1"] })),
        (&["owners"], json!({ "chosen": ["anna@example.com"] })),
        (&["owners"], json!({ "chosen": many(PLACES_MAX + 1) })),
        (&["owners"], json!("all")),
        (&["contacts", "folders"], json!({ "chosen": [""] })),
        (&["contacts", "folders"], json!({ "chosen": ["a b"] })),
        (&["contacts", "folders"], json!({ "chosen": ["x".repeat(513)] })),
        (&["contacts", "modules"], json!({ "contacts_and_leads": {} })),
        (&["tasks", "months_back"], json!(0)),
        (&["tasks", "months_back"], json!(13)),
        (&["tasks", "months_back"], json!(-1)),
        (&["events", "rules", "categories"], json!({ "only": [] })),
        (&["events", "rules", "categories"], json!({ "only": [" CRM"] })),
        (&["events", "rules", "categories"], json!({ "only": ["x".repeat(256)] })),
        (&["events", "rules", "categories"], json!({ "only": many(CATEGORIES_MAX + 1) })),
        (&["mails", "direction"], json!({ "both": { "winner": "crm" } })),
        // A field twice; two into one; of another kind; without a place; that tells the engine something.
        (&["contacts", "fields"], json!([field("surname", json!(null)), field("surname", json!("Other"))])),
        (&["contacts", "fields"], json!([field("surname", json!("Same")), field("title", json!("Same"))])),
        (&["contacts", "fields"], json!([field("due", json!("Due"))])),
        (&["contacts", "fields"], json!([field("nickname", json!(null))])),
        (&["events", "fields"], json!([field("role", json!("Role"))])),
        (&["contacts", "fields"], json!([{ "field": "surname", "flow": "both", "label": "x" }])),
    ] {
        let sent = with(path, value);
        assert_eq!(read(&sent), None, "{path:?} of {sent}");
    }
}

#[test]
fn the_name_of_a_field_is_the_crms() {
    for (text, fits) in [
        ("Last_Name", true),
        ("x", true),
        ("Feld1__c", true),
        (&"x".repeat(100), true),
        (&"x".repeat(101), false),
        ("", false),
        ("1st", false),
        ("_x", false),
        ("Größe", false),
        ("a b", false),
        ("a.b", false),
        ("a,b", false),
        ("a)", false),
    ] {
        assert_eq!(ApiName::new(text).is_ok(), fits, "{text}");
    }
}

#[test]
fn rules_become_the_engines() {
    let now = Instant::parse("2026-11-21T21:05:57Z").expect("a moment");
    let mut settings = Settings::default();
    for kind in Kind::ALL {
        assert_eq!(settings.policy(kind, now), None, "nothing is synced until somebody says so");
    }
    settings.contacts.rules.on = true;
    let usual = Policy::new(Kind::Contact, Direction::Both { winner: Winner::Crm });
    assert_eq!(settings.policy(Kind::Contact, now), Some(usual));
    assert_eq!(settings.policy(Kind::Task, now), None);

    let rule = FieldRule { field: Field::Subject, flow: Flow::ToCrm, crm: None };
    let tag = Tag::new("CRM").expect("a tag");
    settings.events = Events {
        rules: Rules {
            on: true,
            direction: Direction::ToCrm,
            categories: Which::Only(Chosen::new(vec![tag]).expect("one")),
            private: true,
            unmatched: Unmatched::Ask,
            deletes: Deletes::Never,
            mails: Mails::Send,
        },
        fields: FieldRules::new(Kind::Event, vec![rule]).expect("a field"),
        calendars: Place::Default,
        months_back: MonthsBack::new(1).expect("a month"),
    };
    let filter = Filter {
        since: Instant::parse("2026-10-21T00:00:00Z").ok(),
        private: true,
        categories: Categories::Only(Words::new(["CRM".to_owned()])),
    };
    let expected = Policy {
        fields: FieldMap::new([(Field::Subject, Flow::ToCrm)]),
        filter,
        unmatched: Unmatched::Ask,
        deletes: Deletes::Never,
        mails: Mails::Send,
        ..Policy::new(Kind::Event, Direction::ToCrm)
    };
    assert_eq!(settings.policy(Kind::Event, now), Some(expected.clone()));
    let later = Instant::parse("2026-11-21T23:59:59Z").expect("a moment");
    assert_eq!(settings.policy(Kind::Event, later), Some(expected), "the same all day");
}
