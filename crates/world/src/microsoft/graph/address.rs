//! Which resource an address names.
//!
//! Graph accepts keys as segments (`contacts/id`) and in brackets (`contacts('id')`), functions with and
//! without brackets and namespace, and names in any case.

use super::calendar::CalendarPlace;
use super::mail::MailPlace;
use super::subscriptions::SubscriptionPlace;
use super::todo::TodoPlace;
use crate::microsoft::refusal::Refusal;

/// Whose data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    /// The signed-in user.
    Me,
    /// The user of this id or user principal name.
    User(String),
}

/// A resource that this stand-in covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// `/$batch`.
    Batch,
    /// Something of the subscriptions.
    Subscriptions(SubscriptionPlace),
    /// `/users`.
    Users,
    /// Something of a user.
    Of(Owner, Thing),
}

/// Something of a user. A folder of `None` is the default contact folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Thing {
    Profile,
    Folders { parent: Option<String> },
    FoldersDelta,
    Folder(String),
    Contacts { folder: Option<String> },
    ContactsCount { folder: Option<String> },
    ContactsDelta { folder: Option<String> },
    Contact { folder: Option<String>, id: String },
    PermanentDelete { folder: Option<String>, id: String },
    Mail(MailPlace),
    Todo(TodoPlace),
    Calendar(CalendarPlace),
}

/// Reads the segments behind the version.
pub(super) fn place(segments: &[String]) -> Result<Place, Refusal> {
    let segments = plain(segments);
    let parts: Vec<&str> = segments.iter().map(String::as_str).collect();
    match parts.as_slice() {
        [batch] if is(batch, "$batch") => Ok(Place::Batch),
        [me, rest @ ..] if is(me, "me") => Ok(Place::Of(Owner::Me, thing(rest)?)),
        [subscriptions, rest @ ..] if is(subscriptions, "subscriptions") => {
            SubscriptionPlace::read(rest).map(Place::Subscriptions)
        }
        [users] if is(users, "users") => Ok(Place::Users),
        [users, id, rest @ ..] if is(users, "users") => Ok(Place::Of(Owner::User((*id).to_owned()), thing(rest)?)),
        [] => Err(unknown("")),
        [first, ..] => Err(unknown(first)),
    }
}

fn thing(parts: &[&str]) -> Result<Thing, Refusal> {
    match parts {
        [] => Ok(Thing::Profile),
        [contacts, rest @ ..] if is(contacts, "contacts") => of_contacts(None, rest),
        [folders, rest @ ..] if is(folders, "contactFolders") => of_folders(None, rest),
        [todo, rest @ ..] if is(todo, "todo") => TodoPlace::read(rest).map(Thing::Todo),
        parts => match MailPlace::read(parts) {
            Some(place) => place.map(Thing::Mail),
            None => CalendarPlace::read(parts).map(Thing::Calendar),
        },
    }
}

fn of_folders(parent: Option<String>, parts: &[&str]) -> Result<Thing, Refusal> {
    match parts {
        [] => Ok(Thing::Folders { parent }),
        [delta] if is(delta, "delta") && parent.is_none() => Ok(Thing::FoldersDelta),
        [id] => Ok(Thing::Folder((*id).to_owned())),
        [id, children, rest @ ..] if is(children, "childFolders") => of_folders(Some((*id).to_owned()), rest),
        [id, contacts, rest @ ..] if is(contacts, "contacts") => of_contacts(Some((*id).to_owned()), rest),
        [_, other, ..] => Err(unknown(other)),
    }
}

fn of_contacts(folder: Option<String>, parts: &[&str]) -> Result<Thing, Refusal> {
    match parts {
        [] => Ok(Thing::Contacts { folder }),
        [count] if is(count, "$count") => Ok(Thing::ContactsCount { folder }),
        [delta] if is(delta, "delta") => Ok(Thing::ContactsDelta { folder }),
        [id] => Ok(Thing::Contact { folder, id: (*id).to_owned() }),
        [id, action] if is(action, "permanentDelete") => Ok(Thing::PermanentDelete { folder, id: (*id).to_owned() }),
        [_, other, ..] => Err(unknown(other)),
    }
}

/// Whether a segment is this name, in whatever case.
pub(super) fn is(segment: &str, name: &str) -> bool {
    segment.eq_ignore_ascii_case(name)
}

/// The router refuses what it doesn't know before anyone looks at rights.
pub(super) fn unknown(segment: &str) -> Refusal {
    Refusal::new(400, "BadRequest", format!("Resource not found for the segment '{segment}'."))
}

/// Takes keys out of their brackets, and brackets and namespace off functions.
fn plain(segments: &[String]) -> Vec<String> {
    let mut plain = Vec::new();
    for segment in segments {
        let bare = segment.strip_prefix("microsoft.graph.").unwrap_or(segment);
        match bare.strip_suffix(')').and_then(|rest| rest.split_once('(')) {
            Some((name, "")) => plain.push(name.to_owned()),
            Some((name, key)) if key.len() >= 2 && key.starts_with('\'') && key.ends_with('\'') => {
                plain.push(name.to_owned());
                plain.push(key[1..key.len() - 1].replace("''", "'"));
            }
            _ => plain.push(bare.to_owned()),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::microsoft::target::Target;

    fn at(path: &str) -> Result<Place, String> {
        place(&Target::parse(path).segments).map_err(|refusal| refusal.message)
    }

    fn me(thing: Thing) -> Result<Place, String> {
        Ok(Place::Of(Owner::Me, thing))
    }

    fn some(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn every_spelling_of_an_address_is_read() {
        let delta = || me(Thing::ContactsDelta { folder: some("F=") });
        let cases = [
            ("/$batch", Ok(Place::Batch)),
            ("/users?$top=5", Ok(Place::Users)),
            ("/me", me(Thing::Profile)),
            ("/users/a%40b.example", Ok(Place::Of(Owner::User("a@b.example".into()), Thing::Profile))),
            (
                "/users('a%40b.example')/contacts",
                Ok(Place::Of(Owner::User("a@b.example".into()), Thing::Contacts { folder: None })),
            ),
            ("/me/contactFolders/F=/contacts/delta", delta()),
            ("/me/contactfolders('F=')/Contacts/delta()", delta()),
            ("/me/contactFolders/F%3D/contacts/microsoft.graph.delta()", delta()),
            ("/me/contacts/delta?$deltatoken=x", me(Thing::ContactsDelta { folder: None })),
            ("/me/contacts('i')", me(Thing::Contact { folder: None, id: "i".into() })),
            ("/me/contacts/i/permanentDelete", me(Thing::PermanentDelete { folder: None, id: "i".into() })),
            ("/me/contacts/$count", me(Thing::ContactsCount { folder: None })),
            ("/me/contactFolders/delta", me(Thing::FoldersDelta)),
            ("/me/contactFolders/a/childFolders", me(Thing::Folders { parent: some("a") })),
            (
                "/me/contactFolders/a/childFolders/b/contacts/i",
                me(Thing::Contact { folder: some("b"), id: "i".into() }),
            ),
            ("/me/todo/lists('L')/tasks", me(Thing::Todo(TodoPlace::Tasks("L".into())))),
            ("/me/drive", Err("Resource not found for the segment 'drive'.".into())),
            ("/me/contacts/i/photo", Err("Resource not found for the segment 'photo'.".into())),
            ("/groups", Err("Resource not found for the segment 'groups'.".into())),
        ];
        for (path, expected) in cases {
            assert_eq!(at(path), expected, "{path}");
        }
    }
}
