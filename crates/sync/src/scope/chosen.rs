//! What people chose, as the places where records are read and written.

use super::{Places, Scope, window};
use mxs_api::{FieldRules, Modules, NewPeople, Place as Chosen, PlaceId, Settings, TaskLists};
use mxs_core::{Date, Field, Kind, Policy};
use mxs_graph::Place;
use mxs_graph::task_lists::ListId;
use mxs_zoho::{Module, Names, NamesError, Owners};

impl Scope {
    /// What was chosen for the kind of `policy`, which must be that of the same settings. `owner` is the CRM user who
    /// runs it. An organisation's own field is looked for under the same name in each module.
    ///
    /// # Errors
    ///
    /// When a field of the CRM was chosen that can't take what is to be put there.
    pub fn chosen(settings: &Settings, policy: &Policy, owner: &str, today: Date) -> Result<Self, NamesError> {
        let Settings { contacts, tasks, events, owners, .. } = settings;
        let (places, fields) = match policy.kind {
            Kind::Contact => (folders(&contacts.folders), &contacts.fields),
            Kind::Task => (lists(&tasks.lists), &tasks.fields),
            Kind::Event => {
                let window = window(today, events.months_back.get());
                let calendar = |id: Option<&PlaceId>| Place::Calendar { id: id.map(text), window };
                (of(&events.calendars, calendar), &events.fields)
            }
        };
        let modules: &[Module] = match (policy.kind, contacts.modules) {
            (Kind::Contact, Modules::Contacts) => &[Module::Contacts],
            (Kind::Contact, Modules::ContactsAndLeads { new: NewPeople::Contacts }) => {
                &[Module::Contacts, Module::Leads]
            }
            (Kind::Contact, Modules::ContactsAndLeads { new: NewPeople::Leads }) => &[Module::Leads, Module::Contacts],
            (Kind::Task, _) => &[Module::Tasks],
            (Kind::Event, _) => &[Module::Events],
        };
        let (read, own) = (policy.read(), own(fields));
        let names = modules.iter().map(|module| Names::new(*module, &read, &own));
        Ok(Self {
            places,
            modules: names.collect::<Result<_, _>>()?,
            owners: whose(owners, owner),
            zone: None,
            record_url: None,
            new_accounts: policy.kind == Kind::Contact && contacts.new_accounts,
        })
    }
}

fn text(id: &PlaceId) -> String {
    id.as_str().to_owned()
}

fn folders(chosen: &Chosen) -> Places {
    of(chosen, |id| id.map_or(Place::Contacts, |id| Place::ContactFolder(text(id))))
}

fn of(chosen: &Chosen, place: impl Fn(Option<&PlaceId>) -> Place) -> Places {
    Places::These(match chosen {
        Chosen::Default => vec![place(None)],
        Chosen::Chosen(ids) => ids.iter().map(|id| place(Some(id))).collect(),
    })
}

fn lists(chosen: &TaskLists) -> Places {
    match chosen {
        TaskLists::Own => Places::OwnTaskLists,
        TaskLists::Chosen(ids) => Places::These(ids.iter().map(|id| Place::TaskList(ListId::new(text(id)))).collect()),
    }
}

fn own(fields: &FieldRules) -> Vec<(Field, String)> {
    let named = |rule: &mxs_api::FieldRule| Some((rule.field, rule.crm.as_ref()?.as_str().to_owned()));
    fields.iter().filter_map(named).collect()
}

/// Settings name as many owners as one query takes, and never none.
fn whose(chosen: &mxs_api::Owners, owner: &str) -> Owners {
    match chosen {
        mxs_api::Owners::Own => Owners::one(owner),
        mxs_api::Owners::Chosen(ids) => {
            let ids: Vec<String> = ids.iter().map(|id| id.as_str().to_owned()).collect();
            Owners::of(&ids).unwrap_or_else(|_| Owners::one(owner))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mxs_api::{ApiName, Chosen, FieldRule, MonthsBack, UserId};
    use mxs_core::{Flow, Instant};

    /// November 21st, 2026.
    const NOW: Instant = Instant::from_seconds(1_795_262_400);

    fn scope(settings: &Settings, kind: Kind) -> Result<Scope, NamesError> {
        let policy = settings.policy(kind, NOW).expect("it is switched on");
        Scope::chosen(settings, &policy, "5", NOW.day())
    }

    fn everything() -> Settings {
        let mut settings = Settings::default();
        for rules in [&mut settings.contacts.rules, &mut settings.tasks.rules, &mut settings.events.rules] {
            rules.on = true;
        }
        settings
    }

    fn ids(ids: &[&str]) -> mxs_api::Chosen<PlaceId, { mxs_api::PLACES_MAX }> {
        Chosen::new(ids.iter().map(|id| PlaceId::new(*id).expect("an id")).collect()).expect("a choice")
    }

    #[test]
    fn where_nobody_chose_it_is_what_is_usual() {
        let settings = everything();
        for kind in Kind::ALL {
            let mut usual = Scope::usual(kind, "5", NOW.day(), 6);
            if kind == Kind::Task {
                // What was done before the window is told by it.
                let read = settings.policy(kind, NOW).expect("it is switched on").read();
                usual.modules = vec![Names::new(Module::Tasks, &read, &[]).expect("names")];
                assert!(usual.modules[0].fields().any(|field| field == Field::CompletedOn));
            }
            assert_eq!(scope(&settings, kind), Ok(usual), "{kind:?}");
        }
    }

    #[test]
    fn chosen_places_are_read_in_their_order() {
        let mut settings = everything();
        settings.contacts.folders = mxs_api::Place::Chosen(ids(&["G", "F"]));
        settings.tasks.lists = TaskLists::Chosen(ids(&["L"]));
        settings.events.calendars = mxs_api::Place::Chosen(ids(&["C", "B"]));
        settings.events.months_back = MonthsBack::new(2).expect("months");
        let places = |kind| match scope(&settings, kind).expect("a scope").places {
            Places::These(places) => places.iter().map(Place::key).collect::<Vec<_>>(),
            Places::OwnTaskLists => Vec::new(),
        };
        assert_eq!(places(Kind::Contact), ["folder G", "folder F"]);
        assert_eq!(places(Kind::Task), ["list L"]);
        let calendars = ["calendar 2026-09-01 2027-12-01 C", "calendar 2026-09-01 2027-12-01 B"];
        assert_eq!(places(Kind::Event), calendars);
    }

    #[test]
    fn new_people_go_to_the_module_that_comes_first() {
        let mut settings = everything();
        for (modules, expected) in [
            (Modules::Contacts, vec![Module::Contacts]),
            (Modules::ContactsAndLeads { new: NewPeople::Contacts }, vec![Module::Contacts, Module::Leads]),
            (Modules::ContactsAndLeads { new: NewPeople::Leads }, vec![Module::Leads, Module::Contacts]),
        ] {
            settings.contacts.modules = modules;
            let modules = |kind| scope(&settings, kind).expect("a scope").modules;
            assert_eq!(modules(Kind::Contact).iter().map(Names::module).collect::<Vec<_>>(), expected);
            assert_eq!(modules(Kind::Event), [Names::usual(Module::Events)], "other kinds have no leads");
        }
    }

    #[test]
    fn owners_and_accounts_are_as_chosen() {
        let mut settings = everything();
        let users = ["7", "5"].map(|id| UserId::new(id).expect("an id"));
        settings.owners = mxs_api::Owners::Chosen(Chosen::new(users.to_vec()).expect("a choice"));
        settings.contacts.new_accounts = true;
        for (kind, new_accounts) in [(Kind::Contact, true), (Kind::Task, false), (Kind::Event, false)] {
            let scope = scope(&settings, kind).expect("a scope");
            assert_eq!(
                (scope.owners.ids(), scope.new_accounts),
                (["7", "5"].map(str::to_owned).as_slice(), new_accounts)
            );
        }
    }

    #[test]
    fn only_what_flows_and_what_tells_records_apart_is_asked_for() {
        let mut settings = everything();
        let rule = |field, crm: Option<&str>| FieldRule {
            field,
            flow: Flow::Both,
            crm: crm.map(|name| ApiName::new(name).expect("a name")),
        };
        settings.contacts.modules = Modules::ContactsAndLeads { new: NewPeople::Contacts };
        let rules = vec![rule(Field::JobTitle, None), rule(Field::Nickname, Some("Nick"))];
        settings.contacts.fields = FieldRules::new(Kind::Contact, rules).expect("rules");
        let contacts = scope(&settings, Kind::Contact).expect("a scope");
        for names in &contacts.modules {
            assert_eq!(names.own().collect::<Vec<_>>(), [(Field::Nickname, "Nick")], "under one name in both");
            for (field, is_read) in [
                (Field::JobTitle, true),
                (Field::Surname, true),
                (Field::Email2, true),
                (Field::MobilePhone, false),
                (Field::Categories, false),
            ] {
                assert_eq!(names.fields().any(|own| own == field), is_read, "{field:?} in {:?}", names.module());
            }
        }
        let tag = mxs_api::Tag::new("Sales").expect("a tag");
        settings.contacts.rules.categories = mxs_api::Which::Only(Chosen::new(vec![tag]).expect("a choice"));
        let contacts = scope(&settings, Kind::Contact).expect("a scope");
        assert!(contacts.modules[0].fields().any(|field| field == Field::Categories), "they keep people out");
        settings.contacts.fields =
            FieldRules::new(Kind::Contact, vec![rule(Field::Nickname, Some("Last_Name"))]).expect("rules");
        assert_eq!(scope(&settings, Kind::Contact), Err(NamesError::Taken { field: Field::Nickname }));
    }
}
