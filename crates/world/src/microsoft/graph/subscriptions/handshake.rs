//! Creating a subscription: it waits until whoever is at its addresses has answered.
//!
//! See <https://learn.microsoft.com/en-us/graph/change-notifications-delivery-webhooks#notificationurl-validation>.

use super::creation::{self, Creation};
use super::{in_context, invalid};
use crate::microsoft::Microsoft;
use crate::microsoft::graph::address::{self, Place, Thing};
use crate::microsoft::graph::answer::{Answer, Trace};
use crate::microsoft::graph::ask::{Ask, Input};
use crate::microsoft::graph::calendar::CalendarPlace;
use crate::microsoft::graph::mail::MailPlace;
use crate::microsoft::graph::todo::TodoPlace;
use crate::microsoft::graph::{GraphCall, respond};
use crate::microsoft::refusal::Refusal;
use crate::microsoft::subscriptions::{Family, IN_A_MAILBOX_MAX, Standing, Subscription};
use crate::microsoft::target::Target;
use crate::{Context, Service};
use jiff::SignedDuration;
use mxs_http::{Headers, Method, Request, Response, url};
use std::collections::BTreeMap;

/// How long Graph waits for the answer of an address.
const PATIENCE: SignedDuration = SignedDuration::from_secs(10);

/// A subscription whose addresses were asked.
#[derive(Debug)]
struct Asked {
    subscription: Subscription,
    trace: Trace,
    /// The tokens that have to come back, by the delivery's name.
    tokens: BTreeMap<u64, String>,
}

/// The subscriptions that wait, by the name of the request that does.
#[derive(Debug, Default)]
pub(in crate::microsoft) struct Handshakes(BTreeMap<u64, Asked>);

impl GraphCall<'_, '_> {
    /// Creates a subscription as soon as its addresses have answered; until then the request waits.
    pub(in crate::microsoft::graph) fn create_subscription(
        &mut self,
        ask: &Ask,
        at_once: usize,
    ) -> Result<Answer, Refusal> {
        let creation = creation::read(&ask.json()?, self.context.now, self.microsoft.rules.local_notifications)?;
        let (user, family, folder) = self.looked_at(&creation.resource, at_once)?;
        let active =
            self.microsoft.subscriptions.iter().filter(|one| one.user == user && one.expires > self.context.now);
        if active.count() >= IN_A_MAILBOX_MAX {
            let message = "The mailbox has reached its limit of active subscriptions.";
            return Err(Refusal::new(403, "ExtensionError", message));
        }
        let Creation { resource, changes, notification_url, lifecycle_url, client_state, expires } = creation;
        let subscription = Subscription {
            id: self.context.ids.guid(),
            app: self.caller.app.clone(),
            tenant: self.caller.tenant.clone(),
            creator: self.caller.user.clone(),
            user,
            family,
            folder,
            resource,
            changes,
            notification_url,
            lifecycle_url,
            client_state,
            immutable: ask.prefer.immutable,
            expires,
            standing: Standing::Good,
        };
        let mut tokens = BTreeMap::new();
        let lifecycle = subscription.lifecycle_url.iter().filter(|url| **url != subscription.notification_url);
        for address in [&subscription.notification_url].into_iter().chain(lifecycle) {
            let token = format!(
                "Validation: Testing client application reachability for subscription Request-Id: {}",
                self.context.ids.guid()
            );
            let request = question(address, &token);
            let delivery = self.context.deliveries.post(Service::Microsoft, request, self.context.now);
            let delivery = delivery.ok_or_else(|| Refusal::new(503, "ServiceUnavailable", "Try again later."))?;
            tokens.insert(delivery, token);
        }
        let parked = self.context.deliveries.park();
        let asked = Asked { subscription, trace: self.trace.clone(), tokens };
        self.microsoft.handshakes.0.insert(parked, asked);
        Ok(Answer::empty(202))
    }

    /// Whose mailbox a resource is in, what it is of, and in which folder. The caller has to be able to read it.
    fn looked_at(&mut self, resource: &str, at_once: usize) -> Result<(String, Family, Option<String>), Refusal> {
        let unsupported = || invalid(format!("Resource '{resource}' is not supported for subscriptions."));
        let target = Target::parse(&format!("/{}", resource.trim_start_matches('/')));
        if resource.contains("://") || !target.query.is_empty() {
            return Err(unsupported());
        }
        let place = address::place(&target.segments)?;
        let (owner, family, folder) = match &place {
            Place::Of(owner, Thing::Contacts { folder }) => (owner, Family::Contacts, folder.as_deref()),
            Place::Of(owner, Thing::Mail(MailPlace::Messages { folder })) => {
                (owner, Family::Messages, folder.as_deref())
            }
            Place::Of(owner, Thing::Calendar(CalendarPlace::Events { calendar: None })) => {
                (owner, Family::Events, None)
            }
            Place::Of(owner, Thing::Todo(TodoPlace::Tasks(list))) => (owner, Family::Tasks, Some(list.as_str())),
            _ => return Err(unsupported()),
        };
        // What can't be listed can't be subscribed to.
        self.single(&place, &Ask::new(Method::Get, target.clone(), Headers::default(), Input::Nothing), at_once)?;
        let user = self.owner(owner)?.ok_or_else(unsupported)?.id;
        let folder = match (family, folder) {
            (Family::Contacts, Some(id)) => {
                let mailbox = self.microsoft.mailboxes.get(&user).ok_or_else(Refusal::not_found)?;
                Some(mailbox.folder(id)?.id.clone())
            }
            (Family::Messages, Some(id)) => {
                let mail = self.microsoft.mails.get(&user).ok_or_else(Refusal::not_found)?;
                Some(mail.folder(id)?.id.clone())
            }
            (Family::Tasks, Some(id)) => {
                let todo = self.microsoft.todos.get(&user).ok_or_else(Refusal::not_found)?;
                Some(todo.list(id)?.id.clone())
            }
            _ => None,
        };
        Ok((user, family, folder))
    }
}

/// Asks whether somebody is at an address.
fn question(address: &str, token: &str) -> Request {
    let separator = if address.contains('?') { '&' } else { '?' };
    let url = format!("{address}{separator}{}", url::form([("validationToken", token)]));
    Request::new(Method::Post, url).header("Content-Type", "text/plain; charset=utf-8")
}

/// Takes the answer of an address. Answers `false` where no subscription waits for it.
pub(in crate::microsoft) fn validated(
    microsoft: &mut Microsoft,
    delivery: u64,
    answer: Option<&Response>,
    took: SignedDuration,
    context: &mut Context<'_>,
) -> bool {
    let waiting = &mut microsoft.handshakes.0;
    let found = waiting.iter_mut().find_map(|(parked, asked)| Some((*parked, asked.tokens.remove(&delivery)?)));
    let Some((parked, token)) = found else { return false };
    let verdict = judge(&token, answer.filter(|_| took <= PATIENCE));
    let is_last = waiting.get(&parked).is_some_and(|asked| asked.tokens.is_empty());
    if verdict.is_ok() && !is_last {
        return true;
    }
    if let Some(Asked { subscription, trace, .. }) = waiting.remove(&parked) {
        let answer = verdict.map(|()| {
            let written = in_context(&microsoft.base_url, subscription.write());
            let held = microsoft.held(&subscription.user, subscription.family);
            microsoft.subscriptions.add(subscription, held);
            Answer::json(201, written)
        });
        context.deliveries.answer(parked, respond(answer, &trace));
    }
    true
}

/// Whether an address answered as it has to. The codes are known by report:
/// <https://github.com/splunk/azure-functions-splunk/issues/26>,
/// <https://github.com/microsoftgraph/nodejs-webhooks-sample/issues/350>.
fn judge(token: &str, answer: Option<&Response>) -> Result<(), Refusal> {
    let refused = |message: &str| Err(Refusal::new(400, "ValidationError", message));
    let Some(answer) = answer else { return refused("Subscription validation request timed out.") };
    let is_plain =
        answer.headers.get("Content-Type").is_some_and(|kind| kind.to_ascii_lowercase().starts_with("text/plain"));
    match answer.status {
        200 if is_plain && answer.body == token.as_bytes() => Ok(()),
        200 => refused(
            "Subscription validation request failed. Response must exactly match validationToken query parameter.",
        ),
        _ => refused(
            "Subscription validation request failed. Notification endpoint must respond with 200 OK to validation request.",
        ),
    }
}
