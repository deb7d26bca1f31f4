//! The serverless function, as `mxs-api` describes it.

mod client;

pub(crate) use client::{CallError, FunctionClient, Lease, json_text};
