//! How busy somebody is, counted in equal parts of a window.

use jiff::Timestamp;

/// How a time is shown, from what counts least to what counts most where several lie on each other. That elsewhere is
/// less than busy is assumed; the rest is the order of the words' numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Shown {
    Free,
    WorkingElsewhere,
    Tentative,
    Busy,
    Oof,
}

impl Shown {
    /// Of Graph's word; what it doesn't know is shown as busy, as a new event is.
    pub(super) fn from_word(word: &str) -> Self {
        match word {
            "free" => Self::Free,
            "tentative" => Self::Tentative,
            "oof" => Self::Oof,
            "workingElsewhere" => Self::WorkingElsewhere,
            _ => Self::Busy,
        }
    }

    /// The service's word. Exchange 2013 brought the one for working elsewhere; before, that is free.
    pub(super) const fn word(self, knows_elsewhere: bool) -> &'static str {
        match self {
            Self::Free => "Free",
            Self::WorkingElsewhere if knows_elsewhere => "WorkingElsewhere",
            Self::WorkingElsewhere => "Free",
            Self::Tentative => "Tentative",
            Self::Busy => "Busy",
            Self::Oof => "OOF",
        }
    }

    /// Its digit, as Graph's `availabilityView` has it too
    /// (<https://learn.microsoft.com/en-us/graph/api/resources/scheduleinformation>).
    const fn digit(self, knows_elsewhere: bool) -> char {
        match self {
            Self::Free => '0',
            Self::Tentative => '1',
            Self::Busy => '2',
            Self::Oof => '3',
            Self::WorkingElsewhere if knows_elsewhere => '4',
            Self::WorkingElsewhere => '0',
        }
    }
}

/// From when to when somebody has something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Taken {
    pub(super) start: Timestamp,
    pub(super) end: Timestamp,
    pub(super) shown: Shown,
}

/// A digit for each part of a window, of so many minutes; the last one may be shorter. A part is as busy as what takes
/// the least of it.
pub(super) fn merged(taken: &[Taken], start: Timestamp, end: Timestamp, minutes: i64, knows_elsewhere: bool) -> String {
    let (first, last, step) = (start.as_second(), end.as_second(), minutes.max(1) * 60);
    let mut digits = String::new();
    let mut from = first;
    while from < last {
        let to = (from + step).min(last);
        let lies_in = |one: &&Taken| one.start.as_second() < to && one.end.as_second() > from;
        let shown = taken.iter().filter(lies_in).map(|one| one.shown).max().unwrap_or(Shown::Free);
        digits.push(shown.digit(knows_elsewhere));
        from = to;
    }
    digits
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_second(minute * 60).expect("a moment")
    }

    #[test]
    fn each_part_shows_what_counts_most() {
        let taken = |start, end, shown| Taken { start: at(start), end: at(end), shown };
        let cases = [
            (vec![], "0000"),
            (vec![taken(0, 30, Shown::Busy)], "2000"),
            // What begins or ends within a part takes the whole of it; what only touches it takes nothing.
            (vec![taken(29, 31, Shown::Oof)], "3300"),
            (vec![taken(30, 60, Shown::Tentative)], "0100"),
            // What began before and ends after.
            (vec![taken(-60, 600, Shown::WorkingElsewhere)], "4444"),
            (vec![taken(0, 120, Shown::Tentative), taken(30, 60, Shown::Busy), taken(60, 90, Shown::Free)], "1211"),
            (vec![taken(0, 60, Shown::WorkingElsewhere), taken(30, 60, Shown::Tentative)], "4100"),
        ];
        for (taken, wanted) in cases {
            assert_eq!(merged(&taken, at(0), at(120), 30, true), wanted);
        }
        assert_eq!(merged(&[taken(0, 60, Shown::WorkingElsewhere)], at(0), at(60), 30, false), "00", "an older server");
        assert_eq!(merged(&[taken(0, 70, Shown::Busy)], at(0), at(70), 30, true), "222", "the last part is shorter");
    }
}
