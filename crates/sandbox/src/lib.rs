//! The local sandbox: the in-memory world, a CRM host page and the function behind loopback ports.
//!
//! One process, five ports: the CRM page, the tab's files, Microsoft, Zoho and the function, each an origin of
//! its own as in production. The world is `mxs-world`; this crate adds the wire, the pages by which people see
//! both sides, and a control address for testers (see [`control`]).

pub mod announce;
pub mod clock;
pub mod control;
pub mod crm;
pub mod deliver;
pub mod function;
pub mod import;
pub mod in_flight;
pub mod listen;
pub mod loopback;
pub mod options;
pub mod outlook;
pub mod part;
pub mod run;
pub mod sandbox;
pub mod sdk;
pub mod seed;
pub mod serve;
pub mod stream;
pub mod tab;
pub mod vendor;
