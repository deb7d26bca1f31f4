//! What people at work in the CRM do to records, past its API.

mod lead;
mod meeting;
mod tags;
mod task;

use super::Zoho;
use super::crm::records::{change, draft, refuse_duplicates, store_new, unlocked};
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
        let draft = draft(org, module, &input, Place(0), None).map_err(|failure| failure.body())?;
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
        unlocked(org, record, Place(0)).map_err(|failure| failure.body())?;
        let draft = draft(org, module, &input, Place(0), Some(record)).map_err(|failure| failure.body())?;
        refuse_duplicates(org, module, &draft, Some(id), Place(0)).map_err(|failure| failure.body())?;
        change(org, module, id, draft, by, context.now);
        Ok(())
    }

    /// Gives a record to another user, as `by`.
    pub fn change_owner(
        &mut self,
        context: &mut Context<'_>,
        module_name: &str,
        id: Id,
        by: Id,
        owner: Id,
    ) -> Result<(), Value> {
        self.update_record(context, module_name, id, by, json!({ "Owner": { "id": owner.json() } }))
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
        let locked = self.in_store(module_name, id, |org, module| org.store_mut(module).change_quietly(id, change));
        locked.flatten().is_some()
    }
}
