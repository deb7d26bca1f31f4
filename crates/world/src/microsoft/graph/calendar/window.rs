//! The window that a calendar view is asked for.

use crate::microsoft::calendar::{Window, moment, window_invalid, window_missing, window_too_long};
use crate::microsoft::refusal::Refusal;
use crate::microsoft::target::Target;
use jiff::Timestamp;
use mxs_calendar::Zone;

/// No window is longer, as measured (<https://github.com/microsoftgraph/microsoft-graph-docs-contrib/issues/6321>).
const MOST_DAYS: i64 = 1825;

/// Reads `startDateTime` and `endDateTime`, which are UTC unless they say otherwise, whatever zone is preferred
/// (<https://learn.microsoft.com/en-us/graph/api/calendar-list-calendarview>).
pub(super) fn read(target: &Target) -> Result<Window, Refusal> {
    let bound = |name| target.query(name).filter(|text| !text.is_empty()).ok_or_else(window_missing);
    let (from, to) = (bound_of(bound("startDateTime")?)?, bound_of(bound("endDateTime")?)?);
    if to < from {
        return Err(window_invalid());
    }
    if to.duration_since(from) > jiff::SignedDuration::from_hours(24 * MOST_DAYS) {
        return Err(window_too_long(MOST_DAYS));
    }
    Ok(Window { from, to })
}

fn bound_of(text: &str) -> Result<Timestamp, Refusal> {
    // A plus sign of an offset that nobody encoded arrives as a space.
    let text = text.replace(' ', "+");
    let moment = moment(&text).ok_or_else(window_invalid)?;
    moment.instant_in(&Zone::utc()).map_err(|_| window_invalid())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_are_read() {
        let cases = [
            ("startDateTime=2026-11-01T00:00:00Z&endDateTime=2026-12-01T00:00:00Z", Ok("2026-11-01T00:00:00Z")),
            ("StartDateTime=2026-11-01&enddatetime=2026-11-02", Ok("2026-11-01T00:00:00Z")),
            ("startDateTime=2026-11-01T01:00:00.0000000+01:00&endDateTime=2026-12-01", Ok("2026-11-01T00:00:00Z")),
            ("startDateTime=2021-01-01&endDateTime=2025-12-31", Ok("2021-01-01T00:00:00Z")),
            ("startDateTime=2021-01-01&endDateTime=2026-01-02", Err("ErrorInvalidRequest")),
            ("startDateTime=2026-11-02&endDateTime=2026-11-01", Err("ErrorInvalidParameter")),
            ("startDateTime=soon&endDateTime=2026-11-01", Err("ErrorInvalidParameter")),
            ("startDateTime=2026-11-01", Err("ErrorInvalidParameter")),
            ("", Err("ErrorInvalidParameter")),
        ];
        for (query, wanted) in cases {
            let found = read(&Target::parse(&format!("/v1.0/me/calendarView?{query}")));
            let found = found.map(|window| window.from.to_string()).map_err(|refusal| refusal.code);
            assert_eq!(found.as_deref().map_err(String::as_str), wanted, "{query}");
        }
    }
}
