//! Calendar items by their ids, and occurrences by their series and place.
//!
//! See <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/occurrenceitemid>.

use super::super::super::call::EwsCall;
use super::super::super::folders::{self, Folder};
use super::super::super::ids;
use super::super::super::refusal::Refusal;
use super::super::{Found, Kind};
use crate::microsoft::calendar::Item;
use mxs_xml::Element;

/// The calendar item of a store's id, if there is one. What was deleted for good isn't found.
pub(in crate::microsoft::ews) fn find(call: &EwsCall<'_, '_>, id: &str) -> Result<Option<Found>, Refusal> {
    let calendars = call.calendars()?;
    let found = calendars.find(id).ok().and_then(|found| {
        let item = calendars.item(&found).ok()?;
        // This door hands out the ids that change with the folder.
        let is_own = item.id(false) == id && !calendars.is_recoverable(item.event);
        is_own.then_some(Found { kind: Kind::Event, key: found.key, day: found.day })
    });
    Ok(found)
}

/// What `OccurrenceItemId` or `RecurringMasterItemId` names.
pub(in crate::microsoft::ews) fn find_occurrence(call: &EwsCall<'_, '_>, named: &Element) -> Result<Found, Refusal> {
    let attribute = |name: &str| {
        let missing = || Refusal::schema(format!("The required attribute '{name}' is missing."));
        named.attribute(name).ok_or_else(missing)
    };
    let by_id = |id: &str| {
        let id = ids::read(id);
        if !ids::is_id(&id) {
            return Err(Refusal::malformed_id());
        }
        find(call, &id)?.ok_or_else(Refusal::not_found)
    };
    if named.name == "RecurringMasterItemId" {
        let occurrence = by_id(attribute("OccurrenceId")?)?;
        return match occurrence.day {
            Some(_) => Ok(Found { day: None, ..occurrence }),
            None => {
                let text = "The id isn't one of an occurrence of a series.";
                Err(Refusal::new("ErrorCalendarCannotUseIdForRecurringMasterId", text))
            }
        };
    }
    let series = by_id(attribute("RecurringMasterId")?)?;
    let place = attribute("InstanceIndex")?.trim().parse::<usize>();
    let place = place.map_err(|_| Refusal::schema("The 'InstanceIndex' attribute is invalid."))?;
    let calendars = call.calendars()?;
    let item: Item<'_> = calendars.item(&super::stored(&series))?;
    let repetition = item.event.repetition.as_ref().filter(|_| series.day.is_none()).ok_or_else(|| {
        let text = "The id isn't one of a series.";
        Refusal::new("ErrorCalendarCannotUseIdForOccurrenceId", text)
    })?;
    let out_of_range = || {
        let text = "Occurrence index is out of recurrence range.";
        Refusal::new("ErrorCalendarOccurrenceIndexIsOutOfRecurrenceRange", text)
    };
    // Those that were deleted keep their place.
    let place = place.checked_sub(1).ok_or_else(out_of_range)?;
    let days = &repetition.days;
    let day = days.rule.dates(days.start).nth(place).ok_or_else(out_of_range)?;
    if days.cancelled.contains(&day) {
        let text = "Occurrence with this index was previously deleted from the recurrence.";
        return Err(Refusal::new("ErrorCalendarOccurrenceIsDeletedFromRecurrence", text));
    }
    Ok(Found { day: Some(day), ..series })
}

/// The single events and series of a folder, in the order of their arrival.
pub(in crate::microsoft::ews) fn members(call: &EwsCall<'_, '_>, folder: &Folder) -> Result<Vec<Found>, Refusal> {
    let mut found = Vec::new();
    for event in call.calendars()?.everywhere() {
        if folders::holds(call, folder, &event.calendar)? {
            found.push((event.position, Found { kind: Kind::Event, key: event.immutable_id.clone(), day: None }));
        }
    }
    found.sort();
    Ok(found.into_iter().map(|(_, found)| found).collect())
}
