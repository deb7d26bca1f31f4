//! Windows' names of zones, by Unicode's table.
//!
//! `windows_zones.txt` is made by `zones/windows_zones.mjs` beside this crate's manifest; its first lines
//! say from what. Each other line is a Windows name, the zone that CLDR gives it for the whole world
//! ("001"), and every other IANA name that leads to it, aliases included.

/// Unicode's table, under the Unicode License v3 (`zones/LICENSE-UNICODE`).
const TABLE: &str = include_str!("windows_zones.txt");

/// The lines of the table: the Windows name, and its IANA names, the one for the whole world first.
fn lines() -> impl Iterator<Item = (&'static str, std::str::Split<'static, char>)> {
    TABLE.lines().filter(|line| !line.starts_with('#')).filter_map(|line| {
        let (windows, iana) = line.split_once('|')?;
        Some((windows, iana.split(' ')))
    })
}

/// The table's spelling of a Windows name, and its IANA zone.
pub(super) fn iana_of(windows: &str) -> Option<(&'static str, &'static str)> {
    let (name, mut zones) = lines().find(|(name, _)| name.eq_ignore_ascii_case(windows))?;
    Some((name, zones.next()?))
}

/// The Windows name of an IANA zone or of its alias, in that list's own spelling.
pub(super) fn windows_of(iana: &str) -> Option<&'static str> {
    lines().find(|(_, zones)| zones.clone().any(|name| name == iana)).map(|(windows, _)| windows)
}
