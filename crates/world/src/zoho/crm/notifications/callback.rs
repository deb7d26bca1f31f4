//! What is sent when records changed.

use super::channel::Channel;
use crate::address::path_and_query;
use crate::zoho::Zoho;
use crate::zoho::id::Id;
use crate::zoho::org::Org;
use crate::zoho::store::Happened;
use crate::{Context, Service};
use jiff::{SignedDuration, Timestamp};
use mxs_http::url::parse_form;
use mxs_http::{Method, Request, Response};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The most records of one call: as many as one call can write. No page gives a number.
const IDS_MAX: usize = 100;

impl Zoho {
    /// Tells of everything that happened since the last time, by whomever: whoever changes a record through the API is told
    /// of it too. What two changes of one moment did to a record is told once.
    pub(crate) fn tell(&mut self, context: &mut Context<'_>) {
        for org in &mut self.orgs {
            let stores = org.stores.iter_mut();
            let happened: Vec<(&'static str, Vec<(Id, Happened)>)> =
                stores.map(|(module, store)| (*module, store.take_happened())).collect();
            org.channels.forget(context.now);
            for (module, changes) in happened.into_iter().filter(|_| !org.channels.is_empty()) {
                let mut told: BTreeMap<Happened, BTreeSet<Id>> = BTreeMap::new();
                for (id, happened) in changes {
                    told.entry(happened).or_default().insert(id);
                }
                for (happened, ids) in told {
                    let ids: Vec<Id> = ids.into_iter().collect();
                    tell(org, context, module, happened, &ids);
                }
            }
        }
    }

    /// What became of a call. That it is made again where nobody took it no page says, so it is not.
    pub(crate) fn delivered(&mut self, answer: Option<&Response>, context: &mut Context<'_>) {
        let taken = answer.is_some_and(Response::is_success);
        context.counters.add(if taken { "zoho callbacks taken" } else { "zoho callbacks lost" }, 1);
    }
}

fn tell(org: &Org, context: &mut Context<'_>, module: &str, happened: Happened, ids: &[Id]) {
    let due = context.now + SignedDuration::from_millis(org.options.callback_delay_ms);
    for channel in org.channels.telling(module, happened) {
        for ids in ids.chunks(IDS_MAX) {
            let request = request(org, channel, module, happened, ids, context.now);
            for _ in 0..org.options.callback_times {
                if context.deliveries.post(Service::Zoho, request.clone(), due).is_none() {
                    context.counters.add("zoho callbacks lost", 1);
                }
            }
        }
    }
}

fn request(org: &Org, channel: &Channel, module: &str, happened: Happened, ids: &[Id], now: Timestamp) -> Request {
    let (_, query) = path_and_query(&channel.notify_url);
    let parameters: Map<String, Value> =
        parse_form(query).into_iter().map(|(name, value)| (name, Value::String(value))).collect();
    let operation = match happened {
        Happened::Inserted => "insert",
        Happened::Updated => "update",
        Happened::Deleted => "delete",
    };
    let body = json!({
        "server_time": now.as_millisecond(),
        "query_params": parameters,
        "module": module,
        "resource_uri": format!("{}/crm/v8/{module}", org.data_centre.api_domain),
        "ids": ids.iter().map(|id| id.json()).collect::<Vec<_>>(),
        "operation": operation,
        "channel_id": channel.id.to_string(),
        "token": channel.token,
    });
    Request::new(Method::Post, channel.notify_url.clone()).body("application/json;charset=UTF-8", body.to_string())
}
