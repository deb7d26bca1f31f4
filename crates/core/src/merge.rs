//! The three-way merge, field by field.

use crate::held;
use crate::slots::Slots;
use crate::value::Words;
use crate::{Base, CrmId, ExchangeId, Field, Fields, Policy, Side, Value};
use serde::{Deserialize, Serialize};

/// Fields to write: a value, or `None` to empty the field.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Patch(Slots);

impl Patch {
    /// Whether there is nothing to write.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether `field` is written.
    pub fn contains(&self, field: Field) -> bool {
        self.0.get(field).is_some()
    }

    /// What is written into `field`: `Some(None)` empties it.
    pub fn get(&self, field: Field) -> Option<Option<&Value>> {
        self.0.get(field).map(Option::as_ref)
    }

    /// Writes `value` into `field`.
    pub fn put(&mut self, field: Field, value: Option<Value>) {
        self.0.put(field, value);
    }

    /// Doesn't write `field`.
    pub fn remove(&mut self, field: Field) {
        self.0.remove(field);
    }

    /// What is written, in the order of the fields.
    pub fn iter(&self) -> impl Iterator<Item = (Field, Option<&Value>)> {
        self.0.iter()
    }

    /// `fields` after the patch.
    #[must_use]
    pub fn applied_to(&self, fields: &Fields) -> Fields {
        let mut result = fields.clone();
        for (field, value) in self.iter() {
            result.put(field, value.cloned());
        }
        result
    }
}

impl FromIterator<(Field, Option<Value>)> for Patch {
    fn from_iter<I: IntoIterator<Item = (Field, Option<Value>)>>(values: I) -> Self {
        let mut patch = Self::default();
        for (field, value) in values {
            patch.put(field, value);
        }
        patch
    }
}

/// A field that both sides changed differently since they last agreed. Nothing is lost: the value that
/// did not win is here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(extend("additionalProperties" = true)))]
pub struct Conflict {
    /// The mailbox item.
    pub exchange: ExchangeId,
    /// The CRM record.
    pub crm: CrmId,
    /// The field.
    pub field: Field,
    /// What the mailbox had.
    pub exchange_value: Option<Value>,
    /// What the CRM had.
    pub crm_value: Option<Value>,
    /// Whose value stands.
    pub winner: Side,
}

/// What a merge of one pair comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Merged {
    /// What to write in the mailbox.
    pub to_exchange: Patch,
    /// What to write in the CRM.
    pub to_crm: Patch,
    /// The fields on which a rule had to choose, with whose value stands.
    pub conflicts: Vec<(Field, Side)>,
}

/// Merges one pair: a pure function of the base, both sides and the rules.
///
/// `base` is `None` when the two were never brought together (a first match). Then a value on one side
/// fills the gap on the other, and nothing is emptied.
///
/// | mailbox | CRM | both ways | one way, seen from the source |
/// |---|---|---|---|
/// | unchanged | unchanged | nothing | nothing |
/// | changed | unchanged | to the CRM | the source's change goes to the target |
/// | unchanged | changed | to the mailbox | the target's change is taken back, and kept as a conflict |
/// | changed | changed, equal | nothing | nothing |
/// | changed | changed, different | the winner's | the source's |
///
/// A value that gives way without its reader's knowledge is a conflict: kept, and told.
///
/// Of a set each word is merged for itself: what one side added or took off, the other gets too, so nothing
/// ever gives way. One way, words that only the target has stay there.
///
/// When an event begins may come from one side and when it ends from the other. Where the two don't fit, both are the
/// winner's.
pub fn merge(base: Option<&Base>, exchange: &Fields, crm: &Fields, policy: &Policy) -> Merged {
    let mut merged = Merged::default();
    // Nothing to do is the usual, and quicker found as a whole than field by field.
    if exchange == crm {
        return merged;
    }
    for (field, flow) in policy.fields.iter() {
        let (exchange_now, crm_now) = (exchange.get(field), crm.get(field));
        if exchange_now == crm_now {
            continue;
        }
        let Some(direction) = policy.direction_of(field, flow, exchange) else { continue };
        if let Some(sets) = Sets::of(base, field, exchange_now, crm_now) {
            if direction.writes(Side::Crm)
                && let Some(words) = sets.merged_into(Side::Crm)
            {
                merged.to_crm.put(field, words);
            }
            if direction.writes(Side::Exchange)
                && let Some(words) = sets.merged_into(Side::Exchange)
            {
                merged.to_exchange.put(field, words);
            }
            continue;
        }
        let source = match base {
            Some(base) => {
                let exchange_changed = exchange_now != base.exchange.get(field);
                let crm_changed = crm_now != base.crm.get(field);
                // Whoever changed one side didn't see a value that only the other side had.
                let unseen = |value: Option<&Value>, seen: Option<&Value>| {
                    value.is_some() && value != seen && !held::is_stopgap(field, value)
                };
                match (exchange_changed, crm_changed) {
                    // They differ and neither moved: an earlier run left it so on purpose.
                    (false, false) => continue,
                    (true, false) if direction.writes(Side::Crm) => {
                        if unseen(crm_now, base.exchange.get(field)) {
                            merged.conflicts.push((field, Side::Exchange));
                        }
                        Side::Exchange
                    }
                    (false, true) if direction.writes(Side::Exchange) => {
                        if unseen(exchange_now, base.crm.get(field)) {
                            merged.conflicts.push((field, Side::Crm));
                        }
                        Side::Crm
                    }
                    _ => {
                        merged.conflicts.push((field, direction.winner()));
                        direction.winner()
                    }
                }
            }
            None => match (exchange_now, crm_now) {
                (Some(_), None) => Side::Exchange,
                (None, Some(_)) => Side::Crm,
                _ => {
                    merged.conflicts.push((field, direction.winner()));
                    direction.winner()
                }
            },
        };
        match source {
            Side::Exchange if direction.writes(Side::Crm) => {
                merged.to_crm.put(field, exchange_now.cloned());
            }
            Side::Crm if direction.writes(Side::Exchange) => {
                merged.to_exchange.put(field, crm_now.cloned());
            }
            // A first match, one way: the target holds a value where the source has none. It stays.
            Side::Exchange | Side::Crm => {}
        }
    }
    let times = [Field::Start, Field::End];
    let from = |patch: &Patch| times.map(|field| patch.contains(field));
    if let ([true, false], [false, true]) | ([false, true], [true, false]) =
        (from(&merged.to_crm), from(&merged.to_exchange))
        && !fits(times.map(|field| merged.to_crm.get(field).unwrap_or_else(|| crm.get(field))))
    {
        merged.take_together(times, exchange, crm, policy);
    }
    merged
}

/// Whether an event can begin and end so: both days or both moments, and in this order.
fn fits([start, end]: [Option<&Value>; 2]) -> bool {
    match (start, end) {
        (Some(Value::Date(start)), Some(Value::Date(end))) => start <= end,
        (Some(Value::Moment(start)), Some(Value::Moment(end))) => start <= end,
        (None, _) | (_, None) => true,
        _ => false,
    }
}

impl Merged {
    /// Of `fields`, of which each side was to get some, all are the winner's; what gives way is kept.
    fn take_together(&mut self, fields: [Field; 2], exchange: &Fields, crm: &Fields, policy: &Policy) {
        let winner = policy.direction.winner();
        let (mine, theirs) = match winner {
            Side::Exchange => (exchange, &mut self.to_crm),
            Side::Crm => (crm, &mut self.to_exchange),
        };
        for field in fields {
            theirs.put(field, mine.get(field).cloned());
        }
        let back = if winner == Side::Exchange { &mut self.to_exchange } else { &mut self.to_crm };
        for field in fields.into_iter().filter(|field| back.contains(*field)).collect::<Vec<_>>() {
            back.remove(field);
            self.conflicts.push((field, winner));
        }
    }
}

/// A set on both sides, now and when they last agreed.
struct Sets<'a> {
    now: [Option<&'a Words>; 2],
    before: [Option<&'a Words>; 2],
}

impl<'a> Sets<'a> {
    /// `None` unless what is there is sets.
    fn of(base: Option<&'a Base>, field: Field, exchange: Option<&'a Value>, crm: Option<&'a Value>) -> Option<Self> {
        let words = |value: Option<&'a Value>| value.map_or(Some(None), |value| value.as_set().map(Some));
        let before = |side: fn(&Base) -> &Fields| base.and_then(|base| side(base).get(field)?.as_set());
        Some(Self {
            now: [words(exchange)?, words(crm)?],
            before: [before(|base| &base.exchange), before(|base| &base.crm)],
        })
    }

    /// What `side` is to hold, if it isn't what it holds: `Some(None)` empties it.
    fn merged_into(&self, side: Side) -> Option<Option<Value>> {
        let (own, other) = match side {
            Side::Exchange => (0, 1),
            Side::Crm => (1, 0),
        };
        let has = |set: Option<&Words>, word: &str| set.is_some_and(|set| set.contains(word));
        let words = |set: Option<&'a Words>| set.into_iter().flat_map(Words::iter);
        let was_taken_off = |word: &&str| has(self.before[other], word) && !has(self.now[other], word);
        let was_added = |word: &&str| !has(self.before[other], word);
        let kept = words(self.now[own]).filter(|word| !was_taken_off(word));
        let value = Value::set(kept.chain(words(self.now[other]).filter(was_added)));
        let is_new = value.as_ref().and_then(Value::as_set) != self.now[own];
        is_new.then_some(value)
    }
}
