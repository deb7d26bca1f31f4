//! Who is an administrator: the CRM says so, and nobody else.

use crate::App;
use crate::refusal::Refusal;
use crate::users::Door;
use mxs_zoho::users;

/// For how long the CRM's word is good. Somebody who is no administrator any more can do as one for so long.
const ROLE_MS: i64 = 5 * 60 * 1000;

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
