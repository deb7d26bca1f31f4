//! Answers that go on: one envelope after the other, for minutes.
//!
//! The world sends nothing. Whoever asked has the first envelope as the answer, and the name under which the rest is
//! asked for ([`World::streamed`]), as often as one likes: after each act, and now and then.

use super::super::envelope;
use super::super::names::m;
use super::super::refusal::Refusal;
use super::super::server::Server;
use super::{Events, Form, missed, not_found, write};
use crate::microsoft::Microsoft;
use crate::{Context, World};
use jiff::{SignedDuration, Timestamp};
use mxs_xml::Element;

/// How long an answer is silent before it says that it goes on. By report.
const SILENT_MAX: SignedDuration = SignedDuration::from_secs(45);

/// How long the end of an answer is kept for whoever listens.
const LINGERS: SignedDuration = SignedDuration::from_mins(1);

/// What an answer that goes on has to say now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Streamed {
    /// The envelopes to be sent, one behind the other; often none.
    pub envelopes: String,
    /// Whether the answer ends behind them.
    pub is_over: bool,
}

/// An answer that goes on.
#[derive(Clone, Debug)]
pub(super) struct Stream {
    user: String,
    subscriptions: Vec<String>,
    until: Timestamp,
    spoke: Timestamp,
    /// Why it ends before its time.
    ended: Option<Refusal>,
    over: bool,
}

impl Stream {
    /// Whether it is over: it said so, or nobody asked for its end.
    pub(super) fn is_over(&self, now: Timestamp) -> bool {
        self.over || self.until + LINGERS < now
    }
}

impl Events {
    /// How many answers to a user go on.
    pub(in crate::microsoft::ews) fn streams_of(&self, user: &str, now: Timestamp) -> usize {
        self.streams.values().filter(|stream| stream.user == user && !stream.is_over(now)).count()
    }

    /// Lets an answer go on for so many minutes; answers with its name. An earlier one to the same subscriptions ends.
    pub(in crate::microsoft::ews) fn open(
        &mut self,
        user: &str,
        subscriptions: Vec<String>,
        minutes: i64,
        now: Timestamp,
    ) -> u64 {
        for earlier in self.streams.values_mut() {
            if earlier.subscriptions.iter().any(|id| subscriptions.contains(id)) {
                let text = "Another streaming connection was opened for this subscription.";
                earlier.ended = Some(Refusal::new("ErrorNewEventStreamConnectionOpened", text));
            }
        }
        self.last += 1;
        let until = now + SignedDuration::from_mins(minutes);
        let stream = Stream { user: user.to_owned(), subscriptions, until, spoke: now, ended: None, over: false };
        self.streams.insert(self.last, stream);
        self.last
    }

    /// The first subscription that can't tell by itself to a user, and why.
    pub(in crate::microsoft::ews) fn mute(
        &mut self,
        ids: &[String],
        user: &str,
        now: Timestamp,
    ) -> Option<(String, Refusal)> {
        ids.iter().find_map(|id| {
            let refusal = match self.own(id, user) {
                Err(refusal) => refusal,
                Ok(one) if matches!(one.form, Form::Pull { .. }) => {
                    let text = "The subscription isn't one that tells events by itself.";
                    Refusal::new("ErrorInvalidSubscription", text)
                }
                Ok(one) if one.ends <= now => not_found(),
                Ok(_) => return None,
            };
            Some((id.clone(), refusal))
        })
    }

    /// What a stream has to say now: messages, and whether it ends.
    fn next(&mut self, name: u64, now: Timestamp) -> Option<(Vec<Vec<Element>>, bool)> {
        let mut stream = self.streams.get(&name).filter(|stream| !stream.over)?.clone();
        let mut said_now = Vec::new();
        let mut notifications = Vec::new();
        for id in stream.subscriptions.clone() {
            match self.told_by_itself(&id, now) {
                Ok(told) => notifications.extend(told),
                Err(refusal) => {
                    self.subscriptions.remove(&id);
                    stream.ended = Some(refusal.clone());
                    let mut message = refusal.message();
                    message.push(write::lost(&[id]));
                    said_now.push(closing(message));
                }
            }
        }
        let is_due = now.duration_since(stream.spoke) >= SILENT_MAX;
        if notifications.is_empty() && is_due {
            notifications.extend(stream.subscriptions.first().map(|id| write::alive(id)));
        }
        if !notifications.is_empty() {
            stream.spoke = now;
            let content = m("Notifications").children(notifications);
            said_now.insert(0, vec![m("ResponseCode").saying("NoError"), content]);
        }
        match &stream.ended {
            Some(refusal) if said_now.iter().all(|message| !is_closing(message)) => {
                said_now.push(closing(refusal.message()));
            }
            Some(_) => {}
            None if now >= stream.until => said_now.push(closing(vec![m("ResponseCode").saying("NoError")])),
            None => {}
        }
        stream.over = stream.ended.is_some() || now >= stream.until;
        let over = stream.over;
        self.streams.insert(name, stream);
        Some((said_now, over))
    }

    /// What a subscription tells by itself now.
    fn told_by_itself(&mut self, id: &str, now: Timestamp) -> Result<Option<Element>, Refusal> {
        let subscription = self.subscriptions.get_mut(id).ok_or_else(not_found)?;
        subscription.unheard_from(now);
        if subscription.missed {
            return Err(missed());
        }
        let subscription = subscription.clone();
        let told = self.told(&subscription, subscription.told)?;
        let written = write::streamed(id, &told);
        // What is left for the next envelope comes at once.
        let end = if told.more { told.entries.last().map(|entry| entry.place) } else { None };
        let end = end.unwrap_or_else(|| self.end(&subscription.user));
        if let Some(subscription) = self.subscriptions.get_mut(id) {
            subscription.told = end;
        }
        Ok(written)
    }
}

fn closing(mut message: Vec<Element>) -> Vec<Element> {
    message.push(m("ConnectionStatus").saying("Closed"));
    message
}

fn is_closing(message: &[Element]) -> bool {
    message.iter().any(|element| element.name == "m:ConnectionStatus")
}

/// One envelope of an answer that goes on.
fn written(server: Server, message: Vec<Element>) -> String {
    let is_refused = message.iter().any(|element| element.name == "m:ResponseCode" && element.text != "NoError");
    let class = if is_refused { "Error" } else { "Success" };
    let message = m("GetStreamingEventsResponseMessage").with("ResponseClass", class).children(message);
    envelope::written(server, m("GetStreamingEventsResponse").child(m("ResponseMessages").child(message)))
}

impl Microsoft {
    fn next_of_stream(&mut self, name: u64, context: &Context<'_>) -> Streamed {
        let server = self.rules.ews.server;
        let Some((messages, is_over)) = self.ews.events.next(name, context.now) else {
            return Streamed { envelopes: String::new(), is_over: true };
        };
        let envelopes = messages.into_iter().map(|message| written(server, message)).collect();
        Streamed { envelopes, is_over }
    }
}

impl World {
    /// What an answer that goes on ([`Outcome::stream`](crate::Outcome::stream)) has to say now. One that is over, or that
    /// nobody opened, says nothing and is over.
    pub fn streamed(&mut self, name: u64) -> Streamed {
        self.with_microsoft(|_, _| ());
        self.with_microsoft(|microsoft, context| microsoft.next_of_stream(name, context))
    }

    /// Whoever listened to an answer that goes on doesn't any more.
    pub fn hang_up(&mut self, name: u64) {
        if let Some(stream) = self.microsoft.ews.events.streams.get_mut(&name) {
            stream.over = true;
        }
    }
}
