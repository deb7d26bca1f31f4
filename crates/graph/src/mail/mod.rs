//! Mail: folders, what changed in them, messages, and copies in Sent Items.
//!
//! <https://learn.microsoft.com/en-us/graph/api/resources/mail-api-overview>
//!
//! Ids are those of the default form, on purpose: under immutable ids a message that returns to a folder isn't told
//! of (<https://github.com/microsoftgraph/microsoft-graph-docs-contrib/issues/72>), and a message is known by the id
//! that it has on the Internet anyway.

pub mod changes;
pub mod folders;
pub mod letters;
pub mod sent_copy;

mod read;

pub use read::FROM_CRM;
