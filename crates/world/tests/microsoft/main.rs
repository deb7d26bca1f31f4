//! The Microsoft half as its clients see it.

#[path = "../contract/mod.rs"]
mod contract;

mod access;
mod batch;
mod calendar;
mod contacts;
mod corpus;
mod delta;
mod delta_model;
mod faults;
mod folders;
mod mail;
mod metadata;
mod query;
mod sign_in;
mod subscriptions;
mod support;
mod throttle;
mod todo;
mod tokens;
mod users;
