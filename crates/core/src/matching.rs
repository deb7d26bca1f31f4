//! matching
pub struct Match;
pub struct Matches;
