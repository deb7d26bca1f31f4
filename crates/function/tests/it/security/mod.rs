//! What somebody could try, and what comes of it.
//!
//! | file | what is tried |
//! |---|---|
//! | `bodies` | malformed, wrong, too large and slow requests |
//! | `certificates` | to be an application without its certificate's key |
//! | `sealed` | to open what is stored with another key |
//! | `secrets` | to find a secret in what is logged, answered or stored |
//! | `statements` | to be somebody without the CRM's word for it |
//! | `tenants` | to reach what is others', by every id that can be guessed |
//!
//! Forged, replayed and late statements one by one are in `sessions`, floods and origins in `http`, forged and hostile
//! notifications in `realtime`, what an account may store in `limits`, a full disk in `disk`, and which addresses a server
//! is asked at in `crates/outgoing`.

mod bodies;
mod certificates;
mod sealed;
pub(crate) mod secrets;
mod statements;
mod tenants;
