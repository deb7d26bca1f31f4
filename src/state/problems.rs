//! Which contacts are not in sync, and why.

use mxs_api::Unsynced;
use mxs_core::Reason;

/// How many contacts are in these groups.
pub(crate) fn told(unsynced: &[Unsynced]) -> u32 {
    count(unsynced, |_| true)
}

/// How many deletions wait for a person.
pub(crate) fn held(unsynced: &[Unsynced]) -> u32 {
    count(unsynced, |reason| matches!(reason, Reason::HeldMassDelete))
}

/// How many contacts stay out of sync until a person does something about them.
pub(crate) fn need_person(unsynced: &[Unsynced]) -> u32 {
    count(unsynced, |reason| {
        matches!(
            reason,
            Reason::AmbiguousMatch { .. }
                | Reason::HeldMails { .. }
                | Reason::HeldMassDelete
                | Reason::LostAndFound
                | Reason::MissingLastName
                | Reason::Refused(_)
        )
    })
}

fn count(unsynced: &[Unsynced], wanted: impl Fn(&Reason) -> bool) -> u32 {
    unsynced.iter().filter(|group| wanted(&group.reason)).map(|group| group.total).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use mxs_core::Kind;

    #[test]
    fn what_waits_for_a_person_is_told_from_what_mends_itself() {
        let group = |reason, total| Unsynced { kind: Kind::Contact, reason, total, examples: Vec::new() };
        let unsynced = [
            group(Reason::StillChanging, 1),
            group(Reason::NotInDirection, 2),
            group(Reason::HeldMassDelete, 4),
            group(Reason::MissingLastName, 8),
            group(Reason::AmbiguousMatch { candidates: 2 }, 16),
        ];
        assert_eq!((told(&unsynced), held(&unsynced), need_person(&unsynced)), (31, 4, 28));
        assert_eq!((told(&[]), held(&[]), need_person(&[])), (0, 0, 0));
    }
}
