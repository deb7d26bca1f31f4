//! Proof Key for Code Exchange (RFC 7636).

use mxs_http::base64url;
use sha2::{Digest, Sha256};

/// The challenge that belongs to a code verifier under S256 (RFC 7636, section 4.6).
pub(super) fn pkce_challenge(verifier: &str) -> String {
    base64url::encode(&Sha256::digest(verifier.as_bytes()))
}

/// Whether a code verifier has the length and characters that RFC 7636, section 4.1 asks for.
pub(super) fn is_code_verifier(text: &str) -> bool {
    (43..=128).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vector_of_the_rfc() {
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        assert_eq!(pkce_challenge(verifier), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
        assert!(is_code_verifier(verifier) && !is_code_verifier("short"));
    }
}
