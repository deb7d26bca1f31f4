//! All that a foreign client needs to know.

use crate::function::ORG_SECRET;
use crate::part::Part;
use crate::sandbox::Sandbox;
use crate::seed::{DOMAIN, ORGANISATION, PEOPLE, microsoft, zoho};
use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

/// `GET /sandbox/info`.
pub(super) async fn info(State(sandbox): State<Sandbox>) -> Json<Value> {
    let ports = sandbox.ports();
    let origin = |part| ports.origin(part);
    let authority = origin(Part::Microsoft);
    let (accounts, tenant) = (origin(Part::Zoho), microsoft::TENANT_ID);
    let mailboxes: Vec<Value> = PEOPLE
        .iter()
        .map(|person| {
            json!({
                "id": person.object_id,
                "name": person.display,
                "userPrincipalName": person.email,
                "password": person.password,
                "mailbox": person.mailbox,
            })
        })
        .collect();
    let profiles: Vec<Value> =
        sandbox.profiles().into_iter().map(|(id, name)| json!({ "id": id, "name": name })).collect();
    Json(json!({
        "now": sandbox.now().to_string(),
        "addresses": {
            "crm": origin(Part::Crm),
            "tab": origin(Part::Tab),
            "microsoft": authority,
            "zoho": accounts,
            "function": origin(Part::Function),
            "sdk": format!("{accounts}{}", crate::sdk::PATH),
            "outlook": format!("{authority}/outlook"),
            "control": format!("{authority}/sandbox"),
        },
        "microsoft": {
            "tenant": { "id": tenant, "name": ORGANISATION, "domain": DOMAIN },
            "authority": authority,
            "authorize": format!("{authority}/{tenant}/oauth2/v2.0/authorize"),
            "token": format!("{authority}/{tenant}/oauth2/v2.0/token"),
            "graph": format!("{authority}/v1.0"),
            "tabClient": {
                "clientId": microsoft::TAB_CLIENT_ID,
                "redirectUri": microsoft::tab_redirect(ports),
                "scopes": microsoft::TAB_SCOPES,
            },
            "serverClient": {
                "clientId": microsoft::SERVER_CLIENT_ID,
                "clientSecret": microsoft::SERVER_CLIENT_SECRET,
                "redirectUri": microsoft::server_redirect(ports),
                "roles": microsoft::SERVER_ROLES,
            },
            "users": mailboxes,
        },
        "zoho": {
            "organisation": { "zgid": sandbox.zgid(), "name": ORGANISATION },
            "accounts": accounts,
            "token": format!("{accounts}/oauth/v2/token"),
            "api": format!("{accounts}/crm/v8"),
            "client": {
                "clientId": zoho::CLIENT_ID,
                "clientSecret": zoho::CLIENT_SECRET,
                "redirectUri": zoho::redirect(ports),
                "scopes": zoho::SCOPES,
            },
            "refreshToken": sandbox.refresh_token(),
            "users": sandbox.members(),
            "profiles": profiles,
        },
        "function": { "organisationSecret": ORG_SECRET, "sessionFunction": crate::crm::SESSION_FUNCTION },
    }))
}
