//! The lists of a contact whose entries have keys.

/// The keys of the email addresses, in their order.
pub(super) const EMAILS: [&str; 3] = ["EmailAddress1", "EmailAddress2", "EmailAddress3"];

/// The keys of the chat addresses, in their order.
pub(super) const CHATS: [&str; 3] = ["ImAddress1", "ImAddress2", "ImAddress3"];

/// The keys of the postal addresses, and what the store calls them.
pub(super) const PLACES: [(&str, &str); 3] =
    [("Home", "homeAddress"), ("Business", "businessAddress"), ("Other", "otherAddress")];

/// The parts of a postal address in the order of the schema, and what the store calls them.
pub(super) const PARTS: [(&str, &str); 5] = [
    ("Street", "street"),
    ("City", "city"),
    ("State", "state"),
    ("CountryOrRegion", "countryOrRegion"),
    ("PostalCode", "postalCode"),
];

/// The telephone numbers that the store keeps in lists, and at which place.
pub(super) const PHONES: [(&str, &str, usize); 4] = [
    ("BusinessPhone", "businessPhones", 0),
    ("BusinessPhone2", "businessPhones", 1),
    ("HomePhone", "homePhones", 0),
    ("HomePhone2", "homePhones", 1),
];

/// The keys of all telephone numbers, in the order of the schema.
pub(super) const PHONE_KEYS: [&str; 19] = [
    "AssistantPhone",
    "BusinessFax",
    "BusinessPhone",
    "BusinessPhone2",
    "Callback",
    "CarPhone",
    "CompanyMainPhone",
    "HomeFax",
    "HomePhone",
    "HomePhone2",
    "Isdn",
    "MobilePhone",
    "OtherFax",
    "OtherTelephone",
    "Pager",
    "PrimaryPhone",
    "RadioPhone",
    "Telex",
    "TtyTddPhone",
];
