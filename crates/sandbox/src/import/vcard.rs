//! vCard files read into Graph contacts.

use super::charset::decode;
use super::fields::contact;
use calcard::{Entry, Parser};
use serde_json::Value;
use std::collections::BTreeSet;

/// What one file holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CardFile {
    /// The contacts, as bodies for `POST /contacts`.
    pub contacts: Vec<Value>,
    /// What is wrong with the file, in words.
    pub troubles: Vec<String>,
    /// Kinds of values that a Graph contact has no place for.
    pub left_out: BTreeSet<&'static str>,
}

/// Reads the cards of one file. A card that can't be used is named in `troubles`; the others are kept.
pub fn read(bytes: &[u8]) -> CardFile {
    let text = decode(bytes);
    let mut file = CardFile::default();
    let mut parser = Parser::new(&text);
    let mut cards = 0;
    let mut stray = None;
    loop {
        match parser.entry() {
            Entry::VCard(card) => {
                cards += 1;
                match contact(&card, &mut file.left_out) {
                    Some(contact) => file.contacts.push(contact),
                    None => {
                        file.troubles.push(format!("card {cards} has no name, company or e-mail address; not loaded"))
                    }
                }
            }
            Entry::ICalendar(_) => file.troubles.push("holds a calendar; only its vCards are loaded".into()),
            Entry::InvalidLine(line) => stray = stray.or(Some(line)),
            Entry::Eof => break,
            // Calendar components that don't end: only a calendar has them, which isn't loaded anyway.
            _ => {}
        }
    }
    if cards == 0 && file.troubles.is_empty() {
        file.troubles.push("is no vCard file: there is no BEGIN:VCARD in it".into());
    } else if let Some(line) = stray {
        file.troubles.push(format!("text between the cards was passed over: '{}'", excerpt(&line)));
    }
    // The parser keeps what it has of a card that doesn't end, and doesn't tell.
    if lines(&text, "BEGIN:VCARD") > lines(&text, "END:VCARD") {
        file.troubles.push(format!("card {cards} is cut off; what is there of it was loaded"));
    }
    file
}

fn lines(text: &str, wanted: &str) -> usize {
    text.lines().filter(|line| line.trim().eq_ignore_ascii_case(wanted)).count()
}

fn excerpt(line: &str) -> String {
    line.trim().chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::read;
    use serde_json::{Value, json};

    fn one(card: &str) -> Value {
        let file = read(card.as_bytes());
        assert_eq!(file.troubles, Vec::<String>::new());
        assert_eq!(file.contacts.len(), 1);
        file.contacts.into_iter().next().expect("one contact")
    }

    #[test]
    fn a_full_card_fills_the_contact() {
        let contact = one(
            "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Doe;John;Richter\\,James;Mr.;Sr.\r\nFN:John Doe\r\nNICKNAME:Johny\r\n\
            X-PHONETIC-FIRST-NAME:Jon\r\nX-PHONETIC-LAST-NAME:Dow\r\nORG:Initech;Accounting\r\nTITLE:Money Counter\r\n\
            EMAIL;type=INTERNET;type=WORK:john@initech.example\r\nTEL;type=WORK;type=pref:905-777-1234\r\nTEL;type=HOME:905-666-1234\r\n\
            TEL;type=CELL:905-555-1234\r\nitem1.X-ABRELATEDNAMES:Maria\r\nitem1.X-ABLabel:_$!<Spouse>!$_\r\n\
            item2.ADR;type=HOME:;Suite 2;5 Alley;New York;NY;12345;USA\r\nBDAY;value=date:1980-06-06\r\nNOTE:One\\nTwo\r\nCATEGORIES:VIP,Club\r\n\
            URL:http\\://initech.example\r\nEND:VCARD\r\n",
        );
        let expected = json!({
            "displayName": "John Doe", "surname": "Doe", "givenName": "John", "middleName": "Richter,James",
            "title": "Mr.", "generation": "Sr.", "nickName": "Johny", "yomiGivenName": "Jon", "yomiSurname": "Dow",
            "companyName": "Initech", "department": "Accounting", "jobTitle": "Money Counter",
            "emailAddresses": [{ "address": "john@initech.example", "name": "John Doe" }],
            "businessPhones": ["905-777-1234"], "homePhones": ["905-666-1234"], "mobilePhone": "905-555-1234",
            "spouseName": "Maria", "birthday": "1980-06-06T11:59:00Z", "personalNotes": "One\nTwo",
            "homeAddress": { "street": "5 Alley\nSuite 2", "city": "New York", "state": "NY", "postalCode": "12345", "countryOrRegion": "USA" },
            "categories": ["VIP", "Club"], "businessHomePage": "http://initech.example",
        });
        assert_eq!(contact, expected);
    }

    #[test]
    fn what_has_no_place_is_named() {
        let file = read(
            b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:A\r\nTEL;TYPE=WORK,FAX:1\r\nTEL;TYPE=CELL:2\r\nTEL;TYPE=CELL:3\r\nBDAY:--0203\r\nEND:VCARD\r\n",
        );
        assert_eq!(file.contacts[0]["mobilePhone"], "2");
        let left_out: Vec<&str> = file.left_out.into_iter().collect();
        assert_eq!(left_out, ["birthday without a year", "fax number", "further phone number"]);
    }

    #[test]
    fn broken_files_say_what_is_wrong() {
        let cases: [(&[u8], usize, &[&str]); 6] = [
            (b"", 0, &["is no vCard file"]),
            (b"Dear colleague,\r\n\r\nno card here.\r\n", 0, &["is no vCard file"]),
            (
                b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:A\r\nEND:VCARD\r\nBEGIN:VCARD\r\nFN:B\r\nEMAIL:b@",
                2,
                &["card 2 is cut off"],
            ),
            (b"BEGIN:VCARD\r\nVERSION:3.0\r\nPRODID:x\r\nEND:VCARD\r\n", 0, &["card 1 has no name"]),
            (b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n", 0, &["holds a calendar"]),
            (b"\xff\xfe\x00\x01", 0, &["is no vCard file"]),
        ];
        for (bytes, contacts, troubles) in cases {
            let file = read(bytes);
            assert_eq!(file.contacts.len(), contacts, "{:?}", file.troubles);
            assert_eq!(file.troubles.len(), troubles.len(), "{:?}", file.troubles);
            for (found, expected) in file.troubles.iter().zip(troubles) {
                assert!(found.contains(expected), "{found}");
            }
        }
    }
}
