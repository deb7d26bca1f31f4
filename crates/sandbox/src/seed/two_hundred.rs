//! Two hundred invented people, half on either side, for syncs that take a while.

use super::{Contacts, PEOPLE};
use serde_json::json;

/// A name as its owner writes it, and in ASCII for an address.
type Name = (&'static str, &'static str);

const MAILBOX_GIVEN: [Name; 10] = [
    ("Agathe", "agathe"),
    ("葵", "aoi"),
    ("Björn", "bjorn"),
    ("Chloé", "chloe"),
    ("Diego", "diego"),
    ("恵美", "emi"),
    ("Fatima", "fatima"),
    ("Grace", "grace"),
    ("Hugo", "hugo"),
    ("一郎", "ichiro"),
];
const MAILBOX_FAMILY: [Name; 10] = [
    ("Adeyemi", "adeyemi"),
    ("Bernard", "bernard"),
    ("Çelik", "celik"),
    ("Dvořák", "dvorak"),
    ("遠藤", "endo"),
    ("Ferreira", "ferreira"),
    ("Gagné", "gagne"),
    ("Huang", "huang"),
    ("Ivanova", "ivanova"),
    ("加藤", "kato"),
];
const CRM_GIVEN: [Name; 10] = [
    ("Jasmine", "jasmine"),
    ("健", "ken"),
    ("Léa", "lea"),
    ("Mateo", "mateo"),
    ("直子", "naoko"),
    ("Olga", "olga"),
    ("Pierre", "pierre"),
    ("Quentin", "quentin"),
    ("玲", "rei"),
    ("Siobhán", "siobhan"),
];
const CRM_FAMILY: [Name; 10] = [
    ("Lambert", "lambert"),
    ("松本", "matsumoto"),
    ("Nkosi", "nkosi"),
    ("Özdemir", "ozdemir"),
    ("Park", "park"),
    ("Quirós", "quiros"),
    ("Rossi", "rossi"),
    ("清水", "shimizu"),
    ("Tremblay", "tremblay"),
    ("Übelacker", "ubelacker"),
];

/// The set: the first person's mailbox and CRM contacts.
pub(super) fn contacts() -> Contacts {
    let mut contacts = Contacts::default();
    for number in 0..100 {
        let ((given, given_ascii), (family, family_ascii)) = (MAILBOX_GIVEN[number % 10], MAILBOX_FAMILY[number / 10]);
        let email = format!("{given_ascii}.{family_ascii}@outlook-only.example");
        let contact = json!({
            "givenName": given,
            "surname": family,
            "displayName": format!("{given} {family}"),
            "emailAddresses": [{ "address": email, "name": format!("{given} {family}") }],
            "businessPhones": [format!("+44 20 7946 {number:04}")],
            "jobTitle": "Buyer",
        });
        contacts.mailbox.push((PEOPLE[0].email, contact));

        let ((given, given_ascii), (family, family_ascii)) = (CRM_GIVEN[number % 10], CRM_FAMILY[number / 10]);
        let record = json!({
            "First_Name": given,
            "Last_Name": family,
            "Email": format!("{given_ascii}.{family_ascii}@crm-only.example"),
            "Phone": format!("+44 20 7946 {:04}", 100 + number),
            "Title": "Seller",
        });
        contacts.crm.push((0, record));
    }
    contacts
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn nobody_is_on_both_sides_or_twice() {
        let contacts = contacts();
        let mailbox = contacts.mailbox.iter().map(|(_, contact)| contact["emailAddresses"][0]["address"].to_string());
        let crm = contacts.crm.iter().map(|(_, record)| record["Email"].to_string());
        assert_eq!(mailbox.chain(crm).collect::<BTreeSet<_>>().len(), 200);
    }
}
