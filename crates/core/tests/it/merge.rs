//! The three-way merge.
//!
//! How to read a case: `base` is what both sides held when they last agreed, written `mailbox|CRM` where
//! they differ, and `none` for two records that never agreed. A `-` is an empty field. The result names
//! what is written: `crm=x` or `mailbox=x`, then `conflict` if a rule had to choose.

use mxs_core::{
    Base, Date, Direction, Field, FieldMap, Fields, Flow, Instant, Kind, Patch, Policy, Side, Value, Winner, merge,
};
#[cfg(target_family = "wasm")]
use wasm_bindgen_test::wasm_bindgen_test as test;

struct Case {
    why: &'static str,
    base: &'static str,
    mailbox: &'static str,
    crm: &'static str,
    direction: Direction,
    result: &'static str,
}

const CRM_WINS: Direction = Direction::Both { winner: Winner::Crm };
const EXCHANGE_WINS: Direction = Direction::Both { winner: Winner::Exchange };
const TO_CRM: Direction = Direction::ToCrm;
const TO_EXCHANGE: Direction = Direction::ToExchange;

#[rustfmt::skip]
const CASES: &[Case] = &[
    // Both ways, after a first agreement.
    Case { why: "nothing moved", base: "a", mailbox: "a", crm: "a", direction: CRM_WINS, result: "" },
    Case { why: "the mailbox moved", base: "a", mailbox: "b", crm: "a", direction: CRM_WINS, result: "crm=b" },
    Case { why: "the CRM moved", base: "a", mailbox: "a", crm: "b", direction: EXCHANGE_WINS, result: "mailbox=b" },
    Case { why: "the mailbox emptied it", base: "a", mailbox: "-", crm: "a", direction: CRM_WINS, result: "crm=-" },
    Case { why: "the CRM emptied it", base: "a", mailbox: "a", crm: "-", direction: CRM_WINS, result: "mailbox=-" },
    Case { why: "both moved to the same", base: "a", mailbox: "b", crm: "b", direction: CRM_WINS, result: "" },
    Case { why: "both moved, CRM wins", base: "a", mailbox: "b", crm: "c", direction: CRM_WINS, result: "mailbox=c conflict" },
    Case { why: "both moved, mailbox wins", base: "a", mailbox: "b", crm: "c", direction: EXCHANGE_WINS, result: "crm=b conflict" },
    Case { why: "one emptied, one edited: the rule, not the edit", base: "a", mailbox: "-", crm: "c", direction: EXCHANGE_WINS, result: "crm=- conflict" },
    Case { why: "they differ since a vendor stored it in its own way", base: "a|A", mailbox: "a", crm: "A", direction: CRM_WINS, result: "" },
    Case { why: "then what moved flows, and what its writer didn't see is kept", base: "a|A", mailbox: "b", crm: "A", direction: CRM_WINS, result: "crm=b conflict" },
    Case { why: "a gap is filled on one side only", base: "-|A", mailbox: "b", crm: "A", direction: TO_CRM, result: "crm=b conflict" },
    Case { why: "what gives way was empty: nothing to keep", base: "a|-", mailbox: "b", crm: "-", direction: CRM_WINS, result: "crm=b" },
    // First match: nothing to compare with.
    Case { why: "equal", base: "none", mailbox: "a", crm: "a", direction: CRM_WINS, result: "" },
    Case { why: "the CRM has a gap", base: "none", mailbox: "a", crm: "-", direction: CRM_WINS, result: "crm=a" },
    Case { why: "the mailbox has a gap", base: "none", mailbox: "-", crm: "a", direction: EXCHANGE_WINS, result: "mailbox=a" },
    Case { why: "both hold something else", base: "none", mailbox: "a", crm: "b", direction: EXCHANGE_WINS, result: "crm=a conflict" },
    // One way. The target's own edit is taken back, and kept in the conflict list.
    Case { why: "the source moved", base: "a", mailbox: "b", crm: "a", direction: TO_CRM, result: "crm=b" },
    Case { why: "the target moved", base: "a", mailbox: "a", crm: "b", direction: TO_CRM, result: "crm=a conflict" },
    Case { why: "both moved", base: "a", mailbox: "b", crm: "c", direction: TO_CRM, result: "crm=b conflict" },
    Case { why: "the target moved, the other way", base: "a", mailbox: "b", crm: "a", direction: TO_EXCHANGE, result: "mailbox=a conflict" },
    Case { why: "first match: a gap in the target is filled", base: "none", mailbox: "a", crm: "-", direction: TO_CRM, result: "crm=a" },
    Case { why: "first match: a gap in the source empties nothing", base: "none", mailbox: "-", crm: "a", direction: TO_CRM, result: "" },
    Case { why: "first match: both hold something, the source's stands", base: "none", mailbox: "a", crm: "b", direction: TO_EXCHANGE, result: "mailbox=b conflict" },
    Case { why: "the gap that was left stays left", base: "-|a", mailbox: "-", crm: "a", direction: TO_CRM, result: "" },
];

fn contacts(direction: Direction) -> Policy {
    Policy::new(Kind::Contact, direction)
}

fn fields(text: &str) -> Fields {
    Fields::default().with(Field::Notes, text.trim_start_matches('-'))
}

#[test]
fn each_field_by_the_rule() {
    for case in CASES {
        let base = (case.base != "none").then(|| {
            let (exchange, crm) = case.base.split_once('|').unwrap_or((case.base, case.base));
            Base { exchange: fields(exchange), crm: fields(crm) }
        });
        let merged = merge(base.as_ref(), &fields(case.mailbox), &fields(case.crm), &contacts(case.direction));
        let mut words = Vec::new();
        for (name, patch) in [("crm", &merged.to_crm), ("mailbox", &merged.to_exchange)] {
            for (_, value) in patch.iter() {
                words.push(format!("{name}={}", value.and_then(|value| value.as_text()).unwrap_or("-")));
            }
        }
        words.extend(merged.conflicts.iter().map(|_| "conflict".to_owned()));
        assert_eq!(words.join(" "), case.result, "{}", case.why);
    }
}

#[test]
fn edits_of_different_fields_both_survive() {
    let base = Fields::default().with(Field::Surname, "Lee").with(Field::JobTitle, "Buyer").with(Field::Notes, "old");
    let mailbox = base.clone().with(Field::JobTitle, "Head of purchasing");
    let crm = base.clone().with(Field::Notes, "new");
    let both = Base { exchange: base.clone(), crm: base };
    for direction in [CRM_WINS, EXCHANGE_WINS] {
        let merged = merge(Some(&both), &mailbox, &crm, &contacts(direction));
        assert_eq!(merged.to_crm.applied_to(&crm), merged.to_exchange.applied_to(&mailbox));
        assert_eq!(merged.conflicts, []);
    }
}

/// A beginning from one side and an end from the other: `9-10` is by the clock, `1/2` is whole days.
#[test]
fn when_an_event_begins_and_ends_fits() {
    #[rustfmt::skip]
    let cases = [
        ("each side moved one, and they fit: both edits survive", "9-12", "8-12", "9-13", CRM_WINS, "8-13", 0),
        ("moved in the CRM, made longer in the mailbox, which wins", "09-10", "09-11", "14-15", EXCHANGE_WINS, "09-11", 2),
        ("the same where the CRM wins", "09-10", "09-11", "14-15", CRM_WINS, "14-15", 1),
        ("the end comes before the beginning", "09-12", "11-12", "09-10", CRM_WINS, "09-10", 1),
        ("the same where the mailbox wins", "09-12", "11-12", "09-10", EXCHANGE_WINS, "11-12", 1),
        ("whole days in the mailbox, longer in the CRM", "09-10", "1/2", "09-11", CRM_WINS, "09-11", 2),
        ("whole days in the mailbox, which wins", "09-10", "1/2", "09-11", EXCHANGE_WINS, "1/2", 1),
    ];
    let at = |hour: &str| Instant::parse(&format!("2026-03-02T{hour:0>2}:00:00Z")).ok().map(Value::Moment);
    let on = |day: &str| Date::parse(&format!("2026-03-0{day}")).ok().map(Value::Date);
    let event = |text: &str| {
        let mut fields = Fields::default().with(Field::Subject, "Review");
        let (start, end) = match text.split_once('-') {
            Some((start, end)) => (at(start), at(end)),
            None => text.split_once('/').map(|(start, end)| (on(start), on(end))).expect("days"),
        };
        fields.put(Field::Start, start);
        fields.put(Field::End, end);
        fields
    };
    for (why, base, mailbox, crm, direction, expected, conflicts) in cases {
        let both = Base { exchange: event(base), crm: event(base) };
        let (mailbox, crm) = (event(mailbox), event(crm));
        let merged = merge(Some(&both), &mailbox, &crm, &Policy::new(Kind::Event, direction));
        let after = (merged.to_exchange.applied_to(&mailbox), merged.to_crm.applied_to(&crm));
        assert_eq!(after, (event(expected), event(expected)), "{why}");
        assert_eq!(merged.conflicts.len(), conflicts, "{why}");
    }
}

#[test]
fn fields_that_only_one_side_has_stay_there() {
    let mailbox = Fields::default().with(Field::Email3, "third@example.com").with(Field::Surname, "Lee");
    let merged = merge(None, &mailbox, &Fields::default().with(Field::Surname, "Lee"), &contacts(CRM_WINS));
    assert_eq!((merged.to_crm.is_empty(), merged.to_exchange.is_empty()), (true, true));
}

/// A set: `base` is `mailbox|CRM`, words stand in a row, `-` is the empty set.
#[test]
fn of_a_set_each_word_is_merged_for_itself() {
    #[rustfmt::skip]
    let cases = [
        ("nothing moved", "ab|ab", "ab", "ab", CRM_WINS, ""),
        ("each side adds its own: both have both", "a|a", "ab", "ac", CRM_WINS, "crm=abc mailbox=abc"),
        ("one adds, the other takes off", "ab|ab", "abc", "a", EXCHANGE_WINS, "crm=ac mailbox=ac"),
        ("both add the same", "a|a", "ab", "ab", CRM_WINS, ""),
        ("the last one is taken off", "a|a", "-", "a", CRM_WINS, "crm=-"),
        ("both take off different ones", "abc|abc", "ab", "bc", CRM_WINS, "crm=b mailbox=b"),
        ("what was left different stays different", "ab|a", "ab", "a", CRM_WINS, ""),
        ("and only what moved moves", "ab|a", "abc", "a", CRM_WINS, "crm=ac"),
        ("a first match joins them", "none", "ab", "bc", CRM_WINS, "crm=abc mailbox=abc"),
        ("one way, the target's own words stay", "a|a", "ab", "ac", TO_CRM, "crm=abc"),
        ("one way, what the source takes off goes", "ab|ab", "a", "abc", TO_CRM, "crm=ac"),
        ("one way the other way", "a|a", "ab", "ac", TO_EXCHANGE, "mailbox=abc"),
    ];
    let set = |text: &str| {
        let mut fields = Fields::default();
        let words = text.chars().filter(|letter| *letter != '-').map(|letter| letter.to_string());
        fields.put(Field::Categories, Value::set(words));
        fields
    };
    let told = |side: &str, patch: &Patch| {
        let words = |value: &Value| value.as_set().map(|words| words.iter().collect::<String>());
        let value = patch.get(Field::Categories)?;
        Some(format!("{side}={}", value.and_then(words).unwrap_or_else(|| "-".to_owned())))
    };
    for (why, base, mailbox, crm, direction, expected) in cases {
        let base = base.split_once('|').map(|(exchange, crm)| Base { exchange: set(exchange), crm: set(crm) });
        let policy = Policy { fields: FieldMap::new([(Field::Categories, Flow::Both)]), ..contacts(direction) };
        let merged = merge(base.as_ref(), &set(mailbox), &set(crm), &policy);
        let told = [told("crm", &merged.to_crm), told("mailbox", &merged.to_exchange)];
        assert_eq!(told.into_iter().flatten().collect::<Vec<_>>().join(" "), expected, "{why}");
        assert_eq!(merged.conflicts, [], "{why}: of a set nothing gives way");
    }
}

/// A field's own way, within the way of the records.
#[test]
fn a_field_flows_its_own_way() {
    let own = |fields: &[(Field, Flow)], direction| {
        let policy = Policy { fields: FieldMap::new(fields.iter().copied()), ..contacts(direction) };
        let base = Base { exchange: fields_of("a", "a"), crm: fields_of("a", "a") };
        let merged = merge(Some(&base), &fields_of("b", "a"), &fields_of("a", "c"), &policy);
        let names = |patch: &Patch| patch.iter().map(|(field, _)| field).collect::<Vec<_>>();
        (names(&merged.to_crm), names(&merged.to_exchange), merged.conflicts)
    };
    let (notes, title) = (Field::Notes, Field::JobTitle);
    // The mailbox changed the notes, the CRM the job title.
    assert_eq!(own(&[(notes, Flow::Both), (title, Flow::Both)], CRM_WINS), (vec![notes], vec![title], vec![]));
    assert_eq!(own(&[(notes, Flow::ToCrm), (title, Flow::ToExchange)], CRM_WINS), (vec![notes], vec![title], vec![]));
    // The receiving side's edit is taken back, and kept.
    assert_eq!(own(&[(title, Flow::ToCrm)], CRM_WINS), (vec![title], vec![], vec![(title, Side::Exchange)]));
    // Against the records' way nothing flows, and nothing is taken back.
    assert_eq!(own(&[(notes, Flow::ToExchange)], TO_CRM), (vec![], vec![], vec![]));
    assert_eq!(own(&[], CRM_WINS), (vec![], vec![], vec![]));
}

fn fields_of(notes: &str, title: &str) -> Fields {
    Fields::default().with(Field::Notes, notes).with(Field::JobTitle, title)
}
