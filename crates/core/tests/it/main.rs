//! The engine's promises, as tables.

mod field;
mod merge;
mod plan;
mod stored;
mod world;
