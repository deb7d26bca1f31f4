//! The way from page to page.

use crate::Failure;
use crate::round::Stop;
use std::collections::BTreeSet;

/// Where one reading has been.
///
/// Pages lead to each other by links, by ids or by what they hold. One that leads back to where the reading has been
/// would lead it there again, up to the most pages that it may have: thousands of calls for nothing. So it ends at the
/// first step that isn't new.
#[derive(Default)]
pub(crate) struct Trail(BTreeSet<String>);

impl Trail {
    /// Takes a step. It is a `failure` if the reading has been there.
    pub(crate) fn step(&mut self, to: &str, failure: Failure) -> Result<(), Stop> {
        if self.0.insert(to.to_owned()) { Ok(()) } else { Err(Stop::Failed(failure)) }
    }
}
