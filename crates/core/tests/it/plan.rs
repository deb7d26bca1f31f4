//! The plan's promises, each as a short story.

use crate::world::{World, contact, willing};
use mxs_core::{
    CrmId, Direction, ExchangeId, Field, Observation, Reason, RecordId, Scope, Side, StateChange, Stored, Unlinked,
    VendorRefusal, Version, Winner,
};
#[cfg(target_family = "wasm")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const BOTH: Direction = Direction::Both { winner: Winner::Crm };

fn item(id: &str) -> RecordId {
    RecordId::Exchange(ExchangeId::new(id))
}

fn refused() -> Reason {
    let (side, code) = (Side::Crm, "INVALID_DATA".to_owned());
    Reason::Refused(VendorRefusal { side, status: 202, code, field: None, max_length: None })
}

/// One linked pair: item `a` and record `of-a`.
fn linked(direction: Direction) -> World {
    let mut world = World::new(BOTH);
    world.item("a", contact("Ann", "Lee").with(Field::JobTitle, "Buyer"));
    world.run(willing);
    world.policy.direction = direction;
    assert_eq!(world.state.links.len(), 1);
    world
}

#[test]
fn an_edit_that_slipped_in_before_a_write_is_found_by_the_next_merge() {
    // Found by the simulation (tasks, seed 4): To Do takes a write whatever version it names, and its answer showed
    // the edit, which then counted as agreed.
    let mut world = linked(BOTH);
    let head = contact("Ann", "Lee").with(Field::JobTitle, "Head");
    world.record("of-a", head.clone());
    let mut pair = world.plan().pairs.remove(0);
    let edited = head.clone().with(Field::Department, "Sales");
    let stored = Stored { version: Version::new("later"), fields: Some(edited.clone()), marked: true };
    let StateChange::PutLink(link) = pair.settle_exchange(Ok(stored)) else { panic!("a link") };
    assert_eq!((&link.base.exchange, &link.base.crm), (&head, &head));
    assert_eq!(link.seen.map(|seen| seen.exchange), Some(edited));
}

#[test]
fn a_first_run_copies_both_ways_and_a_second_does_nothing() {
    let mut world = World::new(BOTH);
    world.item("a", contact("Ann", "Lee"));
    world.record("1", contact("Bob", "Ray"));
    world.item("c", contact("Cem", "Oz").with(Field::JobTitle, "Buyer"));
    world.record("3", contact("Cem", "Oz").with(Field::MobilePhone, "0100"));
    let first = world.run(willing);
    assert_eq!((first.creations.len(), first.matched, first.writes()), (2, 1, 4));
    assert_eq!((world.mailbox.len(), world.crm.len(), world.state.links.len()), (3, 3, 3));
    let cem = contact("Cem", "Oz").with(Field::JobTitle, "Buyer").with(Field::MobilePhone, "0100");
    assert_eq!(world.mailbox[&ExchangeId::new("c")].fields, cem);
    assert_eq!(world.crm[&CrmId::new("3")].fields, cem);
    let second = world.run(willing);
    assert_eq!((second.writes(), second.changes.len(), second.pairs.len()), (0, 0, 0));
}

#[test]
fn own_writes_that_come_back_cause_nothing() {
    let mut world = linked(BOTH);
    let seen = world.mailbox[&ExchangeId::new("a")].clone();
    world.news_mailbox.insert(ExchangeId::new("a"), Observation::Present(seen));
    let seen = world.crm[&CrmId::new("of-a")].clone();
    world.news_crm.insert(CrmId::new("of-a"), Observation::Present(seen));
    let plan = world.plan();
    assert_eq!((plan.writes(), plan.changes), (0, vec![]));
}

#[test]
fn a_value_that_the_mailbox_stores_in_its_own_way_is_nobodys_edit() {
    let mut world = linked(BOTH);
    let mut seen = world.mailbox[&ExchangeId::new("a")].clone();
    seen.fields = seen.fields.with(Field::JobTitle, "BUYER");
    world.news_mailbox.insert(ExchangeId::new("a"), Observation::Present(seen));
    assert_eq!(world.run(willing).writes(), 0);
}

#[test]
fn a_lost_database_doubles_nothing() {
    let mut world = World::new(BOTH);
    for (id, name) in [("a", "Ann"), ("b", "Bob"), ("c", "Ann")] {
        // Two people of one name and without an address: only the mark tells them apart.
        world.item(id, contact(name, "Lee").with(Field::Email1, "").with(Field::Notes, id));
    }
    world.run(willing);
    world.record("of-a", contact("Anna", "Lee-Ray"));
    world.lose_the_database();
    let plan = world.run(willing);
    assert_eq!((plan.creations.len(), plan.matched), (0, 3));
    assert_eq!((world.mailbox.len(), world.crm.len()), (3, 3));
    assert_eq!(world.state.links[&ExchangeId::new("a")].crm, CrmId::new("of-a"));
}

#[test]
fn a_lost_reply_doubles_nothing() {
    // The CRM created the record and the answer was lost: the intent finds it.
    let mut world = World::new(BOTH);
    world.item("a", contact("Ann", "Lee").with(Field::Email1, ""));
    world.run(|_, _| Some(Reason::OutcomeUnknown));
    world.record("9", contact("Ann", "Lee").with(Field::Email1, ""));
    let plan = world.run(willing);
    assert_eq!((plan.creations.len(), plan.matched, world.crm.len()), (0, 1, 1));
    assert!(world.state.intents.is_empty() && world.state.unlinked.is_empty());

    // The answer was lost and nothing was created: it is created now.
    let mut world = World::new(BOTH);
    world.item("a", contact("Ann", "Lee"));
    world.run(|_, _| Some(Reason::OutcomeUnknown));
    assert_eq!(world.run(willing).creations.len(), 1);
    assert_eq!((world.crm.len(), world.state.links.len()), (1, 1));
}

#[test]
fn an_item_deleted_while_nobody_knew_what_became_of_its_copy_is_no_ghost() {
    // Found by the simulation (seed 1240): the reply of a creation in the CRM was lost, the item was deleted,
    // and the delta token died, so that no page ever said so.
    let mut world = World::new(BOTH);
    world.item("a", contact("Ann", "Lee"));
    world.run(|_, _| Some(Reason::OutcomeUnknown));
    world.mailbox.clear();
    world.record("9", contact("Ann", "Lee"));
    world.coverage = mxs_core::Coverage::Everything;
    world.run(willing);
    assert_eq!((world.mailbox.len(), world.crm.len(), world.state.links.len()), (1, 1, 1));
    assert!(world.state.intents.is_empty() && world.state.unlinked.is_empty());
}

#[test]
fn a_copied_item_is_a_new_contact() {
    let mut world = linked(BOTH);
    let mut copy = world.mailbox[&ExchangeId::new("a")].clone();
    copy.version = Version::new("copy");
    world.mailbox.insert(ExchangeId::new("a2"), copy.clone());
    world.news_mailbox.insert(ExchangeId::new("a2"), Observation::Present(copy));
    let plan = world.run(willing);
    assert_eq!((plan.creations.len(), world.state.links.len()), (1, 2));
    assert_eq!(world.state.links[&ExchangeId::new("a")].crm, CrmId::new("of-a"));
    assert_eq!(world.mailbox[&ExchangeId::new("a2")].mark, Some(CrmId::new("of-a2")));
}

#[test]
fn deletes_by_the_rule() {
    struct Case {
        why: &'static str,
        direction: Direction,
        deleted: Side,
        edited: bool,
        mailbox: usize,
        crm: usize,
        reason: Option<Reason>,
    }
    use Direction::{ToCrm, ToExchange};
    use Side::{Crm, Exchange};
    #[rustfmt::skip]
    let cases = [
        Case { why: "follows", direction: BOTH, deleted: Exchange, edited: false, mailbox: 0, crm: 0, reason: None },
        Case { why: "follows", direction: BOTH, deleted: Crm, edited: false, mailbox: 0, crm: 0, reason: None },
        Case { why: "edit beats delete", direction: BOTH, deleted: Exchange, edited: true, mailbox: 1, crm: 1, reason: None },
        Case { why: "edit beats delete", direction: BOTH, deleted: Crm, edited: true, mailbox: 1, crm: 1, reason: None },
        Case { why: "the source's delete follows", direction: ToCrm, deleted: Exchange, edited: false, mailbox: 0, crm: 0, reason: None },
        Case { why: "the target's own edit is kept", direction: ToCrm, deleted: Exchange, edited: true, mailbox: 0, crm: 1, reason: Some(Reason::NotInDirection) },
        Case { why: "deleted on the target: not brought back", direction: ToCrm, deleted: Crm, edited: false, mailbox: 1, crm: 0, reason: Some(Reason::DeletedOnTarget) },
        Case { why: "deleted on the target: not brought back", direction: ToExchange, deleted: Exchange, edited: false, mailbox: 0, crm: 1, reason: Some(Reason::DeletedOnTarget) },
        Case { why: "the source's delete follows", direction: ToExchange, deleted: Crm, edited: false, mailbox: 0, crm: 0, reason: None },
    ];
    for case in cases {
        let mut world = linked(case.direction);
        // A second pair, so that the delete doesn't empty a side.
        world.policy.direction = BOTH;
        world.item("z", contact("Zoe", "Zed"));
        world.run(willing);
        world.policy.direction = case.direction;
        let edit = contact("Ann", "Lee").with(Field::JobTitle, "Head of purchasing");
        match case.deleted {
            Exchange => world.delete_item("a"),
            Crm => world.delete_record("of-a"),
        }
        match case.deleted {
            Exchange if case.edited => world.record("of-a", edit.clone()),
            Crm if case.edited => world.item("a", edit.clone()),
            _ => {}
        }
        let plan = world.run(willing);
        let counts = (world.mailbox.len() - 1, world.crm.len() - 1);
        assert_eq!(counts, (case.mailbox, case.crm), "{} {:?} {:?}", case.why, case.direction, case.deleted);
        assert_eq!(plan.excluded.values().next(), case.reason.as_ref(), "{} {:?}", case.why, case.direction);
        assert_eq!(world.run(willing).writes(), 0, "{} {:?}: a second run writes", case.why, case.direction);
        if case.edited && case.direction == BOTH {
            assert!(world.mailbox.values().any(|seen| seen.fields == edit), "{}: the edit is lost", case.why);
        }
    }
}

#[test]
fn the_next_edit_of_the_source_brings_a_deleted_copy_back() {
    let mut world = linked(Direction::ToExchange);
    world.delete_item("a");
    world.run(willing);
    assert_eq!(world.run(willing).creations.len(), 0);
    world.record("of-a", contact("Ann", "Lee-Ray"));
    assert_eq!(world.run(willing).creations.len(), 1);
    assert_eq!(world.mailbox.len(), 1);
}

#[test]
fn leaving_is_no_delete() {
    let mut world = linked(BOTH);
    world.news_mailbox.insert(ExchangeId::new("a"), Observation::Left);
    world.record("of-a", contact("Ann", "Ray"));
    let plan = world.run(willing);
    assert_eq!((plan.writes(), plan.excluded[&item("a")].clone()), (0, Reason::LeftScope { side: Side::Exchange }));
    assert_eq!(world.state.links[&ExchangeId::new("a")].scope, Scope::Left { side: Side::Exchange });
    // It comes back: what happened meanwhile flows.
    let seen = world.mailbox[&ExchangeId::new("a")].clone();
    world.news_mailbox.insert(ExchangeId::new("a"), Observation::Present(seen));
    world.run(willing);
    assert_eq!(world.mailbox[&ExchangeId::new("a")].fields.text(Field::Surname), "Ray");
    assert_eq!(world.state.links[&ExchangeId::new("a")].scope, Scope::Active);
}

#[test]
fn too_many_deletes_wait_for_a_person() {
    let mut world = World::new(BOTH);
    for number in 0..300 {
        world.item(&format!("i{number}"), contact(&format!("Given{number}"), "Lee"));
    }
    world.run(willing);
    // 30 is ten percent: as many may go. One more is a question.
    for number in 0..30 {
        world.delete_item(&format!("i{number}"));
    }
    assert_eq!((world.plan().deletions.len(), world.plan().held_deletes), (30, 0));
    world.delete_item("i30");
    let plan = world.run(willing);
    assert_eq!((plan.deletions.len(), plan.held_deletes, world.crm.len()), (0, 31, 300));
    // Nobody answers: they stay held, though no run sees the deletes again.
    assert_eq!(world.run(willing).held_deletes, 31);
    world.policy.allow_mass_delete = true;
    assert_eq!(world.run(willing).deletions.len(), 31);
    assert_eq!((world.crm.len(), world.state.links.len()), (269, 269));
}

#[test]
fn an_emptied_side_empties_nothing() {
    let mut world = World::new(BOTH);
    for name in ["Ann", "Bob", "Cem"] {
        world.record(name, contact(name, "Lee"));
    }
    world.run(willing);
    for name in ["Ann", "Bob", "Cem"] {
        world.delete_item(&format!("of-{name}"));
    }
    assert_eq!(world.run(willing).held_deletes, 3);
    assert_eq!(world.crm.len(), 3);
}

/// The brake let go of what it held as soon as one more contact was linked.
#[test]
fn deletes_that_wait_for_a_person_wait_although_they_are_few_by_now() {
    let mut world = World::new(BOTH);
    for name in ["Ann", "Bob"] {
        world.record(name, contact(name, "Lee"));
    }
    world.run(willing);
    world.delete_item("of-Ann");
    world.delete_item("of-Bob");
    assert_eq!(world.run(willing).held_deletes, 2);
    for name in ["Cem", "Dan", "Eva"] {
        world.record(name, contact(name, "Ray"));
    }
    world.run(willing);
    // Two of five links; and a third that nobody has been asked about yet goes.
    world.delete_item("of-Eva");
    let plan = world.run(willing);
    assert_eq!((plan.held_deletes, plan.deletions.len()), (2, 1));
    assert_eq!(world.crm.len(), 4);
    world.policy.allow_mass_delete = true;
    assert_eq!(world.run(willing).deletions.len(), 2);
    assert_eq!(world.crm.len(), 2);
}

#[test]
fn a_contact_without_a_last_name_waits_for_one() {
    let mut world = World::new(BOTH);
    world.item("a", contact("Ann", "Lee").with(Field::Surname, ""));
    let plan = world.run(willing);
    assert_eq!((plan.writes(), plan.excluded[&item("a")].clone()), (0, Reason::MissingLastName));
    world.item("a", contact("Ann", "Lee"));
    assert_eq!(world.run(willing).creations.len(), 1);
    // Emptied later: everything else flows, the CRM keeps the last name it has.
    world.item("a", contact("Ann", "Lee").with(Field::Surname, "").with(Field::JobTitle, "Buyer"));
    let plan = world.run(willing);
    assert_eq!(plan.excluded[&item("a")], Reason::MissingLastName);
    let record = &world.crm[&CrmId::new("of-a")].fields;
    assert_eq!((record.text(Field::Surname), record.text(Field::JobTitle)), ("Lee", "Buyer"));
    assert_eq!(world.run(willing).writes(), 0);
    world.item("a", contact("Ann", "Ray").with(Field::JobTitle, "Buyer"));
    world.run(willing);
    assert_eq!(world.crm[&CrmId::new("of-a")].fields.text(Field::Surname), "Ray");
    assert_eq!(world.state.links[&ExchangeId::new("a")].trouble, None);
}

#[test]
fn a_refused_record_blocks_only_itself_and_is_not_asked_for_again() {
    let mut world = World::new(BOTH);
    world.item("a", contact("Ann", "Lee"));
    world.item("b", contact("Bob", "Ray"));
    let bad = item("a");
    world.run(|_, id| (*id == bad).then(refused));
    assert_eq!((world.crm.len(), world.state.unlinked[&item("a")].reason.clone()), (1, refused()));
    assert!(world.state.intents.is_empty());
    assert_eq!(world.run(willing).writes(), 0);
    // A person presses the button, or mends the record: it is tried again.
    world.policy.retry_refused = true;
    assert_eq!(world.plan().creations.len(), 1);
    world.policy.retry_refused = false;
    world.item("a", contact("Ann", "Lee").with(Field::Notes, "mended"));
    world.run(willing);
    assert_eq!((world.crm.len(), world.state.unlinked.len()), (2, 0));
}

#[test]
fn a_refused_edit_is_kept_and_sent_with_the_next() {
    let mut world = linked(BOTH);
    world.item("a", contact("Ann", "Lee").with(Field::JobTitle, "Head"));
    world.run(|side, _| (side == Side::Crm).then(refused));
    let link = &world.state.links[&ExchangeId::new("a")];
    assert_eq!((link.trouble.clone(), link.base.crm.text(Field::JobTitle)), (Some(refused()), "Buyer"));
    assert_eq!(world.run(willing).writes(), 0);
    world.record("of-a", contact("Ann", "Lee").with(Field::JobTitle, "Buyer").with(Field::Notes, "called"));
    world.run(willing);
    let both = contact("Ann", "Lee").with(Field::JobTitle, "Head").with(Field::Notes, "called");
    assert_eq!(world.crm[&CrmId::new("of-a")].fields, both);
    assert_eq!(world.mailbox[&ExchangeId::new("a")].fields, both);
}

#[test]
fn a_conflict_keeps_the_losers_value() {
    let mut world = linked(BOTH);
    world.item("a", contact("Ann", "Lee").with(Field::JobTitle, "Head"));
    world.record("of-a", contact("Ann", "Lee").with(Field::JobTitle, "Chief"));
    world.run(willing);
    assert_eq!(world.mailbox[&ExchangeId::new("a")].fields.text(Field::JobTitle), "Chief");
    let [conflict] = world.conflicts.as_slice() else { panic!("one conflict: {:?}", world.conflicts) };
    let lost = conflict.exchange_value.as_ref().and_then(|value| value.as_text());
    assert_eq!((conflict.field, conflict.winner, lost), (Field::JobTitle, Side::Crm, Some("Head")));
}

#[test]
fn ambiguous_records_are_reported_and_matched_once_somebody_decides() {
    let mut world = World::new(BOTH);
    world.item("a", contact("Ann", "Lee"));
    world.item("b", contact("Ann", "Lee"));
    world.record("1", contact("Ann", "Lee"));
    let plan = world.run(willing);
    assert_eq!((plan.writes(), plan.excluded.len()), (0, 3));
    assert_eq!(plan.excluded[&item("a")], Reason::AmbiguousMatch { candidates: 1 });
    assert_eq!(plan.excluded[&RecordId::Crm(CrmId::new("1"))], Reason::AmbiguousMatch { candidates: 2 });
    world.delete_item("b");
    assert_eq!(world.run(willing).matched, 1);
    assert_eq!((world.state.links.len(), world.state.unlinked.len()), (1, 0));
}

#[test]
fn one_way_leaves_the_other_sides_records_alone() {
    let mut world = World::new(Direction::ToCrm);
    world.record("1", contact("Bob", "Ray"));
    let plan = world.run(willing);
    assert_eq!((plan.writes(), world.mailbox.len()), (0, 0));
    let known: Vec<&Unlinked> = world.state.unlinked.values().collect();
    assert_eq!(known[0].reason, Reason::NotInDirection);
    // The same person turns up in the mailbox later: they are one, not two.
    world.item("b", contact("Bob", "Ray").with(Field::MobilePhone, "0100"));
    let plan = world.run(willing);
    assert_eq!((plan.matched, world.crm.len()), (1, 1));
    // And when both ways are allowed, nothing has to be read again.
    let mut world = World::new(Direction::ToCrm);
    world.record("1", contact("Bob", "Ray"));
    world.run(willing);
    world.policy.direction = BOTH;
    assert_eq!(world.run(willing).creations.len(), 1);
}

#[test]
fn an_item_that_goes_on_under_another_id_stays_linked() {
    // Its mailbox moved: every id is another one, the marks went along, and somebody edited both sides meanwhile.
    let mut world = linked(BOTH);
    let mut seen = world.mailbox.remove(&ExchangeId::new("a")).expect("the item");
    seen.fields = seen.fields.with(Field::MobilePhone, "0100");
    seen.version = Version::new("moved");
    world.mailbox.insert(ExchangeId::new("b"), seen.clone());
    world.news_mailbox.insert(ExchangeId::new("a"), Observation::Gone);
    world.news_mailbox.insert(ExchangeId::new("b"), Observation::Present(seen));
    world.record("of-a", contact("Ann", "Lee").with(Field::JobTitle, "Head"));
    let plan = world.run(willing);
    assert_eq!((plan.creations.len(), plan.deletions.len(), world.state.links.len()), (0, 0, 1));
    let both = contact("Ann", "Lee").with(Field::JobTitle, "Head").with(Field::MobilePhone, "0100");
    assert_eq!(world.mailbox[&ExchangeId::new("b")].fields, both);
    assert_eq!(world.crm[&CrmId::new("of-a")].fields, both);
    assert_eq!(world.run(willing).changes, []);
}

#[test]
fn a_copy_takes_no_link_away() {
    // Outlook copies the mark with the item. While the first is there the copy is somebody new.
    let mut world = linked(BOTH);
    let mut copy = world.mailbox[&ExchangeId::new("a")].clone();
    copy.version = Version::new("copy");
    world.mailbox.insert(ExchangeId::new("b"), copy.clone());
    world.news_mailbox.insert(ExchangeId::new("b"), Observation::Present(copy));
    world.run(willing);
    assert_eq!(world.state.links[&ExchangeId::new("a")].crm, CrmId::new("of-a"));
    assert_eq!(world.crm.len(), 2);
    // Once the first is where nobody looks, the copy is the one to go on with.
    let mut world = linked(BOTH);
    world.news_mailbox.insert(ExchangeId::new("a"), Observation::Left);
    world.run(willing);
    let seen = world.mailbox.remove(&ExchangeId::new("a")).expect("the item");
    world.mailbox.insert(ExchangeId::new("b"), seen.clone());
    world.news_mailbox.insert(ExchangeId::new("b"), Observation::Present(seen));
    world.run(willing);
    let link = &world.state.links[&ExchangeId::new("b")];
    assert_eq!((&link.crm, link.is_settled(), world.crm.len()), (&CrmId::new("of-a"), true, 1));
    // Two copies and no first: nobody can tell, and nothing is guessed.
    let mut world = linked(BOTH);
    let seen = world.mailbox.remove(&ExchangeId::new("a")).expect("the item");
    world.news_mailbox.insert(ExchangeId::new("a"), Observation::Gone);
    for id in ["b", "c"] {
        world.mailbox.insert(ExchangeId::new(id), seen.clone());
        world.news_mailbox.insert(ExchangeId::new(id), Observation::Present(seen.clone()));
    }
    let plan = world.run(willing);
    assert_eq!(plan.writes(), 0);
    assert_eq!(plan.excluded[&item("a")], Reason::AmbiguousMatch { candidates: 2 });
    // Somebody throws one of them away.
    world.delete_item("c");
    world.run(willing);
    assert_eq!((world.state.links.len(), &world.state.links[&ExchangeId::new("b")].crm), (1, &CrmId::new("of-a")));
}

#[test]
fn a_converted_lead_stays_linked_as_the_contact() {
    let mut world = linked(BOTH);
    let lead = world.crm.remove(&CrmId::new("of-a")).expect("the lead");
    world.crm.insert(CrmId::new("9"), lead.clone());
    world.news_crm.insert(CrmId::new("of-a"), Observation::Left);
    world.news_crm.insert(CrmId::new("9"), Observation::Present(lead));
    world.became.insert(CrmId::new("of-a"), CrmId::new("9"));
    let plan = world.run(willing);
    assert_eq!((plan.creations.len(), plan.deletions.len()), (0, 0));
    let link = &world.state.links[&ExchangeId::new("a")];
    assert_eq!((&link.crm, link.marked, &link.trouble), (&CrmId::new("9"), true, &None));
    // What the conversion left behind is nobody's edit: it comes back from the item.
    let mut world = linked(BOTH);
    world.record("of-a", contact("Ann", "Lee").with(Field::JobTitle, "Head"));
    world.run(willing);
    world.crm.remove(&CrmId::new("of-a"));
    world.became.insert(CrmId::new("of-a"), CrmId::new("9"));
    world.news_crm.insert(CrmId::new("of-a"), Observation::Left);
    world.record("9", contact("Ann", "Lee").with(Field::MobilePhone, "0100"));
    world.run(willing);
    let both = contact("Ann", "Lee").with(Field::JobTitle, "Head").with(Field::MobilePhone, "0100");
    assert_eq!((&world.mailbox[&ExchangeId::new("a")].fields, &world.crm[&CrmId::new("9")].fields), (&both, &both));
    // It was converted into a contact that has a partner already: the item stays, and nobody is doubled.
    let mut world = linked(BOTH);
    world.item("b", contact("Bob", "Ray"));
    world.run(willing);
    world.crm.remove(&CrmId::new("of-a"));
    world.news_crm.insert(CrmId::new("of-a"), Observation::Left);
    world.became.insert(CrmId::new("of-a"), CrmId::new("of-b"));
    let plan = world.run(willing);
    assert_eq!((plan.writes(), &plan.excluded[&item("a")]), (0, &Reason::LeftScope { side: Side::Crm }));
}

#[test]
fn what_cannot_be_read_waits_alone_and_loses_nothing() {
    let mut world = linked(BOTH);
    world.item("b", contact("Bob", "Ray"));
    world.run(willing);
    // Both records of one pair change; the item can't be understood. Another one is new and can't be, either.
    world.news_mailbox.insert(ExchangeId::new("a"), Observation::Unreadable);
    world.news_mailbox.insert(ExchangeId::new("n"), Observation::Unreadable);
    world.record("of-a", contact("Ann", "Lee").with(Field::JobTitle, "Head"));
    world.item("b", contact("Bob", "Ray").with(Field::JobTitle, "Buyer"));
    let plan = world.run(willing);
    let unreadable = Reason::Unreadable { side: Side::Exchange };
    assert_eq!(plan.writes(), 1, "everything else flows");
    assert_eq!((&plan.excluded[&item("a")], &plan.excluded[&item("n")]), (&unreadable, &unreadable));
    assert_eq!(world.state.links[&ExchangeId::new("a")].trouble, Some(unreadable.clone()));
    // As long as it is so, nothing happens; then the edit of before arrives.
    world.news_mailbox.insert(ExchangeId::new("a"), Observation::Unreadable);
    assert_eq!(world.run(willing).writes(), 0);
    world.item("a", contact("Ann", "Lee").with(Field::JobTitle, "Buyer").with(Field::MobilePhone, "0100"));
    world.item("n", contact("New", "One"));
    world.run(willing);
    let both = contact("Ann", "Lee").with(Field::JobTitle, "Head").with(Field::MobilePhone, "0100");
    assert_eq!(world.mailbox[&ExchangeId::new("a")].fields, both);
    assert_eq!(world.crm[&CrmId::new("of-a")].fields, both);
    assert_eq!((world.crm.len(), world.state.unlinked.len()), (3, 0));
}
