//! Events, which users know as meetings.

use super::Module;
use super::field::{Field, Kind};

pub(crate) const MODULE: Module = Module {
    api_name: "Events",
    singular: "Meeting",
    plural: "Meetings",
    display_field: "Event_Title",
    duplicate_check: &[],
    fields: FIELDS,
};

const FIELDS: &[Field] = &[
    Field::new("id", "Record Id", Kind::BigInt, 20).read_only(),
    Field::new("Owner", "Host", Kind::User, 120),
    Field::new("Event_Title", "Title", Kind::Text, 255).mandatory(),
    Field::new("Start_DateTime", "From", Kind::DateTime, 120).mandatory(),
    Field::new("End_DateTime", "To", Kind::DateTime, 120).mandatory(),
    Field::new("All_day", "All day", Kind::Boolean, 5),
    Field::new("Venue", "Location", Kind::Text, 255),
    Field::new("Who_Id", "Contact Name", Kind::Lookup("Contacts"), 120),
    Field::new("What_Id", "Related To", Kind::AnyRecord, 120),
    Field::new("Participants", "Participants", Kind::Participants, 2_000),
    Field::new("Remind_At", "Reminder", Kind::Reminders, 100),
    Field::new("Remind_Participants", "Remind Participants", Kind::Reminders, 100),
    // Field metadata of a live organisation: web_update and api_update are false.
    Field::new("Recurring_Activity", "Repeat", Kind::Recurrence, 100).create_only(),
    Field::new("Description", "Description", Kind::TextArea, 32_000),
    Field::new("Tag", "Tag", Kind::Tags, 2_000),
    Field::new("Created_By", "Created By", Kind::User, 120).read_only(),
    Field::new("Modified_By", "Modified By", Kind::User, 120).read_only(),
    Field::new("Created_Time", "Created Time", Kind::DateTime, 120).read_only(),
    Field::new("Modified_Time", "Modified Time", Kind::DateTime, 120).read_only(),
];
