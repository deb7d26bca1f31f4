//! The sync engine: observations in, a plan out; pure.
