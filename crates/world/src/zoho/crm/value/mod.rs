//! Values of fields: what is taken, how it is kept, how it is shown.
//!
//! <https://www.zoho.com/crm/developer/docs/api/v8/insert-records.html> (field types and their limits).

mod form;
mod read;
mod show;

pub(crate) use read::{Place, read};
pub(crate) use show::{display_name, raw, show};
