//! Answers that are not what the service promises: each gives a typed error, or an item of its own that can't be read;
//! never a panic, and never less of what stands beside it.

mod readers;

use mxs_core::{ExchangeId, Field, Instant, Kind};
use mxs_ews::get_item::{self, Asked, Found};
use mxs_ews::{ErrorKind, EwsError, ItemId};
use mxs_http::Response;
use mxs_malformed::{bodies, damaged_xml};
use readers::{WANTED, readers};
use std::panic::AssertUnwindSafe;

const CONTACT: &str = "<t:Contact><t:ItemId Id='I' ChangeKey='K'/><t:ParentFolderId Id='F'/><t:Sensitivity>Private</t:Sensitivity>\
    <t:Body BodyType='Text'>notes</t:Body><t:Categories><t:String>VIP</t:String></t:Categories><t:ExtendedProperty>\
    <t:ExtendedFieldURI PropertyTag='0x3A45' PropertyType='String'/><t:Value>Countess</t:Value></t:ExtendedProperty><t:ExtendedProperty>\
    <t:ExtendedFieldURI PropertySetId='6ce71612-7d6c-49ee-a4d9-a27795043dd9' PropertyName='mxs-crm-record' PropertyType='String'/>\
    <t:Value>zoho:7:42</t:Value></t:ExtendedProperty><t:GivenName>Ada</t:GivenName><t:EmailAddresses><t:Entry Key='EmailAddress1'>a@x.example\
    </t:Entry></t:EmailAddresses><t:PhysicalAddresses><t:Entry Key='Business'><t:Street>1 Main St</t:Street></t:Entry></t:PhysicalAddresses>\
    <t:PhoneNumbers><t:Entry Key='MobilePhone'>1</t:Entry></t:PhoneNumbers><t:Birthday>1974-07-22T11:59:00Z</t:Birthday></t:Contact>";
const TASK: &str = "<t:Task><t:ItemId Id='I' ChangeKey='K'/><t:Subject>T</t:Subject><t:Importance>High</t:Importance>\
    <t:ReminderDueBy>2026-11-24T08:30:00Z</t:ReminderDueBy><t:ReminderIsSet>true</t:ReminderIsSet><t:DueDate>2026-11-24T00:00:00Z</t:DueDate>\
    <t:Recurrence><t:WeeklyRecurrence><t:Interval>2</t:Interval><t:DaysOfWeek>Monday Friday</t:DaysOfWeek><t:FirstDayOfWeek>Monday</t:FirstDayOfWeek>\
    </t:WeeklyRecurrence><t:NumberedRecurrence><t:StartDate>2026-11-24</t:StartDate><t:NumberOfOccurrences>5</t:NumberOfOccurrences>\
    </t:NumberedRecurrence></t:Recurrence><t:Status>Deferred</t:Status></t:Task>";
const EVENT: &str = "<t:CalendarItem><t:ItemId Id='I' ChangeKey='K'/><t:Subject>E</t:Subject><t:ReminderIsSet>true</t:ReminderIsSet>\
    <t:ReminderMinutesBeforeStart>15</t:ReminderMinutesBeforeStart><t:UID>U</t:UID><t:Start>2026-11-24T08:00:00Z</t:Start>\
    <t:End>2026-11-24T09:00:00Z</t:End><t:IsAllDayEvent>false</t:IsAllDayEvent><t:LegacyFreeBusyStatus>OOF</t:LegacyFreeBusyStatus>\
    <t:Location>R</t:Location><t:CalendarItemType>Single</t:CalendarItemType><t:MyResponseType>Organizer</t:MyResponseType>\
    <t:Organizer><t:Mailbox><t:EmailAddress>ada@corp.example</t:EmailAddress></t:Mailbox></t:Organizer><t:RequiredAttendees><t:Attendee>\
    <t:Mailbox><t:Name>Bob</t:Name><t:EmailAddress>bob@corp.example</t:EmailAddress></t:Mailbox><t:ResponseType>Accept</t:ResponseType>\
    </t:Attendee></t:RequiredAttendees><t:StartTimeZone Id='W. Europe Standard Time'/></t:CalendarItem>";
const SERIES: &str = "<t:CalendarItem><t:ItemId Id='I' ChangeKey='K'/><t:Start>2026-11-24T08:00:00Z</t:Start>\
    <t:End>2026-11-24T09:00:00Z</t:End><t:IsAllDayEvent>false</t:IsAllDayEvent><t:CalendarItemType>RecurringMaster</t:CalendarItemType>\
    <t:Recurrence><t:RelativeYearlyRecurrence><t:DaysOfWeek>Tuesday</t:DaysOfWeek><t:DayOfWeekIndex>Last</t:DayOfWeekIndex><t:Month>November</t:Month>\
    </t:RelativeYearlyRecurrence><t:EndDateRecurrence><t:StartDate>2026-11-24</t:StartDate><t:EndDate>2030-12-31</t:EndDate></t:EndDateRecurrence>\
    </t:Recurrence><t:ModifiedOccurrences><t:Occurrence><t:ItemId Id='X' ChangeKey='L'/><t:OriginalStart>2027-11-30T08:00:00Z</t:OriginalStart>\
    </t:Occurrence></t:ModifiedOccurrences><t:DeletedOccurrences><t:DeletedOccurrence><t:Start>2028-11-28T08:00:00Z</t:Start></t:DeletedOccurrence>\
    </t:DeletedOccurrences><t:StartTimeZone Id='UTC'/></t:CalendarItem>";
const MESSAGE: &str = "<t:Message><t:ItemId Id='M' ChangeKey='K'/><t:Subject>Hi</t:Subject><t:Sensitivity>Normal</t:Sensitivity>\
    <t:Body BodyType='HTML'>x</t:Body><t:Attachments><t:FileAttachment><t:AttachmentId Id='A'/><t:Name>a.pdf</t:Name></t:FileAttachment></t:Attachments>\
    <t:DateTimeReceived>2026-11-20T09:00:00Z</t:DateTimeReceived><t:IsDraft>false</t:IsDraft><t:DateTimeSent>2026-11-20T08:59:00Z</t:DateTimeSent>\
    <t:ToRecipients><t:Mailbox><t:EmailAddress>bo@corp.example</t:EmailAddress></t:Mailbox></t:ToRecipients>\
    <t:From><t:Mailbox><t:EmailAddress>cy@x.example</t:EmailAddress></t:Mailbox></t:From></t:Message>";

fn envelope(body: &str) -> String {
    format!(
        "<s:Envelope xmlns:s='urn:s' xmlns:m='urn:m' xmlns:t='urn:t'><s:Header><t:ServerVersionInfo MajorVersion='15' MinorVersion='2'/>\
         </s:Header><s:Body>{body}</s:Body></s:Envelope>"
    )
}

fn answered(operation: &str, messages: &str) -> String {
    envelope(&format!(
        "<m:{operation}Response><m:ResponseMessages>{messages}</m:ResponseMessages></m:{operation}Response>"
    ))
}

fn success(inside: &str) -> String {
    format!("<m:M ResponseClass='Success'><m:ResponseCode>NoError</m:ResponseCode>{inside}</m:M>")
}

fn items(item: &str) -> String {
    success(&format!("<m:Items>{item}</m:Items>"))
}

/// An answer that the reader of this name takes.
fn valid(name: &str, operation: &str) -> String {
    let folder = "<t:Folder><t:FolderId Id='F'/><t:DisplayName>N</t:DisplayName></t:Folder>";
    let notification = "<m:Notification><t:SubscriptionId>S</t:SubscriptionId><t:MoreEvents>false</t:MoreEvents><t:CreatedEvent>\
                        <t:Watermark>W</t:Watermark><t:ItemId Id='I'/><t:ParentFolderId Id='F'/></t:CreatedEvent></m:Notification>";
    let inside = match name {
        "contact" => return answered(operation, &items(CONTACT)),
        "task" => return answered(operation, &items(TASK)),
        "event" => return answered(operation, &items(SERIES)),
        "exception" => return answered(operation, &items(&EVENT.replace("Single", "Exception"))),
        "glance" | "letter" => return answered(operation, &items(MESSAGE)),
        "folder" | "new folder" => format!("<m:Folders>{folder}</m:Folders>"),
        "folders" => format!("<m:RootFolder IncludesLastItemInRange='true'><t:Folders>{folder}</t:Folders></m:RootFolder>"),
        "hierarchy" => format!(
            "<m:SyncState>S</m:SyncState><m:IncludesLastFolderInRange>true</m:IncludesLastFolderInRange><m:Changes><t:Create>{folder}</t:Create>\
             <t:Delete><t:FolderId Id='G'/></t:Delete></m:Changes>"
        ),
        "changes" => "<m:SyncState>S</m:SyncState><m:IncludesLastItemInRange>true</m:IncludesLastItemInRange><m:Changes><t:Create><t:Task>\
                      <t:ItemId Id='I' ChangeKey='K'/></t:Task></t:Create><t:Delete><t:ItemId Id='J'/></t:Delete></m:Changes>"
            .to_owned(),
        "found" | "view" | "copies" => format!("<m:RootFolder IncludesLastItemInRange='true'><t:Items>{EVENT}</t:Items></m:RootFolder>"),
        "new item" | "update" => "<m:Items><t:Task><t:ItemId Id='I' ChangeKey='K'/></t:Task></m:Items>".to_owned(),
        "attachment" => "<m:Attachments><t:FileAttachment><t:Name>a</t:Name><t:Content>Zm9v</t:Content></t:FileAttachment></m:Attachments>".to_owned(),
        "zones" => "<m:TimeZoneDefinitions><t:TimeZoneDefinition Id='UTC' Name='U'/></m:TimeZoneDefinitions>".to_owned(),
        "names" => "<m:ResolutionSet IncludesLastItemInRange='true'><t:Resolution><t:Mailbox><t:Name>A</t:Name></t:Mailbox></t:Resolution></m:ResolutionSet>"
            .to_owned(),
        "ids" => "<m:AlternateId Id='00'/>".to_owned(),
        "subscription" => "<m:SubscriptionId>S</m:SubscriptionId><m:Watermark>W</m:Watermark>".to_owned(),
        "events" => notification.to_owned(),
        "stream" => format!("<m:Notifications>{notification}</m:Notifications><m:ConnectionStatus>OK</m:ConnectionStatus>"),
        "availability" => {
            return envelope(
                "<m:GetUserAvailabilityResponse><m:FreeBusyResponseArray><m:FreeBusyResponse><m:ResponseMessage ResponseClass='Success'>\
                 <m:ResponseCode>NoError</m:ResponseCode></m:ResponseMessage><m:FreeBusyView><t:FreeBusyViewType>FreeBusy</t:FreeBusyViewType>\
                 <t:CalendarEventArray><t:CalendarEvent><t:StartTime>2026-11-24T08:00:00</t:StartTime><t:EndTime>2026-11-24T09:00:00</t:EndTime>\
                 <t:BusyType>Busy</t:BusyType></t:CalendarEvent></t:CalendarEventArray></m:FreeBusyView></m:FreeBusyResponse>\
                 </m:FreeBusyResponseArray></m:GetUserAvailabilityResponse>",
            );
        }
        "plain discovery" => {
            return "<Autodiscover><Response><Account><Action>settings</Action><Protocol><Type>EXPR</Type><EwsUrl>https://m/</EwsUrl></Protocol>\
                    </Account></Response></Autodiscover>"
                .to_owned();
        }
        "discovery" => {
            return envelope(
                "<GetUserSettingsResponseMessage><Response><ErrorCode>NoError</ErrorCode><UserResponses><UserResponse><ErrorCode>NoError</ErrorCode>\
                 <UserSettings><UserSetting><Name>ExternalEwsUrl</Name><Value>https://m/</Value></UserSetting></UserSettings></UserResponse>\
                 </UserResponses></Response></GetUserSettingsResponseMessage>",
            );
        }
        "second discovery" => return r#"{"Protocol":"EWS","Url":"https://m/"}"#.to_owned(),
        "version" => return envelope("<m:X/>"),
        _ => String::new(),
    };
    answered(operation, &success(&inside))
}

fn answer(body: impl Into<Vec<u8>>) -> Response {
    Response::new(200).body("text/xml", body)
}

#[test]
fn no_answer_makes_a_reader_fail() {
    for reader in readers() {
        let message = valid(reader.name, reader.operation);
        assert_eq!((reader.read)(&answer(message.clone())), Ok(()), "{}: the message itself is taken", reader.name);
        let survives =
            |body: Vec<u8>| std::panic::catch_unwind(AssertUnwindSafe(|| (reader.read)(&answer(body)))).is_ok();
        for damaged in damaged_xml(&message) {
            assert!(survives(damaged.xml.into_bytes()), "{}: {} at {}", reader.name, damaged.by, damaged.at);
        }
        for body in bodies(&message) {
            let shown = String::from_utf8_lossy(&body).chars().take(80).collect::<String>();
            assert!(survives(body), "{}: {shown}", reader.name);
        }
    }
}

fn read(kind: Kind, item: &str) -> Result<Found, EwsError> {
    let (id, series) = (ExchangeId::new("I"), ExchangeId::new("S"));
    let of = item.contains("Exception").then(|| (&series, Instant::from_seconds(0)));
    let asked = [Asked { id: ItemId::Item(&id), of }];
    get_item::parse(&answer(answered("GetItem", &items(item))), kind, &asked, &WANTED)?.remove(0)
}

#[test]
fn what_cannot_be_read_is_not_taken_for_empty() {
    let exception = EVENT.replace("Single", "Exception");
    let items = [
        (Kind::Contact, CONTACT),
        (Kind::Task, TASK),
        (Kind::Event, EVENT),
        (Kind::Event, SERIES),
        (Kind::Event, &exception),
    ];
    for (kind, item) in items {
        let healthy = read(kind, item).expect("an item");
        for damaged in damaged_xml(item).into_iter().filter(|damaged| damaged.is_of_another_type) {
            let Ok(found) = read(kind, &damaged.xml) else { continue };
            let fields = healthy.seen.fields.iter().map(|(field, _)| field);
            let lost: Vec<Field> = fields.filter(|field| found.seen.fields.get(*field).is_none()).collect();
            assert_eq!(lost, [], "{kind:?}: {} at {}", damaged.by, damaged.at);
            assert_eq!(found.seen.mark, healthy.seen.mark, "{kind:?}: {} at {}", damaged.by, damaged.at);
        }
    }
}

#[test]
fn what_stands_beside_an_item_goes_through_whatever_the_item_says() {
    let asked = ["1", "2", "3"].map(ExchangeId::new);
    let asked = asked.each_ref().map(|id| Asked { id: ItemId::Item(id), of: None });
    for (kind, item) in [(Kind::Contact, CONTACT), (Kind::Task, TASK), (Kind::Event, EVENT), (Kind::Event, SERIES)] {
        let healthy = read(kind, item).expect("an item");
        for damaged in damaged_xml(item) {
            let messages = [items(item), items(&damaged.xml), items(item)].concat();
            let each =
                get_item::parse(&answer(answered("GetItem", &messages)), kind, &asked, &WANTED).expect("an answer");
            let case = format!("{kind:?}: {} at {}", damaged.by, damaged.at);
            assert_eq!((each[0].as_ref(), each[2].as_ref()), (Ok(&healthy), Ok(&healthy)), "{case}");
            let is_typed = each[1].as_ref().err().is_none_or(|error| error.kind == ErrorKind::Unreadable);
            assert!(is_typed, "{case}");
        }
    }
}
