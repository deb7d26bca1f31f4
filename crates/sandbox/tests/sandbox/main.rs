//! The sandbox as its users meet it: over HTTP, on free ports.

mod client;
mod connections;
mod control;
mod deliveries;
mod drop;
mod extension;
mod import;
mod pages;
mod ports;
mod streams;
