//! `POST /Events/{id}/actions/cancel`.
//!
//! <https://www.zoho.com/crm/developer/docs/api/v8/meeting-cancel.html>

use super::super::call::Call;
use super::super::failure::Failure;
use super::super::value::Place;
use super::notices;
use super::results::{answer, object, read_body};
use super::update::changeable;
use crate::zoho::id::Id;
use crate::zoho::org::Org;
use crate::zoho::schema::Module;
use crate::zoho::store::Record;
use crate::zoho::time;
use jiff::Timestamp;
use mxs_http::Response;
use serde_json::{Map, Value, json};

const KEY: &str = "send_cancelling_mail";

/// Cancels a meeting, and mails those who were invited if the call says so.
pub(super) fn cancel(org: &mut Org, call: &mut Call<'_, '_>, module: &Module, id: &str) -> Result<Response, Failure> {
    let id: Id = id.parse().map_err(|_| Failure::path_id())?;
    let body = read_body(call)?;
    let mails = object(&body.data[0], 0).and_then(mails);
    let result = mails.and_then(|mails| {
        changeable(org, call, module, id, Place(0))?;
        let record = org.record(module, id).ok_or_else(Failure::path_id)?;
        refuse(record, call.now())?;
        Ok(mails)
    });
    let result = result.map(|mails| {
        let (user, now) = (call.caller.user, call.now());
        org.store_mut(module).change(id, |record| {
            record.cancel();
            record.modified = time::whole_seconds(now);
            record.modified_by = user;
            record.touched = now;
        });
        if let Some(record) = org.record(module, id).filter(|_| mails) {
            notices::tell(org, call, record, "cancelled");
        }
        call.context.counters.wrote("zoho meetings cancelled");
        let message = "The event is successfully cancelled";
        json!({ "code": "SUCCESS", "details": { "id": id.json() }, "message": message, "status": "success" })
    });
    Ok(answer(org, 200, vec![result]))
}

fn mails(input: &Map<String, Value>) -> Result<bool, Failure> {
    let path = Place(0).path(KEY);
    match input.get(KEY) {
        None | Some(Value::Null) => Err(Failure::missing_key(KEY, &path)),
        Some(Value::Bool(mails)) => Ok(*mails),
        Some(_) => Err(Failure::type_of(KEY, &path, "boolean")),
    }
}

/// A meeting is cancelled once, before it is over, and only if somebody was invited. The code is the
/// specification's, the words are not.
fn refuse(record: &Record, now: Timestamp) -> Result<(), Failure> {
    let not_allowed = |message: &str| Err(Failure::new(400, "NOT_ALLOWED", message, json!({})));
    let people = record.value("Participants").as_array();
    let invited = people.is_some_and(|people| people.iter().any(|person| person["invited"] == Value::Bool(true)));
    let over = record.text("End_DateTime").is_some_and(|end| end <= time::canonical(now).as_str());
    match (record.cancelled(), invited, over) {
        (true, ..) => not_allowed("The event is already cancelled"),
        (_, false, _) => not_allowed("The event has no invited participants"),
        (_, _, true) => not_allowed("The event is already over"),
        _ => Ok(()),
    }
}
