//! `GET /settings/profiles`.
//!
//! <https://www.zoho.com/crm/developer/docs/api/v8/get-profiles.html>

use super::super::failure::Failure;
use crate::zoho::id::Id;
use crate::zoho::org::{Org, Profile};
use crate::zoho::permission::Action;
use crate::zoho::respond;
use crate::zoho::schema::MODULES;
use mxs_http::Response;
use serde_json::{Value, json};

/// `GET /settings/profiles`.
pub(in super::super) fn profiles(org: &Org) -> Response {
    let profiles: Vec<Value> = org.profiles.iter().map(|profile| show_profile(org, profile, false)).collect();
    respond(200, &json!({ "profiles": profiles, "info": { "license_limit": null } }))
}

/// `GET /settings/profiles/{id}`.
pub(in super::super) fn profile(org: &Org, id: &str) -> Result<Response, Failure> {
    let id: Id = id.parse().map_err(|_| Failure::path_id())?;
    let found = org.profile(id).map(|profile| show_profile(org, profile, true));
    Ok(found.map_or_else(|| Response::new(204), |profile| respond(200, &json!({ "profiles": [profile] }))))
}

/// A profile; alone it comes with what it allows.
fn show_profile(org: &Org, profile: &Profile, alone: bool) -> Value {
    let custom = !["Administrator", "Standard"].contains(&profile.name.as_str());
    let mut shown = json!({
        "id": profile.id.json(),
        "name": profile.name,
        "display_label": profile.name,
        "description": "",
        "type": "normal_profile",
        "custom": custom,
        "category": custom,
        "default": !custom,
        "created_time": null,
        "modified_time": null,
        "created_by": null,
        "modified_by": null,
    });
    if alone {
        let (details, sections) = permissions(profile);
        shown["permissions_details"] = Value::Array(details);
        shown["sections"] = Value::Array(sections);
    } else {
        shown["_default_view"] =
            json!({ "name": "Home", "id": org.roles.first().map(|role| role.id.json()), "type": "" });
    }
    shown
}

fn permissions(profile: &Profile) -> (Vec<Value>, Vec<Value>) {
    let mut details = vec![json!({
        "id": profile.permission_ids.json(),
        "name": "Crm_Implied_Api_Access",
        "display_label": "Zoho CRM API Access",
        "module": null,
        "customizable": !profile.permissions.administrator,
        "enabled": profile.permissions.api_access,
    })];
    let mut categories = Vec::new();
    for (at, module) in MODULES.into_iter().enumerate() {
        let mut ids = Vec::new();
        for (number, action) in Action::ALL.into_iter().enumerate() {
            let id = Id(profile.permission_ids.0 + 1 + (at * Action::ALL.len() + number) as u64).json();
            ids.push(id.clone());
            details.push(json!({
                "id": id,
                "name": action.permission(module.api_name),
                "display_label": action.name(),
                "module": module.api_name,
                "customizable": !profile.permissions.administrator,
                "enabled": profile.permissions.allows(module.api_name, action),
            }));
        }
        categories.push(json!({
            "display_label": module.plural,
            "permissions_details": ids,
            "name": module.api_name,
            "module": module.api_name,
        }));
    }
    let sections = vec![json!({ "name": "basic", "categories": categories })];
    (details, sections)
}
