//! Which resource of a calendar an address names.

use crate::microsoft::graph::address::{is, unknown};
use crate::microsoft::refusal::Refusal;

/// Something that is done to an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::microsoft::graph) enum Action {
    Accept,
    Cancel,
    Decline,
    PermanentDelete,
    TentativelyAccept,
}

/// Something of the calendars. A calendar of `None` is the default one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::microsoft::graph) enum CalendarPlace {
    Calendars,
    Calendar(Option<String>),
    /// The calendar that an event is in.
    CalendarOf {
        calendar: Option<String>,
        id: String,
    },
    Events {
        calendar: Option<String>,
    },
    EventsDelta,
    /// Where the address names no calendar, an event of any is found.
    Event {
        calendar: Option<String>,
        id: String,
    },
    Act {
        calendar: Option<String>,
        id: String,
        action: Action,
    },
    Instances {
        calendar: Option<String>,
        id: String,
    },
    View {
        calendar: Option<String>,
    },
    ViewDelta {
        calendar: Option<String>,
    },
}

impl CalendarPlace {
    /// Reads the segments behind the user.
    pub(in crate::microsoft::graph) fn read(parts: &[&str]) -> Result<Self, Refusal> {
        match parts {
            [calendar] if is(calendar, "calendar") => Ok(Self::Calendar(None)),
            [calendar, rest @ ..] if is(calendar, "calendar") => in_calendar(None, rest),
            [calendars] if is(calendars, "calendars") => Ok(Self::Calendars),
            [calendars, id] if is(calendars, "calendars") => Ok(Self::Calendar(Some((*id).to_owned()))),
            [calendars, id, rest @ ..] if is(calendars, "calendars") => in_calendar(Some((*id).to_owned()), rest),
            rest => in_calendar(None, rest),
        }
    }

    /// Whether its answers come in pages.
    pub(super) const fn has_pages(&self) -> bool {
        matches!(
            self,
            Self::Calendars | Self::Events { .. } | Self::Instances { .. } | Self::View { .. } | Self::ViewDelta { .. }
        )
    }
}

fn in_calendar(calendar: Option<String>, parts: &[&str]) -> Result<CalendarPlace, Refusal> {
    match parts {
        [events, rest @ ..] if is(events, "events") => of_events(calendar, rest),
        [view] if is(view, "calendarView") => Ok(CalendarPlace::View { calendar }),
        [view, delta] if is(view, "calendarView") && is(delta, "delta") => Ok(CalendarPlace::ViewDelta { calendar }),
        [view, other, ..] if is(view, "calendarView") => Err(unknown(other)),
        [other, ..] => Err(unknown(other)),
        [] => Err(unknown("")),
    }
}

fn of_events(calendar: Option<String>, parts: &[&str]) -> Result<CalendarPlace, Refusal> {
    match parts {
        [] => Ok(CalendarPlace::Events { calendar }),
        [delta] if is(delta, "delta") => Ok(CalendarPlace::EventsDelta),
        [id] => Ok(CalendarPlace::Event { calendar, id: (*id).to_owned() }),
        [id, instances] if is(instances, "instances") => {
            Ok(CalendarPlace::Instances { calendar, id: (*id).to_owned() })
        }
        [id, its] if is(its, "calendar") => Ok(CalendarPlace::CalendarOf { calendar, id: (*id).to_owned() }),
        [id, name] => {
            let known = ACTIONS.into_iter().find(|(known, _)| is(name, known));
            let (_, action) = known.ok_or_else(|| unknown(name))?;
            Ok(CalendarPlace::Act { calendar, id: (*id).to_owned(), action })
        }
        [_, _, other, ..] => Err(unknown(other)),
    }
}

const ACTIONS: [(&str, Action); 5] = [
    ("accept", Action::Accept),
    ("cancel", Action::Cancel),
    ("decline", Action::Decline),
    ("permanentDelete", Action::PermanentDelete),
    ("tentativelyAccept", Action::TentativelyAccept),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read() {
        let (c, e) = (|| Some("C".to_owned()), || "E".to_owned());
        let cases: [(&[&str], Result<CalendarPlace, &str>); 16] = [
            (&["calendar"], Ok(CalendarPlace::Calendar(None))),
            (&["calendars"], Ok(CalendarPlace::Calendars)),
            (&["calendars", "C"], Ok(CalendarPlace::Calendar(c()))),
            (&["events"], Ok(CalendarPlace::Events { calendar: None })),
            (&["calendar", "Events"], Ok(CalendarPlace::Events { calendar: None })),
            (&["calendars", "C", "events", "E"], Ok(CalendarPlace::Event { calendar: c(), id: e() })),
            (&["events", "E", "calendar"], Ok(CalendarPlace::CalendarOf { calendar: None, id: e() })),
            (&["events", "E", "instances"], Ok(CalendarPlace::Instances { calendar: None, id: e() })),
            (
                &["events", "E", "tentativelyAccept"],
                Ok(CalendarPlace::Act { calendar: None, id: e(), action: Action::TentativelyAccept }),
            ),
            (&["calendarView"], Ok(CalendarPlace::View { calendar: None })),
            (&["calendars", "C", "calendarview", "delta"], Ok(CalendarPlace::ViewDelta { calendar: c() })),
            (&["calendar", "events", "delta"], Ok(CalendarPlace::EventsDelta)),
            (&["calendar", "getSchedule"], Err("getSchedule")),
            (&["events", "E", "attachments"], Err("attachments")),
            (&["events", "E", "instances", "x"], Err("x")),
            (&["calendarGroups"], Err("calendarGroups")),
        ];
        for (parts, wanted) in cases {
            let wanted = wanted.map_err(|segment| format!("Resource not found for the segment '{segment}'."));
            assert_eq!(CalendarPlace::read(parts).map_err(|refusal| refusal.message), wanted, "{parts:?}");
        }
    }
}
