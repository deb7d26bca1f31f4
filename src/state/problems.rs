//! Which contacts are not in sync, and why.
//!
//! The function hands out the remembered state under a lease only, so the list is known to the tab that
//! synced: it starts from the state that the run loaded and follows what the run commits.

use mxs_core::{Field, Fields, Reason, RecordId, StateChange, SyncState};
use std::collections::BTreeMap;

/// The most names shown of one reason.
const NAMES_MAX: usize = 50;

/// A contact that is not in sync.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    name: String,
    /// Whether it is a pair of linked records, and not a record without a partner.
    linked: bool,
    reason: Reason,
}

/// The contacts that are not in sync. A linked pair is named by its mailbox item.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ledger(BTreeMap<RecordId, Entry>);

/// Contacts that share a reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Group {
    /// Why.
    pub(crate) reason: Reason,
    /// How many there are.
    pub(crate) total: u32,
    /// The names of the first of them (empty where there is none), and where each is: `None` for both sides.
    pub(crate) names: Vec<(String, Option<mxs_core::Side>)>,
}

/// What the tab shows of a [`Ledger`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Problems {
    /// The reasons: what went wrong first, then what a rule kept out, the most frequent first.
    pub(crate) groups: Vec<Group>,
}

impl Problems {
    /// How many contacts are not in sync.
    pub(crate) fn total(&self) -> u32 {
        self.groups.iter().map(|group| group.total).sum()
    }

    /// How many deletions wait for a person.
    pub(crate) fn held(&self) -> u32 {
        self.count(|reason| matches!(reason, Reason::HeldMassDelete))
    }

    /// How many contacts stay out of sync until a person does something about them.
    pub(crate) fn need_person(&self) -> u32 {
        self.count(|reason| {
            matches!(
                reason,
                Reason::AmbiguousMatch { .. } | Reason::HeldMassDelete | Reason::MissingLastName | Reason::Refused(_)
            )
        })
    }

    fn count(&self, wanted: impl Fn(&Reason) -> bool) -> u32 {
        self.groups.iter().filter(|group| wanted(&group.reason)).map(|group| group.total).sum()
    }
}

impl Ledger {
    /// Starts from what is remembered.
    pub(crate) fn load(&mut self, state: &SyncState) {
        self.0.clear();
        for unlinked in state.unlinked.values() {
            self.put(unlinked.id.clone(), &unlinked.fields, false, &unlinked.reason);
        }
        for link in state.links.values() {
            if let Some(reason) = &link.trouble {
                self.put(RecordId::Exchange(link.exchange.clone()), &link.base.crm, true, reason);
            }
        }
    }

    /// Follows one change.
    pub(crate) fn apply(&mut self, change: &StateChange) {
        match change {
            StateChange::PutUnlinked { unlinked } => {
                self.put(unlinked.id.clone(), &unlinked.fields, false, &unlinked.reason);
            }
            StateChange::DropUnlinked { id } => self.remove(id, false),
            StateChange::PutLink { link } => {
                let id = RecordId::Exchange(link.exchange.clone());
                match &link.trouble {
                    Some(reason) => self.put(id, &link.base.crm, true, reason),
                    None => self.remove(&id, true),
                }
            }
            StateChange::DropLink { exchange } => self.remove(&RecordId::Exchange(exchange.clone()), true),
            StateChange::AddConflict { .. }
            | StateChange::DropIntent { .. }
            | StateChange::PutIntent { .. }
            | StateChange::SetCursors { .. } => {}
        }
    }

    fn put(&mut self, id: RecordId, fields: &Fields, linked: bool, reason: &Reason) {
        self.0.insert(id, Entry { name: name_of(fields), linked, reason: reason.clone() });
    }

    /// An item that becomes linked is dropped from one list and put into the other, in either order: only an
    /// entry of the same kind goes.
    fn remove(&mut self, id: &RecordId, linked: bool) {
        if self.0.get(id).is_some_and(|entry| entry.linked == linked) {
            self.0.remove(id);
        }
    }

    /// Groups by reason.
    pub(crate) fn problems(&self) -> Problems {
        let mut groups: Vec<Group> = Vec::new();
        for (id, entry) in &self.0 {
            let place = groups.iter().position(|group| group.reason == entry.reason).unwrap_or_else(|| {
                groups.push(Group { reason: entry.reason.clone(), total: 0, names: Vec::new() });
                groups.len() - 1
            });
            let group = &mut groups[place];
            group.total += 1;
            if group.names.len() < NAMES_MAX {
                group.names.push((entry.name.clone(), (!entry.linked).then(|| id.side())));
            }
        }
        groups.sort_by_key(|group| (!group.reason.is_failure(), std::cmp::Reverse(group.total)));
        for group in &mut groups {
            group.names.sort();
        }
        Problems { groups }
    }
}

/// What a person knows the contact by.
fn name_of(fields: &Fields) -> String {
    let (given, surname) = (fields.text(Field::GivenName), fields.text(Field::Surname));
    let full = [given, surname].join(" ");
    let other = [Field::Email1, Field::Email2, Field::MobilePhone, Field::BusinessPhone, Field::HomePhone];
    let candidates = std::iter::once(full.trim()).chain(other.map(|field| fields.text(field)));
    candidates.into_iter().find(|name| !name.is_empty()).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use mxs_core::{Base, CrmId, ExchangeId, Link, Scope, Side, Unlinked, Version};

    fn unlinked(id: &str, fields: Fields, reason: Reason) -> Unlinked {
        Unlinked { id: RecordId::Exchange(ExchangeId::new(id)), fields, version: Version::new("1"), reason }
    }

    fn named(name: &str) -> Fields {
        Fields::default().with(Field::GivenName, name)
    }

    fn link(id: &str, trouble: Option<Reason>) -> Link {
        Link {
            exchange: ExchangeId::new(id),
            crm: CrmId::new("9"),
            base: Base { exchange: Fields::default(), crm: named("Linked") },
            exchange_version: Version::new("1"),
            marked: true,
            scope: Scope::Active,
            seen: None,
            trouble,
        }
    }

    #[test]
    fn a_contact_is_called_by_the_best_name_it_has() {
        assert_eq!(name_of(&named("Ada").with(Field::Surname, "Lovelace")), "Ada Lovelace");
        assert_eq!(name_of(&Fields::default().with(Field::Surname, "Lovelace")), "Lovelace");
        assert_eq!(name_of(&Fields::default().with(Field::Email1, "ada@corp.example")), "ada@corp.example");
        assert_eq!(name_of(&Fields::default()), "");
    }

    #[test]
    fn groups_follow_the_changes() {
        let mut state = SyncState::default();
        for change in [
            StateChange::PutUnlinked { unlinked: unlinked("a", named("Ada"), Reason::MissingLastName) },
            StateChange::PutUnlinked { unlinked: unlinked("b", named("Bob"), Reason::NotInDirection) },
            StateChange::PutLink { link: link("c", Some(Reason::StillChanging)) },
        ] {
            state.apply(change);
        }
        let mut ledger = Ledger::default();
        ledger.load(&state);
        let problems = ledger.problems();
        assert_eq!((problems.total(), problems.need_person(), problems.held()), (3, 1, 0));
        assert_eq!(problems.groups[0].reason, Reason::StillChanging, "what went wrong is first");
        assert_eq!(problems.groups[0].names, [("Linked".to_owned(), None)]);
        ledger.apply(&StateChange::PutLink { link: link("c", None) });
        ledger.apply(&StateChange::DropUnlinked { id: RecordId::Exchange(ExchangeId::new("b")) });
        let problems = ledger.problems();
        assert_eq!(problems.groups.len(), 1);
        assert_eq!(problems.groups[0].names, [("Ada".to_owned(), Some(Side::Exchange))]);
    }

    #[test]
    fn a_record_that_becomes_a_troubled_link_stays_once_in_either_order() {
        for put_first in [true, false] {
            let mut ledger = Ledger::default();
            ledger.apply(&StateChange::PutUnlinked { unlinked: unlinked("c", named("C"), Reason::OutcomeUnknown) });
            let put = StateChange::PutLink { link: link("c", Some(Reason::StillChanging)) };
            let drop = StateChange::DropUnlinked { id: RecordId::Exchange(ExchangeId::new("c")) };
            for change in if put_first { [&put, &drop] } else { [&drop, &put] } {
                ledger.apply(change);
            }
            let reasons: Vec<Reason> = ledger.problems().groups.into_iter().map(|group| group.reason).collect();
            assert_eq!(reasons, [Reason::StillChanging], "put first: {put_first}");
        }
    }

    #[test]
    fn long_lists_are_cut_and_counted() {
        let mut ledger = Ledger::default();
        for number in 0..120 {
            let fields = named(&format!("N{number:03}"));
            let unlinked = unlinked(&number.to_string(), fields, Reason::HeldMassDelete);
            ledger.apply(&StateChange::PutUnlinked { unlinked });
        }
        let problems = ledger.problems();
        assert_eq!((problems.held(), problems.groups[0].names.len()), (120, NAMES_MAX));
    }
}
