//! The channels of an organisation.

use super::Failure;
use crate::zoho::id::Id;
use crate::zoho::org::Org;
use crate::zoho::schema::{self, Module};
use crate::zoho::store::Happened;
use crate::zoho::time;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The most channels of a user. Zoho has an error for too many, and no page gives the number.
const CHANNELS_OF_A_USER: usize = 50;

/// A channel.
#[derive(Clone, Debug)]
pub(crate) struct Channel {
    pub(super) user: Id,
    pub(super) id: u64,
    pub(super) notify_url: String,
    pub(super) token: Option<String>,
    pub(super) expires: Timestamp,
    /// What is told of which module.
    pub(super) events: BTreeMap<&'static str, BTreeSet<Happened>>,
}

/// The words for events, but for `all`.
pub(super) const WORDS: [(&str, Happened); 3] =
    [("create", Happened::Inserted), ("edit", Happened::Updated), ("delete", Happened::Deleted)];

impl Channel {
    /// The modules that it tells of.
    pub(super) fn modules(&self) -> impl Iterator<Item = &'static Module> {
        self.events.keys().filter_map(|name| schema::module(name))
    }

    /// How long it lives, for one module, as an answer says it.
    pub(super) fn shown(&self, org: &Org, module: &Module, zone: &TimeZone) -> Value {
        json!({
            "channel_expiry": time::write(self.expires, zone),
            "resource_uri": format!("{}/crm/v8/{}", org.data_centre.api_domain, module.api_name),
            "resource_id": org.module_id(module).json(),
            "resource_name": module.api_name,
            "channel_id": self.id.to_string(),
        })
    }

    /// All of it, for one module, as lists say it.
    pub(super) fn listed(&self, org: &Org, module: &Module, zone: &TimeZone) -> Value {
        let told = &self.events[module.api_name];
        let words = WORDS.iter().filter(|(_, happened)| told.contains(happened));
        let events: Vec<String> = words.map(|(word, _)| format!("{}.{word}", module.api_name)).collect();
        let mut row = self.shown(org, module, zone);
        row["events"] = json!(events);
        row["notify_url"] = json!(self.notify_url);
        row["token"] = json!(self.token);
        row["notify_on_related_action"] = json!(false);
        row["return_affected_field_values"] = json!(false);
        row
    }
}

/// The channels of an organisation's users, in the order of users and numbers.
#[derive(Default)]
pub(crate) struct Channels(BTreeMap<(Id, u64), Channel>);

impl Channels {
    /// Ends those whose time has come.
    pub(super) fn forget(&mut self, now: Timestamp) {
        self.0.retain(|_, channel| channel.expires > now);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn of(&self, user: Id) -> impl Iterator<Item = &Channel> {
        self.0.values().filter(move |channel| channel.user == user)
    }

    /// Those that tell of something like this.
    pub(super) fn telling(&self, module: &str, happened: Happened) -> impl Iterator<Item = &Channel> {
        self.0.values().filter(move |channel| channel.events.get(module).is_some_and(|told| told.contains(&happened)))
    }

    pub(super) fn get_mut(&mut self, user: Id, id: u64) -> Option<&mut Channel> {
        self.0.get_mut(&(user, id))
    }

    pub(super) fn remove(&mut self, user: Id, id: u64) -> Option<Channel> {
        self.0.remove(&(user, id))
    }

    /// Adds a channel, or puts it in the place of the one with its number.
    pub(super) fn put(&mut self, channel: Channel) -> Result<(), Failure> {
        let key = (channel.user, channel.id);
        if !self.0.contains_key(&key) && self.of(channel.user).count() >= CHANNELS_OF_A_USER {
            let message = "The maximum limit for subscription has been reached";
            return Err(Failure::new(400, "LIMIT_REACHED", message, json!({ "limit": CHANNELS_OF_A_USER })));
        }
        self.0.insert(key, channel);
        Ok(())
    }
}
