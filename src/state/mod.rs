//! What the tab knows, and how it changes: pure, so that it is tested without a browser.

mod app;
mod connection;
mod problems;
mod run;
mod settings;
mod trouble;

pub(crate) use app::{Action, AppState, Boot, Person};
pub(crate) use connection::{Connection, SignIn};
pub(crate) use problems::{Group, Ledger, Problems};
pub(crate) use run::{Blocked, Progress, RunPart, Stage, blocked};
pub(crate) use settings::{SettingsForm, Way};
pub(crate) use trouble::{Trouble, code};
