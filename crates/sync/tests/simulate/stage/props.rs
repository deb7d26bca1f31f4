//! What is particular to a kind of records: what people keep in them, how they stand on each side, and what people
//! do to them. The rest of the simulation knows no kind.

use super::Values;
use mxs_core::{Field, Kind, Side};
use mxs_world::World;
use serde_json::Value;

mod contacts;
mod events;
mod tasks;

/// How a new record says whose it is.
pub(crate) enum Who {
    /// By a name that nobody else has.
    Person(u32),
    /// As the CRM knows somebody who is in the mailbox, too: not always in the same words.
    InTheCrm(u32),
    /// By a name that others have too.
    Namesake(u32),
}

/// Items that no record can be made for.
pub(crate) struct Poison {
    /// The item.
    pub(crate) item: Value,
    /// How often it is there.
    pub(crate) copies: usize,
    /// A record that all of them could be.
    pub(crate) record: Option<Value>,
}

/// A kind as people handle it. `field` is one of [`FIELDS`] that they edit; what such a field holds is told as text.
pub(crate) trait Props: Sync {
    /// What Microsoft calls its records, in counters.
    fn items_name(&self) -> &'static str;

    /// What the CRM calls the module of its records.
    fn module(&self) -> &'static str;

    /// What a run may do at Microsoft.
    fn scopes(&self) -> &'static [&'static str];

    /// What is in every address of a reading of changes.
    fn reading(&self) -> &'static str;

    /// What a run that knows all asks Microsoft for, once for each place, as
    /// [`Stage::requests`](super::Stage::requests) tells it.
    fn reading_of_changes(&self) -> &'static str;

    /// How many places there are that a run reads.
    fn places(&self, world: &World) -> usize;

    /// What the engine calls a field; where people write several as one, the first says what it holds.
    fn fields(&self, field: usize) -> &'static [Field];

    /// What a person writes into a field: `text`, or where it takes none, what `number` stands for there. No two
    /// are alike.
    fn value(&self, field: usize, text: String, number: u32) -> String;

    /// What a field holds from the beginning that can't be empty, by whose record it is.
    fn given(&self, _field: usize, _person: u32) -> Option<String> {
        None
    }

    /// Whether each value of a field tells who has written it; else there are only a few.
    fn is_told_apart(&self, _field: usize) -> bool {
        true
    }

    /// Whether two records without a link are one only if they have the same in this field.
    fn tells(&self, _field: usize) -> bool {
        false
    }

    /// The change that writes a value into a field, or empties it.
    fn change(&self, side: Side, field: usize, value: Option<&str>) -> Value;

    /// What a field of a record holds.
    fn held(&self, record: &Value, side: Side, field: usize) -> Option<String>;

    /// The name of a person, which nobody edits; it also names those who have it on no side.
    fn name(&self, person: u32) -> String;

    /// The name that a record has; empty where only its values tell whose it is.
    fn name_in(&self, record: &Value, side: Side) -> String;

    /// A new record for one side, with a value in the first field.
    fn draft(&self, side: Side, who: &Who, value: &str) -> Value;

    /// What to write into a record so that it is told to be the same as an item that holds `item`; `None` if it
    /// can't be told.
    fn answer(&self, item: &Values) -> Option<(usize, Option<String>)>;

    /// The change that makes a record in the CRM somebody else's, whom `id` names.
    fn rename(&self, id: &str) -> Value;

    /// Items that no record can be made for.
    fn poison(&self, number: u32) -> Poison;

    /// Whether a record is one of them, or could be theirs.
    fn is_poison(&self, record: &Value, side: Side) -> bool;

    /// Whether a record is judged in another way.
    fn is_aside(&self, _record: &Value, _side: Side) -> bool {
        false
    }

    /// A record that is a colleague's.
    fn colleagues(&self) -> Value;

    /// Whether an item is that record's copy.
    fn is_colleagues(&self, item: &Value) -> bool;

    /// Whether the mailbox refuses a write that names an older version of its item. Where it doesn't, what a person
    /// writes between a run's reading and its writing may be written over, and nobody can know.
    fn heeds_versions(&self, world: &World) -> bool;

    /// Every item, wherever it is but for those that were deleted.
    fn items(&self, world: &World) -> Vec<Value>;

    /// Adds an item.
    fn add_item(&self, world: &mut World, item: &Value);

    /// Changes an item.
    fn edit_item(&self, world: &mut World, id: &str, changes: &Value);

    /// Deletes an item, as a person does, or for good; answers whether it was there.
    fn delete_item(&self, world: &mut World, id: &str, for_good: bool) -> bool;

    /// The change that gives an item these categories; `None` where a run doesn't read them.
    fn categorize(&self, categories: &[&str]) -> Option<Value>;

    /// Whether an item that is moved leaves all places that a run knows of.
    fn leaves_when_moved(&self) -> bool;

    /// The place that items are moved to, made if it isn't there, where it can be read beside the usual one.
    fn place_elsewhere(&self, _world: &mut World) -> Option<String> {
        None
    }

    /// Whether a run that a person starts counts the items, and so finds who came back though nobody told.
    fn are_counted(&self) -> bool {
        true
    }

    /// Moves an item to another place; answers the id by which it can be moved on.
    fn move_away(&self, world: &mut World, id: &str) -> String;

    /// Moves an item to where runs look, from wherever it is.
    fn move_back(&self, world: &mut World, id: &str);

    /// Deletes the place that items are moved to, with all that is there.
    fn delete_place(&self, world: &mut World);

    /// Items that were deleted and can be taken back, the last one last.
    fn deleted_items(&self, world: &World) -> Vec<Value>;
}

/// How many fields people edit.
pub(crate) const FIELDS: usize = 4;

/// The props of a kind.
pub(crate) fn of(kind: Kind) -> &'static dyn Props {
    match kind {
        Kind::Contact => &contacts::Contacts,
        Kind::Task => &tasks::Tasks,
        Kind::Event => &events::Events,
    }
}
