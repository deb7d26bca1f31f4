//! "The second" and "the last".

use std::collections::BTreeSet;
use std::fmt;
use std::num::NonZeroI16;

/// The n-th of at most `MOST`, counted from the first (1, 2, …) or from the last (-1, -2, …).
///
/// A month has an `Nth<31>` day, a year an `Nth<53>` week and an `Nth<366>` day. They sort as people list
/// them: first, second, …, last but one, last.
///
/// ```
/// use mxs_calendar::Nth;
///
/// assert!(Nth::<31>::new(31).is_some());
/// assert_eq!(Nth::<31>::new(32), None);
/// assert_eq!(Nth::<31>::new(0), None);
/// assert!(Nth::<31>::new(15) < Nth::<31>::new(-15));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Nth<const MOST: i16>(NonZeroI16);

impl<const MOST: i16> Nth<MOST> {
    /// The number as RFC 5545 writes it; `None` for zero and beyond `MOST` on either side.
    pub fn new(number: i16) -> Option<Self> {
        NonZeroI16::new(number).filter(|_| (-MOST..=MOST).contains(&number)).map(Self)
    }

    /// The number as RFC 5545 writes it.
    pub fn number(self) -> i16 {
        self.0.get()
    }
}

impl<const MOST: i16> Ord for Nth<MOST> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.number() < 0, self.number()).cmp(&(other.number() < 0, other.number()))
    }
}

impl<const MOST: i16> PartialOrd for Nth<MOST> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<const MOST: i16> fmt::Display for Nth<MOST> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.number(), f)
    }
}

impl<const MOST: i16> fmt::Debug for Nth<MOST> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Whether a set names the thing at `index` (from 1) of `length` things.
pub(crate) fn names<const MOST: i16>(set: &BTreeSet<Nth<MOST>>, index: i16, length: i16) -> bool {
    set.iter().any(|nth| nth.number() == index || nth.number() == index - length - 1)
}
