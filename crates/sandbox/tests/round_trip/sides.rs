//! Both stand-ins, each behind its client.

use jiff::Timestamp;
use mxs_core::mail::{self, MailRecord};
use mxs_core::{CrmId, Date, ExchangeId, Field, FieldMap, Fields, Kind, Value};
use mxs_graph::batch::{self, Part, PartOutcome};
use mxs_graph::task_lists::{self, ListItem, Role};
use mxs_graph::{Place, Wanted, Window};
use mxs_http::{Request, Response};
use mxs_world::microsoft::{App, Tenant, User};
use mxs_world::zoho::{DataCentre, Edition, Id, NewUser, Permissions};
use mxs_world::{Service, World};
use mxs_zoho::{Known, Module, Names, Owners, accounts, details, record, records};
use serde_json::{Value as Json, json};

const TENANT: &str = "11111111-0000-4000-8000-000000000001";
const CLIENT: &str = "22222222-0000-4000-8000-000000000001";
const ADA: &str = "ada@corp.example";
const ORG: &str = "700123";
const SCOPES: [&str; 3] = ["Calendars.ReadWrite", "Contacts.ReadWrite", "Tasks.ReadWrite"];
const CRM_SCOPES: [&str; 3] = ["ZohoCRM.modules.ALL", "ZohoCRM.coql.READ", "ZohoCRM.composite_requests.CUSTOM"];

pub(crate) const WANTED: Wanted<'_> = Wanted { org: ORG, zone: None, record_url: None };

/// The time between two calls: neither vendor takes many at once.
const BETWEEN_CALLS_MS: i64 = 10_007;

/// A mailbox and an organisation of one person.
pub(crate) struct Sides {
    world: World,
    user: Id,
    /// How many items were made.
    made: u32,
}

impl Sides {
    pub(crate) fn new() -> Self {
        let mut world = World::new("2026-11-21T10:00:00Z".parse::<Timestamp>().expect("a moment"), 1);
        world.with_microsoft(|microsoft, context| {
            microsoft.add_tenant(Tenant::new(TENANT, "Corp", "corp.example"));
            microsoft.add_user(User::new("33333333-0000-4000-8000-000000000001", TENANT, "Ada", ADA, "x"), context);
            microsoft.add_app(App::new(CLIENT, TENANT, "App").delegated(&SCOPES));
        });
        let user = world.with_zoho(|zoho, context| {
            zoho.add_org(context, ORG, "Corp", Edition::Enterprise, DataCentre::us());
            zoho.options(ORG).credit_limit = Some(u64::MAX);
            let profile = zoho.add_profile(ORG, "Administrator", Permissions::administrator());
            let ada = NewUser { name: "Ada", email: ADA, profile, time_zone: "UTC", language: "en_US" };
            zoho.add_user(context, ORG, ada)
        });
        Self { world, user, made: 0 }
    }

    fn ask_graph(&mut self, request: Request) -> Response {
        self.world.advance(BETWEEN_CALLS_MS);
        let token = self.world.with_microsoft(|microsoft, context| {
            microsoft.issue_access_token(ADA, CLIENT, &SCOPES, context).expect("a token")
        });
        let request = request.header("Authorization", format!("Bearer {token}"));
        self.world.handle(Service::Microsoft, &request, 1).response.expect("an answer")
    }

    pub(crate) fn ask_crm(&mut self, request: Request) -> Response {
        self.world.advance(BETWEEN_CALLS_MS);
        let user = self.user;
        let token = self.world.with_zoho(|zoho, context| zoho.issue_access_token_for_user(context, user, &CRM_SCOPES));
        let request = request.header("Authorization", format!("Zoho-oauthtoken {token}"));
        self.world.handle(Service::Zoho, &request, 1).response.expect("an answer")
    }

    fn place(&mut self, kind: Kind) -> Place {
        let day = |year| Date::new(year, 1, 1).expect("a date");
        match kind {
            Kind::Contact => Place::Contacts,
            Kind::Event => Place::Calendar { id: None, window: Window { start: day(2026), end: day(2027) } },
            Kind::Task => {
                let answer = self.ask_graph(task_lists::delta_start());
                let lists = task_lists::parse_delta(&answer).expect("lists").items;
                let is_default =
                    |item: &ListItem| matches!(item, ListItem::Present(list) if list.role == Role::Default);
                let (id, _) = lists.into_iter().find(|(_, item)| is_default(item)).expect("a default list");
                Place::TaskList(id)
            }
        }
    }

    fn batch(&mut self, kind: Kind, part: Part<'_>) -> PartOutcome {
        let answer = self.ask_graph(batch::request(kind, &[part], &WANTED));
        let outcome = batch::parse(kind, &answer, &[part], &WANTED).expect("an answer").remove(0);
        outcome.unwrap_or_else(|error| panic!("{error}: {:?}", String::from_utf8_lossy(&answer.body)))
    }

    /// What an event says that a person added.
    pub(crate) fn added_by_hand(&mut self, event: &Json) -> Fields {
        let mut event = event.clone();
        // The examples share one.
        event.as_object_mut().expect("an object").remove("transactionId");
        let id = self.world.with_microsoft(|microsoft, context| microsoft.add_event(ADA, None, &event, context));
        let id = ExchangeId::new(id.unwrap_or_else(|refusal| panic!("{refusal:?}: {event}")));
        match self.batch(Kind::Event, Part::Get { id: &id, folder: "" }) {
            PartOutcome::Read(seen) => seen.fields,
            other => panic!("{other:?}"),
        }
    }

    /// What a new item of the mailbox with these contents says.
    pub(crate) fn through_outlook(&mut self, kind: Kind, fields: &Fields) -> Fields {
        self.made += 1;
        let (place, mark, transaction) = (self.place(kind), CrmId::new(self.made.to_string()), self.made.to_string());
        let part = Part::Create { place: &place, fields, mark: &mark, transaction: &transaction };
        let PartOutcome::Written { id, .. } = self.batch(kind, part) else { panic!("it is written") };
        let folder = place.folder().unwrap_or_default();
        match self.batch(kind, Part::Get { id: &id, folder }) {
            PartOutcome::Read(seen) => seen.fields,
            other => panic!("{other:?}"),
        }
    }

    /// What a new record with these contents says; `None` where the CRM takes none without what they lack.
    pub(crate) fn through_crm(&mut self, module: Module, fields: &Fields) -> Option<Fields> {
        let (names, owner) = (Names::usual(module), self.user.to_string());
        let known = self.known(&names, fields);
        let mut fields = fields.clone();
        for field in record::left_out(&names, &fields, &known) {
            fields.put(field, None);
        }
        // What is too long is left out by itself, one after the other.
        let id = Field::ALL.iter().find_map(|_| {
            let answer = self.ask_crm(records::insert(&names, &owner, &[&fields], &known));
            match records::parse_written(&names, &answer, 1).expect("an answer").remove(0) {
                Ok(written) => Some(Some(written.id)),
                Err(refusal) if refusal.code == "MANDATORY_NOT_FOUND" => Some(None),
                Err(refusal) => {
                    fields.put(refusal.field.unwrap_or_else(|| panic!("{refusal:?}")), None);
                    None
                }
            }
        });
        let id = id.expect("it ends")?;
        let owners = Owners::one(&owner);
        let answer = self.ask_crm(records::these(&names, &owners, std::slice::from_ref(&id)));
        let page = records::parse_page(&names, &answer).expect("a page");
        assert_eq!((page.records.len(), page.unreadable.len()), (1, 0), "{id:?} can be read");
        let read = if names.needs_details() {
            let answer = self.ask_crm(details::request(&names, &page.records));
            let mut read = details::parse(&names, &answer, &page.records).expect("details");
            read.remove(0).expect("it can be read")
        } else {
            page.records[0].clone()
        };
        Some(read.seen.fields)
    }

    /// A new contact, for mails.
    pub(crate) fn record_for_mails(&mut self) -> MailRecord {
        let user = self.user;
        let insert = |zoho: &mut mxs_world::zoho::Zoho, context: &mut mxs_world::Context<'_>| {
            zoho.insert_record(context, "Contacts", user, json!({ "Last_Name": "Lovelace" }))
        };
        let id = self.world.with_zoho(insert).expect("a record");
        MailRecord { module: mail::Module::Contacts, id: CrmId::new(id.to_string()) }
    }

    /// The account of a company, which is made.
    fn known(&mut self, names: &Names, fields: &Fields) -> Known {
        let mut known = Known::default();
        let company = fields.text(Field::Company);
        if names.links_accounts() && !company.is_empty() {
            let answer = self.ask_crm(accounts::insert(&self.user.to_string(), &[company]));
            let made = accounts::parse_inserted(&answer, 1).expect("an answer").remove(0);
            known.accounts.add(company, &made.unwrap_or_else(|refusal| panic!("{refusal:?}")));
        }
        known
    }
}

/// What of these contents flows where nobody chose, with the zone, without which a series has no first day.
pub(crate) fn flowing(kind: Kind, fields: &Fields) -> Fields {
    let mut flowing = fields.flowing(&FieldMap::usual(kind));
    if flowing.get(Field::Recurrence).is_some() {
        flowing.put(Field::Zone, fields.get(Field::Zone).cloned());
    }
    flowing
}

/// The subject that stands for none.
pub(crate) fn with_subject(kind: Kind, mut fields: Fields) -> Fields {
    if kind != Kind::Contact && fields.get(Field::Subject).is_none() {
        fields.put(Field::Subject, Value::text("(no subject)"));
    }
    fields
}
