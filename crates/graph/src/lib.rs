//! Microsoft Graph and identity: intents to requests, answers to values; pure.
//!
//! Each function turns an intent into a [`mxs_http::Request`], or a [`mxs_http::Response`] into a value or
//! a typed error. URLs of Graph requests start with `/`; links that Graph gave are sent as they came.
//! Whoever sends the requests adds the host and the token, and decides what to try again: nothing here
//! does I/O, reads a clock, waits or retries.

pub mod batch;
pub mod contact;
pub mod contacts;
mod error;
pub mod folders;
pub mod identity;
mod json;
pub mod mail;
pub mod mark;
pub mod me;
mod paging;
pub mod task;
pub mod task_batch;
pub mod task_lists;
pub mod tasks;

pub use error::{ErrorKind, GraphError, RETRY_AFTER_LIMIT_MS};
