//! What people chose, as the rules of a run.

use mxs_api::{LoggedMails, MailFlow, Place};
use mxs_core::mail::{Address, MailPolicy, Module, Sensitivity, set};
use mxs_core::{Flow, Instant};
use mxs_graph::mail::folders::DEFAULT_FOLDERS;
use std::collections::BTreeSet;

/// A month counts as so many days: rather a day too many than one too few.
const DAYS_A_MONTH: i64 = 31;

/// What of a run was chosen.
#[derive(Clone, PartialEq, Eq)]
pub struct Chosen {
    /// The rules. Where the window begins is taken from what is remembered.
    pub policy: MailPolicy,
    /// The folders that take part, by id or well-known name.
    pub folders: Vec<String>,
    /// The modules whose records get mails. People are found in Contacts and Leads; companies and deals by their
    /// people.
    pub modules: BTreeSet<Module>,
    /// Which way mails go: to the CRM those of the chosen folders, to the mailbox those that the CRM sent, into Sent
    /// Items.
    pub flow: Flow,
    /// How far back the first run goes, in days.
    pub days_back: i64,
}

impl Chosen {
    /// What was chosen for the mailbox with these addresses, whose domains are the organisation's; `None` where mails
    /// aren't synced, or the mailbox has no address.
    pub fn new(chosen: &LoggedMails, own: impl IntoIterator<Item = Address>) -> Option<Self> {
        let own = set(own);
        if !chosen.on || own.is_empty() {
            return None;
        }
        let policy = MailPolicy {
            since: Instant::from_seconds(0),
            domains: set(own.iter().map(|address| address.domain().to_owned())),
            own,
            colleagues: false,
            excluded_categories: BTreeSet::new(),
            allowed: Sensitivity::Normal,
        };
        Some(Self {
            policy,
            folders: match &chosen.folders {
                Place::Default => DEFAULT_FOLDERS.map(str::to_owned).into(),
                Place::Chosen(folders) => folders.iter().map(|folder| folder.as_str().to_owned()).collect(),
            },
            modules: set([Module::Contacts, Module::Leads, Module::Accounts, Module::Deals]),
            flow: match chosen.direction {
                MailFlow::Both => Flow::Both,
                MailFlow::ToCrm => Flow::ToCrm,
                MailFlow::ToExchange => Flow::ToExchange,
            },
            days_back: i64::from(chosen.months_back.get()) * DAYS_A_MONTH,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mxs_api::MonthsBack;

    #[test]
    fn what_was_chosen_is_what_runs() {
        let own = || [Address::new("Ada@Corp.example").expect("an address")];
        let on = LoggedMails { on: true, ..LoggedMails::default() };
        assert!(Chosen::new(&LoggedMails::default(), own()).is_none(), "nobody switched mails on");
        assert!(Chosen::new(&on, []).is_none(), "nobody would be the owner");
        let usual = Chosen::new(&on, own()).expect("a run");
        assert_eq!((usual.flow, usual.days_back, usual.modules.len()), (Flow::ToCrm, 186, 4));
        assert_eq!(
            (usual.folders.as_slice(), usual.policy.domains.len()),
            (&DEFAULT_FOLDERS.map(str::to_owned)[..], 1)
        );
        let folders = serde_json::from_str(r#"{"chosen":["AAA=","BBB="]}"#).expect("folders");
        for (direction, flow) in
            [(MailFlow::Both, Flow::Both), (MailFlow::ToCrm, Flow::ToCrm), (MailFlow::ToExchange, Flow::ToExchange)]
        {
            let months_back = MonthsBack::new(3).expect("three months");
            let chosen = LoggedMails { on: true, direction, months_back, folders: Clone::clone(&folders) };
            let found = Chosen::new(&chosen, own()).expect("a run");
            assert_eq!((found.flow, found.days_back), (flow, 93));
            assert_eq!(found.folders, ["AAA=", "BBB="]);
        }
    }
}
