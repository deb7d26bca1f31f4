//! Months of the year.

use std::fmt;

/// A month of the year.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month(i8);

impl Month {
    /// The month of a number from 1 to 12.
    pub fn new(number: i8) -> Option<Self> {
        (1..=12).contains(&number).then_some(Self(number))
    }

    /// 1 for January to 12 for December.
    pub fn number(self) -> i8 {
        self.0
    }

    /// The fewest and the most days that the month has, or any month if none is given.
    pub(crate) fn lengths(month: Option<Self>) -> (i8, i8) {
        match month {
            None => (28, 31),
            Some(Self(2)) => (28, 29),
            Some(Self(4 | 6 | 9 | 11)) => (30, 30),
            Some(_) => (31, 31),
        }
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
