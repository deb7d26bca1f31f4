//! Who is a user, and who is an administrator: the CRM says so, and nobody else.
//!
//! A session is opened by what the CRM signed, so whoever opens one was a user of the CRM a moment ago. Where the
//! function holds the CRM's key it asks again while a session lasts. Without a key nobody can be asked: then the
//! statement counts as long as its session, and nobody is an administrator.

use crate::App;
use crate::rate::Recent;
use crate::refusal::Refusal;
use crate::users::Door;
use mxs_zoho::users;
use std::sync::{Mutex, PoisonError};

/// For how long the CRM's word is good. Somebody who is no administrator any more can do as one for so long.
const ROLE_MS: i64 = 5 * 60 * 1000;

/// The same for users. Each open tab costs the organisation a call to the CRM in this time.
const PRESENT_MS: i64 = 15 * 60 * 1000;

/// The most users of whom it is remembered when the CRM was asked.
const PRESENT_MAX: usize = 20_000;

/// When the CRM was last asked for a user, by account. An instance that was just started asks anew.
#[derive(Debug)]
pub(crate) struct Presence(Mutex<Recent<i64, i64>>);

impl Presence {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(Recent::new(PRESENT_MAX)))
    }

    /// The CRM has just said that the user is one.
    pub(crate) fn learn(&self, account: i64, now_ms: i64) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(account, now_ms);
    }

    /// Whether the CRM is to be asked now. Whoever is told so asks, and nobody else for a while: an answer that doesn't
    /// come keeps nobody out.
    fn is_due(&self, account: i64, now_ms: i64) -> bool {
        let mut asked = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_fresh = asked.get(&account).is_some_and(|asked_ms| (0..PRESENT_MS).contains(&(now_ms - *asked_ms)));
        if !is_fresh {
            asked.insert(account, now_ms);
        }
        !is_fresh
    }
}

/// Ends the sessions of a user whom the CRM no longer has as an active one, and refuses this one.
pub(crate) async fn confirm(app: &App, account: i64) -> Result<(), Refusal> {
    let now_ms = app.now_ms();
    if app.keys().is_none() || !app.presence().is_due(account, now_ms) {
        return Ok(());
    }
    let role = app.store().role(account).await?;
    let profile = match Door::open(app, &role.org).await {
        Ok(door) => door.profile_of(&role.crm_user).await,
        Err(refusal) => Err(refusal),
    };
    match profile {
        Ok(Some(profile)) => app.store().put_profile(account, &profile).await,
        Ok(None) => {
            app.store().deactivate(account, now_ms).await?;
            Err(Refusal::NoSession)
        }
        // The CRM doesn't answer, or can't be asked: what it signed still counts.
        Err(Refusal::NoConsent | Refusal::Sealed(_) | Refusal::VendorAway { .. }) => Ok(()),
        Err(refusal) => Err(refusal),
    }
}

/// Whether the CRM calls the user of the account an administrator. Without an administrator's consent nobody can be
/// asked, and nobody is one: the consent itself is what makes the first one known.
pub(crate) async fn is_admin(app: &App, account: i64) -> Result<bool, Refusal> {
    let role = app.store().role(account).await?;
    let now_ms = app.now_ms();
    if (0..ROLE_MS).contains(&(now_ms - role.checked_ms)) {
        return Ok(role.is_admin == 1);
    }
    let door = match Door::open(app, &role.org).await {
        Ok(door) => door,
        Err(Refusal::NoConsent) => return Ok(false),
        Err(refusal) => return Err(refusal),
    };
    let response = door.ask(users::administrator(&role.crm_user)).await?;
    let is_admin = users::parse_administrator(&response, &role.crm_user);
    let is_admin = is_admin.map_err(|_| Refusal::VendorAway { retry_after_s: None })?;
    app.store().put_role(account, is_admin, None, now_ms).await?;
    Ok(is_admin)
}
