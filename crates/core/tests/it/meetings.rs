//! Meetings that colleagues may have: what is asked, and what the answers make of each record.

use crate::world::World;
use mxs_core::meeting::{self, Holder};
use mxs_core::{
    CrmId, Direction, ExchangeId, Field, Fields, Kind, Observation, Policy, Reason, RecordId, Side, StateChange,
    Unlinked, Unmatched, Version, View, Winner, plan,
};

const BOTH: Direction = Direction::Both { winner: Winner::Crm };

fn item() -> ExchangeId {
    ExchangeId::new("e1")
}

fn meeting_of(role: &str) -> Fields {
    Fields::default().with(Field::Subject, "Review").with(Field::MeetingUid, "u1").with(Field::Role, role)
}

fn waiting(reason: Reason) -> Unlinked {
    let (id, version) = (RecordId::Exchange(item()), Version::new("1"));
    Unlinked { id, fields: meeting_of("attendee"), version, reason, mark: None }
}

#[test]
fn what_is_asked() {
    let seen = |fields: Fields| Some(fields);
    let changed = || Some(meeting_of("attendee").with(Field::Location, "Room 2"));
    let series = |fields: Fields| fields.with(Field::Series, "s1");
    let retry = |policy: &mut Policy| policy.retry_refused = true;
    let to_exchange = |policy: &mut Policy| policy.direction = Direction::ToExchange;
    let ask = |policy: &mut Policy| policy.unmatched = Unmatched::Ask;
    let usual = |_: &mut Policy| {};
    let through = || Some(Reason::ThroughColleague);
    type Case<'c> = (&'c str, Option<Reason>, bool, Option<Fields>, &'c dyn Fn(&mut Policy), bool);
    let cases: Vec<Case<'_>> = vec![
        // Why it waits, whether meetings are free, what is seen, the policy: whether it is asked.
        ("a guest's", None, false, seen(meeting_of("attendee")), &usual, true),
        ("the organizer's", None, false, seen(meeting_of("organizer")), &usual, true),
        ("nobody is invited", None, false, seen(meeting_of("")), &usual, false),
        ("private", None, false, seen(meeting_of("attendee").with(Field::Sensitivity, "private")), &usual, false),
        ("a day of a series that is elsewhere", None, false, seen(series(meeting_of("attendee"))), &usual, true),
        ("nothing goes to the CRM", None, false, seen(meeting_of("attendee")), &to_exchange, false),
        ("asked before", through(), false, None, &usual, false),
        ("asked before and seen again", through(), false, seen(meeting_of("attendee")), &usual, false),
        ("asked before and changed", through(), false, changed(), &usual, true),
        ("it may be free", through(), true, None, &usual, true),
        ("it was about to be taken over", Some(Reason::StillChanging), false, None, &usual, true),
        ("deleted in the CRM", Some(Reason::KeptAlone), true, None, &usual, false),
        ("a person decides", Some(Reason::LostAndFound), false, None, &ask, false),
        ("nobody decides any more", Some(Reason::LostAndFound), false, None, &usual, true),
        (
            "refused",
            Some(Reason::NotWritable { side: Side::Crm, field: Field::Recurrence }),
            false,
            None,
            &usual,
            false,
        ),
        (
            "tried again",
            Some(Reason::NotWritable { side: Side::Crm, field: Field::Recurrence }),
            false,
            None,
            &retry,
            true,
        ),
    ];
    for (case, reason, free, seen, choose, expected) in cases {
        let mut world = World::of(Kind::Event, BOTH);
        world.policy.retry_refused = false;
        choose(&mut world.policy);
        world.state.cursors.exchange.insert("calendar".to_owned(), "link".to_owned());
        world.state.free_meetings = free;
        if let Some(reason) = reason {
            world.state.apply(StateChange::PutUnlinked(waiting(reason)));
        }
        let mut view = View::new(mxs_core::Coverage::Changes);
        if let Some(fields) = seen {
            let seen = mxs_core::Seen { fields, version: Version::new("2"), mark: None };
            view.records.insert(item(), Observation::Present(seen));
        }
        let wanted = meeting::wanted(&world.state, &view, &world.policy);
        assert_eq!(wanted.values().collect::<Vec<_>>(), if expected { vec!["u1"] } else { vec![] }, "{case}");
    }
}

#[test]
fn what_the_answers_make_of_it() {
    let record = || Some(CrmId::new("7"));
    let cases = [
        // Who has it, whether its event is in view: creations, adoptions, marks, matches, and why it waits.
        (Holder::Own { record: None }, false, (1, 0, 0, 0), None),
        (Holder::Own { record: record() }, false, (0, 1, 0, 0), None),
        (Holder::Own { record: record() }, true, (0, 0, 0, 1), None),
        (Holder::Colleague { record: None }, false, (0, 0, 0, 0), Some(Reason::ThroughColleague)),
        (Holder::Colleague { record: record() }, false, (0, 0, 1, 0), Some(Reason::ThroughColleague)),
    ];
    for (holder, in_view, expected, reason) in cases {
        let world = World::of(Kind::Event, BOTH);
        let seen = |subject: &str| {
            let fields = meeting_of("attendee").with(Field::Subject, subject);
            Observation::Present(mxs_core::Seen { fields, version: Version::new("1"), mark: None })
        };
        let mut exchange = View::new(mxs_core::Coverage::Everything);
        exchange.records.insert(item(), seen("Review"));
        exchange.meetings.insert(item(), holder.clone());
        let mut crm = View::new(mxs_core::Coverage::Everything);
        if in_view {
            // Whatever it is called by now.
            crm.records.insert(CrmId::new("7"), seen("Revue"));
        }
        let plan = plan(&world.state, exchange, crm, &world.policy).expect("a complete plan");
        let made = (plan.creations.len(), plan.adoptions.len(), plan.marks.len(), plan.matched);
        assert_eq!(made, expected, "{holder:?} {in_view}");
        assert_eq!(plan.excluded.get(&RecordId::Exchange(item())), reason.as_ref(), "{holder:?} {in_view}");
    }
}
