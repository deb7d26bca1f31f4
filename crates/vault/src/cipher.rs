//! AES-256-GCM with 96-bit nonces and 128-bit tags.
//!
//! <https://csrc.nist.gov/pubs/sp/800/38/d/final>

use crate::key::Key;
use aes_gcm::aead::{AeadInOut, KeyInit};
use aes_gcm::{Aes256Gcm, Tag};
use secrecy::ExposeSecret;
use secrecy::zeroize::Zeroizing;

/// A number used once: 96 random bits, drawn anew for each value that is sealed.
///
/// Two values under one key and one nonce give both away, and with them the means to forge. Drawn at random they stay
/// apart well beyond the 2³² values after which NIST wants another key (SP 800-38D, section 8.3).
pub type Nonce = [u8; NONCE_LENGTH];

/// The length of a nonce in bytes.
pub(crate) const NONCE_LENGTH: usize = 12;

/// The length of the tag at the end of what was encrypted, in bytes.
pub(crate) const TAG_LENGTH: usize = 16;

/// What is encrypted, with its tag at the end. `None` for more than the cipher takes.
pub(crate) fn encrypt(key: &Key, nonce: &Nonce, bound_to: &[u8], plain: &[u8]) -> Option<Vec<u8>> {
    // As long as it will be from the start: a buffer that grows leaves a plain copy behind.
    let mut buffer = Zeroizing::new(Vec::with_capacity(plain.len() + TAG_LENGTH));
    buffer.extend_from_slice(plain);
    let tag = cipher(key).encrypt_inout_detached(nonce.into(), bound_to, buffer.as_mut_slice().into()).ok()?;
    buffer.extend_from_slice(&tag);
    Some(std::mem::take(&mut *buffer))
}

/// What was encrypted, if it is whole, under this key and bound to this.
pub(crate) fn decrypt(key: &Key, nonce: &Nonce, bound_to: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (encrypted, tag) = sealed.split_last_chunk::<TAG_LENGTH>()?;
    let mut buffer = Zeroizing::new(encrypted.to_vec());
    let buffer_bytes = buffer.as_mut_slice().into();
    // Compares the tags in constant time.
    cipher(key).decrypt_inout_detached(nonce.into(), bound_to, buffer_bytes, &Tag::from(*tag)).ok()?;
    Some(buffer)
}

fn cipher(key: &Key) -> Aes256Gcm {
    Aes256Gcm::new(key.expose_secret().into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::SecretBox;

    fn bytes(hex: &str) -> Vec<u8> {
        (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).expect("hex")).collect()
    }

    /// Test case 16 of the specification that was submitted to NIST: a key of 256 bits, data that is only bound to, and a
    /// text that ends within a block.
    ///
    /// <https://csrc.nist.rip/groups/ST/toolkit/BCM/documents/proposedmodes/gcm/gcm-spec.pdf>
    #[test]
    fn the_parameters_are_those_of_the_standard() {
        let key = bytes("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308");
        let key: Key = SecretBox::new(Box::new(key.try_into().expect("32 bytes")));
        let nonce: Nonce = bytes("cafebabefacedbaddecaf888").try_into().expect("12 bytes");
        let bound_to = bytes("feedfacedeadbeeffeedfacedeadbeefabaddad2");
        let plain = bytes(
            "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72\
             1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
        );
        let sealed = bytes(
            "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa\
             8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662\
             76fc6ece0f4e1768cddf8853bb2d551b",
        );
        assert_eq!(encrypt(&key, &nonce, &bound_to, &plain), Some(sealed.clone()));
        assert_eq!(decrypt(&key, &nonce, &bound_to, &sealed).as_deref(), Some(&plain));
        assert_eq!(decrypt(&key, &nonce, &bound_to[1..], &sealed), None);
        assert_eq!(decrypt(&key, &nonce, &bound_to, &sealed[..TAG_LENGTH - 1]), None);
    }
}
