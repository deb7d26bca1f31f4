//! What a caller wants written, checked and in canonical form.

use super::super::failure::Failure;
use super::super::value::{Place, Writing, read, tags};
use super::{meeting, series, task};
use crate::zoho::id::Id;
use crate::zoho::org::Org;
use crate::zoho::schema::{Field, Module};
use crate::zoho::store::Record;
use crate::zoho::time;
use jiff::Timestamp;
use serde_json::{Map, Value};

/// Checked values on their way into a record.
pub(crate) struct Draft {
    module: &'static str,
    owner: Option<Id>,
    /// Whether it asks that the people of a meeting are told.
    invites: bool,
    pub(super) values: Map<String, Value>,
}

/// Checks what a caller wrote. Keys that the module doesn't have are dropped without a word: Zoho answers
/// with success and stores nothing, as many users report. So are fields that only Zoho sets.
///
/// `current` is the record that is to change, if there is one yet. The first thing wrong is reported, in the
/// order of the module's fields.
pub(crate) fn draft(
    org: &Org,
    module: &Module,
    input: &Map<String, Value>,
    place: Place,
    current: Option<&Record>,
) -> Result<Draft, Failure> {
    let writing = Writing { org, module, input, current, place };
    let invites = meeting::asks_to_tell(module, input);
    let mut draft = Draft { module: module.api_name, owner: None, invites, values: Map::new() };
    let fixed = |field: &Field| field.create_only && current.is_some() && !org.options.recurrence_may_change;
    for field in org.fields(module).filter(|field| !field.read_only && !fixed(field)) {
        let name = field.api_name.as_ref();
        let value = match input.get(name) {
            Some(value) => read(writing, field, value)?,
            None if current.is_none() && field.mandatory => Value::Null,
            None => continue,
        };
        if field.mandatory && value.is_null() {
            return Err(Failure::missing_key(name, &place.path(name)));
        }
        if name == "Owner" {
            draft.owner = value.as_str().and_then(|id| id.parse().ok());
        } else {
            draft.values.insert(name.to_owned(), value);
        }
    }
    if module.api_name == meeting::MODULE {
        meeting::settle_times(writing, &mut draft.values)?;
    }
    Ok(draft)
}

/// Adds what only the organisation knows: the ids of tags and of participants.
fn complete(org: &mut Org, module: &Module, draft: &mut Draft, current: Option<Id>, by: Id, now: Timestamp) {
    if let Some(Value::Array(wanted)) = draft.values.get("Tag") {
        let wanted = wanted.clone();
        draft.values.insert("Tag".to_owned(), tags::settle(org, module, &wanted, by, now));
    }
    if module.api_name == meeting::MODULE {
        let present = current.and_then(|id| org.record(module, id)).map(|record| record.value("Participants").clone());
        let people = meeting::settle_people(org, present, draft.values.get("Participants"), draft.invites);
        if let Some(people) = people {
            draft.values.insert("Participants".to_owned(), people);
        }
    }
}

impl Draft {
    /// Writes the draft into a record. Every update counts as a modification, even one that changes
    /// nothing: the stand-in takes it that Zoho doesn't compare.
    fn apply(self, record: &mut Record, by: Id, now: Timestamp) {
        record.owner = self.owner.unwrap_or(record.owner);
        let was_completed = task::is_completed(record);
        for (name, value) in self.values {
            if value.is_null() {
                record.values.remove(&name);
            } else {
                record.values.insert(name, value);
            }
        }
        if self.module == task::MODULE {
            task::close(record, was_completed, now);
        }
        record.modified_by = by;
        record.modified = time::whole_seconds(now);
        record.touched = now;
    }
}

/// Stores a new record that `by` created; he owns it unless the draft names another owner.
pub(crate) fn store_new(org: &mut Org, module: &Module, mut draft: Draft, by: Id, now: Timestamp) -> Id {
    complete(org, module, &mut draft, None, by, now);
    let id = org.new_id();
    let created = time::whole_seconds(now);
    let mut record = Record {
        id,
        owner: by,
        created_by: by,
        modified_by: by,
        created,
        modified: created,
        touched: now,
        locked: false,
        values: Map::new(),
    };
    draft.apply(&mut record, by, now);
    org.store_mut(module).put(record);
    series::expand(org, module, id);
    id
}

/// Writes a draft into the record `id`; whether there is one.
pub(crate) fn change(org: &mut Org, module: &Module, id: Id, mut draft: Draft, by: Id, now: Timestamp) -> bool {
    complete(org, module, &mut draft, Some(id), by, now);
    org.store_mut(module).change(id, |record| draft.apply(record, by, now)).is_some()
}
