//! Exchange Web Services: intents to SOAP requests, replies to values; pure.
//!
//! Exchange Server, from 2007 on, has no other door for programs of its age. Behind it is the same store that Microsoft
//! Graph opens on Microsoft 365: an item read here has the fields that [`mxs_graph`] reads, and carries the same mark,
//! so that a mailbox that moves keeps its links. Each operation has a file; its `request` asks, its `parse` reads.
//! Whoever sends the requests adds the host and the credentials, and decides what to try again: nothing here does I/O,
//! reads a clock, waits or retries.
//!
//! <https://learn.microsoft.com/en-us/exchange/client-developer/exchange-web-services/start-using-web-services-in-exchange>

mod answers;
pub mod autodiscover;
mod code;
mod contact;
pub mod convert_id;
pub mod create_folder;
pub mod create_item;
pub mod delete_item;
mod envelope;
mod error;
mod event;
pub mod find_folder;
pub mod find_item;
mod folder;
pub mod get_attachment;
pub mod get_events;
pub mod get_folder;
pub mod get_item;
pub mod get_server_time_zones;
pub mod get_streaming_events;
pub mod get_user_availability;
mod ids;
mod item;
mod mailing;
mod message;
mod notification;
mod property;
mod recurrence;
pub mod resolve_names;
pub mod send_item;
pub mod sent_copy;
mod session;
mod shape;
pub mod subscribe;
pub mod sync_folder_hierarchy;
pub mod sync_folder_items;
mod task;
#[cfg(test)]
mod testing;
pub mod unsubscribe;
pub mod update_item;
mod version;
mod xml;

pub use answers::Each;
pub use code::KNOWN_CODES;
pub use error::{BACK_OFF_LIMIT_MS, ErrorKind, EwsError};
pub use event::{Exception, place_of};
pub use folder::{Folder, FolderKind};
pub use ids::{BATCH_MAX, Distinguished, FolderId, ItemId};
pub use mailing::Mailing;
pub use message::Attachment;
pub use notification::{Event, Happened, Notification};
pub use session::{PATH, Session};
pub use shape::Shape;
pub use version::{ServerVersion, negotiated};
pub use xml::{BODY_MAX, DEPTH_MAX, ELEMENTS_MAX};
