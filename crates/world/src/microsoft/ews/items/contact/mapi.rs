//! Under which MAPI properties a contact keeps what has a name here, but none under Graph; and which MAPI properties
//! are what has a name there.
//!
//! See <https://learn.microsoft.com/en-us/openspecs/exchange_server_protocols/ms-oxocntc/>.

pub(super) use super::super::mapi::*;
use crate::microsoft::mailbox::ExtendedId;

/// The tags of texts that the store keeps under names of their own.
const NAMED: [(&str, &str); 21] = [
    ("String 0x3001", "displayName"),
    ("String 0x3a05", "generation"),
    ("String 0x3a06", "givenName"),
    ("String 0x3a0a", "initials"),
    ("String 0x3a11", "surname"),
    ("String 0x3a16", "companyName"),
    ("String 0x3a17", "jobTitle"),
    ("String 0x3a18", "department"),
    ("String 0x3a19", "officeLocation"),
    ("String 0x3a1c", "mobilePhone"),
    ("String 0x3a30", "assistantName"),
    ("String 0x3a44", "middleName"),
    ("String 0x3a45", "title"),
    ("String 0x3a46", "profession"),
    ("String 0x3a48", "spouseName"),
    ("String 0x3a4e", "manager"),
    ("String 0x3a4f", "nickName"),
    ("String 0x3a51", "businessHomePage"),
    ("String {00062004-0000-0000-c000-000000000046} Id 0x802c", "yomiGivenName"),
    ("String {00062004-0000-0000-c000-000000000046} Id 0x802d", "yomiSurname"),
    ("String {00062004-0000-0000-c000-000000000046} Id 0x802e", "yomiCompanyName"),
];

/// The names that the three email addresses show.
const SHOWN: [&str; 3] = [
    "String {00062004-0000-0000-c000-000000000046} Id 0x8080",
    "String {00062004-0000-0000-c000-000000000046} Id 0x8090",
    "String {00062004-0000-0000-c000-000000000046} Id 0x80a0",
];

/// The telephone numbers that Graph has no names for.
pub(super) const PHONES: [(&str, &str); 14] = [
    ("AssistantPhone", "String 0x3a2e"),
    ("BusinessFax", "String 0x3a24"),
    ("Callback", "String 0x3a02"),
    ("CarPhone", "String 0x3a1e"),
    ("CompanyMainPhone", "String 0x3a57"),
    ("HomeFax", "String 0x3a25"),
    ("Isdn", "String 0x3a2d"),
    ("OtherFax", "String 0x3a23"),
    ("OtherTelephone", "String 0x3a1f"),
    ("Pager", "String 0x3a21"),
    ("PrimaryPhone", "String 0x3a1a"),
    ("RadioPhone", "String 0x3a1d"),
    ("Telex", "String 0x3a2c"),
    ("TtyTddPhone", "String 0x3a4b"),
];

pub(super) const BODY_HTML: &str = "String 0x1013";
pub(super) const FILE_AS: &str = "Integer {00062004-0000-0000-c000-000000000046} Id 0x8006";
pub(super) const MAIN_ADDRESS: &str = "Integer {00062004-0000-0000-c000-000000000046} Id 0x8022";
pub(super) const WEDDING: &str = "SystemTime 0x3a41";

/// The name under which the store keeps what a MAPI property holds.
pub(super) fn named(id: &ExtendedId) -> Option<&'static str> {
    let id = id.to_string();
    NAMED.iter().find(|(known, _)| *known == id).map(|(_, name)| *name)
}

/// Every MAPI property with the name under which the store keeps it.
pub(super) fn all_named() -> impl Iterator<Item = (Option<ExtendedId>, &'static str)> {
    NAMED.iter().map(|(id, name)| (ExtendedId::parse(id).ok(), *name))
}

/// Which email address shows the name that a MAPI property holds.
pub(super) fn shown(id: &ExtendedId) -> Option<usize> {
    let id = id.to_string();
    SHOWN.iter().position(|known| *known == id)
}

/// The MAPI property of the name that an email address shows.
pub(super) fn shown_id(slot: usize) -> Option<ExtendedId> {
    ExtendedId::parse(SHOWN.get(slot)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_property_is_written_as_the_store_writes_it() {
        let alone = [BODY_HTML, FILE_AS, MAIN_ADDRESS, WEDDING];
        let named = NAMED.iter().map(|(id, _)| *id);
        let phones = PHONES.iter().map(|(_, id)| *id);
        for id in alone.into_iter().chain(named).chain(phones).chain(SHOWN) {
            assert_eq!(ExtendedId::parse(id).map(|id| id.to_string()).as_deref(), Ok(id));
        }
    }
}
