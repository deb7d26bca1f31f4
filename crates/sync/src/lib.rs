//! One sync run: reads both sides, asks the engine for a plan, applies it through ports.
//!
//! The run is `async` but brings no executor, clock or timer: the tab drives it in the browser, the
//! function on its runtime, the simulator by polling. It holds no policy of its own: what to do is the
//! engine's (`mxs-core`), how to say it is the clients' (`mxs-graph`, `mxs-zoho`).

mod ports;
mod run;

pub use ports::{Env, Phase, Progress, Store, StoreError};
pub use run::{End, Failure, Report, Sync};
