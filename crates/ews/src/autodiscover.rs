//! Where the service is for an address of mail: Autodiscover.
//!
//! [`Search`] says step by step what to ask, and never has credentials sent, or anything asked, beyond the address's own
//! domain before somebody agreed. Who carries the steps out judges each address that a name leads to.
//!
//! <https://learn.microsoft.com/en-us/exchange/client-developer/exchange-web-services/autodiscover-for-exchange>

pub mod json;
pub mod pox;
mod search;
pub mod soap;
mod web;

pub use search::{Failure, HOPS_MAX, QUESTIONS_MAX, Question, SRV_MAX, Search, Step};

/// What a server says about where the service is.
#[derive(Clone, PartialEq, Eq)]
pub enum Answer {
    /// It is known by another address, which is to be asked for.
    Address(String),
    /// The service is there.
    Endpoint(String),
    /// Somebody else knows, who is to be asked there.
    Url(String),
}

/// Addresses are personal data.
impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Address(_) => f.write_str("<Address>"),
            Self::Endpoint(url) => write!(f, "<Endpoint: {url}>"),
            Self::Url(url) => write!(f, "<Url: {url}>"),
        }
    }
}
