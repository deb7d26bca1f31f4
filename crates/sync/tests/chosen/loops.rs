//! Pages that lead to each other for ever, and records that lead to themselves: a run ends, and writes nothing that the
//! loop could have made wrong.

use crate::leads;
use crate::stage::{SALES, Stage, contact, id, record};
use crate::tamper::round_and_round;
use mxs_api::{Modules, NewPeople};
use mxs_core::Kind;
use mxs_sync::Failure;
use mxs_world::Service::{self, Microsoft, Zoho};
use serde_json::{Value, json};

/// The most pages that a run reads of a loop of one page. A list that is read once more from its start is read twice.
const PAGES_MAX: u32 = 4;

/// What one kind has, on both sides linked, and then changed, deleted and moved out of sight.
fn story(kind: Kind) -> Stage {
    let mut stage = Stage::new();
    let rules = match kind {
        Kind::Contact => &mut stage.settings.contacts.rules,
        Kind::Task => &mut stage.settings.tasks.rules,
        Kind::Event => &mut stage.settings.events.rules,
    };
    rules.on = true;
    stage.settings.contacts.modules = Modules::ContactsAndLeads { new: NewPeople::Contacts };
    match kind {
        Kind::Contact => change_contacts(&stage),
        Kind::Task => change_tasks(&stage),
        Kind::Event => change_events(&stage),
    }
    stage
}

fn change_contacts(stage: &Stage) {
    let item = stage.add_item("contacts", &contact("Ann", "Lee"));
    let [bob, cy] =
        [("Bob", "Ray"), ("Cy", "Fox")].map(|(given, name)| stage.add_record("Contacts", &record(given, name)));
    let lead = stage.add_record("Leads", &crate::stage::lead("Di", "Day"));
    stage.settle();
    stage.change_item(&item, &json!({ "jobTitle": "Head" }));
    stage.change_record("Contacts", &bob, &json!({ "Mobile": "0100" }));
    stage.change_record("Leads", &lead, &json!({ "Mobile": "0200" }));
    stage.delete_record("Contacts", &cy);
}

fn change_tasks(stage: &Stage) {
    let list = stage.outlook(|microsoft, context| microsoft.add_task_list(SALES, "Work", context)).expect("a list");
    let add = |title: &str| {
        let task = json!({ "title": title });
        stage.outlook(|microsoft, context| microsoft.add_task(SALES, &list, &task, context)).expect("a task")
    };
    add("Offer");
    let [visit, call] = ["Visit", "Call"].map(|subject| stage.add_record("Tasks", &json!({ "Subject": subject })));
    stage.settle();
    add("Bill");
    stage.change_record("Tasks", &visit, &json!({ "Description": "bring the plans" }));
    stage.delete_record("Tasks", &call);
}

fn change_events(stage: &Stage) {
    let at = |hour: u32| json!({ "dateTime": format!("2026-03-10T{hour:02}:00:00"), "timeZone": "UTC" });
    let event = json!({ "subject": "Demo", "start": at(9), "end": at(10), "isReminderOn": false });
    let add = || stage.outlook(|microsoft, context| microsoft.add_event(SALES, None, &event, context));
    let demo = add().expect("an event");
    let record = |title: &str| {
        let times = ("2026-03-11T09:00:00+00:00", "2026-03-11T10:00:00+00:00");
        json!({ "Event_Title": title, "Start_DateTime": times.0, "End_DateTime": times.1 })
    };
    let [visit, call] = ["Visit", "Call"].map(|title| stage.add_record("Events", &record(title)));
    stage.settle();
    // It is asked for by itself, and then which calendar is the default one.
    let other =
        stage.outlook(|microsoft, context| microsoft.add_calendar(SALES, "Fairs", context)).expect("a calendar");
    stage.outlook(|microsoft, context| microsoft.move_event(SALES, &demo, Some(&other), context)).expect("it is there");
    stage.change_record("Events", &visit, &json!({ "Venue": "Hall 3" }));
    stage.delete_record("Events", &call);
}

/// What the run wrote.
fn written(stage: &Stage) -> Vec<String> {
    let operations = &stage.world.borrow().counters.operations;
    let is_write = |name: &&String| ["created", "updated", "deleted"].iter().any(|end| name.ends_with(end));
    operations.keys().filter(is_write).cloned().collect()
}

/// Whose pages go round, which, and whether it is known how far they were read.
const LOOPS: [(Kind, Service, &str, bool); 17] = [
    (Kind::Contact, Microsoft, "/contacts/delta", true),
    (Kind::Contact, Microsoft, "/contacts/delta", false),
    (Kind::Contact, Microsoft, "$filter=singleValueExtendedProperties", false),
    (Kind::Task, Microsoft, "/todo/lists/delta", true),
    (Kind::Task, Microsoft, "/todo/lists/delta", false),
    (Kind::Task, Microsoft, "/tasks/delta", true),
    (Kind::Event, Microsoft, "/calendarView/delta", true),
    (Kind::Event, Microsoft, "/calendarView/delta", false),
    (Kind::Event, Microsoft, "$filter=singleValueExtendedProperties", false),
    (Kind::Event, Microsoft, "/me/calendars?", true),
    (Kind::Contact, Zoho, "from Contacts where", true),
    (Kind::Contact, Zoho, "from Contacts where", false),
    (Kind::Contact, Zoho, "from Leads where", true),
    (Kind::Contact, Zoho, "/Contacts/deleted?", true),
    (Kind::Task, Zoho, "from Tasks where", true),
    (Kind::Event, Zoho, "from Events where", false),
    (Kind::Event, Zoho, "/Events/deleted?", true),
];

#[test]
fn pages_that_lead_back_end_the_run_and_nothing_is_written() {
    for (kind, service, word, is_known) in LOOPS {
        for pages in [1, 2] {
            let case = format!("{kind:?} {word}, {is_known}, {pages} pages");
            let stage = story(kind);
            if !is_known {
                stage.lose_the_database();
            }
            stage.world.borrow_mut().counters.reset();
            let mut round = round_and_round(pages);
            stage.watch.tamper.with(service, word, move |url, mut page| {
                // Among calendars the search ends at the default one.
                for item in page.get_mut("value").and_then(Value::as_array_mut).into_iter().flatten() {
                    drop(item.as_object_mut().and_then(|item| item.remove("isDefaultCalendar")));
                }
                round(url, page)
            });
            let failure = if service == Microsoft { Failure::MicrosoftAnswer } else { Failure::CrmAnswer };
            assert_eq!(stage.run(None).expect("nobody dies")[&kind].end, Err(failure), "{case}");
            assert_eq!(written(&stage), Vec::<String>::new(), "{case}");
            let read = stage.watch.tamper.stop();
            assert!((2..=PAGES_MAX * pages).contains(&read), "{case}: {read}");
            stage.settle();
        }
    }
}

/// A delta link that names its own page: each run reads that page, and there is nothing to do.
#[test]
fn a_delta_link_to_its_own_page_is_an_end_all_the_same() {
    for (kind, word) in
        [(Kind::Contact, "/contacts/delta"), (Kind::Task, "/tasks/delta"), (Kind::Event, "/calendarView/delta")]
    {
        let stage = story(kind);
        stage.watch.tamper.with(Microsoft, word, |url, mut page| {
            page["@odata.deltaLink"] = url.into();
            page
        });
        stage.settle();
        assert!(stage.watch.tamper.stop() > 0, "{kind:?}");
        // Nothing was missed.
        stage.settle();
    }
}

/// What a lead is said to have become.
fn became(stage: &Stage, contact: &str) {
    let contact = json!({ "id": contact, "name": "Ann Lee" });
    stage.watch.tamper.with(Zoho, "Converted_Contact", move |_, mut answer| {
        for row in answer["data"].as_array_mut().into_iter().flatten() {
            row["Converted_Contact"] = contact.clone();
        }
        answer
    });
}

#[test]
fn a_lead_that_became_itself_has_left_and_nobody_is_deleted() {
    let stage = leads::stage(NewPeople::Contacts);
    let (item, lead) = leads::linked(&stage);
    let contact = stage.convert(&lead);
    became(&stage, &lead);
    let reports = stage.sync();
    assert!(stage.watch.tamper.stop() > 0);
    assert_eq!(reports[&Kind::Contact].summary.to_exchange.deleted, 0);
    assert!(stage.items().iter().any(|one| id(one) == item), "the person stays");
    assert!(stage.records("Contacts").iter().any(|one| id(one) == contact));
    stage.settle();
}

#[test]
fn leads_that_became_each_other_have_left_and_nobody_is_deleted() {
    let stage = leads::stage(NewPeople::Contacts);
    let ids: Vec<String> = [("Ann", "Lee"), ("Bob", "Ray")]
        .map(|(given, name)| stage.add_record("Leads", &crate::stage::lead(given, name)))
        .into();
    stage.settle();
    ids.iter().for_each(|lead| drop(stage.convert(lead)));
    let other = ids.clone();
    stage.watch.tamper.with(Zoho, "Converted_Contact", move |_, mut answer| {
        for row in answer["data"].as_array_mut().into_iter().flatten() {
            let of: &Value = if row["id"] == other[0].as_str() { &json!(other[1]) } else { &json!(other[0]) };
            row["Converted_Contact"] = json!({ "id": of, "name": "x" });
        }
        answer
    });
    let reports = stage.sync();
    assert!(stage.watch.tamper.stop() > 0);
    assert_eq!(reports[&Kind::Contact].summary.to_exchange.deleted, 0);
    assert!(stage.items().len() >= 2, "both stay");
    stage.settle();
}
