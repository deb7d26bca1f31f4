//! The lines of a backup.

use super::BackupError;
use crate::limits::BACKUP_LINE_BYTES_MAX;
use crate::store::Row;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::{BufRead, Read as _, Write};

/// The form of the lines. Another one has another number.
pub(super) const FORM: u32 = 1;

/// What a backup is: its first line.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Header {
    /// [`FORM`].
    pub(super) mxs_backup: u32,
    /// What its tables are.
    pub(super) schema: i64,
    /// The version of the program that made it.
    pub(super) program: String,
    /// When, in RFC 3339.
    pub(super) made: String,
    /// The last fencing token that had been given out.
    pub(super) fence: i64,
}

/// A line after the first.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Line {
    /// A row, and the table that it is of.
    Row(String, Row),
    /// The last one: how many rows there were of each table.
    End(BTreeMap<String, u64>),
}

/// Writes a line.
pub(super) fn write(to: &mut impl Write, line: &impl Serialize) -> std::io::Result<()> {
    serde_json::to_writer(&mut *to, line)?;
    to.write_all(b"\n")
}

/// Reads a line, if there is one more, and its length.
pub(super) fn read<T: for<'de> Deserialize<'de>>(from: &mut impl BufRead) -> Result<Option<(T, usize)>, BackupError> {
    let mut line = Vec::new();
    let read = from.take(BACKUP_LINE_BYTES_MAX).read_until(b'\n', &mut line);
    match read.map_err(|_| BackupError::Damaged("a part of it is missing or was changed"))? {
        0 => Ok(None),
        length => {
            let line = serde_json::from_slice(&line).map_err(|_| BackupError::Damaged("a line can't be read"))?;
            Ok(Some((line, length)))
        }
    }
}
