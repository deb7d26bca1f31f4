//! Signing in at Zoho, for a server: an administrator agrees once, and what that gives is good until it is revoked.
//!
//! In this order: the browser is sent to [`authorize_url`]; [`parse_redirect`] reads what it comes back with, the data
//! centre of the person's organisation among it; [`redeem`] gives the first tokens, [`refresh`] the next ones,
//! [`revoke`] ends them. The requests are for the data centre's accounts server, whose origin the sender adds.
//!
//! A refresh token gives ten access tokens in ten minutes, and a user of a client has twenty refresh tokens, of which
//! a further one ends the oldest: whoever refreshes keeps the access token for as long as it is good, and refreshes
//! once for all that wait for it.
//!
//! <https://www.zoho.com/crm/developer/docs/api/v8/oauth-overview.html>,
//! <https://www.zoho.com/accounts/protocol/oauth/web-apps/access-token-expiry.html>

mod consent;
mod data_centre;
mod error;
mod scopes;
mod tokens;

pub use consent::{Agreed, Authorize, authorize_url, parse_redirect};
pub use data_centre::{DataCentre, Environment};
pub use error::OauthError;
pub use scopes::SCOPES;
pub use tokens::{Client, Tokens, parse_revoked, parse_token, redeem, refresh, revoke};
