//! Proof Key for Code Exchange (RFC 7636), by the browser's own cryptography.

use js_sys::Uint8Array;
use mxs_graph::identity::Secret;
use mxs_http::base64url;
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
        let verifier = base64url::encode(&random()?);
        let digest = crypto()?.subtle().digest_with_str_and_u8_array("SHA-256", verifier.as_bytes()).ok()?;
        let hash = Uint8Array::new(&JsFuture::from(digest).await.ok()?).to_vec();
        Some(Self {
            verifier: Secret::new(verifier),
            challenge: base64url::encode(&hash),
            state: base64url::encode(&random()?),
        })
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
