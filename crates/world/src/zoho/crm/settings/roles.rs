//! `GET /settings/roles`.
//!
//! <https://www.zoho.com/crm/developer/docs/api/v8/get-roles.html>

use super::super::failure::Failure;
use crate::zoho::id::Id;
use crate::zoho::org::{Org, Role};
use crate::zoho::respond;
use mxs_http::Response;
use serde_json::{Value, json};

/// `GET /settings/roles`.
pub(in super::super) fn roles(org: &Org) -> Response {
    let roles: Vec<Value> = org.roles.iter().map(|role| show_role(org, role)).collect();
    respond(200, &json!({ "roles": roles }))
}

/// `GET /settings/roles/{id}`.
pub(in super::super) fn role(org: &Org, id: &str) -> Result<Response, Failure> {
    let id: Id = id.parse().map_err(|_| Failure::path_id())?;
    let found = org.roles.iter().find(|role| role.id == id);
    Ok(found.map_or_else(|| Response::new(204), |role| respond(200, &json!({ "roles": [show_role(org, role)] }))))
}

fn show_role(org: &Org, role: &Role) -> Value {
    let top = org.roles.first().filter(|top| top.id != role.id);
    json!({
        "id": role.id.json(),
        "name": role.name,
        "display_label": role.name,
        "description": null,
        "share_with_peers": true,
        "admin_user": top.is_none(),
        "reporting_to": top.map(|top| json!({ "id": top.id.json(), "name": top.name })),
        "forecast_manager": null,
        "created_by__s": null,
        "modified_by__s": null,
        "created_time__s": null,
        "modified_time__s": null,
    })
}
