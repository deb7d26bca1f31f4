//! What is chosen, as the function has it.

use mxs_core::{Direction, Winner};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The settings. The page knows the members that its form shows and keeps everything else as it came: what the rest
/// means is the function's and the worker's business, and knowing it would weigh down the first visit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Chosen(Value);

/// Whether contacts are synced.
const ON: [&str; 3] = ["contacts", "rules", "on"];

/// Which way contacts flow.
const DIRECTION: [&str; 3] = ["contacts", "rules", "direction"];

/// Which way where nobody chose.
const USUAL: Direction = Direction::Both { winner: Winner::Crm };

impl Chosen {
    /// Whether contacts are synced.
    pub(crate) fn contacts(&self) -> bool {
        self.is_on(&ON)
    }

    /// Whether anything is.
    pub(crate) fn syncs(&self) -> bool {
        let kinds = ["contacts", "tasks", "events"];
        kinds.iter().any(|kind| self.is_on(&[kind, "rules", "on"])) || self.is_on(&["mails", "on"])
    }

    fn is_on(&self, path: &[&str]) -> bool {
        self.member(path).and_then(Value::as_bool).unwrap_or_default()
    }

    /// Which way contacts flow.
    pub(crate) fn direction(&self) -> Direction {
        self.member(&DIRECTION).and_then(|value| Direction::deserialize(value).ok()).unwrap_or(USUAL)
    }

    /// The same but for these choices. A choice that stays is left in its own words: a newer version's may say more.
    #[must_use]
    pub(crate) fn with(mut self, contacts: bool, direction: Direction) -> Self {
        if contacts != self.contacts() {
            self.0 = set(self.0, &ON, Value::Bool(contacts));
        }
        if direction != self.direction()
            && let Ok(direction) = serde_json::to_value(direction)
        {
            self.0 = set(self.0, &DIRECTION, direction);
        }
        self
    }

    fn member(&self, path: &[&str]) -> Option<&Value> {
        path.iter().try_fold(&self.0, |value, name| value.get(name))
    }
}

/// `value` with another member at `path`.
fn set(value: Value, path: &[&str], member: Value) -> Value {
    let Some((name, rest)) = path.split_first() else { return member };
    let mut members = match value {
        Value::Object(members) => members,
        _ => Map::new(),
    };
    let old = members.remove(*name).unwrap_or_default();
    members.insert((*name).to_owned(), set(old, rest, member));
    Value::Object(members)
}

#[cfg(test)]
impl From<&mxs_api::Settings> for Chosen {
    fn from(settings: &mxs_api::Settings) -> Self {
        Self(serde_json::to_value(settings).expect("JSON"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mxs_api::Settings;
    use serde_json::json;

    #[test]
    fn the_form_reads_and_writes_what_the_function_means() {
        for direction in [
            Direction::Both { winner: Winner::Crm },
            Direction::Both { winner: Winner::Exchange },
            Direction::ToCrm,
            Direction::ToExchange,
        ] {
            let mut settings = Settings::default();
            // Of this the form shows nothing.
            settings.contacts.rules.private = true;
            settings.tasks.rules.on = true;
            let found = Chosen::from(&settings);
            settings.contacts.rules.on = true;
            settings.contacts.rules.direction = direction;
            let chosen = found.with(true, direction);
            assert_eq!(chosen, Chosen::from(&settings));
            assert_eq!((chosen.contacts(), chosen.direction()), (true, direction));
        }
    }

    #[test]
    fn a_sync_needs_one_thing_that_is_on() {
        let nothing = Settings::default();
        let (mut events, mut mails) = (nothing.clone(), nothing.clone());
        events.events.rules.on = true;
        mails.mails.on = true;
        for (settings, syncs) in [(nothing, false), (events, true), (mails, true)] {
            let chosen = Chosen::from(&settings);
            assert_eq!((chosen.syncs(), chosen.contacts()), (syncs, false));
        }
    }

    #[test]
    fn nothing_chosen_is_as_the_function_sees_it() {
        let usual = Settings::default().contacts.rules;
        for nothing in [json!(null), json!({}), json!({ "contacts": {} }), json!({ "contacts": { "rules": null } })] {
            let chosen = Chosen(nothing);
            assert_eq!((chosen.contacts(), chosen.direction()), (usual.on, usual.direction));
            assert_eq!(chosen.with(true, usual.direction).0, json!({ "contacts": { "rules": { "on": true } } }));
        }
    }

    #[test]
    fn words_of_a_newer_version_stay_until_a_person_chooses() {
        let newer = json!({ "contacts": { "rules": { "on": true, "direction": { "both": { "winner": "newest" } } } } });
        let chosen = Chosen(newer.clone());
        let mut expected = newer;
        expected["contacts"]["rules"]["on"] = json!(false);
        let direction = chosen.direction();
        let chosen = chosen.with(false, direction);
        assert_eq!(chosen.0, expected);
        expected["contacts"]["rules"]["direction"] = json!("to_crm");
        assert_eq!(chosen.with(false, Direction::ToCrm).0, expected);
    }
}
