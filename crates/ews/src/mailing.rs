//! Whom a write of a meeting mails.

/// Whom a write of a meeting mails: what the plan says. The service wants to be told of each calendar item.
///
/// <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/createitem>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mailing {
    /// Nobody.
    Nobody,
    /// Everybody who is invited, or was; nothing is kept in Sent Items.
    Everybody,
}

impl Mailing {
    /// The service's word, the same of creations, updates and deletes.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Nobody => "SendToNone",
            Self::Everybody => "SendOnlyToAll",
        }
    }
}
