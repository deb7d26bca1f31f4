//! Tasks.

use crate::stage::{Crm, id_of};
use mxs_core::{Date, Field, Fields, Instant, Patch, Value};
use mxs_zoho::{Known, Module, Names, record, records};
use serde_json::json;

fn names() -> Names {
    Names::all(Module::Tasks)
}

fn day(text: &str) -> Option<Value> {
    Date::parse(text).ok().map(Value::Date)
}

fn moment(text: &str) -> Option<Value> {
    Instant::parse(text).ok().map(Value::Moment)
}

fn full() -> Fields {
    let mut fields = Fields::default()
        .with(Field::Notes, "about\nthe engine")
        .with(Field::Priority, "high")
        .with(Field::Recurrence, "FREQ=WEEKLY;COUNT=9;BYDAY=MO")
        .with(Field::Status, "waiting")
        .with(Field::Subject, "Call Babbage");
    fields.put(Field::Categories, Value::set(["Engine", "VIP"]));
    fields.put(Field::Due, day("2026-11-30"));
    fields.put(Field::Reminder, moment("2026-11-29T08:00:00Z"));
    fields
}

#[test]
fn a_task_goes_there_and_comes_back() {
    let mut crm = Crm::new();
    let plain = Fields::default().with(Field::Subject, "plain");
    let ids = crm.insert(&names(), &[&full(), &plain]);
    let records = crm.all(&names(), None);
    assert_eq!(records.iter().map(|record| record.id.clone()).collect::<Vec<_>>(), ids);
    assert_eq!((&records[0].seen.fields, &records[1].seen.fields), (&full(), &plain));
    assert_eq!(crm.world.outbox.mails.len(), 0, "nobody is mailed");
}

#[test]
fn every_status_and_priority_has_its_word() {
    let mut crm = Crm::new();
    for status in ["", "in_progress", "completed", "waiting", "deferred"] {
        for priority in ["high", "", "low"] {
            let task =
                Fields::default().with(Field::Subject, "x").with(Field::Status, status).with(Field::Priority, priority);
            let ids = crm.insert(&names(), &[&task]);
            let mut found = crm.only(&names());
            let done = found.get(Field::CompletedOn).cloned();
            assert_eq!(done, day("2026-11-21").filter(|_| status == "completed"));
            found.put(Field::CompletedOn, None);
            assert_eq!(found, task);
            crm.send(records::delete(Module::Tasks, &ids));
        }
    }
}

#[test]
fn a_change_names_only_what_changes() {
    let mut crm = Crm::new();
    let ids = crm.insert(&names(), &[&full()]);
    let patch = Patch::from_iter([
        (Field::Categories, None),
        (Field::Due, day("2026-12-07")),
        (Field::Priority, None),
        (Field::Reminder, None),
        (Field::Status, Value::text("completed")),
    ]);
    crm.update(&names(), &ids[0], &patch, &Known::default());
    let mut wanted = patch.applied_to(&full());
    wanted.put(Field::CompletedOn, day("2026-11-21"));
    assert_eq!(crm.only(&names()), wanted);
}

#[test]
fn what_only_the_crm_has_survives() {
    let mut crm = Crm::new();
    let contact = crm.add("Contacts", json!({ "Last_Name": "Babbage" }));
    let task = json!({
        "Subject": "Call", "Status": "Legal review", "Priority": "Highest", "Who_Id": { "id": contact.as_str() },
        "Remind_At": { "ALARM": "ACTION=EMAIL;TRIGGER=-P1D;TRIGGER_TIME=22:52" }, "Due_Date": "2026-11-30",
    });
    let id = crm.add("Tasks", task);
    let mut wanted = Fields::default().with(Field::Subject, "Call").with(Field::Priority, "high");
    wanted.put(Field::Due, day("2026-11-30"));
    assert_eq!(crm.only(&names()), wanted, "what has no word is not told");

    let patch = Patch::from_iter([(Field::Subject, Value::text("Call again"))]);
    crm.update(&names(), &id, &patch, &Known::default());
    let shown = crm.shown("Tasks", &id);
    let kept = [&shown["Status"], &shown["Priority"], &shown["Who_Id"]["id"], &shown["Subject"]];
    assert_eq!(kept, [&json!("Legal review"), &json!("Highest"), &json!(contact.as_str()), &json!("Call again")]);
}

#[test]
fn a_rule_is_written_once() {
    let mut crm = Crm::new();
    let ids = crm.insert(&names(), &[&full()]);
    let patch =
        Patch::from_iter([(Field::Recurrence, Value::text("FREQ=DAILY")), (Field::Subject, Value::text("Call again"))]);
    let known = Known::default();
    assert_eq!(record::left_out_of_update(&names(), &ids[0], &patch, &known), [Field::Recurrence]);
    crm.update(&names(), &ids[0], &patch, &known);
    assert_eq!(crm.only(&names()), full().with(Field::Subject, "Call again"));
}

#[test]
fn categories_that_are_no_tags_stay_out_and_the_rest_is_written() {
    let mut crm = Crm::new();
    let mut task = Fields::default().with(Field::Subject, "x");
    task.put(Field::Categories, Value::set(["A category whose name is too long for the CRM"]));
    assert_eq!(record::left_out(&names(), &task, &Known::default()), [Field::Categories]);
    crm.insert(&names(), &[&task]);
    assert_eq!(crm.only(&names()), Fields::default().with(Field::Subject, "x"));
}

#[test]
fn gone_and_left_are_told_apart() {
    let mut crm = Crm::new();
    let task = Fields::default().with(Field::Subject, "x");
    let ids = crm.insert(&names(), &[&task, &task, &task]);
    let (ada, bob, leaves) = (crm.ada, crm.bob, id_of(&ids[2]));
    crm.world.with_zoho(|zoho, context| zoho.change_owner(context, "Tasks", leaves, ada, bob)).expect("a new owner");
    let answer = crm.send(records::delete(Module::Tasks, &ids[1..2]));
    assert_eq!(records::parse_delete(&answer, 1), Ok(vec![Ok(ids[1].clone())]));
    assert_eq!(crm.all(&names(), None).len(), 1);
    let deleted = records::parse_deleted(&crm.send(records::deleted(Module::Tasks, None, 1))).expect("a list");
    assert_eq!(deleted.ids, [ids[1].clone()]);
    let found = records::parse_lookup(&crm.send(records::lookup(Module::Tasks, &ids))).expect("an answer");
    let mut owners: Vec<(&str, &str)> = found.iter().map(|found| (found.id.as_str(), found.owner.as_str())).collect();
    owners.sort_unstable();
    let (ada, bob) = (ada.to_string(), bob.to_string());
    assert_eq!(owners, [(ids[0].as_str(), ada.as_str()), (ids[2].as_str(), bob.as_str())]);
}
