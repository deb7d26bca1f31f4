//! Fields that don't allow duplicate values.

use super::super::failure::Failure;
use super::super::value::Place;
use super::draft::Draft;
use crate::zoho::id::Id;
use crate::zoho::org::Org;
use crate::zoho::schema::Module;
use serde_json::{Value, json};

/// Refuses a draft whose unique fields hold values of another record. Records that the caller can't see
/// count too, and the answer tells him their ids and owners; records in the recycle bin don't count.
pub(crate) fn refuse(
    org: &mut Org,
    module: &Module,
    draft: &Draft,
    own: Option<Id>,
    place: Place,
) -> Result<(), Failure> {
    let unique = draft.values.iter().filter(|(name, _)| org.options.is_unique(module.api_name, name));
    let unique: Vec<(String, Value)> = unique.map(|(name, value)| (name.clone(), value.clone())).collect();
    let mut failures = Vec::new();
    for (name, value) in unique {
        let others: Vec<Id> =
            org.store_mut(module).with_value(&name, &value).into_iter().filter(|id| Some(*id) != own).collect();
        if let Some(first) = others.first() {
            failures.push(duplicate(org, module, &name, *first, others.len() > 1, place));
        }
    }
    match failures.len() {
        0 => Ok(()),
        1 => Err(failures.remove(0)),
        _ => {
            let errors: Vec<Value> = failures.iter().map(Failure::body).collect();
            let message = "Multiple errors in the request";
            Err(Failure::new(400, "MULTIPLE_OR_MULTI_ERRORS", message, json!({ "errors": errors })))
        }
    }
}

fn duplicate(org: &Org, module: &Module, name: &str, other: Id, more: bool, place: Place) -> Failure {
    let owner = org.record(module, other).and_then(|record| org.user(record.owner));
    let owner =
        owner.map(|user| json!({ "name": user.full_name(), "id": user.id.json(), "zuid": user.zuid.to_string() }));
    let details = json!({
        "api_name": name,
        "duplicate_record": {
            "Owner": owner,
            "module": { "api_name": module.api_name, "id": org.module_id(module).json() },
            "id": other.json(),
        },
        "json_path": place.path(name),
        "id": other.json(),
        "more_records": more,
    });
    Failure::new(400, "DUPLICATE_DATA", "duplicate data", details)
}
