//! How a contact is filed: the rule by which that follows its names.
//!
//! See <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/fileasmapping>; the numbers
//! are those of MS-OXOCNTC, 2.2.1.1.12.

/// The rules, and the numbers by which the store remembers them.
const RULES: [(&str, i64); 6] = [
    ("Company", 0x3a16),
    ("CompanyLastCommaFirst", 0x8018),
    ("DisplayName", 0x3001),
    ("FirstSpaceLast", 0x8037),
    ("LastCommaFirst", 0x8017),
    ("LastCommaFirstCompany", 0x8019),
];

/// The number of a rule; `None` for one that this stand-in doesn't cover.
pub(super) fn number(word: &str) -> Option<i64> {
    RULES.iter().find(|(known, _)| *known == word).map(|(_, number)| *number)
}

/// The rule of a number.
pub(super) fn word(number: &str) -> Option<&'static str> {
    RULES.iter().find(|(_, known)| known.to_string() == number).map(|(word, _)| *word)
}

/// What a contact is filed as by a rule. `text` is one of its properties.
pub(super) fn filed(rule: &str, text: impl Fn(&str) -> String) -> String {
    let (company, surname) = (text("companyName"), text("surname"));
    let joined = |parts: &[&String], between: &str| {
        parts.iter().filter(|part| !part.is_empty()).map(|part| part.as_str()).collect::<Vec<_>>().join(between)
    };
    let first = joined(&[&text("givenName"), &text("middleName")], " ");
    let last_first = joined(&[&surname, &first], ", ");
    match rule {
        "Company" => company,
        "CompanyLastCommaFirst" => joined(&[&company, &last_first], "\r\n"),
        "DisplayName" => text("displayName"),
        "FirstSpaceLast" => joined(&[&first, &surname], " "),
        "LastCommaFirstCompany" => joined(&[&last_first, &company], "\r\n"),
        _ => last_first,
    }
}
