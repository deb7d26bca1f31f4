//! `GET /settings/modules` and `GET /settings/modules/{api_name}`.
//!
//! <https://www.zoho.com/crm/developer/docs/api/v8/modules-api.html>

use super::super::failure::Failure;
use super::fields;
use crate::zoho::org::Org;
use crate::zoho::respond;
use crate::zoho::schema::{self, MODULES, Module};
use mxs_http::Response;
use serde_json::{Value, json};

/// Lists the modules.
pub(in super::super) fn modules(org: &Org) -> Response {
    let modules = MODULES.into_iter().enumerate().map(|(at, module)| show(org, module, at));
    let modules: Vec<Value> = modules.chain([sales_inbox(org)]).collect();
    respond(200, &json!({ "modules": modules }))
}

/// Shows one module, with its fields.
pub(in super::super) fn module(org: &Org, name: &str) -> Result<Response, Failure> {
    let details = json!({ "resource_path_index": 2 });
    let found = schema::module(name)
        .or_else(|| MODULES.into_iter().find(|module| org.module_id(module).to_string() == name))
        .ok_or_else(|| Failure { details, ..Failure::module() })?;
    let mut shown = show(org, found, MODULES.iter().position(|module| *module == found).unwrap_or_default());
    shown["fields"] = org.fields(found).map(|field| fields::show(org, found, field)).collect();
    shown["layouts"] = json!([]);
    shown["related_lists"] = json!([]);
    shown["custom_view"] = json!({});
    shown["$properties"] = json!([]);
    shown["$on_demand_properties"] = json!([]);
    shown["$field_states"] = json!([]);
    shown["display_field"] = match org.field(found, found.display_field) {
        Some(field) => json!({ "api_name": field.api_name, "id": org.field_id(found, field).json() }),
        None => Value::Null,
    };
    shown["search_layout_fields"] = json!([found.display_field, "Owner"]);
    shown["business_card_fields"] = json!([found.display_field]);
    shown["lookup_field_properties"] = json!({ "fields": [] });
    shown["related_list_properties"] = json!({ "sort_by": null, "fields": [], "sort_order": null });
    Ok(respond(200, &json!({ "modules": [shown] })))
}

/// SalesInbox, which is a tab without records: lists of live organisations have it with `api_supported`
/// false. That one without use hides it is known by report only.
fn sales_inbox(org: &Org) -> Value {
    let mut shown = show(org, MODULES[0], MODULES.len());
    shown["id"] = org.sales_inbox_id().json();
    for name in ["api_name", "module_name", "singular_label", "plural_label"] {
        shown[name] = json!("SalesInbox");
    }
    for name in ["api_supported", "creatable", "deletable", "editable", "quick_create", "convertable"] {
        shown[name] = json!(false);
    }
    let used = org.options.sales_inbox;
    for name in ["visible", "viewable", "show_as_tab"] {
        shown[name] = json!(used);
    }
    shown["status"] = json!(if used { "visible" } else { "user_hidden" });
    shown
}

fn show(org: &Org, module: &Module, at: usize) -> Value {
    let profiles: Vec<Value> =
        org.profiles.iter().map(|profile| json!({ "name": profile.name, "id": profile.id.json() })).collect();
    let activity = ["Tasks", "Events"].contains(&module.api_name);
    let layout = org.module_id(module).0 + 9_999;
    let mut shown = json!({
        "id": org.module_id(module).json(),
        "api_name": module.api_name,
        "module_name": module.api_name,
        "singular_label": module.singular,
        "plural_label": module.plural,
        "generated_type": "default",
        "sequence_number": at + 1,
        "status": "visible",
        "visibility": 1,
        "profile_count": profiles.len(),
        "profiles": profiles,
        "arguments": [],
        "business_card_field_limit": 5,
        "per_page": null,
        "description": null,
        "modified_by": null,
        "modified_time": null,
        "parent_module": {},
        "web_link": null,
        "activity_badge": if activity { "Not_Supported" } else { "Enabled" },
        "layout_associations": [{ "api_name": "Standard__s", "name": "Standard", "id": layout.to_string() }],
        "default_mapping_fields": [],
    });
    let yes = [
        "api_supported",
        "creatable",
        "deletable",
        "editable",
        "viewable",
        "visible",
        "show_as_tab",
        "quick_create",
        "common.search_supported",
        "recycle_bin_on_delete",
        "triggers_supported",
        "filter_supported",
        "feeds_required",
        "emailTemplate_support",
        "webform_supported",
        "isBlueprintSupported",
        "scoring_supported",
        "chart_view_supported",
        "kanban_view_supported",
        "filter_status",
        "presence_sub_menu",
        "email_parser_supported",
    ];
    let no = [
        "has_more_profiles",
        "sub_menu_available",
        "inventory_template_supported",
        "chart_view",
        "kanban_view",
        "track_current_data",
        "zia_view",
    ];
    for name in yes {
        shown[name] = json!(true);
    }
    for name in no {
        shown[name] = json!(false);
    }
    shown["convertable"] = json!(module.api_name == "Leads");
    shown
}
