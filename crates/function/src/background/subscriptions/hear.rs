//! From what was posted to mailboxes that are due.

use super::plan::{PAGE, PAGES_MAX};
use super::{Subscriptions, wanted};
use crate::inbox::{Hint, Known, Proof, Waiting, lifecycle};
use crate::refusal::Refusal;
use crate::store::{Made, Owner, Side, Subscription, Wish};
use crate::{App, hex};
use mxs_graph::identity::Secret;
use mxs_graph::subscriptions::Lifecycle;
use secrecy::{ExposeSecret, SecretString};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

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
            if let Err(refusal) = self.look(&waiting).await {
                refusal.log();
            }
        }
        let mut by_org: BTreeMap<String, BTreeSet<Hint>> = BTreeMap::new();
        for hint in self.app.inbox().hints() {
            by_org.entry(hint.owner.org.clone()).or_default().insert(hint);
        }
        for (org, hints) in by_org {
            // What isn't stored is found by polling.
            if let Err(refusal) = self.pass_on(&org, &hints).await {
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

    async fn pass_on(&self, org: &str, hints: &BTreeSet<Hint>) -> Result<(), Refusal> {
        let mut mailboxes: BTreeSet<i64> = hints.iter().filter_map(|hint| hint.owner.mailbox).collect();
        let is_crm = |Hint { owner: Owner { mailbox, .. }, .. }: &&Hint| mailbox.is_none();
        let kinds: BTreeSet<&str> = hints.iter().filter(is_crm).map(|hint| hint.kind.as_str()).collect();
        // Whose a record is isn't told: each mailbox that has such records looks.
        let pages = if kinds.is_empty() { 0 } else { PAGES_MAX };
        let mut after = 0;
        for _ in 0..pages {
            let page = self.app.store().watched(Some(org), after, PAGE).await?;
            let Some(last) = page.last().and_then(|watched| watched.owner.mailbox) else { break };
            after = last;
            let concerned = page.iter().filter(|watched| !wanted::of_crm(&watched.settings).is_disjoint(&kinds));
            mailboxes.extend(concerned.filter_map(|watched| watched.owner.mailbox));
        }
        self.app.store().hint(org, &mailboxes, self.app.now_ms()).await
    }
}
