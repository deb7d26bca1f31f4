//! The tree of folders: those of all stores in one.
//!
//! Graph shows contact folders, calendars, task lists and mail folders apart; in the mailbox they are one tree.

mod shape;
mod tree;

pub(super) use shape::{FolderShape, folder_id, text, write};
pub(super) use tree::{Folder, Home, all, below, find, find_target, holds};
