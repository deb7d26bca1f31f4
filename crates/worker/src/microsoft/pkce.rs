//! Proof Key for Code Exchange (RFC 7636), by the browser's own cryptography.

use js_sys::Uint8Array;
use mxs_graph::identity::Secret;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Crypto, DedicatedWorkerGlobalScope};

/// What ties an answer to the sign-in that asked for it.
pub(super) struct Pkce {
    /// What redeems the code; only this worker knows it.
    pub(super) verifier: Secret,
    /// Its hash, which Microsoft sees first.
    pub(super) challenge: String,
    /// What the answer must bring back.
    pub(super) state: String,
}

impl Pkce {
    /// New random ones. `None` where the browser has no cryptography: in a page that is not secure.
    pub(super) async fn new() -> Option<Self> {
        let verifier = base64url(&random()?);
        let digest = crypto()?.subtle().digest_with_str_and_u8_array("SHA-256", verifier.as_bytes()).ok()?;
        let hash = Uint8Array::new(&JsFuture::from(digest).await.ok()?).to_vec();
        Some(Self { verifier: Secret::new(verifier), challenge: base64url(&hash), state: base64url(&random()?) })
    }
}

fn crypto() -> Option<Crypto> {
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    scope.crypto().ok()
}

fn random() -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    crypto()?.get_random_values_with_u8_array(&mut bytes).ok()?;
    Some(bytes)
}

/// Base64 with the alphabet for URLs, without padding (RFC 4648, section 5).
fn base64url(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let group = [chunk[0], *chunk.get(1).unwrap_or(&0), *chunk.get(2).unwrap_or(&0)];
        let bits = u32::from_be_bytes([0, group[0], group[1], group[2]]);
        for index in 0..=chunk.len() {
            text.push(char::from(ALPHABET[(bits >> (18 - 6 * index) & 63) as usize]));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::base64url;

    #[test]
    fn the_rfcs_example_is_encoded_as_in_the_rfc() {
        // RFC 7636, appendix B.
        let bytes = [
            116, 24, 223, 180, 151, 153, 224, 37, 79, 250, 96, 125, 216, 173, 187, 186, 22, 212, 37, 77, 105, 214, 191,
            240, 91, 88, 5, 88, 83, 132, 141, 121,
        ];
        assert_eq!(base64url(&bytes), "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
        assert_eq!(["", "f", "fo", "foo"].map(|text| base64url(text.as_bytes())), ["", "Zg", "Zm8", "Zm9v"]);
    }
}
