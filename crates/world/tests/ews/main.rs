//! The stand-in's door of Exchange Server, as its clients see it.

mod access;
mod autodiscover;
mod availability;
mod broken;
mod calendar;
mod contacts;
mod contract;
mod folders;
mod graph;
mod identifiers;
mod listing;
mod messages;
mod notifications;
mod people;
mod robust;
mod support;
mod syncing;
mod syncing_model;
mod tasks;
mod versions;
mod zones;
