//! What is remembered between runs.

use crate::journal::Entry;
use crate::{
    Conflict, CrmId, ExchangeId, Field, FieldMap, Fields, Filter, Flow, Instant, Policy, Reach, Reason, RecordId, Side,
    Version,
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The values each side had when the engine last brought them together.
///
/// They are kept per side, not as one agreed value: a vendor may store what it was given in its own way,
/// and a first match may leave a value on one side only. A side has changed when it differs from its own
/// base, whatever the other side holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(into = "StoredBase"))]
#[serde(from = "StoredBase")]
pub struct Base {
    /// The mailbox item's contents.
    pub exchange: Fields,
    /// The CRM record's contents.
    pub crm: Fields,
}

/// As it is stored. Both sides hold the same as a rule: whoever stores it may leave the CRM's out then.
#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(extend("additionalProperties" = true)))]
struct StoredBase {
    exchange: Fields,
    #[cfg_attr(feature = "schema", schemars(skip_serializing_if = "Option::is_none"))]
    crm: Option<Fields>,
}

impl From<StoredBase> for Base {
    /// What is the same is in memory once, too.
    fn from(StoredBase { exchange, crm }: StoredBase) -> Self {
        let crm = crm.filter(|crm| *crm != exchange).unwrap_or_else(|| exchange.clone());
        Self { exchange, crm }
    }
}

impl Base {
    /// What `side` held.
    pub const fn on(&self, side: Side) -> &Fields {
        match side {
            Side::Crm => &self.crm,
            Side::Exchange => &self.exchange,
        }
    }
}

/// Whether a link's records are both there and within the sync's reach.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Both are.
    #[default]
    Active,
    /// One was deleted, and the other is to follow: the delete waits for a person, or was refused.
    Gone {
        /// The side on which it was deleted.
        side: Side,
    },
    /// One left; nothing flows until it comes back.
    Left {
        /// The side on which it left.
        side: Side,
    },
}

/// One mailbox item and one CRM record are the same thing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(extend("additionalProperties" = true)))]
pub struct Link {
    /// The mailbox item.
    pub exchange: ExchangeId,
    /// The CRM record.
    pub crm: CrmId,
    /// What both held when they last agreed.
    pub base: Base,
    /// The item's version when it was last read or written.
    pub exchange_version: Version,
    /// Whether the item carries the provenance mark of this CRM record.
    pub marked: bool,
    /// Whether both are there and in scope.
    #[serde(default)]
    pub scope: Scope,
    /// What both held when last seen, where that is more than the base: a run that reads only changes
    /// would not see it again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<Base>,
    /// Why it is not fully in sync, if it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trouble: Option<Reason>,
}

impl Link {
    /// Whether the next run has nothing to do with it unless one of its records changes.
    pub fn is_settled(&self) -> bool {
        self.seen.is_none() && self.trouble.is_none() && self.scope == Scope::Active && self.marked
    }
}

/// A record that was seen and has no partner, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(extend("additionalProperties" = true)))]
pub struct Unlinked {
    /// The record.
    pub id: RecordId,
    /// Its contents when last seen: a run that only reads changes would not see it again.
    pub fields: Fields,
    /// Its version when last seen.
    pub version: Version,
    /// Why it has no partner.
    pub reason: Reason,
    /// Of a meeting that a colleague has in the CRM: the event there that the item's provenance mark names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mark: Option<CrmId>,
}

/// Written before a record is created on the other side, taken back after. If a run dies in between, the
/// next one knows what was being created: in the CRM it looks for a record with these contents, in the
/// mailbox for the provenance mark, which travels with the item.
///
/// One that [takes a run back](Self::undoes) tells of a write of another sort. Of a linked record it holds what the
/// record is to hold: what it holds of that by now is nobody's edit. Of a record that is gone it holds what its
/// partner is to hold, which is brought back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(extend("additionalProperties" = true)))]
pub struct Intent {
    /// The record that is copied to the other side.
    pub source: RecordId,
    /// Its contents.
    pub fields: Fields,
    /// Which of them the copy was not to hold under the rules of that run, which may be others by now. `None` in what
    /// an earlier version remembered, and of what takes a run back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept_out: Option<BTreeSet<Field>>,
    /// Its version.
    pub version: Version,
    /// Of a copy to the CRM: the latest change that the CRM showed before it was asked for the copy. Both
    /// moments are the CRM's own, so the copy can't have been created before this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_before: Option<Instant>,
    /// Records that may be the copy, edited by a person since; while there are any, the intent stays.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub suspects: Vec<CrmId>,
    /// The run that is taken back by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undoes: Option<u64>,
}

/// The fields that flow a way that is new.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewFlows {
    /// Those that didn't flow at all: no base is known of them.
    pub first: Vec<Field>,
    /// Those that flowed the other way only: what that left empty can be filled.
    pub wider: Vec<Field>,
}

/// How far each side has been read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(extend("additionalProperties" = true)))]
pub struct Cursors {
    /// Graph's delta link of each place (a folder, a list, a calendar with its window) that was read; a place
    /// that isn't here is read as a whole.
    #[serde(default)]
    pub exchange: BTreeMap<String, String>,
    /// Up to when the CRM was read, by its own clock; `None` reads everything.
    #[serde(default)]
    pub crm: Option<Instant>,
    /// The fields that [flowed](Policy::flowing) when the last run came to its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fields: Option<FieldMap>,
    /// Which records took part then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<Filter>,
    /// Where they were then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reach: Option<Reach>,
}

/// What is remembered of one mailbox's records of one kind: all of it, or all but links that are [settled](Link::is_settled)
/// and of which no record was seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SyncState {
    /// Links, by mailbox item. No CRM record is in two of them.
    pub links: BTreeMap<ExchangeId, Link>,
    /// How many links there are beside these.
    pub other_links: usize,
    /// Records without a partner.
    pub unlinked: BTreeMap<RecordId, Unlinked>,
    /// Creations whose outcome is not known.
    pub intents: BTreeMap<RecordId, Intent>,
    /// How far each side has been read.
    pub cursors: Cursors,
    /// Whether meetings that a colleague's mailbox had in the CRM may be this one's now.
    pub free_meetings: bool,
}

/// One change to the remembered state. A list of them is stored as a whole or not at all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum StateChange {
    /// Adds to the conflict list.
    AddConflict(Conflict),
    /// Forgets an intent.
    DropIntent(RecordId),
    /// Forgets a link.
    DropLink(ExchangeId),
    /// Forgets a record without a partner.
    DropUnlinked(RecordId),
    /// Adds to the journal.
    Journal(Entry),
    /// Remembers an intent.
    PutIntent(Intent),
    /// Remembers a link, in place of one with the same mailbox item.
    PutLink(Link),
    /// Remembers a record without a partner.
    PutUnlinked(Unlinked),
    /// Remembers how far each side has been read.
    SetCursors(Cursors),
}

impl SyncState {
    /// Whether nothing was ever brought to an end here.
    pub fn is_new(&self) -> bool {
        self.cursors.exchange.is_empty() && self.cursors.crm.is_none()
    }

    /// Takes up where the records of a run are. Answers whether they were read elsewhere before, so that changes alone
    /// don't tell what that means. A field that has another place in the CRM now is one that starts to flow: what its
    /// new place holds, or lacks, is nobody's edit.
    pub fn take_up(&mut self, reach: &Reach) -> bool {
        let known = self.cursors.reach.clone().unwrap_or_default();
        if let Some(fields) = &self.cursors.fields {
            let stays = |(field, _): &(Field, _)| known.own.get(field) == reach.own.get(field);
            self.cursors.fields = Some(FieldMap::new(fields.iter().filter(stays)));
        }
        !self.is_new() && known != *reach
    }

    /// Whether the rules have changed so that changes alone don't tell what they mean: another field flows, or
    /// other records take part. The window's edge moves on by itself; only further back is another window.
    pub fn must_read_all(&self, policy: &Policy) -> bool {
        self.new_flows(policy) != NewFlows::default() || self.is_under_another_filter(policy)
    }

    /// Whether other records took part when changes were last read, or nobody knows which did.
    fn is_under_another_filter(&self, policy: &Policy) -> bool {
        let is_other = |known: &Filter| {
            let wanted = &policy.filter;
            let reaches_back = known.since.is_some() && (wanted.since.is_none() || wanted.since < known.since);
            reaches_back || known.private != wanted.private || known.categories != wanted.categories
        };
        self.cursors.filter.as_ref().map_or(!self.is_new(), is_other)
    }

    /// The fields that flow a way now which they didn't flow in the last run that came to its end.
    pub fn new_flows(&self, policy: &Policy) -> NewFlows {
        let mut flows = NewFlows::default();
        let Some(known) = &self.cursors.fields else { return flows };
        for (field, flow) in policy.flowing().iter() {
            match known.flow(field) {
                None => flows.first.push(field),
                Some(before) if before != flow && before != Flow::Both => flows.wider.push(field),
                Some(_) => {}
            }
        }
        flows
    }

    /// How far was read, to be remembered before a run remembers any link: of the fields those that flow now and
    /// flowed before. If the run doesn't come to its end, the links that it stored say nothing of the others. Nor do
    /// they say what they would under the filter from before: under either the next run reads all.
    pub fn cursors_on_the_way(&self, policy: &Policy) -> Cursors {
        let flowing = policy.flowing();
        let fields = match &self.cursors.fields {
            Some(known) => known.common(&flowing),
            None => flowing,
        };
        let filter = self.cursors.filter.clone().filter(|_| !self.is_under_another_filter(policy));
        Cursors { fields: Some(fields), filter, ..self.cursors.clone() }
    }

    /// The copies that were begun, and whose outcome is not known.
    pub fn begun(&self) -> impl Iterator<Item = &Intent> {
        self.intents.values().filter(|intent| intent.undoes.is_none())
    }

    /// What both records of `link` held when they last agreed, if they hold `now`: what an undo that died had begun to
    /// write there is nobody's edit.
    pub(crate) fn base_of(&self, link: &Link, now: [&Fields; 2]) -> Base {
        let mut base = link.base.clone();
        if self.intents.is_empty() {
            return base;
        }
        let [exchange, crm] = now;
        let own = |id: RecordId| self.intents.get(&id).filter(|intent| intent.undoes.is_some());
        let agree = |begun: Option<&Intent>, now: &Fields, base: &mut Fields| {
            let Some(begun) = begun else { return };
            for field in Field::ALL.iter().copied().filter(|field| now.get(*field) == begun.fields.get(*field)) {
                base.put(field, now.get(field).cloned());
            }
        };
        agree(own(RecordId::Exchange(link.exchange.clone())), exchange, &mut base.exchange);
        agree(own(RecordId::Crm(link.crm.clone())), crm, &mut base.crm);
        base
    }

    /// Takes in a link that was one of the [others](Self::other_links).
    pub fn take_in(&mut self, link: Link) {
        if !self.links.contains_key(&link.exchange) {
            self.other_links = self.other_links.saturating_sub(1);
            self.links.insert(link.exchange.clone(), link);
        }
    }

    /// Whether a change changes anything that is remembered, or adds to what is kept beside it: to forget what is not
    /// remembered doesn't, and needn't be stored.
    pub fn is_changed_by(&self, change: &StateChange) -> bool {
        match change {
            StateChange::DropIntent(source) => self.intents.contains_key(source),
            StateChange::DropUnlinked(id) => self.unlinked.contains_key(id),
            _ => true,
        }
    }

    /// Makes one change. Conflicts and the journal are not part of the state: the store keeps them.
    pub fn apply(&mut self, change: StateChange) {
        match change {
            StateChange::AddConflict(_) | StateChange::Journal(_) => {}
            StateChange::DropIntent(source) => {
                self.intents.remove(&source);
            }
            StateChange::DropLink(exchange) => {
                self.links.remove(&exchange);
            }
            StateChange::DropUnlinked(id) => {
                self.unlinked.remove(&id);
            }
            StateChange::PutIntent(intent) => {
                self.intents.insert(intent.source.clone(), intent);
            }
            StateChange::PutLink(link) => {
                self.links.insert(link.exchange.clone(), link);
            }
            StateChange::PutUnlinked(unlinked) => {
                self.unlinked.insert(unlinked.id.clone(), unlinked);
            }
            StateChange::SetCursors(cursors) => self.cursors = cursors,
        }
    }
}
