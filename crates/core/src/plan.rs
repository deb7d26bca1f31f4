//! plan
pub const LIMIT_DELETES_MIN: usize = 20;
pub const LIMIT_DELETES_PERCENT: usize = 10;
pub struct Plan;
pub struct PlanError;
pub struct Step;
pub fn plan() {}
