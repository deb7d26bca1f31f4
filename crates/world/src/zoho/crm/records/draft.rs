//! What a caller wants written, checked and in canonical form.

use super::super::failure::Failure;
use super::super::value::{Place, read};
use crate::zoho::id::Id;
use crate::zoho::org::Org;
use crate::zoho::schema::Module;
use crate::zoho::store::Record;
use crate::zoho::time;
use jiff::Timestamp;
use serde_json::{Map, Value};

/// Checked values on their way into a record.
pub(crate) struct Draft {
    owner: Option<Id>,
    pub(super) values: Map<String, Value>,
}

/// Checks what a caller wrote. Keys that the module doesn't have are dropped without a word: Zoho answers
/// with success and stores nothing, as many users report. So are fields that only Zoho sets.
///
/// The first thing wrong is reported, in the order of the module's fields.
pub(crate) fn draft(
    org: &Org,
    module: &Module,
    input: &Map<String, Value>,
    place: Place,
    creating: bool,
) -> Result<Draft, Failure> {
    let mut draft = Draft { owner: None, values: Map::new() };
    for field in org.fields(module).filter(|field| !field.read_only) {
        let name = field.api_name.as_ref();
        let value = match input.get(name) {
            Some(value) => read(org, field, value, place, input)?,
            None if creating && field.mandatory => Value::Null,
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
    ends_after_start(module, &draft.values, place)?;
    Ok(draft)
}

/// A meeting can't end before it starts. Only seen when both are written at once.
fn ends_after_start(module: &Module, values: &Map<String, Value>, place: Place) -> Result<(), Failure> {
    let moment = |name: &str| values.get(name).and_then(Value::as_str);
    match (moment("Start_DateTime"), moment("End_DateTime")) {
        (Some(start), Some(end)) if module.api_name == "Events" && end < start => {
            Err(Failure::value_of("End_DateTime", &place.path("End_DateTime")))
        }
        _ => Ok(()),
    }
}

impl Draft {
    /// Writes the draft into a record. Every update counts as a modification, even one that changes
    /// nothing: the stand-in takes it that Zoho doesn't compare.
    pub(crate) fn apply(self, record: &mut Record, by: Id, now: Timestamp) {
        record.owner = self.owner.unwrap_or(record.owner);
        for (name, value) in self.values {
            if value.is_null() {
                record.values.remove(&name);
            } else {
                record.values.insert(name, value);
            }
        }
        record.modified_by = by;
        record.modified = time::whole_seconds(now);
        record.touched = now;
    }
}

/// Stores a new record that `by` created; he owns it unless the draft names another owner.
pub(crate) fn store_new(org: &mut Org, module: &Module, draft: Draft, by: Id, now: Timestamp) -> Id {
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
    id
}
