//! `GET /settings/tags?module=`.
//!
//! <https://www.zoho.com/crm/developer/docs/api/v8/get-tag-list.html>

use super::super::call::Call;
use super::super::failure::Failure;
use super::fields::named;
use crate::zoho::org::Org;
use crate::zoho::store::Store;
use crate::zoho::tag::Tag;
use crate::zoho::{respond, time};
use mxs_http::Response;
use serde_json::{Value, json};

/// Lists the tags of a module, with `my_tags` only those that the caller made.
pub(in super::super) fn tags(org: &Org, call: &Call<'_, '_>) -> Result<Response, Failure> {
    let module = named(call)?;
    let mine = match call.query.get("my_tags") {
        None | Some("false") => false,
        Some("true") => true,
        Some(_) => return Err(Failure::parameter("my_tags")),
    };
    let user = call.caller.user;
    let all = org.store(module).map(Store::tags).unwrap_or_default();
    let tags: Vec<Value> =
        all.iter().filter(|tag| !mine || tag.created_by == user).map(|tag| show(org, call, tag)).collect();
    // As with all lists; no page shows the answer of a module without tags.
    if tags.is_empty() {
        return Ok(Response::new(204));
    }
    let info = json!({ "count": tags.len(), "allowed_count": org.edition.tags().1 });
    Ok(respond(200, &json!({ "tags": tags, "info": info })))
}

fn show(org: &Org, call: &Call<'_, '_>, tag: &Tag) -> Value {
    let zone = org.zone(call.caller.user);
    let mut shown = tag.shown();
    shown["created_by"] = org.reference(tag.created_by);
    shown["modified_by"] = org.reference(tag.created_by);
    shown["created_time"] = json!(time::write(tag.created, &zone));
    shown["modified_time"] = json!(time::write(tag.created, &zone));
    shown
}
