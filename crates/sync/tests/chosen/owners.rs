//! Whose records take part, and in which fields they stand.

use crate::stage::{ORG, Stage, contact, id, record};
use mxs_api::{ApiName, FieldRule, FieldRules, Owners};
use mxs_core::{Field, Flow, Kind, Reason, Side};
use mxs_sync::Failure;
use mxs_world::zoho::FieldKind;
use serde_json::json;

#[test]
fn a_colleagues_records_come_and_go_with_the_choice() {
    let mut stage = Stage::with_contacts();
    stage.add_record("Contacts", &record("Ann", "Lee"));
    stage.add_colleagues("Contacts", &record("Bob", "Ray"));
    stage.settle();
    assert_eq!(stage.items().len(), 1);
    let both = vec![stage.user(), stage.colleague()];
    stage.settings.owners = Owners::Chosen(mxs_api::Chosen::new(both).expect("a choice"));
    stage.settle();
    assert_eq!(stage.items().len(), 2, "of before, too");
    stage.change_item(&id(&stage.item("Ray")), &json!({ "jobTitle": "Buyer" }));
    stage.settle();
    assert_eq!(stage.record("Contacts", "Ray")["Title"], "Buyer");
    stage.settings.owners = Owners::Own;
    stage.settle();
    assert_eq!(stage.troubles(Kind::Contact), [Reason::LeftScope { side: Side::Crm }]);
    assert_eq!((stage.items().len(), stage.records("Contacts").len()), (2, 2));
}

#[test]
fn who_syncs_only_a_colleagues_records_makes_them_for_the_colleague() {
    let mut stage = Stage::with_contacts();
    stage.settings.owners = Owners::Chosen(mxs_api::Chosen::new(vec![stage.colleague()]).expect("a choice"));
    let item = stage.add_item("contacts", &contact("Ann", "Lee"));
    stage.settle();
    stage.change_item(&item, &json!({ "jobTitle": "Head" }));
    stage.settle();
    let made = stage.record("Contacts", "Lee");
    assert_eq!((&made["Owner"]["id"], &made["Title"]), (&json!(stage.colleague().as_str()), &json!("Head")));
    assert_eq!(stage.troubles(Kind::Contact), []);
}

/// The usual fields, with one of the organisation's own.
fn with_own(field: Field, name: &str) -> FieldRules {
    let mut rules: Vec<FieldRule> = FieldRules::usual(Kind::Contact).iter().cloned().collect();
    rules.retain(|rule| rule.field != field);
    rules.push(FieldRule { field, flow: Flow::Both, crm: Some(ApiName::new(name).expect("a name")) });
    FieldRules::new(Kind::Contact, rules).expect("rules")
}

#[test]
fn a_field_that_gets_another_place_in_the_crm_is_not_emptied() {
    let mut stage = Stage::with_contacts();
    for name in ["Nick", "Nick_New"] {
        stage.crm(|zoho, _| zoho.add_field(ORG, "Contacts", name, name, FieldKind::Text, 100));
    }
    stage.settings.contacts.fields = with_own(Field::Nickname, "Nick");
    let mut ann = contact("Ann", "Lee");
    ann["nickName"] = json!("Annie");
    stage.add_item("contacts", &ann);
    stage.settle();
    assert_eq!(stage.record("Contacts", "Lee")["Nick"], "Annie");
    stage.settings.contacts.fields = with_own(Field::Nickname, "Nick_New");
    stage.settle();
    assert_eq!(stage.item("Lee")["nickName"], "Annie");
    assert_eq!(stage.record("Contacts", "Lee")["Nick_New"], "Annie");
}

#[test]
fn a_field_that_cannot_take_it_is_told_before_anything_is_read() {
    let mut stage = Stage::with_contacts();
    stage.settings.contacts.fields = with_own(Field::Nickname, "Last_Name");
    let reports = stage.run(None).expect("nobody dies");
    assert_eq!(reports[&Kind::Contact].end, Err(Failure::OwnField { field: Some(Field::Nickname) }));
}
