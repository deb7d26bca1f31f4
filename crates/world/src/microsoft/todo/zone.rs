//! Time zones by the names that Graph takes, and the days and moments of a task.
//!
//! See <https://learn.microsoft.com/en-us/graph/api/resources/datetimetimezone>.

use super::refusal::misfit;
use super::windows_zones::WINDOWS_ZONES;
use crate::microsoft::mailbox::unknown_property;
use crate::microsoft::refusal::Refusal;
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use serde_json::{Value, json};

/// A time zone, and the name under which answers show it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Zone {
    pub(crate) name: String,
    rules: TimeZone,
}

impl Default for Zone {
    fn default() -> Self {
        Self { name: "UTC".into(), rules: TimeZone::UTC }
    }
}

impl Zone {
    /// The zone of a Windows name or an IANA name. Answers show the Windows name where there is one.
    pub(crate) fn find(name: &str) -> Option<Self> {
        let windows = WINDOWS_ZONES
            .iter()
            .find(|(windows, iana)| [*windows, *iana].iter().any(|known| known.eq_ignore_ascii_case(name)));
        match windows {
            Some((windows, iana)) => Some(Self { name: (*windows).into(), rules: TimeZone::get(iana).ok()? }),
            None => TimeZone::get(name).ok().map(|rules| Self { name: name.into(), rules }),
        }
    }

    /// The moment of a local date and time. One that a change of the clock skips is moved on, as elsewhere.
    fn moment(&self, local: DateTime) -> Option<Timestamp> {
        local.to_zoned(self.rules.clone()).ok().map(|zoned| zoned.timestamp())
    }

    /// The local date and time of a moment.
    pub(crate) fn local(&self, moment: Timestamp) -> DateTime {
        moment.to_zoned(self.rules.clone()).datetime()
    }

    /// The moment at which the day of `moment` begins.
    pub(crate) fn midnight(&self, moment: Timestamp) -> Option<Timestamp> {
        self.moment(self.local(moment).date().at(0, 0, 0, 0))
    }

    /// A moment as many days later as `to` is after `from`, by this zone's calendar.
    pub(crate) fn shift(&self, moment: Timestamp, from: Date, to: Date) -> Timestamp {
        let local = self.local(moment);
        let days = from.until(to).unwrap_or_default();
        local.checked_add(days).ok().and_then(|later| self.moment(later)).unwrap_or(moment)
    }
}

/// A date and time as a client wrote it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Stamp {
    local: DateTime,
    zone: Zone,
}

impl Stamp {
    /// Reads a `dateTimeTimeZone`; `null` clears.
    pub(crate) fn read(name: &str, value: &Value) -> Result<Option<Self>, Refusal> {
        let kind = "microsoft.graph.dateTimeTimeZone";
        let members = match value {
            Value::Null => return Ok(None),
            Value::Object(members) => members,
            other => return Err(misfit(other, kind, name)),
        };
        if let Some(other) =
            members.keys().find(|key| !["dateTime", "timeZone"].contains(&key.as_str()) && !key.contains('@'))
        {
            return Err(unknown_property(other, "dateTimeTimeZone"));
        }
        let written = members.get("dateTime").unwrap_or(&Value::Null);
        let local = written.as_str().and_then(|text| text.parse::<DateTime>().ok());
        let local = local.ok_or_else(|| misfit(written, "System.DateTime", &format!("{name}.dateTime")))?;
        let zone = match members.get("timeZone").unwrap_or(&Value::Null) {
            Value::Null => Some(Zone::default()),
            Value::String(zone) => Zone::find(zone),
            _ => None,
        };
        let zone = zone.ok_or_else(|| misfit(&members["timeZone"], "System.TimeZone", &format!("{name}.timeZone")))?;
        Ok(Some(Self { local, zone }))
    }

    /// The moment.
    pub(crate) fn moment(&self) -> Option<Timestamp> {
        self.zone.moment(self.local)
    }

    /// The moment at which its day begins where it was written: To Do keeps days so.
    pub(crate) fn at_midnight(self) -> Self {
        Self { local: self.local.date().at(0, 0, 0, 0), ..self }
    }
}

/// A moment as a `dateTimeTimeZone`.
pub(crate) fn write(moment: Timestamp, zone: &Zone) -> Value {
    json!({ "dateTime": fraction(zone.local(moment)), "timeZone": zone.name })
}

/// A moment as To Do writes an `Edm.DateTimeOffset`.
pub(crate) fn utc(moment: Timestamp) -> String {
    format!("{}Z", fraction(TimeZone::UTC.to_datetime(moment)))
}

/// With seven digits behind the second.
fn fraction(local: DateTime) -> String {
    format!("{}.{:07}", local.strftime("%Y-%m-%dT%H:%M:%S"), local.subsec_nanosecond() / 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(value: Value) -> Result<Option<String>, String> {
        let stamp = Stamp::read("dueDateTime", &value).map_err(|refusal| refusal.code)?;
        Ok(stamp.and_then(|stamp| stamp.at_midnight().moment()).map(|moment| moment.to_string()))
    }

    #[test]
    fn a_day_begins_where_it_was_written() {
        let stamp = |time: &str, zone: &str| json!({ "dateTime": time, "timeZone": zone });
        let cases = [
            // The documentation's own example of an answer: midnight in New York.
            (stamp("2020-08-25T16:00:00", "Eastern Standard Time"), Ok(Some("2020-08-25T04:00:00Z"))),
            (stamp("2020-07-25T04:10:00", "GMT"), Ok(Some("2020-07-25T00:00:00Z"))),
            (stamp("2024-10-24T00:00:00.0000000", "Pacific/Kiritimati"), Ok(Some("2024-10-23T10:00:00Z"))),
            (stamp("2026-11-21", "UTC"), Ok(Some("2026-11-21T00:00:00Z"))),
            (json!({ "dateTime": "2026-11-21T10:00:00" }), Ok(Some("2026-11-21T00:00:00Z"))),
            (json!(null), Ok(None)),
            (stamp("2026-11-21T10:00:00Z", "UTC"), Err("invalidRequest")),
            (stamp("tomorrow", "UTC"), Err("invalidRequest")),
            (stamp("2026-11-21T10:00:00", "Middle-earth"), Err("invalidRequest")),
            (json!({ "timeZone": "UTC" }), Err("invalidRequest")),
            (json!({ "dateTime": "2026-11-21T10:00:00", "timeZone": 1 }), Err("invalidRequest")),
            (json!({ "dateTime": "2026-11-21T10:00:00", "zone": "UTC" }), Err("RequestBodyRead")),
            (json!("2026-11-21"), Err("invalidRequest")),
        ];
        for (value, wanted) in cases {
            let found = day(value.clone());
            assert_eq!(
                found.as_ref().map(Option::as_deref).map_err(String::as_str),
                wanted.as_ref().copied().map_err(|code| *code),
                "{value}"
            );
        }
    }

    #[test]
    fn answers_show_windows_names() {
        for (name, shown) in
            [("America/Denver", "Mountain Standard Time"), ("utc", "UTC"), ("Europe/Kyiv", "Europe/Kyiv")]
        {
            assert_eq!(Zone::find(name).map(|zone| zone.name).as_deref(), Some(shown), "{name}");
        }
        let noon: Timestamp = "2026-11-21T12:00:00.25Z".parse().expect("a moment");
        let zone = Zone::find("W. Europe Standard Time").expect("a zone");
        assert_eq!(
            write(noon, &zone),
            json!({ "dateTime": "2026-11-21T13:00:00.2500000", "timeZone": "W. Europe Standard Time" })
        );
        assert_eq!(utc(noon), "2026-11-21T12:00:00.2500000Z");
    }

    #[test]
    fn every_windows_name_leads_somewhere() {
        for (windows, iana) in WINDOWS_ZONES {
            assert!(TimeZone::get(iana).is_ok(), "{windows}: {iana}");
        }
    }
}
