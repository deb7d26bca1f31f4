//! The engine's promises, as tables.

mod field;
mod interrupted;
mod merge;
mod plan;
mod preview;
mod random;
mod rules;
mod stored;
mod world;
