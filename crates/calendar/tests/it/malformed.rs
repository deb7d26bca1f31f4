//! Texts that nobody expects: each gives a typed error or something that is what it says, and no work without end.

use jiff::civil::date;
use mxs_calendar::{Exclusions, Rule, RuleText, Zone};
use mxs_malformed::texts;

/// Valid texts, and every text that is made of one by a cut, or by what stands in it instead of a part.
fn made_of(valid: &[&str]) -> Vec<String> {
    let mut made = texts();
    for text in valid {
        made.extend((0..text.len()).filter_map(|length| text.get(..length)).map(str::to_owned));
        made.extend((0..text.len()).filter_map(|length| text.get(length..)).map(str::to_owned));
        for hostile in texts() {
            let parts: Vec<&str> = text.split_inclusive([';', '=', ',', '/']).collect();
            for place in 0..parts.len() {
                let mut parts = parts.clone();
                parts[place] = &hostile;
                made.push(parts.concat());
            }
        }
    }
    made
}

#[test]
fn a_rule_is_read_or_refused_and_its_days_come_to_an_end() {
    let valid = [
        "FREQ=DAILY;INTERVAL=2;COUNT=10",
        "FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=TU,TH;UNTIL=20270101",
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29",
        "FREQ=MONTHLY;BYDAY=-1FR;UNTIL=20270101T090000Z",
    ];
    let (start, end) = (date(2026, 1, 1), date(2028, 1, 1));
    let mut read = 0;
    for text in made_of(&valid) {
        if let Ok(rule) = text.parse::<Rule>() {
            read += 1;
            assert!(rule.between(start, start..=end).count() <= 731, "{text}");
            // Where no day fits, the calendar's end is the end.
            assert!(rule.dates(date(9990, 1, 1)).count() <= 3_700, "{text}");
            let again: Rule = rule.to_string().parse().expect("its own text");
            assert_eq!(again, rule, "{text}");
        }
        let _ = RuleText::parse(&text).map(|rule| rule.rule());
        let _ = Exclusions::parse(&text).map(|days| days.dates_in(&Zone::utc()));
    }
    assert!(read >= valid.len(), "some are still rules: {read}");
}

#[test]
fn a_zone_is_known_or_refused() {
    for text in made_of(&["Europe/Berlin", "W. Europe Standard Time", "America/Argentina/Buenos_Aires", "UTC"]) {
        if let Ok(zone) = Zone::parse(&text) {
            for moment in [date(1, 1, 1), date(1970, 1, 1), date(2026, 3, 29), date(9999, 12, 31)] {
                let _ = zone.resolve(moment.at(2, 30, 0, 0));
            }
        }
    }
}
