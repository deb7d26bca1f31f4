//! Moments as Zoho writes and reads them.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// A moment with the offset of `zone` and whole seconds, as in `2024-12-20T10:09:52+03:00`.
pub(crate) fn write(moment: Timestamp, zone: &TimeZone) -> String {
    moment.to_zoned(zone.clone()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

/// Reads a moment in the one form that Zoho takes: seconds without fraction and a numeric offset. `Z` and
/// milliseconds, as `toISOString` of JavaScript writes them, are refused; users report it of COQL
/// ("value given seems to be invalid for the column"), and the field documentation names no other form.
pub(crate) fn read(text: &str) -> Option<Timestamp> {
    const FORM: &[u8; 25] = b"dddd-dd-ddTdd:dd:dd+dd:dd";
    let fits = text.len() == FORM.len()
        && text.bytes().zip(FORM).all(|(byte, form)| match form {
            b'd' => byte.is_ascii_digit(),
            b'+' => byte == b'+' || byte == b'-',
            other => byte == *other,
        });
    if fits { text.parse().ok() } else { None }
}

/// Reads a date in the form `2024-12-20`.
pub(crate) fn read_date(text: &str) -> Option<Date> {
    let bytes = text.as_bytes();
    let fits = bytes.len() == 10
        && bytes
            .iter()
            .enumerate()
            .all(|(at, byte)| if at == 4 || at == 7 { *byte == b'-' } else { byte.is_ascii_digit() });
    if fits { text.parse().ok() } else { None }
}

/// The moment without its fraction of a second. Zoho keeps whole seconds, so two writes within one
/// second can't be told apart by their `Modified_Time`.
pub(crate) fn whole_seconds(moment: Timestamp) -> Timestamp {
    Timestamp::from_second(moment.as_second()).unwrap_or(moment)
}

/// The form in which moments are kept and compared inside the stand-in: UTC, whole seconds.
pub(crate) fn canonical(moment: Timestamp) -> String {
    whole_seconds(moment).to_string()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn only_one_form_is_read() {
        assert_eq!(read("2026-07-16T18:02:00+05:30"), Some("2026-07-16T12:32:00Z".parse().unwrap()));
        for refused in
            ["2026-07-16T12:32:00Z", "2026-07-16T12:32:00.501+00:00", "2026-07-16", "2026-13-16T12:32:00+00:00"]
        {
            assert_eq!(read(refused), None, "{refused}");
        }
    }

    #[test]
    fn moments_carry_the_zone_of_the_reader() {
        let moment: Timestamp = "2026-07-16T12:32:00.9Z".parse().unwrap();
        let cases = [("Asia/Kolkata", "2026-07-16T18:02:00+05:30"), ("America/New_York", "2026-07-16T08:32:00-04:00")];
        for (zone, expected) in cases {
            assert_eq!(write(moment, &TimeZone::get(zone).unwrap()), expected);
        }
    }
}
