//! What each address does: read the request, ask the store, answer.

pub(crate) mod audit;
pub(crate) mod consent;
pub(crate) mod history;
pub(crate) mod lease;
pub(crate) mod notifications;
pub(crate) mod organisation;
pub(crate) mod session;
pub(crate) mod settings;
pub(crate) mod users;
