//! What the SDK's answers mean.
//!
//! Zoho's documentation and public code disagree about some shapes, so each known one is read.

use crate::state::Person;
use serde_json::Value;

/// The user and the organisation, from `getCurrentUser` and `getOrgInfo`.
pub(super) fn person(user: &str, organisation: &str) -> Option<Person> {
    let user: Value = serde_json::from_str(user).ok()?;
    let organisation: Value = serde_json::from_str(organisation).ok()?;
    let user = first_of(&user, "users");
    let organisation = first_of(&organisation, "org");
    Some(Person {
        id: filled(user, &["id"])?,
        name: filled(user, &["full_name", "email"])?,
        email: filled(user, &["email"]).unwrap_or_default(),
        org: filled(organisation, &["zgid"])?,
        org_name: filled(organisation, &["company_name"]).unwrap_or_default(),
        locale: filled(user, &["locale", "language"]).unwrap_or_default(),
    })
}

/// Whether `getUserPreference` says night or day. Its shape is not documented: the word is looked for.
pub(super) fn night(preference: &str) -> Option<bool> {
    let preference = preference.to_ascii_lowercase();
    match (preference.contains("night"), preference.contains("day")) {
        (true, false) => Some(true),
        (false, true) => Some(false),
        _ => None,
    }
}

/// What a function that was executed gave back.
pub(super) fn output(answer: &str) -> Option<String> {
    let answer: Value = serde_json::from_str(answer).ok()?;
    let output = answer.get("details")?.get("output")?.as_str()?;
    (!output.is_empty()).then(|| output.to_owned())
}

/// The answer itself, or the first of the list that it wraps.
fn first_of<'a>(answer: &'a Value, list: &str) -> &'a Value {
    answer.get(list).and_then(|list| list.get(0)).unwrap_or(answer)
}

/// The first of `names` that is filled; a number counts as its digits.
fn filled(value: &Value, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| match value.get(name)? {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const FLAT: &str = r#"{"id":"5001","full_name":"Asha Rao","email":"asha@corp.example","locale":"en_GB"}"#;
    const ORG: &str = r#"{"org":[{"zgid":"60001","company_name":"Corp"}]}"#;

    #[test]
    fn both_shapes_of_the_user_are_read() {
        let wrapped = format!(r#"{{"users":[{FLAT}]}}"#);
        for user in [FLAT, wrapped.as_str()] {
            let person = person(user, ORG).expect("complete");
            assert_eq!(
                (person.id.as_str(), person.name.as_str(), person.locale.as_str()),
                ("5001", "Asha Rao", "en_GB")
            );
            assert_eq!((person.org.as_str(), person.org_name.as_str()), ("60001", "Corp"));
        }
    }

    #[test]
    fn a_user_without_id_or_an_organisation_without_zgid_is_nobody() {
        assert_eq!(person(r#"{"full_name":"Asha"}"#, ORG), None);
        assert_eq!(person(FLAT, r#"{"org":[]}"#), None);
        assert_eq!(person("", ""), None);
        assert!(person(FLAT, r#"{"zgid":60001}"#).is_some_and(|person| person.org == "60001"));
    }

    #[test]
    fn the_theme_is_found_wherever_it_stands() {
        assert_eq!(night(r#"{"theme":"NIGHT"}"#), Some(true));
        assert_eq!(night(r#"{"data":{"theme":"Day"}}"#), Some(false));
        for unclear in ["", "{}", r#"{"modes":["day","night"]}"#] {
            assert_eq!(night(unclear), None, "{unclear}");
        }
    }

    #[test]
    fn the_output_of_a_function_is_text() {
        assert_eq!(output(r#"{"code":"success","details":{"output":"a|b.c"}}"#).as_deref(), Some("a|b.c"));
        assert_eq!(output(r#"{"code":"success","details":{"output":""}}"#), None);
        assert_eq!(output(r#"{"code":"ERROR","message":"no permission"}"#), None);
    }
}
