//! Several folders of contacts.

use crate::stage::{Stage, contact, id, places, record};
use mxs_api::Place;
use mxs_core::{Kind, Reason, Side};
use mxs_sync::Failure;
use serde_json::{Value, json};

const LEFT: Reason = Reason::LeftScope { side: Side::Exchange };

/// Two chosen folders and one that isn't, with their ids.
fn three() -> (Stage, [String; 3]) {
    let mut stage = Stage::with_contacts();
    let folders = ["Customers", "Partners", "Family"].map(|name| stage.add_folder(name));
    stage.settings.contacts.folders = places(&[&folders[0], &folders[1]]);
    (stage, folders)
}

fn folder_of(stage: &Stage, surname: &str) -> Value {
    stage.item(surname)["parentFolderId"].clone()
}

#[test]
fn chosen_folders_are_read_and_new_people_go_to_the_first() {
    let (stage, [customers, partners, family]) = three();
    stage.add_item(&customers, &contact("Ann", "Lee"));
    stage.add_item(&partners, &contact("Bob", "Ray"));
    stage.add_item(&family, &contact("Mum", "Own"));
    stage.add_item("contacts", &contact("Doc", "Own"));
    stage.add_record("Contacts", &record("Cem", "Oz"));
    stage.settle();
    assert_eq!(stage.records("Contacts").len(), 3);
    assert_eq!(folder_of(&stage, "Oz"), json!(customers));
}

#[test]
fn who_is_moved_between_chosen_folders_stays_linked() {
    let (stage, [customers, partners, _]) = three();
    let item = stage.add_item(&customers, &contact("Ann", "Lee"));
    stage.settle();
    let record = id(&stage.record("Contacts", "Lee"));
    for (folder, phone) in [(&partners, "0100"), (&customers, "0200")] {
        stage.move_item(&item, folder);
        stage.change_record("Contacts", &record, &json!({ "Mobile": phone }));
        stage.settle();
        assert_eq!((stage.item("Lee")["mobilePhone"].as_str(), id(&stage.item("Lee"))), (Some(phone), item.clone()));
        assert_eq!((stage.items().len(), stage.records("Contacts").len(), stage.linked(Kind::Contact)), (1, 1, 1));
    }
}

#[test]
fn who_is_moved_out_leaves_and_comes_back() {
    let (stage, [customers, partners, family]) = three();
    let item = stage.add_item(&customers, &contact("Ann", "Lee"));
    stage.settle();
    for elsewhere in [family.as_str(), "contacts"] {
        stage.move_item(&item, elsewhere);
        stage.settle();
        assert_eq!((stage.records("Contacts").len(), stage.troubles(Kind::Contact)), (1, vec![LEFT]));
        stage.move_item(&item, &partners);
        stage.settle();
        assert_eq!((stage.records("Contacts").len(), stage.troubles(Kind::Contact)), (1, vec![]));
    }
}

#[test]
fn a_folder_that_is_gone_is_told_and_deletes_nobody() {
    let (mut stage, [customers, partners, _]) = three();
    stage.add_item(&customers, &contact("Ann", "Lee"));
    stage.add_item(&partners, &contact("Bob", "Ray"));
    stage.settle();
    stage.outlook(|microsoft, _| microsoft.delete_contact_folder(crate::stage::SALES, &partners)).expect("a folder");
    for _ in 0..2 {
        let reports = stage.run(None).expect("nobody dies");
        assert_eq!(reports[&Kind::Contact].end, Err(Failure::PlaceGone));
    }
    assert_eq!(stage.records("Contacts").len(), 2);
    // Somebody chooses anew.
    stage.settings.contacts.folders = places(&[&customers]);
    stage.settle();
    assert_eq!((stage.records("Contacts").len(), stage.troubles(Kind::Contact)), (2, vec![LEFT]));
}

#[test]
fn a_folder_that_is_no_longer_chosen_is_left_alone_and_can_come_back() {
    let (mut stage, [customers, partners, _]) = three();
    stage.add_item(&customers, &contact("Ann", "Lee"));
    let bob = stage.add_item(&partners, &contact("Bob", "Ray"));
    stage.settle();
    stage.settings.contacts.folders = places(&[&customers]);
    stage.settle();
    stage.change_record("Contacts", &id(&stage.record("Contacts", "Ray")), &json!({ "Mobile": "0100" }));
    stage.change_item(&bob, &json!({ "jobTitle": "Buyer" }));
    stage.settle();
    assert_eq!(stage.item("Ray")["mobilePhone"], Value::Null);
    assert_eq!(stage.record("Contacts", "Ray")["Title"], Value::Null);
    stage.settings.contacts.folders = places(&[&customers, &partners]);
    stage.settle();
    assert_eq!(stage.item("Ray")["mobilePhone"], "0100");
    assert_eq!(stage.record("Contacts", "Ray")["Title"], "Buyer");
    assert_eq!((stage.records("Contacts").len(), stage.items().len()), (2, 2));
}

#[test]
fn from_the_default_folder_to_others_and_back_nobody_is_doubled_or_deleted() {
    let mut stage = Stage::with_contacts();
    let customers = stage.add_folder("Customers");
    stage.add_item("contacts", &contact("Ann", "Lee"));
    stage.add_item(&customers, &contact("Bob", "Ray"));
    stage.settle();
    assert_eq!(stage.records("Contacts").len(), 1);
    stage.settings.contacts.folders = places(&[&customers]);
    stage.settle();
    assert_eq!((stage.records("Contacts").len(), stage.troubles(Kind::Contact)), (2, vec![LEFT]));
    stage.settings.contacts.folders = Place::Default;
    stage.settle();
    assert_eq!(
        (stage.records("Contacts").len(), stage.troubles(Kind::Contact)),
        (2, vec![LEFT]),
        "now it is the other"
    );
}
