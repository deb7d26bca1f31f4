//! The rules under which everything here is measured.

use mxs_core::{Direction, Policy, Winner};

/// Both ways; started by the clock, as nearly all runs are.
pub(crate) const fn rules() -> Policy {
    Policy {
        direction: Direction::Both { winner: Winner::Crm },
        allow_mass_delete: false,
        count_items: false,
        retry_refused: false,
    }
}
