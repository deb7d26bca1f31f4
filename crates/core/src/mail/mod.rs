//! Mails: which message belongs beside which record of the CRM; pure.
//!
//! A run gives the engine what it saw of messages, who in the CRM has which address, and what was done before. The
//! engine answers with a [`MailPlan`]: for every message either the records that it goes to or the reason why it goes
//! to none. Messages are told apart by the id that they have on the Internet, so that a copy in another folder, a
//! message that was moved and one that a colleague got too are one and the same.
//!
//! What never leaves the mailbox is decided here, twice: of what a listing says of a message
//! ([`plan()`]), and again of the whole message just before it is given away ([`may_leave`]).

mod address;
mod key;
mod message;
mod plan;
mod policy;
mod preview;
mod reason;
mod sets;
mod state;
mod threads;

pub use address::Address;
pub use key::{AddressKey, MessageKey, ThreadKey};
pub use message::{Direction, SeenMessage, Sensitivity};
pub use plan::{Association, Fate, KnownAddresses, MailPlan, MailPlanError, may_leave, plan};
pub use policy::{ADDRESSES_PER_MAIL_MAX, MailPolicy, RECORDS_PER_MAIL_MAX};
pub use preview::{MailPreview, MailRow, MailSummary};
pub use reason::MailReason;
pub use sets::set;
pub use state::{Done, MailChange, MailRecord, MailState, Module, REMEMBERED_MAX, Remembered};
