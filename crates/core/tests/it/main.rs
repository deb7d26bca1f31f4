//! The engine's promises, as tables.

mod merge;
mod plan;
mod stored;
mod world;
