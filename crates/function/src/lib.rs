//! The serverless function: the durable state of every mailbox's sync, and the sync without a tab.
//!
//! It knows who is asking, lets one run at a time into a mailbox's state, and stores what that run remembers, whether
//! the run is the tab's or its own. Given keys it holds what opens the CRM and the mailboxes, and gives each mailbox its
//! turn; without, it speaks to neither Microsoft nor Zoho.
//!
//! [`App::open`] and [`router`] are for embedding, with a clock and a random source of one's own; [`server`]
//! is the program around them.

mod app;
mod audit;
mod background;
mod backup;
mod clock;
mod config;
mod connections;
mod csv;
mod exchange;
mod filters;
mod hex;
mod inbox;
mod input;
mod keys;
#[cfg(feature = "lambda")]
mod lambda;
mod limits;
mod metrics;
mod openapi;
mod operator;
mod rate;
mod refusal;
mod roles;
mod route;
mod routes;
mod scope;
pub mod server;
mod settings;
mod statement;
mod store;
mod users;
mod vendor;

pub use app::{App, metrics_router, router};
pub use background::{Background, QueueError, Subscriptions};
pub use backup::{BackupError, BackupKeys, Secrets};
pub use clock::{Clock, NoRandom, Random, SystemClock, SystemRandom};
pub use config::{AllowedOrigins, Config, ConfigError, Database, DatabaseUrl, OrgSecrets, SECRET_BYTES_MIN};
pub use keys::{CertificateError, Keys, MicrosoftApp, Proof, Rotated, ZohoApp};
pub use operator::OperatorError;
pub use rate::{Rate, RateLimits};
pub use store::{DATABASE_FILE, OpenError};
pub use vendor::{Answered, Door, Outside, Sent, Services, Vendors};
