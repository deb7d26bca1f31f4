//! Lists of occurrences that a series leaves out.

use crate::moment::Moment;
use crate::text::{Part, TextError, TextErrorKind};
use crate::zone::Zone;
use jiff::civil::Date;
use std::collections::BTreeSet;
use std::fmt;

/// An EXDATE: the occurrences left out, by their starts.
///
/// ```
/// use mxs_calendar::Exclusions;
///
/// let list = Exclusions::parse("EXDATE;TZID=America/New_York:20260105T090000,20260112T090000")?;
/// assert_eq!(list.zone.as_deref(), Some("America/New_York"));
/// assert_eq!(list.to_string(), "20260105T090000,20260112T090000");
/// # Ok::<(), mxs_calendar::TextError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exclusions {
    /// The zone's name as it was written, for moments that need one.
    pub zone: Option<String>,
    /// The starts, in the order they were written.
    pub starts: Vec<Moment>,
}

impl Exclusions {
    /// The longest text that is read, in bytes: some ten thousand dates.
    pub const LONGEST: usize = 262_144;

    /// Reads a list of dates or times, with or without `EXDATE:` and its parameters before it.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        if text.len() > Self::LONGEST {
            return Err(TextError { position: Self::LONGEST, kind: TextErrorKind::TooLong });
        }
        let (zone, mut position) = parameters(text);
        let mut starts = Vec::new();
        // Zoho parts values with semicolons elsewhere; a date holds neither.
        for item in text[position..].split([',', ';']) {
            if !item.trim().is_empty() {
                let kind = TextErrorKind::Value(Part::ExDate);
                starts.push(Moment::parse(item.trim()).ok_or(TextError { position, kind })?);
            }
            position += item.len() + 1;
        }
        Ok(Self { zone, starts })
    }

    /// The dates of the occurrences, in the series' own zone.
    pub fn dates_in(&self, zone: &Zone) -> BTreeSet<Date> {
        self.starts.iter().map(|start| start.date_in(zone)).collect()
    }
}

impl fmt::Display for Exclusions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, start) in self.starts.iter().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            write!(f, "{comma}{start}")?;
        }
        Ok(())
    }
}

/// The zone that the parameters name, and where the values begin.
fn parameters(text: &str) -> (Option<String>, usize) {
    let blank = text.len() - text.trim_start().len();
    let name = "EXDATE";
    let named = text.get(blank..blank + name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name));
    if !named {
        return (None, blank);
    }
    let (mut quoted, mut begin, mut zone) = (false, blank + name.len(), None);
    for (index, byte) in text.bytes().enumerate().skip(begin) {
        match byte {
            b'"' => quoted = !quoted,
            b';' | b':' if !quoted => {
                let parameter = text[begin..index].split_once('=');
                if let Some((_, value)) = parameter.filter(|(name, _)| name.trim().eq_ignore_ascii_case("TZID")) {
                    zone = Some(value.trim().trim_matches('"').to_owned());
                }
                begin = index + 1;
                if byte == b':' {
                    break;
                }
            }
            _ => {}
        }
    }
    (zone, begin)
}
