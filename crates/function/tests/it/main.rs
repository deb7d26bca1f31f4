//! The function as a caller meets it: requests into the router, a clock that the test moves, a database in a
//! folder of its own. No test waits and, but for those of the program itself, none opens a port.
//!
//! `tests/postgres` runs the same tests on PostgreSQL, but for those of the file and of its versions.

mod admin;
mod background;
mod backup;
mod by_ntlm;
mod crm;
mod described;
mod disk;
mod exchange;
mod history;
mod home;
mod http;
mod instances;
mod kinds;
mod lease;
mod limits;
mod links;
mod logs;
mod mailbox;
mod mails;
mod meetings;
mod metrics;
mod migrate;
mod noted;
mod on_server;
mod openapi;
mod reaching;
mod realtime;
mod roles;
mod rotation;
mod scopes;
mod security;
mod servers;
mod sessions;
mod start;
mod state;
mod support;
mod unsynced;
mod vendors;
mod versions;

/// Says, where `cargo test` was started without a server, that half of the tests were left out.
#[cfg(not(feature = "postgres-tests"))]
#[test]
#[ignore = "the tests on PostgreSQL need a server: './build.sh test' starts one"]
fn the_same_on_postgresql() {
    panic!("these are the tests of tests/postgres, under the feature postgres-tests");
}
