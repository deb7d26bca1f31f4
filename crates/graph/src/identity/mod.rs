//! Signing in and getting tokens: OAuth 2.0 as Microsoft has it.
//!
//! A page in a browser redeems a code with PKCE alone. A server does so too and proves besides which application it is
//! ([`Credential`]); with an administrator's consent it gets tokens of its own, without a person.

mod admin_consent;
mod assertion;
mod authorize;
mod client;
mod error;
mod secret;
mod token;

pub use admin_consent::{AdminConsent, admin_consent_url, parse_admin_consent};
pub use assertion::{Assertion, LIFE_S as ASSERTION_LIFE_S, Unsigned};
pub use authorize::{Authorize, Prompt, authorize_url, parse_redirect};
pub use client::{ClientCredentials, Credential, client_credentials, client_credentials_for};
pub use error::IdentityError;
pub use secret::Secret;
pub use token::{Redeem, Refresh, Tokens, parse_token, redeem, refresh};

use mxs_http::url;

fn endpoint(base: &str, tenant: &str, name: &str) -> String {
    format!("{base}/{}/oauth2/v2.0/{name}", url::encode(tenant))
}
