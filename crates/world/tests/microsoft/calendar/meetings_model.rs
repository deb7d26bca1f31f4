//! Whatever an organizer does: who is invited ends up with the same occurrences, and the same script with the same end.

use super::*;
use proptest::prelude::*;

/// What happens next; numbers pick an occurrence.
#[derive(Clone, Debug)]
enum Step {
    Cancel(usize),
    End(i32),
    Move(usize, i64),
    MoveSeries(i64),
    Personal(usize),
    Retitle(u8),
    RetitleOne(usize, u8),
    Respond(usize, bool),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let pick = || 0..9_usize;
    let step = prop_oneof![
        pick().prop_map(Step::Cancel),
        (1..9_i32).prop_map(Step::End),
        (pick(), -3..4_i64).prop_map(|(one, days)| Step::Move(one, days)),
        (-90..90_i64).prop_map(Step::MoveSeries),
        pick().prop_map(Step::Personal),
        any::<u8>().prop_map(Step::Retitle),
        (pick(), any::<u8>()).prop_map(|(one, value)| Step::RetitleOne(one, value)),
        (pick(), any::<bool>()).prop_map(|(one, whole)| Step::Respond(one, whole)),
    ];
    prop::collection::vec(step, 0..20)
}

/// A quarter of a year around the series.
fn instances(world: &World, user: &str) -> Vec<Value> {
    let (from, to) = ("2026-10-01T00:00:00Z", "2027-01-01T00:00:00Z");
    world.microsoft.instances(user, from.parse().expect("a moment"), to.parse().expect("a moment"))
}

fn act(world: &mut World, step: &Step, series: &str) {
    let pick = |user: &str, number: &usize, world: &World| {
        let all = instances(world, user);
        all.get(number % all.len().max(1)).map(|item| id(item).to_owned()).unwrap_or_default()
    };
    let (ours, theirs) = match step {
        Step::Cancel(one) | Step::Move(one, _) | Step::RetitleOne(one, _) => (pick(ADA, one, world), String::new()),
        Step::Personal(one) | Step::Respond(one, _) => (String::new(), pick(BOB, one, world)),
        Step::End(_) | Step::MoveSeries(_) | Step::Retitle(_) => (String::new(), String::new()),
    };
    let copy = world.microsoft.events(BOB).first().map(|event| id(event).to_owned()).unwrap_or_default();
    let whole = world.microsoft.event(ADA, series).expect("the series");
    world.with_microsoft(|microsoft, context| {
        let subject = |value: &u8| json!({ "subject": value.to_string() });
        // What may not be done, isn't.
        let _ = match step {
            Step::Cancel(_) => microsoft.delete_event(ADA, &ours, context),
            Step::End(count) => {
                let mut recurrence = whole["recurrence"].clone();
                recurrence["range"]["type"] = json!("numbered");
                recurrence["range"]["numberOfOccurrences"] = json!(count);
                microsoft.edit_event(ADA, series, &json!({ "recurrence": recurrence }), context).map(|_| ())
            }
            Step::Move(_, days) => microsoft.postpone_event(ADA, &ours, days * 24 * 60, context).map(|_| ()),
            Step::MoveSeries(minutes) => microsoft.postpone_event(ADA, series, *minutes, context).map(|_| ()),
            Step::Personal(_) => {
                microsoft.edit_event(BOB, &theirs, &json!({ "categories": ["mine"] }), context).map(|_| ())
            }
            Step::Retitle(value) => microsoft.edit_event(ADA, series, &subject(value), context).map(|_| ()),
            Step::RetitleOne(_, value) => microsoft.edit_event(ADA, &ours, &subject(value), context).map(|_| ()),
            Step::Respond(_, true) => microsoft.answer_meeting(BOB, &copy, "accepted", context),
            Step::Respond(_, false) => microsoft.answer_meeting(BOB, &theirs, "tentativelyAccepted", context),
        };
    });
}

/// A world after a script, and the id of the series in it.
fn played(steps: &[Step]) -> (World, String) {
    let mut world = world();
    let event = invited(weekly("W. Europe Standard Time"), &[BOB]);
    let made = world.with_microsoft(|microsoft, context| microsoft.add_event(ADA, None, &event, context));
    let series = made.expect("a series");
    steps.iter().for_each(|step| act(&mut world, step, &series));
    (world, series)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn who_is_invited_has_the_same_occurrences(steps in steps()) {
        let (world, series) = played(&steps);
        let here = |user: &str| -> Vec<(Value, Value)> {
            let all = instances(&world, user).into_iter().filter(|item| item["isCancelled"] == false);
            all.map(|item| (item["start"].clone(), item["subject"].clone())).collect()
        };
        prop_assert_eq!(here(ADA), here(BOB));
        let own = world.microsoft.event(ADA, &series).expect("the series");
        let copies = world.microsoft.events(BOB);
        prop_assert_eq!(copies.len(), 1);
        prop_assert_eq!(&copies[0]["iCalUId"], &own["iCalUId"]);
        prop_assert_eq!(&copies[0]["organizer"], &own["organizer"]);
    }

    #[test]
    fn the_same_script_has_the_same_end(steps in steps()) {
        let snapshot = |(world, _): (World, String)| {
            let (from, to) = ("2026-10-01T00:00:00Z".parse().expect("a moment"), "2027-01-01T00:00:00Z".parse().expect("a moment"));
            let both = [ADA, BOB].map(|user| world.microsoft.calendar_snapshot(user, from, to));
            (both, world.outbox.mails.clone())
        };
        prop_assert_eq!(snapshot(played(&steps)), snapshot(played(&steps)));
    }
}
