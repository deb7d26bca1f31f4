use super::*;
use mxs_core::Version;
use mxs_ews::find_item::{self, FoundItem, Occurrence};
use mxs_ews::sync_folder_items::{self, ItemChange, Sort, When};
use mxs_ews::{create_item, delete_item, find_item::FoundPage};

fn success(inside: &str) -> String {
    format!("<m:M ResponseClass='Success'><m:ResponseCode>NoError</m:ResponseCode>{inside}</m:M>")
}

#[test]
fn changes_of_a_folder_are_read() {
    let changes = "<m:SyncState>S</m:SyncState><m:IncludesLastItemInRange>false</m:IncludesLastItemInRange><m:Changes>\
        <t:Create><t:Contact><t:ItemId Id='A' ChangeKey='1'/></t:Contact></t:Create>\
        <t:Update><t:MeetingRequest><t:ItemId Id='B' ChangeKey='2'/></t:MeetingRequest></t:Update>\
        <t:Create><t:DistributionList><t:ItemId Id='C' ChangeKey='3'/></t:DistributionList></t:Create>\
        <t:ReadFlagChange><t:ItemId Id='D'/><t:IsRead>true</t:IsRead></t:ReadFlagChange>\
        <t:Delete><t:ItemId Id='E'/></t:Delete></m:Changes>";
    let page = sync_folder_items::parse(&answer("SyncFolderItems", &success(changes))).expect("a page");
    let present = |id: &str, version: &str, sort| ItemChange::Present {
        id: ExchangeId::new(id),
        version: Version::new(version),
        sort,
        when: When::default(),
    };
    let wanted = vec![
        present("A", "1", Sort::Of(Kind::Contact)),
        present("B", "2", Sort::Message),
        present("C", "3", Sort::Other),
        ItemChange::Removed { id: ExchangeId::new("E") },
    ];
    assert_eq!((page.changes, page.sync_state.as_str(), page.more), (wanted, "S", true));
    // An item without a version, a change that nobody knows: there is less than all.
    for (from, to) in [(" ChangeKey='1'", ""), ("t:Delete>", "t:Hide>"), ("<m:SyncState>S</m:SyncState>", "")] {
        let page = sync_folder_items::parse(&answer("SyncFolderItems", &success(&changes.replace(from, to))));
        assert_eq!(page.map_err(|error| error.kind), Err(ErrorKind::Unreadable), "{from}");
    }
}

#[test]
fn found_items_are_read() {
    let root = |attributes: &str, items: &str| {
        let inside = format!("<m:RootFolder {attributes}><t:Items>{items}</t:Items></m:RootFolder>");
        answer("FindItem", &success(&inside))
    };
    let item = "<t:Task><t:ItemId Id='A' ChangeKey='1'/><t:ExtendedProperty><t:ExtendedFieldURI \
        PropertySetId='6ce71612-7d6c-49ee-a4d9-a27795043dd9' PropertyName='mxs-crm-record' PropertyType='String'/>\
        <t:Value>zoho:7:5</t:Value></t:ExtendedProperty></t:Task>";
    let page = find_item::parse(&root("IndexedPagingOffset='1' IncludesLastItemInRange='false'", item), "7");
    let found = FoundItem { id: ExchangeId::new("A"), version: Version::new("1"), mark: Some(crm("5")) };
    assert_eq!(page, Ok(FoundPage { items: vec![found], next: Some(1) }));
    let occurrence = "<t:CalendarItem><t:ItemId Id='A' ChangeKey='1'/><t:UID>U</t:UID><t:RecurrenceId>2026-11-24T08:00:00Z</t:RecurrenceId></t:CalendarItem>";
    let view = find_item::parse_view(&root("IncludesLastItemInRange='true'", occurrence));
    let original = Instant::parse("2026-11-24T08:00:00Z").ok();
    let wanted = Occurrence { id: ExchangeId::new("A"), version: Version::new("1"), uid: "U".into(), original };
    assert_eq!(view, Ok(Some(vec![wanted])));
    assert_eq!(find_item::parse_view(&root("IncludesLastItemInRange='false'", occurrence)), Ok(None));
}

#[test]
fn writes_are_answered_one_by_one() {
    let item = "<m:Items><t:Contact><t:ItemId Id='A' ChangeKey='1'/></t:Contact></m:Items>";
    let stale = "<m:M ResponseClass='Error'><m:ResponseCode>ErrorIrresolvableConflict</m:ResponseCode><m:Items/></m:M>";
    let messages = success(item) + stale;
    let made = vec![Ok((ExchangeId::new("A"), Version::new("1"))), Err(ErrorKind::Stale)];
    let kinds = |read: Result<Vec<Result<_, mxs_ews::EwsError>>, _>| -> Vec<Result<_, ErrorKind>> {
        read.expect("an answer").into_iter().map(|one| one.map_err(|error| error.kind)).collect()
    };
    assert_eq!(kinds(create_item::parse(&answer("CreateItem", &messages), 2)), made);
    assert_eq!(kinds(update_item::parse(&answer("UpdateItem", &messages), 2)), made);
    let gone = delete_item::parse(&answer("DeleteItem", &messages), 2).expect("an answer");
    assert!(gone[0].is_ok() && gone[1].is_err());
    assert!(create_item::parse(&answer("CreateItem", &messages), 3).is_err(), "whose is missing?");
}

#[test]
fn a_plan_says_whom_a_write_mails() {
    let (id, version) = (ExchangeId::new("I"), Version::new("K"));
    let items = [(ItemId::Item(&id), &version)];
    let cases = [
        (Kind::Event, Mailing::Nobody, " SendMeetingCancellations=\"SendToNone\""),
        (Kind::Event, Mailing::Everybody, " SendMeetingCancellations=\"SendOnlyToAll\""),
        (Kind::Task, Mailing::Everybody, " AffectedTaskOccurrences=\"AllOccurrences\""),
        (Kind::Contact, Mailing::Everybody, ""),
    ];
    for (kind, mailing, attributes) in cases {
        assert_eq!(
            body(&delete_item::request(&new(), kind, &items, mailing)),
            format!(
                "<m:DeleteItem DeleteType=\"MoveToDeletedItems\"{attributes}><m:ItemIds><t:ItemId Id=\"I\" ChangeKey=\"K\"/></m:ItemIds></m:DeleteItem>"
            )
        );
    }
}
