//! E-mail addresses, as far as telling people apart goes.

use std::fmt;

/// The longest address that mail can be sent to.
///
/// <https://www.rfc-editor.org/errata/eid1690>
const ADDRESS_MAX: usize = 254;

/// An address in the form in which two of them are compared: without regard to case, as everybody delivers mail.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address(String);

impl Address {
    /// Takes an address; `None` for what mail can't be sent to, such as the name that Exchange gives to a sender
    /// inside the organisation.
    pub fn new(text: &str) -> Option<Self> {
        let text = text.trim().to_lowercase();
        let fits = text.len() <= ADDRESS_MAX && !text.chars().any(|c| c.is_whitespace() || c.is_control());
        let (local, domain) = text.rsplit_once('@')?;
        (fits && !local.is_empty() && !domain.is_empty()).then_some(Self(text))
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands behind the `@`.
    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }
}

/// Addresses are personal data.
impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<address>")
    }
}
