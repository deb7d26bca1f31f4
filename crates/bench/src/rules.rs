//! The rules under which everything here is measured.

use mxs_core::{Direction, Kind, Policy, Winner};

/// Both ways; started by the clock, as nearly all runs are.
pub(crate) fn rules() -> Policy {
    Policy::new(Kind::Contact, Direction::Both { winner: Winner::Crm })
}
