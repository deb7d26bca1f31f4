//! What is chosen for each kind.

use super::{FieldRules, MonthsBack, Place, TaskLists, Which, fields};
use mxs_core::{Deletes, Direction, Kind, Mails, Unmatched, Winner};
use serde::{Deserialize, Serialize};

/// What every kind has to choose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Rules {
    /// Whether it is synced. Nothing is until somebody says so.
    pub on: bool,
    /// Which way, and who wins.
    pub direction: Direction,
    /// Which categories take part.
    pub categories: Which,
    /// Whether private items may leave the mailbox.
    pub private: bool,
    /// What becomes of records without a partner at the first sync.
    pub unmatched: Unmatched,
    /// What becomes of the partners of deleted records.
    pub deletes: Deletes,
    /// Whether people outside may get mails that a run would cause.
    pub mails: Mails,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            on: false,
            direction: Direction::Both { winner: Winner::Crm },
            categories: Which::default(),
            private: false,
            unmatched: Unmatched::default(),
            deletes: Deletes::default(),
            mails: Mails::default(),
        }
    }
}

/// What is chosen for contacts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Contacts {
    /// The rules.
    pub rules: Rules,
    /// Which fields flow.
    #[serde(deserialize_with = "fields::of_contacts")]
    pub fields: FieldRules,
    /// Which of the CRM's modules.
    pub modules: Modules,
    /// Which contact folders.
    pub folders: Place,
    /// Whether a company that the CRM has no account for gets one.
    pub new_accounts: bool,
}

impl Default for Contacts {
    fn default() -> Self {
        Self {
            rules: Rules::default(),
            fields: FieldRules::usual(Kind::Contact),
            modules: Modules::default(),
            folders: Place::default(),
            new_accounts: false,
        }
    }
}

/// In which modules of the CRM people are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Modules {
    /// In Contacts.
    #[default]
    Contacts,
    /// In Contacts and in Leads.
    ContactsAndLeads {
        /// Where people go who are new in the mailbox.
        new: NewPeople,
    },
}

/// Where people go who are new in the mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum NewPeople {
    /// To Contacts.
    Contacts,
    /// To Leads.
    Leads,
}

/// What is chosen for tasks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Tasks {
    /// The rules.
    pub rules: Rules,
    /// Which fields flow.
    #[serde(deserialize_with = "fields::of_tasks")]
    pub fields: FieldRules,
    /// Which task lists.
    pub lists: TaskLists,
    /// How far back tasks are taken up that are done.
    pub months_back: MonthsBack,
}

impl Default for Tasks {
    fn default() -> Self {
        Self {
            rules: Rules::default(),
            fields: FieldRules::usual(Kind::Task),
            lists: TaskLists::default(),
            months_back: MonthsBack::default(),
        }
    }
}

/// What is chosen for events.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Events {
    /// The rules.
    pub rules: Rules,
    /// Which fields flow.
    #[serde(deserialize_with = "fields::of_events")]
    pub fields: FieldRules,
    /// Which calendars.
    pub calendars: Place,
    /// How far back events are taken up that are over.
    pub months_back: MonthsBack,
}

impl Default for Events {
    fn default() -> Self {
        Self {
            rules: Rules::default(),
            fields: FieldRules::usual(Kind::Event),
            calendars: Place::default(),
            months_back: MonthsBack::default(),
        }
    }
}

/// What is chosen for mails.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct LoggedMails {
    /// Whether mails with people of the CRM are copied.
    pub on: bool,
    /// Which way.
    pub direction: MailFlow,
    /// Which mail folders; [`Place::Default`] is the inbox and the sent mails.
    pub folders: Place,
    /// How far back.
    pub months_back: MonthsBack,
}

/// Which way mails are copied. A mail is never edited, so nobody has to win.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum MailFlow {
    /// Both ways.
    Both,
    /// From the mailbox to the CRM.
    #[default]
    ToCrm,
    /// From the CRM to the mailbox.
    ToExchange,
}
