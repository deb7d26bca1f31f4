//! What vendors posted, until it is looked at. In memory: what a restart forgets, polling finds.
//!
//! A notification of a subscription that is known here costs no database: it is compared with its secret, and leaves a
//! hint, one for each mailbox however many come. All else waits in a queue with an end.

use crate::limits::{HINTS_MAX, NOTIFICATIONS_BYTES_MAX, NOTIFICATIONS_MAX, SUBSCRIPTIONS_KNOWN_MAX};
use crate::rate::{Bucket, Rate, Recent};
use crate::store::Owner;
use mxs_graph::identity::Secret;
use mxs_graph::subscriptions::{Lifecycle, Notice, Told};
use mxs_zoho::notifications::Callback;
use secrecy::SecretString;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The random end of the address of a subscription.
pub(crate) type Address = [u8; 16];

/// How often it is looked up in the database whose an address is: nobody is let in before that.
const LOOKUPS: Rate = Rate { burst: 500, per_minute: 3_000 };

const NS_PER_MS: i128 = 1_000_000;

/// Something that somebody posted.
#[derive(Debug)]
pub(crate) enum Post {
    /// As Graph does.
    Graph(Notice),
    /// As the CRM does.
    Crm(Callback),
}

/// A post that waits, and where it was posted.
#[derive(Debug)]
pub(crate) struct Waiting {
    /// Where.
    pub(crate) address: Address,
    /// What.
    pub(crate) post: Post,
}

/// What the posts of a subscription prove themselves with.
#[derive(Debug)]
pub(crate) enum Proof {
    /// Graph's.
    Graph(Secret),
    /// The CRM's.
    Crm(SecretString),
}

/// A subscription that is known here.
#[derive(Debug)]
pub(crate) struct Known {
    /// Its row.
    pub(crate) id: i64,
    /// What changed when it is told that something did.
    pub(crate) hint: Hint,
    /// What it proves itself with.
    pub(crate) proof: Proof,
}

impl Known {
    /// Whether whoever posted this knows the secret.
    pub(crate) fn believes(&self, post: &Post) -> bool {
        match (&self.proof, post) {
            (Proof::Graph(secret), Post::Graph(notice)) => notice.knows(secret),
            (Proof::Crm(token), Post::Crm(callback)) => callback.has_token(token),
            _ => false,
        }
    }
}

/// Where something changed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Hint {
    /// In a mailbox, or in the CRM of an organisation.
    pub(crate) owner: Owner,
    /// Records of this sort, where it is the CRM; nothing where it is a mailbox, of which all is read.
    pub(crate) kind: String,
}

/// What became of a post.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Taken {
    /// It told of a change that nobody had told of.
    Noted,
    /// It told of one that was told of before.
    Collapsed,
    /// It waits until it is looked whose it is.
    Waits,
    /// It didn't know the secret.
    Forged,
    /// There was no room, or too many strangers came.
    Dropped,
}

impl Taken {
    /// Its name among what is counted.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Noted => "noted",
            Self::Collapsed => "collapsed",
            Self::Waits => "waits",
            Self::Forged => "forged",
            Self::Dropped => "dropped",
        }
    }
}

/// How much was posted since that was last told, and what came of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Requests.
    pub(crate) posts: u64,
    /// Notices in them whose secret was wrong, that came too often from strangers, or for which there was no room.
    pub(crate) dropped: u64,
    /// Mailboxes that are synced soon because of them.
    pub(crate) hints: u64,
}

/// What was posted.
pub(crate) struct Inbox(Mutex<Held>);

struct Held {
    known: Recent<Address, Arc<Known>>,
    waiting: VecDeque<Waiting>,
    waiting_bytes: usize,
    hints: BTreeSet<Hint>,
    /// Which hints wait, and until when.
    quiet: BTreeMap<Hint, i64>,
    lookups: Bucket,
    tally: Tally,
}

impl Inbox {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(Held {
            known: Recent::new(SUBSCRIPTIONS_KNOWN_MAX),
            waiting: VecDeque::new(),
            waiting_bytes: 0,
            hints: BTreeSet::new(),
            quiet: BTreeMap::new(),
            lookups: Bucket::default(),
            tally: Tally::default(),
        }))
    }

    /// Somebody posted something.
    pub(crate) fn posted(&self) {
        self.held().tally.posts += 1;
    }

    /// So many mailboxes are synced soon because of what was posted.
    pub(crate) fn passed_on(&self, mailboxes: u64) {
        self.held().tally.hints += mailboxes;
    }

    /// How much there was since this was last asked.
    pub(crate) fn tally(&self) -> Tally {
        mem::take(&mut self.held().tally)
    }

    /// Takes what was posted in a body of so many bytes. What doesn't fit is dropped.
    pub(crate) fn take(&self, address: Address, post: Post, bytes: usize, now_ms: i64) -> Taken {
        let mut held = self.held();
        let taken = held.take(address, post, bytes, now_ms);
        held.tally.dropped += u64::from(matches!(taken, Taken::Forged | Taken::Dropped));
        taken
    }

    /// Somebody proved that something changed.
    pub(crate) fn hint(&self, hint: &Hint) {
        let _: Taken = self.held().hint(hint);
    }

    /// The subscription at an address, if it is known here.
    pub(crate) fn known(&self, address: &Address) -> Option<Arc<Known>> {
        self.held().known.get(address).cloned()
    }

    /// A subscription that was made or looked up.
    pub(crate) fn learn(&self, address: Address, known: Arc<Known>) {
        self.held().known.insert(address, known);
    }

    /// A subscription that is no longer.
    pub(crate) fn forget(&self, address: &Address) {
        self.held().known.remove(address);
    }

    /// All that waits.
    pub(crate) fn waiting(&self) -> VecDeque<Waiting> {
        let mut held = self.held();
        held.waiting_bytes = 0;
        mem::take(&mut held.waiting)
    }

    /// All that changed since this was last asked, but for what is to be quiet for now: that is told later.
    pub(crate) fn hints(&self, now_ms: i64) -> BTreeSet<Hint> {
        let mut held = self.held();
        held.quiet.retain(|_, until_ms| *until_ms > now_ms);
        let (quiet, told) = mem::take(&mut held.hints).into_iter().partition(|hint| held.quiet.contains_key(hint));
        held.hints = quiet;
        told
    }

    /// Has this hint wait until then.
    pub(crate) fn quiet(&self, hint: Hint, until_ms: i64) {
        self.held().quiet.insert(hint, until_ms);
    }

    /// Nothing in it is ever half done, whatever a thread that panicked did.
    fn held(&self) -> MutexGuard<'_, Held> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    fn take(&mut self, address: Address, post: Post, bytes: usize, now_ms: i64) -> Taken {
        if let Some(known) = self.known.get(&address).cloned() {
            if !known.believes(&post) {
                return Taken::Forged;
            }
            if is_change(&post) {
                return self.hint(&known.hint);
            }
        } else if self.lookups.take(LOOKUPS, i128::from(now_ms) * NS_PER_MS).is_err() {
            return Taken::Dropped;
        }
        if self.waiting.len() >= NOTIFICATIONS_MAX || self.waiting_bytes + bytes > NOTIFICATIONS_BYTES_MAX {
            return Taken::Dropped;
        }
        self.waiting_bytes += bytes;
        self.waiting.push_back(Waiting { address, post });
        Taken::Waits
    }

    fn hint(&mut self, hint: &Hint) -> Taken {
        if self.hints.contains(hint) {
            Taken::Collapsed
        } else if self.hints.len() < HINTS_MAX {
            self.hints.insert(hint.clone());
            Taken::Noted
        } else {
            Taken::Dropped
        }
    }
}

/// Whether a post only tells of a change.
fn is_change(post: &Post) -> bool {
    lifecycle(post).is_none()
}

/// What became of the subscription, if that is what a post tells.
pub(crate) const fn lifecycle(post: &Post) -> Option<Lifecycle> {
    match post {
        Post::Graph(Notice { told: Told::Lifecycle(event), .. }) => Some(*event),
        Post::Graph(_) | Post::Crm(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mxs_graph::subscriptions::read;

    fn notice(client_state: &str) -> Post {
        let body = format!(
            r#"{{"value":[{{"subscriptionId":"i","changeType":"updated","tenantId":"t","clientState":"{client_state}"}}]}}"#
        );
        Post::Graph(read(body.as_bytes()).expect("a post").notices.remove(0))
    }

    fn hint(mailbox: i64) -> Hint {
        Hint { owner: Owner { org: "o".to_owned(), mailbox: Some(mailbox) }, kind: String::new() }
    }

    fn address(number: u32) -> Address {
        u128::from(number).to_le_bytes()
    }

    #[test]
    fn strangers_are_looked_up_so_often_at_most() {
        let inbox = Inbox::new();
        let post = |number| assert_ne!(inbox.take(address(number), notice("x"), 100, 0), Taken::Noted);
        (0..10_000).for_each(post);
        assert_eq!(inbox.waiting().len(), LOOKUPS.burst as usize);
        (0..10_000).for_each(post);
        assert_eq!(inbox.waiting().len(), 0, "not before there is time again");
        inbox.take(address(0), notice("x"), 100, 60_000);
        assert_eq!(inbox.waiting().len(), 1);
    }

    #[test]
    fn what_waits_takes_so_much_room_at_most() {
        let inbox = Inbox::new();
        let take = |bytes| inbox.take(address(1), notice("x"), bytes, 0);
        take(NOTIFICATIONS_BYTES_MAX - 1);
        take(2);
        take(1);
        take(1);
        assert_eq!(inbox.waiting().len(), 2);
        take(NOTIFICATIONS_BYTES_MAX);
        assert_eq!(inbox.waiting().len(), 1, "there is room again");
    }

    #[test]
    fn who_is_known_leaves_one_hint_and_waits_for_nobody() {
        let inbox = Inbox::new();
        let known = |mailbox| {
            let proof = Proof::Graph(Secret::new("right"));
            Arc::new(Known { id: mailbox, hint: hint(mailbox), proof })
        };
        for mailbox in 1..=2 {
            inbox.learn(address(mailbox), known(mailbox.into()));
        }
        for _ in 0..10_000 {
            inbox.take(address(1), notice("right"), NOTIFICATIONS_BYTES_MAX, 0);
            inbox.take(address(2), notice("wrong"), 100, 0);
        }
        assert_eq!(inbox.hints(0), BTreeSet::from([hint(1)]));
        assert_eq!((inbox.hints(0).len(), inbox.waiting().len()), (0, 0));
        inbox.forget(&address(1));
        inbox.take(address(1), notice("right"), 100, 0);
        assert_eq!((inbox.hints(0).len(), inbox.waiting().len()), (0, 1), "then it is a stranger");
    }

    #[test]
    fn who_is_to_be_quiet_is_told_later() {
        let inbox = Inbox::new();
        inbox.quiet(hint(1), 1_000);
        for mailbox in [1, 2, 1] {
            inbox.hint(&hint(mailbox));
        }
        for (now_ms, expected) in [(0, vec![hint(2)]), (999, vec![]), (1_000, vec![hint(1)]), (1_001, vec![])] {
            assert_eq!(inbox.hints(now_ms).into_iter().collect::<Vec<_>>(), expected, "{now_ms}");
        }
        for mailbox in 0..HINTS_MAX as i64 + 10 {
            inbox.hint(&hint(mailbox));
        }
        assert_eq!(inbox.hints(1_001).len(), HINTS_MAX);
    }
}
