//! Values of fields: what is taken, how it is kept, how it is shown.
//!
//! <https://www.zoho.com/crm/developer/docs/api/v8/insert-records.html> (field types and their limits).

mod alarm;
mod form;
pub(super) mod participants;
mod read;
mod recurrence;
mod reminders;
mod show;
pub(crate) mod tags;

pub(crate) use read::{Place, Writing, read};
pub(crate) use show::{display_name, module_of, raw, show};
