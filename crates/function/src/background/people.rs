//! Which users the CRM still has: asked once a day, so that nobody is synced who left.

use super::env::{Stop, TOKENS_TIME_MAX, within, within_long};
use crate::App;
use crate::refusal::Refusal;
use crate::roles;
use crate::users::Door;
use std::time::Duration;

/// How often it is looked whose CRM is to be asked.
const LOOK: Duration = Duration::from_secs(60);

/// How many organisations are asked in a row; the others have their turn at the next look.
const ORGANISATIONS_MAX: usize = 100;

/// Asks until it is told to stop.
pub(super) async fn run(app: &App, stop: &mut Stop) {
    loop {
        let mut stopping = stop.clone();
        tokio::select! {
            () = stopping.asked() => return,
            () = check(app) => {}
        }
        tokio::select! {
            () = stop.asked() => return,
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

/// Asks those who were not asked for a day. One that doesn't answer is asked again later.
pub(super) async fn check(app: &App) {
    for _ in 0..ORGANISATIONS_MAX {
        match within(app.store().users_unchecked(app.now_ms())).await {
            Ok(Some(org)) => {
                if let Err(refusal) = within_long(TOKENS_TIME_MAX, check_one(app, &org)).await {
                    refusal.log();
                }
            }
            Ok(None) => return,
            Err(refusal) => return refusal.log(),
        }
    }
}

async fn check_one(app: &App, org: &str) -> Result<(), Refusal> {
    let active = Door::open(app, org).await?.active().await?;
    app.store().put_active(org, &active, app.now_ms()).await?;
    // Who is none any more may not choose as one, whether he comes to ask or not.
    for account in app.store().administrators(org).await? {
        roles::is_admin(app, account).await?;
    }
    Ok(())
}
