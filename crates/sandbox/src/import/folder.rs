//! A folder of files, loaded in order of their names.

use super::vcard::read;
use serde_json::Value;
use std::path::Path;
use std::{fs, io};

/// What came of a folder.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Imported {
    /// The contacts of all files.
    pub contacts: Vec<Value>,
    /// One line for each file that was loaded, skipped, or not as it should be.
    pub lines: Vec<String>,
}

impl Imported {
    /// Adds what `other` has.
    pub fn append(&mut self, mut other: Self) {
        self.contacts.append(&mut other.contacts);
        self.lines.append(&mut other.lines);
    }
}

/// Loads the files of `folder`; those in its subfolders are not looked at.
pub fn folder(folder: &Path) -> io::Result<Imported> {
    let mut entries = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    let mut imported = Imported::default();
    for entry in entries {
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.path().is_dir() {
            imported.lines.push(format!("{name}: skipped, it is a folder"));
        } else if let Some(why) = skipped(&name) {
            imported.lines.push(format!("{name}: skipped, {why}"));
        } else {
            match fs::read(entry.path()) {
                Ok(bytes) => imported.append(named(&name, &bytes)),
                // One unreadable file must not keep the others out.
                Err(error) => imported.lines.push(format!("{name}: skipped, it can't be read: {error}")),
            }
        }
    }
    Ok(imported)
}

/// Loads one vCard file that is already read.
pub fn named(name: &str, bytes: &[u8]) -> Imported {
    let file = read(bytes);
    let mut line = match file.contacts.len() {
        1 => format!("{name}: 1 contact"),
        count => format!("{name}: {count} contacts"),
    };
    for trouble in &file.troubles {
        line.push_str("; ");
        line.push_str(trouble);
    }
    if !file.left_out.is_empty() {
        let kinds: Vec<&str> = file.left_out.into_iter().collect();
        line.push_str(&format!("; a mailbox has no place for: {}", kinds.join(", ")));
    }
    Imported { contacts: file.contacts, lines: vec![line] }
}

fn skipped(name: &str) -> Option<&'static str> {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
    match ending.as_str() {
        "vcf" | "vcard" => None,
        "ics" | "ifb" => Some("calendars can't be loaded yet, only contacts"),
        "eml" | "msg" => Some("mail can't be loaded yet, only contacts"),
        _ => Some("it is no vCard file (*.vcf)"),
    }
}
