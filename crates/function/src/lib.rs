//! The serverless function: sessions, leases and the durable state of every mailbox's sync.
//!
//! It is as thin as a part that must outlive a browser tab can be: it knows who is asking, lets one run at a
//! time into a mailbox's state, and stores what that run remembers. It does not sync, does not speak to
//! Microsoft or Zoho, and holds nobody's key to either.
//!
//! [`App::open`] and [`router`] are for embedding, with a clock and a random source of one's own; [`server`]
//! is the program around them.

mod app;
mod audit;
mod background;
mod clock;
mod config;
mod connections;
mod csv;
mod filters;
mod hex;
mod inbox;
mod input;
mod keys;
mod limits;
mod operator;
mod rate;
mod refusal;
mod roles;
mod routes;
pub mod server;
mod settings;
mod statement;
mod store;
mod users;
mod vendor;

pub use app::{App, router};
pub use background::{Background, QueueError, Subscriptions};
pub use clock::{Clock, NoRandom, Random, SystemClock, SystemRandom};
pub use config::{AllowedOrigins, Config, ConfigError, Database, DatabaseUrl, OrgSecrets, SECRET_BYTES_MIN};
pub use keys::{CertificateError, Keys, MicrosoftApp, Proof, Rotated, ZohoApp};
pub use operator::OperatorError;
pub use rate::{Rate, RateLimits};
pub use store::{DATABASE_FILE, OpenError};
pub use vendor::{Outside, Sent, Vendors};
