//! What a person is shown before a plan is carried out.

use crate::world::{World, contact, willing};
use mxs_core::{Action, Direction, Field, Preview, Reason, Value, Winner};
#[cfg(target_family = "wasm")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const BOTH: Direction = Direction::Both { winner: Winner::Crm };

fn preview(world: &World) -> Preview {
    world.plan().preview(&world.state, world.policy.direction)
}

/// Each row as `what side name field:before>after`, with `!` where a rule chose.
fn lines(preview: &Preview) -> Vec<String> {
    let text = |value: &Option<Value>| value.as_ref().and_then(Value::as_text).unwrap_or("-").to_owned();
    let line = |row: &mxs_core::Row| {
        let mut line = format!("{:?} {:?} {}", row.what, row.on, row.name);
        for change in &row.fields {
            let mark = if change.conflict { "!" } else { "" };
            line += &format!(" {}:{}>{}{mark}", change.field.name(), text(&change.before), text(&change.after));
        }
        line
    };
    preview.rows.iter().map(line).collect()
}

#[test]
fn deletes_come_first_then_changes_then_new_ones_then_what_is_left_alone() {
    let mut world = World::new(BOTH);
    world.item("a", contact("Ann", "Lee"));
    world.item("b", contact("Bob", "Ray").with(Field::JobTitle, "Buyer"));
    world.item("c", contact("Cem", "Oz"));
    world.run(willing);
    world.delete_item("a");
    // Both sides change one field; the CRM wins it. The mailbox alone changes another.
    world.item("b", contact("Bob", "Ray").with(Field::JobTitle, "Owner").with(Field::MobilePhone, "1"));
    world.record("of-b", contact("Bob", "Ray").with(Field::JobTitle, "Chief"));
    world.record("new", contact("Dan", "Ek"));
    world.item("nameless", contact("Cher", ""));
    let preview = preview(&world);
    assert_eq!(
        lines(&preview),
        [
            "Delete Crm Ann Lee",
            "Update Crm Bob Ray mobile_phone:->1",
            "Update Exchange Bob Ray job_title:Owner>Chief!",
            "Create Exchange Dan Ek email1:->dan.ek@example.com given_name:->Dan surname:->Ek",
            "Skip(MissingLastName) Exchange Cher",
        ]
    );
    let summary = preview.summary;
    assert_eq!((summary.to_crm.deleted, summary.to_crm.updated, summary.to_crm.skipped), (1, 1, 1));
    assert_eq!((summary.to_exchange.created, summary.to_exchange.updated), (1, 1));
    assert_eq!((summary.conflicts, summary.matched, preview.mails), (1, 0, 0));
    assert!(!format!("{preview:?}").contains("Bob"), "names are not for logs");
}

#[test]
fn two_records_that_agree_are_linked_and_nothing_is_written() {
    let mut world = World::new(BOTH);
    let ann = contact("Ann", "Lee").with(Field::Email1, "ann@corp.example");
    world.item("a", ann.clone());
    world.record("1", ann);
    assert_eq!(lines(&preview(&world)), ["Link Crm Ann Lee"]);
    world.run(willing);
    assert_eq!(lines(&preview(&world)), [""; 0], "the second run has nothing to do");
}

#[test]
fn deletes_that_wait_for_a_person_say_where_they_would_strike() {
    let mut world = World::new(BOTH);
    for id in ["a", "b"] {
        world.item(id, contact("Ann", id));
    }
    world.run(willing);
    world.delete_record("of-a");
    world.delete_record("of-b");
    let preview = preview(&world);
    assert_eq!(lines(&preview), ["HoldDelete Exchange Ann a", "HoldDelete Exchange Ann b"]);
    assert!(preview.rows.iter().all(|row| row.what == Action::HoldDelete), "and not as a reason to skip");
    assert_eq!(preview.summary.to_crm.skipped + preview.summary.to_exchange.skipped, 2);
    assert_ne!(Action::HoldDelete, Action::Skip(Reason::HeldMassDelete));
}

#[test]
fn a_fingerprint_is_the_writes_and_nothing_else() {
    let mut world = World::new(BOTH);
    world.item("a", contact("Ann", "Lee"));
    let first = preview(&world).fingerprint;
    // Somebody who only waits changes nothing of what is written.
    world.item("nameless", contact("Cher", ""));
    assert_eq!(preview(&world).fingerprint, first);
    world.item("a", contact("Ann", "Leigh"));
    assert_ne!(preview(&world).fingerprint, first);
    // It crosses from machine to machine, and from one version to the next.
    let mut fixed = World::new(BOTH);
    fixed.item("a", contact("Ann", "Lee"));
    assert_eq!(preview(&fixed).fingerprint, first);
}
