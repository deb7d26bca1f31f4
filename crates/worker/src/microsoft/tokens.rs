//! The tokens that a sign-in gave.

use mxs_core::mail::Address;
use mxs_graph::identity::{Secret, Tokens};

/// A token is renewed when it has less than this left: a request that starts now has to arrive with it.
const RENEW_BEFORE_MS: f64 = 300_000.0;

/// Tokens, and until when.
#[derive(Clone, Debug)]
pub(super) struct Held {
    pub(super) access: Secret,
    pub(super) refresh: Option<Secret>,
    pub(super) expires_at_ms: f64,
    /// The addresses of whoever signed in.
    pub(super) own: Vec<Address>,
}

impl Held {
    /// The tokens of an answer that has just come.
    pub(super) fn new(tokens: Tokens, earlier_refresh: Option<Secret>, own: Vec<Address>) -> Self {
        Self {
            access: tokens.access,
            // An answer without a new refresh token leaves the old one good.
            refresh: tokens.refresh.or(earlier_refresh),
            expires_at_ms: js_sys::Date::now() + f64::from(tokens.expires_in) * 1000.0,
            own,
        }
    }

    /// Whether the access token need not be renewed yet.
    pub(super) fn is_fresh(&self) -> bool {
        js_sys::Date::now() + RENEW_BEFORE_MS < self.expires_at_ms
    }
}
