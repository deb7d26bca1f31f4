//! The MAPI properties under which the stores keep what items have here and not under Graph.
//!
//! See <https://learn.microsoft.com/en-us/openspecs/exchange_server_protocols/ms-oxprops/>.

use crate::microsoft::mailbox::ExtendedId;
use std::collections::BTreeMap;

pub(in crate::microsoft::ews) const BILLING: &str = "String {00062008-0000-0000-c000-000000000046} Id 0x8535";
pub(in crate::microsoft::ews) const CLASS: &str = "String 0x1a";
pub(in crate::microsoft::ews) const COMPANIES: &str = "String {00062008-0000-0000-c000-000000000046} Id 0x8539";
pub(in crate::microsoft::ews) const CONTACTS: &str = "String {00062008-0000-0000-c000-000000000046} Id 0x853a";
pub(in crate::microsoft::ews) const CULTURE: &str = "String 0x66a1";
pub(in crate::microsoft::ews) const IMPORTANCE: &str = "Integer 0x17";
pub(in crate::microsoft::ews) const IN_REPLY_TO: &str = "String 0x1042";
pub(in crate::microsoft::ews) const MILEAGE: &str = "String {00062008-0000-0000-c000-000000000046} Id 0x8534";
pub(in crate::microsoft::ews) const REMINDER_BEFORE: &str = "Integer {00062008-0000-0000-c000-000000000046} Id 0x8501";
pub(in crate::microsoft::ews) const REMINDER_DUE: &str = "SystemTime {00062008-0000-0000-c000-000000000046} Id 0x8502";
pub(in crate::microsoft::ews) const REMINDER_SET: &str = "Boolean {00062008-0000-0000-c000-000000000046} Id 0x8503";
pub(in crate::microsoft::ews) const SENSITIVITY: &str = "Integer 0x36";
pub(in crate::microsoft::ews) const SUBJECT: &str = "String 0x37";

/// The words of sensitivities, by their numbers from 0 on.
pub(in crate::microsoft::ews) const SENSITIVITIES: [&str; 4] = ["Normal", "Personal", "Private", "Confidential"];
/// The words of importances, by their numbers from 0 on.
pub(in crate::microsoft::ews) const IMPORTANCES: [&str; 3] = ["Low", "Normal", "High"];

/// What a MAPI property holds.
pub(in crate::microsoft::ews) fn kept<'a>(all: &'a BTreeMap<ExtendedId, String>, id: &str) -> Option<&'a str> {
    all.get(&ExtendedId::parse(id).ok()?).map(String::as_str)
}

/// The texts that a MAPI property holds.
pub(in crate::microsoft::ews) fn kept_texts(all: &BTreeMap<ExtendedId, String>, id: &str) -> Vec<String> {
    kept(all, id).and_then(|texts| serde_json::from_str(texts).ok()).unwrap_or_default()
}

/// The word of a number; the usual one where there is none.
pub(in crate::microsoft::ews) fn word(number: Option<&str>, words: &[&str], usual: &str) -> String {
    let known = number.and_then(|number| words.get(number.parse::<usize>().ok()?));
    (*known.unwrap_or(&usual)).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_property_is_written_as_the_store_writes_it() {
        let all = [
            BILLING,
            CLASS,
            COMPANIES,
            CONTACTS,
            CULTURE,
            IMPORTANCE,
            IN_REPLY_TO,
            MILEAGE,
            REMINDER_BEFORE,
            REMINDER_DUE,
            REMINDER_SET,
            SENSITIVITY,
            SUBJECT,
        ];
        for id in all {
            assert_eq!(ExtendedId::parse(id).map(|id| id.to_string()).as_deref(), Ok(id));
        }
    }
}
