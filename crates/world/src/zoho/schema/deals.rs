//! Deals.

use super::Module;
use super::field::{Field, Kind, LEAD_SOURCES};

pub(crate) const MODULE: Module = Module {
    api_name: "Deals",
    singular: "Deal",
    plural: "Deals",
    display_field: "Deal_Name",
    duplicate_check: &["Deal_Name"],
    fields: FIELDS,
};

const STAGES: &[&str] = &[
    "Qualification",
    "Needs Analysis",
    "Value Proposition",
    "Identify Decision Makers",
    "Proposal/Price Quote",
    "Negotiation/Review",
    "Closed Won",
    "Closed Lost",
    "Closed Lost to Competition",
];

const FIELDS: &[Field] = &[
    Field::new("id", "Record Id", Kind::BigInt, 20).read_only(),
    Field::new("Owner", "Deal Owner", Kind::User, 120),
    Field::new("Deal_Name", "Deal Name", Kind::Text, 120).mandatory(),
    Field::new("Account_Name", "Account Name", Kind::Lookup("Accounts"), 200),
    Field::new("Contact_Name", "Contact Name", Kind::Lookup("Contacts"), 120),
    Field::new("Amount", "Amount", Kind::Currency, 16),
    Field::new("Closing_Date", "Closing Date", Kind::Date, 20),
    Field::new("Stage", "Stage", Kind::Picklist(STAGES), 120).mandatory(),
    Field::new("Type", "Type", Kind::Picklist(&["-None-", "Existing Business", "New Business"]), 120),
    Field::new("Next_Step", "Next Step", Kind::Text, 100),
    Field::new("Lead_Source", "Lead Source", Kind::Picklist(LEAD_SOURCES), 120),
    Field::new("Description", "Description", Kind::TextArea, 32_000),
    Field::new("Tag", "Tag", Kind::Tags, 2_000),
    Field::new("Created_By", "Created By", Kind::User, 120).read_only(),
    Field::new("Modified_By", "Modified By", Kind::User, 120).read_only(),
    Field::new("Created_Time", "Created Time", Kind::DateTime, 120).read_only(),
    Field::new("Modified_Time", "Modified Time", Kind::DateTime, 120).read_only(),
    Field::new("Last_Activity_Time", "Last Activity Time", Kind::DateTime, 20).read_only(),
    Field::new("Locked__s", "Locked", Kind::Boolean, 5).read_only(),
];
