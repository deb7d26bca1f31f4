//! Metadata of modules and fields, and what profiles and roles there are.

mod fields;
mod modules;
mod profiles;
mod roles;
mod tags;

pub(super) use fields::{field, fields};
pub(super) use modules::{module, modules};
pub(super) use profiles::{profile, profiles};
pub(super) use roles::{role, roles};
pub(super) use tags::tags;
