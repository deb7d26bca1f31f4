//! `POST /{module}/actions/add_tags` and `remove_tags`, of one record or of several.
//!
//! <https://www.zoho.com/crm/developer/docs/api/v8/add-tags.html>,
//! <https://www.zoho.com/crm/developer/docs/api/v8/remove-tags.html>

use super::super::call::Call;
use super::super::failure::Failure;
use super::super::value::{Place, tags};
use super::results::answer;
use super::update::changeable;
use super::workflow;
use crate::zoho::id::Id;
use crate::zoho::org::Org;
use crate::zoho::schema::Module;
use crate::zoho::store::Record;
use crate::zoho::time;
use jiff::Timestamp;
use mxs_http::Response;
use serde_json::{Map, Value, json};

/// The most records that one call may tag.
const MOST_RECORDS: usize = 500;

/// What becomes of a record's tags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tagging {
    Add,
    /// Takes those away that it has, and adds.
    Replace,
    Remove,
}

/// Adds tags; with `over_write` in place of those that are there.
pub(super) fn add(
    org: &mut Org,
    call: &mut Call<'_, '_>,
    module: &Module,
    id: Option<&str>,
) -> Result<Response, Failure> {
    let body = call.json()?;
    let tagging = match body.get("over_write") {
        None | Some(Value::Null | Value::Bool(false)) => Tagging::Add,
        Some(Value::Bool(true)) => Tagging::Replace,
        Some(_) => return Err(Failure::type_of("over_write", "$.over_write", "boolean")),
    };
    carry_out(org, call, module, &body, id, tagging)
}

/// Takes tags away. Those that a record doesn't have do no harm.
pub(super) fn remove(
    org: &mut Org,
    call: &mut Call<'_, '_>,
    module: &Module,
    id: Option<&str>,
) -> Result<Response, Failure> {
    let body = call.json()?;
    carry_out(org, call, module, &body, id, Tagging::Remove)
}

fn carry_out(
    org: &mut Org,
    call: &mut Call<'_, '_>,
    module: &Module,
    body: &Map<String, Value>,
    id: Option<&str>,
    tagging: Tagging,
) -> Result<Response, Failure> {
    let names = array(body, "tags")?;
    tags::read(org, module, names, "$.tags")?;
    let ids = match id {
        Some(id) => vec![id.parse().map_err(|_| Failure::path_id())?],
        None => ids(body)?,
    };
    let mut results = Vec::new();
    for (at, id) in ids.into_iter().enumerate() {
        let may = changeable(org, call, module, id, Place(at));
        let may = may.map_err(|failure| Failure { details: json!({ "id": id.json() }), ..failure });
        let (user, now) = (call.caller.user, call.now());
        let done = may.and_then(|()| tag(org, module, id, names, tagging, user, now));
        results.push(done.map(|shown| {
            call.context.counters.wrote("zoho records tagged");
            if let Some(owner) = org.record(module, id).filter(|_| org.options.tagging_modifies).map(|it| it.owner) {
                workflow::run(org, call, module, owner, "updated");
            }
            let details = json!({ "id": id.json(), "tags": shown });
            let message = "tags updated successfully";
            json!({ "code": "SUCCESS", "details": details, "message": message, "status": "success" })
        }));
    }
    Ok(answer(org, 200, results))
}

fn array<'b>(body: &'b Map<String, Value>, name: &str) -> Result<&'b [Value], Failure> {
    let path = format!("$.{name}");
    match body.get(name) {
        None | Some(Value::Null) => Err(Failure::missing_key(name, &path)),
        Some(Value::Array(values)) if values.is_empty() => Err(Failure::value_of(name, &path)),
        Some(Value::Array(values)) => Ok(values),
        Some(_) => Err(Failure::type_of(name, &path, "jsonarray")),
    }
}

fn ids(body: &Map<String, Value>) -> Result<Vec<Id>, Failure> {
    let values = array(body, "ids")?;
    if values.len() > MOST_RECORDS {
        let details = json!({ "limit": MOST_RECORDS, "api_name": "ids", "json_path": "$.ids" });
        return Err(Failure::new(400, "LIMIT_EXCEEDED", "limit exceeded", details));
    }
    let id = |(at, value): (usize, &Value)| {
        let id = value.as_str().and_then(|text| text.parse().ok());
        id.ok_or_else(|| Failure::type_of("ids", &format!("$.ids[{at}]"), "bigint"))
    };
    values.iter().enumerate().map(id).collect()
}

/// Changes the tags of a record; those that it has then. Whether that counts as a modification is an option
/// of the organisation.
pub(crate) fn tag(
    org: &mut Org,
    module: &Module,
    id: Id,
    names: &[Value],
    tagging: Tagging,
    by: Id,
    now: Timestamp,
) -> Result<Value, Failure> {
    let named = tags::read(org, module, names, "$.tags")?;
    let record = org.record(module, id).ok_or_else(Failure::path_id)?;
    let mut wanted = if tagging == Tagging::Replace { Vec::new() } else { tags::kept(record.value("Tag")) };
    if tagging == Tagging::Remove {
        wanted.retain(|tag| !named.contains(tag));
    } else {
        named.into_iter().for_each(|tag| tags::join(&mut wanted, tag));
    }
    tags::limit(org, &wanted, json!({ "id": id.json() }))?;
    let value = tags::settle(org, module, &wanted, by, now);
    let modifies = org.options.tagging_modifies;
    let shown = tags::show(org, &value);
    let store = org.store_mut(module);
    let tag = |record: &mut Record| {
        record.values.insert("Tag".to_owned(), value);
        record.touched = now;
    };
    if modifies {
        store.change(id, |record| {
            tag(record);
            record.modified = time::whole_seconds(now);
            record.modified_by = by;
        });
    } else {
        store.change_quietly(id, tag);
    }
    Ok(shown)
}
