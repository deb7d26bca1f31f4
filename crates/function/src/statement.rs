//! Whether the CRM said it.

use crate::config::OrgSecrets;
use crate::hex;
use crate::limits::{ID_BYTES_MAX, STATEMENT_WINDOW_MS};
use hmac::{Hmac, KeyInit, Mac};
use mxs_api::Statement;
use secrecy::ExposeSecret;
use sha2::Sha256;

/// Why a statement is not believed. Logged; whoever sent it learns only that it is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Distrust {
    /// It has not the form of one.
    Form,
    /// Its nonce was not given out, was used, or ran out.
    Nonce,
    /// It was signed too long ago, or in the future.
    Time,
    /// No such organisation.
    UnknownOrg,
    /// The signature is not the organisation's.
    Signature,
}

/// What a statement begins with that takes the extension away: it has a part more than one that opens a session, so
/// that neither is ever taken for the other.
const UNINSTALL: &str = "uninstall|";

/// Checks everything but the nonce, whose use must be stored together with the session it opens.
pub(crate) fn verify(signed: &str, secrets: &OrgSecrets, now_ms: i64) -> Result<Statement, Distrust> {
    let (statement, payload, signature) = Statement::split(signed).map_err(|_| Distrust::Form)?;
    check(statement, payload, signature, secrets, now_ms)
}

/// The same for a statement that takes the extension away.
pub(crate) fn verify_uninstall(signed: &str, secrets: &OrgSecrets, now_ms: i64) -> Result<Statement, Distrust> {
    let rest = signed.strip_prefix(UNINSTALL).ok_or(Distrust::Form)?;
    let (statement, payload, signature) = Statement::split(rest).map_err(|_| Distrust::Form)?;
    check(statement, &format!("{UNINSTALL}{payload}"), signature, secrets, now_ms)
}

fn check(
    statement: Statement,
    payload: &str,
    signature: &str,
    secrets: &OrgSecrets,
    now_ms: i64,
) -> Result<Statement, Distrust> {
    let signature: [u8; 32] = hex::decode(signature).ok_or(Distrust::Form)?;
    let secret = secrets.get(&statement.org).ok_or(Distrust::UnknownOrg)?;
    // HMAC takes a key of any length, so there is no error to come.
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes()).map_err(|_| Distrust::Signature)?;
    mac.update(payload.as_bytes());
    // Takes the same time wherever the two differ.
    mac.verify_slice(&signature).map_err(|_| Distrust::Signature)?;
    // Below here it is the CRM that speaks; still, its user's id is the key to all that is stored.
    if statement.user.is_empty() || statement.user.len() > ID_BYTES_MAX {
        return Err(Distrust::Form);
    }
    if statement.signed_at_ms.abs_diff(now_ms) > STATEMENT_WINDOW_MS {
        return Err(Distrust::Time);
    }
    Ok(statement)
}
