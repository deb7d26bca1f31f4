//! Subscriptions through Graph.
//!
//! See <https://learn.microsoft.com/en-us/graph/api/resources/subscription>.

mod creation;
mod handshake;
mod place;

pub(in crate::microsoft) use handshake::{Handshakes, validated};
pub(super) use place::SubscriptionPlace;

use super::answer::Answer;
use super::ask::Ask;
use super::{GraphCall, caller, not_allowed};
use crate::microsoft::refusal::Refusal;
use crate::microsoft::subscriptions::{Standing, Subscription};
use mxs_http::Method;
use serde_json::{Value, json};

/// A property of a request isn't as it has to be.
fn invalid(message: impl Into<String>) -> Refusal {
    Refusal::new(400, "InvalidRequest", message)
}

/// As reported: <https://github.com/microsoftgraph/msgraph-sdk-php/issues/221>.
fn no_such() -> Refusal {
    Refusal::new(404, "ResourceNotFound", "The object was not found.")
}

/// A subscription as it is answered alone.
fn in_context(base_url: &str, mut written: Value) -> Value {
    written["@odata.context"] = json!(format!("{base_url}/v1.0/$metadata#subscriptions/$entity"));
    written
}

impl GraphCall<'_, '_> {
    /// Everything but creating one.
    pub(super) fn in_subscriptions(
        &mut self,
        place: &SubscriptionPlace,
        ask: &Ask,
        at_once: usize,
    ) -> Result<Answer, Refusal> {
        match (ask.method, place) {
            (Method::Get, SubscriptionPlace::All) => self.list_subscriptions(ask),
            // Graph may take it; that it waits for somebody makes it of no use in a batch, and this stand-in has no way
            // to let a part wait.
            (Method::Post, SubscriptionPlace::All) => {
                Err(Refusal::new(501, "NotImplemented", "Subscriptions can't be created in a batch."))
            }
            (Method::Get, SubscriptionPlace::One(id)) => {
                let written = self.subscription(id, at_once)?.write();
                Ok(Answer::json(200, in_context(&self.microsoft.base_url, written)))
            }
            (Method::Patch, SubscriptionPlace::One(id)) => self.renew_subscription(id, ask, at_once),
            (Method::Delete, SubscriptionPlace::One(id)) => {
                let id = self.subscription(id, at_once)?.id.clone();
                self.microsoft.subscriptions.remove(&id);
                Ok(Answer::empty(204))
            }
            (Method::Post, SubscriptionPlace::Reauthorize(id)) => {
                self.allowed_subscription(id, at_once)?.standing = Standing::Good;
                Ok(Answer::empty(204))
            }
            _ => Err(not_allowed()),
        }
    }

    fn list_subscriptions(&mut self, ask: &Ask) -> Result<Answer, Refusal> {
        if let Some((name, _)) = ask.target.query.first() {
            return Err(Refusal::query(format!("The query option '{name}' is not supported.")));
        }
        self.microsoft.tell(self.context);
        let own: Vec<Value> =
            self.microsoft.subscriptions.iter().filter(|one| self.owns(one)).map(Subscription::write).collect();
        let context = format!("{}/v1.0/$metadata#subscriptions", self.microsoft.base_url);
        Ok(Answer::json(200, json!({ "@odata.context": context, "value": own })))
    }

    fn owns(&self, one: &Subscription) -> bool {
        let caller = &self.caller;
        (&one.app, &one.tenant, &one.creator) == (&caller.app, &caller.tenant, &caller.user)
    }

    /// A subscription of the caller's that lives. Each such request counts against the limits of its mailbox.
    fn subscription(&mut self, id: &str, at_once: usize) -> Result<&mut Subscription, Refusal> {
        self.microsoft.tell(self.context);
        let found = self.microsoft.subscriptions.iter().find(|one| one.id.eq_ignore_ascii_case(id) && self.owns(one));
        let (id, user) = found.map(|one| (one.id.clone(), one.user.clone())).ok_or_else(no_such)?;
        self.microsoft.throttle.admit(&self.caller.app, &user, self.context.now, at_once)?;
        self.microsoft.subscriptions.get_mut(&id).ok_or_else(no_such)
    }

    /// The same, if the caller may still read what it tells of.
    fn allowed_subscription(&mut self, id: &str, at_once: usize) -> Result<&mut Subscription, Refusal> {
        let caller = self.caller.clone();
        let one = self.subscription(id, at_once)?;
        let right = one.family.right();
        if caller.may(right) { Ok(one) } else { Err(caller::denied(&caller, right, true)) }
    }

    fn renew_subscription(&mut self, id: &str, ask: &Ask, at_once: usize) -> Result<Answer, Refusal> {
        let now = self.context.now;
        let expires = creation::renewal(&ask.json()?, now)?;
        let one = self.allowed_subscription(id, at_once)?;
        (one.expires, one.standing) = (expires, Standing::Good);
        let written = one.write();
        Ok(Answer::json(200, in_context(&self.microsoft.base_url, written)))
    }
}
