//! Several reads and writes in one request, whatever kind of items they are of.
//!
//! <https://learn.microsoft.com/en-us/graph/json-batching>

mod answer;
mod part;
mod request;
#[cfg(test)]
mod tests;

use crate::tasks::TimeZone;
use crate::{event, task_fields};
use mxs_core::{Field, Fields, Kind, Patch};

pub use answer::parse;
pub(crate) use answer::read;
pub use part::{Part, PartOutcome};
pub use request::request;
pub(crate) use request::{Step, envelope};

/// The most parts that Graph takes in one batch.
pub const BATCH_MAX: usize = 20;

/// Whether [`Part::Update`] can write the mark. A task's mark is a resource of its own: it takes a [`Part::Mark`].
pub const fn carries_mark(kind: Kind) -> bool {
    match kind {
        Kind::Contact | Kind::Event => true,
        Kind::Task => false,
    }
}

/// Whether [`Part::Update`] needs the body that [`Part::Body`] reads. The body of an online meeting has a block with
/// the way into it; whoever writes the body without the block takes the meeting offline.
///
/// <https://learn.microsoft.com/en-us/graph/api/event-update>
pub fn needs_body(kind: Kind, patch: &Patch, current: &Fields) -> bool {
    kind == Kind::Event && patch.contains(Field::Notes) && current.get(Field::OnlineMeeting).is_some()
}

/// The first field of `patch` that the mailbox has no way to say in an item that now holds `current`; for a creation
/// that is nothing. The rest can be written; such a field is left out of what [`request`] writes, so whoever doesn't
/// ask loses it.
///
/// A rule may have no pattern with the same days; a task takes one when it is created, and with a due date only; and a
/// series in a zone that nobody knows can't be moved without leaving its hour. So may days of the `user`'s be none that
/// a rule has in the zone of the series.
pub fn unwritable(kind: Kind, patch: &Patch, current: &Fields, user: Option<&TimeZone>) -> Option<Field> {
    match kind {
        Kind::Contact => None,
        Kind::Task => {
            let after = patch.applied_to(current);
            let is_asked = patch.contains(Field::Recurrence) && after.get(Field::Recurrence).is_some();
            let is_lost = !current.is_empty() || task_fields::recurrence(&after, None).is_none();
            (is_asked && is_lost).then_some(Field::Recurrence)
        }
        Kind::Event => event::unwritable(patch, current, user),
    }
}
