//! Leads that are converted: the mailbox's contact goes on with the contact that they became.

use crate::leads::{linked, stage};
use crate::place::{Death, Moment};
use crate::stage::{Stage, contact, id, lead, record};
use mxs_api::NewPeople;
use mxs_core::{Kind, Reason, Side};
use mxs_world::Service;
use serde_json::json;

/// How many calls asked for conversions.
fn asked(stage: &Stage) -> usize {
    stage.watch.calls(Service::Zoho, "Converted_Contact")
}

/// One person on each side, linked.
fn is_one(stage: &Stage) {
    let all = (stage.items().len(), stage.records("Contacts").len(), stage.records("Leads").len());
    assert_eq!((all, stage.linked(Kind::Contact)), ((1, 1, 0), 1));
    assert_eq!(stage.troubles(Kind::Contact), []);
}

#[test]
fn the_contact_is_followed() {
    for new in [NewPeople::Contacts, NewPeople::Leads] {
        let stage = stage(new);
        let (item, lead) = linked(&stage);
        let made = stage.convert(&lead);
        stage.settle();
        is_one(&stage);
        stage.change_item(&item, &json!({ "department": "Board" }));
        stage.change_record("Contacts", &made, &json!({ "Mobile": "0100" }));
        stage.settle();
        is_one(&stage);
        assert_eq!(stage.record("Contacts", "Lee")["Department"], "Board");
        assert_eq!((id(&stage.item("Lee")), &stage.item("Lee")["mobilePhone"]), (item, &json!("0100")));
    }
}

#[test]
fn what_was_edited_on_both_sides_meanwhile_comes_together() {
    let stage = stage(NewPeople::Contacts);
    let (item, lead) = linked(&stage);
    stage.change_record("Leads", &lead, &json!({ "Designation": "Head" }));
    let made = stage.convert(&lead);
    stage.change_record("Contacts", &made, &json!({ "Mobile": "0100" }));
    stage.change_item(&item, &json!({ "businessPhones": ["0200"] }));
    stage.settle();
    is_one(&stage);
    let (item, record) = (stage.item("Lee"), stage.record("Contacts", "Lee"));
    assert_eq!((&item["jobTitle"], &item["mobilePhone"]), (&json!("Head"), &json!("0100")));
    assert_eq!((&record["Phone"], &record["Title"]), (&json!("0200"), &json!("Head")));
}

#[test]
fn what_a_conversion_leaves_behind_is_not_emptied_in_the_mailbox() {
    let stage = stage(NewPeople::Contacts);
    let mut ann = lead("Ann", "Lee");
    ann["Skype_ID"] = json!("ann.lee");
    let lead = stage.add_record("Leads", &ann);
    stage.settle();
    assert_eq!(stage.item("Lee")["imAddresses"], json!(["ann.lee"]));
    // The organisation maps no field to it.
    stage.convert(&lead);
    stage.settle();
    is_one(&stage);
    assert_eq!(stage.item("Lee")["imAddresses"], json!(["ann.lee"]));
    assert_eq!(stage.record("Contacts", "Lee")["Skype_ID"], "ann.lee");
}

#[test]
fn a_conversion_while_the_database_was_lost_is_found_by_the_mark() {
    let stage = stage(NewPeople::Contacts);
    let (item, lead) = linked(&stage);
    let made = stage.convert(&lead);
    // Nothing but the mark says who it is.
    stage.change_record("Contacts", &made, &json!({ "Last_Name": "Smith", "Email": "smith@customer.example" }));
    stage.change_item(&item, &json!({ "emailAddresses": [], "givenName": "Anna", "surname": "Lee" }));
    stage.lose_the_database();
    stage.settle();
    is_one(&stage);
    // It carries the contact's mark from now on.
    stage.lose_the_database();
    let before = asked(&stage);
    stage.settle();
    is_one(&stage);
    assert_eq!(asked(&stage), before, "every mark names somebody");
}

#[test]
fn a_conversion_between_two_tries_of_a_copy_makes_no_second_one() {
    let stage = stage(NewPeople::Contacts);
    stage.settle();
    let lead = stage.add_record("Leads", &lead("Ann", "Lee"));
    assert_eq!(stage.run(Some(Death::Untold)), None);
    assert_eq!(stage.items().len(), 1, "the copy was made, and nobody knows");
    let made = stage.convert(&lead);
    stage.change_record("Contacts", &made, &json!({ "Email": "other@customer.example", "First_Name": "Anna" }));
    stage.settle();
    is_one(&stage);
}

#[test]
fn a_run_that_dies_anywhere_follows_in_the_end() {
    for call in 1.. {
        for moment in [Moment::Before, Moment::After] {
            let stage = stage(NewPeople::Leads);
            let (item, lead) = linked(&stage);
            stage.convert(&lead);
            stage.change_item(&item, &json!({ "jobTitle": "Head" }));
            if stage.run(Some(Death::Call(call, moment))).is_some() {
                assert!(call > 10, "it died at every call before");
                return;
            }
            stage.settle();
            is_one(&stage);
            assert_eq!(stage.record("Contacts", "Lee")["Title"], "Head", "{call} {moment:?}");
        }
    }
}

#[test]
fn a_lead_that_a_colleague_took_over_leaves_and_comes_back() {
    let stage = stage(NewPeople::Contacts);
    let (_, lead) = linked(&stage);
    let made = stage.convert(&lead);
    stage.change_record("Contacts", &made, &json!({ "Owner": { "id": stage.colleague().as_str() } }));
    // What is new here makes the run ask.
    stage.add_record("Contacts", &record("Bob", "Ray"));
    stage.settle();
    assert_eq!(stage.troubles(Kind::Contact), [Reason::LeftScope { side: Side::Crm }]);
    assert_eq!(stage.items().len(), 2, "leaving never deletes");
    stage.change_record("Contacts", &made, &json!({ "Owner": { "id": stage.user().as_str() } }));
    stage.settle();
    assert_eq!((stage.items().len(), stage.linked(Kind::Contact)), (2, 2));
    assert_eq!(stage.troubles(Kind::Contact), []);
}

#[test]
fn a_lead_that_went_into_a_contact_of_before_leaves_its_item_alone() {
    let stage = stage(NewPeople::Contacts);
    let (item, lead) = linked(&stage);
    let known = stage.add_record("Contacts", &record("Anna", "Smith"));
    stage.settle();
    stage.wait_an_hour();
    stage.convert_into(&lead, &known);
    stage.settle();
    // Nothing tells it before the lead is to be written.
    stage.change_item(&item, &json!({ "jobTitle": "Head" }));
    stage.settle();
    assert_eq!(stage.troubles(Kind::Contact), [Reason::LeftScope { side: Side::Crm }]);
    stage.change_item(&id(&stage.item("Smith")), &json!({ "mobilePhone": "0100" }));
    stage.settle();
    assert_eq!((stage.items().len(), stage.records("Contacts").len(), stage.linked(Kind::Contact)), (2, 1, 2));
    assert_eq!(stage.record("Contacts", "Smith")["Mobile"], "0100");
}

#[test]
fn a_lead_that_went_into_a_contact_that_nobody_has_is_followed() {
    let stage = stage(NewPeople::Contacts);
    let (item, lead) = linked(&stage);
    let theirs = stage.add_colleagues("Contacts", &record("Anna", "Smith"));
    stage.convert_into(&lead, &theirs);
    stage.change_record("Contacts", &theirs, &json!({ "Owner": { "id": stage.user().as_str() } }));
    stage.settle();
    is_one(&stage);
    assert_eq!((id(&stage.item("Smith")), stage.item("Smith")["companyName"].clone()), (item, json!("Zylker")));
}

#[test]
fn a_lead_without_a_partner_that_was_converted_is_forgotten() {
    let mut stage = stage(NewPeople::Contacts);
    stage.settings.contacts.rules.direction = mxs_core::Direction::ToCrm;
    let lead = stage.add_record("Leads", &lead("Ann", "Lee"));
    stage.settle();
    stage.convert(&lead);
    stage.settle();
    stage.settings.contacts.rules.direction = mxs_core::Direction::Both { winner: mxs_core::Winner::Crm };
    stage.settle();
    is_one(&stage);
}

#[test]
fn nobody_asks_while_nobody_is_new() {
    let stage = stage(NewPeople::Contacts);
    let (item, lead) = linked(&stage);
    stage.add_item("contacts", &contact("Bob", "Ray"));
    stage.settle();
    let before = asked(&stage);
    stage.settle();
    stage.change_record("Leads", &lead, &json!({ "Mobile": "0100" }));
    stage.change_item(&item, &json!({ "jobTitle": "Head" }));
    stage.settle();
    stage.change_record("Contacts", &id(&stage.record("Contacts", "Ray")), &json!({ "Mobile": "0300" }));
    stage.settle();
    stage.wait_an_hour();
    stage.settle();
    assert_eq!(asked(&stage), before);
    stage.add_record("Contacts", &record("Cem", "Oz"));
    stage.settle();
    assert_eq!(asked(&stage), before + 1, "one that nobody knows may be a lead of before");
}
