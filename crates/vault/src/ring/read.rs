//! Reading a ring of keys as it stands in a setting.

use super::{KEYS_MAX, KeyRing, RingError};
use crate::KeyId;
use crate::key;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use std::collections::BTreeMap;
use std::fmt;

/// The name of a key that stands alone.
const ONLY: &str = "1";

/// A ring as JSON.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    current: String,
    keys: Pairs,
}

/// The members of an object, in their order. A map would drop one of two that have the same name.
struct Pairs(Vec<(String, SecretString)>);

impl<'de> Deserialize<'de> for Pairs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = Pairs;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("names and keys")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Pairs, A::Error> {
                let mut pairs = Vec::new();
                while let Some((name, key)) = members.next_entry::<String, String>()? {
                    pairs.push((name, SecretString::from(key)));
                }
                Ok(Pairs(pairs))
            }
        }
        deserializer.deserialize_map(Members)
    }
}

impl KeyRing {
    /// Reads a ring from a setting: one key in base64, whose name then is `1`, or the JSON object
    /// `{"current": "<name>", "keys": {"<name>": "<base64>"}}`.
    pub fn parse(setting: &SecretString) -> Result<Self, RingError> {
        let setting = setting.expose_secret().trim();
        if !setting.starts_with('{') {
            let key = key::read(setting).ok_or(RingError::Unreadable)?;
            let current = KeyId::parse(ONLY).ok_or(RingError::Name)?;
            return Ok(Self { keys: BTreeMap::from([(current.clone(), key)]), current });
        }
        // The reader's own error may quote what it read.
        let written: Written = serde_json::from_str(setting).map_err(|_| RingError::Unreadable)?;
        Self::of(&written.current, written.keys.0)
    }

    fn of(current: &str, pairs: Vec<(String, SecretString)>) -> Result<Self, RingError> {
        if pairs.len() > KEYS_MAX {
            return Err(RingError::TooMany);
        }
        let mut keys = BTreeMap::new();
        for (name, key) in pairs {
            let name = KeyId::parse(&name).ok_or(RingError::Name)?;
            let key = key::read(key.expose_secret()).ok_or_else(|| RingError::Key(name.clone()))?;
            if keys.insert(name.clone(), key).is_some() {
                return Err(RingError::Twice(name));
            }
        }
        let current = KeyId::parse(current).ok_or(RingError::Name)?;
        if keys.contains_key(&current) { Ok(Self { keys, current }) } else { Err(RingError::NoCurrent(current)) }
    }
}
