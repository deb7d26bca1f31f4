//! Letting the function act for a person, or for an organisation, when no tab is open.
//!
//! The browser is sent to the vendor and comes back to a page of the tab, which hands what it came back with to the
//! function: under the same session that began, so that nobody can have somebody else's consent put to his own account.

use serde::{Deserialize, Serialize};

/// How long a consent may take, in seconds.
pub const CONSENT_SECONDS: u32 = 600;

/// The most bytes in the body that names an organisation's application: a certificate with its key.
pub const APPLICATION_BYTES_MAX: usize = 64 * 1024;

/// What the function is to be let in to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum To {
    /// The organisation's CRM. The person must be an administrator of it, and is by that known as one.
    Crm,
    /// The person's own mailbox.
    Mailbox,
}

impl To {
    /// Its word, as it is stored and on the wire.
    pub const fn word(self) -> &'static str {
        match self {
            To::Crm => "crm",
            To::Mailbox => "mailbox",
        }
    }
}

/// Asks for a consent to begin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ConsentRequest {
    /// To what.
    pub to: To,
}

/// Where to send the person.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Consent {
    /// The vendor's page.
    pub url: String,
    /// How long it may take, in seconds.
    pub expires_in_s: u32,
}

/// The address has the state in it, which ties the answer to the one who began.
impl std::fmt::Debug for Consent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Consent").field("expires_in_s", &self.expires_in_s).finish_non_exhaustive()
    }
}

/// What the browser came back with.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ConsentAnswer {
    /// The query of the address, with or without its question mark.
    pub query: String,
}

/// The query has a code in it that opens a door.
impl std::fmt::Debug for ConsentAnswer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ConsentAnswer(..)")
    }
}

/// The function may act now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Consented {
    /// For what.
    pub to: To,
}

/// What the function may do by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Access {
    /// Whether it holds keys at all.
    pub has_keys: bool,
    /// Whether an administrator of the CRM has let it in.
    pub crm: bool,
    /// Whether the person has let it into the mailbox.
    pub mailbox: bool,
    /// Whether the organisation's application opens the mailbox.
    pub application: bool,
    /// Whether the CRM says that the person is an administrator.
    pub is_admin: bool,
}

/// The organisation's own application at Microsoft, by which the function opens all its mailboxes. Tasks are not offered
/// then: To Do is a person's own.
///
/// It is the organisation's own registration, with one of secret and certificate, since that is what proves whose
/// directory it is: a consent to an application of ours would only name one.
///
/// <https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-client-creds-grant-flow>
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Application {
    /// The directory's id.
    pub tenant: String,
    /// The registration's id.
    pub client_id: String,
    /// A client secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
    /// In its place a certificate and its private key, both in PEM.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<String>,
}

/// It opens every mailbox of an organisation.
impl std::fmt::Debug for Application {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Application").field("client_id", &self.client_id).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_stored_is_what_is_on_the_wire() {
        for to in [To::Crm, To::Mailbox] {
            assert_eq!(serde_json::to_value(to).expect("JSON"), to.word());
        }
    }

    #[test]
    fn what_opens_a_door_is_not_shown() {
        let consent = Consent { url: "https://login.example/?state=secret".to_owned(), expires_in_s: 600 };
        let answer = ConsentAnswer { query: "code=secret".to_owned() };
        assert!(!format!("{consent:?} {answer:?}").contains("secret"));
    }
}
