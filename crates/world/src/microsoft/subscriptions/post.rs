//! Posting notices, and trying again.
//!
//! See <https://learn.microsoft.com/en-us/graph/change-notifications-delivery-webhooks>. That an endpoint which is slow too
//! often gets less is left out.

use super::{Mishap, Subscriptions};
use crate::{Context, Service};
use jiff::{SignedDuration, Timestamp};
use mxs_http::{Method, Request, Response};
use serde_json::{Value, json};

/// How long Graph waits for an answer.
const PATIENCE: SignedDuration = SignedDuration::from_secs(3);
/// How long it tries.
const TRIED_FOR: SignedDuration = SignedDuration::from_hours(4);
/// The wait after the first try; it doubles with each. The documents say "multiple times".
const FIRST_WAIT: SignedDuration = SignedDuration::from_secs(10);
/// The longest wait between two tries.
const LONGEST_WAIT: SignedDuration = SignedDuration::from_hours(1);
/// The most notices in one post. The documents say that there may be several.
const NOTICES_MAX: usize = 100;

/// One request with notices.
#[derive(Clone, Debug)]
pub(super) struct Post {
    url: String,
    /// Each with the id of its subscription.
    notices: Vec<(String, Value)>,
    /// When it was first to be sent.
    first: Timestamp,
    tries: u32,
}

impl Post {
    fn request(&self) -> Request {
        let notices: Vec<&Value> = self.notices.iter().map(|(_, notice)| notice).collect();
        Request::new(Method::Post, self.url.clone())
            .body("application/json; charset=utf-8", json!({ "value": notices }).to_string())
    }
}

impl Subscriptions {
    /// Posts notices of changes to one address, if nothing goes wrong.
    pub(super) fn post_changes(&mut self, url: &str, notices: &[(String, Value)], context: &mut Context<'_>) {
        for notices in notices.chunks(NOTICES_MAX) {
            let (mut notices, mut due, mut copies) = (notices.to_vec(), context.now, 1);
            match self.mishaps.pop_front() {
                None => {}
                Some(Mishap::Delayed { by_ms }) => due += SignedDuration::from_millis(i64::from(by_ms)),
                Some(Mishap::Lost { told }) => {
                    context.counters.add("graph notifications lost", notices.len() as u64);
                    if told {
                        self.miss(&notices, context);
                    }
                    continue;
                }
                Some(Mishap::Repeated { times }) => copies = times.get(),
                Some(Mishap::Reversed) => notices.reverse(),
            }
            for _ in 0..copies {
                let post = Post { url: url.to_owned(), notices: notices.clone(), first: due, tries: 0 };
                self.post(post, due, context);
            }
        }
    }

    /// Posts what became of a subscription, if anybody is to be told.
    pub(super) fn post_lifecycle(&mut self, id: &str, event: &str, context: &mut Context<'_>) {
        let Some((url, notice)) = self.all.get(id).and_then(|subscription| subscription.lifecycle_notice(event)) else {
            return;
        };
        let post = Post { url, notices: vec![(id.to_owned(), notice)], first: context.now, tries: 0 };
        self.post(post, context.now, context);
    }

    fn post(&mut self, post: Post, due: Timestamp, context: &mut Context<'_>) {
        match context.deliveries.post(Service::Microsoft, post.request(), due) {
            Some(delivery) => {
                self.posts.insert(delivery, post);
            }
            None => context.counters.add("graph notifications lost", post.notices.len() as u64),
        }
    }

    /// What became of a post. One that isn't taken in time is tried again, and at last given up.
    pub(in crate::microsoft) fn posted(
        &mut self,
        delivery: u64,
        answer: Option<&Response>,
        took: SignedDuration,
        context: &mut Context<'_>,
    ) {
        let Some(mut post) = self.posts.remove(&delivery) else { return };
        if took <= PATIENCE && answer.is_some_and(Response::is_success) {
            return;
        }
        let wait = FIRST_WAIT.checked_mul(1_i32 << post.tries.min(20)).unwrap_or(LONGEST_WAIT).min(LONGEST_WAIT);
        let due = context.now + wait;
        post.tries += 1;
        if due > post.first + TRIED_FOR {
            context.counters.add("graph notifications lost", post.notices.len() as u64);
            // That somebody couldn't be told that they were not told isn't told.
            post.notices.retain(|(_, notice)| notice.get("lifecycleEvent").is_none());
            return self.miss(&post.notices, context);
        }
        self.post(post, due, context);
    }

    /// Tells the subscribers of what they were not told that there was something.
    fn miss(&mut self, notices: &[(String, Value)], context: &mut Context<'_>) {
        let mut ids: Vec<&String> = notices.iter().map(|(id, _)| id).collect();
        ids.dedup();
        for id in ids {
            self.post_lifecycle(id, "missed", context);
        }
    }
}
