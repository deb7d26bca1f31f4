//! Out of a database into a file.

use super::file::NewFile;
use super::line::{self, FORM, Header, Line};
use super::{BackupError, BackupKeys};
use crate::App;
use crate::store::{TABLES, schema};
use age::{Encryptor, Recipient};
use std::collections::BTreeMap;
use std::io::BufWriter;
use std::path::Path;

/// Writes all that is stored at this moment to a new file. Says how many rows that were.
///
/// It writes as it reads, a page at a time, and waits for the disk where it is: this is a program of its own.
pub(crate) async fn export(app: &App, keys: &BackupKeys, path: &Path) -> Result<u64, BackupError> {
    let wrong = |source| BackupError::Write { path: path.to_owned(), source };
    let recipients = keys.recipients.iter().map(|recipient| recipient as &dyn Recipient);
    // It refuses nothing but to write for nobody.
    let encryptor = Encryptor::with_recipients(recipients).map_err(|_| BackupError::NoRecipient)?;
    let mut to = encryptor.wrap_output(BufWriter::new(NewFile::begin(path)?)).map_err(wrong)?;

    let mut snapshot = app.store().snapshot().await?;
    let header = Header {
        mxs_backup: FORM,
        schema: schema(),
        program: env!("CARGO_PKG_VERSION").to_owned(),
        made: app.now().to_string(),
        fence: snapshot.fence().await?,
    };
    line::write(&mut to, &header).map_err(wrong)?;
    let mut counts = BTreeMap::new();
    for table in &TABLES {
        let count: &mut u64 = counts.entry(table.name.to_owned()).or_default();
        let mut last = None;
        loop {
            let page = snapshot.page(table, last.as_ref()).await?;
            let Some(end) = page.last() else { break };
            last = Some(end.clone());
            for row in page {
                line::write(&mut to, &Line::Row(table.name.to_owned(), row)).map_err(wrong)?;
                *count += 1;
            }
        }
    }
    let rows = counts.values().sum();
    line::write(&mut to, &Line::End(counts)).map_err(wrong)?;
    let file = to.finish().map_err(wrong)?.into_inner().map_err(|error| wrong(error.into_error()))?;
    file.finish().map_err(wrong)?;
    Ok(rows)
}
