//! The form in which a sealed value is stored.

use crate::cipher::{NONCE_LENGTH, Nonce, TAG_LENGTH};
use crate::{Context, KeyId, OpenError};
use std::fmt;

/// The longest secret, in bytes: a certificate with its key and chain fits many times.
pub const SECRET_MAX: usize = 64 * 1024;

/// The only version of the form that there is.
const VERSION: u8 = 1;

/// A sealed secret. Stored as these bytes, which outlive every version of the product:
///
/// | bytes | what |
/// |---|---|
/// | 1 | the version, 1 |
/// | 1 | the length of the key's name, 1 to [`KeyId::LENGTH_MAX`] |
/// | so many | the key's name |
/// | 12 | the nonce |
/// | as many as the secret has | the secret, encrypted with AES-256-GCM |
/// | 16 | the tag |
///
/// The encryption is bound to the version, the length and the name of the key, and to the [`Context`], in this order.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed {
    pub(crate) key: KeyId,
    pub(crate) nonce: Nonce,
    /// With the tag at its end.
    pub(crate) encrypted: Vec<u8>,
}

impl Sealed {
    /// Reads the stored form.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, OpenError> {
        match bytes {
            [VERSION, rest @ ..] => Self::read(rest).ok_or(OpenError::Damaged),
            [_, ..] => Err(OpenError::UnknownVersion),
            [] => Err(OpenError::Damaged),
        }
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let (length, rest) = bytes.split_first()?;
        let (key, rest) = rest.split_at_checked(usize::from(*length))?;
        let (nonce, encrypted) = rest.split_first_chunk::<NONCE_LENGTH>()?;
        let key = KeyId::parse(std::str::from_utf8(key).ok()?)?;
        let fits = (TAG_LENGTH..=SECRET_MAX + TAG_LENGTH).contains(&encrypted.len());
        fits.then(|| Self { key, nonce: *nonce, encrypted: encrypted.to_vec() })
    }

    /// The form to store.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = head(&self.key);
        bytes.extend_from_slice(&self.nonce);
        bytes.extend_from_slice(&self.encrypted);
        bytes
    }

    /// The name of the key that it was sealed with.
    pub fn key(&self) -> &KeyId {
        &self.key
    }
}

/// Which key it wants is no secret and often the answer; the rest helps nobody.
impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sealed").field("key", &self.key).finish_non_exhaustive()
    }
}

/// What the encryption under `key` is bound to.
pub(crate) fn bound_to(key: &KeyId, context: &Context<'_>) -> Vec<u8> {
    let mut bytes = head(key);
    context.write(&mut bytes);
    bytes
}

fn head(key: &KeyId) -> Vec<u8> {
    const { assert!(KeyId::LENGTH_MAX <= u8::MAX as usize) };
    let name = key.as_str().as_bytes();
    let mut bytes = vec![VERSION, name.len() as u8];
    bytes.extend_from_slice(name);
    bytes
}
