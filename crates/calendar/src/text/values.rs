//! The values of a rule's parts.

use crate::parts::{Month, Nth, NthWeekday, WEEK, WeekdayList, Weekdays};
use crate::text::error::{Part, TextError, TextErrorKind};
use crate::text::read::{Piece, Word};
use crate::text::write::letters;
use crate::unsupported::Unsupported;
use jiff::civil::Weekday;
use std::collections::BTreeSet;
use std::num::NonZeroU32;

pub(super) fn read_frequency(value: &str, bad: TextError) -> Result<Word, TextError> {
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

pub(super) fn read_number(value: &str) -> Option<NonZeroU32> {
    value.bytes().all(|byte| byte.is_ascii_digit()).then(|| value.parse().ok())?
}

/// Reads what stands between commas. An empty list is no value; a list that ends in a comma is read.
pub(super) fn read_list<T: Ord>(
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

pub(super) fn read_weekdays(piece: &Piece<'_>) -> Result<WeekdayList, TextError> {
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

pub(super) fn read_weekday(value: &str) -> Option<Weekday> {
    WEEK.into_iter().find(|day| letters(*day).eq_ignore_ascii_case(value))
}

pub(super) fn read_month(value: &str) -> Option<Month> {
    read_number(value).and_then(|number| Month::new(i8::try_from(number.get()).ok()?))
}

pub(super) fn read_nth<const MOST: i16>(value: &str) -> Option<Nth<MOST>> {
    let digits = value.strip_prefix(['+', '-']).unwrap_or(value);
    let number = i16::try_from(read_number(digits)?.get()).ok()?;
    Nth::new(if value.starts_with('-') { -number } else { number })
}
