//! What people at work in the CRM do to records, past its API.

use super::Zoho;
use super::crm::records::{draft, refuse_duplicates, store_new, unlocked};
use super::crm::{Failure, Place, display_name};
use super::id::Id;
use super::org::Org;
use super::schema::{self, Module};
use super::store::Record;
use super::time::whole_seconds;
use crate::Context;
use serde_json::{Value, json};

fn module(name: &str) -> Result<&'static Module, Value> {
    schema::module(name).ok_or_else(|| Failure::module().body())
}

impl Zoho {
    /// Adds a record that `owner` creates and owns. Values are checked as the API checks them; the error is
    /// what it would answer.
    pub fn insert_record(
        &mut self,
        context: &mut Context<'_>,
        module_name: &str,
        owner: Id,
        fields: Value,
    ) -> Result<Id, Value> {
        let module = module(module_name)?;
        let input = fields.as_object().cloned().unwrap_or_default();
        let org = self.org_of_mut(owner).filter(|org| org.user(owner).is_some());
        let org = org.ok_or_else(|| Failure::path_id().body())?;
        let draft = draft(org, module, &input, Place(0), true).map_err(|failure| failure.body())?;
        refuse_duplicates(org, module, &draft, None, Place(0)).map_err(|failure| failure.body())?;
        Ok(store_new(org, module, draft, owner, context.now))
    }

    /// Changes a record as `by`, whatever the sharing settings say.
    pub fn update_record(
        &mut self,
        context: &mut Context<'_>,
        module_name: &str,
        id: Id,
        by: Id,
        fields: Value,
    ) -> Result<(), Value> {
        let module = module(module_name)?;
        let input = fields.as_object().cloned().unwrap_or_default();
        let org = self.org_of_mut(id).ok_or_else(|| Failure::path_id().body())?;
        let record = org.record(module, id).ok_or_else(|| Failure::path_id().body())?;
        unlocked(record, Place(0)).map_err(|failure| failure.body())?;
        let draft = draft(org, module, &input, Place(0), false).map_err(|failure| failure.body())?;
        refuse_duplicates(org, module, &draft, Some(id), Place(0)).map_err(|failure| failure.body())?;
        let now = context.now;
        let changed = org.store_mut(module).change(id, |record| draft.apply(record, by, now));
        changed.ok_or_else(|| Failure::path_id().body())
    }

    fn in_store<T>(
        &mut self,
        module_name: &str,
        id: Id,
        act: impl FnOnce(&mut Org, &'static Module) -> T,
    ) -> Option<T> {
        let module = schema::module(module_name)?;
        self.org_of_mut(id).map(|org| act(org, module))
    }

    /// Moves a record to the recycle bin; whether it was there and not locked.
    pub fn delete_record(&mut self, context: &mut Context<'_>, module_name: &str, id: Id, by: Id) -> bool {
        let now = context.now;
        let deleted = self.in_store(module_name, id, |org, module| {
            let Some(record) = org.record(module, id).filter(|record| !record.locked) else { return false };
            let name = display_name(org, module, record);
            org.store_mut(module).delete(id, by, now, name)
        });
        deleted.unwrap_or(false)
    }

    /// Takes a record out of the recycle bin again; whether it was in it.
    pub fn restore_record(&mut self, context: &mut Context<'_>, module_name: &str, id: Id) -> bool {
        let now = context.now;
        let restored = self.in_store(module_name, id, |org, module| {
            let modifies = org.options.restore_modifies;
            org.store_mut(module).restore(id, now).map(|record| {
                if modifies {
                    record.modified = whole_seconds(now);
                }
            })
        });
        restored.flatten().is_some()
    }

    /// Removes a record from the recycle bin for good; whether it was in it.
    pub fn purge_record(&mut self, context: &mut Context<'_>, module_name: &str, id: Id) -> bool {
        let now = context.now;
        self.in_store(module_name, id, |org, module| org.store_mut(module).purge(id, now)).unwrap_or(false)
    }

    /// Locks or unlocks a record; whether it exists. Locked records can't be changed or deleted.
    pub fn lock_record(&mut self, module_name: &str, id: Id, locked: bool) -> bool {
        let change = |record: &mut Record| record.locked = locked;
        self.in_store(module_name, id, |org, module| org.store_mut(module).change(id, change)).flatten().is_some()
    }

    /// Converts a lead into a contact, as a salesperson does; the contact's id. The lead stays, but lists
    /// don't show it any more and it can't be changed.
    pub fn convert_lead(&mut self, context: &mut Context<'_>, lead: Id, by: Id) -> Result<Id, Value> {
        let missing = || Failure::path_id().body();
        let fields = {
            let org = self.org_of(lead).ok_or_else(missing)?;
            let record = org.record(module("Leads")?, lead).filter(|record| !record.converted()).ok_or_else(missing)?;
            let pairs = [
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
            let mut fields = json!({ "Owner": { "id": record.owner.json() } });
            for (from, to) in pairs {
                fields[to] = record.value(from).clone();
            }
            fields
        };
        let contact = self.insert_record(context, "Contacts", by, fields)?;
        let (now, module) = (context.now, module("Leads")?);
        if let Some(org) = self.org_of_mut(lead) {
            org.store_mut(module).change(lead, |record| {
                record.values.insert("Converted__s".to_owned(), json!(true));
                record.values.insert("Converted_Contact".to_owned(), contact.json());
                record.values.insert("Converted_Date_Time".to_owned(), json!(super::time::canonical(now)));
                record.modified = whole_seconds(now);
                record.modified_by = by;
                record.touched = now;
            });
        }
        Ok(contact)
    }
}
