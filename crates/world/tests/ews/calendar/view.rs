//! What takes place in a window.

use super::*;

fn view(attributes: &str, folder: &str) -> String {
    format!(
        "<m:FindItem Traversal=\"Shallow\"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties><t:FieldURI FieldURI=\"item:Subject\"/>\
         <t:FieldURI FieldURI=\"calendar:Start\"/><t:FieldURI FieldURI=\"calendar:CalendarItemType\"/></t:AdditionalProperties></m:ItemShape>\
         <m:CalendarView {attributes}/><m:ParentFolderIds><t:DistinguishedFolderId Id=\"{folder}\"/></m:ParentFolderIds></m:FindItem>"
    )
}

const NOVEMBER: &str = "StartDate=\"2026-11-01T00:00:00Z\" EndDate=\"2026-12-01T00:00:00Z\"";

fn shown(answer: &Element) -> Vec<String> {
    let one =
        |item: &Element| ["CalendarItemType", "Subject", "Start"].map(|name| item.text(name).to_owned()).join(" ");
    items(answer).iter().map(one).collect()
}

#[test]
fn a_view_shows_occurrences_and_never_series() {
    let (mut world, ada) = (world(), Door::of(ADA));
    let id = create(&mut world, &ada, &weekly("Weekly", FIVE_TIMES));
    create(&mut world, &ada, &hour("Once"));
    change(&mut world, &ada, &occurrence(&id, 2), &setting("item:Subject", "<t:Subject>Changed</t:Subject>"));
    ada.ask(&mut world, &deletion(&occurrence(&id, 3), "MoveToDeletedItems", "SendToNone"));
    let answer = ada.ask(&mut world, &view(NOVEMBER, "calendar"));
    let wanted = [
        "Occurrence Weekly 2026-11-02T08:00:00Z",
        "Exception Changed 2026-11-09T08:00:00Z",
        "Occurrence Weekly 2026-11-23T08:00:00Z",
        "Single Once 2026-11-24T09:00:00Z",
        "Occurrence Weekly 2026-11-30T08:00:00Z",
    ];
    assert_eq!(shown(&answer), wanted);
    let root = done(&answer).get("RootFolder").expect("a folder");
    assert_eq!(
        (root.attribute("TotalItemsInView"), root.attribute("IncludesLastItemInRange")),
        (Some("5"), Some("true"))
    );
    let answer = ada.ask(&mut world, &view(&format!("MaxEntriesReturned=\"2\" {NOVEMBER}"), "calendar"));
    let root = done(&answer).get("RootFolder").expect("a folder");
    assert_eq!((shown(&answer).len(), root.attribute("IncludesLastItemInRange")), (2, Some("false")));
    // Without a view there are series, and no occurrences.
    let plain = view(NOVEMBER, "calendar").replace(&format!("<m:CalendarView {NOVEMBER}/>"), "");
    assert_eq!(
        shown(&ada.ask(&mut world, &plain)),
        ["RecurringMaster Weekly 2026-11-02T08:00:00Z", "Single Once 2026-11-24T09:00:00Z"]
    );
}

#[test]
fn a_listing_looks_at_no_series_as_a_whole() {
    let (mut world, ada) = (world(), Door::of(ADA));
    create(&mut world, &ada, &(weekly("Weekly", FIVE_TIMES)));
    let plain = view(NOVEMBER, "calendar").replace(&format!("<m:CalendarView {NOVEMBER}/>"), "");
    let found = item(&ada.ask(&mut world, &plain.replace("IdOnly", "AllProperties")));
    let kept_back = ["Recurrence", "FirstOccurrence", "LastOccurrence", "Body"];
    assert!(kept_back.iter().all(|name| found.get(name).is_none()) && found.get("Organizer").is_some());
    let named = plain.replace("calendar:Start", "calendar:Recurrence");
    assert_eq!(code(&ada.ask(&mut world, &named)), "ErrorInvalidPropertyRequest");
}

#[test]
fn a_window_has_its_limits() {
    let (mut world, ada) = (world(), Door::of(ADA));
    let window = |from: &str, to: &str| format!("StartDate=\"{from}T00:00:00Z\" EndDate=\"{to}T00:00:00Z\"");
    let cases = [
        (view(&window("2026-01-01", "2028-01-01"), "calendar"), "NoError"),
        (view(&window("2026-01-01", "2028-01-03"), "calendar"), "ErrorCalendarViewRangeTooBig"),
        (view(&window("2026-01-02", "2026-01-01"), "calendar"), "ErrorCalendarEndDateIsEarlierThanStartDate"),
        (view(NOVEMBER, "contacts"), "ErrorCalendarFolderIsInvalidForCalendarView"),
        (view(NOVEMBER, "inbox"), "ErrorCalendarFolderIsInvalidForCalendarView"),
    ];
    for (question, wanted) in cases {
        assert_eq!(code(&ada.ask(&mut world, &question)), wanted, "{question}");
    }
    let wrong = [
        view("StartDate=\"soon\" EndDate=\"later\"", "calendar"),
        view("StartDate=\"2026-01-01T00:00:00Z\"", "calendar"),
    ];
    for question in wrong {
        assert_eq!(code(&ada.ask_wrongly(&mut world, &question)), "ErrorSchemaValidation");
    }
    assert_eq!(
        code(&ada.ask_wrongly(&mut world, &view(&format!("MaxEntriesReturned=\"0\" {NOVEMBER}"), "calendar"))),
        "ErrorInvalidPagingMaxRows"
    );
}
