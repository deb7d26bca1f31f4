//! Looking for what changed, and for what became of the subscriptions.

use super::held::{Changed, changed};
use super::{Standing, Subscription, Subscriptions};
use crate::Context;
use crate::microsoft::Microsoft;
use jiff::SignedDuration;
use serde_json::Value;
use std::collections::BTreeMap;

/// How long before its end a subscription's owner is asked to prove that it still may be. The service asks more than
/// once, and says that the times may change.
const ASKED_BEFORE: SignedDuration = SignedDuration::from_hours(3);

impl Microsoft {
    /// Tells everybody who subscribed what changed since this was last called.
    pub(crate) fn tell(&mut self, context: &mut Context<'_>) {
        self.note_events(context);
        if self.subscriptions.all.is_empty() {
            // Whoever subscribes next is told what changes from then on.
            self.subscriptions.seen.clear();
            return;
        }
        self.end_subscriptions(context);
        let watched: Vec<_> = self.subscriptions.seen.keys().cloned().collect();
        for (user, family) in watched {
            let after = self.held(&user, family);
            let place = (user, family);
            let wanted = |one: &Subscription| (&one.user, one.family) == (&place.0, place.1);
            if !self.subscriptions.iter().any(wanted) {
                self.subscriptions.seen.remove(&place);
                continue;
            }
            let before = self.subscriptions.seen.insert(place.clone(), after.clone()).unwrap_or_default();
            let changed = changed(&before, &after);
            if !changed.is_empty() {
                let owners: Vec<Subscription> = self.subscriptions.iter().filter(|one| wanted(one)).cloned().collect();
                self.subscriptions.tell_changes(&owners, &changed, context);
            }
        }
    }

    /// Ends what is over. Its owner is told where it didn't end by itself.
    fn end_subscriptions(&mut self, context: &mut Context<'_>) {
        let Self { subscriptions, directory, .. } = self;
        subscriptions.all.retain(|_, one| one.expires > context.now);
        let signed_out = std::mem::take(&mut subscriptions.signed_out);
        let is_void = |one: &&Subscription| {
            let is_open = directory.users.get(&one.user).is_some_and(|user| user.has_mailbox);
            let may_act = |id: &String| directory.users.get(id).is_some_and(|user| user.enabled);
            !is_open || one.creator.as_ref().is_some_and(|user| !may_act(user) || signed_out.contains(user))
        };
        let void: Vec<String> = subscriptions.iter().filter(is_void).map(|one| one.id.clone()).collect();
        for id in void {
            subscriptions.withdraw(&id, context);
        }
        let is_due = |one: &&Subscription| one.standing == Standing::Good && one.expires - ASKED_BEFORE <= context.now;
        let due: Vec<String> = subscriptions.iter().filter(is_due).map(|one| one.id.clone()).collect();
        for id in due {
            subscriptions.challenge(&id, Standing::Asked, context);
        }
    }
}

impl Subscriptions {
    /// Asks an owner to prove that a subscription still may be.
    pub(in crate::microsoft) fn challenge(&mut self, id: &str, standing: Standing, context: &mut Context<'_>) {
        self.post_lifecycle(id, "reauthorizationRequired", context);
        if let Some(one) = self.all.get_mut(id) {
            one.standing = standing;
        }
    }

    /// Ends a subscription and tells its owner.
    pub(in crate::microsoft) fn withdraw(&mut self, id: &str, context: &mut Context<'_>) {
        self.post_lifecycle(id, "subscriptionRemoved", context);
        self.remove(id);
    }

    /// Tells the owners. Notices for one address go together, whichever subscriptions they are of.
    fn tell_changes(&mut self, owners: &[Subscription], changed: &[Changed], context: &mut Context<'_>) {
        let mut by_address: BTreeMap<&str, Vec<(String, Value)>> = BTreeMap::new();
        for one in owners.iter().filter(|one| one.standing != Standing::Paused) {
            for (id, before, after) in changed {
                for (change, id, held) in one.told(id, before.as_ref(), after.as_ref()) {
                    let notice = one.change_notice(context.ids.guid(), change, &id, &held);
                    by_address.entry(&one.notification_url).or_default().push((one.id.clone(), notice));
                }
            }
        }
        for (address, notices) in by_address {
            self.post_changes(address, &notices, context);
        }
    }
}
