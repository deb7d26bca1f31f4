//! Series, their occurrences and what became of these.

use super::*;
use serde_json::json;

fn series(world: &mut World, door: &Door, range: &str) -> String {
    create(world, door, &weekly("Weekly", range))
}

/// The starts of the occurrences that a series tells of in one of its lists.
fn starts(series: &Element, list: &str, start: &str) -> Vec<String> {
    let entries = series.get(list).map(|list| list.children.as_slice()).unwrap_or_default();
    entries.iter().map(|one| one.text(start).to_owned()).collect()
}

#[test]
fn a_series_tells_its_rule_and_its_ends() {
    let (mut world, ada) = (world(), Door::of(ADA));
    let id = series(&mut world, &ada, FIVE_TIMES);
    let read = whole(&mut world, &ada, &id);
    let said = ["CalendarItemType", "IsRecurring", "Start", "TimeZone"].map(|name| read.text(name));
    assert_eq!(said, ["RecurringMaster", "false", "2026-11-02T08:00:00Z", "(UTC+01:00) Berlin"]);
    let recurrence = read.get("Recurrence").expect("a rule");
    let weeks = recurrence.get("WeeklyRecurrence").expect("weeks");
    assert_eq!(["Interval", "DaysOfWeek", "FirstDayOfWeek"].map(|name| weeks.text(name)), ["1", "Monday", "Sunday"]);
    let range = recurrence.get("NumberedRecurrence").expect("a number");
    assert_eq!(["StartDate", "NumberOfOccurrences"].map(|name| range.text(name)), ["2026-11-02Z", "5"]);
    let ends = ["FirstOccurrence", "LastOccurrence"]
        .map(|name| read.get(name).expect("an occurrence").text("Start").to_owned());
    assert_eq!(ends, ["2026-11-02T08:00:00Z", "2026-11-30T08:00:00Z"]);
    assert!(read.get("ModifiedOccurrences").is_none() && read.get("DeletedOccurrences").is_none());
    let event = in_graph(&world, ADA);
    assert_eq!(
        (&event["recurrence"]["range"]["numberOfOccurrences"], &event["type"]),
        (&json!(5), &json!("seriesMaster"))
    );
    let endless = create(&mut world, &ada, &weekly("Endless", FOREVER));
    assert!(whole(&mut world, &ada, &endless).get("LastOccurrence").is_none());
    // Where weeks begin is a word of later versions.
    let old = Door::of(ADA).speaking("Exchange2007_SP1");
    assert!(whole(&mut world, &old, &id).at(&["Recurrence", "WeeklyRecurrence", "FirstDayOfWeek"]).is_none());
}

#[test]
fn occurrences_are_found_by_their_place_and_series_by_their_occurrences() {
    let (mut world, ada) = (world(), Door::of(ADA));
    let id = series(&mut world, &ada, FIVE_TIMES);
    let kind =
        ["calendar:CalendarItemType", "calendar:Start", "calendar:RecurrenceId", "calendar:UID", "item:ItemClass"];
    let third = get(&mut world, &ada, &occurrence(&id, 3), &kind);
    let said = ["CalendarItemType", "Start", "RecurrenceId", "ItemClass"].map(|name| third.text(name));
    assert_eq!(said, ["Occurrence", "2026-11-16T08:00:00Z", "2026-11-16T08:00:00Z", "IPM.Appointment.Occurrence"]);
    let master = crate::support::id(&third).replace("t:ItemId Id=", "t:RecurringMasterItemId OccurrenceId=");
    let found = get(&mut world, &ada, &master, &kind);
    assert_eq!(found.text("CalendarItemType"), "RecurringMaster");
    assert_eq!(found.text("UID"), third.text("UID"), "all are called the same");
    let single = create(&mut world, &ada, &hour("Single"));
    let deleted = ada.ask(&mut world, &deletion(&occurrence(&id, 2), "MoveToDeletedItems", "SendToNone"));
    assert_eq!(code(&deleted), "NoError");
    let cases = [
        (occurrence(&id, 2), "ErrorCalendarOccurrenceIsDeletedFromRecurrence"),
        (occurrence(&id, 6), "ErrorCalendarOccurrenceIndexIsOutOfRecurrenceRange"),
        (occurrence(&id, 0), "ErrorCalendarOccurrenceIndexIsOutOfRecurrenceRange"),
        (occurrence(&single, 1), "ErrorCalendarCannotUseIdForOccurrenceId"),
        (
            single.replace("t:ItemId Id=", "t:RecurringMasterItemId OccurrenceId="),
            "ErrorCalendarCannotUseIdForRecurringMasterId",
        ),
    ];
    for (id, wanted) in cases {
        assert_eq!(code(&ada.ask(&mut world, &question(&id, &[]))), wanted, "{id}");
    }
    assert_eq!(get(&mut world, &ada, &occurrence(&id, 3), &kind).text("Start"), "2026-11-16T08:00:00Z", "places stay");
}

#[test]
fn an_occurrence_that_was_changed_is_an_exception() {
    let (mut world, ada) = (world(), Door::of(ADA));
    let id = series(&mut world, &ada, FIVE_TIMES);
    let second = crate::support::id(&get(&mut world, &ada, &occurrence(&id, 2), &[]));
    let updates = setting("item:Subject", "<t:Subject>Later</t:Subject>")
        + &setting("calendar:Start", "<t:Start>2026-11-09T13:00:00Z</t:Start>")
        + &setting("calendar:End", "<t:End>2026-11-09T14:00:00Z</t:End>");
    change(&mut world, &ada, &second, &updates);
    assert_eq!(code(&ada.ask(&mut world, &deletion(&occurrence(&id, 4), "HardDelete", "SendToNone"))), "NoError");
    let read = whole(&mut world, &ada, &id);
    assert_eq!(starts(&read, "ModifiedOccurrences", "Start"), ["2026-11-09T13:00:00Z"]);
    assert_eq!(starts(&read, "ModifiedOccurrences", "OriginalStart"), ["2026-11-09T08:00:00Z"]);
    assert_eq!(starts(&read, "DeletedOccurrences", "Start"), ["2026-11-23T08:00:00Z"]);
    let exception = whole(&mut world, &ada, &second);
    let said =
        ["CalendarItemType", "Subject", "Start", "OriginalStart", "IsRecurring"].map(|name| exception.text(name));
    assert_eq!(said, ["Exception", "Later", "2026-11-09T13:00:00Z", "2026-11-09T08:00:00Z", "true"]);
    let (from, to) =
        ("2026-11-01T00:00:00Z".parse().expect("a moment"), "2026-12-01T00:00:00Z".parse().expect("a moment"));
    let shown = world.microsoft.instances(ADA, from, to);
    let shown: Vec<_> = shown
        .iter()
        .map(|one| {
            format!(
                "{} {}",
                one["subject"].as_str().expect("a subject"),
                &one["start"]["dateTime"].as_str().expect("a start")[5..16]
            )
        })
        .collect();
    assert_eq!(shown, ["Weekly 11-02T08:00", "Later 11-09T13:00", "Weekly 11-16T08:00", "Weekly 11-30T08:00"]);
    // It may not pass its neighbours, and has no rule of its own.
    let across = setting("calendar:Start", "<t:Start>2026-11-17T09:00:00Z</t:Start>")
        + &setting("calendar:End", "<t:End>2026-11-17T10:00:00Z</t:End>");
    assert_eq!(code(&ada.ask(&mut world, &update(&second, &across, "SendToNone"))), "ErrorOccurrenceCrossingBoundary");
    let rule = setting(
        "calendar:Recurrence",
        &format!(
            "<t:Recurrence><t:DailyRecurrence><t:Interval>1</t:Interval></t:DailyRecurrence>{FOREVER}</t:Recurrence>"
        ),
    );
    assert_eq!(code(&ada.ask(&mut world, &update(&second, &rule, "SendToNone"))), "ErrorInvalidPropertySet");
}

#[test]
fn another_rule_forgets_the_exceptions_and_no_rule_the_series() {
    let (mut world, ada) = (world(), Door::of(ADA));
    let id = series(&mut world, &ada, FIVE_TIMES);
    change(&mut world, &ada, &occurrence(&id, 2), &setting("item:Subject", "<t:Subject>Other</t:Subject>"));
    let rule = |days: &str| {
        let weekly = format!(
            "<t:WeeklyRecurrence><t:Interval>1</t:Interval><t:DaysOfWeek>{days}</t:DaysOfWeek></t:WeeklyRecurrence>"
        );
        setting("calendar:Recurrence", &format!("<t:Recurrence>{weekly}{FOREVER}</t:Recurrence>"))
    };
    change(&mut world, &ada, &id, &rule("Monday"));
    assert_eq!(starts(&whole(&mut world, &ada, &id), "ModifiedOccurrences", "Start").len(), 1, "another end keeps it");
    change(&mut world, &ada, &id, &rule("Monday Wednesday"));
    let read = whole(&mut world, &ada, &id);
    assert!(read.get("ModifiedOccurrences").is_none());
    assert_eq!(
        read.at(&["Recurrence", "WeeklyRecurrence"]).map(|rule| rule.text("DaysOfWeek").to_owned()),
        Some("Monday Wednesday".into())
    );
    change(&mut world, &ada, &id, &deleting("calendar:Recurrence"));
    let read = whole(&mut world, &ada, &id);
    assert_eq!((read.text("CalendarItemType"), read.text("Start")), ("Single", "2026-11-02T08:00:00Z"));
}

#[test]
fn every_rule_of_the_schema_is_kept_and_shown_to_both() {
    let (mut world, ada) = (world(), Door::of(ADA));
    let rules = [
        ("<t:DailyRecurrence><t:Interval>3</t:Interval></t:DailyRecurrence>", "daily"),
        (
            "<t:AbsoluteMonthlyRecurrence><t:Interval>1</t:Interval><t:DayOfMonth>2</t:DayOfMonth></t:AbsoluteMonthlyRecurrence>",
            "absoluteMonthly",
        ),
        (
            "<t:RelativeMonthlyRecurrence><t:Interval>2</t:Interval><t:DaysOfWeek>Weekday</t:DaysOfWeek><t:DayOfWeekIndex>Last</t:DayOfWeekIndex></t:RelativeMonthlyRecurrence>",
            "relativeMonthly",
        ),
        (
            "<t:AbsoluteYearlyRecurrence><t:DayOfMonth>2</t:DayOfMonth><t:Month>November</t:Month></t:AbsoluteYearlyRecurrence>",
            "absoluteYearly",
        ),
        (
            "<t:RelativeYearlyRecurrence><t:DaysOfWeek>Monday</t:DaysOfWeek><t:DayOfWeekIndex>First</t:DayOfWeekIndex><t:Month>November</t:Month></t:RelativeYearlyRecurrence>",
            "relativeYearly",
        ),
    ];
    for (rule, kind) in rules {
        let base = weekly(kind, FOREVER);
        let (before, rest) = base.split_once("<t:WeeklyRecurrence>").expect("a rule");
        let (_, after) = rest.split_once("</t:WeeklyRecurrence>").expect("a rule");
        let id = create(&mut world, &ada, &format!("{before}{rule}{after}"));
        let read = whole(&mut world, &ada, &id);
        assert!(
            read.get("Recurrence").expect("a rule").children[0]
                .xml()
                .contains(rule.split('>').next().expect("a name").trim_start_matches("<t:")),
            "{kind}"
        );
        let events = world.microsoft.events(ADA);
        let event = events.iter().find(|event| event["subject"] == kind).expect("an event");
        assert_eq!(event["recurrence"]["pattern"]["type"], kind);
    }
    let refused = [
        (weekly("x", FOREVER).replace("<t:Interval>1<", "<t:Interval>100<"), "ErrorCalendarInvalidRecurrence"),
        (weekly("x", FOREVER).replace(">Monday<", ">Weekday<"), "ErrorCalendarInvalidDayForWeeklyRecurrence"),
        (
            weekly(
                "x",
                "<t:EndDateRecurrence><t:StartDate>2026-11-02</t:StartDate><t:EndDate>2026-11-01</t:EndDate></t:EndDateRecurrence>",
            ),
            "ErrorCalendarEndDateIsEarlierThanStartDate",
        ),
        (
            weekly(
                "x",
                "<t:EndDateRecurrence><t:StartDate>2026-11-03</t:StartDate><t:EndDate>2026-11-04</t:EndDate></t:EndDateRecurrence>",
            ),
            "ErrorRecurrenceHasNoOccurrence",
        ),
        (weekly("x", FIVE_TIMES).replace(">5<", ">1000<"), "ErrorCalendarInvalidRecurrence"),
    ];
    for (inside, wanted) in refused {
        assert_eq!(code(&ada.ask(&mut world, &creation(&inside))), wanted, "{inside}");
    }
}

#[test]
fn a_series_is_one_change_whatever_happens_to_its_occurrences() {
    let (mut world, ada) = (world(), Door::of(ADA));
    let id = series(&mut world, &ada, FIVE_TIMES);
    let sync = |state: &str| {
        let state = if state.is_empty() { String::new() } else { format!("<m:SyncState>{state}</m:SyncState>") };
        format!(
            "<m:SyncFolderItems><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape><m:SyncFolderId><t:DistinguishedFolderId Id=\"calendar\"/></m:SyncFolderId>\
             {state}<m:MaxChangesReturned>512</m:MaxChangesReturned></m:SyncFolderItems>"
        )
    };
    let told = |world: &mut World, state: &str| {
        let answer = ada.ask(world, &sync(state));
        let message = done(&answer);
        let changes = message.get("Changes").expect("changes");
        (
            changes.children.iter().map(|change| change.name.clone()).collect::<Vec<_>>(),
            message.text("SyncState").to_owned(),
        )
    };
    let (first, state) = told(&mut world, "");
    assert_eq!(first, ["Create"]);
    change(&mut world, &ada, &occurrence(&id, 2), &setting("item:Subject", "<t:Subject>Other</t:Subject>"));
    let (changed, state) = told(&mut world, &state);
    assert_eq!(changed, ["Update"]);
    ada.ask(&mut world, &deletion(&occurrence(&id, 3), "MoveToDeletedItems", "SendToNone"));
    let (cancelled, state) = told(&mut world, &state);
    assert_eq!(cancelled, ["Update"]);
    ada.ask(&mut world, &deletion(&id, "MoveToDeletedItems", "SendToNone"));
    assert_eq!(told(&mut world, &state).0, ["Delete"]);
}
