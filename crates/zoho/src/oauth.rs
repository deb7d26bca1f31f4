//! Signing in at Zoho, for a server: an administrator agrees once, and what that gives is good until it is revoked.
//!
//! <https://www.zoho.com/crm/developer/docs/api/v8/oauth-overview.html>

mod data_centre;

pub use data_centre::{DataCentre, Environment};
