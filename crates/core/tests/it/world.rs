//! A mailbox and a CRM in a few lines, so that a test reads as a story.

use mxs_core::{
    Coverage, Creation, CrmId, Cursors, Deletion, Direction, ExchangeId, Field, Fields, Instant, Kind, Observation,
    Pair, Plan, Policy, Reason, RecordId, Seen, Side, StateChange, Stored, SyncState, Version, View, plan,
};
use std::collections::BTreeMap;

/// Both sides, the remembered state, and who has looked at what.
pub(crate) struct World {
    pub(crate) mailbox: BTreeMap<ExchangeId, Seen>,
    pub(crate) crm: BTreeMap<CrmId, Seen>,
    pub(crate) state: SyncState,
    pub(crate) policy: Policy,
    pub(crate) conflicts: Vec<mxs_core::Conflict>,
    /// What changed since the last complete run.
    pub(crate) news_mailbox: BTreeMap<ExchangeId, Observation>,
    pub(crate) news_crm: BTreeMap<CrmId, Observation>,
    /// How much of the mailbox the next run sees.
    pub(crate) coverage: Coverage,
    /// Leads that became contacts.
    pub(crate) became: BTreeMap<CrmId, CrmId>,
    /// When people created records in the CRM, by its clock.
    created: BTreeMap<CrmId, Instant>,
    /// Those of the records that were changed since.
    edited: BTreeMap<CrmId, Instant>,
    /// The latest change in the CRM when a run last looked.
    crm_shown: Instant,
    /// Counts changes, and is the clock.
    next: u32,
}

impl World {
    pub(crate) fn new(direction: Direction) -> Self {
        Self::of(Kind::Contact, direction)
    }

    pub(crate) fn of(kind: Kind, direction: Direction) -> Self {
        Self {
            mailbox: BTreeMap::new(),
            crm: BTreeMap::new(),
            state: SyncState::default(),
            policy: Policy { count_items: true, ..Policy::new(kind, direction) },
            conflicts: Vec::new(),
            news_mailbox: BTreeMap::new(),
            news_crm: BTreeMap::new(),
            coverage: Coverage::Changes,
            became: BTreeMap::new(),
            created: BTreeMap::new(),
            edited: BTreeMap::new(),
            crm_shown: Instant::from_seconds(0),
            next: 0,
        }
    }

    fn now(&self) -> Instant {
        Instant::from_seconds(i64::from(self.next))
    }

    fn version(&mut self) -> Version {
        self.next += 1;
        Version::new(format!("v{}", self.next))
    }

    /// A person writes an item in the mailbox.
    pub(crate) fn item(&mut self, id: &str, fields: Fields) {
        let mark = self.mailbox.get(&ExchangeId::new(id)).and_then(|seen| seen.mark.clone());
        let seen = Seen { fields, version: self.version(), mark };
        self.mailbox.insert(ExchangeId::new(id), seen.clone());
        self.news_mailbox.insert(ExchangeId::new(id), Observation::Present(seen));
    }

    /// A person writes a record in the CRM.
    pub(crate) fn record(&mut self, id: &str, fields: Fields) {
        let seen = Seen { fields, version: self.version(), mark: None };
        match self.created.get(&CrmId::new(id)) {
            Some(created) => self.edited.insert(CrmId::new(id), *created),
            None => self.created.insert(CrmId::new(id), self.now()),
        };
        self.crm.insert(CrmId::new(id), seen.clone());
        self.news_crm.insert(CrmId::new(id), Observation::Present(seen));
    }

    /// A person deletes an item.
    pub(crate) fn delete_item(&mut self, id: &str) {
        self.mailbox.remove(&ExchangeId::new(id));
        self.news_mailbox.insert(ExchangeId::new(id), Observation::Gone);
    }

    /// A person deletes a record.
    pub(crate) fn delete_record(&mut self, id: &str) {
        self.crm.remove(&CrmId::new(id));
        self.news_crm.insert(CrmId::new(id), Observation::Gone);
    }

    /// The plan for what is new.
    pub(crate) fn plan(&self) -> Plan {
        let mailbox = View { records: self.news_mailbox.clone(), ..View::new(self.coverage) };
        let edited = self.edited.iter().filter(|(id, _)| self.news_crm.contains_key(id));
        let edited = edited.map(|(id, created)| (id.clone(), *created)).collect();
        let crm = View {
            records: self.news_crm.clone(),
            edited,
            became: self.became.clone(),
            ..View::new(Coverage::Changes)
        };
        plan(&self.state, mailbox, crm, &self.policy).expect("a complete plan")
    }

    fn remember(&mut self, change: StateChange) {
        if let StateChange::AddConflict(conflict) = &change {
            self.conflicts.push(conflict.clone());
        }
        self.state.apply(change);
        let mut records: Vec<&CrmId> = self.state.links.values().map(|link| &link.crm).collect();
        records.sort();
        records.dedup();
        assert_eq!(records.len(), self.state.links.len(), "a record is in two links");
    }

    /// A run to its end. `refuse` says which writes a vendor refuses. Returns the plan it carried out.
    pub(crate) fn run(&mut self, refuse: impl Fn(Side, &RecordId) -> Option<Reason>) -> Plan {
        let planned = self.plan();
        self.crm_shown = self.now();
        self.news_mailbox.clear();
        self.news_crm.clear();
        self.coverage = Coverage::Changes;
        for change in planned.changes.clone() {
            self.remember(change);
        }
        let mut unmarked = Vec::new();
        for creation in &planned.creations {
            self.create(creation, refuse(creation.source.side().other(), &creation.source), &mut unmarked);
        }
        for pair in planned.pairs.iter().cloned().chain(unmarked) {
            self.write(pair, &refuse);
        }
        for deletion in &planned.deletions {
            self.delete(deletion, refuse(deletion.on, &deletion.target()));
        }
        self.remember(StateChange::SetCursors(Cursors {
            crm: Some(self.now()),
            fields: Some(self.policy.flowing()),
            filter: Some(self.policy.filter.clone()),
            ..Cursors::default()
        }));
        planned
    }

    fn create(&mut self, creation: &Creation, refusal: Option<Reason>, unmarked: &mut Vec<Pair>) {
        self.remember(creation.intent(Some(self.crm_shown)));
        let version = self.version();
        let changes = match (&creation.source, refusal) {
            (_, Some(reason)) => creation.not_made(reason),
            (RecordId::Exchange(item), None) => {
                let record = CrmId::new(format!("of-{}", item.as_str()));
                self.crm.insert(record.clone(), Seen { fields: creation.copy.clone(), version, mark: None });
                let (pair, changes) = creation.made_in_crm(item.clone(), record);
                unmarked.push(pair);
                changes
            }
            (RecordId::Crm(record), None) => {
                let item = ExchangeId::new(format!("of-{}", record.as_str()));
                let seen = Seen { fields: creation.copy.clone(), version: version.clone(), mark: Some(record.clone()) };
                self.mailbox.insert(item.clone(), seen);
                creation.made_in_exchange(item, record.clone(), Stored { version, fields: None, marked: true })
            }
        };
        for change in changes {
            self.remember(change);
        }
    }

    fn write(&mut self, mut pair: Pair, refuse: &impl Fn(Side, &RecordId) -> Option<Reason>) {
        let (item, record) = (pair.exchange.clone(), pair.crm.clone());
        if !pair.to_crm.is_empty() {
            let change = match refuse(Side::Crm, &RecordId::Crm(record.clone())) {
                Some(reason) => pair.settle_crm(Err(reason)),
                None => {
                    let version = self.version();
                    let seen = self.crm.get_mut(&record).expect("the record is there");
                    seen.fields = pair.to_crm.applied_to(&seen.fields);
                    seen.version = version;
                    pair.settle_crm(Ok(()))
                }
            };
            self.remember(change);
        }
        if !pair.to_exchange.is_empty() || !pair.marked {
            let change = match refuse(Side::Exchange, &RecordId::Exchange(item.clone())) {
                Some(reason) => pair.settle_exchange(Err(reason)),
                None => {
                    let version = self.version();
                    let seen = self.mailbox.get_mut(&item).expect("the item is there");
                    assert_eq!(seen.version, pair.exchange_version, "a write names the version it has seen");
                    seen.fields = pair.to_exchange.applied_to(&seen.fields);
                    seen.version = version.clone();
                    seen.mark = Some(record);
                    pair.settle_exchange(Ok(Stored { version, fields: None, marked: true }))
                }
            };
            self.remember(change);
        }
    }

    fn delete(&mut self, deletion: &Deletion, refusal: Option<Reason>) {
        let outcome = match (deletion.target(), refusal) {
            (_, Some(reason)) => Err(reason),
            (RecordId::Crm(record), None) => {
                drop(self.crm.remove(&record));
                Ok(())
            }
            (RecordId::Exchange(item), None) => {
                drop(self.mailbox.remove(&item));
                Ok(())
            }
        };
        self.remember(deletion.settle(outcome));
    }

    /// Forgets everything that was remembered; the next run sees all there is.
    pub(crate) fn lose_the_database(&mut self) {
        self.state = SyncState::default();
        self.see_everything();
    }

    /// The next run sees all there is.
    pub(crate) fn see_everything(&mut self) {
        self.news_mailbox =
            self.mailbox.iter().map(|(id, seen)| (id.clone(), Observation::Present(seen.clone()))).collect();
        self.news_crm = self.crm.iter().map(|(id, seen)| (id.clone(), Observation::Present(seen.clone()))).collect();
    }
}

/// A contact with a name, and an e-mail address that follows from it.
pub(crate) fn contact(given: &str, surname: &str) -> Fields {
    let address = format!("{given}.{surname}@example.com").to_lowercase();
    Fields::default().with(Field::GivenName, given).with(Field::Surname, surname).with(Field::Email1, &address)
}

/// Nobody refuses anything.
pub(crate) fn willing(_: Side, _: &RecordId) -> Option<Reason> {
    None
}
