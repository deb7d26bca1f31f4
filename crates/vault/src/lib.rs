//! Secrets sealed at rest: AES-256-GCM under a ring of keys, bound to whose secret it is.
//!
//! A [`KeyRing`] seals a secret for a [`Context`] and opens it for the same context only: a sealed value that is
//! copied to another organisation's row, or to another mailbox, is refused as a damaged one is. What is stored is
//! [`Sealed`], whose form is stable. Opened secrets are [`secrecy::SecretString`]s: nothing shows them, and they are
//! wiped when they are dropped.
//!
//! Nothing here does I/O or draws random numbers. **Nonces are the caller's duty**: 96 bits from the operating
//! system's random source, fresh for each value that is sealed ([`Nonce`]).

mod cipher;
mod context;
mod key;
mod ring;
mod sealed;

pub use cipher::Nonce;
pub use context::{Context, What, Whose};
pub use key::KeyId;
pub use ring::{KEYS_MAX, KeyRing, OpenError, RingError, SealError};
pub use sealed::{SECRET_MAX, Sealed};
