//! Mail that a record asks for by itself, whatever the workflow rules are.
//!
//! <https://www.zoho.com/crm/developer/docs/api/v8/insert-records.html>

use super::super::call::Call;
use super::super::value::participants;
use super::{meeting, task};
use crate::Mail;
use crate::zoho::id::Id;
use crate::zoho::org::Org;
use crate::zoho::schema::Module;
use crate::zoho::store::Record;
use serde_json::{Map, Value};

/// Mails what the written keys ask for: a task's owner, or the people of a meeting.
pub(super) fn send(
    org: &Org,
    call: &mut Call<'_, '_>,
    module: &Module,
    id: Id,
    input: &Map<String, Value>,
    happened: &str,
) {
    let Some(record) = org.record(module, id) else { return };
    match module.api_name {
        // By report the owner is mailed each time the key is written as true, not only for a new task.
        task::MODULE if input.get("Send_Notification_Email") == Some(&Value::Bool(true)) => {
            let to = org.user(record.owner).map(|user| user.email.clone());
            mail(call, to, "task", format!("A task was {happened}"));
        }
        meeting::MODULE if meeting::asks_to_tell(module, input) => tell(org, call, record, happened),
        meeting::MODULE if org.options.invited_are_told => tell(org, call, record, happened),
        _ => {}
    }
}

/// Mails those who were invited that a meeting was deleted, where an organisation does so.
pub(super) fn send_deleted(org: &Org, call: &mut Call<'_, '_>, module: &Module, record: &Record) {
    if module.api_name == meeting::MODULE && org.options.invited_are_told {
        tell(org, call, record, "deleted");
    }
}

/// Mails everybody who was invited to a meeting.
pub(super) fn tell(org: &Org, call: &mut Call<'_, '_>, record: &Record, happened: &str) {
    for person in record.value("Participants").as_array().into_iter().flatten() {
        if person["invited"] == Value::Bool(true) {
            mail(call, participants::address(org, person), "meeting", format!("A meeting was {happened}"));
        }
    }
}

fn mail(call: &mut Call<'_, '_>, to: Option<String>, reason: &'static str, subject: String) {
    if let Some(to) = to {
        call.context.outbox.send(Mail { to, reason, subject });
    }
}
