//! Tasks through both doors.

use crate::graph::{get, graph};
use crate::support::*;
use mxs_http::Method;
use mxs_world::World;
use serde_json::{Value, json};

fn create(task: &str) -> String {
    format!("<m:CreateItem><m:Items><t:Task>{task}</t:Task></m:Items></m:CreateItem>")
}

fn read(id: &str) -> String {
    format!(
        "<m:GetItem><m:ItemShape><t:BaseShape>AllProperties</t:BaseShape></m:ItemShape><m:ItemIds>{id}</m:ItemIds></m:GetItem>"
    )
}

fn update(id: &str, updates: &str) -> String {
    format!(
        "<m:UpdateItem ConflictResolution=\"AlwaysOverwrite\"><m:ItemChanges><t:ItemChange>{id}<t:Updates>{updates}</t:Updates>\
         </t:ItemChange></m:ItemChanges></m:UpdateItem>"
    )
}

fn set(name: &str, value: &str) -> String {
    let element = name.rsplit(':').next().expect("a name");
    format!(
        "<t:SetItemField><t:FieldURI FieldURI=\"{name}\"/><t:Task><t:{element}>{value}</t:{element}></t:Task></t:SetItemField>"
    )
}

fn made(world: &mut World, door: &Door, task: &str) -> String {
    id(&item(&door.ask(world, &create(task))))
}

/// The task that To Do shows.
fn shown(world: &mut World) -> Value {
    get(world, ADA, "/todo/lists/tasks/tasks")["value"][0].clone()
}

const WHOLE: &str = "<t:Subject>Call</t:Subject><t:Sensitivity>Confidential</t:Sensitivity><t:Body BodyType=\"Text\">About it.</t:Body>\
    <t:Categories><t:String>Red</t:String></t:Categories><t:Importance>High</t:Importance><t:ReminderDueBy>2026-11-25T08:30:00Z</t:ReminderDueBy>\
    <t:ReminderIsSet>true</t:ReminderIsSet><t:ActualWork>30</t:ActualWork><t:BillingInformation>B1</t:BillingInformation>\
    <t:Companies><t:String>Engines</t:String></t:Companies><t:Contacts><t:String>Bo</t:String></t:Contacts>\
    <t:DueDate>2026-11-26T00:00:00Z</t:DueDate><t:Mileage>12</t:Mileage><t:PercentComplete>25</t:PercentComplete>\
    <t:Recurrence><t:WeeklyRecurrence><t:Interval>2</t:Interval><t:DaysOfWeek>Thursday</t:DaysOfWeek><t:FirstDayOfWeek>Monday</t:FirstDayOfWeek>\
    </t:WeeklyRecurrence><t:NumberedRecurrence><t:StartDate>2026-11-26Z</t:StartDate><t:NumberOfOccurrences>4</t:NumberOfOccurrences>\
    </t:NumberedRecurrence></t:Recurrence><t:StartDate>2026-11-24T00:00:00Z</t:StartDate><t:Status>WaitingOnOthers</t:Status><t:TotalWork>60</t:TotalWork>";

#[test]
fn nothing_is_lost_of_what_was_written() {
    let (mut world, ada) = (world(), Door::of(ADA));
    let id = made(&mut world, &ada, WHOLE);
    let task = item(&ada.ask(&mut world, &read(&id)));
    let written = mxs_xml::read(format!("<T xmlns:t='t'>{WHOLE}</T>").as_bytes()).expect("XML");
    for element in &written.children {
        let shown = task.get(&element.name).unwrap_or_else(|| panic!("{} is lost", element.name));
        assert_eq!((&shown.text, bare(shown)), (&element.text, bare(element)), "{}", element.name);
    }
    for (name, wanted) in
        [("IsRecurring", "true"), ("Owner", "Ada Lovelace"), ("StatusDescription", "Waiting on someone else")]
    {
        assert_eq!(task.text(name), wanted);
    }
}

/// What is in an element, whatever its namespace.
fn bare(element: &mxs_xml::Element) -> String {
    element.children.iter().map(mxs_xml::Element::xml).collect::<String>().replace("t:", "")
}

#[test]
fn to_do_shows_what_it_knows_of_it() {
    let (mut world, ada) = (world(), Door::of(ADA));
    made(&mut world, &ada, WHOLE);
    let task = shown(&mut world);
    let stamp = |moment: &str| json!({ "dateTime": format!("{moment}.0000000"), "timeZone": "UTC" });
    let cases = [
        ("title", json!("Call")),
        ("body", json!({ "contentType": "text", "content": "About it." })),
        ("importance", json!("high")),
        ("status", json!("waitingOnOthers")),
        ("categories", json!(["Red"])),
        ("startDateTime", stamp("2026-11-24T00:00:00")),
        ("dueDateTime", stamp("2026-11-26T00:00:00")),
        ("isReminderOn", json!(true)),
        ("reminderDateTime", stamp("2026-11-25T08:30:00")),
    ];
    for (name, wanted) in cases {
        assert_eq!(task[name], wanted, "{name}");
    }
    assert_eq!(task["recurrence"]["pattern"]["daysOfWeek"], json!(["thursday"]));
    assert_eq!(task["recurrence"]["range"]["numberOfOccurrences"], 4);
}

#[test]
fn what_to_do_writes_is_a_task_here() {
    let (mut world, ada) = (world(), Door::of(ADA));
    let body = json!({ "title": "Write", "dueDateTime": { "dateTime": "2026-11-30T00:00:00", "timeZone": "UTC" } });
    let made = graph(&mut world, ADA, Method::Post, "/todo/lists/tasks/tasks", Some(&body));
    let id = made["id"].as_str().expect("an id").to_owned();
    let named = format!("<t:ItemId Id=\"{}\"/>", id.replace('-', "/").replace('_', "+"));
    let said = |world: &mut World, names: &[&str]| {
        let task = item(&ada.ask(world, &read(&named)));
        names.iter().map(|name| task.text(name).to_owned()).collect::<Vec<_>>().join(" ")
    };
    let names = ["Subject", "Status", "PercentComplete", "IsComplete", "CompleteDate", "DueDate"];
    assert_eq!(said(&mut world, &names), "Write NotStarted 0 false  2026-11-30T00:00:00Z");
    done(&ada.ask(&mut world, &update(&named, &(set("task:PercentComplete", "25") + &set("task:Mileage", "7")))));
    assert_eq!(said(&mut world, &names), "Write InProgress 25 false  2026-11-30T00:00:00Z");
    // Whoever completes a task completes all of it, by whatever door, and what only this one knows stays.
    let path = format!("/todo/lists/tasks/tasks/{id}");
    graph(&mut world, ADA, Method::Patch, &path, Some(&json!({ "status": "completed" })));
    assert_eq!(said(&mut world, &names), "Write Completed 100 true 2026-11-21T00:00:00Z 2026-11-30T00:00:00Z");
    assert_eq!(said(&mut world, &["Mileage"]), "7");
}

#[test]
fn states_and_parts_follow_each_other() {
    // One after the other: a change, and the state and part that are done then.
    let cases = [
        (set("task:PercentComplete", "40"), "InProgress 40"),
        (set("task:Status", "Deferred"), "Deferred 40"),
        (set("task:PercentComplete", "50"), "Deferred 50"),
        (set("task:PercentComplete", "100"), "Completed 100"),
        (set("task:Status", "NotStarted"), "NotStarted 0"),
        (set("task:CompleteDate", "2026-11-20T00:00:00Z"), "Completed 100"),
        ("<t:DeleteItemField><t:FieldURI FieldURI=\"task:Status\"/></t:DeleteItemField>".to_owned(), "NotStarted 0"),
        (set("item:Subject", "Other"), "NotStarted 0"),
    ];
    let (mut world, ada) = (world(), Door::of(ADA));
    let id = made(&mut world, &ada, "<t:Subject>Call</t:Subject>");
    for (updates, wanted) in cases {
        done(&ada.ask(&mut world, &update(&id, &updates)));
        let task = item(&ada.ask(&mut world, &read(&id)));
        assert_eq!(format!("{} {}", task.text("Status"), task.text("PercentComplete")), wanted, "{updates}");
    }
}

#[test]
fn tasks_repeat_on_days_or_after_they_were_done() {
    let range = "<t:EndDateRecurrence><t:StartDate>2026-12-01Z</t:StartDate><t:EndDate>2027-12-01Z</t:EndDate></t:EndDateRecurrence>";
    let patterns = [
        "<t:DailyRecurrence><t:Interval>3</t:Interval></t:DailyRecurrence>",
        "<t:AbsoluteMonthlyRecurrence><t:Interval>1</t:Interval><t:DayOfMonth>31</t:DayOfMonth></t:AbsoluteMonthlyRecurrence>",
        "<t:RelativeYearlyRecurrence><t:DaysOfWeek>Friday</t:DaysOfWeek><t:DayOfWeekIndex>Last</t:DayOfWeekIndex><t:Month>May</t:Month></t:RelativeYearlyRecurrence>",
        "<t:DailyRegeneration><t:Interval>5</t:Interval></t:DailyRegeneration>",
        "<t:YearlyRegeneration><t:Interval>1</t:Interval></t:YearlyRegeneration>",
    ];
    let ada = Door::of(ADA);
    for pattern in patterns {
        let mut world = world();
        let id =
            made(&mut world, &ada, &format!("<t:Subject>S</t:Subject><t:Recurrence>{pattern}{range}</t:Recurrence>"));
        let task = item(&ada.ask(&mut world, &read(&id)));
        let recurrence = bare(task.get("Recurrence").expect("a recurrence"));
        assert_eq!(recurrence, format!("{pattern}{range}").replace("t:", ""));
        assert_eq!(task.text("DueDate"), "2026-12-01T00:00:00Z", "it is due when it begins");
        assert_eq!(shown(&mut world)["recurrence"].is_null(), pattern.contains("Regeneration"), "{pattern}");
        let gone = "<t:DeleteItemField><t:FieldURI FieldURI=\"task:Recurrence\"/></t:DeleteItemField>";
        done(&ada.ask(&mut world, &update(&id, gone)));
        assert!(item(&ada.ask(&mut world, &read(&id))).get("Recurrence").is_none());
    }
}

#[test]
fn what_makes_no_task_is_refused() {
    let (mut world, ada) = (world(), Door::of(ADA));
    let id = made(&mut world, &ada, "<t:Subject>Call</t:Subject>");
    let delete = |id: &str, more: &str| {
        format!("<m:DeleteItem DeleteType=\"HardDelete\"{more}><m:ItemIds>{id}</m:ItemIds></m:DeleteItem>")
    };
    let elsewhere = "<m:SavedItemFolderId><t:DistinguishedFolderId Id=\"contacts\"/></m:SavedItemFolderId><m:Items>";
    let cases = [
        (update(&id, &set("task:PercentComplete", "101")), "ErrorInvalidPropertySet"),
        (update(&id, &set("task:IsComplete", "true")), "ErrorInvalidPropertySet"),
        (update(&id, &set("task:Owner", "Bo")), "ErrorInvalidPropertySet"),
        (
            update(
                &id,
                "<t:AppendToItemField><t:FieldURI FieldURI=\"item:Subject\"/><t:Task><t:Subject>S</t:Subject></t:Task></t:AppendToItemField>",
            ),
            "ErrorInvalidPropertyAppend",
        ),
        (create("<t:Subject>S</t:Subject>").replace("<m:Items>", elsewhere), "ErrorCannotCreateTaskInNonTaskFolder"),
        (delete(&id, ""), "ErrorAffectedTaskOccurrencesRequired"),
        (delete(&id, " AffectedTaskOccurrences=\"AllOccurrences\""), "NoError"),
        (read(&id), "ErrorItemNotFound"),
    ];
    for (request, wanted) in cases {
        assert_eq!(code(&ada.ask(&mut world, &request)), wanted, "{request}");
    }
    assert_eq!(shown(&mut world), Value::Null);
}
