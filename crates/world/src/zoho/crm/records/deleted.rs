//! `GET /{module}/deleted`.
//!
//! <https://www.zoho.com/crm/developer/docs/api/v8/get-deleted-records.html>

use super::super::call::Call;
use super::super::failure::Failure;
use crate::zoho::org::Org;
use crate::zoho::schema::Module;
use crate::zoho::store::Deleted;
use crate::zoho::{respond, time};
use jiff::Timestamp;
use mxs_http::Response;
use serde_json::{Value, json};

/// Lists what was deleted, the latest first.
pub(super) fn deleted(org: &Org, call: &Call<'_, '_>, module: &Module) -> Result<Response, Failure> {
    let kind = call.query.get("type").unwrap_or("all");
    if !["all", "recycle", "permanent"].contains(&kind) {
        return Err(Failure::pattern("type"));
    }
    let (page, since) = (call.page()?, call.modified_since()?);
    let (user, now) = (call.caller.user, call.now());
    let when = |deleted: &Deleted| time::whole_seconds(deleted.purged_at(now).unwrap_or(deleted.at));
    let shows = |deleted: &&Deleted| {
        let purged = deleted.purged_at(now).is_some();
        org.sees(user, &deleted.record)
            && (kind == "all" || (kind == "permanent") == purged)
            && since.is_none_or(|since| when(deleted) > since)
    };
    let store = org.store(module);
    let mut found: Vec<&Deleted> = store.into_iter().flat_map(|store| store.deleted()).filter(shows).collect();
    found.sort_by_key(|deleted| std::cmp::Reverse((when(deleted), deleted.record.id)));
    if found.is_empty() {
        return Ok(Response::new(if since.is_some() { 304 } else { 204 }));
    }
    let (rows, more) = page.of(found);
    if rows.is_empty() {
        return Ok(Response::new(204));
    }
    let data: Vec<Value> = rows.into_iter().map(|deleted| entry(org, call, deleted, when(deleted))).collect();
    let info = json!({ "per_page": page.size, "count": data.len(), "page": page.number, "more_records": more });
    Ok(respond(200, &json!({ "data": data, "info": info })))
}

/// One line of the list. Of what left the recycle bin nothing but id and time are known any more.
fn entry(org: &Org, call: &Call<'_, '_>, deleted: &Deleted, when: Timestamp) -> Value {
    let purged = deleted.purged_at(call.now()).is_some();
    let known = |value: Value| if purged { Value::Null } else { value };
    json!({
        "deleted_by": known(org.reference(deleted.by)),
        "id": deleted.record.id.json(),
        "display_name": known(json!(deleted.display_name)),
        "type": if purged { "permanent" } else { "recycle" },
        "created_by": known(org.reference(deleted.record.created_by)),
        "deleted_time": time::write(when, &org.zone(call.caller.user)),
    })
}
