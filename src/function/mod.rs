//! The serverless function, as `mxs-api` describes it.

mod client;
mod store;

pub(crate) use client::{CallError, FunctionClient};
pub(crate) use store::FunctionStore;
