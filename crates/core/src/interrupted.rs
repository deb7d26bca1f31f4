//! Copies to the CRM that may have come to be, and that a person may have edited before anybody knew.
//!
//! A copy that nobody touched has the contents of its intent, and the plan finds it by them. An edited one
//! may have nothing left that the rules of matching go by. What is still known of it is: it has no link, the
//! CRM created it no earlier than it was asked for it, it was changed after it was created (an unchanged record
//! with other contents is somebody else's), and edits leave most of it.
//!
//! That alone is no proof. Where the copy never came to be, a person who adds another contact of the same name
//! by hand and then edits it leaves the same trace. The proof is an untouched copy out of the same request: then
//! the request was carried out, this copy came to be too, and if there is one record that can be it, and
//! nothing else that this record can be, it is.
//!
//! Without the proof nothing is done: to take the record for the copy may make two people one, which is worse
//! than to have one twice; to take it for somebody else may have one twice. Both are left as they are and
//! reported, until a person makes them alike, and the rules of matching find them, or makes them differ.
//!
//! The proof has one hole: the CRM may have refused this one record of the request, and only the lost reply said
//! so. Then it takes a namesake, added and edited by hand in the same gap, to make two people one.
//!
//! What this does not find: a copy whose name and most else was edited; one whose edit carries the very second
//! of its creation; one that the CRM stored in its own way and that nobody edited; and the edited copy of an item
//! that was deleted before the next run and restored after it. Where the rules of
//! matching don't find those either, they are created anew.

use crate::matching::{Matches, beyond_the_title, title};
use crate::plan::Pool;
use crate::{CrmId, ExchangeId, Fields, Instant, Intent, Policy, RecordId, Seen, Side, SyncState, held};
use std::collections::BTreeMap;

/// What became of copies that no rule of matching has found.
#[derive(Default)]
pub(crate) struct Suspicion {
    /// Those that were found.
    pub(crate) copies: Vec<(ExchangeId, CrmId)>,
    /// How many records may be the copy of each of these.
    pub(crate) items: BTreeMap<ExchangeId, usize>,
    /// How many items each of these may be the copy of.
    pub(crate) records: BTreeMap<CrmId, usize>,
    /// The intents that can't be decided, with the records that stand in the way.
    pub(crate) open: BTreeMap<RecordId, Intent>,
}

/// Looks for copies among the items and records to which no rule gave a partner. `edited` are the records that
/// were changed after they were created, with the moment of their creation. `carried_out` are the moments of
/// requests that have left an untouched copy: a run sends no second request while the fate of one is open, so
/// all intents of one moment are of one request.
pub(crate) fn find(
    (state, policy): (&SyncState, &Policy),
    (items, records): (&Pool<ExchangeId>, &Pool<CrmId>),
    matches: &Matches,
    edited: &[(CrmId, Instant)],
    carried_out: &[Instant],
) -> Suspicion {
    let mut suspicion = Suspicion::default();
    for intent in state.begun() {
        let Some(item) = intent.source.exchange().filter(|item| items.place(item).is_some()) else { continue };
        let may_be = |(id, seen): &(&CrmId, &Seen)| {
            is_young_enough(intent, id, edited) && is_alike(policy, &copy(intent, policy), &seen.fields)
        };
        let mut suspects = Vec::new();
        suspects.extend(records.iter().filter(may_be).map(|(id, _)| id.clone()));
        if suspects.is_empty() {
            continue;
        }
        suspicion.items.insert(item.clone(), suspects.len());
        for record in &suspects {
            *suspicion.records.entry(record.clone()).or_default() += 1;
        }
        suspicion.open.insert(intent.source.clone(), Intent { suspects, ..intent.clone() });
    }
    for (source, intent) in std::mem::take(&mut suspicion.open) {
        let (Some(item), [record]) = (source.exchange(), intent.suspects.as_slice()) else {
            suspicion.open.insert(source, intent);
            continue;
        };
        let is_open = matches.ambiguous_exchange.contains_key(item) || matches.ambiguous_crm.contains_key(record);
        let is_proven = intent.not_before.is_some_and(|moment| carried_out.contains(&moment));
        if is_proven && !is_open && suspicion.records.get(record) == Some(&1) {
            suspicion.copies.push((item.clone(), record.clone()));
        } else {
            suspicion.open.insert(source, intent);
        }
    }
    suspicion
}

/// What the copy to the CRM was to hold: under the rules of the run that began it, whatever they are today.
pub(crate) fn copy(intent: &Intent, policy: &Policy) -> Fields {
    match &intent.kept_out {
        Some(kept_out) => held::named(intent.fields.only(|field| !kept_out.contains(&field)), Side::Crm, policy),
        None => held::copy(&intent.fields, Side::Crm, policy).0,
    }
}

/// Whether the CRM created the record when or after it was asked for the copy, and somebody changed it since.
/// Of a record that is not in view the intent remembers it.
fn is_young_enough(intent: &Intent, record: &CrmId, edited: &[(CrmId, Instant)]) -> bool {
    let is_young = |not_before| edited.iter().any(|(id, created)| id == record && *created >= not_before);
    intent.not_before.is_some_and(is_young) || intent.suspects.contains(record)
}

/// Whether edits of a few fields make `found` of what was `written`: the title is the same, or of what there
/// is beyond the title at least as much is the same as is not.
fn is_alike(policy: &Policy, written: &Fields, found: &Fields) -> bool {
    let name = title(policy.kind, written);
    if name.is_some() && name == title(policy.kind, found) {
        return true;
    }
    let (mut same, mut different) = (0, 0);
    for field in beyond_the_title(&policy.fields) {
        match (written.get(field), found.get(field)) {
            (None, None) => {}
            (written, found) if written == found => same += 1,
            _ => different += 1,
        }
    }
    same > 0 && same >= different
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Direction, Field, Kind, Version};

    /// A record: `given / surname / mobile phone / job title`, `-` for nothing.
    fn fields(text: &str) -> Fields {
        let names = [Field::GivenName, Field::Surname, Field::MobilePhone, Field::JobTitle];
        let parts: Vec<&str> = text.split('/').map(|part| part.trim_start_matches('-')).collect();
        assert_eq!(parts.len(), names.len(), "{text}");
        names.into_iter().zip(parts).fold(Fields::default(), |fields, (field, part)| fields.with(field, part))
    }

    #[test]
    fn who_is_young_enough() {
        let moment = Instant::from_seconds;
        let cases = [
            // Asked for at 100: what was created before was there before.
            (Some(100), Some(99), false, false),
            // In that very second it may be either, and what is only doubted may be doubted once too often.
            (Some(100), Some(100), false, true),
            (Some(100), Some(101), false, true),
            // Nobody edited it, or it is not in view.
            (Some(100), None, false, false),
            // It was doubted before.
            (Some(100), None, true, true),
            // An intent from before intents named a moment.
            (None, Some(101), false, false),
        ];
        for (not_before, created, is_suspect, expected) in cases {
            let record = CrmId::new("1");
            let intent = Intent {
                source: RecordId::Exchange(ExchangeId::new("a")),
                fields: Fields::default(),
                kept_out: None,
                version: Version::new("1"),
                not_before: not_before.map(moment),
                suspects: if is_suspect { vec![record.clone()] } else { vec![] },
                undoes: None,
            };
            let edited: Vec<_> = created.map(|created| (record.clone(), moment(created))).into_iter().collect();
            assert_eq!(is_young_enough(&intent, &record, &edited), expected, "{not_before:?} {created:?} {is_suspect}");
        }
    }

    #[test]
    fn what_an_edit_leaves() {
        let cases = [
            // The phone was edited: the name is left.
            ("Ann/Lee/1/-", "Ann/Lee/2/-", true),
            // Everything but the name was edited, and the name's case of letters.
            ("Ann/Lee/1/Buyer", "ANN/Lee/2/Head", true),
            // The last name was edited, or both: the phone is left.
            ("Ann/Lee/1/-", "Ann/Ray/1/-", true),
            ("Ann/Lee/1/-", "Bea/Ray/1/-", true),
            // The last name and one of two other fields were edited.
            ("Ann/Lee/1/Buyer", "Ann/Ray/2/Buyer", true),
            // A value was added where there was none.
            ("Ann/Lee/1/-", "Ann/Ray/1/Head", true),
            // The last name and all else was edited: a given name is not enough.
            ("Ann/Lee/1/-", "Ann/Ray/2/-", false),
            ("Ann/Lee/1/Buyer", "Ann/Ray/2/Head", false),
            // There was nothing but the name, and it was edited.
            ("Ann/Lee/-/-", "Ann/Ray/-/-", false),
            // Nothing in common.
            ("Ann/Lee/1/Buyer", "Cem/Oz/3/-", false),
        ];
        let policy = Policy::new(Kind::Contact, Direction::ToCrm);
        for (written, found, expected) in cases {
            assert_eq!(is_alike(&policy, &fields(written), &fields(found)), expected, "{written} {found}");
        }
    }
}
