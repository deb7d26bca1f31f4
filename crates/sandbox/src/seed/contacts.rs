//! The default contacts: real vCard files in the mailboxes, and people in the CRM of whom some are the same.

use super::{Contacts, PEOPLE};
use crate::import::{Imported, named};
use serde_json::Value;

/// The sample files, which are part of the program.
macro_rules! samples {
    ($($name:literal)*) => {
        &[$(($name, include_bytes!(concat!("../../../../tests/samples/contacts/", $name)))),*]
    };
}

const SAMPLES: &[(&str, &[u8])] = samples! {
    "aosp-v21_japanese_1.vcf"
    "aosp-v30_japanese.vcf"
    "calcard-007.vcf"
    "calcard-015.vcf"
    "ccs-All-Custom-Fields-Here.vcf"
    "ccs-All-InfoIn.vcf"
    "ccs-Default-Thompson.vcf"
    "ccs-Mulberry-Contact.vcf"
    "ccs-WithNote-Mariotte.vcf"
    "ccs-double-byte-ja.vcf"
    "northlight-fr.vcf"
    "northlight-ja.vcf"
};

const CRM_CONTACTS: &str = include_str!("../../../../tests/samples/crm-contacts.json");

/// Which samples are in which mailbox: everything in the first, something to see in two others.
const MAILBOXES: [(usize, &str); 3] = [(0, ""), (2, "northlight-fr"), (3, "northlight-ja")];

/// The default set. The first administrator owns the CRM's contacts but for every third, which is Claire's.
pub(super) fn contacts() -> Contacts {
    let mut contacts = Contacts::default();
    for (person, beginning) in MAILBOXES {
        let mut imported = Imported::default();
        for (name, bytes) in SAMPLES.iter().filter(|(name, _)| name.starts_with(beginning)) {
            imported.append(named(name, bytes));
        }
        let mailbox = PEOPLE[person].email;
        contacts.mailbox.extend(imported.contacts.into_iter().map(|contact| (mailbox, contact)));
    }
    let records: Vec<Value> = serde_json::from_str(CRM_CONTACTS).unwrap_or_default();
    contacts.crm =
        records.into_iter().enumerate().map(|(index, record)| (if index % 3 == 2 { 2 } else { 0 }, record)).collect();
    contacts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_samples_are_whole() {
        let contacts = contacts();
        assert_eq!(contacts.crm.len(), 10);
        assert_eq!(contacts.mailbox.iter().filter(|(mailbox, _)| *mailbox == PEOPLE[0].email).count(), 16);
        for (name, bytes) in SAMPLES {
            let file = crate::import::read(bytes);
            assert_eq!(file.troubles, Vec::<String>::new(), "{name}");
        }
    }

    #[test]
    fn people_write_their_names_their_way() {
        let names: Vec<String> = contacts()
            .mailbox
            .iter()
            .filter_map(|(_, contact)| contact["displayName"].as_str().map(str::to_owned))
            .collect();
        for name in ["山本 葵", "Amélie Lefèvre", "ダブル バイト", "伊能 圭一 伊予", "Noël d’Aubigné"]
        {
            assert!(names.iter().any(|found| found == name), "{name} is not among {names:?}");
        }
    }
}
