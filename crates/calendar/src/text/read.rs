//! Rules as vendors write them.

use crate::moment::Moment;
use crate::parts::{Month, Nth, NthWeekday, WEEK, WeekdayList, Weekdays};
use crate::rule::{Daily, Frequency, Monthly, Range, Rule, Weekly, Yearly, YearlyWeekdays};
use crate::text::error::{Part, TextError, TextErrorKind};
use crate::text::write::letters;
use crate::unsupported::Unsupported;
use crate::zone::Zone;
use jiff::civil::{Time, Weekday};
use std::collections::BTreeSet;
use std::num::NonZeroU32;
use std::str::FromStr;

/// What the text of a rule says.
///
/// Two things in it are no part of a [`Rule`]: the start that Zoho writes into it, and an end with a time
/// of day, which names a day only together with the time and zone of the events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleText {
    /// Without its UNTIL.
    endless: Rule,
    /// UNTIL as it was written.
    pub until: Option<Moment>,
    /// DTSTART inside the rule, as Zoho writes it.
    pub start: Option<Moment>,
}

/// The rule ends at a time of day: which day that is depends on the events. See [`RuleText::rule_at`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the rule ends at a time of day, so the events' time and zone must be known")]
pub struct UntilHasTime;

impl RuleText {
    /// The longest text that is read, in bytes. The longest sensible rule, all days of a year, has a tenth.
    pub const LONGEST: usize = 16_384;

    /// Reads `FREQ=WEEKLY;BYDAY=MO`, with or without `RRULE:` before it, in any case, with spaces around
    /// names and values, empty parts and repetitions.
    ///
    /// A text is never read as something else than it says: what has no meaning, or two, is an error.
    ///
    /// ```
    /// use mxs_calendar::{Moment, RuleText};
    ///
    /// let text = RuleText::parse("FREQ=WEEKLY;INTERVAL=1;BYDAY=MO;DTSTART=2026-01-05;UNTIL=2026-12-28")?;
    /// assert_eq!(text.start, Moment::parse("20260105"));
    /// assert_eq!(text.rule()?.to_string(), "FREQ=WEEKLY;UNTIL=20261228;BYDAY=MO");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, TextError> {
        if text.len() > Self::LONGEST {
            return Err(TextError { position: Self::LONGEST, kind: TextErrorKind::TooLong });
        }
        let mut parts = Parts::default();
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
        parts.finish()
    }

    /// The rule, if its end is clear by itself: a date, a count or none.
    pub fn rule(&self) -> Result<Rule, UntilHasTime> {
        match self.until {
            None => Ok(self.endless.clone()),
            Some(Moment::Date(last)) => Ok(self.endless.clone().in_range(Range::Until(last))),
            Some(Moment::Local(_) | Moment::Instant(_)) => Err(UntilHasTime),
        }
    }

    /// The rule of events that start at this time in this zone. An end with a time allows the last event
    /// that starts by then.
    ///
    /// ```
    /// use jiff::civil::time;
    /// use mxs_calendar::{RuleText, Zone};
    ///
    /// let berlin = Zone::parse("Europe/Berlin")?;
    /// let text = RuleText::parse("FREQ=DAILY;UNTIL=20260110T075959Z")?;
    /// // The end is one second before nine in Berlin: events at nine end the day before.
    /// assert_eq!(text.rule_at(time(9, 0, 0, 0), &berlin).to_string(), "FREQ=DAILY;UNTIL=20260109");
    /// assert_eq!(text.rule_at(time(8, 0, 0, 0), &berlin).to_string(), "FREQ=DAILY;UNTIL=20260110");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn rule_at(&self, time: Time, zone: &Zone) -> Rule {
        let local = match self.until {
            None => return self.endless.clone(),
            Some(Moment::Date(last)) => return self.endless.clone().in_range(Range::Until(last)),
            Some(Moment::Local(local)) => local,
            Some(Moment::Instant(instant)) => zone.local(instant),
        };
        let day = local.date();
        let last = if time <= local.time() { day } else { day.yesterday().unwrap_or(day) };
        self.endless.clone().in_range(Range::Until(last))
    }
}

/// The rule of a text whose end is clear by itself.
impl FromStr for Rule {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        let kind = TextErrorKind::Value(Part::Until);
        RuleText::parse(text)?.rule().map_err(|UntilHasTime| TextError { position: 0, kind })
    }
}

/// One `NAME=VALUE`, with where it is.
struct Piece<'a> {
    position: usize,
    name: &'a str,
    value: &'a str,
    value_position: usize,
}

/// What has been read so far.
#[derive(Default)]
struct Parts {
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
enum Word {
    Daily,
    Weekly,
    Monthly,
    Yearly,
}

impl Parts {
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

    fn finish(self) -> Result<RuleText, TextError> {
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

fn read_frequency(value: &str, bad: TextError) -> Result<Word, TextError> {
    match value.to_ascii_uppercase().as_str() {
        "DAILY" => Ok(Word::Daily),
        "WEEKLY" => Ok(Word::Weekly),
        "MONTHLY" => Ok(Word::Monthly),
        "YEARLY" => Ok(Word::Yearly),
        "SECONDLY" | "MINUTELY" | "HOURLY" => {
            Err(TextError { kind: TextErrorKind::Unsupported(Unsupported::SubDaily), ..bad })
        }
        _ => Err(bad),
    }
}

fn read_number(value: &str) -> Option<NonZeroU32> {
    value.bytes().all(|byte| byte.is_ascii_digit()).then(|| value.parse().ok())?
}

/// Reads what stands between commas. An empty list is no value; a list that ends in a comma is read.
fn read_list<T: Ord>(
    piece: &Piece<'_>,
    part: Part,
    read: impl Fn(&str) -> Option<T>,
) -> Result<BTreeSet<T>, TextError> {
    let mut position = piece.value_position;
    let mut found = BTreeSet::new();
    for item in piece.value.split(',') {
        if !item.trim().is_empty() {
            let bad = TextError { position, kind: TextErrorKind::Value(part) };
            found.insert(read(item.trim()).ok_or(bad)?);
        }
        position += item.len() + 1;
    }
    if found.is_empty() {
        return Err(TextError { position: piece.value_position, kind: TextErrorKind::Value(part) });
    }
    Ok(found)
}

fn read_weekdays(piece: &Piece<'_>) -> Result<WeekdayList, TextError> {
    let read = |item: &str| {
        let (number, day) = item.split_at_checked(item.len().checked_sub(2)?)?;
        let day = read_weekday(day)?;
        if number.is_empty() {
            return Some((None, day.to_monday_zero_offset()));
        }
        Some((Some(read_nth(number.trim_end())?), day.to_monday_zero_offset()))
    };
    let mut list = WeekdayList::default();
    let mut every = Vec::new();
    for (nth, index) in read_list(piece, Part::ByDay, read)? {
        let Ok(weekday) = Weekday::from_monday_zero_offset(index) else { continue };
        match nth {
            Some(nth) => {
                list.nth.insert(NthWeekday { nth, weekday });
            }
            None => every.push(weekday),
        }
    }
    list.every = Weekdays::from_iter(every);
    Ok(list)
}

fn read_weekday(value: &str) -> Option<Weekday> {
    WEEK.into_iter().find(|day| letters(*day).eq_ignore_ascii_case(value))
}

fn read_month(value: &str) -> Option<Month> {
    read_number(value).and_then(|number| Month::new(i8::try_from(number.get()).ok()?))
}

fn read_nth<const MOST: i16>(value: &str) -> Option<Nth<MOST>> {
    let digits = value.strip_prefix(['+', '-']).unwrap_or(value);
    let number = i16::try_from(read_number(digits)?.get()).ok()?;
    Nth::new(if value.starts_with('-') { -number } else { number })
}
