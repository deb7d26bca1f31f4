//! Records of modules.

mod cancel;
mod count;
mod delete;
mod deleted;
mod draft;
mod duplicates;
mod get;
mod insert;
mod list;
mod meeting;
mod notices;
mod page_token;
mod results;
mod search;
mod select;
mod series;
mod tagging;
mod task;
mod update;
mod upsert;
mod workflow;

pub(crate) use draft::{change, draft, store_new};
pub(crate) use duplicates::refuse as refuse_duplicates;
pub(crate) use page_token::PageTokens;
pub(crate) use select::shown;
pub(crate) use tagging::{Tagging, tag};
pub(crate) use task::COMPLETED;
pub(crate) use update::unlocked;

use super::call::Call;
use super::failure::Failure;
use super::route::Operation;
use crate::zoho::org::Org;
use crate::zoho::permission::Action;
use crate::zoho::schema::{self, Module};
use mxs_http::Response;
use serde_json::{Map, Value};

/// Answers an operation on the records of a module.
pub(super) fn answer(
    org: &mut Org,
    call: &mut Call<'_, '_>,
    module: &str,
    operation: &Operation,
) -> Result<Response, Failure> {
    let module = schema::module(module).ok_or_else(Failure::module)?;
    permit(org, call, module, operation.action())?;
    match operation {
        Operation::List => list::list(org, call, module),
        Operation::Get(id) => get::get(org, call, module, id),
        Operation::Insert => insert::insert(org, call, module),
        Operation::Update => update::update(org, call, module),
        Operation::UpdateOne(id) => update::update_one(org, call, module, id),
        Operation::Upsert => upsert::upsert(org, call, module),
        Operation::Delete => delete::delete(org, call, module),
        Operation::DeleteOne(id) => delete::delete_one(org, call, module, id),
        Operation::Deleted => deleted::deleted(org, call, module),
        Operation::Search => search::search(org, call, module),
        Operation::Count => count::count(org, call, module),
        Operation::Cancel(id) => cancel::cancel(org, call, module, id),
        Operation::AddTags(id) => tagging::add(org, call, module, id.as_deref()),
        Operation::RemoveTags(id) => tagging::remove(org, call, module, id.as_deref()),
    }
}

/// Whether the caller's profile allows `action` on the module.
pub(super) fn permit(org: &Org, call: &Call<'_, '_>, module: &Module, action: Action) -> Result<(), Failure> {
    let needed: &[Action] = if action == Action::Tags { &[Action::Tags, Action::Edit] } else { &[action] };
    let allows = |action: &Action| {
        org.permissions(call.caller.user).is_some_and(|permissions| permissions.allows(module.api_name, *action))
    };
    if needed.iter().all(allows) {
        return Ok(());
    }
    let names: Vec<String> = needed.iter().map(|action| action.permission(module.api_name)).collect();
    Err(Failure::permissions(&names))
}

/// Whether the caller may write the tags that a record brings, if it does. That a record with tags is
/// refused as a whole is an assumption.
pub(super) fn permit_tags(
    org: &Org,
    call: &Call<'_, '_>,
    module: &Module,
    input: &Map<String, Value>,
) -> Result<(), Failure> {
    if input.contains_key("Tag") { permit(org, call, module, Action::Tags) } else { Ok(()) }
}

/// How many records a writing call brings; none when its body can't be read.
pub(super) fn count_of_data(call: &Call<'_, '_>) -> usize {
    let body: Value = serde_json::from_slice(&call.body).unwrap_or_default();
    body["data"].as_array().map_or(0, Vec::len)
}
