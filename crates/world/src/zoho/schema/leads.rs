//! Leads.

use super::Module;
use super::field::{Field, INDUSTRIES, Kind, LEAD_SOURCES, SALUTATIONS};

pub(crate) const MODULE: Module = Module {
    api_name: "Leads",
    singular: "Lead",
    plural: "Leads",
    display_field: "Full_Name",
    duplicate_check: &["Email"],
    fields: FIELDS,
};

const STATUSES: &[&str] = &[
    "-None-",
    "Attempted to Contact",
    "Contact in Future",
    "Contacted",
    "Junk Lead",
    "Lost Lead",
    "Not Contacted",
    "Pre-Qualified",
    "Not Qualified",
];

const RATINGS: &[&str] = &["-None-", "Acquired", "Active", "Market Failed", "Project Cancelled", "Shut Down"];

const FIELDS: &[Field] = &[
    Field::new("id", "Record Id", Kind::BigInt, 20).read_only(),
    Field::new("Owner", "Lead Owner", Kind::User, 120),
    Field::new("Company", "Company", Kind::Text, 200).mandatory(),
    Field::new("Salutation", "Salutation", Kind::Picklist(SALUTATIONS), 120),
    Field::new("First_Name", "First Name", Kind::Text, 40),
    Field::new("Last_Name", "Last Name", Kind::Text, 80).mandatory(),
    Field::new("Full_Name", "Full Name", Kind::Text, 80).read_only(),
    Field::new("Designation", "Title", Kind::Text, 100),
    Field::new("Email", "Email", Kind::Email, 100),
    Field::new("Secondary_Email", "Secondary Email", Kind::Email, 100),
    Field::new("Phone", "Phone", Kind::Phone, 30),
    Field::new("Mobile", "Mobile", Kind::Phone, 30),
    Field::new("Fax", "Fax", Kind::Text, 30),
    Field::new("Website", "Website", Kind::Website, 450),
    Field::new("Lead_Source", "Lead Source", Kind::Picklist(LEAD_SOURCES), 120),
    Field::new("Lead_Status", "Lead Status", Kind::Picklist(STATUSES), 120),
    Field::new("Industry", "Industry", Kind::Picklist(INDUSTRIES), 120),
    Field::new("No_of_Employees", "No. of Employees", Kind::Integer, 9),
    Field::new("Annual_Revenue", "Annual Revenue", Kind::Currency, 16),
    Field::new("Rating", "Rating", Kind::Picklist(RATINGS), 120),
    Field::new("Email_Opt_Out", "Email Opt Out", Kind::Boolean, 5),
    Field::new("Skype_ID", "Skype ID", Kind::Text, 50),
    Field::new("Twitter", "Twitter", Kind::Text, 50),
    Field::new("Street", "Street", Kind::Text, 250),
    Field::new("City", "City", Kind::Text, 100),
    Field::new("State", "State", Kind::Text, 100),
    Field::new("Zip_Code", "Zip Code", Kind::Text, 30),
    Field::new("Country", "Country", Kind::Text, 100),
    Field::new("Description", "Description", Kind::TextArea, 32_000),
    Field::new("Record_Image", "Lead Image", Kind::Image, 255).read_only(),
    Field::new("Tag", "Tag", Kind::Tags, 2_000),
    Field::new("Created_By", "Created By", Kind::User, 120).read_only(),
    Field::new("Modified_By", "Modified By", Kind::User, 120).read_only(),
    Field::new("Created_Time", "Created Time", Kind::DateTime, 120).read_only(),
    Field::new("Modified_Time", "Modified Time", Kind::DateTime, 120).read_only(),
    Field::new("Last_Activity_Time", "Last Activity Time", Kind::DateTime, 20).read_only(),
    Field::new("Change_Log_Time__s", "Change Log Time", Kind::DateTime, 120).read_only(),
    Field::new("Converted__s", "Converted", Kind::Boolean, 5).read_only(),
    Field::new("Converted_Date_Time", "Converted Time", Kind::DateTime, 20).read_only(),
    Field::new("Converted_Contact", "Converted Contact", Kind::Lookup("Contacts"), 120).read_only(),
    Field::new("Converted_Account", "Converted Account", Kind::Lookup("Accounts"), 120).read_only(),
    Field::new("Converted_Deal", "Converted Deal", Kind::Lookup("Deals"), 120).read_only(),
    Field::new("Locked__s", "Locked", Kind::Boolean, 5).read_only(),
    Field::new("Record_Status__s", "Record Status", Kind::Picklist(&["Trash", "Available", "Draft"]), 120).read_only(),
];
