//! What is to be told, by what people chose. Pure.
//!
//! A resource is stored as a word: a kind, and behind a space the id of a folder or list.

use mxs_api::{Place, Settings, TaskLists};
use mxs_graph::mail::folders::DEFAULT_FOLDERS;
use mxs_graph::mailbox::open_to_applications;
use mxs_graph::subscriptions::Resource;
use mxs_zoho::Module;
use std::collections::BTreeSet;

const CONTACT: &str = "contact";
const EVENT: &str = "event";
const MAIL: &str = "mail";
const TASK: &str = "task";

/// What Microsoft is to tell of a mailbox.
pub(super) fn of_mailbox(settings: &Settings, is_application: bool) -> BTreeSet<String> {
    let mut wanted = BTreeSet::new();
    let of = |word: &str, id: &str| format!("{word} {id}");
    if settings.contacts.rules.on {
        match &settings.contacts.folders {
            Place::Default => wanted.extend([CONTACT.to_owned()]),
            Place::Chosen(ids) => wanted.extend(ids.iter().map(|id| of(CONTACT, id.as_str()))),
        }
    }
    if settings.events.rules.on {
        wanted.insert(EVENT.to_owned());
    }
    if settings.tasks.rules.on
        && (!is_application || open_to_applications(mxs_core::Kind::Task))
        && let TaskLists::Chosen(ids) = &settings.tasks.lists
    {
        wanted.extend(ids.iter().map(|id| of(TASK, id.as_str())));
    }
    if settings.mails.on {
        match &settings.mails.folders {
            Place::Default => wanted.extend(DEFAULT_FOLDERS.map(|folder| of(MAIL, folder))),
            Place::Chosen(ids) => wanted.extend(ids.iter().map(|id| of(MAIL, id.as_str()))),
        }
    }
    wanted
}

/// Whether that is all that there is to tell. There is no telling of lists that a person may make tomorrow.
pub(in crate::background) fn is_all(settings: &Settings) -> bool {
    !settings.tasks.rules.on || matches!(settings.tasks.lists, TaskLists::Chosen(_))
}

/// What the CRM is to tell for a mailbox.
pub(super) fn of_crm(settings: &Settings) -> BTreeSet<&'static str> {
    let kinds =
        [(CONTACT, settings.contacts.rules.on), (EVENT, settings.events.rules.on), (TASK, settings.tasks.rules.on)];
    kinds.into_iter().filter_map(|(word, on)| on.then_some(word)).collect()
}

/// What a stored word is at Microsoft.
pub(super) fn resource(word: &str) -> Option<Resource> {
    match word.split_once(' ') {
        None if word == CONTACT => Some(Resource::Contacts),
        None if word == EVENT => Some(Resource::Events),
        Some((CONTACT, id)) => Some(Resource::ContactFolder(id.to_owned())),
        Some((MAIL, id)) => Some(Resource::MailFolder(id.to_owned())),
        Some((TASK, id)) => Some(Resource::TaskList(id.to_owned())),
        _ => None,
    }
}

/// What a stored word is in the CRM.
pub(super) fn modules(word: &str) -> Option<&'static [Module]> {
    match word {
        CONTACT => Some(&[Module::Contacts, Module::Leads]),
        EVENT => Some(&[Module::Events]),
        TASK => Some(&[Module::Tasks]),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mxs_api::{Chosen, PlaceId};

    #[test]
    fn what_is_on_is_told() {
        let ids = |ids: &[&str]| {
            Chosen::new(ids.iter().map(|id| PlaceId::new(*id).expect("an id")).collect()).expect("a choice")
        };
        let off = || {
            let mut settings = Settings::default();
            for rules in [&mut settings.contacts.rules, &mut settings.tasks.rules, &mut settings.events.rules] {
                rules.on = false;
            }
            settings.mails.on = false;
            settings
        };
        type Case = (&'static str, fn(&mut Settings), bool, &'static [&'static str], &'static [&'static str]);
        let cases: [Case; 6] = [
            ("nothing", |_| {}, false, &[], &[]),
            ("contacts", |settings| settings.contacts.rules.on = true, false, &["contact"], &["contact"]),
            ("events", |settings| settings.events.rules.on = true, false, &["event"], &["event"]),
            ("lists that may come", |settings| settings.tasks.rules.on = true, false, &[], &["task"]),
            ("mails", |settings| settings.mails.on = true, false, &["mail inbox", "mail sentitems"], &[]),
            (
                "mails, for an application",
                |settings| settings.mails.on = true,
                true,
                &["mail inbox", "mail sentitems"],
                &[],
            ),
        ];
        for (case, set, is_application, mailbox, crm) in cases {
            let mut settings = off();
            set(&mut settings);
            assert_eq!(of_mailbox(&settings, is_application).into_iter().collect::<Vec<_>>(), mailbox, "{case}");
            assert_eq!(of_crm(&settings).into_iter().collect::<Vec<_>>(), crm, "{case}");
        }
        let mut settings = off();
        settings.contacts.rules.on = true;
        settings.contacts.folders = Place::Chosen(ids(&["G", "F"]));
        settings.tasks.rules.on = true;
        settings.tasks.lists = TaskLists::Chosen(ids(&["L"]));
        assert_eq!(of_mailbox(&settings, false).into_iter().collect::<Vec<_>>(), ["contact F", "contact G", "task L"]);
        assert_eq!(of_mailbox(&settings, true).into_iter().collect::<Vec<_>>(), ["contact F", "contact G"]);
        assert!(is_all(&settings));
        settings.tasks.lists = TaskLists::Own;
        assert!(!is_all(&settings));
    }

    #[test]
    fn stored_words_are_read() {
        for (word, expected) in [
            ("contact", Some(Resource::Contacts)),
            ("contact F 1", Some(Resource::ContactFolder("F 1".to_owned()))),
            ("event", Some(Resource::Events)),
            ("mail inbox", Some(Resource::MailFolder("inbox".to_owned()))),
            ("task L", Some(Resource::TaskList("L".to_owned()))),
            ("task", None),
            ("other", None),
        ] {
            assert_eq!(resource(word), expected, "{word}");
        }
        assert_eq!(modules("contact"), Some(&[Module::Contacts, Module::Leads][..]));
        assert_eq!(modules("mail"), None);
    }
}
