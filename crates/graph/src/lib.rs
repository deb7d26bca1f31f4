//! Microsoft Graph and identity: intents to requests, answers to values; pure.
//!
//! Each function turns an intent into a [`mxs_http::Request`], or a [`mxs_http::Response`] into a value or
//! a typed error. URLs of Graph requests start with `/`; links that Graph gave are sent as they came.
//! Whoever sends the requests adds the host and the token, and decides what to try again: nothing here
//! does I/O, reads a clock, waits or retries.

pub mod batch;
pub mod calendars;
pub mod contact;
pub mod contacts;
pub mod counted;
pub mod delta;
mod error;
pub mod event;
pub mod events;
pub mod folders;
pub mod html;
pub mod identity;
mod json;
pub mod mail;
pub mod mailbox;
pub mod mark;
pub mod marked;
pub mod me;
pub mod online_meeting;
mod paging;
pub mod people;
mod place;
pub mod recurrence;
mod shape;
pub mod subscriptions;
pub mod task;
mod task_fields;
pub mod task_lists;
pub mod tasks;
pub mod text;
pub mod times;
mod wanted;

pub use error::{ErrorKind, GraphError, RETRY_AFTER_LIMIT_MS};
pub use place::{Place, Window};
pub use wanted::Wanted;
