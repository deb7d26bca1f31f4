//! What people do to single occurrences in the CRM's pages, as the API shows it.

use crate::stage::Stage;
use jiff::civil::date;
use mxs_world::zoho::{Id, Series};
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

#[test]
fn an_organisation_may_have_a_record_for_each_occurrence() {
    let rule = "FREQ=WEEKLY;INTERVAL=1;BYDAY=MO;DTSTART=2026-10-19;COUNT=4";
    let recurrence = json!({ "RRULE": rule, "EXDATE": "2026-11-02" });
    let cases = [
        (
            "Events",
            json!({ "Event_Title": "a", "Start_DateTime": "2026-10-19T09:00:00+02:00", "End_DateTime": "2026-10-19T09:30:00+02:00",
                    "Participants": [{ "type": "email", "participant": "a@b.example" }], "$send_notification": true }),
            "End_DateTime",
            // In winter the clocks of Berlin show another offset.
            ["2026-10-19T09:30:00+02:00", "2026-10-26T09:30:00+01:00", "2026-11-09T09:30:00+01:00"],
        ),
        (
            "Events",
            json!({ "Event_Title": "a", "Start_DateTime": "2026-10-19T00:00:00+02:00", "End_DateTime": "2026-10-20T00:00:00+02:00",
                    "All_day": true }),
            "End_DateTime",
            ["2026-10-20T23:59:59+00:00", "2026-10-27T23:59:59+00:00", "2026-11-10T23:59:59+00:00"],
        ),
        (
            "Tasks",
            json!({ "Subject": "a", "Due_Date": "2026-10-19" }),
            "Due_Date",
            ["2026-10-19", "2026-10-26", "2026-11-09"],
        ),
    ];
    for (module, mut record, field, expected) in cases {
        let mut stage = Stage::new();
        stage.options(|options| options.series = Series::RecordEach);
        record["Recurring_Activity"] = recurrence.clone();
        let first = stage.add(module, record);
        let listed = stage.get(&format!("{module}?fields={field},Recurring_Activity,Participants&sort_order=asc"));
        assert_eq!((listed.ids().len(), &listed.ids()[0]), (3, &first));
        let rows = listed.body["data"].as_array().unwrap().clone();
        let shown: Vec<&str> = rows.iter().map(|row| row[field].as_str().unwrap()).collect();
        assert_eq!(shown, expected);
        assert!(rows.iter().all(|row| row["Recurring_Activity"] == recurrence));
        if rows[0]["Participants"].is_array() && !rows[0]["Participants"][0].is_null() {
            assert_ne!(rows[0]["Participants"][0]["id"], rows[1]["Participants"][0]["id"]);
            assert_eq!(stage.mailed().len(), 1, "one mail for all");
        }
        stage.put(module, &first, json!({ "Description": "only this one" }));
        stage.call(mxs_http::Method::Delete, &format!("{module}/{}", listed.ids()[1]), None);
        assert_eq!(stage.get(&format!("{module}/actions/count")).body["count"], 2);
        assert_eq!(stage.read(module, &listed.ids()[2])["Description"], Value::Null);
    }
}

#[test]
fn a_series_without_end_has_some_records() {
    let mut stage = Stage::new();
    stage.options(|options| options.series = Series::RecordEach);
    stage.add(
        "Tasks",
        json!({ "Subject": "a", "Recurring_Activity": { "RRULE": "FREQ=DAILY;INTERVAL=1;DTSTART=2026-12-01" } }),
    );
    assert_eq!(stage.get("Tasks/actions/count").body["count"], 100);
}
