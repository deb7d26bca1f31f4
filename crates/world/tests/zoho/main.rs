//! The Zoho half of the world, asked over its HTTP interface.

#![allow(clippy::unwrap_used, missing_docs)]

mod accounts;
mod composite;
mod contract;
mod coql;
mod deleting;
mod directory;
mod emails;
mod leads;
mod limits;
mod meetings;
mod occurrences;
mod permissions;
mod reading;
mod robust;
mod search;
mod stage;
mod tags;
mod tasks;
mod watching;
mod workflow;
mod writing;

#[path = "../zoho_contract/mod.rs"]
mod zoho_contract;
