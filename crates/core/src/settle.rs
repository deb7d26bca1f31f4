//! What the outcome of each step means for the remembered state.

use crate::{
    Base, Creation, CrmId, Deletion, ExchangeId, Field, Fields, Instant, Intent, Link, Pair, Patch, Reason, RecordId,
    Scope, Side, StateChange, Unlinked, Value, Version,
};

/// What a mailbox made of a write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// The item's version now.
    pub version: Version,
    /// What the item holds now, if the mailbox said so. It may keep a value in its own way: that is the
    /// base of the next merge, or the difference would look like somebody's edit.
    pub fields: Option<Fields>,
    /// Whether the provenance mark went with it.
    pub marked: bool,
}

impl Pair {
    /// The link as it is to be remembered at this point: what is still to be written stays outside its
    /// base, so that the next merge finds it again.
    pub fn link(&self) -> Link {
        let mut base = self.now.clone();
        let waiting = self.to_crm.iter().chain(self.to_exchange.iter()).map(|(field, _)| field);
        for field in waiting.chain(self.held.iter().map(|(field, _)| *field)) {
            let before = |side: fn(&Base) -> &Fields| self.base.as_ref().and_then(|base| side(base).get(field));
            base.exchange.put(field, before(|base| &base.exchange).cloned());
            base.crm.put(field, before(|base| &base.crm).cloned());
        }
        for (side, field, before) in &self.edited {
            match side {
                Side::Crm => base.crm.put(*field, before.clone()),
                Side::Exchange => base.exchange.put(*field, before.clone()),
            }
        }
        Link {
            exchange: self.exchange.clone(),
            crm: self.crm.clone(),
            seen: (base != self.now).then(|| self.now.clone()),
            base,
            exchange_version: self.exchange_version.clone(),
            marked: self.marked,
            scope: Scope::Active,
            trouble: self.held.first().map(|(_, reason)| reason.clone()),
        }
    }

    /// Takes a field out of what is to be written on `side`: it can't be, and the base keeps its value. Answers
    /// what was to be written.
    pub fn hold(&mut self, side: Side, field: Field, reason: Reason) -> Option<Value> {
        let patch = match side {
            Side::Crm => &mut self.to_crm,
            Side::Exchange => &mut self.to_exchange,
        };
        let wanted = patch.get(field).flatten().cloned();
        patch.remove(field);
        self.held.push((field, reason));
        wanted
    }

    /// What was [held](Self::hold) back was written in the mailbox by itself. What the CRM can't be told of the field
    /// stays open.
    pub fn written_by_itself(&mut self, field: Field, value: Option<Value>) -> StateChange {
        let is_of_crm = |reason: &Reason| matches!(reason, Reason::NotWritable { side: Side::Crm, .. });
        self.held.retain(|(held, reason)| *held != field || is_of_crm(reason));
        self.now.exchange.put(field, value);
        self.agree_on(field);
        if self.held.iter().any(|(held, _)| *held == field) {
            let base = self.base.get_or_insert_default();
            base.exchange.put(field, self.now.crm.get(field).cloned());
        }
        self.put(None)
    }

    /// The record was found out of the sync's reach before it was written: nothing flows until it comes back.
    pub fn left_the_crm(&self) -> StateChange {
        let mut link = self.link();
        link.scope = Scope::Left { side: Side::Crm };
        link.trouble = Some(Reason::LeftScope { side: Side::Crm });
        StateChange::PutLink(link)
    }

    /// The mark was written by itself, or refused.
    pub fn settle_mark(&mut self, outcome: Result<(), Reason>) -> StateChange {
        self.marked |= outcome.is_ok();
        self.put(outcome.err())
    }

    /// The pair as it stands, with what is held back.
    pub fn as_it_stands(&self) -> StateChange {
        self.put(None)
    }

    /// The CRM was written, or refused.
    pub fn settle_crm(&mut self, outcome: Result<(), Reason>) -> StateChange {
        let trouble = match outcome {
            Ok(()) => {
                let patch = std::mem::take(&mut self.to_crm);
                self.now.crm = patch.applied_to(&self.now.crm);
                self.agree(&patch);
                None
            }
            Err(reason) => Some(reason),
        };
        self.put(trouble)
    }

    /// The mailbox was written, or refused.
    pub fn settle_exchange(&mut self, outcome: Result<Stored, Reason>) -> StateChange {
        let trouble = match outcome {
            Ok(stored) => {
                let patch = std::mem::take(&mut self.to_exchange);
                let written = patch.applied_to(&self.now.exchange);
                if let Some(fields) = stored.fields {
                    // Not every mailbox looks at the version that a write names: To Do doesn't.
                    let is_others =
                        |field: &&Field| !patch.contains(**field) && fields.get(**field) != written.get(**field);
                    let is_news = |field: &&Field| {
                        let is_known = |(side, known, _): &(Side, Field, _)| (*side, known) == (Side::Exchange, *field);
                        is_others(field) && !self.edited.iter().any(is_known)
                    };
                    let others: Vec<_> = Field::ALL
                        .iter()
                        .filter(is_news)
                        .map(|field| (Side::Exchange, *field, written.get(*field).cloned()))
                        .collect();
                    self.edited.extend(others);
                    self.now.exchange = fields;
                } else {
                    self.now.exchange = written;
                }
                self.agree(&patch);
                self.exchange_version = stored.version;
                self.marked |= stored.marked;
                None
            }
            Err(reason) => Some(reason),
        };
        self.put(trouble)
    }

    /// After a first half is written, the second half's trouble must not undo what the first agreed.
    fn agree(&mut self, patch: &Patch) {
        for (field, _) in patch.iter() {
            self.agree_on(field);
        }
    }

    fn agree_on(&mut self, field: Field) {
        let base = self.base.get_or_insert_default();
        base.exchange.put(field, self.now.exchange.get(field).cloned());
        base.crm.put(field, self.now.crm.get(field).cloned());
    }

    fn put(&self, trouble: Option<Reason>) -> StateChange {
        let mut link = self.link();
        link.trouble = trouble.or(link.trouble);
        StateChange::PutLink(link)
    }
}

impl Creation {
    /// Keeps a field out of the copy.
    pub fn hold(&mut self, field: Field, reason: Reason) {
        self.copy.put(field, None);
        self.held.push((field, reason));
    }

    /// To be remembered before the record is copied; for a copy to the CRM with the latest change that the
    /// CRM has shown.
    pub fn intent(&self, not_before: Option<Instant>) -> StateChange {
        let (source, fields, version) = (self.source.clone(), self.fields.clone(), self.version.clone());
        let kept_out = fields.iter().map(|(field, _)| field).filter(|field| self.copy.get(*field).is_none()).collect();
        let (kept_out, suspects, undoes) = (Some(kept_out), Vec::new(), None);
        StateChange::PutIntent(Intent { source, fields, kept_out, version, not_before, suspects, undoes })
    }

    /// The copy was made in the CRM: the new pair, whose item is still to be marked, and what to remember.
    pub fn made_in_crm(&self, item: ExchangeId, record: CrmId) -> (Pair, Vec<StateChange>) {
        let pair = self.new_pair(item, record, self.version.clone(), false);
        let changes = self.made(&pair);
        (pair, changes)
    }

    /// The copy was made in the mailbox, with its mark: what to remember.
    pub fn made_in_exchange(&self, item: ExchangeId, record: CrmId, stored: Stored) -> Vec<StateChange> {
        let mut pair = self.new_pair(item, record, stored.version, true);
        if let Some(fields) = stored.fields {
            pair.now.exchange = fields;
        }
        self.made(&pair)
    }

    fn new_pair(&self, exchange: ExchangeId, crm: CrmId, exchange_version: Version, marked: bool) -> Pair {
        let copy = self.copy.clone();
        let now = match self.source.side() {
            Side::Crm => Base { exchange: copy, crm: self.fields.clone() },
            Side::Exchange => Base { exchange: self.fields.clone(), crm: copy },
        };
        let mut base = now.clone();
        for (field, _) in &self.held {
            base.exchange.put(*field, None);
            base.crm.put(*field, None);
        }
        Pair {
            exchange,
            crm,
            base: Some(base),
            now,
            exchange_version,
            marked,
            to_exchange: Patch::default(),
            to_crm: Patch::default(),
            held: self.held.clone(),
            edited: Vec::new(),
            conflicts: Vec::new(),
        }
    }

    fn made(&self, pair: &Pair) -> Vec<StateChange> {
        vec![
            StateChange::PutLink(pair.link()),
            StateChange::DropIntent(self.source.clone()),
            StateChange::DropUnlinked(self.source.clone()),
        ]
    }

    /// The copy was not made, or nobody knows: what to remember. While the outcome is not known the intent
    /// stays, so that the next run looks for the copy.
    pub fn not_made(&self, reason: Reason) -> Vec<StateChange> {
        let mut changes = Vec::new();
        if reason != Reason::OutcomeUnknown {
            changes.push(StateChange::DropIntent(self.source.clone()));
        }
        let (id, fields, version) = (self.source.clone(), self.fields.clone(), self.version.clone());
        let unlinked = Unlinked { id, fields, version, reason, mark: None };
        changes.push(StateChange::PutUnlinked(unlinked));
        changes
    }
}

impl Deletion {
    /// The record to delete.
    pub fn target(&self) -> RecordId {
        match self.on {
            Side::Crm => RecordId::Crm(self.link.crm.clone()),
            Side::Exchange => RecordId::Exchange(self.link.exchange.clone()),
        }
    }

    /// The record was deleted, or refused.
    pub fn settle(&self, outcome: Result<(), Reason>) -> StateChange {
        match outcome {
            Ok(()) => StateChange::DropLink(self.link.exchange.clone()),
            Err(reason) => {
                let mut link = self.link.clone();
                link.trouble = Some(reason);
                StateChange::PutLink(link)
            }
        }
    }
}
