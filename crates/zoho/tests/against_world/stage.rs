//! An organisation with two users, of whom Ada works with the client.

use jiff::Timestamp;
use mxs_core::{CrmId, Fields, Instant, Patch};
use mxs_http::{Request, Response};
use mxs_world::zoho::{DataCentre, Edition, Id, NewUser, Permissions};
use mxs_world::{Service, World};
use mxs_zoho::records::{Record, Written};
use mxs_zoho::{Known, Names, Owners, accounts, details, people, records};
use serde_json::Value;

pub(crate) const ZGID: &str = "700123";
const SCOPES: [&str; 4] = ["ZohoCRM.modules.ALL", "ZohoCRM.coql.READ", "ZohoCRM.users.READ", "ZohoCRM.org.READ"];

/// The organisation and a token of Ada's.
pub(crate) struct Crm {
    pub(crate) world: World,
    pub(crate) ada: Id,
    pub(crate) bob: Id,
    pub(crate) token: String,
}

impl Crm {
    pub(crate) fn new() -> Self {
        Self::with_scopes(&SCOPES)
    }

    pub(crate) fn with_scopes(scopes: &[&str]) -> Self {
        let mut world = World::new("2026-11-21T10:00:00Z".parse::<Timestamp>().expect("a moment"), 1);
        let (ada, bob, token) = world.with_zoho(|zoho, context| {
            zoho.add_org(context, ZGID, "Corp", Edition::Enterprise, DataCentre::us());
            let profile = zoho.add_profile(ZGID, "Administrator", Permissions::administrator());
            let user = |name, email| NewUser { name, email, profile, time_zone: "Asia/Kolkata", language: "en_US" };
            let ada = zoho.add_user(context, ZGID, user("Ada Lovelace", "ada@corp.example"));
            let bob = zoho.add_user(context, ZGID, user("Bob Kahn", "bob@corp.example"));
            (ada, bob, zoho.issue_access_token_for_user(context, ada, scopes))
        });
        Self { world, ada, bob, token }
    }

    pub(crate) fn send(&mut self, request: Request) -> Response {
        let request = request.header("Authorization", format!("Zoho-oauthtoken {}", self.token));
        self.world.handle(Service::Zoho, &request, 1).response.expect("an answer")
    }

    pub(crate) fn owner(&self) -> String {
        self.ada.to_string()
    }

    pub(crate) fn now(&self) -> Instant {
        Instant::from_seconds(self.world.now().as_second())
    }

    /// Adds a record as a person does.
    pub(crate) fn add(&mut self, module: &str, fields: Value) -> CrmId {
        let ada = self.ada;
        let id = self.world.with_zoho(|zoho, context| zoho.insert_record(context, module, ada, fields));
        CrmId::new(id.expect("a record").to_string())
    }

    /// The record as people see it, moments in UTC.
    pub(crate) fn shown(&mut self, module: &str, id: &CrmId) -> Value {
        let id = id_of(id);
        self.world.with_zoho(|zoho, _| zoho.record(module, id)).expect("a record")
    }

    pub(crate) fn insert(&mut self, names: &Names, fields: &[&Fields]) -> Vec<CrmId> {
        self.insert_knowing(names, fields, &Known::default())
    }

    pub(crate) fn insert_knowing(&mut self, names: &Names, fields: &[&Fields], known: &Known) -> Vec<CrmId> {
        let answer = self.send(records::insert(names, &self.owner(), fields, known));
        let written = records::parse_written(names, &answer, fields.len()).expect("an answer");
        written.into_iter().map(|written| written.expect("a record").id).collect()
    }

    pub(crate) fn update(&mut self, names: &Names, id: &CrmId, patch: &Patch, known: &Known) -> Written {
        let answer = self.send(records::update(names, &[(id.clone(), patch)], known));
        let mut written = records::parse_written(names, &answer, 1).expect("an answer");
        written.remove(0).expect("a record")
    }

    /// Every page of a query, with the details of each.
    pub(crate) fn all(&mut self, names: &Names, since: Option<Instant>) -> Vec<Record> {
        let (mut records, mut after) = (Vec::new(), None);
        loop {
            let owners = Owners::one(&self.owner());
            let answer = self.send(records::changes(names, &owners, since, after.as_ref()));
            let page = records::parse_page(names, &answer).unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(page.unreadable, []);
            after = page.last().cloned();
            for chunk in page.records.chunks(records::LOOKUP_MAX) {
                if names.needs_details() {
                    let answer = self.send(details::request(names, chunk));
                    let details = details::parse(names, &answer, chunk).unwrap_or_else(|error| panic!("{error}"));
                    records.extend(details.into_iter().map(|record| record.expect("a record that can be read")));
                } else {
                    records.extend_from_slice(chunk);
                }
            }
            if !page.more {
                return records;
            }
        }
    }

    /// The contents of the only record.
    pub(crate) fn only(&mut self, names: &Names) -> Fields {
        let mut records = self.all(names, None);
        assert_eq!(records.len(), 1);
        records.remove(0).seen.fields
    }

    /// What the CRM knows of these companies, those that it doesn't have being made.
    pub(crate) fn companies(&mut self, names: &[&str]) -> Known {
        let mut known = Known {
            accounts: accounts::parse(&self.send(accounts::find(names))).expect("accounts"),
            ..Known::default()
        };
        let missing: Vec<&str> = names.iter().copied().filter(|name| known.accounts.id(name).is_none()).collect();
        if !missing.is_empty() {
            let answer = self.send(accounts::insert(&self.owner(), &missing));
            let outcomes = accounts::parse_inserted(&answer, missing.len()).expect("an answer");
            for (name, outcome) in missing.iter().zip(outcomes) {
                known.accounts.add(name, &outcome.expect("an account"));
            }
        }
        known
    }

    /// Who is at an event.
    pub(crate) fn people(&mut self, id: &CrmId) -> Known {
        let answer = self.send(people::request(std::slice::from_ref(id)));
        Known { people: people::parse(&answer).expect("people"), ..Known::default() }
    }
}

pub(crate) fn id_of(id: &CrmId) -> Id {
    id.as_str().parse().expect("an id")
}
