//! What a step would mail to people outside.
//!
//! The CRM is always written without notifications. In the mailbox nothing can be saved quietly: whoever
//! changes a meeting they organize mails its attendees, and Graph has no way around it.
//!
//! <https://learn.microsoft.com/en-us/graph/api/event-update>

use crate::policy::{ROLE_ATTENDEE, ROLE_ORGANIZER};
use crate::{Base, Field, Fields, Patch, Value};
use std::collections::BTreeSet;

/// Whom a write into the mailbox tells, where it can also be made without telling anybody. A door that can't save a
/// meeting quietly tells the same people by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Recipients {
    /// Nobody.
    Nobody,
    /// Those who are invited by it, or no longer.
    Changed,
    /// Everybody who is invited, or was.
    Everybody,
}

impl Recipients {
    /// Whom the creation of an item that holds `fields` tells.
    pub fn of_creation(fields: &Fields) -> Self {
        if of_creation(fields) == 0 { Self::Nobody } else { Self::Everybody }
    }

    /// Whom `patch` tells, written into an item that holds `now`.
    pub fn of_patch(patch: &Patch, now: &Fields) -> Self {
        let (_, loud) = loud(patch, now);
        match loud.as_slice() {
            [] => Self::Nobody,
            [Field::Attendees] => Self::Changed,
            _ => Self::Everybody,
        }
    }

    /// Whom the deletion of an item that holds `now` tells.
    pub fn of_deletion(now: &Fields) -> Self {
        if of_deletion(now) == 0 { Self::Nobody } else { Self::Everybody }
    }
}

/// What can be changed in one's own meeting without anybody being told.
const QUIET: [Field; 4] = [Field::Categories, Field::Reminder, Field::Sensitivity, Field::ShowAs];

/// The fields of `patch` that mail somebody when they are written into an item, and how many get a mail; `base` is what
/// it and its record hold now.
pub(crate) fn of_patch(patch: &Patch, base: &Base) -> (Vec<Field>, u32) {
    let now = &base.exchange;
    let (loud, whole) = loud(patch, now);
    if loud.is_empty() {
        return (loud, 0);
    }
    let before = attendees(now);
    let after = patch.applied_to(now);
    let after = attendees(&after);
    let all = before.union(&after).count();
    let recipients = match whole.as_slice() {
        [] => 0,
        // Who stays invited hears nothing of who else is.
        [Field::Attendees] => before.symmetric_difference(&after).count(),
        // What differs on a day is an event of its own after the move, to which people are invited.
        _ if moves(patch, now) => all + after.len() * exceptions(now),
        // Who stays invited hears of every day that differs by itself.
        _ => all + before.intersection(&after).count() * exceptions(now),
    };
    // Each occurrence is cancelled by itself, after everything else.
    let cancelled = cancelled(patch, base) * attendees(&patch.applied_to(now)).len();
    (loud, (recipients + cancelled) as u32)
}

/// The fields of `patch` that tell somebody when they are written into an item that holds `now`; and those of them that
/// are written at once, since each occurrence is cancelled by itself.
fn loud(patch: &Patch, now: &Fields) -> (Vec<Field>, Vec<Field>) {
    let invites = |fields: &Fields| !attendees(fields).is_empty();
    if now.text(Field::Role) == ROLE_ATTENDEE || !(invites(now) || invites(&patch.applied_to(now))) {
        return (Vec::new(), Vec::new());
    }
    let loud: Vec<Field> = patch.iter().map(|(field, _)| field).filter(|field| !QUIET.contains(field)).collect();
    let whole = loud.iter().copied().filter(|field| *field != Field::Exclusions).collect();
    (loud, whole)
}

/// How many mails are sent when an item that holds `fields` is created: an invitation each, and a cancellation for
/// every day that a series leaves out, since it is created whole.
pub(crate) fn of_creation(fields: &Fields) -> u32 {
    let days = fields.words(Field::Exclusions).map_or(0, |days| days.iter().count());
    (attendees(fields).len() * (1 + days)) as u32
}

/// How many get a cancellation when an item that holds `now` is deleted.
pub(crate) fn of_deletion(now: &Fields) -> u32 {
    if now.text(Field::Role) == ROLE_ORGANIZER { attendees(now).len() as u32 } else { 0 }
}

/// How many occurrences of a series differ from it.
fn exceptions(now: &Fields) -> usize {
    match now.get(Field::Exceptions) {
        Some(Value::Number(count)) => usize::try_from(*count).unwrap_or_default(),
        _ => 0,
    }
}

/// Whether `patch` makes a series forget what is different or cancelled on single days: another end doesn't.
fn moves(patch: &Patch, now: &Fields) -> bool {
    let has_other_days = |rule: Option<&Value>| {
        let rule = rule.and_then(Value::as_text).unwrap_or_default();
        without_end(rule).ne(without_end(now.text(Field::Recurrence)))
    };
    patch.contains(Field::Start)
        || patch.contains(Field::End)
        || patch.get(Field::Recurrence).is_some_and(has_other_days)
}

/// The parts of a rule, but for when it ends.
fn without_end(rule: &str) -> impl Iterator<Item = &str> {
    rule.split(';').filter(|part| !part.starts_with("COUNT=") && !part.starts_with("UNTIL="))
}

/// How many occurrences of a series `patch` cancels. One that moves forgets what was cancelled. Whenever its times are
/// written, those that its record leaves out are cancelled again, unless they are.
fn cancelled(patch: &Patch, base: &Base) -> usize {
    let has_times = [Field::Start, Field::End, Field::Recurrence].into_iter().any(|field| patch.contains(field));
    let wanted = match patch.get(Field::Exclusions) {
        _ if has_times => base.crm.words(Field::Exclusions),
        patched => patched.flatten().and_then(Value::as_set),
    };
    let before = base.exchange.words(Field::Exclusions).filter(|_| !moves(patch, &base.exchange));
    let is_new = |day: &&str| !before.is_some_and(|before| before.contains(day));
    wanted.map_or(0, |wanted| wanted.iter().filter(is_new).count())
}

fn attendees(fields: &Fields) -> BTreeSet<&str> {
    fields.words(Field::Attendees).into_iter().flat_map(|words| words.iter()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meeting(role: &str, attendees: &[&str]) -> Fields {
        let mut fields = Fields::default().with(Field::Role, role).with(Field::Subject, "Offer");
        fields.put(Field::Attendees, Value::set(attendees));
        fields
    }

    /// Of its days one is cancelled, and one differs.
    fn series_with_exceptions() -> Fields {
        let mut series = meeting("organizer", &["a@x", "b@x"]).with(Field::Recurrence, "FREQ=WEEKLY;COUNT=5");
        series.put(Field::Exclusions, Value::set(["2026-03-02", "2026-03-09"]));
        series.put(Field::Exceptions, Some(Value::Number(1)));
        series
    }

    #[test]
    fn who_would_get_a_mail() {
        let text = |text: &str| Value::text(text);
        let cases = [
            ("nobody is invited", meeting("", &[]), vec![(Field::Subject, text("x"))], 0),
            (
                "all are told of a new title",
                meeting("organizer", &["a@x", "b@x"]),
                vec![(Field::Subject, text("x"))],
                2,
            ),
            ("a reminder is one's own", meeting("organizer", &["a@x"]), vec![(Field::Reminder, None)], 0),
            (
                "only who is added or taken off is told",
                meeting("organizer", &["a@x", "b@x", "c@x"]),
                vec![(Field::Attendees, Value::set(["a@x", "b@x", "d@x"]))],
                2,
            ),
            (
                "with a new title, all: those who go too",
                meeting("organizer", &["a@x", "b@x"]),
                vec![(Field::Attendees, Value::set(["a@x"])), (Field::Subject, text("x"))],
                2,
            ),
            ("the first guest makes it a meeting", meeting("", &[]), vec![(Field::Attendees, Value::set(["a@x"]))], 1),
            ("the last guest is told", meeting("organizer", &["a@x"]), vec![(Field::Attendees, None)], 1),
            (
                "every occurrence is cancelled by itself",
                meeting("organizer", &["a@x", "b@x"]),
                vec![(Field::Exclusions, Value::set(["2026-03-02", "2026-03-09"])), (Field::Subject, text("x"))],
                6,
            ),
            (
                "a series that moves is cancelled again where it was",
                {
                    let mut series = meeting("organizer", &["a@x"]);
                    series.put(Field::Exclusions, Value::set(["2026-03-02"]));
                    series
                },
                vec![(Field::Recurrence, text("FREQ=DAILY"))],
                2,
            ),
            (
                "of a series and of each day that differs, who stays is told by itself",
                series_with_exceptions(),
                vec![(Field::Attendees, Value::set(["a@x", "c@x"])), (Field::Subject, text("x"))],
                4,
            ),
            (
                "a series with another end keeps its days",
                series_with_exceptions(),
                vec![(Field::Recurrence, text("FREQ=WEEKLY;COUNT=9"))],
                4,
            ),
            (
                "a series that moves forgets what was different, which comes again by itself, and leaves those days out",
                series_with_exceptions(),
                vec![(Field::Recurrence, text("FREQ=DAILY;COUNT=9"))],
                8,
            ),
            (
                "one guest more concerns no day",
                series_with_exceptions(),
                vec![(Field::Attendees, Value::set(["a@x", "b@x", "c@x"]))],
                1,
            ),
            ("a guest's own copy", meeting("attendee", &["a@x"]), vec![(Field::Subject, text("x"))], 0),
        ];
        for (why, now, patch, expected) in cases {
            let (base, patch) = (Base { exchange: now.clone(), crm: now }, Patch::from_iter(patch));
            assert_eq!(of_patch(&patch, &base).1, expected, "{why}");
            let is_cancelled_alone = patch.iter().all(|(field, _)| field == Field::Exclusions);
            let told = Recipients::of_patch(&patch, &base.exchange);
            assert_eq!(told != Recipients::Nobody, expected > 0 && !is_cancelled_alone, "{why}");
        }
        // Found by the simulation (events, seed 122678): the day had been brought back in Outlook alone.
        let crm = series_with_exceptions();
        let mut exchange = crm.clone();
        exchange.put(Field::Exclusions, None);
        let another_end = Patch::from_iter([(Field::Recurrence, text("FREQ=WEEKLY;COUNT=9"))]);
        assert_eq!(of_patch(&another_end, &Base { exchange, crm }).1, 8, "what the CRM leaves out is cancelled again");
        assert_eq!(of_creation(&meeting("", &["a@x"])), 1);
        let mut series = meeting("", &["a@x", "b@x"]);
        series.put(Field::Exclusions, Value::set(["2026-03-02"]));
        assert_eq!(of_creation(&series), 4, "two invitations, two cancellations");
        assert_eq!(of_deletion(&meeting("organizer", &["a@x", "b@x"])), 2);
        assert_eq!(of_deletion(&meeting("attendee", &["a@x", "b@x"])), 0);
    }
}
