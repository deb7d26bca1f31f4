//! All kinds in turn.

use crate::place::{Death, Moment};
use crate::stage::{ORG, SALES, Stage, contact, id, places, record};
use mxs_core::Kind;
use mxs_graph::mailbox;
use mxs_sync::{End, Failure};
use mxs_world::{Effect, Service};
use serde_json::json;

fn everything() -> Stage {
    let mut stage = Stage::with_contacts();
    stage.settings.tasks.rules.on = true;
    stage.settings.events.rules.on = true;
    stage.add_item("contacts", &contact("Ann", "Lee"));
    let list = stage.outlook(|microsoft, context| microsoft.add_task_list(SALES, "Work", context)).expect("a list");
    let task = json!({ "title": "Offer" });
    stage.outlook(|microsoft, context| microsoft.add_task(SALES, &list, &task, context)).expect("a task");
    stage.add_record(
        "Events",
        &json!({
            "Event_Title": "Visit",
            "Start_DateTime": "2026-03-11T09:00:00+00:00", "End_DateTime": "2026-03-11T10:00:00+00:00",
        }),
    );
    stage
}

#[test]
fn what_is_switched_on_is_synced_and_numbered_in_one_journal() {
    let mut stage = everything();
    stage.settings.events.rules.on = false;
    let reports = stage.sync();
    assert_eq!(reports.keys().copied().collect::<Vec<_>>(), [Kind::Contact, Kind::Task]);
    let created = |kind: Kind| reports[&kind].summary.to_crm.created;
    assert_eq!((created(Kind::Contact), created(Kind::Task)), (1, 1));
    assert!(reports[&Kind::Contact].noted > 0 && reports[&Kind::Task].noted > reports[&Kind::Contact].noted);
    stage.settings.events.rules.on = true;
    assert_eq!(stage.sync()[&Kind::Event].summary.to_exchange.created, 1);
    stage.settle();
}

/// The requests of Graph so far that were about whoever signed in.
fn asked_of_me(stage: &Stage) -> usize {
    let world = stage.world.borrow();
    let asked = world.counters.requests.get(&Service::Microsoft).into_iter().flat_map(|asked| asked.keys());
    asked.filter(|name| name.contains("/me/")).count()
}

#[test]
fn an_application_goes_on_where_the_person_stopped_with_every_kind_that_is_open_to_it() {
    let mut stage = everything();
    let friends = stage.add_folder("Friends");
    let default = stage.world.borrow().microsoft.mailbox(SALES).expect("a mailbox").default_folder_id().to_owned();
    stage.settings.contacts.folders = places(&[&default, &friends]);
    stage.sync();
    assert!(asked_of_me(&stage) > 0);
    stage.by_itself = true;
    stage.settings.tasks.rules.on = mailbox::open_to_applications(Kind::Task);
    stage.world.borrow_mut().counters.reset();
    // Changes on both sides, of what was synced by the person and of what is new.
    stage.change_item(&id(&stage.item("Lee")), &json!({ "jobTitle": "Head" }));
    stage.add_item(&friends, &contact("Bob", "Ray"));
    stage.add_record("Contacts", &record("Cem", "Aksoy"));
    let event = json!({
        "subject": "Review", "start": { "dateTime": "2026-03-12T09:00:00", "timeZone": "UTC" },
        "end": { "dateTime": "2026-03-12T10:00:00", "timeZone": "UTC" },
    });
    stage.outlook(|microsoft, context| microsoft.add_event(SALES, None, &event, context)).expect("an event");
    let reports = stage.sync();
    assert_eq!(reports.keys().copied().collect::<Vec<_>>(), [Kind::Contact, Kind::Event]);
    assert_eq!((counts(&stage), asked_of_me(&stage)), ([3, 1, 2, 3, 1, 2], 0));
    // Nothing is remembered: everything is read from the beginning.
    stage.lose_the_database();
    stage.settle();
    assert_eq!((counts(&stage), asked_of_me(&stage)), ([3, 1, 2, 3, 1, 2], 0));
}

/// How many there are: contacts, tasks and events in the mailbox, and the same in the CRM.
fn counts(stage: &Stage) -> [usize; 6] {
    let world = stage.world.borrow();
    let [contacts, tasks, events] = ["Contacts", "Tasks", "Events"].map(|module| world.zoho.records(ORG, module).len());
    let mailbox = &world.microsoft;
    let (items, own_tasks, calendar) = (mailbox.contacts(SALES), mailbox.tasks(SALES), mailbox.events(SALES));
    [items.len(), own_tasks.len(), calendar.len(), contacts, tasks, events]
}

#[test]
fn a_run_of_all_kinds_is_taken_back_wherever_that_dies() {
    let synced = || {
        let stage = everything();
        stage.sync();
        assert_eq!(counts(&stage), [1; 6]);
        (stage.last_run(), stage)
    };
    let (run, whole) = synced();
    let reports = whole.undo(run, None).expect("nobody dies");
    assert_eq!(reports.len(), Kind::ALL.len());
    let alone = [1, 1, 0, 0, 0, 1];
    assert_eq!(counts(&whole), alone);
    whole.settle();
    assert_eq!(counts(&whole), alone, "what was taken back doesn't come again by itself");
    // That is a run as well.
    let again = whole.undo(run + 1, None).expect("nobody dies");
    assert!(again.values().all(|report| report.end == Ok(End::Completed)), "{again:?}");
    assert_eq!(counts(&whole), [1; 6]);
    whole.settle();

    for call in 1.. {
        let (run, stage) = synced();
        let has_died = stage.undo(run, Some(Death::Call(call, Moment::After))).is_none();
        stage.undo(run, None).expect("nobody dies");
        assert_eq!(counts(&stage), alone, "died at call {call}");
        if !has_died {
            assert!(call > 10, "there is something to interrupt: {call} calls");
            break;
        }
    }
}

#[test]
fn a_kind_that_was_switched_off_since_is_not_left_out_without_a_word() {
    let mut stage = everything();
    stage.sync();
    let run = stage.last_run();
    stage.settings.tasks.rules.on = false;
    let reports = stage.undo(run, None).expect("nobody dies");
    let end = |kind: Kind| reports[&kind].end.clone();
    assert_eq!(
        Kind::ALL.map(end),
        [Ok(End::Completed), Err(Failure::SwitchedOff), Ok(End::Completed)],
        "contacts, tasks, events"
    );
    assert_eq!(counts(&stage), [1, 1, 0, 0, 1, 1], "the others are taken back");
    // What it says to do helps.
    stage.settings.tasks.rules.on = true;
    let reports = stage.undo(run, None).expect("nobody dies");
    assert!(reports.values().all(|report| report.end == Ok(End::Completed)), "{reports:?}");
    assert_eq!(counts(&stage), [1, 1, 0, 0, 0, 1]);
    // A run that changed nothing of a kind has nothing of it to take back.
    stage.settings.tasks.rules.on = false;
    stage.sync();
    let reports = stage.undo(stage.last_run(), None).expect("nobody dies");
    assert_eq!(reports.keys().copied().collect::<Vec<_>>(), [Kind::Contact, Kind::Event]);
}

#[test]
fn one_that_fails_does_not_keep_the_next_from_its_turn() {
    let mut stage = everything();
    stage.settings.contacts.folders = places(&["AAMkGone="]);
    let reports = stage.run(None).expect("nobody dies");
    let ends: Vec<_> = reports.values().map(|report| report.end.clone()).collect();
    assert_eq!(ends[1..], [Ok(End::Completed), Ok(End::Completed)]);
    assert!(ends[0].is_err());
}

#[test]
fn nobody_goes_on_without_being_signed_in() {
    let stage = everything();
    stage.answer_once(
        Service::Microsoft,
        "/contacts/delta",
        Effect::Status {
            status: 401,
            body: json!({ "error": { "code": "InvalidAuthenticationToken", "message": "expired" } }).to_string(),
            media_type: "application/json".to_owned(),
            retry_after_s: None,
        },
    );
    let reports = stage.run(None).expect("nobody dies");
    assert_eq!(reports.len(), 1);
    assert_eq!(reports[&Kind::Contact].end, Err(Failure::MicrosoftSignIn));
}
