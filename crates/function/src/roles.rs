//! Who is an administrator: the CRM says so, and nobody else.

use crate::App;
use crate::keys::NoToken;
use crate::refusal::Refusal;
use mxs_zoho::users;
use secrecy::ExposeSecret;

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
    let keys = app.keys().ok_or(Refusal::NoKeys)?;
    let (access, origin) = match keys.zoho(app, &role.org).await {
        Ok(door) => door,
        Err(NoToken::Refused) => return Ok(false),
        Err(NoToken::Unavailable { retry_after_s }) => return Err(Refusal::VendorAway { retry_after_s }),
        Err(NoToken::Broken(refusal)) => return Err(refusal),
    };
    let authorization = format!("Zoho-oauthtoken {}", access.secret.expose_secret()).into();
    let sent = keys.outside().send(&origin, Some(authorization), users::administrator(&role.crm_user)).await;
    let response = sent.map_err(|_| Refusal::VendorAway { retry_after_s: None })?;
    let is_admin = users::parse_administrator(&response, &role.crm_user);
    let is_admin = is_admin.map_err(|_| Refusal::VendorAway { retry_after_s: None })?;
    app.store().put_role(account, is_admin, None, now_ms).await?;
    Ok(is_admin)
}
