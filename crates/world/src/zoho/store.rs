//! The records of one module.

use super::id::Id;
use super::tag::Tag;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// One record. `values` holds what callers wrote, in canonical form: ids as text, moments in UTC.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    pub(crate) id: Id,
    pub(crate) owner: Id,
    pub(crate) created_by: Id,
    pub(crate) modified_by: Id,
    /// In whole seconds, as Zoho shows it.
    pub(crate) created: Timestamp,
    /// In whole seconds, as Zoho shows it.
    pub(crate) modified: Timestamp,
    /// The very moment of the last change, from which the search index lags.
    pub(crate) touched: Timestamp,
    pub(crate) locked: bool,
    pub(crate) values: Map<String, Value>,
}

/// Under which key a meeting keeps that it was cancelled; answers show it, calls can't write it.
const CANCELLED: &str = "$event_cancelled";

impl Record {
    /// A value that was written; null for none.
    pub(crate) fn value(&self, field: &str) -> &Value {
        self.values.get(field).unwrap_or(&Value::Null)
    }

    pub(crate) fn text(&self, field: &str) -> Option<&str> {
        self.value(field).as_str()
    }

    /// Whether it is a meeting that was cancelled.
    pub(crate) fn cancelled(&self) -> bool {
        self.value(CANCELLED) == &Value::Bool(true)
    }

    /// Marks a meeting as cancelled.
    pub(crate) fn cancel(&mut self) {
        self.values.insert(CANCELLED.to_owned(), Value::Bool(true));
    }

    /// Whether it is a lead that was converted: no list shows it any more.
    pub(crate) fn converted(&self) -> bool {
        self.value("Converted__s") == &Value::Bool(true)
    }
}

/// A record that was deleted.
#[derive(Clone, Debug)]
pub(crate) struct Deleted {
    pub(crate) record: Record,
    pub(crate) display_name: Option<String>,
    pub(crate) by: Id,
    pub(crate) at: Timestamp,
    /// When it left the recycle bin for good.
    pub(crate) purged: Option<Timestamp>,
}

/// How long the recycle bin keeps a record.
const BIN_DAYS: i64 = 60;

impl Deleted {
    /// When the record left the recycle bin, if it has by `now`.
    pub(crate) fn purged_at(&self, now: Timestamp) -> Option<Timestamp> {
        let due = self.at.checked_add(SignedDuration::from_hours(24 * BIN_DAYS)).ok().filter(|due| *due <= now);
        self.purged.or(due)
    }
}

/// The records of one module.
#[derive(Clone, Debug, Default)]
pub(crate) struct Store {
    records: BTreeMap<Id, Record>,
    bin: BTreeMap<Id, Deleted>,
    /// Ids by field and folded value, for the fields that were asked for; filled on first use.
    index: HashMap<String, HashMap<String, BTreeSet<Id>>>,
    /// The tags of the module, the oldest first.
    pub(super) tags: Vec<Tag>,
    /// What happened since it was told last, in order.
    happened: Vec<(Id, Happened)>,
}

/// What happens to a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Happened {
    /// It was added, or came back from the recycle bin: whether that is told as an insert no page says.
    Inserted,
    Updated,
    Deleted,
}

/// The form in which values are compared for duplicates: Zoho's duplicate checks ignore case.
fn folded(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) if text.is_empty() => None,
        Value::String(text) => Some(text.to_lowercase()),
        other => Some(other.to_string()),
    }
}

impl Store {
    pub(crate) fn get(&self, id: Id) -> Option<&Record> {
        self.records.get(&id)
    }

    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &Record> {
        self.records.values()
    }

    pub(crate) fn len(&self) -> usize {
        self.records.len()
    }

    /// Adds or replaces a record.
    pub(crate) fn put(&mut self, record: Record) {
        let id = record.id;
        self.unindex(id);
        for (field, ids) in &mut self.index {
            if let Some(value) = folded(record.value(field)) {
                ids.entry(value).or_default().insert(id);
            }
        }
        if self.records.insert(id, record).is_none() {
            self.happened.push((id, Happened::Inserted));
        }
    }

    fn unindex(&mut self, id: Id) {
        let Some(record) = self.records.get(&id) else { return };
        for (field, ids) in &mut self.index {
            if let Some(value) = folded(record.value(field)) {
                ids.entry(value).or_default().remove(&id);
            }
        }
    }

    /// The records whose `field` holds `value`, the oldest first.
    pub(crate) fn with_value(&mut self, field: &str, value: &Value) -> Vec<Id> {
        let Some(value) = folded(value) else { return Vec::new() };
        if !self.index.contains_key(field) {
            let mut ids: HashMap<String, BTreeSet<Id>> = HashMap::new();
            for record in self.records.values() {
                if let Some(value) = folded(record.value(field)) {
                    ids.entry(value).or_default().insert(record.id);
                }
            }
            self.index.insert(field.to_owned(), ids);
        }
        self.index[field].get(&value).map(|ids| ids.iter().copied().collect()).unwrap_or_default()
    }

    /// Moves a record to the recycle bin.
    pub(crate) fn delete(&mut self, id: Id, by: Id, at: Timestamp, display_name: Option<String>) -> bool {
        self.unindex(id);
        let Some(record) = self.records.remove(&id) else { return false };
        self.bin.insert(id, Deleted { record, display_name, by, at, purged: None });
        self.happened.push((id, Happened::Deleted));
        true
    }

    /// Takes a record out of the recycle bin again.
    pub(crate) fn restore(&mut self, id: Id, now: Timestamp) -> Option<&mut Record> {
        let restorable = self.bin.get(&id).is_some_and(|deleted| deleted.purged_at(now).is_none());
        if !restorable {
            return None;
        }
        let mut record = self.bin.remove(&id)?.record;
        record.touched = now;
        self.put(record);
        self.records.get_mut(&id)
    }

    /// Removes a record from the recycle bin for good.
    pub(crate) fn purge(&mut self, id: Id, now: Timestamp) -> bool {
        match self.bin.get_mut(&id) {
            Some(deleted) if deleted.purged_at(now).is_none() => {
                deleted.purged = Some(now);
                true
            }
            _ => false,
        }
    }

    /// What was deleted.
    pub(crate) fn deleted(&self) -> impl Iterator<Item = &Deleted> {
        self.bin.values()
    }

    /// Lets `change` work on a record without its index going stale.
    pub(crate) fn change<T>(&mut self, id: Id, change: impl FnOnce(&mut Record) -> T) -> Option<T> {
        let result = self.change_quietly(id, change)?;
        self.happened.push((id, Happened::Updated));
        Some(result)
    }

    /// The same for a change of which nobody is told.
    pub(crate) fn change_quietly<T>(&mut self, id: Id, change: impl FnOnce(&mut Record) -> T) -> Option<T> {
        let mut record = self.records.get(&id)?.clone();
        let result = change(&mut record);
        self.put(record);
        Some(result)
    }

    /// What happened since the last time, in order.
    pub(crate) fn take_happened(&mut self) -> Vec<(Id, Happened)> {
        std::mem::take(&mut self.happened)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn record(id: u64, email: &str) -> Record {
        let now = Timestamp::UNIX_EPOCH;
        let values = [("Email".to_owned(), json!(email))].into_iter().collect();
        let user = Id(1);
        Record {
            id: Id(id),
            owner: user,
            created_by: user,
            modified_by: user,
            created: now,
            modified: now,
            touched: now,
            locked: false,
            values,
        }
    }

    #[test]
    fn the_index_follows_the_records() {
        let mut store = Store::default();
        store.put(record(10, "A@x.example"));
        assert_eq!(store.with_value("Email", &json!("a@X.example")), [Id(10)]);
        store.put(record(11, "a@x.example"));
        store.change(Id(10), |record| record.values.insert("Email".into(), json!("b@x.example")));
        assert_eq!(store.with_value("Email", &json!("a@x.example")), [Id(11)]);
        store.delete(Id(11), Id(1), Timestamp::UNIX_EPOCH, None);
        assert_eq!(store.with_value("Email", &json!("a@x.example")), []);
        store.restore(Id(11), Timestamp::UNIX_EPOCH);
        assert_eq!(store.with_value("Email", &json!("a@x.example")), [Id(11)]);
    }

    #[test]
    fn what_happens_is_told_once() {
        use Happened::{Deleted, Inserted, Updated};
        let mut store = Store::default();
        store.put(record(10, "a@x.example"));
        store.change(Id(10), |record| record.touched = Timestamp::MAX);
        store.change_quietly(Id(10), |record| record.locked = true);
        store.delete(Id(10), Id(1), Timestamp::UNIX_EPOCH, None);
        store.restore(Id(10), Timestamp::UNIX_EPOCH);
        let wanted = [Inserted, Updated, Deleted, Inserted].map(|happened| (Id(10), happened));
        assert_eq!(store.take_happened(), wanted);
        assert_eq!(store.take_happened(), []);
    }

    #[test]
    fn the_bin_empties_itself() {
        let mut store = Store::default();
        store.put(record(10, "a@x.example"));
        store.delete(Id(10), Id(1), Timestamp::UNIX_EPOCH, None);
        let later = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(24 * 61);
        assert!(store.restore(Id(10), later).is_none());
        assert_eq!(store.deleted().filter(|deleted| deleted.purged_at(later).is_some()).count(), 1);
    }
}
