//! Channels, and the calls that make and end them.

use crate::Module;
use mxs_core::Instant;
use mxs_http::{Method, Request, url};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use std::fmt;

/// How long a channel may live, in seconds: a week, less an hour for clocks that differ. For a longer time, and for
/// none, the CRM silently takes one hour.
pub const LIFETIME_MAX: i64 = 7 * 24 * 3_600 - 3_600;

/// The longest address that is called, in bytes.
pub const URL_MAX: usize = 255;

/// The longest token, in characters.
pub const TOKEN_MAX: usize = 50;

/// The most channels of one call. The CRM names no number; so few never met its limit.
pub const CHANNELS_MAX: usize = 10;

/// The most rows on a page of a list.
pub const PAGE_SIZE: usize = 200;

/// The number of a channel, which whoever makes it chooses. At most nineteen digits, as the CRM keeps it in 64 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChannelId(u64);

impl ChannelId {
    /// A number from 1 to 2⁶³ - 1.
    pub const fn new(number: u64) -> Option<Self> {
        if number == 0 || number > i64::MAX as u64 { None } else { Some(Self(number)) }
    }

    /// The number.
    pub const fn number(self) -> u64 {
        self.0
    }

    /// Reads a number, or the text of one.
    pub(super) fn read(value: &Value) -> Option<Self> {
        let is_number = |text: &&str| text.bytes().all(|byte| byte.is_ascii_digit());
        let number = value.as_u64().or_else(|| value.as_str().filter(is_number)?.parse().ok());
        number.and_then(Self::new)
    }
}

impl fmt::Display for ChannelId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A channel to make or renew.
#[derive(Clone, Debug)]
pub struct Channel {
    id: ChannelId,
    modules: Vec<Module>,
    notify_url: String,
    token: SecretString,
    expires: Instant,
}

/// Why a channel can't be made. The CRM would refuse it too, or take it for something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChannelError {
    /// It tells of no module.
    #[error("a channel is for at least one module")]
    NoModule,
    /// The address isn't https, or longer than [`URL_MAX`].
    #[error("the address to call starts with https:// and has {URL_MAX} characters at most")]
    Url,
    /// The token is empty or longer than [`TOKEN_MAX`].
    #[error("the token has 1 to {TOKEN_MAX} characters")]
    Token,
}

impl Channel {
    /// A channel that tells of all changes in these modules, by calls to `notify_url` which hold `token`, and lives for
    /// [`LIFETIME_MAX`] from `now`.
    pub fn new(
        id: ChannelId,
        modules: &[Module],
        notify_url: &str,
        token: SecretString,
        now: Instant,
    ) -> Result<Self, ChannelError> {
        if modules.is_empty() {
            return Err(ChannelError::NoModule);
        }
        if !notify_url.starts_with("https://") || notify_url.len() > URL_MAX {
            return Err(ChannelError::Url);
        }
        if !(1..=TOKEN_MAX).contains(&token.expose_secret().chars().count()) {
            return Err(ChannelError::Token);
        }
        let mut modules = modules.to_vec();
        modules.sort_unstable();
        modules.dedup();
        let expires = Instant::from_seconds(now.seconds() + LIFETIME_MAX);
        Ok(Self { id, modules, notify_url: notify_url.to_owned(), token, expires })
    }

    /// Its number.
    pub const fn id(&self) -> ChannelId {
        self.id
    }

    /// When it is to end. What the CRM made of it stands in the answer.
    pub const fn expires(&self) -> Instant {
        self.expires
    }

    fn body(&self) -> Value {
        let events: Vec<String> = self.modules.iter().map(|module| format!("{}.all", module.api_name())).collect();
        json!({
            "channel_id": self.id.to_string(),
            "events": events,
            "notify_url": self.notify_url,
            "token": self.token.expose_secret(),
            "channel_expiry": self.expires.to_string(),
            // What changed is read by whoever is told; contents in a call would be one copy more.
            "return_affected_field_values": false,
            "notify_on_related_action": false,
        })
    }
}

/// Makes channels, [`CHANNELS_MAX`] at most.
///
/// <https://www.zoho.com/crm/developer/docs/api/v8/notifications/enable.html>
pub fn watch(channels: &[Channel]) -> Request {
    call(Method::Post, channels)
}

/// Gives channels that are there another end, and all else that they have anew. One that has ended must be
/// [made](watch) again: [`RefusedKind::NotSubscribed`](super::RefusedKind::NotSubscribed).
///
/// <https://www.zoho.com/crm/developer/docs/api/v8/notifications/update-details.html>
pub fn renew(channels: &[Channel]) -> Request {
    call(Method::Put, channels)
}

/// Ends channels, [`CHANNELS_MAX`] at most.
///
/// <https://www.zoho.com/crm/developer/docs/api/v8/notifications/disable.html>
pub fn disable(channels: &[ChannelId]) -> Request {
    debug_assert!(channels.len() <= CHANNELS_MAX, "more than one call may end");
    let ids: Vec<String> = channels.iter().map(ChannelId::to_string).collect();
    let query = url::form([("channel_ids", ids.join(",").as_str())]);
    Request::new(Method::Delete, format!("{PATH}?{query}"))
}

/// Asks for a page of the channels that there are. Pages are counted from 1.
///
/// <https://www.zoho.com/crm/developer/docs/api/v8/notifications/get-details.html>
pub fn list(page: u32) -> Request {
    let (page, size) = (page.to_string(), PAGE_SIZE.to_string());
    Request::new(Method::Get, format!("{PATH}?{}", url::form([("page", page.as_str()), ("per_page", &size)])))
}

const PATH: &str = "/crm/v8/actions/watch";

fn call(method: Method, channels: &[Channel]) -> Request {
    debug_assert!(channels.len() <= CHANNELS_MAX, "more than one call may make");
    let watch: Vec<Value> = channels.iter().map(Channel::body).collect();
    Request::new(method, PATH).body("application/json", json!({ "watch": watch }).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: &str = "2026-11-22T10:00:00Z";

    fn channel(modules: &[Module], url: &str, token: &str) -> Result<Channel, ChannelError> {
        let id = ChannelId::new(1_000_000_068_001).expect("a number");
        Channel::new(id, modules, url, SecretString::from(token), Instant::parse(NOW).expect("a moment"))
    }

    #[test]
    fn a_channel_is_made_and_renewed_by_the_same_words() {
        let channel = channel(&[Module::Events, Module::Contacts, Module::Events], "https://f.example/z", "t-1");
        let channels = [channel.expect("a channel")];
        for (request, method) in [(watch(&channels), Method::Post), (renew(&channels), Method::Put)] {
            assert_eq!((request.method, request.url.as_str()), (method, "/crm/v8/actions/watch"));
            let body: Value = serde_json::from_slice(&request.body).expect("JSON");
            let wanted = json!({ "watch": [{
                "channel_id": "1000000068001",
                "events": ["Contacts.all", "Events.all"],
                "notify_url": "https://f.example/z",
                "token": "t-1",
                "channel_expiry": "2026-11-29T09:00:00+00:00",
                "return_affected_field_values": false,
                "notify_on_related_action": false,
            }] });
            assert_eq!(body, wanted);
        }
    }

    #[test]
    fn channels_are_ended_and_listed() {
        let ids = [1, 22].map(|number| ChannelId::new(number).expect("a number"));
        let cases = [
            (disable(&ids), Method::Delete, "/crm/v8/actions/watch?channel_ids=1%2C22"),
            (list(2), Method::Get, "/crm/v8/actions/watch?page=2&per_page=200"),
        ];
        for (request, method, url) in cases {
            assert_eq!((request.method, request.url.as_str()), (method, url));
        }
    }

    #[test]
    fn what_the_crm_would_refuse_is_no_channel() {
        let (longest, longer) = ("t".repeat(TOKEN_MAX), "t".repeat(TOKEN_MAX + 1));
        let url = |length: usize| format!("https://f.example/{}", "z".repeat(length - 18));
        let cases = [
            (vec![Module::Tasks], url(URL_MAX), longest.as_str(), None),
            (vec![], url(30), "t", Some(ChannelError::NoModule)),
            (vec![Module::Tasks], url(URL_MAX + 1), "t", Some(ChannelError::Url)),
            (vec![Module::Tasks], "http://f.example/z".to_owned(), "t", Some(ChannelError::Url)),
            (vec![Module::Tasks], url(30), "", Some(ChannelError::Token)),
            (vec![Module::Tasks], url(30), &longer, Some(ChannelError::Token)),
        ];
        for (modules, url, token, wanted) in cases {
            let found = channel(&modules, &url, token);
            assert_eq!(found.as_ref().err(), wanted.as_ref(), "{url}");
            assert!(!format!("{found:?}").contains("ttt"), "a token is shown");
        }
    }

    #[test]
    fn numbers_of_channels_are_read() {
        let cases = [
            (json!("1000000068001"), Some(1_000_000_068_001)),
            (json!(1_000_000_068_001_u64), Some(1_000_000_068_001)),
            (json!("9223372036854775807"), Some(i64::MAX as u64)),
            (json!("9223372036854775808"), None),
            (json!("0"), None),
            (json!(""), None),
            (json!("+1"), None),
            (json!(-1), None),
            (json!(1.5), None),
            (json!(null), None),
        ];
        for (value, wanted) in cases {
            assert_eq!(ChannelId::read(&value).map(ChannelId::number), wanted, "{value}");
        }
    }
}
