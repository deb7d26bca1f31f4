//! What a call says of a channel.

use super::Failure;
use super::channel::{Channel, WORDS};
use crate::zoho::id::Id;
use crate::zoho::schema;
use crate::zoho::store::Happened;
use crate::zoho::time;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The longest that a channel may live.
const LIFETIME_MAX: SignedDuration = SignedDuration::from_hours(7 * 24);

/// How long it lives where nothing is said, or more than may be: without a word.
const LIFETIME: SignedDuration = SignedDuration::from_hours(1);

/// The longest token: the documentation's number; another page has more.
const TOKEN_MAX: usize = 50;

/// The longest address.
const URL_MAX: usize = 255;

type Events = BTreeMap<&'static str, BTreeSet<Happened>>;

/// What a call says of a channel.
pub(super) struct Wanted {
    pub(super) id: u64,
    /// Whether the events are to be taken away.
    pub(super) takes_away: bool,
    place: String,
    events: Option<Events>,
    notify_url: Option<String>,
    token: Option<String>,
    expires: Option<Timestamp>,
    now: Timestamp,
}

/// Reads an item of a body.
pub(super) fn wanted(item: &Map<String, Value>, at: usize, now: Timestamp) -> Result<Wanted, Failure> {
    let place = format!("$.watch[{at}]");
    let path = |name: &str| format!("{place}.{name}");
    let get = |name: &str| item.get(name).filter(|value| !value.is_null());
    let text = |name: &str, max: usize| match get(name) {
        None => Ok(None),
        Some(Value::String(text)) if text.chars().count() <= max => Ok(Some(text.clone())),
        Some(Value::String(_)) => {
            let details = json!({ "maximum_length": max, "api_name": name, "json_path": path(name) });
            Err(Failure::new(400, "INVALID_DATA", "invalid data", details))
        }
        Some(_) => Err(Failure::type_of(name, &path(name), "string")),
    };
    let id = get("channel_id").ok_or_else(|| Failure::missing_key("channel_id", &path("channel_id")))?;
    let is_number = |text: &&str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = id.as_u64().or_else(|| id.as_str().filter(is_number)?.parse().ok());
    let id = number.filter(|number| i64::try_from(*number).is_ok_and(|number| number > 0));
    let notify_url = text("notify_url", URL_MAX)?;
    if notify_url.as_ref().is_some_and(|url| !url.starts_with("https://")) {
        return Err(Failure::value_of("notify_url", &path("notify_url")));
    }
    Ok(Wanted {
        id: id.ok_or_else(|| Failure::type_of("channel_id", &path("channel_id"), "long"))?,
        takes_away: get("_delete_events") == Some(&Value::Bool(true)),
        events: get("events").map(|value| events(value, &path("events"))).transpose()?,
        notify_url,
        token: text("token", TOKEN_MAX)?,
        expires: get("channel_expiry").map(|value| expiry(value, &path("channel_expiry"), now)).transpose()?,
        place,
        now,
    })
}

/// Reads events: `Contacts.create`, `Contacts.all`.
fn events(value: &Value, path: &str) -> Result<Events, Failure> {
    let names = value.as_array().ok_or_else(|| Failure::type_of("events", path, "jsonarray"))?;
    if names.is_empty() {
        return Err(Failure::value_of("events", path));
    }
    let mut events = Events::new();
    for (at, name) in names.iter().enumerate() {
        let wrong = || Failure::value_of("events", &format!("{path}[{at}]"));
        let (module, word) = name.as_str().and_then(|name| name.split_once('.')).ok_or_else(wrong)?;
        let module = schema::module(module).ok_or_else(wrong)?;
        let told = WORDS.iter().filter(|(known, _)| word == "all" || word == *known).map(|(_, happened)| *happened);
        let told: Vec<Happened> = told.collect();
        if told.is_empty() {
            return Err(wrong());
        }
        events.entry(module.api_name).or_default().extend(told);
    }
    Ok(events)
}

/// Reads when a channel is to end. That a moment that is past is refused is assumed.
fn expiry(value: &Value, path: &str, now: Timestamp) -> Result<Timestamp, Failure> {
    let wrong = || Failure::type_of("channel_expiry", path, "datetime");
    let moment = value.as_str().and_then(time::read).ok_or_else(wrong)?;
    if moment <= now {
        return Err(Failure::value_of("channel_expiry", path));
    }
    Ok(if moment <= now + LIFETIME_MAX { moment } else { now + LIFETIME })
}

impl Wanted {
    /// A channel of `user`, of which everything that it needs must be said.
    pub(super) fn whole(self, user: Id) -> Result<Channel, Failure> {
        let missing = |name: &str| Failure::missing_key(name, &format!("{}.{name}", self.place));
        Ok(Channel {
            user,
            id: self.id,
            events: self.events.ok_or_else(|| missing("events"))?,
            notify_url: self.notify_url.ok_or_else(|| missing("notify_url"))?,
            token: self.token,
            expires: self.expires.unwrap_or(self.now + LIFETIME),
        })
    }

    /// Changes a channel: what isn't said stays.
    pub(super) fn apply(self, channel: &mut Channel) -> Result<&Channel, Failure> {
        match self.events {
            Some(events) if self.takes_away => {
                for (module, away) in events {
                    if let Some(told) = channel.events.get_mut(module) {
                        told.retain(|happened| !away.contains(happened));
                    }
                }
                channel.events.retain(|_, told| !told.is_empty());
            }
            None if self.takes_away => return Err(Failure::missing_key("events", &format!("{}.events", self.place))),
            Some(events) => channel.events.extend(events),
            None => {}
        }
        if let Some(notify_url) = self.notify_url {
            channel.notify_url = notify_url;
        }
        if self.token.is_some() {
            channel.token = self.token;
        }
        channel.expires = self.expires.unwrap_or(channel.expires);
        Ok(channel)
    }
}
