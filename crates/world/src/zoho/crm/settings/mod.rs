//! Metadata of modules and fields.

mod fields;
mod modules;

pub(super) use fields::{field, fields};
pub(super) use modules::{module, modules};
