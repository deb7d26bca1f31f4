//! The modules whose records are synced.

use mxs_core::Kind;

/// A module of the CRM.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Module {
    /// People of companies.
    Contacts,
    /// People who may become contacts.
    Leads,
    /// Things to do.
    Tasks,
    /// Things with a time; people see them as meetings.
    Events,
}

impl Module {
    /// Every module.
    pub const ALL: [Module; 4] = [Module::Contacts, Module::Leads, Module::Tasks, Module::Events];

    /// The name in paths and queries.
    pub const fn api_name(self) -> &'static str {
        match self {
            Module::Contacts => "Contacts",
            Module::Leads => "Leads",
            Module::Tasks => "Tasks",
            Module::Events => "Events",
        }
    }

    /// What its records are to the engine.
    pub const fn kind(self) -> Kind {
        match self {
            Module::Contacts | Module::Leads => Kind::Contact,
            Module::Tasks => Kind::Task,
            Module::Events => Kind::Event,
        }
    }
}
