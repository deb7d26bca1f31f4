//! settle
pub struct Outcome;
pub fn settle() {}
