//! Leads.

use super::module;
use crate::Context;
use crate::zoho::crm::Failure;
use crate::zoho::time::{canonical, whole_seconds};
use crate::zoho::{Id, Zoho};
use serde_json::{Value, json};

/// Which field of the contact each field of the lead becomes, as the standard mapping has it.
const MAPPING: [(&str, &str); 16] = [
    ("First_Name", "First_Name"),
    ("Last_Name", "Last_Name"),
    ("Salutation", "Salutation"),
    ("Email", "Email"),
    ("Secondary_Email", "Secondary_Email"),
    ("Phone", "Phone"),
    ("Mobile", "Mobile"),
    ("Fax", "Fax"),
    ("Designation", "Title"),
    ("Street", "Mailing_Street"),
    ("City", "Mailing_City"),
    ("State", "Mailing_State"),
    ("Zip_Code", "Mailing_Zip"),
    ("Country", "Mailing_Country"),
    ("Description", "Description"),
    ("Lead_Source", "Lead_Source"),
];

impl Zoho {
    /// Converts a lead into a contact of its company, as a salesperson does; the contact's id. The account is
    /// the one with the company's name, or a new one. The lead stays, but lists don't show it any more and it
    /// can't be changed.
    pub fn convert_lead(&mut self, context: &mut Context<'_>, lead: Id, by: Id) -> Result<Id, Value> {
        let missing = || Failure::path_id().body();
        let (leads, accounts) = (module("Leads")?, module("Accounts")?);
        let org = self.org_of_mut(lead).ok_or_else(missing)?;
        let record = org.record(leads, lead).filter(|record| !record.converted()).ok_or_else(missing)?;
        let mut fields = json!({ "Owner": { "id": record.owner.json() } });
        for (from, to) in MAPPING {
            fields[to] = record.value(from).clone();
        }
        let company = record.value("Company").clone();
        let known = org.store_mut(accounts).with_value("Account_Name", &company).first().copied();
        let account = match known {
            Some(account) => account,
            None => self.insert_record(context, "Accounts", by, json!({ "Account_Name": company }))?,
        };
        fields["Account_Name"] = json!({ "id": account.json() });
        let contact = self.insert_record(context, "Contacts", by, fields)?;
        self.close_lead(context, lead, (contact, account.json()), by)?;
        Ok(contact)
    }

    /// Converts a lead into a contact that is there already, and into its account. That the contact then keeps its own
    /// values and isn't changed is assumed, not documented.
    pub fn convert_lead_into(&mut self, context: &mut Context<'_>, lead: Id, contact: Id, by: Id) -> Result<(), Value> {
        let missing = || Failure::path_id().body();
        let org = self.org_of_mut(lead).ok_or_else(missing)?;
        org.record(module("Leads")?, lead).filter(|record| !record.converted()).ok_or_else(missing)?;
        let found = org.record(module("Contacts")?, contact).ok_or_else(missing)?;
        let account = found.value("Account_Name").clone();
        self.close_lead(context, lead, (contact, account), by)
    }

    /// The lead stays, and tells what became of it.
    fn close_lead(
        &mut self,
        context: &Context<'_>,
        lead: Id,
        (contact, account): (Id, Value),
        by: Id,
    ) -> Result<(), Value> {
        let missing = || Failure::path_id().body();
        let leads = module("Leads")?;
        let now = context.now;
        let org = self.org_of_mut(lead).ok_or_else(missing)?;
        org.store_mut(leads).change(lead, |record| {
            for (name, value) in [
                ("Converted__s", json!(true)),
                ("Converted_Contact", contact.json()),
                ("Converted_Account", account),
                ("Converted_Date_Time", json!(canonical(now))),
            ] {
                record.values.insert(name.to_owned(), value);
            }
            record.modified = whole_seconds(now);
            record.modified_by = by;
            record.touched = now;
        });
        Ok(())
    }
}
