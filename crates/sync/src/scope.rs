//! Where one kind of records is read and written.

mod chosen;

use mxs_core::{Date, Kind, Reach};
use mxs_graph::tasks::TimeZone;
use mxs_graph::{Place, Window};
use mxs_zoho::{Module, Names, Owners};

/// How many months of the calendar are read that lie ahead.
///
/// What is planned for later comes in when the window has moved on, once a month.
pub const MONTHS_AHEAD: i32 = 13;

/// Where one kind of records is read and written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    /// The places of the mailbox.
    pub places: Places,
    /// The modules of the CRM, with the fields that are read and written in each; new records go to the first.
    pub modules: Vec<Names>,
    /// Whose records of the CRM take part.
    pub owners: Owners,
    /// The user's time zone, in which the days of tasks are read and written, and those of series are counted. `None` is
    /// UTC for tasks, and for series the zone of each.
    pub zone: Option<TimeZone>,
    /// What the address of a CRM record begins with, its id left out. People see it on their tasks.
    pub record_url: Option<String>,
    /// Whether a company that the CRM has no account for gets one.
    pub new_accounts: bool,
}

/// Places of a mailbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Places {
    /// These; new items go to the first.
    These(Vec<Place>),
    /// The user's own lists of To Do, all there are; new tasks go to the default list.
    OwnTaskLists,
}

impl Scope {
    /// What takes part where nobody chose: the default folder, all own lists of tasks, or the default calendar for
    /// `months_back` from `today`; and the records of `owner`.
    pub fn usual(kind: Kind, owner: &str, today: Date, months_back: u8) -> Self {
        let (places, module) = match kind {
            Kind::Contact => (Places::These(vec![Place::Contacts]), Module::Contacts),
            Kind::Task => (Places::OwnTaskLists, Module::Tasks),
            Kind::Event => {
                let window = window(today, months_back);
                (Places::These(vec![Place::Calendar { id: None, window }]), Module::Events)
            }
        };
        Self {
            places,
            modules: vec![Names::usual(module)],
            owners: Owners::one(owner),
            zone: None,
            record_url: None,
            new_accounts: false,
        }
    }

    /// Whether a folder belonged to what was read `before`, and doesn't belong to what is chosen now.
    pub(crate) fn has_dropped(&self, before: &Reach, folder: &str) -> bool {
        let now = self.reach();
        let name = match [folder, OWN_TASK_LISTS, DEFAULT].into_iter().find(|name| before.places.contains(*name)) {
            Some(name) => name,
            None => return false,
        };
        !now.places.contains(name) && !now.places.contains(folder)
    }

    /// What is remembered of it.
    pub(crate) fn reach(&self) -> Reach {
        let mut reach = Reach::default();
        match &self.places {
            Places::These(places) => reach.places.extend(places.iter().map(|place| name_of(place).to_owned())),
            Places::OwnTaskLists => drop(reach.places.insert(OWN_TASK_LISTS.to_owned())),
        }
        for names in &self.modules {
            reach.modules.insert(names.module().api_name().to_owned());
            reach.own.extend(names.own().map(|(field, name)| (field, name.to_owned())));
        }
        reach.owners.extend(self.owners.ids().iter().cloned());
        reach
    }
}

/// A place by its folder: the window of a calendar moves on by itself.
fn name_of(place: &Place) -> &str {
    place.folder().unwrap_or(DEFAULT)
}

/// The name of a default place; no folder has an empty one.
const DEFAULT: &str = "";

/// The name of [`Places::OwnTaskLists`]; no id has blanks.
const OWN_TASK_LISTS: &str = "own lists";

/// The days of a calendar that are read. They begin and end with a month: Graph ties what it remembers to the window,
/// and each other window is read anew.
pub fn window(today: Date, months_back: u8) -> Window {
    Window { start: today.month_start(-i32::from(months_back)), end: today.month_start(MONTHS_AHEAD) }
}
