//! Being told of changes: channels on which the CRM posts that records of a module changed.
//!
//! A [`Channel`] is [created](watch), [renewed](renew) before it expires, [listed](list) and [ended](disable). What the
//! CRM posts is read by [`Callback::parse`]. It is a hint and no more: calls come late, twice, in any order or not at
//! all, and nothing in them but the channel's token says that they are the CRM's. Whoever gets one looks for changes as
//! if it were time to, and looks from time to time without.
//!
//! <https://www.zoho.com/crm/developer/docs/api/v8/notifications/overview.html>

mod answers;
mod callback;
mod channel;

pub use answers::{Listed, ListedPage, Refused, RefusedKind, Watched, parse_disabled, parse_list, parse_watched};
pub use callback::{BODY_MAX, Callback, CallbackError, IDS_MAX, Operation};
pub use channel::{
    CHANNELS_MAX, Channel, ChannelError, ChannelId, LIFETIME_MAX, PAGE_SIZE, TOKEN_MAX, URL_MAX, disable, list, renew,
    watch,
};
