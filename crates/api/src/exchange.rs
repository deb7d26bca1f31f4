//! An account on an Exchange Server of the organisation's own.

use serde::{Deserialize, Serialize};
use std::fmt;

/// An account by which the function reaches mailboxes on an Exchange Server: a person's own, or the organisation's that
/// acts for everybody ([`EwsAccess`](crate::EwsAccess)).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ExchangeAccount {
    /// Its e-mail address, by which the server is also found where none is named.
    pub address: String,
    /// The name it signs in with.
    pub user: String,
    /// The Windows domain that belongs to the name, where the server wants one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub domain: Option<String>,
    /// The server, such as `https://mail.corp.example`; without, it is found by the address (Autodiscover).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server: Option<String>,
    /// The password: always sent, never answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
}

/// It opens a mailbox, or all of an organisation's.
impl fmt::Debug for ExchangeAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExchangeAccount").finish_non_exhaustive()
    }
}

/// Another password of the same account.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NewPassword {
    /// The password.
    pub password: String,
}

impl fmt::Debug for NewPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewPassword").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_opens_a_mailbox_is_not_shown() {
        let account = ExchangeAccount {
            address: "anna.secret@corp.example".to_owned(),
            user: "anna.secret".to_owned(),
            domain: None,
            server: None,
            password: Some("secret".to_owned()),
        };
        let password = NewPassword { password: "secret".to_owned() };
        assert!(!format!("{account:?} {password:?}").contains("secret"));
    }
}
