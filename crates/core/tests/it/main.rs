//! The engine's promises, as tables. They run compiled to wasm too, where each file's `test` is another macro.

mod field;
mod interrupted;
mod meetings;
mod merge;
mod plan;
mod preview;
mod random;
mod rules;
mod stored;
mod world;
