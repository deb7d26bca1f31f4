//! Moments as the service writes them.

use jiff::Timestamp;
use jiff::tz::Offset;
use mxs_calendar::Zone;

/// A moment in UTC.
pub(super) fn utc(moment: Timestamp) -> String {
    Offset::UTC.to_datetime(moment).strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// A moment on the clock of a zone, with the distance of that from UTC.
pub(super) fn in_zone(moment: Timestamp, zone: &Zone) -> String {
    let local = zone.local(moment);
    format!("{}{}", local.strftime("%Y-%m-%dT%H:%M:%S"), offset(moment, zone))
}

/// How far a zone is from UTC at a moment.
pub(super) fn offset(moment: Timestamp, zone: &Zone) -> String {
    let east = zone.local(moment).duration_since(Offset::UTC.to_datetime(moment)).as_mins();
    match east {
        0 => "Z".to_owned(),
        _ => {
            let (sign, minutes) = (if east < 0 { '-' } else { '+' }, east.unsigned_abs());
            format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_has_its_zone_behind_it() {
        let noon: Timestamp = "2026-07-01T12:00:00.25Z".parse().expect("a moment");
        assert_eq!(utc(noon), "2026-07-01T12:00:00Z");
        let cases = [
            ("UTC", "2026-07-01T12:00:00Z"),
            ("W. Europe Standard Time", "2026-07-01T14:00:00+02:00"),
            ("Newfoundland Standard Time", "2026-07-01T09:30:00-02:30"),
        ];
        for (zone, wanted) in cases {
            assert_eq!(in_zone(noon, &Zone::parse(zone).expect(zone)), wanted);
        }
    }
}
