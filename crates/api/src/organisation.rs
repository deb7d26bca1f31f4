//! What administrators decide: for the whole organisation, and for each of its users.

use crate::Settings;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// The seconds between two runs of a mailbox, at least and at most.
pub const INTERVAL_S: (u32, u32) = (60, 86_400);

/// The most profiles of the CRM's whose users have a time of their own between two runs.
pub const PROFILES_MAX: usize = 100;

/// The days for which the audit log is kept, at least and at most.
pub const AUDIT_DAYS: (u32, u32) = (1, 396);

/// The most users who are switched at once.
pub const USERS_SWITCHED_MAX: usize = 500;

/// For how many days what is remembered of an organisation outlives the extension there.
pub const REMEMBERED_DAYS: u32 = 30;

/// How Exchange Server is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum EwsAccess {
    /// One account of the server's opens all mailboxes.
    Impersonation,
    /// Everybody signs in to the own mailbox.
    Individual,
}

impl EwsAccess {
    /// Its word, as it is stored and on the wire.
    pub const fn word(self) -> &'static str {
        match self {
            EwsAccess::Impersonation => "impersonation",
            EwsAccess::Individual => "individual",
        }
    }
}

/// What holds for everybody in the organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Organisation<S = Settings> {
    /// What is synced for users who did not choose, or may not; `None` until an administrator chose.
    pub settings: Option<S>,
    /// Whether users who are no administrators choose for themselves.
    pub users_choose: bool,
    /// The time between two runs of a mailbox, in seconds: within [`INTERVAL_S`].
    pub interval_s: u32,
    /// The same for users whose profile in the CRM, by its id, has another: [`PROFILES_MAX`] profiles at most. Which
    /// profile a user has is asked once a day, and while he uses the tab.
    pub intervals: BTreeMap<String, u32>,
    /// For how many days the audit log is kept: within [`AUDIT_DAYS`].
    pub audit_days: u32,
    /// How Exchange Server is reached. Once chosen it stays.
    pub ews_access: Option<EwsAccess>,
}

/// Switches the sync of one user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Switch {
    /// Whether it is on.
    pub on: bool,
}

/// Switches the sync of several users: of all or, when one of them may not be, of none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SwitchUsers {
    /// Their ids in the CRM, [`USERS_SWITCHED_MAX`] at most.
    pub users: Vec<String>,
    /// Whether it is on.
    pub on: bool,
}

/// It was done; there is nothing to tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Done {}

/// Uninstalls the extension from an organisation. An administrator with a session sends no statement.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Uninstall {
    /// What the CRM signed: `uninstall|` and a [`Statement`](crate::Statement), which opens no session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statement: Option<String>,
}

/// Whoever has the statement can uninstall.
impl fmt::Debug for Uninstall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Uninstall(..)")
    }
}

/// How a user's sync stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum UserState {
    /// Something that concerns the whole organisation keeps it.
    Blocked,
    /// A person must see to it.
    NeedsAttention,
    /// No mailbox is connected.
    NotConnected,
    /// It is switched off.
    Off,
    /// It runs.
    Syncing,
    /// The last run came to its end.
    UpToDate,
    /// It was not synced yet, or is tried again.
    Waiting,
}

/// A part of the CRM's active users, in the CRM's order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UserPage {
    /// The users. Where there was much to search there may be none, and still a next page.
    pub users: Vec<CrmUser>,
    /// What to pass as `after` for the next page; `None` when this is the last.
    pub next: Option<String>,
}

/// An active user of the CRM, and what is known of the sync.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CrmUser {
    /// The id in the CRM.
    pub id: String,
    /// The name, to show; may be empty.
    pub name: String,
    /// The mail address that signs in to the CRM, to show; may be empty.
    pub email: String,
    /// The name of the profile in the CRM, to show; may be empty.
    pub profile: String,
    /// The profile's id; may be empty.
    pub profile_id: String,
    /// The address of the mailbox that is connected.
    pub mailbox: Option<String>,
    /// Whether the sync is switched on.
    pub on: bool,
    /// How it stands.
    pub state: UserState,
    /// When the last run ended: RFC 3339, UTC.
    pub last_run: Option<String>,
    /// When the next one is due.
    pub next_try: Option<String>,
    /// The stable code of what is wrong.
    pub code: Option<String>,
}

/// Names and addresses are personal data.
impl fmt::Debug for CrmUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CrmUser").field("id", &self.id).field("state", &self.state).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_stored_is_what_is_on_the_wire() {
        for access in [EwsAccess::Impersonation, EwsAccess::Individual] {
            assert_eq!(serde_json::to_value(access).expect("JSON"), access.word());
        }
    }

    #[test]
    fn who_somebody_is_is_not_shown() {
        let user = CrmUser {
            id: "411001".to_owned(),
            name: "Anna Secret".to_owned(),
            email: "anna.secret@example.com".to_owned(),
            profile: String::new(),
            profile_id: String::new(),
            mailbox: Some("anna.secret@example.com".to_owned()),
            on: true,
            state: UserState::UpToDate,
            last_run: None,
            next_try: None,
            code: None,
        };
        let uninstall = Uninstall { statement: Some("secret".to_owned()) };
        assert!(!format!("{user:?} {uninstall:?}").to_lowercase().contains("secret"));
    }
}
