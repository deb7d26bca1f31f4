//! Calendar items.

mod doors;
mod items;
mod meetings;
mod series;
mod times;
mod view;

use crate::support::*;
use mxs_world::World;
use mxs_xml::Element;
use serde_json::Value;

/// A new item of these elements; nobody is mailed.
fn creation(inside: &str) -> String {
    creation_that(inside, "SendToNone")
}

fn creation_that(inside: &str, sends: &str) -> String {
    format!(
        "<m:CreateItem SendMeetingInvitations=\"{sends}\"><m:Items><t:CalendarItem>{inside}</t:CalendarItem></m:Items></m:CreateItem>"
    )
}

/// Makes an item; answers with the element that names it.
fn create(world: &mut World, door: &Door, inside: &str) -> String {
    id(&item(&door.ask(world, &creation(inside))))
}

/// From nine to ten on Tuesday, November 24th, 2026, in UTC.
fn hour(subject: &str) -> String {
    format!(
        "<t:Subject>{subject}</t:Subject><t:Start>2026-11-24T09:00:00Z</t:Start><t:End>2026-11-24T10:00:00Z</t:End>"
    )
}

/// From nine to ten on Mondays from November 2nd, 2026, in Berlin.
fn weekly(subject: &str, range: &str) -> String {
    format!(
        "<t:Subject>{subject}</t:Subject><t:Start>2026-11-02T09:00:00</t:Start><t:End>2026-11-02T10:00:00</t:End>\
         <t:Recurrence><t:WeeklyRecurrence><t:Interval>1</t:Interval><t:DaysOfWeek>Monday</t:DaysOfWeek></t:WeeklyRecurrence>{range}</t:Recurrence>\
         <t:StartTimeZone Id=\"W. Europe Standard Time\"/>"
    )
}

const FOREVER: &str = "<t:NoEndRecurrence><t:StartDate>2026-11-02</t:StartDate></t:NoEndRecurrence>";
const FIVE_TIMES: &str = "<t:NumberedRecurrence><t:StartDate>2026-11-02</t:StartDate><t:NumberOfOccurrences>5</t:NumberOfOccurrences></t:NumberedRecurrence>";

/// Asks for items, with these properties beside their ids.
fn question(ids: &str, properties: &[&str]) -> String {
    let uris: String = properties.iter().map(|uri| format!("<t:FieldURI FieldURI=\"{uri}\"/>")).collect();
    let more = if uris.is_empty() { uris } else { format!("<t:AdditionalProperties>{uris}</t:AdditionalProperties>") };
    format!(
        "<m:GetItem><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:BodyType>Text</t:BodyType>{more}</m:ItemShape><m:ItemIds>{ids}</m:ItemIds></m:GetItem>"
    )
}

fn get(world: &mut World, door: &Door, id: &str, properties: &[&str]) -> Element {
    item(&door.ask(world, &question(id, properties)))
}

/// All that an item has.
fn whole(world: &mut World, door: &Door, id: &str) -> Element {
    let question = format!(
        "<m:GetItem><m:ItemShape><t:BaseShape>AllProperties</t:BaseShape></m:ItemShape><m:ItemIds>{id}</m:ItemIds></m:GetItem>"
    );
    item(&door.ask(world, &question))
}

fn setting(uri: &str, inside: &str) -> String {
    format!(
        "<t:SetItemField><t:FieldURI FieldURI=\"{uri}\"/><t:CalendarItem>{inside}</t:CalendarItem></t:SetItemField>"
    )
}

fn deleting(uri: &str) -> String {
    format!("<t:DeleteItemField><t:FieldURI FieldURI=\"{uri}\"/></t:DeleteItemField>")
}

fn update(id: &str, updates: &str, sends: &str) -> String {
    format!(
        "<m:UpdateItem ConflictResolution=\"AlwaysOverwrite\" SendMeetingInvitationsOrCancellations=\"{sends}\"><m:ItemChanges>\
         <t:ItemChange>{id}<t:Updates>{updates}</t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>"
    )
}

/// Changes an item; answers with the element that names it.
fn change(world: &mut World, door: &Door, id: &str, updates: &str) -> String {
    self::id(&item(&door.ask(world, &update(id, updates, "SendToNone"))))
}

fn deletion(ids: &str, kind: &str, sends: &str) -> String {
    format!(
        "<m:DeleteItem DeleteType=\"{kind}\" SendMeetingCancellations=\"{sends}\"><m:ItemIds>{ids}</m:ItemIds></m:DeleteItem>"
    )
}

fn occurrence(series: &str, place: u32) -> String {
    series
        .replace("t:ItemId Id=", "t:OccurrenceItemId RecurringMasterId=")
        .replace("/>", &format!(" InstanceIndex=\"{place}\"/>"))
}

fn attendees(list: &str, addresses: &[&str]) -> String {
    let attendee = |address: &&str| {
        format!("<t:Attendee><t:Mailbox><t:EmailAddress>{address}</t:EmailAddress></t:Mailbox></t:Attendee>")
    };
    format!("<t:{list}>{}</t:{list}>", addresses.iter().map(attendee).collect::<String>())
}

/// The only event of a user, as Graph shows it.
fn in_graph(world: &World, user: &str) -> Value {
    let mut events = world.microsoft.events(user);
    assert_eq!(events.len(), 1, "{events:?}");
    events.remove(0)
}
