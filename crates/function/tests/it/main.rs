//! The function as a caller meets it: requests into the router, a clock that the test moves, a database in a
//! folder of its own. No test waits and, but for those of the program itself, none opens a port.

mod history;
mod http;
mod kinds;
mod lease;
mod limits;
mod links;
mod logs;
mod mailbox;
mod mails;
mod meetings;
mod migrate;
mod sessions;
mod start;
mod state;
mod support;
mod unsynced;
