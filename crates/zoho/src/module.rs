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

    /// What the address of a record begins with, as people see it: `crm` is where the CRM's pages are, `org` the
    /// organisation (`zgid`). The form is known by report.
    pub fn record_url(self, crm: &str, org: &str) -> String {
        format!("{crm}/crm/org{org}/tab/{}/", self.api_name())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_has_an_address_for_people() {
        let url = Module::Tasks.record_url("https://crm.zoho.eu", "7");
        assert_eq!(url, "https://crm.zoho.eu/crm/org7/tab/Tasks/");
    }
}
