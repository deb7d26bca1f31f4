//! Wishes for what is to be told.

use super::{Subscriptions, wanted};
use crate::background::env::within_long;
use crate::refusal::Refusal;
use crate::store::{Owner, Side, Wish};
use std::collections::BTreeSet;
use std::time::Duration;

/// How many mailboxes are read at once.
pub(super) const PAGE: i64 = 500;

/// The most pages of mailboxes.
pub(super) const PAGES_MAX: usize = 1_000;

/// The longest that it may take.
const PLAN_TIME_MAX: Duration = Duration::from_secs(10 * 60);

impl Subscriptions {
    /// Has told what people chose, of every mailbox that is synced by itself, and nothing else any more.
    pub async fn plan(&self) {
        if let Err(refusal) = within_long(PLAN_TIME_MAX, self.planned()).await {
            refusal.log();
        }
    }

    async fn planned(&self) -> Result<(), Refusal> {
        let store = self.app.store();
        // Only a stand-in is reached at another; the CRM's takes none but these, as the CRM does.
        let is_open_to_crm = self.public_url.starts_with("https://");
        let (before, let_in) = (store.wishes().await?, store.orgs_let_in().await?);
        let (mut wishes, mut after) = (BTreeSet::new(), 0);
        for _ in 0..PAGES_MAX {
            let page = store.watched(None, after, PAGE).await?;
            let Some(last) = page.last().and_then(|watched| watched.owner.mailbox) else { break };
            after = last;
            // Without the CRM there is nothing to sync with.
            for watched in page.iter().filter(|watched| let_in.contains(&watched.owner.org)) {
                let own = wanted::of_mailbox(&watched.settings, watched.is_application).into_iter();
                let wish = |resource| Wish { owner: watched.owner.clone(), side: Side::Exchange, resource };
                wishes.extend(own.map(wish));
                let owner = Owner { org: watched.owner.org.clone(), mailbox: None };
                let wish = |kind: &str| Wish { owner: owner.clone(), side: Side::Crm, resource: kind.to_owned() };
                wishes.extend(wanted::of_crm(&watched.settings).into_iter().filter(|_| is_open_to_crm).map(wish));
            }
        }
        let now_ms = self.app.now_ms();
        for wish in wishes.difference(&before) {
            store.wish(wish, true, now_ms).await?;
        }
        for wish in before.difference(&wishes) {
            store.wish(wish, false, now_ms).await?;
        }
        Ok(())
    }
}
