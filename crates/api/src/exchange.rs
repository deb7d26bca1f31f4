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
    /// By what it signs in.
    #[serde(default)]
    pub sign_in: ExchangeSignIn,
    /// The password: always sent where it is what signs in, never answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
    /// Where the service is, once a test has found it: answered. What is sent of it isn't looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// The version of the server's schema, likewise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Whether the server refused the password: the account isn't used by itself until there is another one, as each
    /// time counts towards its lock-out. Likewise.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_refused: bool,
}

/// By what an account signs in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ExchangeSignIn {
    /// Its name and password.
    #[default]
    Password,
    /// A token of the organisation's application at Microsoft, which the server trusts (hybrid): for the organisation's
    /// account only.
    Application,
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

/// Authorities that an organisation trusts for its Exchange Servers, beyond the public ones.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ExchangeAuthorities {
    /// Their certificates in PEM, one after the other; empty for none.
    pub pem: String,
}

/// Asks whether an account on an Exchange Server works.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ExchangeTest {
    /// Hosts outside of the address's own domain that the person agreed to have asked, with the credentials.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// For the account that acts for everybody: the address of the mailbox that it is tried with; without, the caller's
    /// connected mailbox.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mailbox: Option<String>,
}

/// Whose mailbox it is, is personal data.
impl fmt::Debug for ExchangeTest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExchangeTest").finish_non_exhaustive()
    }
}

/// What came of a test.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ExchangeTested {
    /// Each thing that was looked at, in the order in which it was.
    pub checks: Vec<ExchangeChecked>,
    /// The host, outside of the address's own domain, that is to be asked next if the person agrees: to be sent back.
    pub confirm: Option<String>,
    /// The account as it is stored now.
    pub account: ExchangeAccount,
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ExchangeChecked {
    /// What.
    pub check: ExchangeCheck,
    /// What is wrong with it; `None` where all is well.
    pub code: Option<ExchangeTrouble>,
}

/// What is looked at, in this order: nothing after the first that is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ExchangeCheck {
    /// The server was found, and answers.
    Server,
    /// Its certificate is trusted.
    Certificate,
    /// The account is let in.
    SignIn,
    /// It is an Exchange Server of a version that can be spoken with.
    Version,
    /// The account may act for others: only where it does.
    ActsFor,
    /// The mailbox can be opened.
    Mailbox,
}

/// What is wrong with the way to an Exchange Server, as a stable code. The numbers are part of the interface: never
/// reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum ExchangeTrouble {
    /// No server was found by the address.
    #[serde(rename = "MXS-4101")]
    NotFound,
    /// The search leads to another domain: a person has to agree first.
    #[serde(rename = "MXS-4102")]
    AskFirst,
    /// The server can't be reached, or doesn't answer.
    #[serde(rename = "MXS-4103")]
    Away,
    /// The server's address is never asked, or is inside a network that the operator didn't name.
    #[serde(rename = "MXS-4104")]
    NotAsked,
    /// The server's certificate comes from nobody known: the company's own authority, or the server itself.
    #[serde(rename = "MXS-4105")]
    UnknownAuthority,
    /// The server's certificate has run out, is for another name, or can't be used.
    #[serde(rename = "MXS-4106")]
    BadCertificate,
    /// The server offers no way to sign in that can be gone.
    #[serde(rename = "MXS-4107")]
    NoWayToSignIn,
    /// The name or the password is wrong; or the account is locked or disabled, which servers don't tell apart.
    #[serde(rename = "MXS-4108")]
    WrongPassword,
    /// The password has expired, or must be changed.
    #[serde(rename = "MXS-4109")]
    PasswordExpired,
    /// The account may not use the service, or is disabled.
    #[serde(rename = "MXS-4110")]
    Denied,
    /// The account has no right to act for others.
    #[serde(rename = "MXS-4111")]
    MayNotActForOthers,
    /// There is no mailbox of the address, or it is disabled.
    #[serde(rename = "MXS-4112")]
    NoMailbox,
    /// The server is older than Exchange 2007 with Service Pack 1.
    #[serde(rename = "MXS-4113")]
    TooOld,
    /// What answers is no Exchange Server, or somebody between changes what it says.
    #[serde(rename = "MXS-4114")]
    NotExchange,
    /// The server is busy or fails at the moment.
    #[serde(rename = "MXS-4115")]
    Busy,
}

impl ExchangeTrouble {
    /// Every code.
    pub const ALL: [Self; 15] = [
        Self::NotFound,
        Self::AskFirst,
        Self::Away,
        Self::NotAsked,
        Self::UnknownAuthority,
        Self::BadCertificate,
        Self::NoWayToSignIn,
        Self::WrongPassword,
        Self::PasswordExpired,
        Self::Denied,
        Self::MayNotActForOthers,
        Self::NoMailbox,
        Self::TooOld,
        Self::NotExchange,
        Self::Busy,
    ];

    /// The code as it is written on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotFound => "MXS-4101",
            Self::AskFirst => "MXS-4102",
            Self::Away => "MXS-4103",
            Self::NotAsked => "MXS-4104",
            Self::UnknownAuthority => "MXS-4105",
            Self::BadCertificate => "MXS-4106",
            Self::NoWayToSignIn => "MXS-4107",
            Self::WrongPassword => "MXS-4108",
            Self::PasswordExpired => "MXS-4109",
            Self::Denied => "MXS-4110",
            Self::MayNotActForOthers => "MXS-4111",
            Self::NoMailbox => "MXS-4112",
            Self::TooOld => "MXS-4113",
            Self::NotExchange => "MXS-4114",
            Self::Busy => "MXS-4115",
        }
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
            sign_in: ExchangeSignIn::Password,
            password: Some("secret".to_owned()),
            service: None,
            version: None,
            is_refused: false,
        };
        let password = NewPassword { password: "secret".to_owned() };
        let test = ExchangeTest { hosts: Vec::new(), mailbox: Some("anna.secret@corp.example".to_owned()) };
        assert!(!format!("{account:?} {password:?} {test:?}").contains("secret"));
    }

    #[test]
    fn codes_are_written_as_they_are_told() {
        for code in ExchangeTrouble::ALL {
            assert_eq!(serde_json::to_value(code).ok(), Some(code.as_str().into()));
        }
    }

    /// What was stored before there was more to say is read as it was meant.
    #[test]
    fn an_account_of_an_earlier_version_signs_in_by_its_password() {
        let stored = r#"{"address":"ada@corp.example","user":"ada","domain":"CORP"}"#;
        let account: ExchangeAccount = serde_json::from_str(stored).expect("an account");
        assert_eq!((account.sign_in, account.service), (ExchangeSignIn::Password, None));
    }
}
