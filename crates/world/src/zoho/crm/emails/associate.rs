//! `POST /{module}/{id}/actions/associate_email` and `GET /actions/email_available`.
//!
//! <https://www.zoho.com/crm/developer/docs/api/v8/associate-email.html>

use super::super::call::Call;
use super::super::failure::Failure;
use super::draft::Origin;
use super::{Draft, Email};
use crate::zoho::id::Id;
use crate::zoho::org::Org;
use crate::zoho::respond;
use crate::zoho::schema::Module;
use mxs_http::Response;
use serde_json::{Value, json};

/// Puts a mail beside a record. Nobody is mailed.
pub(super) fn associate(
    org: &mut Org,
    call: &mut Call<'_, '_>,
    module: &'static Module,
    record: Id,
) -> Result<Response, Failure> {
    let body = call.json()?;
    let mails = body.get("Emails").and_then(Value::as_array).filter(|mails| !mails.is_empty());
    let mails = mails.ok_or_else(|| {
        Failure::new(400, "REQUIRED_PARAM_MISSING", "required param is missing", json!({ "param": "Emails" }))
    })?;
    let most = org.emails.rules.associated_max;
    if mails.len() > most {
        let details = json!({ "limit": most, "param": "Emails" });
        return Err(Failure::new(400, "LIMIT_EXCEEDED", "limit exceeded", details));
    }
    let mut results = Vec::new();
    let mut status = 201;
    for mail in mails {
        results.push(match one(org, call, module, record, mail) {
            Ok(message_id) => {
                call.context.counters.wrote("zoho emails created");
                json!({ "code": "SUCCESS", "details": { "message_id": message_id },
                    "message": "Email associated successfully.", "status": "success" })
            }
            Err(failure) => {
                status = failure.status;
                failure.body()
            }
        });
    }
    Ok(respond(status, &json!({ "Emails": results })))
}

fn one(
    org: &mut Org,
    call: &mut Call<'_, '_>,
    module: &'static Module,
    record: Id,
    mail: &Value,
) -> Result<String, Failure> {
    let body = mail.as_object().ok_or_else(Failure::not_json)?;
    let (draft, origin) = (Draft::read(body)?, Origin::read(body)?);
    let known = |email: &&Email| email.original.as_ref() == Some(&origin.id);
    if org.emails.rules.refuses_second && org.emails.of(module.api_name, record).iter().any(known) {
        let message = "the email is already associated";
        return Err(Failure::new(400, "DUPLICATE_DATA", message, json!({ "api_name": "original_message_id" })));
    }
    let message_id = call.context.ids.token(64).replace(['-', '_'], "0").to_lowercase();
    org.emails.all.push(Email {
        module: module.api_name,
        record,
        message_id: message_id.clone(),
        original: Some(origin.id),
        owner: call.caller.user,
        from: draft.from,
        to: draft.to,
        cc: draft.cc,
        subject: draft.subject,
        content: draft.content,
        format: draft.format,
        outgoing: origin.outgoing,
        from_crm: false,
        at: origin.at,
        linked: draft.linked,
    });
    Ok(message_id)
}

/// Whether a message is there, and beside which record: the one that got it first, where there are several. The
/// parameter's name has a letter less than one would think.
pub(super) fn available(org: &Org, call: &Call<'_, '_>) -> Result<Response, Failure> {
    let id = call.query.get("orginal_message_id");
    let id = id.ok_or_else(|| {
        let details = json!({ "param": "orginal_message_id" });
        Failure::new(400, "REQUIRED_PARAM_MISSING", "required param is missing", details)
    })?;
    // A mail goes with its record.
    let alive = |email: &&Email| {
        let module = crate::zoho::schema::module(email.module);
        module.is_some_and(|module| org.record(module, email.record).is_some())
    };
    let found = org.emails.all.iter().filter(alive).find(|email| email.original.as_deref() == Some(id));
    let record = found.map_or(Value::Null, |email| {
        let linked = email.linked.as_ref().map_or(
            Value::Null,
            |(module, id)| json!({ "id": id.json(), "module": { "api_name": module, "id": Value::Null } }),
        );
        json!({ "id": email.record.json(), "module": { "api_name": email.module }, "linked_record": linked })
    });
    Ok(respond(200, &json!({ "available": found.is_some(), "record": record })))
}
