//! Who did what, when, to what, and what came of it.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The most entries, alerts or users in one page.
pub const ADMIN_PAGE_MAX: u32 = 500;

/// The most entries in one answer to `GET /v1/audit.csv`; `to` asks for older ones.
pub const AUDIT_CSV_MAX: u32 = 10_000;

/// What was done, as a stable word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// A mailbox was connected.
    MailboxConnected,
    /// A mailbox was disconnected.
    MailboxDisconnected,
    /// A user chose what is synced.
    SettingsChanged,
    /// A person was sent to a vendor for a consent.
    ConsentBegun,
    /// A person came back from a vendor with a consent.
    ConsentGiven,
    /// The right to act was taken back.
    AccessRevoked,
    /// The organisation's application was put in.
    ApplicationChanged,
    /// The organisation's application was taken out.
    ApplicationRemoved,
    /// An account on an Exchange Server was put in, or another password of it.
    ExchangeAccountChanged,
    /// An account on an Exchange Server was taken out.
    ExchangeAccountRemoved,
    /// The authorities that are trusted for Exchange Servers were changed.
    ExchangeAuthoritiesChanged,
    /// A person agreed that an account's credentials go to a host outside of its own domain.
    ExchangeHostsAgreed,
    /// The sync of users was switched on or off.
    UsersSwitched,
    /// A sync was asked for at once.
    SyncAsked,
    /// What holds for the whole organisation was changed.
    OrganisationChanged,
    /// The extension was uninstalled.
    Uninstalled,
    /// The function stopped syncing a mailbox, until a person sees to what is wrong.
    SyncStopped,
    /// A mailbox in which something was wrong is synced again.
    SyncResumed,
    /// The CRM no longer has a user as an active one.
    UserDeactivated,
    /// The CRM has a user as an active one again.
    UserActivated,
    /// Somebody was kept from what only administrators may: noted once a day for each route.
    Refused,
}

impl Action {
    /// Every action.
    pub const ALL: [Self; 21] = [
        Self::MailboxConnected,
        Self::MailboxDisconnected,
        Self::SettingsChanged,
        Self::ConsentBegun,
        Self::ConsentGiven,
        Self::AccessRevoked,
        Self::ApplicationChanged,
        Self::ApplicationRemoved,
        Self::ExchangeAccountChanged,
        Self::ExchangeAccountRemoved,
        Self::ExchangeAuthoritiesChanged,
        Self::ExchangeHostsAgreed,
        Self::UsersSwitched,
        Self::SyncAsked,
        Self::OrganisationChanged,
        Self::Uninstalled,
        Self::SyncStopped,
        Self::SyncResumed,
        Self::UserDeactivated,
        Self::UserActivated,
        Self::Refused,
    ];

    /// Its word, as it is stored and on the wire.
    pub const fn word(self) -> &'static str {
        match self {
            Action::MailboxConnected => "mailbox_connected",
            Action::MailboxDisconnected => "mailbox_disconnected",
            Action::SettingsChanged => "settings_changed",
            Action::ConsentBegun => "consent_begun",
            Action::ConsentGiven => "consent_given",
            Action::AccessRevoked => "access_revoked",
            Action::ApplicationChanged => "application_changed",
            Action::ApplicationRemoved => "application_removed",
            Action::ExchangeAccountChanged => "exchange_account_changed",
            Action::ExchangeAccountRemoved => "exchange_account_removed",
            Action::ExchangeAuthoritiesChanged => "exchange_authorities_changed",
            Action::ExchangeHostsAgreed => "exchange_hosts_agreed",
            Action::UsersSwitched => "users_switched",
            Action::SyncAsked => "sync_asked",
            Action::OrganisationChanged => "organisation_changed",
            Action::Uninstalled => "uninstalled",
            Action::SyncStopped => "sync_stopped",
            Action::SyncResumed => "sync_resumed",
            Action::UserDeactivated => "user_deactivated",
            Action::UserActivated => "user_activated",
            Action::Refused => "refused",
        }
    }
}

/// A part of the audit log, the newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AuditPage {
    /// The entries.
    pub entries: Vec<AuditEntry>,
    /// What to pass as `after` for the next page; `None` when this is the last.
    pub next: Option<String>,
}

/// One entry of the audit log. It names people by their ids in the CRM, and nobody otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AuditEntry {
    /// When: RFC 3339, UTC.
    pub at: String,
    /// The CRM user who did it; `None` is the function itself.
    pub actor: Option<String>,
    /// What was done: an [`Action`], or one of a newer version.
    pub action: String,
    /// The CRM user to whom it was done; `None` is the organisation.
    pub target: Option<String>,
    /// The stable code of what went wrong; `None` when nothing did.
    pub failure: Option<String>,
    /// More about it: ids and stable words.
    pub detail: BTreeMap<String, String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_stored_is_what_is_on_the_wire() {
        for action in Action::ALL {
            assert_eq!(serde_json::to_value(action).expect("JSON"), action.word());
        }
    }
}
