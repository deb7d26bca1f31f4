//! An application's signed word that it is the one it says.
//!
//! See <https://learn.microsoft.com/en-us/entra/identity-platform/certificate-credentials>. The numbers of the errors are
//! those of <https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes>.

use super::IdentityCall;
use super::client::Asked;
use super::errors::Failure;
use super::request::known_tenant;
use crate::microsoft::directory::{App, Certificate};
use jiff::{SignedDuration, Timestamp};
use mxs_http::base64url;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// Whether a signature over a message was made with the key of a certificate: certificate in its DER encoding, message,
/// signature. The world knows no cryptography but hashes, so whoever has it brings it.
pub type VerifySignature = fn(&[u8], &[u8], &[u8]) -> bool;

/// What an assertion is, in the words of RFC 7523.
const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// How far clocks may differ.
const SKEW: SignedDuration = SignedDuration::from_mins(5);
/// The algorithms that are taken: the one that is documented now, and the one that was before.
const ALGORITHMS: [&str; 2] = ["PS256", "RS256"];

/// An assertion, taken apart.
struct Parts<'a> {
    header: Value,
    claims: Value,
    signed: &'a str,
    signature: Vec<u8>,
}

impl<'a> Parts<'a> {
    fn read(assertion: &'a str) -> Option<Self> {
        let (signed, signature) = assertion.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        let json = |part| serde_json::from_slice(&base64url::decode(part)?).ok();
        Some(Self { header: json(header)?, claims: json(claims)?, signed, signature: base64url::decode(signature)? })
    }

    fn claim(&self, name: &str) -> &str {
        self.claims[name].as_str().unwrap_or_default()
    }
}

impl IdentityCall<'_, '_> {
    /// Checks the assertion of a server's token request, if it has one. Pages may send none, which is said elsewhere.
    pub(super) fn check_assertion(&mut self, asked: &Asked<'_>, app: &App) -> Result<(), Failure> {
        let assertion = asked.field("client_assertion").filter(|_| asked.origin.is_none());
        let Some(assertion) = assertion else { return Ok(()) };
        if asked.required("client_assertion_type")? != TYPE {
            let message = "The provided value for the input parameter 'client_assertion_type' is not valid.";
            return Err(Failure::new("invalid_request", 900_146, message));
        }
        let parts = Parts::read(assertion);
        let parts = parts.ok_or_else(|| Failure::client(50_027, "JWT token is invalid or malformed."))?;
        let unknown =
            |what: &str| Failure::client(700_027, format!("Client assertion failed signature validation. {what}"));
        if !parts.header["alg"].as_str().is_some_and(|name| ALGORITHMS.contains(&name)) {
            return Err(unknown("The algorithm is not supported."));
        }
        let thumbprint = parts.header["x5t#S256"].as_str().unwrap_or_default();
        let is_named = |known: &&Certificate| base64url::encode(&Sha256::digest(&known.der)) == thumbprint;
        let certificate = app.certificates.iter().find(is_named);
        let certificate =
            certificate.ok_or_else(|| unknown("The certificate is not registered on the application."))?;
        // That it is this error is known by report only.
        if certificate.ends_s.is_some_and(|ends_s| ends_s <= self.context.now.as_second()) {
            return Err(unknown("The key used is expired."));
        }
        if !self.store.is_signed(&certificate.der, parts.signed.as_bytes(), &parts.signature) {
            return Err(unknown("The signature is not that of the certificate's key."));
        }
        if parts.claim("iss") != app.client_id || parts.claim("sub") != app.client_id {
            let message = "Client assertion application identifier doesn't match 'client_id' parameter.";
            return Err(Failure::client(700_021, message));
        }
        let tenant = known_tenant(self.directory, asked.tenant)?;
        let audience = |tenant: &str| format!("{}/{tenant}/oauth2/v2.0/token", self.base_url);
        let audiences = [Some(asked.tenant), tenant.as_deref()];
        if !audiences.into_iter().flatten().any(|tenant| audience(tenant) == parts.claim("aud")) {
            return Err(Failure::client(700_023, "Client assertion audience claim does not match Realm issuer."));
        }
        let moment = |name: &str| Timestamp::from_second(parts.claims[name].as_i64()?).ok();
        let now = self.context.now;
        let (begins, ends) = (moment("nbf").unwrap_or(now), moment("exp"));
        let Some(ends) = ends.filter(|ends| begins <= now + SKEW && *ends + SKEW > now) else {
            return Err(Failure::client(700_024, "Client assertion is not within its valid time range."));
        };
        // That an assertion is taken once is what its name is for; no document says that Entra looks.
        if parts.claim("jti").is_empty() || !self.store.is_first(&app.client_id, parts.claim("jti"), ends + SKEW) {
            return Err(Failure::client(50_012, "Authentication failed: the assertion has been used."));
        }
        Ok(())
    }
}
