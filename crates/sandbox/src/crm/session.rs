//! What the host page shows, and the Marketplace behind it.

use super::{Audience, Member, Refusal, caller};
use crate::part::Part;
use crate::sandbox::Sandbox;
use crate::seed::ORGANISATION;
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use serde_json::{Value, json};

/// `GET /host/session`: the organisation, its people, and what the user of the header may do.
pub(super) async fn session(State(sandbox): State<Sandbox>, headers: HeaderMap) -> Json<Value> {
    let member = caller(&sandbox, &headers).ok();
    Json(describe(&sandbox, member.as_ref()))
}

/// `PUT /host/extension`: install, or change for whom.
pub(super) async fn install(
    State(sandbox): State<Sandbox>,
    headers: HeaderMap,
    Json(audience): Json<Audience>,
) -> Result<Json<Value>, Refusal> {
    let member = caller(&sandbox, &headers)?;
    let profiles = sandbox.profiles();
    let ids: Vec<&str> = profiles.iter().map(|(id, _)| id.as_str()).collect();
    sandbox.installation(|installation| installation.install(&member, audience, &ids))?;
    Ok(Json(describe(&sandbox, Some(&member))))
}

/// `DELETE /host/extension`.
pub(super) async fn uninstall(State(sandbox): State<Sandbox>, headers: HeaderMap) -> Result<Json<Value>, Refusal> {
    let member = caller(&sandbox, &headers)?;
    sandbox.installation(|installation| installation.uninstall(&member))?;
    Ok(Json(describe(&sandbox, Some(&member))))
}

fn describe(sandbox: &Sandbox, member: Option<&Member>) -> Value {
    let (audience, may_use) = sandbox.installation(|installation| {
        let may_use = member.is_some_and(|member| installation.may_use(member).is_ok());
        (installation.audience().cloned(), may_use)
    });
    let profiles: Vec<Value> =
        sandbox.profiles().into_iter().map(|(id, name)| json!({ "id": id, "name": name })).collect();
    json!({
        "organisation": { "name": ORGANISATION, "zgid": sandbox.zgid() },
        "user": member,
        "users": sandbox.members(),
        "profiles": profiles,
        "extension": {
            "installed": audience.is_some(),
            "audience": audience,
            "mayUse": may_use,
            "mayManage": member.is_some_and(|member| member.administrator),
        },
        "addresses": {
            "tab": sandbox.ports().origin(Part::Tab),
            "mailbox": format!("{}/outlook", sandbox.ports().origin(Part::Microsoft)),
        },
    })
}
