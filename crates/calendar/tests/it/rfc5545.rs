//! Every example of RFC 5545, section 3.8.5.3, and what its section 3.3.10 says in words.
//!
//! <https://www.rfc-editor.org/rfc/rfc5545#section-3.8.5.3>

use crate::dates::{assert_days, day, rule};
use jiff::civil::time;
use mxs_calendar::{Rule, RuleText, TextErrorKind, Unsupported, Zone};

struct Case {
    why: &'static str,
    start: &'static str,
    rules: &'static [&'static str],
    days: &'static str,
}

/// All start at nine in New York.
#[rustfmt::skip]
const EXAMPLES: &[Case] = &[
    Case { why: "daily for 10 occurrences", start: "1997-09-02", rules: &["FREQ=DAILY;COUNT=10"], days: "1997 Sep 2-11" },
    Case { why: "daily until December 24, 1997", start: "1997-09-02", rules: &["FREQ=DAILY;UNTIL=19971224T000000Z"], days: "1997 Sep 2-30; Oct 1-31; Nov 1-30; Dec 1-23" },
    Case { why: "every other day, forever", start: "1997-09-02", rules: &["FREQ=DAILY;INTERVAL=2"], days: "1997 Sep 2 4 6 8 10 12 14 16 18 20 22 24 26 28 30; Oct 2 4 6 ..." },
    Case { why: "every 10 days, 5 occurrences", start: "1997-09-02", rules: &["FREQ=DAILY;INTERVAL=10;COUNT=5"], days: "1997 Sep 2 12 22; Oct 2 12" },
    Case { why: "every day in January, for 3 years", start: "1998-01-01", rules: &["FREQ=YEARLY;UNTIL=20000131T140000Z;BYMONTH=1;BYDAY=SU,MO,TU,WE,TH,FR,SA", "FREQ=DAILY;UNTIL=20000131T140000Z;BYMONTH=1"], days: "1998 Jan 1-31; 1999 Jan 1-31; 2000 Jan 1-31" },
    Case { why: "weekly for 10 occurrences", start: "1997-09-02", rules: &["FREQ=WEEKLY;COUNT=10"], days: "1997 Sep 2 9 16 23 30; Oct 7 14 21 28; Nov 4" },
    Case { why: "weekly until December 24, 1997", start: "1997-09-02", rules: &["FREQ=WEEKLY;UNTIL=19971224T000000Z"], days: "1997 Sep 2 9 16 23 30; Oct 7 14 21 28; Nov 4 11 18 25; Dec 2 9 16 23" },
    Case { why: "every other week, forever", start: "1997-09-02", rules: &["FREQ=WEEKLY;INTERVAL=2;WKST=SU"], days: "1997 Sep 2 16 30; Oct 14 28; Nov 11 25; Dec 9 23; 1998 Jan 6 20; Feb 3 17 ..." },
    Case { why: "weekly on Tuesday and Thursday for five weeks", start: "1997-09-02", rules: &["FREQ=WEEKLY;UNTIL=19971007T000000Z;WKST=SU;BYDAY=TU,TH", "FREQ=WEEKLY;COUNT=10;WKST=SU;BYDAY=TU,TH"], days: "1997 Sep 2 4 9 11 16 18 23 25 30; Oct 2" },
    Case { why: "every other week on Monday, Wednesday and Friday until December 24, 1997", start: "1997-09-01", rules: &["FREQ=WEEKLY;INTERVAL=2;UNTIL=19971224T000000Z;WKST=SU;BYDAY=MO,WE,FR"], days: "1997 Sep 1 3 5 15 17 19 29; Oct 1 3 13 15 17 27 29 31; Nov 10 12 14 24 26 28; Dec 8 10 12 22" },
    Case { why: "every other week on Tuesday and Thursday, for 8 occurrences", start: "1997-09-02", rules: &["FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH"], days: "1997 Sep 2 4 16 18 30; Oct 2 14 16" },
    Case { why: "monthly on the first Friday for 10 occurrences", start: "1997-09-05", rules: &["FREQ=MONTHLY;COUNT=10;BYDAY=1FR"], days: "1997 Sep 5; Oct 3; Nov 7; Dec 5; 1998 Jan 2; Feb 6; Mar 6; Apr 3; May 1; Jun 5" },
    Case { why: "monthly on the first Friday until December 24, 1997", start: "1997-09-05", rules: &["FREQ=MONTHLY;UNTIL=19971224T000000Z;BYDAY=1FR"], days: "1997 Sep 5; Oct 3; Nov 7; Dec 5" },
    Case { why: "every other month on the first and last Sunday for 10 occurrences", start: "1997-09-07", rules: &["FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU"], days: "1997 Sep 7 28; Nov 2 30; 1998 Jan 4 25; Mar 1 29; May 3 31" },
    Case { why: "monthly on the second-to-last Monday for 6 months", start: "1997-09-22", rules: &["FREQ=MONTHLY;COUNT=6;BYDAY=-2MO"], days: "1997 Sep 22; Oct 20; Nov 17; Dec 22; 1998 Jan 19; Feb 16" },
    Case { why: "monthly on the third-to-the-last day, forever", start: "1997-09-28", rules: &["FREQ=MONTHLY;BYMONTHDAY=-3"], days: "1997 Sep 28; Oct 29; Nov 28; Dec 29; 1998 Jan 29; Feb 26 ..." },
    Case { why: "monthly on the 2nd and 15th for 10 occurrences", start: "1997-09-02", rules: &["FREQ=MONTHLY;COUNT=10;BYMONTHDAY=2,15"], days: "1997 Sep 2 15; Oct 2 15; Nov 2 15; Dec 2 15; 1998 Jan 2 15" },
    Case { why: "monthly on the first and last day for 10 occurrences", start: "1997-09-30", rules: &["FREQ=MONTHLY;COUNT=10;BYMONTHDAY=1,-1"], days: "1997 Sep 30; Oct 1 31; Nov 1 30; Dec 1 31; 1998 Jan 1 31; Feb 1" },
    Case { why: "every 18 months on the 10th thru 15th for 10 occurrences", start: "1997-09-10", rules: &["FREQ=MONTHLY;INTERVAL=18;COUNT=10;BYMONTHDAY=10,11,12,13,14,15"], days: "1997 Sep 10-15; 1999 Mar 10-13" },
    Case { why: "every Tuesday, every other month", start: "1997-09-02", rules: &["FREQ=MONTHLY;INTERVAL=2;BYDAY=TU"], days: "1997 Sep 2 9 16 23 30; Nov 4 11 18 25; 1998 Jan 6 13 20 27; Mar 3 10 17 24 31 ..." },
    Case { why: "yearly in June and July for 10 occurrences", start: "1997-06-10", rules: &["FREQ=YEARLY;COUNT=10;BYMONTH=6,7"], days: "1997 Jun 10; Jul 10; 1998 Jun 10; Jul 10; 1999 Jun 10; Jul 10; 2000 Jun 10; Jul 10; 2001 Jun 10; Jul 10" },
    Case { why: "every other year in January, February and March for 10 occurrences", start: "1997-03-10", rules: &["FREQ=YEARLY;INTERVAL=2;COUNT=10;BYMONTH=1,2,3"], days: "1997 Mar 10; 1999 Jan 10; Feb 10; Mar 10; 2001 Jan 10; Feb 10; Mar 10; 2003 Jan 10; Feb 10; Mar 10" },
    Case { why: "every third year on the 1st, 100th and 200th day for 10 occurrences", start: "1997-01-01", rules: &["FREQ=YEARLY;INTERVAL=3;COUNT=10;BYYEARDAY=1,100,200"], days: "1997 Jan 1; Apr 10; Jul 19; 2000 Jan 1; Apr 9; Jul 18; 2003 Jan 1; Apr 10; Jul 19; 2006 Jan 1" },
    Case { why: "every 20th Monday of the year, forever", start: "1997-05-19", rules: &["FREQ=YEARLY;BYDAY=20MO"], days: "1997 May 19; 1998 May 18; 1999 May 17 ..." },
    Case { why: "Monday of week number 20, forever", start: "1997-05-12", rules: &["FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO"], days: "1997 May 12; 1998 May 11; 1999 May 17 ..." },
    Case { why: "every Thursday in March, forever", start: "1997-03-13", rules: &["FREQ=YEARLY;BYMONTH=3;BYDAY=TH"], days: "1997 Mar 13 20 27; 1998 Mar 5 12 19 26; 1999 Mar 4 11 18 25 ..." },
    Case { why: "every Thursday, but only during June, July and August, forever", start: "1997-06-05", rules: &["FREQ=YEARLY;BYDAY=TH;BYMONTH=6,7,8"], days: "1997 Jun 5 12 19 26; Jul 3 10 17 24 31; Aug 7 14 21 28; 1998 Jun 4 11 18 25; Jul 2 9 16 23 30; Aug 6 13 20 27 ..." },
    Case { why: "every Friday the 13th, forever (the start is excluded: it doesn't fit)", start: "1997-09-02", rules: &["FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13"], days: "1998 Feb 13; Mar 13; Nov 13; 1999 Aug 13; 2000 Oct 13 ..." },
    Case { why: "the first Saturday that follows the first Sunday of the month, forever", start: "1997-09-13", rules: &["FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13"], days: "1997 Sep 13; Oct 11; Nov 8; Dec 13; 1998 Jan 10; Feb 7; Mar 7; Apr 11; May 9; Jun 13 ..." },
    Case { why: "every 4 years, the first Tuesday after a Monday in November, forever", start: "1996-11-05", rules: &["FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8"], days: "1996 Nov 5; 2000 Nov 7; 2004 Nov 2 ..." },
    Case { why: "the third instance of Tuesday, Wednesday or Thursday for 3 months", start: "1997-09-04", rules: &["FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3"], days: "1997 Sep 4; Oct 7; Nov 6" },
    Case { why: "the second-to-last weekday of the month", start: "1997-09-29", rules: &["FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2"], days: "1997 Sep 29; Oct 30; Nov 27; Dec 30; 1998 Jan 29; Feb 26; Mar 30 ..." },
    Case { why: "where the week start matters: Monday", start: "1997-08-05", rules: &["FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO"], days: "1997 Aug 5 10 19 24" },
    Case { why: "where the week start matters: Sunday", start: "1997-08-05", rules: &["FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU"], days: "1997 Aug 5 17 19 31" },
    Case { why: "a day that February doesn't have is left out", start: "2007-01-15", rules: &["FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5"], days: "2007 Jan 15 30; Feb 15; Mar 15 30" },
];

#[test]
fn every_example() {
    let new_york = Zone::parse("America/New_York").expect("a zone");
    for Case { why, start, rules, days } in EXAMPLES {
        for text in *rules {
            let rule = RuleText::parse(text).unwrap_or_else(|error| panic!("{why}: {error}"));
            assert_days(why, &rule.rule_at(time(9, 0, 0, 0), &new_york), day(start), days);
        }
    }
}

/// The examples that repeat within a day are sound, and nothing that a calendar of dates can hold.
#[test]
fn examples_within_a_day_are_refused() {
    for (text, reason) in [
        ("FREQ=HOURLY;INTERVAL=3;UNTIL=19970902T170000Z", Unsupported::SubDaily),
        ("FREQ=MINUTELY;INTERVAL=15;COUNT=6", Unsupported::SubDaily),
        ("FREQ=MINUTELY;INTERVAL=90;COUNT=4", Unsupported::SubDaily),
        ("FREQ=DAILY;BYHOUR=9,10,11,12,13,14,15,16;BYMINUTE=0,20,40", Unsupported::TimeOfDay),
        ("FREQ=MINUTELY;INTERVAL=20;BYHOUR=9,10,11,12,13,14,15,16", Unsupported::SubDaily),
    ] {
        let error = text.parse::<Rule>().expect_err(text);
        assert_eq!(error.kind, TextErrorKind::Unsupported(reason), "{text}");
    }
}

/// What the examples leave out.
#[rustfmt::skip]
const EDGES: &[Case] = &[
    Case { why: "what a rule doesn't name is the start's: day and month", start: "2024-02-29", rules: &["FREQ=YEARLY"], days: "2024 Feb 29; 2028 Feb 29; 2032 Feb 29 ..." },
    Case { why: "1900 and 2100 have no leap day", start: "2092-02-29", rules: &["FREQ=YEARLY"], days: "2092 Feb 29; 2096 Feb 29; 2104 Feb 29 ..." },
    Case { why: "eight years without a day, looked at day by day", start: "2096-02-29", rules: &["FREQ=DAILY;BYMONTH=2;BYMONTHDAY=29"], days: "2096 Feb 29; 2104 Feb 29; 2108 Feb 29 ..." },
    Case { why: "four hundred years without a day", start: "2000-02-29", rules: &["FREQ=YEARLY;INTERVAL=100", "FREQ=MONTHLY;INTERVAL=1200", "FREQ=YEARLY;INTERVAL=100;BYDAY=TU;BYMONTH=2;BYMONTHDAY=29"], days: "2000 Feb 29; 2400 Feb 29; 2800 Feb 29 ..." },
    Case { why: "the start's day in the rule's months", start: "2026-01-31", rules: &["FREQ=YEARLY;BYMONTH=1,2,3"], days: "2026 Jan 31; Mar 31; 2027 Jan 31 ..." },
    Case { why: "the start's day of the month, skipped where there is none", start: "2026-01-31", rules: &["FREQ=MONTHLY"], days: "2026 Jan 31; Mar 31; May 31; Jul 31; Aug 31; Oct 31; Dec 31 ..." },
    Case { why: "the start's weekday in the rule's week", start: "2026-01-07", rules: &["FREQ=YEARLY;BYWEEKNO=10"], days: "2026 Mar 4; 2027 Mar 10; 2028 Mar 8 ..." },
    Case { why: "a week and a day of the month: where they meet", start: "2026-01-07", rules: &["FREQ=YEARLY;BYWEEKNO=20;BYMONTHDAY=15"], days: "2026 May 15; 2028 May 15; 2029 May 15 ..." },
    Case { why: "each Monday, and the second Tuesday too", start: "2026-01-01", rules: &["FREQ=MONTHLY;BYDAY=MO,2TU"], days: "2026 Jan 5 12 13 19 26; Feb 2 9 10 16 23 ..." },
    Case { why: "a start that doesn't fit is no occurrence, and isn't counted", start: "2026-01-06", rules: &["FREQ=WEEKLY;BYDAY=MO;COUNT=2"], days: "2026 Jan 12 19" },
    Case { why: "a position counts from the period's beginning, before the start too", start: "2026-01-15", rules: &["FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=1,-1"], days: "2026 Jan 27; Feb 2 24; Mar 2 31 ..." },
    Case { why: "the first and last of one day are that day once", start: "2026-01-01", rules: &["FREQ=MONTHLY;BYMONTHDAY=7;BYSETPOS=1,-1;COUNT=2"], days: "2026 Jan 7; Feb 7" },
    Case { why: "the 366th day, in leap years", start: "2026-01-01", rules: &["FREQ=YEARLY;BYYEARDAY=366", "FREQ=YEARLY;BYYEARDAY=366,-366;BYMONTH=12"], days: "2028 Dec 31; 2032 Dec 31 ..." },
    Case { why: "the last day of the year", start: "2026-01-01", rules: &["FREQ=YEARLY;BYYEARDAY=-1", "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=-1"], days: "2026 Dec 31; 2027 Dec 31 ..." },
    Case { why: "week 53 is in long years only; its last days are in the next year", start: "2026-01-01", rules: &["FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO"], days: "2026 Dec 28; 2032 Dec 27; 2037 Dec 28 ..." },
    Case { why: "the last week is the 52nd or 53rd", start: "2026-01-01", rules: &["FREQ=YEARLY;BYWEEKNO=-1;BYDAY=MO"], days: "2026 Dec 28; 2027 Dec 27; 2028 Dec 25 ..." },
    Case { why: "week 1 may begin in December", start: "2025-01-01", rules: &["FREQ=YEARLY;BYWEEKNO=1;BYDAY=MO"], days: "2025 Dec 29; 2027 Jan 4; 2028 Jan 3 ..." },
    Case { why: "a week that begins on Sunday has its fourth day on Wednesday", start: "2026-01-01", rules: &["FREQ=YEARLY;BYWEEKNO=1;BYDAY=SU;WKST=SU"], days: "2026 Jan 4; 2027 Jan 3; 2028 Jan 2; 2028 Dec 31 ..." },
    Case { why: "the end is in", start: "2026-01-05", rules: &["FREQ=WEEKLY;UNTIL=20260119"], days: "2026 Jan 5 12 19" },
    Case { why: "an end before the start leaves nothing", start: "2026-01-05", rules: &["FREQ=WEEKLY;UNTIL=20260104"], days: "" },
    Case { why: "a day that never comes ends", start: "2026-01-05", rules: &["FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=MONTHLY;BYMONTH=4;BYMONTHDAY=31", "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30,31", "FREQ=MONTHLY;INTERVAL=12;BYMONTH=2", "FREQ=MONTHLY;BYDAY=6MO"], days: "" },
    Case { why: "the calendar ends in 9999", start: "9999-12-27", rules: &["FREQ=DAILY;INTERVAL=2"], days: "9999 Dec 27 29 31" },
    Case { why: "the last week, month and year are cut", start: "9999-12-26", rules: &["FREQ=WEEKLY;BYDAY=SU,FR", "FREQ=MONTHLY;BYDAY=SU,FR", "FREQ=YEARLY;BYDAY=SU,FR;BYYEARDAY=-6,-1"], days: "9999 Dec 26 31" },
    Case { why: "an interval beyond the calendar", start: "2026-01-05", rules: &["FREQ=DAILY;INTERVAL=4294967295", "FREQ=WEEKLY;INTERVAL=4294967295", "FREQ=MONTHLY;INTERVAL=4294967295", "FREQ=YEARLY;INTERVAL=4294967295"], days: "2026 Jan 5" },
];

#[test]
fn edges() {
    for Case { why, start, rules, days } in EDGES {
        for text in *rules {
            assert_days(why, &rule(text), day(start), days);
        }
    }
}
