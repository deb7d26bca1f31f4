//! What the SDK's answers mean.
//!
//! Zoho's documentation and public code disagree about some shapes, so each known one is read.

use crate::state::Person;
use js_sys::{Array, JSON, Reflect};
use wasm_bindgen::{JsCast, JsValue};

/// The user and the organisation, from `getCurrentUser` and `getOrgInfo`.
pub(super) fn person(user: &JsValue, organisation: &JsValue) -> Option<Person> {
    let user = first_of(user, "users");
    let organisation = first_of(organisation, "org");
    Some(Person {
        id: filled(&user, &["id"])?,
        name: filled(&user, &["full_name", "email"])?,
        email: filled(&user, &["email"]).unwrap_or_default(),
        org: filled(&organisation, &["zgid"])?,
        org_name: filled(&organisation, &["company_name"]).unwrap_or_default(),
        locale: filled(&user, &["locale", "language"]).unwrap_or_default(),
        zone: filled(&user, &["time_zone"]).unwrap_or_default(),
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
pub(super) fn output(answer: &JsValue) -> Option<String> {
    let output = member(&member(&parsed(answer), "details"), "output").as_string()?;
    (!output.is_empty()).then_some(output)
}

/// The value as JSON.
pub(super) fn text(value: &JsValue) -> String {
    value.as_string().or_else(|| JSON::stringify(value).ok()?.as_string()).unwrap_or_default()
}

/// Some answers are objects, some are texts that hold one.
fn parsed(answer: &JsValue) -> JsValue {
    answer.as_string().and_then(|text| JSON::parse(&text).ok()).unwrap_or_else(|| answer.clone())
}

/// `undefined` where there is no such member, and no object.
fn member(value: &JsValue, name: &str) -> JsValue {
    Reflect::get(value, &name.into()).unwrap_or_default()
}

/// The answer itself, or the first of the list that it wraps.
fn first_of(answer: &JsValue, list: &str) -> JsValue {
    let answer = parsed(answer);
    member(&answer, list).dyn_ref::<Array>().map_or(answer, |list| list.get(0))
}

/// The first of `names` that is filled; a number counts as its digits.
fn filled(value: &JsValue, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| {
        let value = member(value, name);
        let digits = || value.as_f64().map(|number| (number as u64).to_string());
        value.as_string().or_else(digits).filter(|text| !text.is_empty())
    })
}

#[cfg(test)]
mod tests {
    use super::night;

    #[test]
    fn the_theme_is_found_wherever_it_stands() {
        assert_eq!(night(r#"{"theme":"NIGHT"}"#), Some(true));
        assert_eq!(night(r#"{"data":{"theme":"Day"}}"#), Some(false));
        for unclear in ["", "{}", r#"{"modes":["day","night"]}"#] {
            assert_eq!(night(unclear), None, "{unclear}");
        }
    }
}

#[cfg(all(test, target_arch = "wasm32"))]
mod browser_tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    const FLAT: &str = r#"{"id":"5001","full_name":"Asha Rao","email":"asha@corp.example","locale":"en_GB","time_zone":"Asia/Kolkata"}"#;
    const ORG: &str = r#"{"org":[{"zgid":"60001","company_name":"Corp"}]}"#;

    /// An answer as an object, and as the text of one.
    fn both(json: &str) -> [JsValue; 2] {
        [JSON::parse(json).expect("JSON"), json.into()]
    }

    #[wasm_bindgen_test]
    fn both_shapes_of_the_user_are_read() {
        let wrapped = format!(r#"{{"users":[{FLAT}]}}"#);
        for user in both(FLAT).into_iter().chain(both(&wrapped)) {
            for organisation in both(ORG) {
                let person = person(&user, &organisation).expect("complete");
                assert_eq!((&*person.id, &*person.name, &*person.locale), ("5001", "Asha Rao", "en_GB"));
                assert_eq!((&*person.org, &*person.org_name, &*person.zone), ("60001", "Corp", "Asia/Kolkata"));
            }
        }
    }

    #[wasm_bindgen_test]
    fn a_user_without_id_or_an_organisation_without_zgid_is_nobody() {
        let of = |user: &str, organisation: &str| person(&user.into(), &organisation.into());
        assert_eq!(of(r#"{"full_name":"Asha"}"#, ORG), None);
        assert_eq!(of(FLAT, r#"{"org":[]}"#), None);
        assert_eq!(of("", ""), None);
        assert!(of(FLAT, r#"{"zgid":60001}"#).is_some_and(|person| person.org == "60001"));
        assert_eq!(person(&JsValue::UNDEFINED, &JsValue::NULL), None);
    }

    #[wasm_bindgen_test]
    fn the_output_of_a_function_is_text() {
        for (answer, expected) in [
            (r#"{"code":"success","details":{"output":"a|b.c"}}"#, Some("a|b.c")),
            (r#"{"code":"success","details":{"output":""}}"#, None),
            (r#"{"code":"ERROR","message":"no permission"}"#, None),
        ] {
            for answer in both(answer) {
                assert_eq!(output(&answer).as_deref(), expected);
            }
        }
    }
}
