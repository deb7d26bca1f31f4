//! What can be subscribed to.

use crate::place::Place;
use mxs_http::url;

/// What a subscription tells of.
///
/// <https://learn.microsoft.com/en-us/graph/outlook-change-notifications-overview#request-permissions>
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Resource {
    /// The contacts of one folder.
    ContactFolder(String),
    /// All contacts.
    Contacts,
    /// The events of all calendars: there are no subscriptions to a single one.
    Events,
    /// The messages of one folder.
    MailFolder(String),
    /// The tasks of one list, for whoever signed in: an application can't have them.
    TaskList(String),
}

impl Resource {
    /// What tells of the changes in a place.
    pub fn of(place: &Place) -> Self {
        match place {
            Place::Calendar { .. } => Self::Events,
            Place::ContactFolder(id) => Self::ContactFolder(id.clone()),
            Place::Contacts => Self::Contacts,
            Place::TaskList(list) => Self::TaskList(list.as_str().to_owned()),
        }
    }

    /// Its address in the mailbox of the person with this object id.
    pub(super) fn path(&self, user: &str) -> String {
        let user = url::encode(user);
        match self {
            Self::ContactFolder(id) => format!("/users/{user}/contactFolders/{}/contacts", url::encode(id)),
            Self::Contacts => format!("/users/{user}/contacts"),
            Self::Events => format!("/users/{user}/events"),
            Self::MailFolder(id) => format!("/users/{user}/mailFolders/{}/messages", url::encode(id)),
            Self::TaskList(id) => format!("/me/todo/lists/{}/tasks", url::encode(id)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Window;
    use crate::task_lists::ListId;
    use mxs_core::Date;

    #[test]
    fn each_place_is_told_of_by_its_resource() {
        let day = Date::new(2026, 1, 1).expect("a day");
        let window = Window { start: day, end: day };
        let cases = [
            (Place::Contacts, "/users/u-1/contacts"),
            (Place::ContactFolder("F/=".into()), "/users/u-1/contactFolders/F%2F%3D/contacts"),
            (Place::Calendar { id: None, window }, "/users/u-1/events"),
            (Place::Calendar { id: Some("C".into()), window }, "/users/u-1/events"),
            (Place::TaskList(ListId::new("L=")), "/me/todo/lists/L%3D/tasks"),
        ];
        for (place, wanted) in cases {
            assert_eq!(Resource::of(&place).path("u-1"), wanted, "{place:?}");
        }
        assert_eq!(Resource::MailFolder("inbox".into()).path("u/1"), "/users/u%2F1/mailFolders/inbox/messages");
    }
}
