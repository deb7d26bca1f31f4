//! One sync run: reads both sides, asks the engine for a plan, applies it through ports.
//!
//! The run is `async` but brings no executor, clock or timer: the tab drives it in the browser, the
//! function on its runtime, the simulator by polling. It holds no policy of its own: what to do is the
//! engine's (`mxs-core`), how to say it is the clients' (`mxs-graph`, `mxs-zoho`).
//!
//! The order of things makes it safe to stop anywhere:
//!
//! 1. Both sides are read. How far is remembered only at the very end, so whatever happens, the next run
//!    reads the same changes again.
//! 2. The plan's own changes are stored before the first write: matched links, and the values that are
//!    about to be replaced.
//! 3. Before records are created, the intent to do so is stored; with the answer, the links.
//! 4. Records are deleted last.
//!
//! A run can be taken back ([`Sync::undo`]): what the journal says of it makes another plan, which is carried out in
//! the same order.

mod all;
mod hidden;
mod leads;
mod mailbox;
pub mod mails;
mod meetings;
mod places;
mod ports;
mod read_crm;
mod read_exchange;
mod renamed;
mod round;
mod run;
mod scope;
mod send;
mod trail;
mod undo;
mod untold;
mod write_crm;
mod write_exchange;

pub use all::All;
pub use mailbox::{EwsMailbox, GraphMailbox, Mailbox};
pub use ports::{Entries, Env, Phase, Progress, Store, StoreError};
pub use run::{End, Failure, ROUNDS_MAX, Report, Sync};
pub use scope::{MONTHS_AHEAD, Places, Scope, window};
pub use send::{ATTEMPTS_MAX, WAIT_MAX_MS};
pub use undo::{UndoPreview, Undone};
