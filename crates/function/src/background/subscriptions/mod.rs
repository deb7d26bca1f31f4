//! Being told of changes, so that nobody waits for the next poll.
//!
//! What vendors tell is a hint that a mailbox is to be synced soon, and nothing else is believed of it. Trouble with any of
//! this stops no sync: the schedule goes on, and what ended is made anew.
//!
//! | file | what |
//! |---|---|
//! | `wanted` | what is to be told, by what people chose; pure |
//! | `plan` | wishes for it, in the database |
//! | `keep` | fulfils wishes: makes, renews, ends |
//! | `microsoft`, `crm` | the vendors' part in that |
//! | `hear` | from what was posted to mailboxes that are due |

mod crm;
mod hear;
mod keep;
mod microsoft;
mod plan;
pub(super) mod wanted;

use super::env::Stop;
use crate::App;
use crate::inbox::Tally;
use crate::keys::{Access, Keys, NoToken};
use crate::refusal::Refusal;
use crate::store::{Made, Owner, Side};
use mxs_http::{NoResponse, Response};
use std::sync::Arc;
use std::time::Duration;

/// How often it is looked what was posted, and which subscription is to be seen to.
const TICK: Duration = Duration::from_secs(1);

/// After so many ticks it is told how much was posted.
const TELL_TICKS: u64 = 10;

/// After so many ticks it is looked what people chose.
const PLAN_TICKS: u64 = 60;

/// How long whoever forgets subscriptions waits for the vendors.
const FORGET_TIME_MAX: Duration = Duration::from_secs(3);

/// What vendors are asked to tell, and what they told. Clones share it.
#[derive(Clone)]
pub struct Subscriptions {
    app: App,
    keys: Arc<Keys>,
    /// Where the vendors reach the function.
    public_url: String,
}

/// Why a vendor didn't do it. It is tried again.
struct Trouble {
    /// Not before so many seconds, if the vendor said so.
    retry_after_s: Option<u32>,
    /// Nobody may ask: a person must sign in or consent.
    is_refused: bool,
}

impl Trouble {
    const fn after(retry_after_s: Option<u32>) -> Self {
        Self { retry_after_s, is_refused: false }
    }
}

impl From<NoToken> for Trouble {
    fn from(error: NoToken) -> Self {
        match error {
            NoToken::Refused => Self { retry_after_s: None, is_refused: true },
            NoToken::Unavailable { retry_after_s } => Self::after(retry_after_s),
            NoToken::Broken(refusal) => refusal.into(),
        }
    }
}

impl From<Refusal> for Trouble {
    fn from(refusal: Refusal) -> Self {
        refusal.log();
        Self::after(None)
    }
}

impl Subscriptions {
    /// `None` where the function has no keys, or no address at which vendors reach it.
    pub fn new(app: &App) -> Option<Self> {
        let keys = app.keys()?.clone();
        let public_url = keys.vendors().public_url.clone()?;
        Some(Self { app: app.clone(), keys, public_url })
    }

    /// The answer of a vendor, if there is one. A token that it doesn't take is forgotten: the next try has another.
    async fn answered(&self, sent: Result<Response, NoResponse>, access: &Access) -> Result<Response, Trouble> {
        let response = sent.map_err(|_| Trouble::after(None))?;
        if response.status == 401 {
            self.keys.forget(&self.app, access).await?;
            return Err(Trouble::after(None));
        }
        Ok(response)
    }

    /// Keeps alive what is wanted and due now, and passes on that changes may have been missed meanwhile.
    pub(super) async fn once(&self) {
        self.plan().await;
        self.keep().await;
        self.hear().await;
    }

    /// Logs how much was posted, where anything was.
    fn tell(&self) {
        let Tally { posts, dropped, hints } = self.app.inbox().tally();
        if posts > 0 {
            tracing::info!(posts, dropped, hints, "notifications");
        }
    }

    /// Listens, and keeps alive what is wanted, until it is told to stop.
    pub(super) async fn run(self, stop: Stop) {
        let listening = async {
            for tick in 1_u64.. {
                self.hear().await;
                if tick % TELL_TICKS == 0 {
                    self.tell();
                }
                tokio::time::sleep(TICK).await;
            }
        };
        let keeping = async {
            for tick in 0_u64.. {
                if tick % PLAN_TICKS == 0 {
                    self.plan().await;
                }
                self.keep().await;
                tokio::time::sleep(TICK).await;
            }
        };
        let mut stop = stop;
        tokio::select! {
            () = stop.asked() => {}
            () = listening => {}
            () = keeping => {}
        }
    }
}

/// Ends what is told to the owner by a side, as far as the vendor answers soon, and forgets it in any case: what is told of
/// it then is of nobody's subscription. For whoever is about to forget the keys that it takes.
pub(crate) async fn forget_subscriptions(app: &App, owner: &Owner, side: Side) -> Result<(), Refusal> {
    let rows = app.store().subscriptions(owner, side).await?;
    let made: Vec<Made> = rows.iter().filter_map(|row| row.made.clone()).collect();
    if let Some(keys) = app.keys().cloned() {
        let public_url = keys.vendors().public_url.clone().unwrap_or_default();
        let keeper = Subscriptions { app: app.clone(), keys, public_url };
        // What can't be ended ends by itself.
        let _ = tokio::time::timeout(FORGET_TIME_MAX, keeper.end_all(rows)).await;
    }
    app.store().forget_subscriptions(owner, side).await?;
    made.iter().for_each(|made| hear::forget(app, made));
    Ok(())
}
