//! All that is stored, in a file of its own: to be kept elsewhere, and to move into another database.
//!
//! A backup is encrypted with age for whoever may read it. Within, it is lines of JSON: what it is, then a row a line,
//! at last how many rows each table has. docs/backup.md says what a restored database is and isn't.
//!
//! | file | what |
//! |---|---|
//! | `keys` | who may read backups, and what opens them |
//! | `line` | the lines |
//! | `file` | a file that is there when it is whole |
//! | `export`, `import` | out of a database, into another |

mod export;
mod file;
mod import;
mod keys;
mod line;

pub(crate) use export::export;
pub use import::Secrets;
pub(crate) use import::import;
pub use keys::BackupKeys;
pub(crate) use keys::KeysError;
use keys::{IDENTITY_FILE, RECIPIENTS};

use crate::refusal::Refusal;
use std::io;
use std::path::PathBuf;

/// Why no backup was made or restored. Each says what to do; none repeats what is stored.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// Nobody could read it.
    #[error("{RECIPIENTS} is not set; 'function help' says what it is for")]
    NoRecipient,
    /// A recipient can't be read.
    #[error("{RECIPIENTS} holds something that is no public key of age (age1…); 'age-keygen' makes one")]
    Recipient,
    /// Nothing to open it with.
    #[error("{IDENTITY_FILE} is not set; 'function help' says what it is for")]
    NoIdentity,
    /// An identity can't be read.
    #[error("{IDENTITY_FILE} holds a line that is no key of age (AGE-SECRET-KEY-1…)")]
    Identity,
    /// There is such a file already.
    #[error("'{}' is there already; choose another name", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// It can't be written.
    #[error("'{}' can't be written: {source}; nothing of it was kept", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It can't be read.
    #[error("'{}' can't be read: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It is for somebody else.
    #[error("no key in {IDENTITY_FILE} opens this backup; it was made for another one")]
    NotForUs,
    /// It is no backup, or not as it was made.
    #[error("this is no backup, or it is cut off or damaged ({0}); nothing was imported: take another copy of it")]
    Damaged(&'static str),
    /// A version with other tables made it.
    #[error(
        "version {program} of this program made the backup, whose tables are others (schema {schema}, here {here}); \
         import it with that version, then start this one on its database if this is the newer one"
    )]
    Version {
        /// The version that made it.
        program: String,
        /// Its tables.
        schema: i64,
        /// Those of this version.
        here: i64,
    },
    /// Something is stored already.
    #[error("the database is not empty; import into a new one")]
    NotEmpty,
    /// Sealed with a key that isn't here.
    #[error(
        "the backup's secrets are sealed with the key '{key}', which is not in MXS_KEYS_FILE or is another one there; \
         set it to the file that the backup was made with, or import with --without-secrets: then everybody signs in anew"
    )]
    Sealed {
        /// The key's name.
        key: String,
    },
    /// The database failed.
    #[error("the database refused: {0}; nothing was imported or exported")]
    Database(String),
}

impl From<Refusal> for BackupError {
    fn from(refusal: Refusal) -> Self {
        refusal.log();
        BackupError::Database(refusal.to_string())
    }
}
