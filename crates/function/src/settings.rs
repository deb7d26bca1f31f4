//! Settings, read strictly from a tab and leniently from the database.

use crate::refusal::Refusal;
use mxs_api::Settings;
use mxs_core::Direction;
use serde::Deserialize;
use serde_json::{Value, json};

/// Reads settings that are to be stored. Every member must be there and known: one that isn't would be put back to
/// its usual value, or lost, without anybody's knowledge.
pub(crate) fn sent(sent: &Value) -> Result<Settings, Refusal> {
    let usual = serde_json::to_value(Settings::default()).map_err(|_| Refusal::unreadable("settings"))?;
    let Ok(settings) = Settings::deserialize(sent) else {
        return Err(Refusal::BadMember(at_fault(sent, &usual, &|member| member)));
    };
    let kept = serde_json::to_value(&settings).map_err(|_| Refusal::unreadable("settings"))?;
    match differs(sent, &kept) {
        Some(member) => Err(Refusal::BadMember(member)),
        None => Ok(settings),
    }
}

/// Which member can't be read, named as in the `usual` settings: a name that the caller sent could be anything.
/// `whole` puts a value back to where it is.
fn at_fault(sent: &Value, usual: &Value, whole: &dyn Fn(Value) -> Value) -> String {
    for (name, usual) in usual.as_object().into_iter().flatten() {
        let Some(value) = sent.get(name) else { continue };
        let alone = |value: Value| whole(json!({ name.as_str(): value }));
        if Settings::deserialize(alone(value.clone())).is_err() {
            let deeper = at_fault(value, usual, &alone);
            return if deeper.is_empty() { name.clone() } else { format!("{name}.{deeper}") };
        }
    }
    String::new()
}

/// The first member that is in one and not in the other, by its place in `kept`. What is in a list was read strictly.
fn differs(sent: &Value, kept: &Value) -> Option<String> {
    let kept = kept.as_object()?;
    // A list would be read as the members in their order.
    let Some(sent) = sent.as_object() else { return Some(String::new()) };
    for (name, kept) in kept {
        let Some(sent) = sent.get(name) else { return Some(name.clone()) };
        if let Some(deeper) = differs(sent, kept) {
            return Some(if deeper.is_empty() { name.clone() } else { format!("{name}.{deeper}") });
        }
    }
    (sent.len() > kept.len()).then(String::new)
}

/// What settings were before there were kinds: one switch for contacts, and the direction.
#[derive(Deserialize)]
struct ContactsOnly {
    contacts: bool,
    direction: Direction,
}

/// Reads settings that an older version stored, or a newer one, from which this one was gone back to: what is
/// more than this one knows is left out. A choice that it does not know at all is none: nothing is synced until
/// somebody chooses anew.
pub(crate) fn stored(json: &str) -> Result<Settings, Refusal> {
    let value: Value = serde_json::from_str(json).map_err(|_| Refusal::unreadable("settings"))?;
    if let Ok(ContactsOnly { contacts, direction }) = ContactsOnly::deserialize(&value) {
        let mut settings = Settings::default();
        settings.contacts.rules.on = contacts;
        settings.contacts.rules.direction = direction;
        return Ok(settings);
    }
    Ok(if value.is_object() { Settings::deserialize(value).unwrap_or_default() } else { Settings::default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen() -> Settings {
        let mut settings = Settings::default();
        settings.contacts.rules.on = true;
        settings.contacts.rules.direction = Direction::ToCrm;
        settings
    }

    #[test]
    fn settings_of_other_versions_can_be_read() {
        let mut off = chosen();
        off.contacts.rules.on = false;
        for (case, json, expected) in [
            ("of the first version", r#"{"contacts":true,"direction":"to_crm"}"#, Some(chosen())),
            ("of the first, off", r#"{"contacts":false,"direction":"to_crm"}"#, Some(off)),
            ("with less", r#"{"contacts":{"rules":{"on":true,"direction":"to_crm"}}}"#, Some(chosen())),
            (
                "with more",
                r#"{"contacts":{"rules":{"on":true,"direction":"to_crm","hours":{"from":8}}},"notes":{"on":true}}"#,
                Some(chosen()),
            ),
            (
                "with a new direction",
                r#"{"contacts":{"rules":{"on":true,"direction":{"by_folder":{}}}}}"#,
                Some(Settings::default()),
            ),
            ("the first with a new direction", r#"{"contacts":true,"direction":{"x":{}}}"#, Some(Settings::default())),
            ("of another kind", r#"[1]"#, Some(Settings::default())),
            ("damaged", r#"{"contacts":true,"#, None),
        ] {
            assert_eq!(stored(json).ok(), expected, "{case}");
        }
        let whole = serde_json::to_string(&chosen()).expect("JSON");
        assert_eq!(stored(&whole).ok(), Some(chosen()));
    }

    #[test]
    fn the_member_at_fault_is_named() {
        let with = |path: &str, value: Value| {
            let mut settings = serde_json::to_value(chosen()).expect("JSON");
            *settings.pointer_mut(path).expect("a member") = value;
            settings
        };
        let more = |path: &str| {
            let mut settings = serde_json::to_value(chosen()).expect("JSON");
            settings.pointer_mut(path).expect("a member")["Anna Secret"] = json!(1);
            settings
        };
        let mut less = serde_json::to_value(chosen()).expect("JSON");
        less["events"]["rules"].as_object_mut().expect("members").remove("private");
        let field = json!([{ "field": "surname", "flow": "both", "crm": "no name" }]);
        for (sent, member) in [
            (json!([]), ""),
            (json!({}), "contacts"),
            (json!({ "contacts": true, "direction": "to_crm" }), "contacts"),
            (with("/tasks/months_back", json!(13)), "tasks.months_back"),
            (with("/contacts/fields", field), "contacts.fields"),
            (with("/events/rules/direction", json!({ "Anna Secret": {} })), "events.rules.direction"),
            (with("/owners", json!({ "chosen": ["Anna Secret"] })), "owners"),
            (more(""), ""),
            (more("/tasks/rules"), "tasks.rules"),
            (less, "events.rules.private"),
        ] {
            match super::sent(&sent) {
                Err(Refusal::BadMember(named)) => assert_eq!(named, member, "{sent}"),
                other => panic!("{other:?} for {sent}"),
            }
        }
        assert_eq!(super::sent(&serde_json::to_value(chosen()).expect("JSON")).ok(), Some(chosen()));
    }
}
