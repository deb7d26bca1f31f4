//! `/actions/watch`: channels on which the CRM tells of changes.
//!
//! <https://www.zoho.com/crm/developer/docs/api/v8/notifications/overview.html>

mod callback;
mod channel;
mod read;

pub(crate) use channel::Channels;

use super::call::Call;
use super::failure::Failure;
use crate::zoho::org::Org;
use crate::zoho::respond;
use channel::Channel;
use mxs_http::{Method, Response};
use read::Wanted;
use serde_json::{Map, Value, json};

/// The key of a body and of an answer under which channels stand.
const KEY: &str = "watch";

/// Answers a call about the caller's channels. Those of other users are none of his.
pub(super) fn answer(org: &mut Org, call: &mut Call<'_, '_>, method: Method) -> Result<Response, Failure> {
    org.channels.forget(call.now());
    match method {
        Method::Get => list(org, call),
        Method::Delete => end(org, call),
        Method::Patch => write(org, call, 200, change),
        Method::Put => write(org, call, 200, replace),
        _ => write(org, call, 201, make),
    }
}

/// Runs `act` for each channel of the body. Where one is refused the answer has status 202 and says so in its row.
fn write(
    org: &mut Org,
    call: &Call<'_, '_>,
    status: u16,
    act: impl Fn(&mut Org, &Call<'_, '_>, Wanted) -> Result<Value, Failure>,
) -> Result<Response, Failure> {
    let mut body = call.json()?;
    let items = match body.remove(KEY) {
        None | Some(Value::Null) => return Err(Failure::missing_key(KEY, "$.watch")),
        Some(Value::Array(items)) if items.is_empty() => return Err(Failure::value_of(KEY, "$.watch")),
        Some(Value::Array(items)) => items,
        Some(_) => return Err(Failure::type_of(KEY, "$.watch", "jsonarray")),
    };
    let one = |(at, item): (usize, &Value)| {
        let item: &Map<String, Value> =
            item.as_object().ok_or_else(|| Failure::type_of(KEY, &format!("$.watch[{at}]"), "jsonobject"))?;
        act(org, call, read::wanted(item, at, call.now())?)
    };
    let rows: Vec<Result<Value, Failure>> = items.iter().enumerate().map(one).collect();
    Ok(rows_of(status, rows))
}

fn rows_of(status: u16, rows: Vec<Result<Value, Failure>>) -> Response {
    let status = if rows.iter().any(Result::is_err) { 202 } else { status };
    let rows: Vec<Value> = rows.into_iter().map(|row| row.unwrap_or_else(|failure| failure.body())).collect();
    respond(status, &json!({ KEY: rows }))
}

fn not_subscribed() -> Failure {
    Failure::new(400, "NOT_SUBSCRIBED", "The given channel ID is not subscribed", json!({}))
}

/// Makes a channel; one with the same number takes its place.
fn make(org: &mut Org, call: &Call<'_, '_>, wanted: Wanted) -> Result<Value, Failure> {
    let channel = wanted.whole(call.caller.user)?;
    let row = success(org, call, &channel, "Successfully subscribed for actions-watch of the given module");
    org.channels.put(channel)?;
    Ok(row)
}

/// Gives a channel that is there everything anew: what isn't said is gone.
fn replace(org: &mut Org, call: &Call<'_, '_>, wanted: Wanted) -> Result<Value, Failure> {
    let channel = wanted.whole(call.caller.user)?;
    org.channels.get_mut(call.caller.user, channel.id).ok_or_else(not_subscribed)?;
    let row = success(org, call, &channel, UPDATED);
    org.channels.put(channel)?;
    Ok(row)
}

const UPDATED: &str = "Successfully updated the subscribe details";

/// Changes what is said of a channel, or takes events away from it.
fn change(org: &mut Org, call: &Call<'_, '_>, wanted: Wanted) -> Result<Value, Failure> {
    let user = call.caller.user;
    let channel = org.channels.get_mut(user, wanted.id).ok_or_else(not_subscribed)?;
    let message = if wanted.takes_away { "Successfully removed the subscribe details" } else { UPDATED };
    let changed = wanted.apply(channel)?.clone();
    if changed.events.is_empty() {
        org.channels.remove(user, changed.id);
    }
    Ok(success(org, call, &changed, message))
}

fn success(org: &Org, call: &Call<'_, '_>, channel: &Channel, message: &str) -> Value {
    let zone = org.zone(call.caller.user);
    let events: Vec<Value> = channel.modules().map(|module| channel.shown(org, module, &zone)).collect();
    json!({ "code": "SUCCESS", "details": { "events": events }, "message": message, "status": "success" })
}

/// Ends channels.
fn end(org: &mut Org, call: &Call<'_, '_>) -> Result<Response, Failure> {
    let missing = || {
        let message = "required param is missing";
        Failure::new(
            400,
            "REQUIRED_PARAM_MISSING",
            message,
            json!({ "param": "channel_ids", "param_name": "channel_ids" }),
        )
    };
    let ids = call.query.list("channel_ids").ok_or_else(missing)?;
    let one = |id: &&str| {
        let id: u64 = id.parse().map_err(|_| Failure::parameter("channel_ids"))?;
        let channel = org.channels.remove(call.caller.user, id).ok_or_else(not_subscribed)?;
        let module = channel.modules().next();
        let details = json!({
            "resource_uri": module.map(|module| format!("{}/crm/v8/{}", org.data_centre.api_domain, module.api_name)),
            "resource_id": module.map(|module| org.module_id(module).json()),
            "channel_id": id.to_string(),
        });
        let message = "Successfully un-subscribed from actions-watch";
        Ok(json!({ "code": "SUCCESS", "details": details, "message": message, "status": "success" }))
    };
    let rows = ids.iter().map(one).collect();
    Ok(rows_of(200, rows))
}

/// Lists channels, a row for each module of each.
fn list(org: &Org, call: &Call<'_, '_>) -> Result<Response, Failure> {
    let page = call.page()?;
    let (id, name) = (call.query.get("channel_id"), call.query.get("module"));
    let zone = org.zone(call.caller.user);
    let mut rows = Vec::new();
    for channel in org.channels.of(call.caller.user) {
        let modules = channel.modules().filter(|module| name.is_none_or(|name| name == module.api_name));
        if id.is_none_or(|id| id == channel.id.to_string()) {
            rows.extend(modules.map(|module| channel.listed(org, module, &zone)));
        }
    }
    let (rows, more) = page.of(rows);
    if rows.is_empty() {
        return Ok(Response::new(204));
    }
    let info = json!({ "per_page": page.size, "page": page.number, "count": rows.len(), "more_records": more });
    Ok(respond(200, &json!({ KEY: rows, "info": info })))
}
