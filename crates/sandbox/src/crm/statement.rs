//! What the extension's Deluge function `issue_session` does, in Rust.

use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;

/// The function's name in `ZOHO.CRM.FUNCTIONS.execute`: the extension's namespace, then its own. Whether the CRM
/// takes its own alone isn't known, so nobody here does.
pub const SESSION_FUNCTION: &str = "msexchangesync__issue_session";

/// Signs that a user is at work: `org|user|email|nonce|milliseconds.hex-hmac-sha256`.
pub fn sign(secret: &str, org: &str, user: &str, email: &str, nonce: &str, now_ms: i64) -> String {
    let payload = format!("{org}|{user}|{email}|{nonce}|{now_ms}");
    let signature = hmac_hex(secret.as_bytes(), payload.as_bytes());
    format!("{payload}.{signature}")
}

/// The nonce in the function's arguments, a JSON object as text. Like the Deluge function, this takes only what
/// the function's server makes: other text could hold a separator, or be something else that is to be signed.
pub fn nonce(arguments: &str) -> Option<String> {
    let arguments: Value = serde_json::from_str(arguments).ok()?;
    let nonce = arguments.get("nonce")?.as_str()?;
    let made_there = nonce.len() == 64 && nonce.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    made_there.then(|| nonce.to_owned())
}

fn hmac_hex(key: &[u8], message: &[u8]) -> String {
    // HMAC takes a key of any length, so there is no error to come.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return String::new() };
    mac.update(message);
    mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_hmac_sha256() {
        // RFC 4231, test case 2.
        let expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert_eq!(hmac_hex(b"Jefe", b"what do ya want for nothing?"), expected);
    }

    #[test]
    fn only_the_servers_nonces_are_signed() {
        let good = "0123456789abcdef".repeat(4);
        assert_eq!(nonce(&format!(r#"{{"nonce":"{good}"}}"#)), Some(good.clone()));
        let (short, capital, separator) = (&good[1..], good.to_uppercase(), good.replace('0', "|"));
        for bad in [short, &capital, &separator, "", "7"] {
            assert_eq!(nonce(&format!(r#"{{"nonce":"{bad}"}}"#)), None, "{bad}");
        }
        for bad in ["", "{}", r#"{"nonce":7}"#, "[1]"] {
            assert_eq!(nonce(bad), None, "{bad}");
        }
    }
}
