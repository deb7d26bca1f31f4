//! The parts of a rule, as vendors write them.

use crate::moment::Moment;
use crate::parts::{Month, Nth, WeekdayList};
use crate::rule::{Daily, Frequency, Monthly, Range, Rule, Weekly, Yearly, YearlyWeekdays};
use crate::text::error::{Part, TextError, TextErrorKind};
use crate::text::rule_text::RuleText;
use crate::text::values::{read_frequency, read_list, read_month, read_nth, read_number, read_weekday, read_weekdays};
use crate::unsupported::Unsupported;
use jiff::civil::Weekday;
use std::collections::BTreeSet;
use std::num::NonZeroU32;

/// One `NAME=VALUE`, with where it is.
pub(super) struct Piece<'a> {
    position: usize,
    name: &'a str,
    pub(super) value: &'a str,
    pub(super) value_position: usize,
}

/// What has been read so far.
#[derive(Default)]
pub(super) struct Parts {
    seen: Vec<(Part, usize)>,
    frequency: Option<Word>,
    interval: Option<NonZeroU32>,
    count: Option<NonZeroU32>,
    until: Option<Moment>,
    start: Option<Moment>,
    week_start: Option<Weekday>,
    months: BTreeSet<Month>,
    weeks: BTreeSet<Nth<53>>,
    year_days: BTreeSet<Nth<366>>,
    month_days: BTreeSet<Nth<31>>,
    weekdays: WeekdayList,
    positions: BTreeSet<Nth<366>>,
}

/// The frequencies that calendars have.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    Daily,
    Weekly,
    Monthly,
    Yearly,
}

impl Parts {
    /// Reads every part of a text.
    pub(super) fn read(text: &str) -> Result<Self, TextError> {
        let mut parts = Self::default();
        let mut position = prefix(text);
        for piece in text[position..].split(';') {
            if !piece.trim().is_empty() {
                let (name, value) =
                    piece.split_once('=').ok_or(TextError { position, kind: TextErrorKind::NoValue })?;
                let value_position = position + name.len() + 1;
                parts.add(&Piece { position, name: name.trim(), value, value_position })?;
            }
            position += piece.len() + 1;
        }
        Ok(parts)
    }

    fn add(&mut self, piece: &Piece<'_>) -> Result<(), TextError> {
        let fail = |kind| TextError { position: piece.position, kind };
        let name = piece.name.to_ascii_uppercase();
        if ["BYHOUR", "BYMINUTE", "BYSECOND"].contains(&name.as_str()) {
            return Err(fail(TextErrorKind::Unsupported(Unsupported::TimeOfDay)));
        }
        let part = Part::ALL.iter().find(|(_, known)| *known == name).map(|(part, _)| *part);
        let part = part.ok_or(fail(TextErrorKind::UnknownPart))?;
        let repeated = self.seen.iter().any(|(seen, _)| *seen == part);
        self.seen.push((part, piece.position));
        let value = piece.value.trim();
        let bad = TextError { position: piece.value_position, kind: TextErrorKind::Value(part) };
        let twice = fail(TextErrorKind::Contradiction(part));
        match part {
            Part::ByDay => put_set(&mut self.weekdays, read_weekdays(piece)?, repeated, twice),
            Part::ByMonth => put_set(&mut self.months, read_list(piece, part, read_month)?, repeated, twice),
            Part::ByMonthDay => put_set(&mut self.month_days, read_list(piece, part, read_nth)?, repeated, twice),
            Part::BySetPos => put_set(&mut self.positions, read_list(piece, part, read_nth)?, repeated, twice),
            Part::ByWeekNo => put_set(&mut self.weeks, read_list(piece, part, read_nth)?, repeated, twice),
            Part::ByYearDay => put_set(&mut self.year_days, read_list(piece, part, read_nth)?, repeated, twice),
            Part::Count => put(&mut self.count, read_number(value).ok_or(bad)?, twice),
            Part::DtStart => put(&mut self.start, Moment::parse(value).ok_or(bad)?, twice),
            Part::Freq => put(&mut self.frequency, read_frequency(value, bad)?, twice),
            Part::Interval => put(&mut self.interval, read_number(value).ok_or(bad)?, twice),
            Part::RScale if value.eq_ignore_ascii_case("GREGORIAN") => Ok(()),
            Part::RScale => Err(fail(TextErrorKind::Unsupported(Unsupported::Calendar))),
            // To leave out days that don't exist is what RFC 5545 does anyway.
            Part::Skip if value.eq_ignore_ascii_case("OMIT") => Ok(()),
            Part::Skip => Err(fail(TextErrorKind::Unsupported(Unsupported::MovedDays))),
            Part::Until => put(&mut self.until, Moment::parse(value).ok_or(bad)?, twice),
            Part::WkSt => put(&mut self.week_start, read_weekday(value).ok_or(bad)?, twice),
            Part::ExDate => Err(fail(TextErrorKind::UnknownPart)),
        }
    }

    /// Makes a rule of the parts, if they go together.
    pub(super) fn finish(self) -> Result<RuleText, TextError> {
        let frequency = self.frequency.ok_or(TextError { position: 0, kind: TextErrorKind::NoFrequency })?;
        self.refuse_misplaced(frequency)?;
        if self.count.is_some() && self.until.is_some() {
            return Err(TextError { position: self.position(Part::Until), kind: TextErrorKind::CountAndUntil });
        }
        let no_pick = TextError { position: self.position(Part::BySetPos), kind: TextErrorKind::NothingToPick };
        let Self { months, month_days, weekdays, .. } = self;
        let frequency = match frequency {
            Word::Daily => Frequency::Daily(Daily { months, month_days, weekdays: weekdays.every }),
            Word::Weekly => Frequency::Weekly(Weekly { months, weekdays: weekdays.every }),
            Word::Monthly => Frequency::Monthly(Monthly { months, month_days, weekdays }),
            Word::Yearly => {
                let weekdays = if self.weeks.is_empty() {
                    YearlyWeekdays::Counted(weekdays)
                } else {
                    YearlyWeekdays::InWeeks { weeks: self.weeks, weekdays: weekdays.every }
                };
                Frequency::Yearly(Yearly { months, year_days: self.year_days, month_days, weekdays })
            }
        };
        let endless = Rule::new(frequency)
            .every(self.interval.unwrap_or(NonZeroU32::MIN))
            .week_starting(self.week_start.unwrap_or(Weekday::Monday))
            .in_range(self.count.map_or(Range::Forever, Range::Count))
            .picking(self.positions)
            .map_err(|_| no_pick)?;
        Ok(RuleText { endless, until: self.until, start: self.start })
    }

    /// The table of RFC 5545, section 3.3.10, where it says "N/A", and what the text says on BYDAY.
    fn refuse_misplaced(&self, frequency: Word) -> Result<(), TextError> {
        let yearly = frequency == Word::Yearly;
        let counts_weekdays = match frequency {
            Word::Daily | Word::Weekly => false,
            Word::Monthly => true,
            Word::Yearly => self.weeks.is_empty(),
        };
        let misplaced = [
            (Part::ByWeekNo, !yearly && !self.weeks.is_empty()),
            (Part::ByYearDay, !yearly && !self.year_days.is_empty()),
            (Part::ByMonthDay, frequency == Word::Weekly && !self.month_days.is_empty()),
            (Part::ByDay, !counts_weekdays && !self.weekdays.nth.is_empty()),
        ];
        match misplaced.into_iter().find(|(_, misplaced)| *misplaced) {
            Some((part, _)) => Err(TextError { position: self.position(part), kind: TextErrorKind::Misplaced(part) }),
            None => Ok(()),
        }
    }

    fn position(&self, part: Part) -> usize {
        self.seen.iter().find(|(seen, _)| *seen == part).map_or(0, |(_, position)| *position)
    }
}

/// Keeps a value; a second one must be the same.
fn put<T: PartialEq>(slot: &mut Option<T>, value: T, contradiction: TextError) -> Result<(), TextError> {
    match slot {
        Some(earlier) if *earlier != value => Err(contradiction),
        _ => {
            *slot = Some(value);
            Ok(())
        }
    }
}

/// Keeps a set; a second one must be the same.
fn put_set<T: PartialEq>(slot: &mut T, value: T, repeated: bool, contradiction: TextError) -> Result<(), TextError> {
    if repeated && *slot != value {
        return Err(contradiction);
    }
    *slot = value;
    Ok(())
}

/// How many bytes of the text come before the rule itself.
fn prefix(text: &str) -> usize {
    let blank = text.len() - text.trim_start().len();
    let name = "RRULE:";
    let named = text.get(blank..blank + name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name));
    if named { blank + name.len() } else { blank }
}
