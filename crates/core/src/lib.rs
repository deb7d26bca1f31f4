//! The sync engine: observations in, a plan out; pure.
//!
//! A run gives the engine three things: what it saw in the mailbox, what it saw in the CRM, and the state
//! that the last run left (links between records, and the values both sides last agreed on). The engine
//! answers with a [`Plan`]: the steps that bring both sides together, and for every record that gets no
//! step the reason. Whoever runs the plan feeds each step's outcome back and gets the [`StateChange`]s to
//! store. Nothing here does I/O, reads a clock, draws a random number or waits.
//!
//! What it does not do: speak to a vendor, store anything, or decide when to run.
//!
//! The promises it keeps are listed in ARCHITECTURE.md; `tests/` holds their tables.

mod civil;
mod field;
mod fields;
mod filter;
mod flow;
mod hashing;
mod held;
mod ids;
mod interrupted;
pub mod journal;
mod kind;
pub mod mail;
mod mails;
mod matching;
pub mod meeting;
mod merge;
mod observe;
mod plan;
mod policy;
mod preview;
mod reach;
mod reason;
mod settle;
mod slots;
mod state;
mod summary;
mod value;

pub use civil::{Date, DateError, Instant};
pub use field::Field;
pub use fields::Fields;
pub use filter::{Categories, Filter};
pub use flow::{FieldMap, Flow};
pub use held::UNTITLED;
pub use ids::{CrmId, ExchangeId, RecordId, Side, Version};
pub use kind::Kind;
pub use mails::Recipients;
pub use merge::{Conflict, Merged, Patch, merge};
pub use observe::{Coverage, Observation, Seen, View};
pub use plan::{
    Adoption, Creation, Deletion, Gift, LIMIT_DELETES_MIN, LIMIT_DELETES_PERCENT, Pair, Plan, PlanError, plan,
};
pub use policy::{Deletes, Direction, Mails, Policy, ROLE_ATTENDEE, ROLE_ORGANIZER, Unmatched, Winner};
pub use preview::{Action, FieldChange, Preview, Row};
pub use reach::Reach;
pub use reason::{Reason, VendorRefusal};
pub use settle::Stored;
pub use state::{Base, Cursors, Intent, Link, NewFlows, Scope, StateChange, SyncState, Unlinked};
pub use summary::{Counts, Summary};
pub use value::{Value, Words};
