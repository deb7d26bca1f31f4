//! Out of a file into an empty database: all of it or nothing.

use super::line::{self, FORM, Header, Line};
use super::{BackupError, BackupKeys};
use crate::App;
use crate::limits::{FENCES_SKIPPED, PAGE_BYTES, ROWS_AT_ONCE};
use crate::store::{Restore, Row, TABLES, schema};
use age::{DecryptError, Decryptor, Identity};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

/// How many secrets are tried at once.
const SECRETS_AT_ONCE: i64 = 100;

/// What becomes of the secrets in a backup.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Secrets {
    /// They go along, and a key opens each of them.
    Kept,
    /// They stay behind: their key was lost.
    LeftOut,
}

/// Stores what a file holds, in an empty database. Says how many rows that were.
pub(crate) async fn import(app: &App, keys: &BackupKeys, path: &Path, secrets: Secrets) -> Result<u64, BackupError> {
    if keys.identities.is_empty() {
        return Err(BackupError::NoIdentity);
    }
    let unreadable = |source| BackupError::Read { path: path.to_owned(), source };
    let file = BufReader::new(File::open(path).map_err(unreadable)?);
    let opened = Decryptor::new_buffered(file)
        .and_then(|file| file.decrypt(keys.identities.iter().map(|identity| identity as &dyn Identity)));
    let opened = opened.map_err(|error| match error {
        DecryptError::NoMatchingKeys => BackupError::NotForUs,
        _ => BackupError::Damaged("its beginning can't be read"),
    })?;
    let mut from = BufReader::new(opened);

    let (header, _): (Header, _) = line::read(&mut from)?.ok_or(BackupError::Damaged("it is empty"))?;
    if (header.mxs_backup, header.schema) != (FORM, schema()) {
        return Err(BackupError::Version { program: header.program, schema: header.schema, here: schema() });
    }
    let mut restore = app.store().restore().await?;
    if !restore.is_empty().await? {
        return Err(BackupError::NotEmpty);
    }
    let rows = fill(&mut restore, &mut from).await?;
    match secrets {
        Secrets::LeftOut => restore.forget_secrets().await?,
        Secrets::Kept => all_open(app, &mut restore).await?,
    }
    let fence = header.fence.checked_add(FENCES_SKIPPED).ok_or(BackupError::Damaged("a number is too large"))?;
    restore.finish(fence).await?;
    Ok(rows)
}

/// Stores the rows up to the end of the file, and makes sure that it is the end.
async fn fill(restore: &mut Restore, from: &mut impl BufRead) -> Result<u64, BackupError> {
    let mut counts: BTreeMap<String, u64> = TABLES.iter().map(|table| (table.name.to_owned(), 0)).collect();
    let (mut at, mut rows, mut bytes) = (0, Vec::new(), 0);
    while let Some((line, length)) = line::read(from)? {
        let (name, row) = match line {
            Line::Row(name, row) => (name, row),
            Line::End(expected) => {
                put(restore, at, &mut rows).await?;
                // To read on to the end is to know that nothing was cut off there.
                let is_end = line::read::<Line>(from)?.is_none();
                return if is_end && counts == expected {
                    Ok(counts.values().sum())
                } else {
                    Err(BackupError::Damaged("it has not as many rows as it says"))
                };
            }
        };
        let of = TABLES.iter().position(|table| table.name == name).filter(|of| *of >= at);
        let of = of.ok_or(BackupError::Damaged("there is no such table, or not there"))?;
        if of != at || rows.len() == ROWS_AT_ONCE || bytes > PAGE_BYTES {
            put(restore, at, &mut rows).await?;
            (at, bytes) = (of, 0);
        }
        bytes += length;
        rows.push(row);
        *counts.entry(name).or_default() += 1;
    }
    Err(BackupError::Damaged("its end is missing"))
}

/// Stores rows of a table; none is left.
async fn put(restore: &mut Restore, table: usize, rows: &mut Vec<Row>) -> Result<(), BackupError> {
    let fit = restore.put(&TABLES[table], rows).await?;
    rows.clear();
    if fit { Ok(()) } else { Err(BackupError::Damaged("a row is not of its table")) }
}

/// Whether each secret that was stored can be opened here.
async fn all_open(app: &App, restore: &mut Restore) -> Result<(), BackupError> {
    let mut after = None;
    loop {
        let page = restore.secrets(after.as_ref(), SECRETS_AT_ONCE).await?;
        for row in &page {
            if !app.keys().is_some_and(|keys| keys.opens(&row.owner, row.what, &row.sealed)) {
                return Err(BackupError::Sealed { key: row.sealed.key().to_string() });
            }
        }
        let Some(last) = page.into_iter().next_back() else { return Ok(()) };
        after = Some(last);
    }
}
