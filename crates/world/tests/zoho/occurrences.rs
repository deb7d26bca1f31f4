//! What people do to single occurrences in the CRM's pages, as the API shows it.

use crate::stage::Stage;
use jiff::civil::date;
use mxs_world::zoho::Id;
use serde_json::{Value, json};

fn series(stage: &mut Stage, all_day: bool) -> Id {
    let id = stage.add(
        "Events",
        json!({
            "Event_Title": "Standup",
            "Start_DateTime": "2026-10-19T09:00:00+02:00",
            "End_DateTime": "2026-10-19T09:30:00+02:00",
            "All_day": all_day,
            "Venue": "Room 1",
            "Recurring_Activity": { "RRULE": "FREQ=WEEKLY;INTERVAL=1;BYDAY=MO;DTSTART=2026-10-19;COUNT=5" },
        }),
    );
    id.parse().unwrap()
}

#[test]
fn a_day_is_left_out() {
    let mut stage = Stage::new();
    let (ada, id) = (stage.ada, series(&mut stage, false));
    stage.world.advance(60_000);
    for (day, days) in [(date(2026, 11, 2), "2026-11-02"), (date(2026, 11, 9), "2026-11-02,2026-11-09")] {
        stage.world.with_zoho(|zoho, context| zoho.cancel_occurrence(context, id, day, ada)).unwrap();
        let shown = stage.read("Events", &id.to_string());
        assert_eq!(shown["Recurring_Activity"]["EXDATE"], days);
        assert_eq!(shown["Recurring_Activity"]["RRULE"], "FREQ=WEEKLY;INTERVAL=1;BYDAY=MO;DTSTART=2026-10-19;COUNT=5");
        assert_eq!(shown["Modified_Time"], "2026-11-21T11:01:00+01:00");
    }
    let single = json!({ "Event_Title": "a", "Start_DateTime": "2026-12-01T09:00:00+01:00", "End_DateTime": "2026-12-01T10:00:00+01:00" });
    let single: Id = stage.add("Events", single).parse().unwrap();
    let refused =
        stage.world.with_zoho(|zoho, context| zoho.cancel_occurrence(context, single, date(2026, 12, 1), ada));
    assert_eq!(refused.unwrap_err()["code"], "INVALID_DATA");
}

#[test]
fn a_changed_occurrence_is_a_meeting_of_its_own() {
    // In winter the clocks of Berlin show another offset than when the series began.
    let cases = [
        (false, "2026-11-02T09:00:00+01:00", "2026-11-02T09:30:00+01:00"),
        (true, "2026-11-02T00:00:00+00:00", "2026-11-02T23:59:59+00:00"),
    ];
    for (all_day, start, end) in cases {
        let mut stage = Stage::new();
        let (ada, bob, id) = (stage.ada, stage.bob, series(&mut stage, all_day));
        let changes = json!({ "Venue": "Room 2" });
        let single = stage
            .world
            .with_zoho(|zoho, context| zoho.edit_occurrence(context, id, date(2026, 11, 2), bob, changes))
            .unwrap();
        let shown = stage.read("Events", &single.to_string());
        assert_eq!((&shown["Start_DateTime"], &shown["End_DateTime"]), (&json!(start), &json!(end)));
        assert_eq!((&shown["Event_Title"], &shown["Venue"]), (&json!("Standup"), &json!("Room 2")));
        assert_eq!(shown["Recurring_Activity"], Value::Null);
        assert_eq!((&shown["Owner"]["id"], &shown["Modified_By"]["id"]), (&ada.json(), &bob.json()));
        let series = stage.read("Events", &id.to_string());
        assert_eq!(
            (&series["Venue"], &series["Recurring_Activity"]["EXDATE"]),
            (&json!("Room 1"), &json!("2026-11-02"))
        );
        assert_eq!(stage.mailed(), []);
    }
}
