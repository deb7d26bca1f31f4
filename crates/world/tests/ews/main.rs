//! The stand-in's door of Exchange Server, as its clients see it.

//mod access;
mod availability;
//mod broken;
mod contacts;
mod contract;
//mod folders;
mod graph;
//mod identifiers;
//mod listing;
//mod messages;
//mod people;
mod support;
//mod syncing;
//mod tasks;
//mod versions;
mod zones;
