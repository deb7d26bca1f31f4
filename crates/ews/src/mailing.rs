//! Whom a write of a meeting mails.

/// Whom a write of a meeting mails: what the plan says. The service wants to be told of each calendar item.
///
/// <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/createitem>
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mailing {
    /// Nobody.
    Nobody,
    /// Of an update, only those who are newly invited, or no longer; of anything else, everybody.
    Changed,
    /// Everybody who is invited, or was; nothing is kept in Sent Items.
    Everybody,
}

impl Mailing {
    /// The service's word for creations and deletes.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Nobody => "SendToNone",
            Self::Changed | Self::Everybody => "SendOnlyToAll",
        }
    }

    /// The service's word for updates.
    pub(crate) const fn word_of_update(self) -> &'static str {
        match self {
            Self::Changed => "SendOnlyToChanged",
            Self::Nobody | Self::Everybody => self.word(),
        }
    }
}
