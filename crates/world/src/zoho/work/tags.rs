//! Tags.

use super::module;
use crate::Context;
use crate::zoho::crm::Failure;
use crate::zoho::crm::records::{Tagging, tag};
use crate::zoho::{Id, Zoho};
use serde_json::{Value, json};

impl Zoho {
    /// Puts tags on a record, as `by`; those that don't exist are made.
    pub fn tag_record(
        &mut self,
        context: &mut Context<'_>,
        module_name: &str,
        id: Id,
        by: Id,
        names: &[&str],
    ) -> Result<(), Value> {
        self.change_tags(context, module_name, id, by, names, Tagging::Add)
    }

    /// Takes tags from a record, as `by`.
    pub fn untag_record(
        &mut self,
        context: &mut Context<'_>,
        module_name: &str,
        id: Id,
        by: Id,
        names: &[&str],
    ) -> Result<(), Value> {
        self.change_tags(context, module_name, id, by, names, Tagging::Remove)
    }

    fn change_tags(
        &mut self,
        context: &mut Context<'_>,
        module_name: &str,
        id: Id,
        by: Id,
        names: &[&str],
        tagging: Tagging,
    ) -> Result<(), Value> {
        let module = module(module_name)?;
        let names: Vec<Value> = names.iter().map(|name| json!({ "name": name })).collect();
        let org = self.org_of_mut(id).ok_or_else(|| Failure::path_id().body())?;
        let done = tag(org, module, id, &names, tagging, by, context.now);
        done.map(|_| ()).map_err(|failure| failure.body())
    }
}
