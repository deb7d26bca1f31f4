//! The parts of the page.

mod connection;
mod header;
mod problems;
mod results;
mod settings;
mod sync;

pub(crate) use connection::ConnectionCard;
pub(crate) use header::header;
pub(crate) use problems::ProblemsCard;
pub(crate) use results::ResultsCard;
pub(crate) use settings::SettingsCard;
pub(crate) use sync::SyncCard;
