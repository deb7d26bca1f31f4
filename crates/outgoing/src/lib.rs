//! Requests out of a server, to the vendors and to addresses that people type in.
//!
//! [`Outgoing`] is built once and makes two kinds of [`Port`]s. One for a vendor reaches one of the [hosts](vendors)
//! that the product knows by name, or a loopback origin that the operator named for a sandbox. One for an address that
//! an administrator typed in (an Exchange Server) reaches whatever the [guard](address) lets pass: a name is looked up
//! once, each address is judged, and the connection goes to the addresses that were judged and to no others, so that a
//! name which means something else a moment later changes nothing.
//!
//! An Exchange Server is reached by a [`ServerPort`]: the same guard, signing in as the server wants it, and the
//! authorities that its organisation trusts.
//!
//! No redirect is followed unasked, no proxy is taken from the environment, nothing is sent again, and every wait and
//! every size has a limit ([`Limits`]).

mod account;
pub mod address;
mod authorities;
mod client;
mod error;
mod follow;
mod limits;
mod networks;
mod ntlm;
mod outgoing;
mod port;
mod resolve;
mod schemes;
mod server_port;
mod typed;
pub mod vendors;

pub use account::Account;
pub use authorities::{AUTHORITIES_MAX, Authorities, AuthoritiesError};
pub use error::{Distrust, Failure, Refusal, SetupError};
pub use follow::{Followed, HOPS_MAX};
pub use limits::Limits;
pub use networks::{NETWORKS_MAX, NetworkError, Networks};
pub use outgoing::{Outgoing, Settings};
pub use port::Port;
pub use resolve::{ADDRESSES_MAX, Resolve, Resolving, SERVICES_MAX, Services, System};
pub use server_port::ServerPort;

#[cfg(test)]
mod tests;
