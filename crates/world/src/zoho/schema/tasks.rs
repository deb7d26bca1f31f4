//! Tasks.

use super::Module;
use super::field::{Field, Kind};

pub(crate) const MODULE: Module = Module {
    api_name: "Tasks",
    singular: "Task",
    plural: "Tasks",
    display_field: "Subject",
    duplicate_check: &[],
    fields: FIELDS,
};

// The SDKs' samples also write "Waiting for Input", which the API takes as another choice.
const STATUSES: &[&str] = &["Not Started", "Deferred", "In Progress", "Completed", "Waiting for input"];
const PRIORITIES: &[&str] = &["High", "Highest", "Low", "Lowest", "Normal"];

const FIELDS: &[Field] = &[
    Field::new("id", "Record Id", Kind::BigInt, 20).read_only(),
    Field::new("Owner", "Task Owner", Kind::User, 120),
    Field::new("Subject", "Subject", Kind::Text, 255).mandatory(),
    // A day without a time: no zone may shift it.
    Field::new("Due_Date", "Due Date", Kind::Date, 20),
    Field::new("Who_Id", "Contact Name", Kind::Lookup("Contacts"), 120),
    Field::new("What_Id", "Related To", Kind::AnyRecord, 120),
    Field::new("Status", "Status", Kind::Picklist(STATUSES), 120),
    Field::new("Priority", "Priority", Kind::Picklist(PRIORITIES), 120),
    Field::new("Send_Notification_Email", "Send Notification Email", Kind::Boolean, 5),
    Field::new("Remind_At", "Reminder", Kind::Alarm, 1_000),
    // Field metadata of a live organisation: web_update and api_update are false.
    Field::new("Recurring_Activity", "Repeat", Kind::Recurrence, 100).create_only(),
    Field::new("Description", "Description", Kind::TextArea, 32_000),
    Field::new("Tag", "Tag", Kind::Tags, 2_000),
    Field::new("Closed_Time", "Closed Time", Kind::DateTime, 120).read_only(),
    Field::new("Created_By", "Created By", Kind::User, 120).read_only(),
    Field::new("Modified_By", "Modified By", Kind::User, 120).read_only(),
    Field::new("Created_Time", "Created Time", Kind::DateTime, 120).read_only(),
    Field::new("Modified_Time", "Modified Time", Kind::DateTime, 120).read_only(),
    Field::new("Locked__s", "Locked", Kind::Boolean, 5).read_only(),
];
