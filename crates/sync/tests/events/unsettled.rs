//! What no document settles: the stories' outcome doesn't hang on it.

use crate::stage::{ORG, Stage, id, item, record};
use mxs_world::World;
use mxs_world::microsoft::{AttendeeEdits, ReusedTransaction, Word};
use mxs_world::zoho::{AllDay, Series};
use serde_json::json;

const BERLIN: &str = "W. Europe Standard Time";

fn weekly(stage: &Stage) -> String {
    let mut weekly = item("Weekly", "2026-03-02T09:00:00", "2026-03-02T10:00:00", BERLIN);
    weekly["recurrence"] = json!({
        "pattern": { "type": "weekly", "interval": 1, "daysOfWeek": ["monday"], "firstDayOfWeek": "monday" },
        "range": { "type": "numbered", "startDate": "2026-03-02", "numberOfOccurrences": 6 },
    });
    stage.add_item(&weekly)
}

#[test]
fn the_calendars_are_alike_however_the_vendors_behave() {
    type Behaviour = (&'static str, fn(&mut World));
    let behaviours: [Behaviour; 8] = [
        ("as assumed", |_| {}),
        ("deleted events are hidden", |world| world.microsoft.rules.calendar.deleted_hidden = true),
        ("series are told as promised", |world| world.microsoft.rules.calendar.delta_of_series = Word::Documented),
        ("guests may edit little", |world| {
            world.microsoft.rules.calendar.attendee_edits = AttendeeEdits::PersonalOnly;
        }),
        ("a repeated POST is answered", |world| {
            world.microsoft.rules.calendar.reused_transaction = ReusedTransaction::Answered;
        }),
        ("what doesn't change isn't mailed", |world| world.microsoft.rules.calendar.unchanged_mails = false),
        ("whole days in the reader's offset", |world| {
            world.with_zoho(|zoho, _| zoho.options(ORG).all_day = AllDay::Reader);
        }),
        ("tags are changes", |world| world.with_zoho(|zoho, _| zoho.options(ORG).tagging_modifies = true)),
    ];
    for (why, behave) in behaviours {
        let mut stage = Stage::new();
        behave(&mut stage.world.borrow_mut());
        let series = weekly(&stage);
        stage.change_item(&stage.occurrence(&series, "2026-03-16"), &json!({ "subject": "Special" }));
        let mut fair = record("Fair", "2026-03-29T00:00:00+00:00", "2026-03-30T23:59:59+00:00");
        fair["All_day"] = json!(true);
        stage.add_record(&fair);
        let gone = stage.add_item(&item("Gone", "2026-03-12T09:00:00", "2026-03-12T10:00:00", "UTC"));
        stage.settle();
        stage.delete_item(&gone);
        stage.cancel_in_crm(&id(&stage.record("Weekly")), "2026-03-23");
        stage.change_item(&series, &json!({ "subject": "Every week", "categories": ["VIP"] }));
        stage.change_record(&id(&stage.record("Fair")), &json!({ "Venue": "Hall 7", "Tag": [{ "name": "Fair" }] }));
        stage.settle();
        assert_eq!((stage.in_crm().len(), stage.records().len()), (6, 3), "{why}: {:?}", stage.in_crm());
        // An exception that is cancelled, and a series that is deleted.
        stage.delete_item(&stage.occurrence(&series, "2026-03-16"));
        stage.settle();
        stage.delete_item(&series);
        stage.settle();
        assert_eq!(stage.records().len(), 1, "{why}");
    }
}

#[test]
fn an_organisation_with_a_record_for_each_occurrence_multiplies_nothing() {
    let mut stage = Stage::new();
    stage.world.borrow_mut().with_zoho(|zoho, _| zoho.options(ORG).series = Series::RecordEach);
    weekly(&stage);
    stage.sync();
    stage.rest();
    assert_eq!((stage.items().len(), stage.records().len()), (1, 6));
}
