//! What a plan would do, for the person who is asked about it.

use crate::hashing::Fnv;
use crate::{
    Direction, Field, Fields, Pair, Patch, Plan, Reason, RecordId, Scope, Side, StateChange, Summary, SyncState, Value,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::hash::{Hash, Hasher};

/// A plan in rows: what would be deleted first, then what would be changed, created, linked and left alone.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    /// What would be counted.
    pub summary: Summary,
    /// How many mails other people would get.
    pub mails: u32,
    /// How many more they would get if mails weren't held back.
    pub held_mails: u32,
    /// The plan's [fingerprint](Plan::fingerprint): a run that is told it does this or nothing.
    pub fingerprint: u64,
    /// A row for each record that something happens to, and for each that is left alone for a reason.
    pub rows: Vec<Row>,
}

/// The rows hold what people typed.
impl fmt::Debug for Preview {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Preview")
            .field("summary", &self.summary)
            .field("rows", &self.rows.len())
            .finish_non_exhaustive()
    }
}

/// What would happen to one record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// What.
    pub what: Action,
    /// Where.
    pub on: Side,
    /// What a person knows the contact by; empty when it has no name, address or number.
    pub name: String,
    /// The fields that would be written.
    pub fields: Vec<FieldChange>,
}

/// What happens to a record. The order is that of the rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// It is deleted, because its partner was.
    Delete,
    /// It would be deleted, and waits for a person, because so many would be.
    HoldDelete,
    /// Fields of it are written.
    Update,
    /// It is created.
    Create,
    /// A meeting's event gets another owner: a colleague who has the meeting too, or this user instead of one.
    HandOver,
    /// It is linked with the record on the other side that is the same contact; nothing is written.
    Link,
    /// Nothing, for this reason.
    Skip(Reason),
}

impl Action {
    const fn rank(&self) -> u8 {
        match self {
            Action::Delete => 0,
            Action::HoldDelete => 1,
            Action::Update => 2,
            Action::Create => 3,
            Action::HandOver => 4,
            Action::Link => 5,
            Action::Skip(_) => 6,
        }
    }
}

/// One field that would be written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldChange {
    /// The field.
    pub field: Field,
    /// What it holds.
    pub before: Option<Value>,
    /// What it would hold.
    pub after: Option<Value>,
    /// Whether both sides had changed it, and a rule chose.
    pub conflict: bool,
}

impl Plan {
    /// Tells this plan from others: equal for equal writes, whatever else was seen. 53 bits, as many as a number
    /// in JavaScript holds.
    pub fn fingerprint(&self) -> u64 {
        let mut hasher = Fnv::default();
        for pair in &self.pairs {
            (&pair.exchange, &pair.crm, &pair.to_exchange, &pair.to_crm).hash(&mut hasher);
        }
        for creation in &self.creations {
            (&creation.source, &creation.copy).hash(&mut hasher);
        }
        for adoption in &self.adoptions {
            (&adoption.item.id, &adoption.record).hash(&mut hasher);
        }
        for gift in &self.gifts {
            (&gift.record, &gift.user).hash(&mut hasher);
        }
        for deletion in &self.deletions {
            deletion.target().hash(&mut hasher);
        }
        hasher.finish() >> 11
    }

    /// What it would do. `state` is what it was made from.
    pub fn preview(&self, state: &SyncState, direction: Direction) -> Preview {
        let mut preview = Preview {
            summary: Summary { matched: (self.matched + self.adoptions.len()) as u32, ..Summary::default() },
            mails: self.mails,
            held_mails: self.held_mails,
            fingerprint: self.fingerprint(),
            rows: Vec::new(),
        };
        for deletion in &self.deletions {
            preview.summary.on(deletion.on).deleted += 1;
            preview.tell(Action::Delete, deletion.on, deletion.link.base.on(deletion.on), Vec::new());
        }
        for pair in &self.pairs {
            for (side, patch) in [(Side::Crm, &pair.to_crm), (Side::Exchange, &pair.to_exchange)] {
                if !patch.is_empty() {
                    preview.summary.on(side).updated += 1;
                    preview.tell(Action::Update, side, pair.now.on(side), Self::changes(pair, side, patch));
                }
            }
            if pair.base.is_none() && pair.to_crm.is_empty() && pair.to_exchange.is_empty() {
                preview.tell(Action::Link, direction.winner(), pair.now.on(direction.winner()), Vec::new());
            }
        }
        for creation in &self.creations {
            let side = creation.source.side().other();
            preview.summary.on(side).created += 1;
            let fields = creation.copy.iter().map(|(field, value)| FieldChange {
                field,
                before: None,
                after: Some(value.clone()),
                conflict: false,
            });
            let fields = fields.collect();
            preview.tell(Action::Create, side, &creation.fields, fields);
        }
        for adoption in &self.adoptions {
            preview.tell(Action::HandOver, Side::Crm, &adoption.item.fields, Vec::new());
        }
        for gift in &self.gifts {
            preview.tell(Action::HandOver, Side::Crm, &gift.fields, Vec::new());
        }
        for change in &self.changes {
            if let StateChange::AddConflict(_) = change {
                preview.summary.conflicts += 1;
            }
        }
        self.left_alone(state, &mut preview);
        preview.sort();
        preview
    }

    fn changes(pair: &Pair, side: Side, patch: &Patch) -> Vec<FieldChange> {
        let is_conflict = |field| pair.conflicts.iter().any(|(conflict, _)| *conflict == field);
        let change = |(field, after): (Field, Option<&Value>)| FieldChange {
            field,
            before: pair.now.on(side).get(field).cloned(),
            after: after.cloned(),
            conflict: is_conflict(field),
        };
        patch.iter().map(change).collect()
    }

    fn left_alone(&self, state: &SyncState, preview: &mut Preview) {
        // A first plan leaves as many alone as it changes.
        let (mut put, mut scopes) = (BTreeMap::new(), BTreeMap::new());
        for change in &self.changes {
            match change {
                StateChange::PutUnlinked(unlinked) => drop(put.insert(&unlinked.id, &unlinked.fields)),
                StateChange::PutLink(link) => drop(scopes.insert(&link.exchange, link.scope)),
                _ => {}
            }
        }
        put.extend(self.marks.iter().map(|waiting| (&waiting.id, &waiting.fields)));
        for (id, reason) in &self.excluded {
            let counts = preview.summary.on(id.side().other());
            if reason.is_failure() {
                counts.failed += 1;
            } else {
                counts.skipped += 1;
            }
            let linked = || state.links.get(id.exchange()?).map(|link| &link.base.crm);
            let remembered = || state.unlinked.get(id).map(|unlinked| &unlinked.fields);
            let fields = put.get(id).copied().or_else(linked).or_else(remembered).cloned().unwrap_or_default();
            let scope = id.exchange().and_then(|item| scopes.get(item)).copied();
            let (what, on) = match reason {
                Reason::HeldMassDelete => (Action::HoldDelete, held_on(id, scope)),
                reason => (Action::Skip(reason.clone()), id.side()),
            };
            preview.tell(what, on, &fields, Vec::new());
        }
    }
}

/// Where the held delete of a link would strike.
fn held_on(id: &RecordId, scope: Option<Scope>) -> Side {
    match scope {
        Some(Scope::Gone { side }) => side.other(),
        Some(Scope::Active | Scope::Left { .. }) | None => id.side(),
    }
}

impl Preview {
    /// Puts the rows in their order.
    pub(crate) fn sort(&mut self) {
        self.rows.sort_by(|one, other| (one.what.rank(), &one.name).cmp(&(other.what.rank(), &other.name)));
    }

    pub(crate) fn tell(&mut self, what: Action, on: Side, contents: &Fields, fields: Vec<FieldChange>) {
        self.rows.push(Row { what, on, name: contents.display_name(), fields });
    }
}
