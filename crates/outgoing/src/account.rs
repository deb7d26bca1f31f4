//! Who comes to an Exchange Server.

use crate::ntlm;
use secrecy::{ExposeSecret, SecretString};
use std::fmt;

/// Who comes to an Exchange Server, and by what that is proven.
#[derive(Clone)]
pub enum Account {
    /// A name and a password: NTLM where the server takes it, else Basic.
    Password {
        /// `ada`, `ada@corp.example`, or `CORP\ada` where no domain is given.
        user: String,
        /// The Windows domain that belongs to the name.
        domain: Option<String>,
        /// The password.
        password: SecretString,
    },
    /// An access token of Microsoft's for this server: where an organisation has both, its own servers and Microsoft 365
    /// (Hybrid Modern Authentication).
    ///
    /// <https://learn.microsoft.com/en-us/microsoft-365/enterprise/configure-exchange-server-for-hybrid-modern-authentication>
    Token(SecretString),
}

/// Who it is, is personal data.
impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Password { .. } => "Account::Password",
            Self::Token(_) => "Account::Token",
        })
    }
}

/// A name in the domain that belongs to it; of both spellings the one with a backslash is for a domain only.
pub(crate) fn in_domain<'a>(user: &'a str, domain: Option<&'a str>) -> (&'a str, &'a str) {
    match (domain, user.split_once('\\')) {
        (Some(domain), _) => (user, domain),
        (None, Some((domain, user))) => (user, domain),
        (None, None) => (user, ""),
    }
}

/// The header field of Basic authentication (RFC 7617), in UTF-8.
pub(crate) fn basic(user: &str, domain: Option<&str>, password: &SecretString) -> SecretString {
    let name = match in_domain(user, domain) {
        (user, "") => user.to_owned(),
        (user, domain) => format!("{domain}\\{user}"),
    };
    let pair = SecretString::from(format!("{name}:{}", password.expose_secret()));
    format!("Basic {}", ntlm::base64(pair.expose_secret().as_bytes())).into()
}
