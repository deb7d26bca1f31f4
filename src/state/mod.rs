//! What the tab knows, and how it changes: pure, so that it is tested without a browser.

mod app;
mod chosen;
mod connection;
pub(crate) mod problems;
mod run;
mod settings;

pub(crate) use app::{Action, AppState, Boot, Person};
pub(crate) use chosen::Chosen;
pub(crate) use connection::{Connection, SignIn};
pub(crate) use run::{Blocked, RunPart, Stage, blocked};
pub(crate) use settings::{SettingsForm, Way};
