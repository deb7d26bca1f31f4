//! Who is asking.
//!
//! The tab can't prove who its user is, since anything in a frame can be forged. So the CRM signs it: a
//! Deluge function of the extension runs as the current user and signs a [`Statement`] with the
//! organisation's secret, which never reaches the browser.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A nonce to be signed, once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
#[derive(Clone, PartialEq, Eq)]
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

/// The address is personal data, and the nonce may still be open.
impl fmt::Debug for Statement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Statement").field("signed_at_ms", &self.signed_at_ms).finish_non_exhaustive()
    }
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
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SessionRequest {
    /// The signed [`Statement`].
    pub statement: String,
}

/// Whoever has the statement can have a session.
impl fmt::Debug for SessionRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionRequest").finish_non_exhaustive()
    }
}

/// A session.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Session {
    /// The bearer token.
    pub token: String,
    /// How long it lasts, in seconds.
    pub expires_in_s: u32,
}

/// Whoever has the token has the session.
impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("expires_in_s", &self.expires_in_s).finish_non_exhaustive()
    }
}

/// Whether the function can work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Health {
    /// `ok` when the database answers.
    pub status: String,
    /// The function's version.
    pub version: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples that the Deluge script, the sandbox and the function share.
    #[test]
    fn statements_are_what_the_crm_signs() {
        let file: serde_json::Value =
            serde_json::from_str(include_str!("../../../tests/vectors/issue_session.json")).expect("JSON");
        for vector in file["vectors"].as_array().expect("vectors") {
            let text = |name: &str| vector[name].as_str().expect("text").to_owned();
            let expected = Statement {
                org: text("org"),
                user: text("user"),
                email: text("email"),
                nonce: text("nonce"),
                signed_at_ms: vector["signed_at_ms"].as_i64().expect("a number"),
            };
            let signed = text("statement");
            let (statement, payload, signature) = Statement::split(&signed).expect("a statement");
            assert_eq!(statement, expected);
            assert_eq!((payload, signature), (&*text("payload"), &*text("signature")));
            assert_eq!(statement.payload(), payload);
            assert!(!format!("{statement:?}").contains(&expected.email));
        }
    }

    #[test]
    fn other_text_is_no_statement() {
        for text in ["", ".", "a|b|c|d|1", "a|b|c|d.00", "a|b|c|d|e|1.00", "a|b|c|d|x.00", "a|b|c|d|.00"] {
            assert_eq!(Statement::split(text).map(|_| ()), Err(StatementError), "{text}");
        }
    }
}
