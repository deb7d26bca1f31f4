//! What takes place in a window of a calendar: single events and occurrences, never series.
//!
//! See <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/calendarview>.

use super::super::super::call::EwsCall;
use super::super::super::folders::{Folder, Home};
use super::super::super::refusal::Refusal;
use super::super::{Found, Kind};
use super::own::Times;
use crate::microsoft::calendar::{Item, Window, moment};
use jiff::{SignedDuration, Timestamp};
use mxs_xml::Element;

/// The longest window: two years, one of them with a day more (documented).
const DAYS_MAX: i64 = 731;

/// The items in a window of a calendar by their start, as many as `MaxEntriesReturned` allows and `most` at most, and how
/// many there are in all.
pub(in crate::microsoft::ews) fn view(
    call: &EwsCall<'_, '_>,
    folder: &Folder,
    view: &Element,
    most: usize,
) -> Result<(Vec<Found>, usize), Refusal> {
    if folder.home != Home::Calendar {
        let text = "CalendarView can only be used on calendar folders.";
        return Err(Refusal::new("ErrorCalendarFolderIsInvalidForCalendarView", text));
    }
    let zone = Times::of(call)?.zone.unwrap_or_default().rules;
    let bound = |name: &str| -> Result<Timestamp, Refusal> {
        let said = view.attribute(name).and_then(moment).and_then(|moment| moment.instant_in(&zone).ok());
        said.ok_or_else(|| Refusal::schema(format!("The '{name}' attribute is invalid.")))
    };
    let window = Window { from: bound("StartDate")?, to: bound("EndDate")? };
    if window.to < window.from {
        let text = "EndDate is earlier than StartDate.";
        return Err(Refusal::new("ErrorCalendarEndDateIsEarlierThanStartDate", text));
    }
    if window.to.duration_since(window.from) > SignedDuration::from_hours(24 * DAYS_MAX) {
        let text = "The specified view range exceeds the maximum range of two years.";
        return Err(Refusal::new("ErrorCalendarViewRangeTooBig", text));
    }
    let asked = match view.attribute("MaxEntriesReturned").map(str::parse::<i64>) {
        None => most,
        Some(Ok(asked)) if asked > 0 => usize::try_from(asked).unwrap_or(most).min(most),
        Some(Ok(_)) => {
            let text = "MaxEntriesReturned has to be above zero.";
            return Err(Refusal::new("ErrorInvalidPagingMaxRows", text));
        }
        Some(Err(_)) => return Err(Refusal::schema("The 'MaxEntriesReturned' attribute is invalid.")),
    };
    let calendars = call.calendars()?;
    let mut all: Vec<Item<'_>> = calendars.instances(calendars.calendar(Some(&folder.id))?, window);
    all.sort_by_key(|item| (item.span().start.instant(), item.id(true)));
    let found = all.iter().take(asked).map(|item| Found {
        kind: Kind::Event,
        key: item.event.immutable_id.clone(),
        day: item.day,
    });
    Ok((found.collect(), all.len()))
}
