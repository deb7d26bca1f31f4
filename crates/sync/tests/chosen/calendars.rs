//! Several calendars.

use crate::stage::{SALES, Stage, places};
use mxs_core::{Kind, Reason, Side};
use mxs_sync::Failure;
use serde_json::{Value, json};

fn add_event(stage: &Stage, calendar: Option<&str>, title: &str) -> String {
    let at = |hour: u32| json!({ "dateTime": format!("2026-03-10T{hour:02}:00:00"), "timeZone": "UTC" });
    let event = json!({ "subject": title, "start": at(9), "end": at(10), "isReminderOn": false });
    stage.outlook(|microsoft, context| microsoft.add_event(SALES, calendar, &event, context)).expect("an event")
}

fn titles(events: &[Value]) -> Vec<String> {
    let mut titles: Vec<String> =
        events.iter().map(|event| event["Event_Title"].as_str().expect("a title").to_owned()).collect();
    titles.sort();
    titles
}

#[test]
fn chosen_calendars_are_read_and_what_leaves_them_is_not_deleted() {
    let mut stage = Stage::new();
    stage.settings.events.rules.on = true;
    let calendars = ["Sales", "Fairs"].map(|name| {
        stage.outlook(|microsoft, context| microsoft.add_calendar(SALES, name, context)).expect("a calendar")
    });
    let [sales, fairs] = &calendars;
    stage.settings.events.calendars = places(&[sales, fairs]);
    let demo = add_event(&stage, Some(sales), "Demo");
    add_event(&stage, Some(fairs), "Fair");
    add_event(&stage, None, "Dentist");
    let visit = json!({
        "Event_Title": "Visit",
        "Start_DateTime": "2026-03-11T09:00:00+00:00", "End_DateTime": "2026-03-11T10:00:00+00:00",
    });
    stage.add_record("Events", &visit);
    stage.settle();
    assert_eq!(titles(&stage.records("Events")), ["Demo", "Fair", "Visit"]);
    for (calendar, troubles) in [
        (Some(fairs.as_str()), vec![]),
        (None, vec![Reason::LeftScope { side: Side::Exchange }]),
        (Some(sales.as_str()), vec![]),
    ] {
        stage.outlook(|microsoft, context| microsoft.move_event(SALES, &demo, calendar, context)).expect("it is there");
        if calendar == Some(sales) {
            // A calendar doesn't tell who came back before somebody changes them.
            let place = json!({ "location": { "displayName": "Hall 3" } });
            stage.outlook(|microsoft, context| microsoft.edit_event(SALES, &demo, &place, context)).expect("an edit");
        }
        stage.settle();
        assert_eq!(titles(&stage.records("Events")), ["Demo", "Fair", "Visit"]);
        assert_eq!(stage.troubles(Kind::Event), troubles);
    }
    assert!(stage.records("Events").iter().any(|event| event["Venue"] == "Hall 3"));
    stage.outlook(|microsoft, context| microsoft.delete_calendar(SALES, fairs, context)).expect("a calendar");
    assert_eq!(stage.run(None).expect("nobody dies")[&Kind::Event].end, Err(Failure::PlaceGone));
    stage.settings.events.calendars = places(&[sales]);
    stage.settle();
    assert_eq!(titles(&stage.records("Events")), ["Demo", "Fair", "Visit"]);
}
