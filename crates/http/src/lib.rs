//! The HTTP port: one request, one answer, and what can go wrong between them.
//!
//! Protocol clients (`mxs-graph`, `mxs-zoho`) build a [`Request`] and read a [`Response`]; they never
//! send anything. Whoever runs them (the tab, the function, the simulator) brings an [`HttpPort`].
//! This crate does no I/O and knows no vendor.

pub mod base64url;
mod headers;
mod message;
mod port;
mod surrogates;
pub mod url;

pub use headers::Headers;
pub use message::{Method, Request, Response};
pub use port::{HttpPort, NoResponse};
pub use surrogates::without_halves;
