//! One run of a mailbox under its lease, wherever it runs: in the tab's worker or in the function.
//!
//! What a run remembers it remembers by the function's interface (`mxs-api`), also where the function itself runs it:
//! there is one way in, and the fence is checked in one place.

mod run;
mod store;
mod time;

pub use run::{Ran, run};
pub use store::{FunctionStore, KindStore, told};
pub use time::Time;
