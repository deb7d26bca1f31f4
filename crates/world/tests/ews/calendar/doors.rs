//! What Graph wrote, as this door shows it.

use super::*;
use serde_json::json;

#[test]
fn what_graph_writes_is_read_here() {
    let (mut world, ada) = (world(), Door::of(ADA));
    let at = |time: &str| json!({ "dateTime": time, "timeZone": "Europe/Berlin" });
    let event = json!({
        "subject": "From Graph", "body": { "contentType": "html", "content": "<p>Hello</p>" }, "importance": "low", "sensitivity": "confidential",
        "showAs": "workingElsewhere", "categories": ["Blue"], "location": { "displayName": "Café" }, "isReminderOn": false,
        "start": at("2026-11-23T09:00:00"), "end": at("2026-11-23T10:00:00"),
        "recurrence": { "pattern": { "type": "absoluteYearly", "interval": 2, "dayOfMonth": 23, "month": 11 }, "range": { "type": "noEnd", "startDate": "2026-11-23" } },
        "attendees": [{ "type": "optional", "emailAddress": { "address": CAROL, "name": "Carol" } }],
        "singleValueExtendedProperties": [{ "id": "String {5a3d6f0e-9c54-4a43-9f39-6c1d6d1a7f10} Name zoho-id", "value": "7" }],
    });
    world.with_microsoft(|microsoft, context| microsoft.add_event(ADA, None, &event, context)).expect("an event");
    let all = "<m:FindItem Traversal=\"Shallow\"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape><m:ParentFolderIds>\
               <t:DistinguishedFolderId Id=\"calendar\"/></m:ParentFolderIds></m:FindItem>";
    let id = id(&item(&ada.ask(&mut world, all)));
    let read = whole(&mut world, &ada, &id);
    let said = [
        "Subject",
        "Importance",
        "Sensitivity",
        "LegacyFreeBusyStatus",
        "Location",
        "ReminderIsSet",
        "DisplayCc",
        "MeetingRequestWasSent",
    ];
    let wanted = ["From Graph", "Low", "Confidential", "WorkingElsewhere", "Café", "false", "Carol", "true"];
    assert_eq!(said.map(|name| read.text(name)), wanted);
    // This door knows no years but every one: two are twenty-four months.
    let months = read.at(&["Recurrence", "AbsoluteMonthlyRecurrence"]).expect("months");
    assert_eq!((months.text("Interval"), months.text("DayOfMonth")), ("24", "23"));
    let zone = get(&mut world, &ada, &id, &["calendar:StartTimeZone"]);
    assert_eq!(zone.get("StartTimeZone").and_then(|zone| zone.attribute("Id")), Some("W. Europe Standard Time"));
    let older = Door::of(ADA).speaking("Exchange2010_SP2");
    assert_eq!(whole(&mut world, &older, &id).text("LegacyFreeBusyStatus"), "Free", "a word that came later");
    // The id is the same one in another alphabet.
    let known =
        world.microsoft.events(ADA).remove(0)["defaultId"].as_str().expect("an id").replace('-', "/").replace('_', "+");
    assert_eq!(read.get("ItemId").and_then(|id| id.attribute("Id")), Some(known.as_str()));
    assert!(mails(&mut world).len() == 1, "Graph can't save a meeting quietly");
}

#[test]
fn calendars_are_folders_of_their_own() {
    let (mut world, ada) = (world(), Door::of(ADA));
    let other =
        world.with_microsoft(|microsoft, context| microsoft.add_calendar(ADA, "Team", context)).expect("a calendar");
    let folder = format!(
        "<m:SavedItemFolderId><t:FolderId Id=\"{}\"/></m:SavedItemFolderId>",
        other.replace('-', "/").replace('_', "+")
    );
    let into = |folder: &str| creation(&hour("Team talk")).replace("<m:Items>", &format!("{folder}<m:Items>"));
    let made = item(&ada.ask(&mut world, &into(&folder)));
    assert_eq!(in_graph(&world, ADA)["calendarId"], other.as_str());
    let read = get(&mut world, &ada, &id(&made), &["item:ParentFolderId"]);
    assert_eq!(
        read.get("ParentFolderId").and_then(|id| id.attribute("Id")).map(|id| id.replace('/', "-").replace('+', "_")),
        Some(other)
    );
    let contacts = "<m:SavedItemFolderId><t:DistinguishedFolderId Id=\"contacts\"/></m:SavedItemFolderId>";
    assert_eq!(code(&ada.ask(&mut world, &into(contacts))), "ErrorCannotCreateCalendarItemInNonCalendarFolder");
    let moved = format!(
        "<m:MoveItem><m:ToFolderId><t:DistinguishedFolderId Id=\"calendar\"/></m:ToFolderId><m:ItemIds>{}</m:ItemIds></m:MoveItem>",
        id(&made)
    );
    let moved = item(&ada.ask(&mut world, &moved));
    assert_ne!(id(&moved), id(&made), "another folder, another id");
    let series = create(&mut world, &ada, &weekly("Weekly", FOREVER));
    let occurrence = id(&get(&mut world, &ada, &occurrence(&series, 2), &[]));
    let moved = format!(
        "<m:MoveItem><m:ToFolderId><t:DistinguishedFolderId Id=\"calendar\"/></m:ToFolderId><m:ItemIds>{occurrence}</m:ItemIds></m:MoveItem>"
    );
    assert_eq!(code(&ada.ask(&mut world, &moved)), "ErrorCalendarCannotMoveOrCopyOccurrence");
}
