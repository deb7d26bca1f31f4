//! Mails of records: who has which address, putting a message beside a record, asking which are there.
//!
//! <https://www.zoho.com/crm/developer/docs/api/v8/associate-email.html>
//!
//! A mail is associated with one record by one call. What the specification shows as a list of mails has no length
//! that is known to be taken, and a message for several records is several calls anyway; so calls are put into
//! composite requests ([`composite`]), five in one.

pub mod associate;
pub mod composite;
pub mod listed;
pub mod people;
pub mod sales_inbox;
