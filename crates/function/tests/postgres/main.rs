//! The tests of `tests/it` on PostgreSQL, each in a database of its own, and what is this database's alone.
//!
//! The server is not theirs: `./build.sh test` starts one, and names it in `MXS_TEST_POSTGRES_URL`.

#[path = "../it/admin.rs"]
mod admin;
mod away;
#[path = "../it/background.rs"]
mod background;
#[path = "../it/backup.rs"]
mod backup;
#[path = "../it/crm.rs"]
mod crm;
#[path = "../it/described.rs"]
mod described;
#[path = "../it/exchange.rs"]
mod exchange;
#[path = "../it/history.rs"]
mod history;
mod home;
#[path = "../it/http.rs"]
mod http;
#[path = "../it/instances.rs"]
mod instances;
#[path = "../it/kinds.rs"]
mod kinds;
#[cfg(feature = "lambda")]
mod lambda;
#[path = "../it/lease.rs"]
mod lease;
#[path = "../it/limits.rs"]
mod limits;
#[path = "../it/links.rs"]
mod links;
#[path = "../it/logs.rs"]
mod logs;
#[path = "../it/mailbox.rs"]
mod mailbox;
#[path = "../it/mails.rs"]
mod mails;
#[path = "../it/meetings.rs"]
mod meetings;
#[path = "../it/metrics.rs"]
mod metrics;
#[path = "../it/noted.rs"]
mod noted;
#[path = "../it/on_server.rs"]
mod on_server;
#[path = "../it/openapi.rs"]
mod openapi;
#[path = "../it/reaching.rs"]
mod reaching;
#[path = "../it/realtime.rs"]
mod realtime;
#[path = "../it/roles.rs"]
mod roles;
#[path = "../it/rotation.rs"]
mod rotation;
mod schema;
#[path = "../it/scopes.rs"]
mod scopes;
#[path = "../it/security/mod.rs"]
mod security;
#[path = "../it/servers.rs"]
mod servers;
#[path = "../it/sessions.rs"]
mod sessions;
mod start;
#[path = "../it/state.rs"]
mod state;
#[path = "../it/support.rs"]
mod support;
mod texts;
#[path = "../it/unsynced.rs"]
mod unsynced;
#[path = "../it/vendors.rs"]
mod vendors;
#[path = "../it/versions.rs"]
mod versions;
