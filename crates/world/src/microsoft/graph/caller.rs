//! Who asks, and what they may do.
//!
//! See <https://learn.microsoft.com/en-us/graph/permissions-overview>.

use crate::microsoft::identity::Store;
use crate::microsoft::refusal::Refusal;
use crate::microsoft::todo::{application_denied, foreign_denied};
use jiff::Timestamp;

/// The holder of an access token.
#[derive(Clone, Debug)]
pub(super) struct Caller {
    pub(super) app: String,
    pub(super) tenant: String,
    /// `None` when an application acts for itself.
    pub(super) user: Option<String>,
    grants: Vec<String>,
}

/// A right that a request needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::microsoft) enum Right {
    FollowTaskLists,
    ReadCalendars,
    ReadContacts,
    ReadMail,
    ReadMyProfile,
    ReadTasks,
    ReadUsers,
    SendMail,
    WriteCalendars,
    WriteContacts,
    WriteMail,
    WriteTasks,
}

impl Right {
    /// The permissions that give it.
    const fn permissions(self) -> &'static [&'static str] {
        match self {
            Right::ReadContacts => &["Contacts.Read", "Contacts.ReadWrite"],
            Right::ReadCalendars => &["Calendars.Read", "Calendars.ReadWrite"],
            Right::WriteCalendars => &["Calendars.ReadWrite"],
            Right::WriteContacts => &["Contacts.ReadWrite"],
            Right::ReadMail => &["Mail.Read", "Mail.ReadWrite"],
            Right::SendMail => &["Mail.Send"],
            Right::WriteMail => &["Mail.ReadWrite"],
            Right::FollowTaskLists => &["Tasks.ReadWrite", "Tasks.Read.All", "Tasks.ReadWrite.All"],
            Right::ReadTasks => &["Tasks.Read", "Tasks.ReadWrite", "Tasks.Read.All", "Tasks.ReadWrite.All"],
            Right::WriteTasks => &["Tasks.ReadWrite", "Tasks.ReadWrite.All"],
            Right::ReadMyProfile => &["User.Read", "User.ReadBasic.All", "User.Read.All"],
            Right::ReadUsers => &["User.ReadBasic.All", "User.Read.All"],
        }
    }

    /// Whether it is one of To Do, which refuses in its own way.
    pub(super) const fn is_of_tasks(self) -> bool {
        matches!(self, Right::FollowTaskLists | Right::ReadTasks | Right::WriteTasks)
    }
}

impl Caller {
    /// Reads `Authorization`.
    pub(super) fn read(store: &Store, header: Option<&str>, now: Timestamp) -> Result<Self, Refusal> {
        let token = header
            .and_then(|header| header.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .map(|(_, token)| token.trim())
            .filter(|token| !token.is_empty())
            .ok_or_else(|| unauthorized("Access token is empty."))?;
        let access = store
            .access(token)
            .ok_or_else(|| unauthorized("IDX14100: JWT is not well formed, there are no dots (.)."))?;
        if access.expires <= now {
            return Err(unauthorized("Lifetime validation failed, the token is expired."));
        }
        Ok(Self {
            app: access.client.clone(),
            tenant: access.tenant.clone(),
            user: access.user.clone(),
            grants: access.grants.clone(),
        })
    }

    /// Whether the token gives a right.
    pub(super) fn may(&self, right: Right) -> bool {
        self.grants.iter().any(|grant| right.permissions().contains(&grant.as_str()))
    }
}

/// The mailbox is closed to this caller, or what is asked of it.
pub(super) fn denied(caller: &Caller, right: Right, own: bool) -> Refusal {
    match (right.is_of_tasks(), &caller.user, own) {
        (true, None, _) => application_denied(),
        (true, Some(_), false) => foreign_denied(),
        _ => mailbox_denied(),
    }
}

fn unauthorized(message: &str) -> Refusal {
    let challenge = "Bearer realm=\"\", \
        authorization_uri=\"https://login.microsoftonline.com/common/oauth2/authorize\", \
        client_id=\"00000003-0000-0000-c000-000000000000\"";
    Refusal::new(401, "InvalidAuthenticationToken", message).header("WWW-Authenticate", challenge)
}

/// The mailbox is closed to this caller.
fn mailbox_denied() -> Refusal {
    Refusal::new(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.")
}

/// The directory is closed to this caller.
pub(super) fn directory_denied() -> Refusal {
    Refusal::new(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")
}

/// There is no "me" for an application that acts for itself.
pub(super) fn no_me() -> Refusal {
    Refusal::new(400, "BadRequest", "/me request is only valid with delegated authentication flow.")
}
