//! The ring of keys: seals with the current one, opens with any.

mod read;

use crate::key::Key;
use crate::sealed::bound_to;
use crate::{Context, KeyId, Nonce, SECRET_MAX, Sealed, cipher};
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};
use std::collections::BTreeMap;
use std::fmt;

/// The most keys of a ring. One a year would fill it in a lifetime; what is no longer needed is taken out.
pub const KEYS_MAX: usize = 32;

/// Keys by their names, one of which is the current one.
///
/// To rotate: add a key and make it the current one, [`reseal`](Self::reseal) whatever is not
/// [current](Self::is_current), then take the old key out.
pub struct KeyRing {
    keys: BTreeMap<KeyId, Key>,
    current: KeyId,
}

/// Keys are never shown.
impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyRing").field("current", &self.current).finish_non_exhaustive()
    }
}

/// Why a ring can't be read. None of these shows what was read, but for names of keys, which are no secrets.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RingError {
    /// It is neither of the two forms.
    #[error(
        "the keys can't be read: write one key of 32 random bytes in base64, or \
         {{\"current\": \"<name>\", \"keys\": {{\"<name>\": \"<base64>\"}}}}"
    )]
    Unreadable,
    /// There is a name that is no name.
    #[error("a key's name has 1 to {max} letters, digits, '.', '_' or '-'", max = KeyId::LENGTH_MAX)]
    Name,
    /// Two keys have one name.
    #[error("the key {0} is there twice")]
    Twice(KeyId),
    /// A key isn't 32 bytes in base64.
    #[error("the key {0} isn't 32 bytes in base64")]
    Key(KeyId),
    /// The current key is not among the keys.
    #[error("the current key {0} is not among the keys")]
    NoCurrent(KeyId),
    /// There are more than [`KEYS_MAX`].
    #[error("there are more than {KEYS_MAX} keys")]
    TooMany,
}

/// Why a secret can't be sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// It is longer than [`SECRET_MAX`].
    #[error("the secret is longer than {SECRET_MAX} bytes")]
    TooLong,
}

/// Why a sealed secret can't be opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// The ring lacks the key.
    #[error("the key {0} is not in the ring")]
    UnknownKey(KeyId),
    /// It was sealed by a later version of the product, or its first byte is damaged.
    #[error("the sealed secret's version is unknown")]
    UnknownVersion,
    /// It was changed, or sealed for another context, or under another key of the same name. Which of these it was
    /// can't be told: to the cipher they are one.
    #[error("the sealed secret is damaged or somebody else's")]
    Damaged,
}

impl KeyRing {
    /// Seals a secret with the current key. `nonce` is fresh: see [`Nonce`].
    pub fn seal(&self, secret: &SecretString, context: &Context<'_>, nonce: Nonce) -> Result<Sealed, SealError> {
        let secret = secret.expose_secret().as_bytes();
        if secret.len() > SECRET_MAX {
            return Err(SealError::TooLong);
        }
        let bound_to = bound_to(&self.current, context);
        let encrypted = cipher::encrypt(&self.keys[&self.current], &nonce, &bound_to, secret);
        Ok(Sealed { key: self.current.clone(), nonce, encrypted: encrypted.ok_or(SealError::TooLong)? })
    }

    /// Opens what was sealed for this context.
    pub fn open(&self, sealed: &Sealed, context: &Context<'_>) -> Result<SecretString, OpenError> {
        let key = self.keys.get(&sealed.key).ok_or_else(|| OpenError::UnknownKey(sealed.key.clone()))?;
        let bound_to = bound_to(&sealed.key, context);
        let secret = cipher::decrypt(key, &sealed.nonce, &bound_to, &sealed.encrypted);
        secret.and_then(text).ok_or(OpenError::Damaged)
    }

    /// The name of the key with which secrets are sealed.
    pub const fn current(&self) -> &KeyId {
        &self.current
    }

    /// Whether it was sealed with the current key.
    pub fn is_current(&self, sealed: &Sealed) -> bool {
        sealed.key == self.current
    }

    /// Seals anew with the current key what was sealed with any. `nonce` is fresh: see [`Nonce`].
    pub fn reseal(&self, sealed: &Sealed, context: &Context<'_>, nonce: Nonce) -> Result<Sealed, OpenError> {
        let secret = self.open(sealed, context)?;
        // What was sealed once is short enough.
        self.seal(&secret, context, nonce).map_err(|SealError::TooLong| OpenError::Damaged)
    }
}

/// The text of these bytes, without another copy of it.
fn text(mut bytes: Zeroizing<Vec<u8>>) -> Option<SecretString> {
    std::str::from_utf8(&bytes).ok()?;
    // Looked at just now: nothing that stays behind unwiped.
    String::from_utf8(std::mem::take(&mut *bytes)).ok().map(SecretString::from)
}
