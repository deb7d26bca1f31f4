//! Several lists of tasks.

use crate::stage::{ORG, SALES, Stage, chosen, id};
use mxs_api::TaskLists;
use mxs_core::{Kind, Reason, Side};
use mxs_sync::Failure;
use serde_json::{Value, json};

fn add_task(stage: &Stage, list: &str, title: &str) -> String {
    let task = json!({ "title": title });
    stage.outlook(|microsoft, context| microsoft.add_task(SALES, list, &task, context)).expect("a task")
}

fn titles(tasks: &[Value], name: &str) -> Vec<String> {
    let mut titles: Vec<String> = tasks.iter().map(|task| task[name].as_str().expect("a title").to_owned()).collect();
    titles.sort();
    titles
}

#[test]
fn chosen_lists_are_read_and_what_leaves_them_is_not_deleted() {
    let mut stage = Stage::new();
    stage.settings.tasks.rules.on = true;
    let lists = ["Work", "Calls", "Home"]
        .map(|name| stage.outlook(|microsoft, context| microsoft.add_task_list(SALES, name, context)).expect("a list"));
    let [work, calls, home] = &lists;
    stage.settings.tasks.lists = TaskLists::Chosen(chosen(&[work, calls]));
    let offer = add_task(&stage, work, "Offer");
    add_task(&stage, calls, "Call");
    add_task(&stage, home, "Shopping");
    stage.add_record("Tasks", &json!({ "Subject": "Visit" }));
    stage.settle();
    assert_eq!(titles(&stage.records("Tasks"), "Subject"), ["Call", "Offer", "Visit"]);
    let tasks = stage.world.borrow().microsoft.tasks(SALES);
    let visit = tasks.iter().find(|task| task["title"] == "Visit").expect("the new one");
    assert_eq!(visit["listId"], json!(work));
    let address = visit["linkedResources"][0]["webUrl"].as_str().expect("an address");
    let record = stage.records("Tasks").into_iter().find(|task| task["Subject"] == "Visit").expect("it is there");
    assert_eq!(
        address,
        format!("https://crm.zoho.example/crm/org{ORG}/tab/Tasks/{}", id(&record)),
        "people open it there"
    );

    // Between chosen lists, out of them, and back.
    let mut offer = offer;
    for (list, troubles) in [(calls, vec![]), (home, vec![Reason::LeftScope { side: Side::Exchange }]), (work, vec![])]
    {
        offer =
            stage.outlook(|microsoft, context| microsoft.move_task(SALES, &offer, list, context)).expect("it is there");
        stage.settle();
        assert_eq!(titles(&stage.records("Tasks"), "Subject"), ["Call", "Offer", "Visit"]);
        assert_eq!(stage.troubles(Kind::Task), troubles);
    }

    // A list that is gone is told; then it is not chosen any more.
    stage.outlook(|microsoft, context| microsoft.delete_task_list(SALES, calls, context)).expect("a list");
    assert_eq!(stage.run(None).expect("nobody dies")[&Kind::Task].end, Err(Failure::PlaceGone));
    stage.settings.tasks.lists = TaskLists::Chosen(chosen(&[work]));
    stage.settle();
    assert_eq!(titles(&stage.records("Tasks"), "Subject"), ["Call", "Offer", "Visit"]);
    // All lists again.
    stage.settings.tasks.lists = TaskLists::Own;
    stage.settle();
    assert_eq!(titles(&stage.records("Tasks"), "Subject"), ["Offer", "Shopping", "Visit"], "its list was deleted");
}
