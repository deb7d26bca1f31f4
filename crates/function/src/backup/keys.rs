//! Who may read backups, and what opens them: keys of age (X25519).
//!
//! A pair of keys and no passphrase, so that whoever makes a backup every night can't read those of before.

use super::BackupError;
use crate::operator::{OperatorError, secret};
use age::x25519::{Identity, Recipient};
use secrecy::ExposeSecret;
use std::fmt;

pub(super) const RECIPIENTS: &str = "MXS_BACKUP_RECIPIENTS";
const IDENTITY: &str = "MXS_BACKUP_IDENTITY";
pub(super) const IDENTITY_FILE: &str = "MXS_BACKUP_IDENTITY_FILE";

/// Who may read backups, and what opens them.
#[derive(Default)]
pub struct BackupKeys {
    pub(super) recipients: Vec<Recipient>,
    pub(super) identities: Vec<Identity>,
}

/// Keys are never shown.
impl fmt::Debug for BackupKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BackupKeys").field("recipients", &self.recipients.len()).finish_non_exhaustive()
    }
}

/// Why the keys can't be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum KeysError {
    #[error(transparent)]
    Variable(#[from] OperatorError),
    #[error(transparent)]
    Key(#[from] BackupError),
}

impl BackupKeys {
    /// Reads the keys from variables; `get` gives the variable of a name, if it is set.
    pub(crate) fn from_variables(get: &impl Fn(&'static str) -> Option<String>) -> Result<Self, KeysError> {
        let recipients = get(RECIPIENTS).unwrap_or_default();
        let recipients = recipients.split([',', ' ']).filter(|text| !text.is_empty()).map(str::parse);
        let recipients = recipients.collect::<Result<_, _>>().map_err(|_| BackupError::Recipient)?;
        // As age-keygen writes them: a line each, and comments.
        let identities = secret(get, IDENTITY, IDENTITY_FILE)?;
        let lines = identities.iter().flat_map(|text| text.expose_secret().lines().map(str::trim));
        let identities = lines.filter(|line| !line.is_empty() && !line.starts_with('#')).map(str::parse);
        let identities = identities.collect::<Result<_, _>>().map_err(|_| BackupError::Identity)?;
        Ok(Self { recipients, identities })
    }
}
