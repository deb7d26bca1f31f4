//! What is remembered instead of a message's id and of people's addresses.

use super::Address;
use serde::{Deserialize, Serialize};
use std::fmt;

/// FNV-1a with 128 bits: two of a billion messages have the same one once in 10^20 mailboxes.
///
/// <https://datatracker.ietf.org/doc/html/draft-eastlake-fnv>
fn hash(text: &str) -> u128 {
    const BASIS: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
    text.bytes().fold(BASIS, |hash, byte| (hash ^ u128::from(byte)).wrapping_mul(PRIME))
}

macro_rules! key {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(u128);

        impl From<$name> for String {
            fn from(key: $name) -> Self {
                format!("{:032x}", key.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = std::num::ParseIntError;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                u128::from_str_radix(&text, 16).map(Self)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{:08x}", self.0 >> 96)
            }
        }
    };
}

key! {
    /// Tells messages apart by the id that they have on the Internet.
    MessageKey
}

key! {
    /// Finds an address again. It is a hash without a secret: whoever knows an address can tell whether it is the
    /// one, so what is stored is no less personal; but a leaked store is no list of addresses to write to.
    AddressKey
}

key! {
    /// Tells threads of one mailbox apart.
    ThreadKey
}

impl ThreadKey {
    /// The key of the mailbox's id of a thread; `None` where it has none.
    pub fn new(conversation: &str) -> Option<Self> {
        (!conversation.is_empty()).then(|| Self(hash(conversation)))
    }
}

impl MessageKey {
    /// The key of a message's id; `None` where it has none.
    pub fn new(internet_id: &str) -> Option<Self> {
        let id = internet_id.trim();
        (!id.is_empty()).then(|| Self(hash(id)))
    }
}

impl AddressKey {
    /// The key of an address.
    pub fn new(address: &Address) -> Self {
        Self(hash(address.as_str()))
    }
}
