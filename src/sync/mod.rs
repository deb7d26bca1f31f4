//! A sync run in the browser.

mod env;
mod runner;

pub(crate) use env::Control;
pub(crate) use runner::{Ended, Job, run};
