//! Leads.

use crate::stage::{Crm, ZGID, id_of};
use mxs_core::{CrmId, Field, Fields, Patch, Value};
use mxs_zoho::leads::{self, Conversion};
use mxs_zoho::{Known, Module, Names, records};
use serde_json::json;

fn names() -> Names {
    Names::all(Module::Leads)
}

fn full() -> Fields {
    let mut fields = Fields::default()
        .with(Field::BusinessPhone, "+1 732 555 0102")
        .with(Field::Company, "Analytical Engines")
        .with(Field::Email1, "ada@corp.example")
        .with(Field::Email2, "a.lovelace@corp.example")
        .with(Field::GivenName, "Ada")
        .with(Field::ImAddress, "ada.lovelace")
        .with(Field::JobTitle, "Countess")
        .with(Field::MobilePhone, "+41 79 555 0104")
        .with(Field::Module, "Leads")
        .with(Field::Notes, "first\nsecond")
        .with(Field::Surname, "Lovelace")
        .with(Field::Title, "Dr.")
        .with(Field::WebPage, "https://engines.example")
        .with(Field::WorkCity, "London")
        .with(Field::WorkCountry, "UK")
        .with(Field::WorkPostalCode, "SW1A 1AA")
        .with(Field::WorkState, "England")
        .with(Field::WorkStreet, "St James's Square 12");
    fields.put(Field::Categories, Value::set(["Fair 2026", "VIP"]));
    fields
}

#[test]
fn a_lead_goes_there_and_comes_back() {
    let mut crm = Crm::new();
    let ids = crm.insert(&names(), &[&full()]);
    assert_eq!(crm.only(&names()), full());

    let patch = Patch::from_iter([
        (Field::Categories, Value::set(["VIP"])),
        (Field::JobTitle, Value::text("Analyst")),
        (Field::WebPage, None),
    ]);
    crm.update(&names(), &ids[0], &patch, &Known::default());
    assert_eq!(crm.only(&names()), patch.applied_to(&full()));
}

#[test]
fn a_lead_without_a_company_names_what_is_missing() {
    let mut crm = Crm::new();
    let nameless = Fields::default().with(Field::Surname, "Lovelace");
    let answer = crm.send(records::insert(&names(), &crm.owner(), &[&nameless], &Known::default()));
    let outcomes = records::parse_written(&names(), &answer, 1).expect("an answer");
    let said = outcomes[0].as_ref().map_err(|refusal| (refusal.code.as_str(), refusal.field));
    assert_eq!(said.err(), Some(("MANDATORY_NOT_FOUND", Some(Field::Company))));
}

#[test]
fn a_converted_lead_leaves_and_names_its_contact() {
    let mut crm = Crm::new();
    let ids = crm.insert(&names(), &[&full(), &full().with(Field::Surname, "King")]);
    let (ada, lead) = (crm.ada, id_of(&ids[0]));
    let contact = crm.world.with_zoho(|zoho, context| zoho.convert_lead(context, lead, ada)).expect("a contact");

    let left: Vec<CrmId> = crm.all(&names(), None).into_iter().map(|record| record.id).collect();
    assert_eq!(left, [ids[1].clone()]);
    let found = records::parse_lookup(&crm.send(records::lookup(Module::Leads, &ids))).expect("an answer");
    assert_eq!(found.len(), 2, "it still exists");
    let found = leads::parse_conversions(&crm.send(leads::conversions(&ids))).expect("an answer");
    let contact = Some(CrmId::new(contact.to_string()));
    assert_eq!(found, [Conversion { lead: ids[0].clone(), contact }]);

    let patch = Patch::from_iter([(Field::JobTitle, Value::text("Analyst"))]);
    let answer = crm.send(records::update(&names(), &[(ids[0].clone(), &patch)], &Known::default()));
    let outcomes = records::parse_written(&names(), &answer, 1).expect("an answer");
    assert!(outcomes[0].is_err(), "it is closed to changes");
}

#[test]
fn fields_of_the_organisation_are_read_and_written() {
    let mut crm = Crm::new();
    crm.world.with_zoho(|zoho, _| {
        zoho.add_field(ZGID, "Leads", "Yomi_Last_Name", "Yomi", mxs_world::zoho::FieldKind::Text, 80);
    });
    let wanted = [Field::Company, Field::Surname, Field::YomiSurname];
    let own = [(Field::YomiSurname, "Yomi_Last_Name".to_owned())];
    let names = Names::new(Module::Leads, &wanted, &own).expect("names");
    let fields = Fields::default()
        .with(Field::Company, "和歌山")
        .with(Field::Module, "Leads")
        .with(Field::Surname, "鈴木")
        .with(Field::YomiSurname, "すずき");
    let ids = crm.insert(&names, &[&fields]);
    assert_eq!(crm.only(&names), fields);
    assert_eq!(crm.shown("Leads", &ids[0])["Yomi_Last_Name"], json!("すずき"));
}
