//! What the CRM answers to calls about channels.

use super::{Channel, ChannelId};
use crate::json::{self, filled, object, text};
use crate::records::{REFUSED, SUCCESS};
use crate::{Module, ZohoError, error};
use mxs_core::Instant;
use mxs_http::Response;
use serde_json::{Map, Value};

/// A channel that was made or renewed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Watched {
    /// Its number.
    pub id: ChannelId,
    /// When it ends: the earliest of its modules' ends, as the CRM keeps one for each. May be an hour from now where a
    /// week was asked for.
    pub expires: Instant,
}

/// Why a channel was not made, renewed or ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// What can be done about it.
    pub kind: RefusedKind,
    /// The CRM's code.
    pub code: String,
}

/// What can be done about a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefusedKind {
    /// There is no such channel, or no longer: make it anew.
    NotSubscribed,
    /// There are too many channels: end some that nobody needs.
    LimitReached,
    /// The same call would be refused again.
    Other,
}

/// One module of a channel, as the CRM lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The channel's number.
    pub id: ChannelId,
    /// The module; `None` for one that isn't synced here.
    pub module: Option<Module>,
    /// When it ends, if the CRM says so.
    pub expires: Option<Instant>,
}

/// Rows of a list of channels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedPage {
    /// The rows.
    pub rows: Vec<Listed>,
    /// Whether there are more on the next page.
    pub more: bool,
}

const WATCH: &str = "watch";

/// Reads the answer to [`watch`](super::watch) and [`renew`](super::renew): what became of each of the channels, in
/// their order.
pub fn parse_watched(response: &Response, channels: &[Channel]) -> Result<Vec<Result<Watched, Refused>>, ZohoError> {
    if let Some(refused) = refused_as_a_whole(response) {
        return Ok(channels.iter().map(|_| Err(refused.clone())).collect());
    }
    let rows = outcomes(response, channels.len())?;
    let watched = rows.iter().zip(channels).map(|(row, channel)| match refused(row) {
        Some(refused) => Some(Err(refused)),
        None => Some(Ok(watched(row, channel.id())?)),
    });
    watched.collect::<Option<_>>().ok_or_else(|| ZohoError::unreadable(response.status))
}

/// Reads the answer to [`disable`](super::disable) for `count` channels, in their order. One that isn't there any more
/// has ended.
pub fn parse_disabled(response: &Response, count: usize) -> Result<Vec<Result<(), Refused>>, ZohoError> {
    if refused_as_a_whole(response).is_some() {
        return Ok(vec![Ok(()); count]);
    }
    let ended = |row: &Map<String, Value>| match refused(row) {
        Some(refused) if refused.kind != RefusedKind::NotSubscribed => Err(refused),
        _ => Ok(()),
    };
    Ok(outcomes(response, count)?.iter().map(ended).collect())
}

/// Reads the answer to [`list`](super::list).
pub fn parse_list(response: &Response) -> Result<ListedPage, ZohoError> {
    let unreadable = || ZohoError::unreadable(response.status);
    let answer = json::rows(response, WATCH)?;
    let rows = answer.get(WATCH).and_then(Value::as_array).into_iter().flatten();
    let rows: Option<Vec<Listed>> = rows.map(|row| listed(row.as_object()?)).collect();
    let more = object(&answer, "info").and_then(|info| info.get("more_records"));
    // Without rows there is nothing more; else nobody could tell whether a channel is missing.
    let more = match more {
        Some(more) => more.as_bool().ok_or_else(unreadable)?,
        None if answer.is_empty() => false,
        None => return Err(unreadable()),
    };
    Ok(ListedPage { rows: rows.ok_or_else(unreadable)?, more })
}

const NOT_SUBSCRIBED: &str = "NOT_SUBSCRIBED";

/// That none of the channels is there: by report the CRM then refuses the call, with status 400.
fn refused_as_a_whole(response: &Response) -> Option<Refused> {
    let body = Some(response).filter(|response| !response.is_success());
    let refused = refused(&json::parse(&body?.body)?);
    refused.filter(|refused| refused.kind == RefusedKind::NotSubscribed)
}

/// The rows of an answer, one for each channel. Where there is another number of them nobody knows which is whose.
fn outcomes(response: &Response, count: usize) -> Result<Vec<Map<String, Value>>, ZohoError> {
    let Some(mut answer) = json::parse(&response.body) else { return Err(ZohoError::of(response)) };
    let Some(Value::Array(rows)) = answer.remove(WATCH) else { return Err(ZohoError::of(response)) };
    let object = |row| match row {
        Value::Object(row) if matches!(text(&row, "status"), SUCCESS | REFUSED) => Some(row),
        _ => None,
    };
    let rows: Option<Vec<_>> = rows.into_iter().map(object).collect();
    rows.filter(|rows| rows.len() == count).ok_or_else(|| ZohoError::unreadable(response.status))
}

fn refused(row: &Map<String, Value>) -> Option<Refused> {
    if text(row, "status") == SUCCESS {
        return None;
    }
    let code = error::code(row);
    let kind = match code.as_str() {
        NOT_SUBSCRIBED => RefusedKind::NotSubscribed,
        "LIMIT_REACHED" => RefusedKind::LimitReached,
        _ => RefusedKind::Other,
    };
    Some(Refused { kind, code })
}

fn watched(row: &Map<String, Value>, id: ChannelId) -> Option<Watched> {
    let events = object(row, "details")?.get("events")?.as_array()?;
    let end = |event: &Value| {
        let event = event.as_object()?;
        let is_own = ChannelId::read(event.get("channel_id")?) == Some(id);
        Instant::parse(filled(event, "channel_expiry")?).ok().filter(|_| is_own)
    };
    let ends: Vec<Instant> = events.iter().map(end).collect::<Option<_>>()?;
    Some(Watched { id, expires: ends.into_iter().min()? })
}

fn listed(row: &Map<String, Value>) -> Option<Listed> {
    let expires = match row.get("channel_expiry") {
        None | Some(Value::Null) => None,
        Some(moment) => Some(Instant::parse(moment.as_str()?).ok()?),
    };
    let name = filled(row, "resource_name")?;
    let module = Module::ALL.into_iter().find(|module| module.api_name() == name);
    Some(Listed { id: ChannelId::read(row.get("channel_id")?)?, module, expires })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;
    use secrecy::SecretString;
    use serde_json::json;

    fn answer(status: u16, body: &Value) -> Response {
        Response::new(status).body("application/json", body.to_string())
    }

    fn id(number: u64) -> ChannelId {
        ChannelId::new(number).expect("a number")
    }

    fn channels(numbers: &[u64]) -> Vec<Channel> {
        let channel = |number: &u64| {
            let token = SecretString::from("t");
            Channel::new(id(*number), &[Module::Tasks], "https://f.example", token, Instant::from_seconds(0))
        };
        numbers.iter().map(|number| channel(number).expect("a channel")).collect()
    }

    fn made(number: u64, ends: &[&str]) -> Value {
        let event = |end: &&str| {
            json!({ "channel_expiry": end, "resource_uri": "https://www.zohoapis.com/crm/v8/Tasks",
                "resource_id": "4150868000000002179", "resource_name": "Tasks", "channel_id": number.to_string() })
        };
        let events: Vec<Value> = ends.iter().map(event).collect();
        json!({ "code": "SUCCESS", "details": { "events": events }, "status": "success",
            "message": "Successfully subscribed for actions-watch of the given module" })
    }

    fn refusal(code: &str) -> Value {
        json!({ "code": code, "details": {}, "message": "Ada's channel", "status": "error" })
    }

    #[test]
    fn each_channel_has_its_outcome() {
        const WEEK: &str = "2026-11-29T14:30:00+05:30";
        const HOUR: &str = "2026-11-22T12:00:00+01:00";
        let wanted = |moment: &str| Ok(Watched { id: id(7), expires: Instant::parse(moment).expect("a moment") });
        let refused = |kind, code: &str| Err(Refused { kind, code: code.to_owned() });
        let cases = [
            (201, made(7, &[WEEK]), wanted(WEEK)),
            // An hour where a week was asked for is seen.
            (200, made(7, &[WEEK, HOUR]), wanted(HOUR)),
            (202, refusal("NOT_SUBSCRIBED"), refused(RefusedKind::NotSubscribed, "NOT_SUBSCRIBED")),
            (400, refusal("NOT_SUBSCRIBED"), refused(RefusedKind::NotSubscribed, "NOT_SUBSCRIBED")),
            (202, refusal("LIMIT_REACHED"), refused(RefusedKind::LimitReached, "LIMIT_REACHED")),
            (202, refusal("INVALID_DATA"), refused(RefusedKind::Other, "INVALID_DATA")),
        ];
        for (status, row, wanted) in cases {
            let found = parse_watched(&answer(status, &json!({ "watch": [row] })), &channels(&[7]));
            assert_eq!(found, Ok(vec![wanted]), "{row}");
        }
        let whole = parse_watched(&answer(400, &refusal("NOT_SUBSCRIBED")), &channels(&[7, 8]));
        let refused = || refused(RefusedKind::NotSubscribed, "NOT_SUBSCRIBED");
        assert_eq!(whole, Ok(vec![refused(), refused()]));
    }

    #[test]
    fn an_answer_of_which_nobody_knows_whose_it_is_is_none() {
        const END: &str = "2026-11-29T14:30:00+05:30";
        let cases = [
            (201, json!({ "watch": [] }), ErrorKind::Unreadable),
            (201, json!({ "watch": [made(7, &[END]), made(8, &[END])] }), ErrorKind::Unreadable),
            (201, json!({ "watch": [made(8, &[END])] }), ErrorKind::Unreadable),
            (201, json!({ "watch": [made(7, &[])] }), ErrorKind::Unreadable),
            (201, json!({ "watch": [made(7, &["soon"])] }), ErrorKind::Unreadable),
            (201, json!({ "watch": [{ "code": "SUCCESS" }] }), ErrorKind::Unreadable),
            (201, json!({ "watch": [7] }), ErrorKind::Unreadable),
            (201, json!({}), ErrorKind::Unreadable),
            (400, refusal("MANDATORY_NOT_FOUND"), ErrorKind::Refused),
            (401, refusal("OAUTH_SCOPE_MISMATCH"), ErrorKind::Denied),
        ];
        for (status, body, wanted) in cases {
            let found = parse_watched(&answer(status, &body), &channels(&[7])).map_err(|error| error.kind);
            assert_eq!(found, Err(wanted), "{status} {body}");
        }
    }

    #[test]
    fn a_channel_that_is_gone_has_ended() {
        let ended = json!({ "code": "SUCCESS", "details": { "channel_id": "7" }, "status": "success", "message": "x" });
        let other = Refused { kind: RefusedKind::Other, code: "INVALID_DATA".to_owned() };
        let cases = [
            (200, json!({ "watch": [ended, refusal("NOT_SUBSCRIBED")] }), Ok(vec![Ok(()), Ok(())])),
            (202, json!({ "watch": [ended, refusal("INVALID_DATA")] }), Ok(vec![Ok(()), Err(other)])),
            (400, refusal("NOT_SUBSCRIBED"), Ok(vec![Ok(()), Ok(())])),
            (400, refusal("INVALID_DATA"), Err(ErrorKind::Refused)),
            (200, json!({ "watch": [ended] }), Err(ErrorKind::Unreadable)),
        ];
        for (status, body, wanted) in cases {
            let found = parse_disabled(&answer(status, &body), 2).map_err(|error| error.kind);
            assert_eq!(found, wanted, "{status} {body}");
        }
    }

    #[test]
    fn channels_are_listed_by_their_modules() {
        let row = |module: &str| {
            json!({ "channel_id": "7", "resource_name": module, "events": [format!("{module}.all")], "token": "t",
                "channel_expiry": "2026-11-29T09:00:00+00:00", "notify_url": "https://f.example" })
        };
        let body = json!({ "watch": [row("Tasks"), row("Deals")], "info": { "more_records": true } });
        let page = parse_list(&answer(200, &body)).expect("a page");
        let modules: Vec<Option<Module>> = page.rows.iter().map(|row| row.module).collect();
        assert_eq!((modules, page.more), (vec![Some(Module::Tasks), None], true));
        let expires = Instant::parse("2026-11-29T09:00:00Z").ok();
        assert!(page.rows.iter().all(|row| row.id == id(7) && row.expires == expires));
        let none = ListedPage { rows: vec![], more: false };
        assert_eq!(parse_list(&Response::new(204)), Ok(none));
        for body in [json!({ "watch": [row("Tasks")] }), json!({ "watch": [{}], "info": { "more_records": false } })] {
            let found = parse_list(&answer(200, &body)).map_err(|error| error.kind);
            assert_eq!(found, Err(ErrorKind::Unreadable), "{body}");
        }
    }
}
