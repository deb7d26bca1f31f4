//! What a subscription tells of.

use crate::microsoft::graph::Right;

/// What a subscription tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::microsoft) enum Family {
    Contacts,
    Events,
    Messages,
    Tasks,
}

impl Family {
    /// Whether it is of Outlook: To Do tells less of what becomes of a subscription.
    ///
    /// See <https://learn.microsoft.com/en-us/graph/change-notifications-lifecycle-events#supported-resources>.
    pub(super) const fn is_of_outlook(self) -> bool {
        !matches!(self, Family::Tasks)
    }

    /// The right that a subscription needs.
    pub(in crate::microsoft) const fn right(self) -> Right {
        match self {
            Family::Contacts => Right::ReadContacts,
            Family::Events => Right::ReadCalendars,
            Family::Messages => Right::ReadMail,
            Family::Tasks => Right::ReadTasks,
        }
    }

    /// The type of an item in a notice, spelt as the service spells it there.
    pub(super) const fn entity(self) -> &'static str {
        match self {
            Family::Contacts => "#Microsoft.Graph.Contact",
            Family::Events => "#Microsoft.Graph.Event",
            Family::Messages => "#Microsoft.Graph.Message",
            Family::Tasks => "#Microsoft.Graph.TodoTask",
        }
    }

    /// The address of an item in a notice.
    pub(super) fn address(self, user: &str, folder: &str, id: &str) -> String {
        match self {
            Family::Contacts => format!("Users/{user}/Contacts/{id}"),
            Family::Events => format!("Users/{user}/Events/{id}"),
            Family::Messages => format!("Users/{user}/Messages/{id}"),
            Family::Tasks => format!("Users/{user}/Todo/Lists/{folder}/Tasks/{id}"),
        }
    }
}
