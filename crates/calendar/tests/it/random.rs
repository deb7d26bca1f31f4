//! Rules by chance, every kind that can be written.

use jiff::civil::{Date, Weekday};
use jiff::{Span, ToSpan};
use mxs_calendar::{
    Daily, Frequency, Month, Monthly, Nth, NthWeekday, Range, Rule, WEEK, WeekdayList, Weekdays, Weekly, Yearly,
    YearlyWeekdays,
};
use proptest::collection::btree_set;
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::num::NonZeroU32;

/// Starts from 1980 to 2060: both sides of every 4-, 28- and (in 2000) 400-year turn.
pub(crate) fn starts() -> impl Strategy<Value = Date> {
    const DAYS: i64 = 80 * 365;
    (0..DAYS).prop_map(|days| Date::constant(1980, 1, 1).saturating_add(Span::new().days(days)))
}

/// Rules of every kind.
pub(crate) fn rules() -> impl Strategy<Value = Rule> {
    let interval = prop_oneof![3 => Just(1u32), 2 => 2u32..6, 1 => 6u32..60];
    let week_start = prop_oneof![2 => Just(Weekday::Monday), 1 => weekday()];
    (frequencies(), interval, week_start, ranges(), few::<366>(prop_oneof![1i16..4, -3i16..0])).prop_map(
        |(frequency, interval, week_start, range, positions)| {
            let rule = Rule::new(frequency)
                .every(NonZeroU32::new(interval).expect("above zero"))
                .week_starting(week_start)
                .in_range(range);
            // A rule that names no days has nothing to pick from.
            rule.clone().picking(positions).unwrap_or(rule)
        },
    )
}

fn frequencies() -> impl Strategy<Value = Frequency> {
    let daily = (months(), month_days(), weekdays())
        .prop_map(|(months, month_days, weekdays)| Frequency::Daily(Daily { months, month_days, weekdays }));
    let weekly = (months(), weekdays()).prop_map(|(months, weekdays)| Frequency::Weekly(Weekly { months, weekdays }));
    let monthly = (months(), month_days(), weekday_list(5))
        .prop_map(|(months, month_days, weekdays)| Frequency::Monthly(Monthly { months, month_days, weekdays }));
    let weeks = btree_set(nth::<53>(prop_oneof![1i16..=53, -53i16..=-1]), 1..4);
    let yearly_weekdays = prop_oneof![
        3 => weekday_list(53).prop_map(YearlyWeekdays::Counted),
        1 => (weeks, weekdays()).prop_map(|(weeks, weekdays)| YearlyWeekdays::InWeeks { weeks, weekdays }),
    ];
    let year_days = few::<366>(prop_oneof![1i16..=366, -366i16..=-1]);
    let yearly =
        (months(), year_days, month_days(), yearly_weekdays).prop_map(|(months, year_days, month_days, weekdays)| {
            Frequency::Yearly(Yearly { months, year_days, month_days, weekdays })
        });
    prop_oneof![1 => daily, 1 => weekly, 2 => monthly, 3 => yearly]
}

fn ranges() -> impl Strategy<Value = Range> {
    let until = (starts(), 0i64..4000).prop_map(|(start, days)| Range::Until(start.saturating_add(days.days())));
    let count = (1u32..60).prop_map(|count| Range::Count(NonZeroU32::new(count).expect("above zero")));
    prop_oneof![2 => Just(Range::Forever), 1 => count, 1 => until]
}

fn months() -> impl Strategy<Value = BTreeSet<Month>> {
    let month = (1i8..=12).prop_map(|number| Month::new(number).expect("a month"));
    prop_oneof![2 => Just(BTreeSet::new()), 1 => btree_set(month, 1..4)]
}

fn month_days() -> impl Strategy<Value = BTreeSet<Nth<31>>> {
    few::<31>(prop_oneof![3 => 1i16..=31, 1 => -31i16..=-1, 1 => 28i16..=31])
}

fn weekdays() -> impl Strategy<Value = Weekdays> {
    prop_oneof![
        1 => Just(Weekdays::NONE),
        2 => btree_set(0i8..7, 1..5).prop_map(|days| {
            days.into_iter().map(|day| Weekday::from_monday_zero_offset(day).expect("a weekday")).collect()
        })
    ]
}

fn weekday_list(most: i16) -> impl Strategy<Value = WeekdayList> {
    let nth = (nth::<53>(prop_oneof![2 => 1i16..=5, 2 => -5i16..=-1, 1 => 1..=most, 1 => -most..=-1]), weekday())
        .prop_map(|(nth, weekday)| NthWeekday { nth, weekday });
    let counted = btree_set(nth, 1..4).prop_map(|nth| WeekdayList { every: Weekdays::NONE, nth });
    prop_oneof![
        1 => Just(WeekdayList::default()),
        1 => weekdays().prop_map(WeekdayList::from),
        1 => counted.clone(),
        1 => (weekdays(), counted).prop_map(|(every, list)| WeekdayList { every, ..list }),
    ]
}

fn weekday() -> impl Strategy<Value = Weekday> + Clone {
    (0usize..7).prop_map(|index| WEEK[index])
}

fn few<const MOST: i16>(numbers: impl Strategy<Value = i16> + Clone) -> impl Strategy<Value = BTreeSet<Nth<MOST>>> {
    prop_oneof![2 => Just(BTreeSet::new()), 1 => btree_set(nth::<MOST>(numbers), 1..5)]
}

fn nth<const MOST: i16>(numbers: impl Strategy<Value = i16> + Clone) -> impl Strategy<Value = Nth<MOST>> + Clone {
    numbers.prop_map(|number| Nth::new(number).expect("in range"))
}
