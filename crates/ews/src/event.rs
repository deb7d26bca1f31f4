//! An event and the engine's fields.
//!
//! An event is one of four things: something that takes place once, a series, an occurrence of a series that differs
//! from it (an exception), or a plain occurrence. A plain occurrence is no item: its series says all of it. An exception
//! doesn't say whose it is: its series names it.
//!
//! <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/calendaritem>

mod occurrence;
mod people;
mod read;
mod write;

use crate::ServerVersion;
use crate::item;
use crate::property::Property;
use Property::Field as Of;

pub(crate) use occurrence::last_day;
pub use occurrence::place_of;
pub use read::Exception;
pub(crate) use read::{told, when};
pub(crate) use write::{changes, creation, unwritable};

const ALL_DAY: Property = Of("calendar", "IsAllDayEvent");
const DELETED: Property = Of("calendar", "DeletedOccurrences");
const END: Property = Of("calendar", "End");
const END_ZONE: Property = Of("calendar", "EndTimeZone");
const LOCATION: Property = Of("calendar", "Location");
const MODIFIED: Property = Of("calendar", "ModifiedOccurrences");
const MY_ANSWER: Property = Of("calendar", "MyResponseType");
const OLD_ZONE: Property = Of("calendar", "MeetingTimeZone");
const ONLINE: Property = Of("calendar", "IsOnlineMeeting");
const ORGANIZER: Property = Of("calendar", "Organizer");
const RECURRENCE: Property = Of("calendar", "Recurrence");
const SHOWN: Property = Of("calendar", "LegacyFreeBusyStatus");
const START: Property = Of("calendar", "Start");
const START_ZONE: Property = Of("calendar", "StartTimeZone");
const TYPE: Property = Of("calendar", "CalendarItemType");
const UID: Property = Of("calendar", "UID");

/// What says when an event takes place.
pub(crate) const WHEN: [Property; 3] = [END, START, TYPE];

/// What an event is that is a series.
const SERIES: &str = "RecurringMaster";

/// The service's and the engine's words for how a time is shown.
const SHOWN_AS: [(&str, &str); 5] =
    [("Free", "free"), ("Tentative", "tentative"), ("Busy", "busy"), ("OOF", "oof"), (ELSEWHERE, "working_elsewhere")];
const BUSY: &str = "Busy";
/// Exchange 2013 brought it.
const ELSEWHERE: &str = "WorkingElsewhere";
/// The service's word where nobody said it.
const UNKNOWN: &str = "NoData";

/// Every property that is read. Zones by their ids came with Exchange 2010.
pub(crate) fn properties(version: ServerVersion) -> impl Iterator<Item = Property> {
    let zone = if version >= ServerVersion::Exchange2010Sp2 { START_ZONE } else { OLD_ZONE };
    let own = [
        item::SUBJECT,
        item::REMINDER_SET,
        item::REMINDER_MINUTES,
        ALL_DAY,
        DELETED,
        END,
        LOCATION,
        MODIFIED,
        MY_ANSWER,
        ONLINE,
        ORGANIZER,
        RECURRENCE,
        SHOWN,
        START,
        TYPE,
        UID,
        zone,
    ];
    item::COMMON.into_iter().chain(own).chain(people::LISTS.map(|(property, _)| property))
}
