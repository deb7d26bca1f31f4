//! What runs did to each pair of records, and why: enough to explain it, and to take it back.
//!
//! Entries are stored in the same commit as the change of the link that they tell of, so what is remembered has
//! always been noted. A run that dies between a write and that commit leaves neither: the next run finds the
//! value on both sides, and notes it as [`Found`](Cause::Found), because nobody can tell any more who wrote it; a
//! copy whose intent was stored is noted as [`Interrupted`](Cause::Interrupted).

mod entry;
mod note;
mod replay;
#[cfg(test)]
mod tests;
mod undo;
mod why;

pub use entry::{Cause, Entry, Values, What};
pub use note::{Deed, Journal};
pub use replay::{Gap, replay};
pub use undo::{Left, Now, Undo, Untouched, undo};
pub use why::{Explanation, why};
