//! `GET /settings/fields?module=` and `GET /settings/fields/{id}?module=`.
//!
//! <https://www.zoho.com/crm/developer/docs/api/v8/field-meta.html>

use super::super::call::Call;
use super::super::failure::Failure;
use crate::zoho::id::Id;
use crate::zoho::org::Org;
use crate::zoho::respond;
use crate::zoho::schema::{self, Field, Kind, Module};
use mxs_http::Response;
use serde_json::{Value, json};

/// The module that the parameter names.
pub(super) fn named(call: &Call<'_, '_>) -> Result<&'static Module, Failure> {
    let name = call.query.get("module").ok_or_else(|| Failure::missing_parameter("module"))?;
    let details = json!({ "param_name": "module" });
    schema::module(name).ok_or_else(|| Failure { details, ..Failure::module() })
}

/// Lists the fields of a module.
pub(in super::super) fn fields(org: &Org, call: &Call<'_, '_>) -> Result<Response, Failure> {
    let module = named(call)?;
    match call.query.get("type") {
        None | Some("all" | "used") => {}
        // No field is off the layout.
        Some("unused") => return Ok(Response::new(204)),
        Some(_) => return Err(Failure::parameter("type")),
    }
    let fields: Vec<Value> = org.fields(module).map(|field| show(org, module, field)).collect();
    Ok(respond(200, &json!({ "fields": fields })))
}

/// Shows one field, by id or by API name.
pub(in super::super) fn field(org: &Org, call: &Call<'_, '_>, id: &str) -> Result<Response, Failure> {
    let module = named(call)?;
    let found = org.fields(module).find(|field| field.api_name == id || org.field_id(module, field).to_string() == id);
    match found {
        Some(field) => Ok(respond(200, &json!({ "fields": [show(org, module, field)] }))),
        None => Ok(Response::new(204)),
    }
}

/// The metadata of a field.
pub(super) fn show(org: &Org, module: &Module, field: &Field) -> Value {
    let id = org.field_id(module, field);
    let unique = org.options.is_unique(module.api_name, &field.api_name);
    let writable = !field.read_only;
    let changeable = writable && (!field.create_only || org.options.recurrence_may_change);
    let number = org.fields(module).position(|other| other.api_name == field.api_name).unwrap_or_default() + 1;
    let mut shown = json!({
        "id": id.json(),
        "api_name": field.api_name,
        "field_label": field.label,
        "display_label": field.label,
        "data_type": field.kind.data_type(),
        "json_type": field.kind.json_type(),
        "length": field.length,
        "system_mandatory": field.mandatory,
        "read_only": field.read_only,
        "field_read_only": field.read_only,
        "custom_field": field.custom,
        "created_source": if field.custom { "custom" } else { "default" },
        "unique": if unique { json!({ "casesensitive": "0" }) } else { json!({}) },
        "lookup": lookup(org, field),
        "pick_list_values": values(field, id),
        "display_field": field.api_name == module.display_field,
        "operation_type": {
            "web_update": changeable,
            "api_create": writable,
            "web_create": writable,
            "api_update": changeable,
        },
        "view_type": { "view": true, "edit": changeable, "quick_create": field.mandatory, "create": writable },
        "type": "used",
        "column_name": field.api_name.to_uppercase().replace('_', ""),
        "display_type": -1,
        "ui_type": 1,
        "show_type": 7,
        "category": 1,
        "sequence_number": number,
        "quick_sequence_number": number.to_string(),
        "email_parser": { "fields_update_supported": true, "record_operations_supported": true },
        "profiles": [],
        "layout_associations": [],
        "customizable_properties": [],
        "allowed_modules": [],
        "decimal_place": null,
        "default_value": null,
    });
    for object in
        ["multi_module_lookup", "currency", "rollup_summary", "subform", "formula", "multiselectlookup", "auto_number"]
    {
        shown[object] = json!({});
    }
    for unset in [
        "associated_module",
        "refer_from_field",
        "created_time",
        "modified_time",
        "sharing_properties",
        "file_upolad_optionlist",
        "sub_module",
        "external",
        "convert_mapping",
        "multiuserlookup",
        "crypt",
        "tooltip",
        "history_tracking",
        "association_details",
        "additional_column",
        "common.picklist",
        "hipaa_compliance",
        "textarea",
        "autonumber",
        "private",
    ] {
        shown[unset] = Value::Null;
    }
    for (names, value) in [
        (["webhook", "visible", "available_in_user_layout", "filterable", "sortable", "searchable"], true),
        (
            [
                "virtual_field",
                "separator",
                "enable_colour_code",
                "static_field",
                "number_separator",
                "_update_existing_records",
            ],
            false,
        ),
    ] {
        for name in names {
            shown[name] = json!(value);
        }
    }
    for name in ["blueprint_supported", "mass_update", "businesscard_supported"] {
        shown[name] = json!(writable);
    }
    for name in ["pick_list_values_sorted_lexically", "colour_code_enabled_by_system", "hipaa_compliance_enabled"] {
        shown[name] = json!(false);
    }
    shown
}

fn lookup(org: &Org, field: &Field) -> Value {
    let Kind::Lookup(target) = field.kind else { return json!({}) };
    let Some(module) = schema::module(target) else { return json!({}) };
    json!({
        "display_label": field.label,
        "api_name": null,
        "query_details": {},
        "module": { "api_name": module.api_name, "id": org.module_id(module).json() },
        "id": null,
        "revalidate_filter_during_edit": false,
        "show_fields": [],
    })
}

fn values(field: &Field, id: Id) -> Vec<Value> {
    let Kind::Picklist(values) = field.kind else { return Vec::new() };
    let value = |(at, value): (usize, &&str)| {
        json!({
            "display_value": value,
            "actual_value": value,
            "reference_value": value,
            "sequence_number": at + 1,
            "type": "used",
            "colour_code": null,
            "id": Id(id.0 + 1 + at as u64).json(),
        })
    };
    values.iter().enumerate().map(value).collect()
}
