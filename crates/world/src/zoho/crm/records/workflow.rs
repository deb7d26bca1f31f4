//! Workflow rules: an organisation may have such that mail the owner whenever a record is created, changed or
//! deleted. A call runs them unless it says that it doesn't want to.
//!
//! <https://www.zoho.com/crm/developer/docs/api/v8/insert-records.html>,
//! <https://www.zoho.com/crm/developer/docs/api/v8/delete-records.html>

use super::super::call::Call;
use super::results::Body;
use crate::Mail;
use crate::zoho::id::Id;
use crate::zoho::org::Org;
use crate::zoho::schema::Module;
use serde_json::Value;

/// Whether a body lets workflow rules run: it does when it has no `trigger`, or one that names them.
pub(super) fn wanted_by(body: &Body) -> bool {
    let named = |trigger: &Value| trigger.as_array().is_some_and(|names| names.iter().any(|name| name == "workflow"));
    body.rest.get("trigger").is_none_or(named)
}

/// Whether a call that deletes lets them run.
pub(super) fn wanted_by_query(call: &Call<'_, '_>) -> bool {
    call.query.get("wf_trigger") != Some("false")
}

/// Runs the rules for a record of `owner` to which something has `happened`.
pub(super) fn run(org: &Org, call: &mut Call<'_, '_>, module: &Module, owner: Id, happened: &str) {
    if !org.options.workflow_mails {
        return;
    }
    if let Some(user) = org.user(owner) {
        let subject = format!("A record of {} was {happened}", module.plural);
        call.context.outbox.send(Mail { to: user.email.clone(), reason: "workflow", subject });
    }
}

/// Runs the rules for the record `id`, if `body` lets them run.
pub(super) fn run_for(org: &Org, call: &mut Call<'_, '_>, module: &Module, id: Id, body: &Body, happened: &str) {
    if let Some(record) = org.record(module, id).filter(|_| wanted_by(body)) {
        run(org, call, module, record.owner, happened);
    }
}
