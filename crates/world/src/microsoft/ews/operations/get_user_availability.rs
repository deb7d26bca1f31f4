//! When people are free, and when they aren't.
//!
//! See <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/getuseravailability-operation>.

use super::{Message, Operation, Part, Reply};
use crate::microsoft::calendar::{Item, Window, moment};
use crate::microsoft::ews::availability::{Shown, Taken, merged};
use crate::microsoft::ews::call::EwsCall;
use crate::microsoft::ews::names::{m, said, t};
use crate::microsoft::ews::refusal::Refusal;
use crate::microsoft::ews::server::Version;
use crate::microsoft::ews::zones;
use jiff::{SignedDuration, Timestamp};
use mxs_calendar::Zone;
use mxs_xml::Element;

/// The most mailboxes that are told of at once (documented).
const MAILBOXES_MAX: usize = 100;
/// The longest window: of Exchange 2007 and of those that came later
/// (<https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/timewindow>).
const DAYS_MAX_OF_2007: i64 = 42;
const DAYS_MAX: i64 = 62;
/// The minutes that one digit may stand for, and those where nobody says
/// (<https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/mergedfreebusyintervalinminutes>).
const MINUTES: std::ops::RangeInclusive<i64> = 5..=1440;
const MINUTES_USUAL: i64 = 30;
/// When people of this world work, in minutes of their day.
const AT_WORK: (u32, u32) = (480, 1020);

pub(super) const OPERATION: Operation = Operation {
    name: "GetUserAvailabilityRequest",
    since: Version::Exchange2007,
    parts: &[
        Part::optional("TimeZone"),
        Part::required("MailboxDataArray"),
        Part::optional("FreeBusyViewOptions"),
        Part::optional("SuggestionsViewOptions"),
    ],
    run,
};

/// What is asked of each mailbox.
struct Asked {
    zone: Zone,
    window: Window,
    minutes: i64,
    view: View,
}

/// What of somebody's time is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct View {
    merged: bool,
    events: bool,
    details: bool,
}

/// The words for views; one with details shows somebody else's time without.
const VIEWS: [(&str, View); 5] = [
    ("MergedOnly", View { merged: true, events: false, details: false }),
    ("FreeBusy", View { merged: false, events: true, details: false }),
    ("FreeBusyMerged", View { merged: true, events: true, details: false }),
    ("Detailed", View { merged: false, events: true, details: true }),
    ("DetailedMerged", View { merged: true, events: true, details: true }),
];

impl View {
    fn word(self) -> &'static str {
        VIEWS.iter().find(|(_, view)| *view == self).map_or("None", |(word, _)| word)
    }
}

fn run(call: &mut EwsCall<'_, '_>, asked: &Element) -> Result<Reply, Refusal> {
    let mailboxes = asked.get("MailboxDataArray").map(|list| list.children.as_slice()).unwrap_or_default();
    if mailboxes.is_empty() {
        return Err(Refusal::new("ErrorMailboxDataArrayEmpty", "The array of mailboxes is empty."));
    }
    if mailboxes.len() > MAILBOXES_MAX {
        let text = format!("The request names more than {MAILBOXES_MAX} mailboxes.");
        return Err(Refusal::new("ErrorMailboxDataArrayTooBig", text));
    }
    let Some(options) = asked.get("FreeBusyViewOptions") else {
        let text = "Suggestions without free and busy times aren't covered by this stand-in.";
        return Err(Refusal::new("ErrorInvalidOperation", text));
    };
    let what = read(call, asked, options)?;
    let told = mailboxes.iter().map(|mailbox| {
        let found = of_mailbox(call, mailbox, &what);
        let (message, view) = match found {
            Ok(view) => (Message::Done(Vec::new()), Some(view)),
            Err(refusal) => (Message::Refused(refusal, Vec::new()), None),
        };
        m("FreeBusyResponse").child(message.write("ResponseMessage")).children(view)
    });
    Ok(Reply::Whole(vec![m("FreeBusyResponseArray").children(told)]))
}

fn read(call: &EwsCall<'_, '_>, asked: &Element, options: &Element) -> Result<Asked, Refusal> {
    let bad_zone = |code: &str| Refusal::new(code, "The time zone of the request isn't valid.");
    // Exchange 2010 takes the zone of the header too.
    let zone = match (asked.get("TimeZone"), &call.time_zone) {
        (Some(zone), _) => zones::read_serializable(zone).map_err(bad_zone)?,
        (None, Some(name)) => Zone::parse(name).map_err(|_| bad_zone("ErrorTimeZone"))?,
        (None, None) => return Err(bad_zone("ErrorTimeZone")),
    };
    let window = options.get("TimeWindow");
    let bound = |name: &str| {
        let said = window.and_then(|window| window.word(name)).and_then(moment);
        said.and_then(|moment| moment.instant_in(&zone).ok())
            .ok_or_else(|| Refusal::schema(format!("The value of the element '{name}' is invalid.")))
    };
    let window = Window { from: bound("StartTime")?, to: bound("EndTime")? };
    let days = if call.version < Version::Exchange2010 { DAYS_MAX_OF_2007 } else { DAYS_MAX };
    if window.from >= window.to {
        return Err(Refusal::new("ErrorInvalidTimeInterval", "The time window ends before it begins."));
    }
    if window.to.duration_since(window.from) > SignedDuration::from_hours(24 * days) {
        return Err(Refusal::new("ErrorTimeIntervalTooBig", format!("The time window is longer than {days} days.")));
    }
    let minutes = options.word("MergedFreeBusyIntervalInMinutes").map_or(Ok(MINUTES_USUAL), str::parse);
    let minutes = minutes.ok().filter(|minutes| MINUTES.contains(minutes)).ok_or_else(|| {
        let text = "The interval for the merged view has to be between 5 and 1440 minutes.";
        Refusal::new("ErrorInvalidMergedFreeBusyInterval", text)
    })?;
    let word = options.word("RequestedView").unwrap_or("FreeBusy");
    let view = VIEWS.iter().find(|(known, _)| *known == word).map(|(_, view)| *view).ok_or_else(|| {
        Refusal::new("ErrorInvalidFreeBusyViewType", "The requested view is none that can be asked for.")
    })?;
    Ok(Asked { zone, window, minutes, view })
}

fn of_mailbox(call: &EwsCall<'_, '_>, mailbox: &Element, asked: &Asked) -> Result<Element, Refusal> {
    let address = mailbox.get("Email").and_then(|email| email.word("Address")).unwrap_or_default();
    let unknown = || {
        Refusal::new("ErrorMailRecipientNotFound", "Unable to resolve e-mail address to an Active Directory object.")
    };
    let user = call.microsoft.directory.by_address(address).filter(|user| user.has_mailbox).ok_or_else(unknown)?;
    let user = user.id.clone();
    let view = View { details: asked.view.details && user == call.user, ..asked.view };
    let knows_elsewhere = call.version >= Version::Exchange2013;
    let mut items: Vec<Item<'_>> = Vec::new();
    if let Some(calendars) = call.microsoft.calendars.get(&user) {
        items = calendars.instances(calendars.calendar(None)?, asked.window);
    }
    items.sort_by_key(|item| (taken(item, &asked.zone).start, item.id(false)));
    let times: Vec<Taken> = items.iter().map(|item| taken(item, &asked.zone)).collect();
    let mut view_element = m("FreeBusyView").child(said("FreeBusyViewType", view.word()));
    if view.merged {
        let digits = merged(&times, asked.window.from, asked.window.to, asked.minutes, knows_elsewhere);
        view_element = view_element.child(said("MergedFreeBusy", digits));
    }
    if view.events {
        let events = items.iter().zip(&times).map(|(item, taken)| {
            t("CalendarEvent")
                .child(said("StartTime", local(taken.start, &asked.zone)))
                .child(said("EndTime", local(taken.end, &asked.zone)))
                .child(said("BusyType", taken.shown.word(knows_elsewhere)))
                .children(view.details.then(|| details(item)))
        });
        view_element =
            view_element.child(t("CalendarEventArray").children(events)).child(working_hours(call.context.now));
    }
    Ok(view_element)
}

/// When an item takes place. A whole day begins at midnight wherever somebody looks at it.
fn taken(item: &Item<'_>, zone: &Zone) -> Taken {
    let span = item.span();
    let shown = Shown::from_word(item.event.property_of(item.day, "showAs").as_str().unwrap_or_default());
    let at = |stamp: &crate::microsoft::calendar::Stamp| match span.all_day {
        true => zone.resolve(stamp.local).map_or(stamp.instant(), |resolved| resolved.instant()),
        false => stamp.instant(),
    };
    Taken { start: at(&span.start), end: at(&span.end), shown }
}

fn details(item: &Item<'_>) -> Element {
    let property = |name: &str| item.event.property_of(item.day, name);
    let is_private = property("sensitivity") == "private";
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    t("CalendarEventDetails").children([
        said("Subject", text(&property("subject"))),
        said("Location", text(&property("location")["displayName"])),
        said("IsMeeting", item.event.has_attendees(item.day) || !item.event.is_organizer),
        said("IsRecurring", item.day.is_some()),
        said("IsException", item.kind() == "exception"),
        said("IsReminderSet", property("isReminderOn") == true),
        said("IsPrivate", is_private),
    ])
}

/// What clocks of the request's zone show.
fn local(moment: Timestamp, zone: &Zone) -> String {
    zone.local(moment).strftime("%Y-%m-%dT%H:%M:%S").to_string()
}

/// Everybody in this world works at the same hours, in UTC.
fn working_hours(now: Timestamp) -> Element {
    let (start, end) = AT_WORK;
    let period = t("WorkingPeriod")
        .child(said("DayOfWeek", "Monday Tuesday Wednesday Thursday Friday"))
        .child(said("StartTimeInMinutes", start))
        .child(said("EndTimeInMinutes", end));
    t("WorkingHours").child(zones::write_serializable(&Zone::utc(), now)).child(t("WorkingPeriodArray").child(period))
}
