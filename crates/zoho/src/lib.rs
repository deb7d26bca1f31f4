//! Zoho CRM v8: intents to requests, answers to values; pure.
//!
//! Each function turns an intent into a [`mxs_http::Request`], or a [`mxs_http::Response`] into a value or
//! a typed error. URLs start with `/`. Whoever sends the requests adds the host and the token, and decides
//! what to try again: nothing here does I/O, reads a clock, waits or retries.

pub mod contact;
pub mod contacts;
pub mod emails;
mod error;
mod json;
pub mod org;
pub mod users;

pub use error::{ErrorKind, ZohoError};
