//! Time zones by every name that the vendors give them.

mod custom;
mod resolve;
mod windows;

pub use custom::{CustomRules, CustomRulesError, Daylight, Transition};
pub use resolve::{OutOfRange, Resolved};

use crate::moment::parse_offset;
use jiff::tz::{Offset, TimeZone, TimeZoneDatabase};
use std::fmt;

/// A time zone whose rules are known.
///
/// Its data is compiled in, so that a zone means the same on every machine and in a browser. What isn't
/// known is an error that keeps the name ([`ZoneError`]): nothing falls back to another zone, since that
/// would move people's appointments.
///
/// ```
/// use mxs_calendar::Zone;
///
/// let zone = Zone::parse("W. Europe Standard Time")?;
/// assert_eq!(zone.iana(), Some("Europe/Berlin"));
/// assert_eq!(Zone::parse("Europe/Zurich")?.windows(), Some("W. Europe Standard Time"));
/// assert!(Zone::parse("Europe/Atlantis").is_err());
/// # Ok::<(), mxs_calendar::ZoneError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Zone {
    name: ZoneName,
    rules: TimeZone,
}

/// How a zone is called.
#[derive(Clone, Debug, PartialEq, Eq)]
enum ZoneName {
    /// In the IANA database, in its spelling.
    Iana(String),
    /// In Windows, in CLDR's spelling.
    Windows(&'static str),
    /// Not at all: always the same distance from UTC.
    Fixed(Offset),
    /// By its owner, who brought its rules.
    Custom(String),
}

/// A zone's name that can't be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ZoneError {
    /// Outlook's word for a zone whose rules are in the mailbox or the event, not in the name.
    #[error("the zone \"{name}\" has rules of its own, and they are not known")]
    RulesMissing {
        /// The name as it was written.
        name: String,
    },
    /// No list has the name.
    #[error("no time zone is called \"{name}\"")]
    Unknown {
        /// The name as it was written.
        name: String,
    },
}

/// What Outlook puts where a name should be.
/// <https://learn.microsoft.com/en-us/graph/api/resources/event>, `originalStartTimeZone`.
const OUTLOOK_CUSTOM: &str = "tzone://Microsoft/Custom";
const OUTLOOK_UTC: &str = "tzone://Microsoft/Utc";
/// What Exchange calls a zone whose rules match none of its own. Several in one file are numbered.
const EXCHANGE_CUSTOM: &str = "Customized Time Zone";

/// A zone in the IANA database that stands for "no zone was set".
const UNSET: [&str; 2] = ["Etc/Unknown", "Factory"];

impl Zone {
    /// The zone of a name that Windows, the IANA database, Outlook or an offset gives it (`+05:30`,
    /// `UTC+05:30`), in any case.
    pub fn parse(text: &str) -> Result<Self, ZoneError> {
        let name = text.trim().trim_matches('"').trim();
        if name.eq_ignore_ascii_case(OUTLOOK_UTC) || name == "Z" {
            return Ok(Self::utc());
        }
        let starts_with =
            |prefix: &str| name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
        if starts_with(OUTLOOK_CUSTOM) || starts_with(EXCHANGE_CUSTOM) {
            return Err(ZoneError::RulesMissing { name: name.to_owned() });
        }
        Self::of_iana(name)
            .or_else(|| Self::of_windows(name))
            .or_else(|| Self::of_offset(name))
            .ok_or(ZoneError::Unknown { name: name.to_owned() })
    }

    /// Coordinated Universal Time.
    pub fn utc() -> Self {
        Self { name: ZoneName::Iana("UTC".to_owned()), rules: TimeZone::UTC }
    }

    /// A zone that brings its rules: Outlook's own, or one of a calendar file.
    pub fn custom(name: &str, rules: &CustomRules) -> Result<Self, CustomRulesError> {
        Ok(Self { name: ZoneName::Custom(name.to_owned()), rules: rules.time_zone()? })
    }

    /// Its name in the IANA database, if it has one. A Windows zone is used in many places; this is the
    /// one that CLDR names for the whole world.
    pub fn iana(&self) -> Option<&str> {
        match &self.name {
            ZoneName::Iana(name) => Some(name),
            ZoneName::Windows(name) => windows::iana_of(name).map(|(_, iana)| iana),
            ZoneName::Fixed(_) | ZoneName::Custom(_) => None,
        }
    }

    /// Its name in Windows, if it has one.
    pub fn windows(&self) -> Option<&'static str> {
        match &self.name {
            ZoneName::Iana(name) => windows::windows_of(name),
            ZoneName::Windows(name) => Some(name),
            ZoneName::Fixed(_) | ZoneName::Custom(_) => None,
        }
    }

    /// Whether clocks show the same in both zones, whatever each is called.
    pub fn has_rules_of(&self, other: &Self) -> bool {
        self.rules == other.rules
    }

    fn of_windows(name: &str) -> Option<Self> {
        let (name, iana) = windows::iana_of(name)?;
        Some(Self { name: ZoneName::Windows(name), rules: TimeZoneDatabase::bundled().get(iana).ok()? })
    }

    fn of_iana(name: &str) -> Option<Self> {
        let rules = TimeZoneDatabase::bundled().get(name).ok()?;
        let name = rules.iana_name().filter(|name| !UNSET.contains(name))?.to_owned();
        Some(Self { name: ZoneName::Iana(name), rules })
    }

    fn of_offset(name: &str) -> Option<Self> {
        let offset = match name.get(..3) {
            Some(utc) if utc.eq_ignore_ascii_case("UTC") => parse_offset(name.get(3..)?)?,
            _ => parse_offset(name)?,
        };
        Some(Self { name: ZoneName::Fixed(offset), rules: TimeZone::fixed(offset) })
    }
}

/// The name by which it was known, in its list's spelling.
impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            ZoneName::Iana(name) | ZoneName::Custom(name) => f.write_str(name),
            ZoneName::Windows(name) => f.write_str(name),
            ZoneName::Fixed(offset) => {
                let (sign, seconds) = (if offset.seconds() < 0 { '-' } else { '+' }, offset.seconds().unsigned_abs());
                write!(f, "{sign}{:02}:{:02}", seconds / 3600, seconds / 60 % 60)
            }
        }
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
