//! Who is asking.
//!
//! The tab can't prove who its user is, since anything in a frame can be forged. So the CRM signs it: a
//! Deluge function of the extension runs as the current user and signs a [`Statement`] with the
//! organisation's secret, which never reaches the browser.

use serde::{Deserialize, Serialize};

/// A nonce to be signed, once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Challenge {
    /// The nonce.
    pub nonce: String,
    /// How long it may be answered, in seconds.
    pub expires_in_s: u32,
}

/// What the CRM signs, as text: `org|user|email|nonce|milliseconds.hex-hmac-sha256`.
///
/// The signature covers everything before the last dot. The order is the Deluge function's, see
/// `deluge/issue_session.deluge`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The CRM organisation (`zgid`).
    pub org: String,
    /// The CRM user's id.
    pub user: String,
    /// The CRM user's e-mail address.
    pub email: String,
    /// The nonce of the challenge.
    pub nonce: String,
    /// When it was signed, in milliseconds since 1970.
    pub signed_at_ms: i64,
}

/// The text is no statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatementError;

impl Statement {
    /// The text that is signed.
    pub fn payload(&self) -> String {
        format!("{}|{}|{}|{}|{}", self.org, self.user, self.email, self.nonce, self.signed_at_ms)
    }

    /// Splits a signed statement into the statement, the signed text and the signature in hex. The
    /// signature is not checked here.
    pub fn split(signed: &str) -> Result<(Self, &str, &str), StatementError> {
        let (payload, signature) = signed.rsplit_once('.').ok_or(StatementError)?;
        let parts: Vec<&str> = payload.split('|').collect();
        let [org, user, email, nonce, signed_at] = parts.as_slice() else { return Err(StatementError) };
        let statement = Self {
            org: (*org).to_owned(),
            user: (*user).to_owned(),
            email: (*email).to_owned(),
            nonce: (*nonce).to_owned(),
            signed_at_ms: signed_at.parse().map_err(|_| StatementError)?,
        };
        Ok((statement, payload, signature))
    }
}

/// Asks for a session.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionRequest {
    /// The signed [`Statement`].
    pub statement: String,
}

/// A session.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Session {
    /// The bearer token.
    pub token: String,
    /// How long it lasts, in seconds.
    pub expires_in_s: u32,
}

/// Whether the function can work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Health {
    /// `ok` when the database answers.
    pub status: String,
    /// The function's version.
    pub version: String,
}
