//! Being told of changes: what a server asks Graph for, and what Graph then posts to it.
//!
//! A notification says that something changed, not what: it is the reason to read on from a delta link sooner than by the
//! clock. So one that is lost costs time only, and one that is told twice, late or out of order does no harm.
//!
//! <https://learn.microsoft.com/en-us/graph/change-notifications-overview>

mod answer;
mod posted;
mod request;
mod resource;

pub use answer::{Subscription, SubscriptionsPage, parse, parse_done, parse_list};
pub use posted::{
    BODY_BYTES_MAX, ChangeType, Lifecycle, NOTICES_MAX, Notice, PostError, Posted, TOKEN_CHARS_MAX, Told, read,
    validation,
};
pub use request::{
    CLIENT_STATE_CHARS_MAX, Creation, LIFE_MINUTES, create, delete, list_next, list_start, reauthorize, renew,
};
pub use resource::Resource;
