//! The engine's promises, as tables.

mod field;
mod interrupted;
mod merge;
mod plan;
mod preview;
mod rules;
mod stored;
mod world;
