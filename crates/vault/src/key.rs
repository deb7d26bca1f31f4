//! Keys and their names.

use base64ct::{Base64, Encoding};
use secrecy::SecretBox;
use secrecy::zeroize::Zeroize;
use std::fmt;

/// The length of a key in bytes.
const KEY_LENGTH: usize = 32;

/// A key of AES-256, wiped when it is dropped.
pub(crate) type Key = SecretBox<[u8; KEY_LENGTH]>;

/// Reads a key: 32 bytes in base64, with its padding.
pub(crate) fn read(text: &str) -> Option<Key> {
    let mut key = Box::new([0; KEY_LENGTH]);
    // In constant time, unlike most readers of base64.
    let whole = Base64::decode(text.trim(), key.as_mut_slice()).is_ok_and(|bytes| bytes.len() == KEY_LENGTH);
    if whole {
        return Some(SecretBox::new(key));
    }
    key.zeroize();
    None
}

/// The name of a key: what a sealed value says of the key that opens it. No secret.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct KeyId(String);

impl KeyId {
    /// The longest name. Shorter than a key's text in base64 (44) or hex (64), so that a key that was written in the
    /// place of its name is refused and shown nowhere.
    pub const LENGTH_MAX: usize = 32;

    /// Reads a name: letters, digits, `.`, `_` and `-`.
    pub fn parse(text: &str) -> Option<Self> {
        let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
        let fits = (1..=Self::LENGTH_MAX).contains(&text.len()) && text.bytes().all(is_allowed);
        fits.then(|| Self(text.to_owned()))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
