//! The calendar's refusals. The codes are those met on the live service where a link or a word says so; the
//! others are the ones that Exchange has for the case.
//!
//! See <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/responsecode>.

use crate::microsoft::refusal::Refusal;

/// What Outlook puts before most of what it has to say.
fn request(message: &str) -> Refusal {
    Refusal::new(400, "ErrorInvalidRequest", format!("Your request can't be completed. {message}"))
}

/// A value breaks a rule that the service doesn't name. Met with zones that contradict each other.
pub(crate) fn validation() -> Refusal {
    Refusal::new(400, "ErrorPropertyValidationFailure", "At least one property failed validation.")
}

/// No list has the zone, or its rules are nowhere.
pub(crate) fn zone(name: &str) -> Refusal {
    let message =
        format!("A valid TimeZone value must be specified. The following TimeZone value is not supported: '{name}'.");
    Refusal::new(400, "TimeZoneNotSupportedException", message)
}

/// The time lies where Exchange keeps none.
pub(crate) fn out_of_range() -> Refusal {
    Refusal::new(400, "ErrorCalendarOutOfRange", "The date is outside of the range that a calendar holds.")
}

/// An all-day event begins or ends at another time than midnight. Met on the live service.
pub(crate) fn midnight(property: &str) -> Refusal {
    request(&format!("The Event.{property} property for an all-day event needs to be set to midnight."))
}

/// An all-day event is shorter than a day. Met on the live service.
pub(crate) fn whole_days() -> Refusal {
    request("The duration of an event marked as All day must be at least 24 hours.")
}

/// <https://learn.microsoft.com/en-us/graph/api/event-update#response>
pub(crate) fn crossing() -> Refusal {
    let message = "Modified occurrence is crossing or overlapping adjacent occurrence.";
    Refusal::new(400, "ErrorOccurrenceCrossingBoundary", message)
}

/// No day of the range fits the pattern.
pub(crate) fn no_occurrence() -> Refusal {
    Refusal::new(400, "ErrorRecurrenceHasNoOccurrence", "The recurrence pattern has no occurrence in its range.")
}

/// An occurrence has no recurrence of its own.
pub(crate) fn recurrence_of_occurrence() -> Refusal {
    Refusal::new(400, "ErrorInvalidPropertySet", "The recurrence of an occurrence can't be set.")
}

/// Occurrences are asked of an event that has none.
pub(crate) fn no_series() -> Refusal {
    request("Only a series has instances.")
}

/// <https://github.com/microsoftgraph/microsoft-graph-docs-contrib/issues/8385>
pub(crate) fn window_missing() -> Refusal {
    let message = "This request requires a time window specified by the query string parameters StartDateTime and \
                   EndDateTime.";
    Refusal::new(400, "ErrorInvalidParameter", message)
}

/// A bound of the window is no time, or the window ends before it begins. The code is a guess.
pub(crate) fn window_invalid() -> Refusal {
    Refusal::new(400, "ErrorInvalidParameter", "The time window of the request is invalid.")
}

/// <https://github.com/microsoftgraph/microsoft-graph-docs-contrib/issues/6321>
pub(crate) fn window_too_long(days: i64) -> Refusal {
    request(&format!(
        "The range between the start and end dates is greater than the allowed range. Maximum number of days: {days}"
    ))
}

/// A client takes the text of an item away. The message was met on the live service; the code is a guess.
pub(crate) fn no_body() -> Refusal {
    Refusal::new(400, "ErrorInvalidRequest", "The body of the item is invalid.")
}

/// More attendees than a meeting has. The limit is documented, its code is not.
pub(crate) fn too_many_attendees(most: usize) -> Refusal {
    request(&format!("A meeting can't have more than {most} attendees."))
}

/// An attendee without an address.
pub(crate) fn no_address() -> Refusal {
    Refusal::new(400, "ErrorInvalidRecipients", "At least one recipient isn't valid.")
}

/// Another event was made under this transaction id. Met by authors of clients.
pub(crate) fn transaction() -> Refusal {
    let message = "Your request can't be completed. The TransactionId specified in the request has already been used \
                   to create a different event.";
    Refusal::new(409, "ErrorDuplicateTransactionId", message)
}

/// Somebody else's meeting, where such an edit is refused. The code is a guess.
pub(crate) fn not_organizer() -> Refusal {
    Refusal::new(403, "ErrorAccessDenied", "Only the organizer of a meeting can change it.")
}

/// <https://learn.microsoft.com/en-us/graph/api/event-cancel>
pub(crate) fn cancel_not_organizer() -> Refusal {
    request("You need to be an organizer to cancel a meeting.")
}

/// Met on the live service.
pub(crate) fn respond_organizer() -> Refusal {
    request("You can't respond to this meeting because you're the meeting organizer.")
}

/// The organizer wants no answers.
pub(crate) fn response_not_requested() -> Refusal {
    request("The meeting organizer hasn't requested a response.")
}

/// What goes only with an answer that is sent. Met on the live service.
pub(crate) fn send_required(name: &str) -> Refusal {
    let message = format!("'SendResponse' must be true when '{name}' is not null.");
    Refusal::new(400, "ErrorInvalidParameter", message)
}

/// The default calendar stays.
pub(crate) fn default_calendar() -> Refusal {
    Refusal::new(400, "ErrorDeleteDistinguishedFolder", "Distinguished folders cannot be deleted.")
}
