//! From what was posted to mailboxes that are due.

use super::plan::{PAGE, PAGES_MAX};
use super::{Subscriptions, wanted};
use crate::background::env::within;
use crate::inbox::{Hint, Known, Proof, Waiting, lifecycle};
use crate::refusal::Refusal;
use crate::store::{Made, Side, Subscription, Wish};
use crate::{App, hex};
use mxs_graph::identity::Secret;
use mxs_graph::subscriptions::Lifecycle;
use secrecy::{ExposeSecret, SecretString};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// After a change in its CRM an organisation is not told of the next for so long, for each mailbox that looked, in
/// milliseconds: each look costs the CRM's credits, and what a run writes is told, too. With a thousand mailboxes that is no
/// sooner than polling.
const QUIET_MS: i64 = 500;

/// Where something changed when this is told.
pub(super) fn hint(wish: &Wish) -> Hint {
    match wish.side {
        Side::Crm => Hint { owner: wish.owner.clone(), kind: wish.resource.clone() },
        Side::Exchange => Hint { owner: wish.owner.clone(), kind: String::new() },
    }
}

/// A subscription, as the inbox knows it.
pub(super) fn known(row: &Subscription, secret: &SecretString) -> Known {
    let proof = match row.wish.side {
        Side::Crm => Proof::Crm(secret.clone()),
        Side::Exchange => Proof::Graph(Secret::new(secret.expose_secret())),
    };
    Known { id: row.id, hint: hint(&row.wish), proof }
}

/// The inbox knows it no longer.
pub(super) fn forget(app: &App, made: &Made) {
    if let Some(address) = hex::decode(&made.address) {
        app.inbox().forget(&address);
    }
}

impl Subscriptions {
    /// Looks at what was posted, and has those mailboxes synced in which something changed.
    pub async fn hear(&self) {
        for waiting in self.app.inbox().waiting() {
            if let Err(refusal) = within(self.look(&waiting)).await {
                refusal.log();
            }
        }
        let mut by_org: BTreeMap<String, BTreeSet<Hint>> = BTreeMap::new();
        for hint in self.app.inbox().hints(self.app.now_ms()) {
            by_org.entry(hint.owner.org.clone()).or_default().insert(hint);
        }
        for (org, hints) in by_org {
            // What isn't stored is found by polling.
            if let Err(refusal) = within(self.pass_on(&org, hints)).await {
                refusal.log();
            }
        }
    }

    async fn look(&self, Waiting { address, post }: &Waiting) -> Result<(), Refusal> {
        let inbox = self.app.inbox();
        let known = match inbox.known(address) {
            Some(known) => known,
            None => {
                let found = self.app.store().subscription_at(&hex::encode(address)).await?;
                let Some((row, made)) = found.and_then(|row| Some((row.clone(), row.made?))) else { return Ok(()) };
                let secret = self.keys.open(&row.wish.owner, row.wish.side.what(), &made.sealed)?;
                let known = Arc::new(known(&row, &secret));
                inbox.learn(*address, known.clone());
                known
            }
        };
        if !known.believes(post) {
            return Ok(());
        }
        let (store, org, now_ms) = (self.app.store(), &known.hint.owner.org, self.app.now_ms());
        match lifecycle(post) {
            None | Some(Lifecycle::Missed) => inbox.hint(&known.hint),
            // Renewing proves the same as reauthorizing, and more.
            Some(Lifecycle::ReauthorizationRequired) => store.see_to(known.id, org, false, now_ms).await?,
            Some(Lifecycle::Removed) => {
                store.see_to(known.id, org, true, now_ms).await?;
                inbox.forget(address);
                inbox.hint(&known.hint);
            }
        }
        Ok(())
    }

    async fn pass_on(&self, org: &str, hints: BTreeSet<Hint>) -> Result<(), Refusal> {
        let now_ms = self.app.now_ms();
        let mut mailboxes: BTreeSet<i64> = hints.iter().filter_map(|hint| hint.owner.mailbox).collect();
        let mut concerned: BTreeMap<Hint, i64> =
            hints.into_iter().filter(|hint| hint.owner.mailbox.is_none()).map(|hint| (hint, 0)).collect();
        // Whose a record is isn't told: each mailbox that has such records looks.
        let pages = if concerned.is_empty() { 0 } else { PAGES_MAX };
        let mut after = 0;
        for _ in 0..pages {
            let page = self.app.store().watched(Some(org), after, PAGE).await?;
            let Some(last) = page.last().and_then(|watched| watched.owner.mailbox) else { break };
            after = last;
            for watched in page {
                let kinds = wanted::of_crm(&watched.settings);
                for (_, number) in concerned.iter_mut().filter(|(hint, _)| kinds.contains(hint.kind.as_str())) {
                    *number += 1;
                    mailboxes.extend(watched.owner.mailbox);
                }
            }
        }
        for (hint, number) in concerned {
            self.app.inbox().quiet(hint, now_ms + number * QUIET_MS);
        }
        let hinted = self.app.store().hint(org, &mailboxes, now_ms).await?;
        self.app.inbox().passed_on(hinted);
        Ok(())
    }
}
