//! Leads beside contacts: people of both modules are contacts in the mailbox.

use crate::stage::{Stage, contact, id, lead, record};
use mxs_api::{Modules, NewPeople};
use mxs_core::{Deletes, Kind, Reason};
use mxs_world::{Effect, Service};
use serde_json::{Value, json};

/// Contacts and leads take part; who is new in the mailbox goes to one of them.
pub(crate) fn stage(new: NewPeople) -> Stage {
    let mut stage = Stage::with_contacts();
    stage.settings.contacts.modules = Modules::ContactsAndLeads { new };
    stage
}

/// A lead and its item in the mailbox, linked: both ids.
pub(crate) fn linked(stage: &Stage) -> (String, String) {
    let lead = stage.add_record("Leads", &lead("Ann", "Lee"));
    stage.settle();
    (id(&stage.item("Lee")), lead)
}

#[test]
fn a_lead_and_its_contact_are_edited_on_both_sides() {
    let stage = stage(NewPeople::Contacts);
    let (item, lead) = linked(&stage);
    assert_eq!(stage.item("Lee")["companyName"], "Zylker");
    stage.change_item(&item, &json!({ "jobTitle": "Head", "companyName": "Zylker Labs" }));
    stage.change_record("Leads", &lead, &json!({ "Mobile": "0100" }));
    stage.settle();
    let now = stage.record("Leads", "Lee");
    assert_eq!((&now["Designation"], &now["Company"]), (&json!("Head"), &json!("Zylker Labs")));
    assert_eq!(stage.item("Lee")["mobilePhone"], "0100");
    assert_eq!((stage.records("Contacts"), stage.troubles(Kind::Contact)), (vec![], vec![]));
}

#[test]
fn who_is_new_in_the_mailbox_goes_where_people_chose() {
    for (new, module, other) in [(NewPeople::Contacts, "Contacts", "Leads"), (NewPeople::Leads, "Leads", "Contacts")] {
        let stage = stage(new);
        let item = stage.add_item("contacts", &contact("Bob", "Ray"));
        stage.settle();
        assert_eq!((stage.records(module).len(), stage.records(other).len()), (1, 0), "{module}");
        // The first edit finds the record in its own module.
        stage.change_item(&item, &json!({ "jobTitle": "Buyer" }));
        stage.settle();
        let title = if module == "Leads" { "Designation" } else { "Title" };
        assert_eq!(stage.record(module, "Ray")[title], "Buyer");
        // So does one in the other module.
        let there = if other == "Leads" { lead("Cem", "Oz") } else { record("Cem", "Oz") };
        let there = stage.add_record(other, &there);
        stage.settle();
        stage.change_item(&id(&stage.item("Oz")), &json!({ "mobilePhone": "0200" }));
        stage.settle();
        assert_eq!(
            (stage.record(other, "Oz")["Mobile"].as_str(), stage.record(other, "Oz")["id"].as_str()),
            (Some("0200"), Some(there.as_str()))
        );
        assert_eq!((stage.records(module).len(), stage.records(other).len(), stage.items().len()), (1, 1, 2));
    }
}

#[test]
fn what_a_lead_has_no_place_for_stays_in_the_mailbox_and_is_told() {
    let stage = stage(NewPeople::Leads);
    let mut bob = contact("Bob", "Ray");
    bob["department"] = json!("Purchasing");
    stage.add_item("contacts", &bob);
    stage.settle();
    assert_eq!((stage.records("Leads").len(), &stage.item("Ray")["department"]), (1, &json!("Purchasing")));
    let reasons = stage.troubles(Kind::Contact);
    assert!(matches!(reasons.as_slice(), [Reason::NotWritable { .. }]), "{reasons:?}");
}

#[test]
fn who_has_no_company_can_be_no_lead() {
    let stage = stage(NewPeople::Leads);
    let mut bob = contact("Bob", "Ray");
    bob["companyName"] = Value::Null;
    let item = stage.add_item("contacts", &bob);
    stage.settle();
    assert_eq!((stage.records("Leads").len(), stage.linked(Kind::Contact)), (0, 0));
    stage.change_item(&item, &json!({ "companyName": "Zylker" }));
    stage.settle();
    assert_eq!((stage.records("Leads").len(), stage.linked(Kind::Contact)), (1, 1));
}

#[test]
fn a_new_lead_whose_answer_got_lost_is_made_once() {
    let stage = stage(NewPeople::Leads);
    let mut bob = contact("Bob", "Ray");
    // Of this a lead has nothing, so that the copy looks different.
    bob["department"] = json!("Purchasing");
    stage.add_item("contacts", &bob);
    stage.answer_once(Service::Zoho, "/crm/v8/Leads", Effect::DropAfter);
    stage.run(None).expect("nobody dies");
    stage.settle();
    assert_eq!((stage.records("Leads").len(), stage.items().len(), stage.linked(Kind::Contact)), (1, 1, 1));
}

#[test]
fn namesakes_in_both_modules_are_two_people() {
    let stage = stage(NewPeople::Contacts);
    let mut own = lead("Ann", "Lee");
    own["Email"] = json!("ann.lee@elsewhere.example");
    stage.add_record("Leads", &own);
    stage.add_record("Contacts", &record("Ann", "Lee"));
    stage.settle();
    assert_eq!((stage.items().len(), stage.linked(Kind::Contact)), (2, 2));
}

#[test]
fn one_person_in_both_modules_is_for_a_person_to_decide() {
    let stage = stage(NewPeople::Contacts);
    stage.add_item("contacts", &contact("Ann", "Lee"));
    stage.add_record("Leads", &lead("Ann", "Lee"));
    stage.add_record("Contacts", &record("Ann", "Lee"));
    stage.settle();
    let all = (stage.items().len(), stage.records("Leads").len(), stage.records("Contacts").len());
    assert_eq!((all, stage.linked(Kind::Contact)), ((1, 1, 1), 0), "nothing is guessed, and nobody is doubled");
}

#[test]
fn a_deleted_lead_takes_its_contact_with_it_as_the_rules_say() {
    for (deletes, left) in [(Deletes::EditWins, 0), (Deletes::Never, 1)] {
        let mut stage = stage(NewPeople::Contacts);
        stage.settings.contacts.rules.deletes = deletes;
        let (_, lead) = linked(&stage);
        stage.delete_record("Leads", &lead);
        stage.settle();
        assert_eq!((stage.items().len(), stage.records("Contacts").len()), (left, 0), "{deletes:?}");
    }
    // The other way round.
    let stage = stage(NewPeople::Leads);
    let (item, _) = linked(&stage);
    stage.delete_item(&item);
    stage.settle();
    assert_eq!((stage.records("Leads").len(), stage.linked(Kind::Contact)), (0, 0));
}

#[test]
fn leads_come_in_when_they_are_chosen_and_leave_when_they_are_not() {
    let mut stage = Stage::with_contacts();
    let lead = stage.add_record("Leads", &lead("Ann", "Lee"));
    stage.settle();
    assert_eq!(stage.items().len(), 0);
    stage.settings.contacts.modules = Modules::ContactsAndLeads { new: NewPeople::Contacts };
    stage.settle();
    assert_eq!(stage.items().len(), 1, "of before, too");
    stage.settings.contacts.modules = Modules::Contacts;
    stage.settle();
    stage.change_item(&id(&stage.item("Lee")), &json!({ "jobTitle": "Head" }));
    stage.settle();
    assert_eq!(stage.record("Leads", "Lee")["Designation"], Value::Null, "nothing flows");
    assert_eq!((stage.items().len(), stage.records("Contacts").len()), (1, 0), "nothing is deleted or doubled");
    stage.settings.contacts.modules = Modules::ContactsAndLeads { new: NewPeople::Contacts };
    stage.settle();
    assert_eq!((id(&stage.record("Leads", "Lee")), stage.items().len()), (lead, 1));
    assert_eq!(stage.record("Leads", "Lee")["Designation"], "Head");
}
