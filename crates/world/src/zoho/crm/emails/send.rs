//! `POST /{module}/{id}/actions/send_mail`.
//!
//! <https://www.zoho.com/crm/developer/docs/api/v8/send-mail.html>
//!
//! By report the mail leaves from the CRM's own servers and no copy of it comes into the sender's mailbox, unless
//! the mailbox is connected to the CRM.

use super::super::call::Call;
use super::super::failure::Failure;
use super::{Draft, Email};
use crate::zoho::id::Id;
use crate::zoho::org::Org;
use crate::zoho::respond;
use crate::zoho::schema::Module;
use crate::{Context, Mail};
use mxs_http::Response;
use serde_json::{Value, json};

/// Sends one mail.
pub(super) fn send(
    org: &mut Org,
    call: &mut Call<'_, '_>,
    module: &'static Module,
    record: Id,
) -> Result<Response, Failure> {
    let body = call.json()?;
    let mail = body.get("data").and_then(Value::as_array).and_then(|mails| mails.first()).and_then(Value::as_object);
    let mail = mail.ok_or_else(|| Failure::missing_key("data", "$.data"))?;
    let draft = Draft::read(mail)?;
    // The addresses that a user may send from are his own, and those of the organisation, which this has none of.
    let own = org.user(call.caller.user).is_some_and(|user| draft.from["email"] == user.email.as_str());
    if !own {
        return Err(Failure::value_of("from", "$.data[0].from"));
    }
    let message_id = post(org, call.context, module, record, call.caller.user, draft);
    call.context.counters.wrote("zoho emails sent");
    let details = json!({ "message_id": message_id, "blocked_email_addresses": [] });
    let result = json!({ "code": "SUCCESS", "details": details, "message": "Your mail has been sent successfully.",
        "status": "success" });
    Ok(respond(200, &json!({ "data": [result] })))
}

/// Sends a mail to everybody whom it names, and keeps it beside the record.
pub(crate) fn post(
    org: &mut Org,
    context: &mut Context<'_>,
    module: &'static Module,
    record: Id,
    by: Id,
    draft: Draft,
) -> String {
    for address in draft.recipients() {
        context.outbox.send(Mail { to: address.to_owned(), reason: "crm", subject: draft.subject.clone() });
    }
    let message_id = context.ids.token(64).replace(['-', '_'], "0").to_lowercase();
    org.emails.all.push(Email {
        module: module.api_name,
        record,
        message_id: message_id.clone(),
        original: None,
        owner: by,
        from: draft.from,
        to: draft.to,
        cc: draft.cc,
        subject: draft.subject,
        content: draft.content,
        format: draft.format,
        outgoing: true,
        from_crm: true,
        at: context.now,
        linked: draft.linked,
    });
    message_id
}

impl crate::zoho::Zoho {
    /// A user sends a mail from a record's page; the error is what the API would answer.
    pub fn send_from_crm(
        &mut self,
        context: &mut Context<'_>,
        module: &str,
        record: Id,
        by: Id,
        mail: &Value,
    ) -> Result<String, Value> {
        let module = crate::zoho::schema::module(module).ok_or_else(|| Failure::module().body())?;
        let draft = Draft::read(mail.as_object().ok_or_else(|| Failure::not_json().body())?);
        let draft = draft.map_err(|failure| failure.body())?;
        let org = self.org_of_mut(record).ok_or_else(|| Failure::path_id().body())?;
        Ok(post(org, context, module, record, by, draft))
    }

    /// Every mail of an organisation's records, in the order in which they came, each with the id that it has on the
    /// Internet.
    pub fn emails(&self, zgid: &str) -> Vec<Value> {
        let org = self.orgs.iter().find(|org| org.zgid == zgid);
        org.map(|org| org.emails.all.iter().map(Email::snapshot).collect()).unwrap_or_default()
    }

    /// What a tester may choose of how an organisation treats mails.
    pub fn email_rules(&mut self, zgid: &str) -> Option<&mut super::EmailRules> {
        self.orgs.iter_mut().find(|org| org.zgid == zgid).map(|org| &mut org.emails.rules)
    }
}
