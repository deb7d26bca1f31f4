//! A record's JSON and the engine's fields.
//!
//! <https://www.zoho.com/crm/developer/docs/api/v8/modules-api.html>

mod read;
#[cfg(test)]
mod tests;
mod write;

pub use read::{fields, is_complete, put_module};
pub(crate) use read::{has_details, has_readable_details, is_readable, owner, read_details};
pub use write::{create_body, is_essential, leaves_its_days, left_out, left_out_of_update, patch_body};
