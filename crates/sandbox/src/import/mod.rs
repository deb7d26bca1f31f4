//! Loading contacts from files, as a person would who moves to this mailbox.

mod charset;
mod fields;
mod folder;
mod vcard;

pub use folder::{Imported, folder, named};
pub use vcard::{CardFile, read};
