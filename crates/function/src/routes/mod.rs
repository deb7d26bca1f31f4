//! What each address does: read the request, ask the store, answer.

mod audit;
mod consent;
mod exchange;
mod history;
mod lease;
mod notifications;
mod organisation;
mod session;
mod settings;
mod table;
mod users;
mod watch;

pub(crate) use table::table;
