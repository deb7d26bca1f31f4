//! The assertion by which an application with a certificate says who it is.
//!
//! The key stays where it is: here is written what is to be signed, and the signature is put behind it.
//!
//! <https://learn.microsoft.com/en-us/entra/identity-platform/certificate-credentials>

use super::{Credential, Secret, endpoint};
use jiff::Timestamp;
use mxs_http::base64url;
use serde_json::json;

/// How long an assertion is good for, in seconds. It is sent at once, and Microsoft advises ten minutes at most.
pub const LIFE_S: i64 = 300;

/// What an assertion says.
#[derive(Clone, Copy, Debug)]
pub struct Assertion<'a> {
    /// As in [`Authorize`](super::Authorize).
    pub base: &'a str,
    /// The directory that the token request goes to.
    pub tenant: &'a str,
    /// As in [`Authorize`](super::Authorize).
    pub client_id: &'a str,
    /// The SHA-256 hash of the certificate in its DER encoding, by which Microsoft finds it.
    pub certificate: &'a [u8; 32],
    /// A name that no other assertion has: a GUID.
    pub id: &'a str,
    /// The present moment.
    pub now: Timestamp,
}

/// An assertion that waits for its signature.
#[derive(Clone, PartialEq, Eq)]
pub struct Unsigned(String);

impl Assertion<'_> {
    /// Writes what is to be signed.
    pub fn unsigned(&self) -> Unsigned {
        let now = self.now.as_second();
        let header = json!({ "alg": "PS256", "typ": "JWT", "x5t#S256": base64url::encode(self.certificate) });
        let claims = json!({
            "aud": endpoint(self.base, self.tenant, "token"),
            "exp": now + LIFE_S,
            "iat": now,
            "iss": self.client_id,
            "jti": self.id,
            "nbf": now,
            "sub": self.client_id,
        });
        let part = |part: serde_json::Value| base64url::encode(part.to_string().as_bytes());
        Unsigned(format!("{}.{}", part(header), part(claims)))
    }
}

impl Unsigned {
    /// What the certificate's key is to sign, as RSASSA-PSS with SHA-256 (PS256 of RFC 7518, section 3.5).
    pub fn bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// Puts the signature behind it.
    #[must_use]
    pub fn signed(self, signature: &[u8]) -> Credential {
        Credential::Assertion(Secret::new(format!("{}.{}", self.0, base64url::encode(signature))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_assertion_is_that_of_the_vendors_page() {
        let certificate = &[0xAB; 32];
        let assertion = Assertion {
            base: "https://login.microsoftonline.com",
            tenant: "tenant-1",
            client_id: "app-1",
            certificate,
            id: "guid-1",
            now: "2020-10-01T02:25:14Z".parse().expect("a moment"),
        };
        let unsigned = assertion.unsigned();
        let text = String::from_utf8_lossy(unsigned.bytes()).into_owned();
        let (header, claims) = text.split_once('.').expect("two parts");
        let read = |part| String::from_utf8(base64url::decode(part).expect("base64")).expect("UTF-8");
        assert_eq!(
            read(header),
            r##"{"alg":"PS256","typ":"JWT","x5t#S256":"q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s"}"##
        );
        assert_eq!(
            read(claims),
            r#"{"aud":"https://login.microsoftonline.com/tenant-1/oauth2/v2.0/token","exp":1601519414,"iat":1601519114,"iss":"app-1","jti":"guid-1","nbf":1601519114,"sub":"app-1"}"#
        );
        let Credential::Assertion(signed) = unsigned.signed(&[0xFF, 0xEF]) else { panic!("an assertion") };
        assert_eq!(signed.expose(), format!("{text}._-8"));
    }
}
