//! By which door something was told.

use mxs_core::ExchangeId;
use mxs_graph::Place;

/// What ids of items and names of places begin with that Exchange Web Services told. They are remembered, so that this
/// never changes; nothing that Microsoft Graph tells begins with it.
const EWS: &str = "ews:";

/// One of the two doors of a mailbox.
///
/// Both name one item differently, and neither understands the other's names, nor how far the other has read. So what is
/// remembered says by which door it was told: after a mailbox has moved, nobody takes an id that its new door doesn't
/// know for an item that is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// Microsoft Graph.
    Graph,
    /// Exchange Web Services.
    Ews,
}

impl Door {
    /// The name under which is remembered how far a place was read.
    pub(crate) fn key(self, place: &Place) -> String {
        match self {
            Self::Graph => place.key(),
            Self::Ews => format!("{EWS}{}", place.key()),
        }
    }

    /// Whether this door has told an id, or how far it has read.
    pub(crate) fn has_told(self, text: &str) -> bool {
        text.starts_with(EWS) == (self == Self::Ews)
    }

    /// Whether an item gets another id when it goes to another folder.
    pub(crate) const fn renames(self) -> bool {
        matches!(self, Self::Ews)
    }
}

/// What Exchange Web Services calls something, as it is remembered.
pub(super) fn named(text: &str) -> String {
    format!("{EWS}{text}")
}

/// What Exchange Web Services calls something that is remembered; `None` where it hasn't told it.
pub(super) fn bare(text: &str) -> Option<&str> {
    text.strip_prefix(EWS)
}

/// The id of an item, as it is remembered.
pub(super) fn named_id(id: &ExchangeId) -> ExchangeId {
    ExchangeId::new(named(id.as_str()))
}

/// The id of an item, as Exchange Web Services has told it.
pub(super) fn bare_id(id: &ExchangeId) -> Option<ExchangeId> {
    bare(id.as_str()).map(ExchangeId::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_remembered_says_who_told_it() {
        let id = ExchangeId::new("AAMk=");
        let ews = named_id(&id);
        assert_eq!((bare_id(&ews), bare_id(&id)), (Some(id.clone()), None));
        for (door, text, wanted) in [
            (Door::Graph, "", true),
            (Door::Graph, "AAMk=", true),
            (Door::Graph, "ews:AAMk=", false),
            (Door::Ews, "ews:", true),
            (Door::Ews, "ews:AAMk=", true),
            (Door::Ews, "AAMk=", false),
        ] {
            assert_eq!(door.has_told(text), wanted, "{door:?} {text}");
        }
        for door in [Door::Graph, Door::Ews] {
            assert!(door.has_told(&door.key(&Place::Contacts)));
            assert!(door.has_told(&door.key(&Place::ContactFolder("F".into()))));
        }
        assert_eq!(Door::Graph.key(&Place::Contacts), "", "it is stored, and never changes");
    }
}
