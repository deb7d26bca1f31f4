//! A day with everything that rules ask of it.

use jiff::civil::{Date, Weekday};

/// A date whose places in its month and year are counted along, so that walking through years of days
/// that don't fit costs little.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Day {
    pub(crate) month: i8,
    pub(crate) of_month: i16,
    pub(crate) month_length: i16,
    pub(crate) of_year: i16,
    pub(crate) year_length: i16,
    pub(crate) weekday: Weekday,
    year: i16,
}

impl Day {
    pub(crate) fn new(date: Date) -> Self {
        Self {
            month: date.month(),
            of_month: date.day().into(),
            month_length: date.days_in_month().into(),
            of_year: date.day_of_year(),
            year_length: date.days_in_year(),
            weekday: date.weekday(),
            year: date.year(),
        }
    }

    /// The next day; `None` at the end of the calendar.
    pub(crate) fn tomorrow(self) -> Option<Self> {
        if self.of_month == self.month_length {
            return self.date()?.tomorrow().ok().map(Self::new);
        }
        Some(Self { of_month: self.of_month + 1, of_year: self.of_year + 1, weekday: self.weekday.next(), ..self })
    }

    pub(crate) fn date(self) -> Option<Date> {
        Date::new(self.year, self.month, i8::try_from(self.of_month).ok()?).ok()
    }

    /// How long the year before and the year after are.
    pub(crate) fn years_around(self) -> (i16, i16) {
        let length = |year: i16| Date::new(year, 1, 1).map_or(365, Date::days_in_year);
        (length(self.year.saturating_sub(1)), length(self.year.saturating_add(1)))
    }
}
