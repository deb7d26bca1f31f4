//! Zoho CRM v8: intents to requests, answers to values; pure.
//!
//! Each function turns an intent into a [`mxs_http::Request`], or a [`mxs_http::Response`] into a value or
//! a typed error. URLs start with `/`. Whoever sends the requests adds the host and the token, and decides
//! what to try again: nothing here does I/O, reads a clock, waits or retries.
//!
//! A [`Module`] and its [`Names`] say what differs between contacts, leads, tasks and events. [`records`] reads
//! and writes them all alike, in this order: a page of a query; where the names need them, its [`details`];
//! before a write what must be [`Known`]; the write, but for what is [left out](record::left_out).

pub mod accounts;
mod clock;
pub mod credits;
pub mod details;
pub mod emails;
mod error;
mod json;
mod known;
pub mod leads;
mod meeting;
mod module;
mod names;
pub mod notifications;
pub mod oauth;
pub mod org;
mod owners;
pub mod people;
pub mod record;
pub mod records;
mod series;
mod task;
pub mod users;

pub use accounts::Accounts;
pub use error::{ErrorKind, ZohoError};
pub use known::Known;
pub use module::Module;
pub use names::{COLUMNS_MAX, Names, NamesError};
pub use owners::{OWNERS_MAX, Owners, OwnersError};
pub use people::People;
