//! A file that is there when it is whole, and not before.

use super::BackupError;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// A file under another name, until it is whole. Dropped before, it goes.
pub(super) struct NewFile {
    file: File,
    partial: PathBuf,
    path: PathBuf,
}

impl NewFile {
    /// Begins a file that nobody but its owner reads.
    pub(super) fn begin(path: &Path) -> Result<Self, BackupError> {
        if path.symlink_metadata().is_ok() {
            return Err(BackupError::Exists { path: path.to_owned() });
        }
        let mut partial = path.as_os_str().to_owned();
        partial.push(format!(".{}.partial", std::process::id()));
        let partial = PathBuf::from(partial);
        let mut options = File::options();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&partial).map_err(|source| BackupError::Write { path: path.to_owned(), source })?;
        Ok(Self { file, partial, path: path.to_owned() })
    }

    /// Gives the file its name, once all of it is on the disk.
    pub(super) fn finish(self) -> io::Result<()> {
        self.file.sync_all()?;
        fs::rename(&self.partial, &self.path)?;
        // The name is on the disk, too.
        #[cfg(unix)]
        File::open(self.path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new(".")))?
            .sync_all()?;
        Ok(())
    }
}

impl io::Write for NewFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        // It has its name, or nobody can do anything about it.
        let _ = fs::remove_file(&self.partial);
    }
}
