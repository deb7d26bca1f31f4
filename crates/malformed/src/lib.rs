//! Messages gone wrong, for the tests of every reader: from a valid message, each way in which one place of it can be
//! damaged. There is no chance in it, so that a failure is met again.
//!
//! What a reader owes: a typed error, or an item set apart while the rest goes through; never a panic, and never
//! "nothing" for what it can't read, since what is taken for empty gets emptied on the other side.

mod bodies;
mod hostile;
mod values;
mod xml;

pub use bodies::bodies;
pub use hostile::texts;
pub use values::{Damaged, another_type, damaged, damaged_at};
pub use xml::{DamagedXml, damaged_xml};
