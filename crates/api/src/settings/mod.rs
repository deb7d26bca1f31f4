//! What people chose.
//!
//! A member that is missing has its usual value, so that what an older version stored can be read; one that isn't
//! known is left out. The function is stricter with what is to be stored: there, every member must be known and there.

mod fields;
mod kinds;
mod names;
#[cfg(test)]
mod tests;

pub use fields::{FieldRule, FieldRules, FieldRulesError};
pub use kinds::{Contacts, Events, LoggedMails, MailFlow, Modules, NewPeople, Rules, Tasks};
pub use names::{
    ApiName, CATEGORIES_MAX, CATEGORY_CHARS_MAX, Chosen, ChosenError, MonthsBack, NameError, Owners, PLACES_MAX, Place,
    PlaceId, Tag, TaskLists, UserId, Which,
};

use mxs_core::{Filter, Instant, Kind, Policy};
use serde::{Deserialize, Serialize};

/// What one user's mailbox syncs, and how.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Settings {
    /// Contacts.
    pub contacts: Contacts,
    /// Tasks.
    pub tasks: Tasks,
    /// Events.
    pub events: Events,
    /// Mails: copied to the CRM or the mailbox once, and never changed.
    pub mails: LoggedMails,
    /// Whose CRM records take part, of every kind.
    pub owners: Owners,
}

/// A month counts as so many days: rather a day too many than one too few.
const DAYS_A_MONTH: i64 = 31;

const SECONDS_A_DAY: i64 = 86_400;

impl Settings {
    /// The rules of a kind; `None` where it isn't synced. `now` is the moment from which its window reaches back,
    /// in whole days, so that two runs of a day have the same.
    pub fn policy(&self, kind: Kind, now: Instant) -> Option<Policy> {
        let (rules, fields, months_back) = match kind {
            Kind::Contact => (&self.contacts.rules, &self.contacts.fields, None),
            Kind::Task => (&self.tasks.rules, &self.tasks.fields, Some(self.tasks.months_back)),
            Kind::Event => (&self.events.rules, &self.events.fields, Some(self.events.months_back)),
        };
        if !rules.on {
            return None;
        }
        let since = months_back.map(|months| {
            let today = now.seconds().div_euclid(SECONDS_A_DAY);
            Instant::from_seconds((today - i64::from(months.get()) * DAYS_A_MONTH) * SECONDS_A_DAY)
        });
        Some(Policy {
            fields: fields.map(),
            filter: Filter { since, private: rules.private, categories: names::categories(&rules.categories) },
            unmatched: rules.unmatched,
            deletes: rules.deletes,
            mails: rules.mails,
            ..Policy::new(kind, rules.direction)
        })
    }
}
