//! Accounts.

use super::Module;
use super::field::{Field, INDUSTRIES, Kind};

pub(crate) const MODULE: Module = Module {
    api_name: "Accounts",
    singular: "Account",
    plural: "Accounts",
    display_field: "Account_Name",
    duplicate_check: &["Account_Name"],
    fields: FIELDS,
};

const TYPES: &[&str] = &[
    "-None-",
    "Analyst",
    "Competitor",
    "Customer",
    "Distributor",
    "Integrator",
    "Investor",
    "Other",
    "Partner",
    "Vendor",
];

const FIELDS: &[Field] = &[
    Field::new("id", "Record Id", Kind::BigInt, 20).read_only(),
    Field::new("Owner", "Account Owner", Kind::User, 120),
    Field::new("Account_Name", "Account Name", Kind::Text, 200).mandatory(),
    Field::new("Account_Number", "Account Number", Kind::Text, 40),
    Field::new("Account_Site", "Account Site", Kind::Text, 80),
    Field::new("Account_Type", "Account Type", Kind::Picklist(TYPES), 120),
    Field::new("Parent_Account", "Parent Account", Kind::Lookup("Accounts"), 120),
    Field::new("Phone", "Phone", Kind::Phone, 30),
    Field::new("Fax", "Fax", Kind::Text, 30),
    Field::new("Website", "Website", Kind::Website, 450),
    Field::new("Industry", "Industry", Kind::Picklist(INDUSTRIES), 120),
    Field::new("Employees", "Employees", Kind::Integer, 9),
    Field::new("Annual_Revenue", "Annual Revenue", Kind::Currency, 16),
    Field::new("Billing_Street", "Billing Street", Kind::Text, 250),
    Field::new("Billing_City", "Billing City", Kind::Text, 100),
    Field::new("Billing_State", "Billing State", Kind::Text, 100),
    Field::new("Billing_Code", "Billing Code", Kind::Text, 30),
    Field::new("Billing_Country", "Billing Country", Kind::Text, 100),
    Field::new("Shipping_Street", "Shipping Street", Kind::Text, 250),
    Field::new("Shipping_City", "Shipping City", Kind::Text, 100),
    Field::new("Shipping_State", "Shipping State", Kind::Text, 100),
    Field::new("Shipping_Code", "Shipping Code", Kind::Text, 30),
    Field::new("Shipping_Country", "Shipping Country", Kind::Text, 100),
    Field::new("Description", "Description", Kind::TextArea, 32_000),
    Field::new("Tag", "Tag", Kind::Tags, 2_000),
    Field::new("Created_By", "Created By", Kind::User, 120).read_only(),
    Field::new("Modified_By", "Modified By", Kind::User, 120).read_only(),
    Field::new("Created_Time", "Created Time", Kind::DateTime, 120).read_only(),
    Field::new("Modified_Time", "Modified Time", Kind::DateTime, 120).read_only(),
    Field::new("Last_Activity_Time", "Last Activity Time", Kind::DateTime, 20).read_only(),
    Field::new("Locked__s", "Locked", Kind::Boolean, 5).read_only(),
];
