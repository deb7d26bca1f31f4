//! The serverless function: sessions, leases and the durable state of every mailbox's sync.
//!
//! It is as thin as a part that must outlive a browser tab can be: it knows who is asking, lets one run at a
//! time into a mailbox's state, and stores what that run remembers. It does not sync, does not speak to
//! Microsoft or Zoho, and holds nobody's key to either.
//!
//! [`App::open`] and [`router`] are for embedding, with a clock and a random source of one's own; [`server`]
//! is the program around them.

mod app;
mod clock;
mod config;
mod connections;
mod hex;
mod input;
mod limits;
mod rate;
mod refusal;
mod routes;
pub mod server;
mod settings;
mod statement;
mod store;

pub use app::{App, router};
pub use clock::{Clock, NoRandom, Random, SystemClock, SystemRandom};
pub use config::{AllowedOrigins, Config, ConfigError, Database, DatabaseUrl, OrgSecrets, SECRET_BYTES_MIN};
pub use rate::{Rate, RateLimits};
pub use store::{DATABASE_FILE, OpenError};
