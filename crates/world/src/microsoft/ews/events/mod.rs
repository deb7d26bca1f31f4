//! Subscriptions to what happens in a mailbox: asked for events (pull), or telling them by themselves (streaming).
//!
//! What changed is found by looking at the stores after each act, whichever door it came through: one act is told as one
//! event of an item, where a real server may tell several.
//!
//! See <https://learn.microsoft.com/en-us/exchange/client-developer/exchange-web-services/notification-subscriptions-mailbox-events-and-ews-in-exchange>.

mod log;
mod look;
mod rules;
mod stream;
mod subscription;
mod watermark;
mod write;

pub use rules::EventRules;
pub use stream::Streamed;
pub(super) use subscription::{Form, Subscription};
pub(super) use write::{lost, notification};

use super::refusal::Refusal;
use crate::Context;
use crate::microsoft::Microsoft;
use jiff::Timestamp;
use log::{Entry, Log};
use look::Seen;
use std::collections::BTreeMap;
use stream::Stream;

/// How many events one answer tells; the next ones are there at once.
const EVENTS_IN_AN_ANSWER: usize = 50;

/// What can happen to an item, by the service's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Happened {
    Created,
    Modified,
    Deleted,
    Moved,
    NewMail,
    FreeBusyChanged,
    /// Nothing in this world copies an item into a mailbox.
    Copied,
}

impl Happened {
    const ALL: [Self; 7] =
        [Self::Created, Self::Modified, Self::Deleted, Self::Moved, Self::NewMail, Self::FreeBusyChanged, Self::Copied];

    /// The name of its element.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Created => "CreatedEvent",
            Self::Modified => "ModifiedEvent",
            Self::Deleted => "DeletedEvent",
            Self::Moved => "MovedEvent",
            Self::NewMail => "NewMailEvent",
            Self::FreeBusyChanged => "FreeBusyChangedEvent",
            Self::Copied => "CopiedEvent",
        }
    }

    /// What is called so.
    pub(super) fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|happened| happened.word() == word)
    }
}

/// Every subscription, what happened in their mailboxes, and the answers that go on.
#[derive(Clone, Debug, Default)]
pub(super) struct Events {
    /// By id.
    subscriptions: BTreeMap<String, Subscription>,
    /// What mailboxes held when that was last looked at, by the user's object id.
    seen: BTreeMap<String, BTreeMap<String, Seen>>,
    /// What happened since somebody subscribed, by the user's object id.
    logs: BTreeMap<String, Log>,
    /// The answers that go on, by name.
    streams: BTreeMap<u64, Stream>,
    /// The last name of a stream.
    last: u64,
}

/// What a subscription has to tell at once.
pub(super) struct Told {
    /// Up to where was told before.
    pub(super) from: u64,
    /// What happened, in its order.
    pub(super) entries: Vec<Entry>,
    /// Whether there is more.
    pub(super) more: bool,
}

impl Events {
    /// Adds a subscription of a mailbox that holds this now; answers with its id, and where its first question begins.
    pub(super) fn subscribe(
        &mut self,
        id: String,
        subscription: Subscription,
        now_held: BTreeMap<String, Seen>,
    ) -> (String, u64) {
        let user = subscription.user.clone();
        self.seen.entry(user.clone()).or_insert(now_held);
        let last = self.logs.entry(user).or_default().last();
        let subscription = Subscription { told: subscription.told.max(last), ..subscription };
        self.subscriptions.insert(id.clone(), subscription);
        (id, last)
    }

    /// How many a user has.
    pub(super) fn count(&self, user: &str) -> usize {
        self.subscriptions.values().filter(|one| one.user == user).count()
    }

    /// Ends one of a user's.
    pub(super) fn unsubscribe(&mut self, id: &str, user: &str) -> Result<(), Refusal> {
        self.own(id, user)?;
        self.subscriptions.remove(id);
        Ok(())
    }

    /// The subscription of this id, if it is a user's.
    fn own(&mut self, id: &str, user: &str) -> Result<&mut Subscription, Refusal> {
        let found = self.subscriptions.get_mut(id).ok_or_else(not_found)?;
        if found.user == user { Ok(found) } else { Err(denied()) }
    }

    /// What a subscription that is asked has to tell behind a watermark.
    pub(super) fn pull(&mut self, id: &str, user: &str, watermark: &str, now: Timestamp) -> Result<Told, Refusal> {
        let subscription = self.own(id, user)?;
        let Form::Pull { minutes } = subscription.form else {
            let text = "The subscription isn't one that is asked for events.";
            return Err(Refusal::new("ErrorInvalidPullSubscriptionId", text));
        };
        if subscription.is_forgotten(now) {
            return Err(not_found());
        }
        if subscription.ends <= now {
            return Err(Refusal::new("ErrorExpiredSubscription", "The subscription has expired."));
        }
        let from = watermark::read(watermark, user).ok_or_else(|| {
            Refusal::new("ErrorInvalidWatermark", "The watermark used for creating this subscription was not found.")
        })?;
        subscription.live(minutes, now);
        let subscription = subscription.clone();
        if subscription.missed {
            self.subscriptions.remove(id);
            return Err(missed());
        }
        self.told(&subscription, from)
    }

    /// What happened behind a place that a subscription looks at.
    fn told(&self, subscription: &Subscription, from: u64) -> Result<Told, Refusal> {
        let log = self.logs.get(&subscription.user).ok_or_else(not_found)?;
        if !log.reaches(from) {
            return Err(Refusal::new("ErrorEventNotFound", "The event was not found."));
        }
        let mut entries = log.after(from).filter(|entry| subscription.wants(entry));
        let told: Vec<Entry> = entries.by_ref().take(EVENTS_IN_AN_ANSWER).cloned().collect();
        let more = entries.next().is_some();
        Ok(Told { from, entries: told, more })
    }

    /// Where the next question of a subscription begins that was told all there was.
    pub(super) fn end(&self, user: &str) -> u64 {
        self.logs.get(user).map(Log::last).unwrap_or_default()
    }
}

fn not_found() -> Refusal {
    Refusal::new("ErrorSubscriptionNotFound", "The specified subscription was not found.")
}

fn denied() -> Refusal {
    let text = "Access is denied. Only the subscription owner may access the subscription.";
    Refusal::new("ErrorSubscriptionAccessDenied", text)
}

fn missed() -> Refusal {
    let text = "Unable to retrieve events for this subscription. The subscription must be recreated.";
    Refusal::new("ErrorMissedNotificationEvents", text)
}

/// A watermark of a place in what happened in a user's mailbox.
pub(super) fn watermark_of(user: &str, place: u64) -> String {
    watermark::write(user, place)
}

/// Whether text is a watermark of a user's mailbox, and of which place.
pub(super) fn place_of(watermark: &str, user: &str) -> Option<u64> {
    watermark::read(watermark, user)
}

impl Microsoft {
    /// Notes for whoever subscribed what changed since this was last called.
    pub(in crate::microsoft) fn note_events(&mut self, context: &Context<'_>) {
        let events = &mut self.ews.events;
        events.streams.retain(|_, stream| !stream.is_over(context.now));
        events.subscriptions.retain(|_, one| !one.is_forgotten(context.now));
        let subscriptions = &events.subscriptions;
        events.seen.retain(|user, _| subscriptions.values().any(|one| one.user == *user));
        let seen = &events.seen;
        events.logs.retain(|user, _| seen.contains_key(user));
        let watched: Vec<String> = events.seen.keys().cloned().collect();
        for user in watched {
            let after = self.everything(&user);
            let before = self.ews.events.seen.insert(user.clone(), after.clone()).unwrap_or_default();
            let happened = look::compare(&before, &after);
            let log = self.ews.events.logs.entry(user).or_default();
            for one in happened {
                log.add(one, context.now);
            }
        }
    }

    /// Loses what happened in a mailbox: whoever subscribed is told that it can't be told any more
    /// (`ErrorMissedNotificationEvents`), and has to subscribe anew.
    pub fn lose_events(&mut self, user: &str) {
        if let Some(user) = self.directory.user(user) {
            for one in self.ews.events.subscriptions.values_mut().filter(|one| one.user == user.id) {
                one.missed = true;
            }
        }
    }

    /// Ends the subscriptions of a mailbox as a server does that was started anew: nobody knows them any more.
    pub fn forget_event_subscriptions(&mut self, user: &str) {
        if let Some(user) = self.directory.user(user) {
            self.ews.events.subscriptions.retain(|_, one| one.user != user.id);
        }
    }
}
