//! One sync run: reads both sides, asks the engine for a plan, applies it through ports.
