//! `GET /{module}/{id}/Emails` and one of them.
//!
//! <https://www.zoho.com/crm/developer/docs/api/v8/get-email-rel-list.html>

use super::super::call::Call;
use super::super::failure::Failure;
use super::Email;
use crate::zoho::id::Id;
use crate::zoho::org::Org;
use crate::zoho::respond;
use crate::zoho::schema::Module;
use mxs_http::Response;
use serde_json::{Value, json};

/// How many mails a page holds; the client has no say.
const PAGE: usize = 10;

/// One page. Where the next one begins is the CRM's secret, and `index` takes what it said.
pub(super) fn list(org: &Org, call: &Call<'_, '_>, module: &Module, record: Id) -> Result<Response, Failure> {
    let kind = call.query.get("type");
    let wanted = |email: &&Email| match kind {
        None => true,
        Some("sent_from_crm") => email.from_crm,
        Some("user_emails") => !email.from_crm,
        Some(_) => false,
    };
    let known = ["sent_from_crm", "user_emails", "scheduled_in_crm", "drafts"];
    let of_accounts = kind.is_some_and(|kind| kind.starts_with("all_contacts_") && module.api_name == "Accounts");
    if kind.is_some_and(|kind| !known.contains(&kind)) && !of_accounts {
        return Err(Failure::parameter("type"));
    }
    let start = match call.query.get("index") {
        None => 0,
        Some(index) => index
            .strip_prefix("i")
            .and_then(|number| number.parse::<usize>().ok())
            .ok_or_else(|| Failure::parameter("index"))?,
    };
    let zone = org.zone(call.caller.user);
    let found: Vec<&Email> = org.emails.of(module.api_name, record).into_iter().filter(wanted).collect();
    let page: Vec<Value> = found.iter().skip(start).take(PAGE).map(|email| email.show(org, &zone, false)).collect();
    if page.is_empty() {
        return Ok(Response::new(204));
    }
    let more = found.len() > start + PAGE;
    let index = |at: usize| json!(format!("i{at}"));
    let info = json!({
        "count": page.len(),
        "next_index": if more { index(start + PAGE) } else { Value::Null },
        "prev_index": if start > 0 { index(start.saturating_sub(PAGE)) } else { Value::Null },
        "per_page": PAGE,
        "more_records": more,
    });
    Ok(respond(200, &json!({ "Emails": page, "info": info })))
}

/// One mail with its content.
pub(super) fn one(org: &Org, call: &Call<'_, '_>, module: &Module, record: Id, message: &str) -> Response {
    let zone = org.zone(call.caller.user);
    let found = org.emails.of(module.api_name, record).into_iter().find(|email| email.message_id == message);
    match found {
        None => Response::new(204),
        Some(email) => {
            let info = json!({ "count": 1, "next_index": Value::Null, "prev_index": Value::Null, "per_page": PAGE,
                "more_records": false });
            respond(200, &json!({ "Emails": [email.show(org, &zone, true)], "info": info }))
        }
    }
}
