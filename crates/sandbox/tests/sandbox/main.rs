//! The sandbox as its users meet it: over HTTP, on free ports.

mod client;
mod control;
mod drop;
mod extension;
mod import;
mod pages;
mod ports;
