//! Calendar items: the store's events in this door's words.
//!
//! See <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/calendaritem>.

mod draft;
mod find;
mod mailing;
mod own;
mod people;
pub(in crate::microsoft::ews::items) mod recurrence;
mod schema;
mod view;
mod when;
mod words;

pub(in crate::microsoft::ews) use find::{find, find_occurrence, members};
pub(in crate::microsoft::ews) use schema::PROPERTIES;
pub(in crate::microsoft::ews) use view::view;

use super::super::call::EwsCall;
use super::super::folders::{Folder, Home};
use super::super::refusal::Refusal;
use super::{Base, Change, Disposal, Found, Kind, Looks, Manner};
use crate::microsoft::calendar::{Found as Stored, Item};
use draft::Draft;
use own::Times;
use words::{IMPORTANCE, SENSITIVITY, kept, spoken};

/// The classes of single events and series, of occurrences, and of those that differ from their series
/// (<https://learn.microsoft.com/en-us/openspecs/exchange_server_protocols/ms-oxocal/68f35aa6-75d4-4bb6-b1d0-e7a0f9ed4b6c>).
const CLASS: &str = "IPM.Appointment";
const CLASS_OF_OCCURRENCES: &str = "IPM.Appointment.Occurrence";
const CLASS_OF_EXCEPTIONS: &str = "IPM.OLE.CLASS.{00061055-0000-0000-C000-000000000046}";

fn stored(found: &Found) -> Stored {
    Stored { key: found.key.clone(), day: found.day }
}

/// How a calendar item looks.
pub(super) fn looks<'a>(call: &'a EwsCall<'_, '_>, found: &Found) -> Result<Looks<'a>, Refusal> {
    let calendars = call.calendars()?;
    let item = calendars.item(&stored(found))?;
    let times = Times::of(call)?;
    let version = call.version;
    let base = base(call, &item)?;
    let own = Box::new(move |name: &str, _: &super::Shape| own::value(&item, name, &times, version));
    Ok(Looks { properties: PROPERTIES, base, own })
}

fn base(call: &EwsCall<'_, '_>, item: &Item<'_>) -> Result<Base, Refusal> {
    let event = item.event;
    let property = |name: &str| event.property_of(item.day, name);
    let text = |name: &str| property(name).as_str().unwrap_or_default().to_owned();
    let word = |words, name: &str| spoken(words, &text(name)).unwrap_or("Normal").to_owned();
    let body = property("body");
    let categories = property("categories");
    let start = item.span().start.instant();
    let class = match item.kind() {
        "occurrence" => CLASS_OF_OCCURRENCES,
        "exception" => CLASS_OF_EXCEPTIONS,
        _ => CLASS,
    };
    let is_deleted = call.calendars()?.keeps("deleteditems") == Some(event.calendar.as_str());
    let folder = match is_deleted {
        true => call.mail()?.any_folder("deleteditems")?.id.clone(),
        false => event.calendar.clone(),
    };
    Ok(Base {
        id: item.id(false),
        change_key: item.change_key().to_owned(),
        folder,
        class: class.to_owned(),
        subject: text("subject"),
        sensitivity: word(&SENSITIVITY, "sensitivity"),
        html: true,
        content: body["content"].as_str().unwrap_or_default().to_owned(),
        files: Vec::new(),
        categories: categories
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|one| one.as_str().map(str::to_owned))
            .collect(),
        importance: word(&IMPORTANCE, "importance"),
        created: event.created,
        modified: item.modified(),
        received: event.created,
        sent: event.created,
        draft: false,
        headers: Vec::new(),
        to: people::names(item, "required"),
        cc: people::names(item, "optional"),
        conversation: None,
        in_reply_to: None,
        reminder_set: property("isReminderOn") == true,
        reminder_due: Some(start),
        reminder_minutes: property("reminderMinutesBeforeStart").as_i64(),
        culture: property(&kept("Culture")).as_str().map(str::to_owned),
        modified_by: call.owner()?.display_name.clone(),
        extended: item.all_extended().map(|(id, value)| (id.clone(), value.to_owned())).collect(),
        mime: None,
    })
}

/// Makes a calendar item in a folder, or in the default calendar.
pub(super) fn create(
    call: &mut EwsCall<'_, '_>,
    folder: Option<&Folder>,
    changes: &[Change],
    manner: &Manner,
) -> Result<Found, Refusal> {
    let mailing = mailing::of_creation(manner.meetings.as_deref())?;
    if folder.is_some_and(|folder| folder.home != Home::Calendar) {
        let text = "Cannot create a calendar item in a folder that is not a calendar folder.";
        return Err(Refusal::new("ErrorCannotCreateCalendarItemInNonCalendarFolder", text));
    }
    let calendar = call.calendars()?.calendar(folder.map(|folder| folder.id.as_str()))?.id.clone();
    let draft = Draft::read(changes, None)?;
    let uid = draft.uid();
    let edit = draft.into_edit(None, Times::of(call)?.zone)?;
    let user = call.user.clone();
    let made = call.microsoft.create_event(&user, &calendar, edit, uid, mailing, call.context)?;
    Ok(Found { kind: Kind::Event, key: made.key, day: None })
}

/// Changes a calendar item, a series or one occurrence.
pub(super) fn change(
    call: &mut EwsCall<'_, '_>,
    found: &Found,
    changes: &[Change],
    manner: &Manner,
) -> Result<(), Refusal> {
    let mailing = mailing::of_update(manner.meetings.as_deref())?;
    let zone = Times::of(call)?.zone;
    let item = call.calendars()?.item(&stored(found))?;
    let draft = Draft::read(changes, Some(&item))?;
    let edit = draft.into_edit(Some(&item), zone)?;
    let user = call.user.clone();
    Ok(call.microsoft.change_event(&user, &stored(found), edit, mailing, call.context)?)
}

/// Deletes a calendar item; one occurrence is cancelled.
pub(super) fn delete(
    call: &mut EwsCall<'_, '_>,
    found: &Found,
    disposal: Disposal,
    manner: &Manner,
) -> Result<(), Refusal> {
    let mailing = mailing::of_deletion(manner.meetings.as_deref())?;
    let for_good = disposal != Disposal::DeletedItems;
    let user = call.user.clone();
    Ok(call.microsoft.remove_event(&user, &stored(found), for_good, mailing, call.context)?)
}

/// Moves an event or a series to another folder. Nobody is mailed.
pub(super) fn shift(call: &mut EwsCall<'_, '_>, found: &Found, folder: &Folder) -> Result<(), Refusal> {
    if found.day.is_some() {
        let text = "An occurrence of a series cannot be moved or copied.";
        return Err(Refusal::new("ErrorCalendarCannotMoveOrCopyOccurrence", text));
    }
    let (calendars, context) = call.calendars_mut()?;
    let kept = folder.distinguished.and_then(|known| calendars.keeps(known)).map(str::to_owned);
    let to = match (folder.home, kept) {
        (_, Some(own)) => own,
        (Home::Calendar, None) => folder.id.clone(),
        // The store of events has the folders that events are in, not those of mail.
        (_, None) => return Err(Refusal::new("ErrorMoveCopyFailed", "The move or copy operation failed.")),
    };
    Ok(calendars.shift(&found.key, &to, context)?)
}
