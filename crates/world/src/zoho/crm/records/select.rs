//! Which fields of a record are shown, and which records.

use super::super::call::Call;
use super::super::failure::Failure;
use super::super::value::{module_of, show};
use super::meeting;
use crate::zoho::id::Id;
use crate::zoho::org::Org;
use crate::zoho::schema::{Field, Kind, Module};
use crate::zoho::store::Record;
use jiff::tz::TimeZone;
use serde_json::{Map, Value, json};

/// The most fields that one call may ask for.
const MOST_FIELDS: usize = 50;

/// The fields that the parameter `fields` names. Names that the module doesn't have are dropped without
/// a word, as several users report of the live API; twice the same name counts once.
pub(super) fn named<'o>(org: &'o Org, call: &Call<'_, '_>, module: &Module) -> Result<Option<Vec<&'o Field>>, Failure> {
    let Some(names) = call.query.list("fields") else { return Ok(None) };
    if names.len() > MOST_FIELDS {
        let details = json!({ "limit": MOST_FIELDS, "param_name": "fields" });
        return Err(Failure::new(400, "LIMIT_EXCEEDED", "limit exceeded", details));
    }
    let mut fields: Vec<&Field> = Vec::new();
    for name in names {
        if let Some(field) = org.field(module, name)
            && !fields.iter().any(|known| known.api_name == field.api_name)
        {
            fields.push(field);
        }
    }
    Ok(Some(fields))
}

/// A record with some of its fields. The id is always there, and so is, beside a reference to a record of
/// any module, that module.
pub(super) fn with_fields(org: &Org, record: &Record, fields: &[&Field], zone: &TimeZone) -> Value {
    let mut shown: Map<String, Value> =
        fields.iter().map(|field| (field.api_name.to_string(), show(org, record, field, zone))).collect();
    shown.insert("id".to_owned(), record.id.json());
    if let Some(field) = fields.iter().find(|field| field.kind == Kind::AnyRecord) {
        shown.insert("$se_module".to_owned(), json!(module_of(org, record, field)));
    }
    Value::Object(shown)
}

/// A record with all its fields and what Zoho adds to a single record.
pub(crate) fn shown(org: &Org, module: &Module, record: &Record, zone: &TimeZone) -> Value {
    let fields: Vec<&Field> = org.fields(module).collect();
    let mut shown = with_fields(org, record, &fields, zone);
    shown["$approval_state"] = json!("approved");
    shown["$approved"] = json!(true);
    shown["$currency_symbol"] = json!("$");
    shown["$editable"] = json!(true);
    shown["$in_merge"] = json!(false);
    shown["$locked_for_me"] = json!(record.locked);
    shown["$process_flow"] = json!(false);
    shown["$review"] = Value::Null;
    if module.api_name == "Leads" {
        shown["$converted"] = json!(record.converted());
    }
    if module.api_name == meeting::MODULE {
        shown["$event_cancelled"] = json!(record.cancelled());
    }
    shown
}

/// Ids from a list between commas. What isn't an id is refused; an id that nothing has isn't.
pub(super) fn ids(names: &[&str], most: usize) -> Result<Vec<Id>, Failure> {
    if names.len() > most {
        let details = json!({ "limit": most, "param_name": "ids" });
        return Err(Failure::new(400, "LIMIT_EXCEEDED", "limit exceeded", details));
    }
    names.iter().map(|name| name.parse().map_err(|_| Failure::parameter("ids"))).collect()
}

/// Whether a list shows a record, as far as the lead conversion is concerned: the parameter `converted`
/// is `true`, `false` (the default) or `both`.
pub(super) fn conversion(call: &Call<'_, '_>) -> Result<impl Fn(&Record) -> bool + use<>, Failure> {
    let wanted = match call.query.get("converted") {
        None | Some("false") => Some(false),
        Some("true") => Some(true),
        Some("both") => None,
        Some(_) => return Err(Failure::parameter("converted")),
    };
    Ok(move |record: &Record| wanted.is_none_or(|wanted| record.converted() == wanted))
}

/// Checks the parameter `approved`. Every record is approved: the stand-in has no approval processes.
pub(super) fn approval(call: &Call<'_, '_>) -> Result<bool, Failure> {
    match call.query.get("approved") {
        None | Some("true" | "both") => Ok(true),
        Some("false") => Ok(false),
        Some(_) => Err(Failure::parameter("approved")),
    }
}
