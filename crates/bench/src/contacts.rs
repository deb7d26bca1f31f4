//! The contacts that are synced: the same for every program that is measured.

use crate::trouble::Trouble;
use mxs_core::{Field, Fields, Value as Text};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;

/// Of so many people one has the surname of another.
const SURNAMES: usize = 997;

const CITIES: [&str; 7] = ["Lyon", "Porto", "Utrecht", "Kraków", "Bergen", "München", "大阪市"];

/// A contact, with a member for each property of a vCard.
#[derive(Serialize, Deserialize)]
pub(crate) struct Contact {
    uid: String,
    given_name: String,
    surname: String,
    title: String,
    department: String,
    email: String,
    work_phone: String,
    mobile_phone: String,
    street: String,
    city: String,
    postal_code: String,
    country: String,
}

impl Contact {
    /// The contact with this number: the same in every run.
    pub(crate) fn new(number: usize) -> Self {
        Self {
            uid: format!("8f14e45f-ceea-467f-a8f7-{number:012}"),
            given_name: format!("Given{number}"),
            surname: format!("Surname{}", number % SURNAMES),
            title: "Buyer".to_owned(),
            department: format!("Department {}", number % 40),
            email: format!("person{number}@corp.example"),
            work_phone: format!("+44 20 7946 {number:06}"),
            mobile_phone: format!("+44 7700 {number:06}"),
            street: format!("{number} Long Acre"),
            city: CITIES[number % CITIES.len()].to_owned(),
            postal_code: format!("WC{number:05}"),
            country: "United Kingdom".to_owned(),
        }
    }

    /// As the engine sees it.
    pub(crate) fn fields(&self) -> Fields {
        let texts = [
            (Field::GivenName, &self.given_name),
            (Field::Surname, &self.surname),
            (Field::JobTitle, &self.title),
            (Field::Department, &self.department),
            (Field::Email1, &self.email),
            (Field::BusinessPhone, &self.work_phone),
            (Field::MobilePhone, &self.mobile_phone),
            (Field::WorkStreet, &self.street),
            (Field::WorkCity, &self.city),
            (Field::WorkPostalCode, &self.postal_code),
            (Field::WorkCountry, &self.country),
        ];
        texts.into_iter().filter_map(|(field, text)| Some((field, Text::text(text)?))).collect()
    }

    /// As a person makes it in Outlook.
    pub(crate) fn item(&self) -> Value {
        json!({
            "givenName": self.given_name,
            "surname": self.surname,
            "jobTitle": self.title,
            "department": self.department,
            "emailAddresses": [{ "address": self.email, "name": format!("{} {}", self.given_name, self.surname) }],
            "businessPhones": [self.work_phone],
            "mobilePhone": self.mobile_phone,
            "businessAddress": {
                "street": self.street,
                "city": self.city,
                "postalCode": self.postal_code,
                "countryOrRegion": self.country,
            },
        })
    }

    /// As a person makes it in the CRM.
    pub(crate) fn record(&self) -> Value {
        json!({
            "First_Name": self.given_name,
            "Last_Name": self.surname,
            "Title": self.title,
            "Department": self.department,
            "Email": self.email,
            "Phone": self.work_phone,
            "Mobile": self.mobile_phone,
            "Mailing_Street": self.street,
            "Mailing_City": self.city,
            "Mailing_Zip": self.postal_code,
            "Mailing_Country": self.country,
        })
    }
}

/// Writes so many contacts, a line each, as JSON.
pub(crate) fn write(count: usize, mut out: impl Write) -> Result<(), Trouble> {
    for number in 0..count {
        serde_json::to_writer(&mut out, &Contact::new(number))?;
        out.write_all(b"\n")?;
    }
    Ok(out.flush()?)
}

/// Reads the contacts of a file, one after the other.
pub(crate) fn read(path: &Path) -> Result<impl Iterator<Item = Result<Contact, Trouble>>, Trouble> {
    let lines = BufReader::new(File::open(path)?).lines();
    Ok(lines.map(|line| Ok(serde_json::from_str(&line?)?)))
}
