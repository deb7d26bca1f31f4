//! The client against the stand-in of the CRM, which refuses what the CRM refuses.

mod contacts;
mod events;
mod leads;
mod server;
mod stage;
mod tasks;
