//! From a change of what is remembered to the entries that tell of it.

use super::{Cause, Entry, Values, What};
use crate::{CrmId, ExchangeId, Field, Fields, Kind, Link, RecordId, Side, Value};

/// The journal of one run and one kind, while it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Journal {
    run: u64,
    kind: Kind,
    /// The number of the last entry.
    last: u64,
}

/// What a run did that a link changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deed<'a> {
    /// The side that was written, if one was, with what its record held just before. That may be more than was
    /// remembered of it: a value that lost a conflict was never agreed on, and is what an undo restores.
    pub written: Option<(Side, &'a Fields)>,
    /// Why. For fields in `conflicts` the conflict is the cause.
    pub cause: Cause,
    /// The fields on which a rule had to choose, with whose value stands.
    pub conflicts: &'a [(Field, Side)],
}

impl<'a> Deed<'a> {
    /// Nothing was written.
    pub const fn none(cause: Cause) -> Self {
        Deed { written: None, cause, conflicts: &[] }
    }

    /// The record on `side`, which held `held`, was written, created or deleted.
    pub const fn wrote(side: Side, held: &'a Fields, cause: Cause) -> Self {
        Deed { written: Some((side, held)), cause, conflicts: &[] }
    }
}

impl Journal {
    /// The journal of the run under the lease `run`. Its kinds count on: `last` is the number of the last entry
    /// that the run has made for any of them, 0 before the first.
    pub const fn new(run: u64, kind: Kind, last: u64) -> Self {
        Self { run, kind, last }
    }

    /// The number of the last entry.
    pub const fn last(&self) -> u64 {
        self.last
    }

    /// The entries of one change: a link was `before` and is `after`. To be stored in the same commit.
    ///
    /// Whatever a link's base holds now and did not before is in one of them, on either side: so the entries of
    /// all runs make up what is remembered (see [`replay`](super::replay())).
    pub fn note(&mut self, before: Option<&Link>, after: Option<&Link>, deed: Deed<'_>) -> Vec<Entry> {
        match (before, after) {
            (None, None) => Vec::new(),
            (Some(before), Some(after)) if before.crm != after.crm => {
                // The item got another partner.
                let mut entries = self.note(Some(before), None, Deed::none(Cause::Lost));
                entries.extend(self.note(None, Some(after), deed));
                entries
            }
            (Some(before), Some(after)) => self.kept(before, after, deed),
            (None, Some(after)) => self.made(after, deed),
            (Some(before), None) => self.ended(before, deed),
        }
    }

    /// The entry of a record that an undo has deleted, whose link was forgotten before. It held `held`.
    pub fn took_away(&mut self, link: &Link, on: Side, held: &Fields, undone: u64) -> Entry {
        let fields = changes(held, &Fields::default());
        self.entry(link, What::Deleted(on), fields, Cause::Undo { run: undone })
    }

    /// The entry of a record that an undo has brought back as `made`. Its partner `gone` is not there any more.
    pub fn restored(&mut self, gone: &RecordId, made: &RecordId, fields: &Fields, undone: u64) -> Option<Entry> {
        let (exchange, crm) = match (gone, made) {
            (RecordId::Exchange(exchange), RecordId::Crm(crm)) | (RecordId::Crm(crm), RecordId::Exchange(exchange)) => {
                (exchange.clone(), crm.clone())
            }
            (RecordId::Exchange(_), RecordId::Exchange(_)) | (RecordId::Crm(_), RecordId::Crm(_)) => return None,
        };
        self.last += 1;
        let (what, fields) = (What::Restored(made.side()), changes(&Fields::default(), fields));
        let (run, number, kind, cause) = (self.run, self.last, self.kind, Cause::Undo { run: undone });
        Some(Entry { run, number, kind, exchange, crm, what, fields, cause })
    }

    /// The entry of an event that got another owner, because a colleague has the meeting too.
    pub fn handed_over(&mut self, exchange: ExchangeId, crm: CrmId) -> Entry {
        self.last += 1;
        let (run, number, kind, cause) = (self.run, self.last, self.kind, Cause::Colleague);
        Entry { run, number, kind, exchange, crm, what: What::HandedOver, fields: Vec::new(), cause }
    }

    fn made(&mut self, link: &Link, deed: Deed<'_>) -> Vec<Entry> {
        let (what, side) = match deed.written {
            Some((side, _)) => (What::Created(side), side),
            None => (What::Linked, Side::Exchange),
        };
        let (told, other) = (link.base.on(side), link.base.on(side.other()));
        let mut entries = vec![self.entry(link, what, changes(&Fields::default(), told), deed.cause)];
        entries.extend(self.noted(link, side.other(), changes(told, other)));
        entries
    }

    fn kept(&mut self, before: &Link, after: &Link, deed: Deed<'_>) -> Vec<Entry> {
        let mut entries = Vec::new();
        for side in [Side::Exchange, Side::Crm] {
            let Some((_, held)) = deed.written.filter(|(written, _)| *written == side) else {
                entries.extend(self.noted(after, side, changes(before.base.on(side), after.base.on(side))));
                continue;
            };
            // What was overwritten may have come since the side was remembered; where it was taken back, what is
            // remembered is the same as before.
            let (was, is) = (before.base.on(side), after.base.on(side));
            let now = after.seen.as_ref().unwrap_or(&after.base).on(side);
            let (mut noted, mut written) = (Vec::new(), Vec::new());
            let mut is_filled = [false; Field::ALL.len()];
            for (field, _) in [was, held, now, is].into_iter().flat_map(Fields::iter) {
                is_filled[field as usize] = true;
            }
            for field in Field::ALL.iter().copied().filter(|field| is_filled[*field as usize]) {
                let [was, held, now, is] = [was, held, now, is].map(|fields| fields.get(field));
                if was == is && (held == is || now != is) {
                    continue;
                }
                let values = |before: Option<&Value>, after: Option<&Value>| Values {
                    field,
                    before: before.cloned(),
                    after: after.cloned(),
                };
                if held != was {
                    noted.push(values(was, held));
                }
                if held != is {
                    written.push(values(held, is));
                }
            }
            entries.extend(self.noted(after, side, noted));
            for (cause, fields) in by_cause(written, deed) {
                entries.push(self.entry(after, What::Updated(side), fields, cause));
            }
        }
        if after.marked && !before.marked && matches!(deed.written, Some((Side::Exchange, _))) {
            entries.push(self.entry(after, What::Marked, Vec::new(), deed.cause));
        }
        entries
    }

    fn ended(&mut self, link: &Link, deed: Deed<'_>) -> Vec<Entry> {
        let Some((side, held)) = deed.written else {
            return vec![self.entry(link, What::Unlinked, Vec::new(), deed.cause)];
        };
        let noted = self.noted(link, side, changes(link.base.on(side), held));
        let deleted = self.entry(link, What::Deleted(side), changes(held, &Fields::default()), deed.cause);
        noted.into_iter().chain([deleted]).collect()
    }

    fn noted(&mut self, link: &Link, side: Side, fields: Vec<Values>) -> Option<Entry> {
        (!fields.is_empty()).then(|| self.entry(link, What::Noted(side), fields, Cause::Found))
    }

    fn entry(&mut self, link: &Link, what: What, fields: Vec<Values>, cause: Cause) -> Entry {
        self.last += 1;
        let (exchange, crm) = (link.exchange.clone(), link.crm.clone());
        Entry { run: self.run, number: self.last, kind: self.kind, exchange, crm, what, fields, cause }
    }
}

/// The fields that were written, by why.
fn by_cause(fields: Vec<Values>, deed: Deed<'_>) -> Vec<(Cause, Vec<Values>)> {
    let mut groups: Vec<(Cause, Vec<Values>)> = Vec::new();
    for values in fields {
        let conflict = deed.conflicts.iter().find(|(field, _)| *field == values.field);
        let cause = conflict.map_or(deed.cause, |(_, winner)| Cause::Conflict { winner: *winner });
        match groups.iter_mut().find(|(known, _)| *known == cause) {
            Some((_, group)) => group.push(values),
            None => groups.push((cause, vec![values])),
        }
    }
    groups
}

/// The fields in which `after` is another than `before`, in order.
fn changes(before: &Fields, after: &Fields) -> Vec<Values> {
    if before.is_one_with(after) {
        return Vec::new();
    }
    let held = after.iter().map(|(field, value)| (field, before.get(field), Some(value)));
    let emptied = before.iter().filter(|(field, _)| after.get(*field).is_none());
    let emptied = emptied.map(|(field, value)| (field, Some(value), None));
    let others = held.chain(emptied).filter(|(_, before, after)| before != after);
    let values = |(field, before, after): (Field, Option<&Value>, Option<&Value>)| Values {
        field,
        before: before.cloned(),
        after: after.cloned(),
    };
    let mut changes: Vec<Values> = others.map(values).collect();
    changes.sort_by_key(|values| values.field);
    changes
}
