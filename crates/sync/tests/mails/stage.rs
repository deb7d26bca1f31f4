//! The stage: one mailbox, one organisation, and what is remembered.

use crate::place::{Fate, Meanwhile, MemoryStore, Moment, SECRET, WorldEnv, WorldPort, poll};
use crate::script::{Kind, Step};
use crate::tamper::Tamper;
use mxs_core::mail::{Address, MailPolicy, MailPreview, MailState, Module, Sensitivity};
use mxs_core::{Flow, Instant};
use mxs_ews::{PATH, ServerVersion, Session};
use mxs_graph::mailbox::MailboxPort;
use mxs_sync::mails::{Chosen, MailReport, Mails, MakeSafe};
use mxs_sync::{EwsMailbox, Failure, GraphMailbox, Mailbox};
use mxs_world::microsoft::{App, Tenant, TokenDeath, User};
use mxs_world::zoho::{DataCentre, Edition, Id, NewUser, Permissions};
use mxs_world::{Service, World};
use serde_json::{Value, json};
use std::cell::RefCell;
use std::collections::BTreeSet;

pub(crate) const ORG: &str = "900001";
pub(crate) const ADA: &str = "ada@corp.example";
const ADA_ID: &str = "33333333-0000-4000-8000-000000000001";
const TENANT: &str = "11111111-0000-4000-8000-000000000001";
const APP: &str = "22222222-0000-4000-8000-000000000001";
const REPLY: &str = "RE: ";
const EXCLUDED: &str = "Not for the CRM";

/// Ada's name and password.
const BASIC: &str = "Basic YWRhQGNvcnAuZXhhbXBsZTp4";

type Acting<'a, T> = std::pin::Pin<Box<dyn Future<Output = T> + 'a>>;

/// What can be done with a run, whatever its door.
trait Running {
    fn run(&self) -> Acting<'_, MailReport>;
    fn preview(&self) -> Acting<'_, Result<Option<MailPreview>, Failure>>;
}

impl<M: Mailbox> Running for Mails<'_, M, WorldPort<'_>, MemoryStore<'_>, WorldEnv<'_>> {
    fn run(&self) -> Acting<'_, MailReport> {
        Box::pin(self.run())
    }

    fn preview(&self) -> Acting<'_, Result<Option<MailPreview>, Failure>> {
        Box::pin(self.preview())
    }
}

type Run<'a> = dyn Running + 'a;

pub(crate) struct Stage {
    pub(crate) world: RefCell<World>,
    pub(crate) memory: RefCell<MailState>,
    user: Id,
    /// The messages that came or were sent, by immutable id.
    messages: Vec<String>,
    /// The records that were made.
    pub(crate) records: Vec<(&'static str, Id, usize)>,
    /// How many messages were made, for names that differ.
    number: usize,
    pub(crate) calls: u32,
    /// The call at which the last run asked for what messages say.
    pub(crate) letters: u32,
    /// Until when mails of the CRM are from before what is remembered.
    forgotten: Option<jiff::Timestamp>,
    pub(crate) no_composites: bool,
    /// Whether the application syncs by itself, and nobody has signed in.
    pub(crate) by_itself: bool,
    /// Whether the mailbox is reached by Exchange Web Services.
    pub(crate) by_ews: bool,
    pub(crate) flow: Flow,
    pub(crate) days_back: i64,
    pub(crate) modules: BTreeSet<Module>,
    pub(crate) colleagues: bool,
    pub(crate) make_safe: Option<MakeSafe>,
    /// Which answers are other ones than the stand-ins give.
    pub(crate) tamper: Tamper,
}

pub(crate) fn address(person: usize) -> String {
    format!("p{person}@x.example")
}

fn recipient(address: &str) -> Value {
    json!({ "emailAddress": { "name": "N", "address": address } })
}

impl Stage {
    pub(crate) fn new() -> Self {
        let mut world = World::new("2026-11-21T10:00:00Z".parse().expect("a moment"), 7);
        world.with_microsoft(|microsoft, context| {
            microsoft.add_tenant(Tenant::new(TENANT, "Corp", "corp.example"));
            microsoft.add_user(User::new(ADA_ID, TENANT, "Ada", ADA, "x"), context);
            microsoft.add_app(App::new(APP, TENANT, "App").roles(&["Mail.ReadWrite"]).consented_in(TENANT));
        });
        let user = world.with_zoho(|zoho, context| {
            zoho.add_org(context, ORG, "Zylker", Edition::Ultimate, DataCentre::us());
            zoho.options(ORG).credit_limit = Some(u64::MAX);
            let profile = zoho.add_profile(ORG, "Administrator", Permissions::administrator());
            let new = NewUser { name: "Ada Lovelace", email: ADA, profile, time_zone: "UTC", language: "en_US" };
            zoho.add_user(context, ORG, new)
        });
        Self {
            world: RefCell::new(world),
            memory: RefCell::default(),
            user,
            messages: Vec::new(),
            records: Vec::new(),
            number: 0,
            calls: 0,
            letters: 0,
            forgotten: None,
            no_composites: false,
            by_itself: false,
            by_ews: false,
            flow: Flow::Both,
            days_back: 183,
            modules: [Module::Contacts, Module::Leads].into(),
            colleagues: false,
            make_safe: Some(mxs_html::make_safe),
            tamper: Tamper::default(),
        }
    }

    fn with_mailbox<T>(
        &self,
        act: impl FnOnce(&mut mxs_world::microsoft::Microsoft, &mut mxs_world::Context<'_>) -> T,
    ) -> T {
        self.world.borrow_mut().with_microsoft(act)
    }

    pub(crate) fn play(&mut self, step: &Step) {
        self.world.borrow_mut().advance(61_007);
        match step {
            Step::Arrive { person, kind, folder } => self.arrive(*person, *kind, folder),
            Step::Send { person } => {
                let message = self.message(*person, Kind::Plain);
                let body = json!({ "subject": message["subject"], "body": message["body"],
                    "toRecipients": [recipient(&address(*person))] });
                let sent = self.with_mailbox(|microsoft, context| microsoft.send_mail(ADA, &body, context));
                self.messages.push(sent.expect("it is sent"));
            }
            Step::Reply { nth } => {
                if let Some(original) = self.shown(*nth) {
                    let mut reply = self.message(0, Kind::Plain);
                    reply["from"] = recipient("stranger@y.example");
                    let bare = original["subject"].as_str().unwrap_or_default().trim_start_matches(REPLY);
                    reply["subject"] = json!(format!("{REPLY}{bare}"));
                    let arrived =
                        self.with_mailbox(|microsoft, context| microsoft.receive_mail(ADA, "inbox", &reply, context));
                    self.messages.push(arrived.expect("it arrives"));
                }
            }
            Step::Copy { nth } => {
                if let Some(original) = self.shown(*nth) {
                    let names = [
                        "subject",
                        "from",
                        "toRecipients",
                        "ccRecipients",
                        "internetMessageId",
                        "body",
                        "receivedDateTime",
                        "categories",
                        "singleValueExtendedProperties",
                    ];
                    let mut copy = json!({});
                    for name in names.into_iter().filter(|name| original.get(*name).is_some()) {
                        copy[name] = original[name].clone();
                    }
                    let copied =
                        self.with_mailbox(|microsoft, context| microsoft.receive_mail(ADA, "inbox", &copy, context));
                    self.messages.push(copied.expect("it is copied"));
                }
            }
            Step::Move { nth, folder } => {
                if let Some(id) = self.nth(*nth) {
                    let moved = self.with_mailbox(|microsoft, context| microsoft.move_mail(ADA, &id, folder, context));
                    moved.expect("it is moved");
                }
            }
            Step::Delete { nth } => {
                if let Some(id) = self.nth(*nth).filter(|id| self.folder_of(id) != "recoverableitemsdeletions") {
                    self.with_mailbox(|microsoft, context| microsoft.delete_mail(ADA, &id, context))
                        .expect("it is deleted");
                }
            }
            Step::Touch { nth } => {
                if let Some(id) = self.nth(*nth) {
                    let read = json!({ "isRead": true });
                    self.with_mailbox(|microsoft, context| microsoft.edit_mail(ADA, &id, &read, context))
                        .expect("it is read");
                }
            }
            Step::AddRecord { person, module } => self.add_record(*person, module),
            Step::SendFromCrm { nth } => self.send_from_crm(*nth),
            Step::Fault(fault) => self.world.borrow_mut().faults.add(fault.clone()),
            Step::ExpireTokens => {
                self.world.borrow_mut().microsoft.expire_delta_tokens(ADA, TokenDeath::GoneWithLocation);
            }
            Step::LoseStore => *self.memory.borrow_mut() = MailState::default(),
            Step::Wait => self.world.borrow_mut().advance(2 * 3_600_000),
            Step::Sync => drop(self.sync(None)),
            Step::Die { call, moment } => drop(self.sync(Some((*call, *moment)))),
        }
    }

    /// A message whose subject and text no other one has.
    fn message(&mut self, person: usize, kind: Kind) -> Value {
        self.number += 1;
        let secret = if kind.may_leave() { "" } else { SECRET };
        json!({
            "subject": format!("{secret}subject {}", self.number),
            "body": { "contentType": "html", "content": format!("<p onclick=\"steal()\">{secret}text {}</p>", self.number) },
            "from": recipient(&address(person)),
            "toRecipients": [recipient(ADA)],
        })
    }

    fn arrive(&mut self, person: usize, kind: Kind, folder: &str) {
        let mut message = self.message(person, kind);
        let sensitivity = |value: &str| json!([{ "id": "Integer 0x36", "value": value }]);
        match kind {
            Kind::Plain => {}
            Kind::ToTwo => {
                message["ccRecipients"] = json!([recipient(&address(person + 1)), recipient("you@corp.example")])
            }
            Kind::Private => message["singleValueExtendedProperties"] = sensitivity("2"),
            Kind::Confidential => message["singleValueExtendedProperties"] = sensitivity("3"),
            Kind::Excluded => message["categories"] = json!([EXCLUDED]),
            Kind::Colleague => message["from"] = recipient("you@corp.example"),
            Kind::Old => message["receivedDateTime"] = json!("2026-03-01T00:00:00Z"),
            Kind::Bulk => {
                message["toRecipients"] = (0..120).map(|n| recipient(&format!("b{n}@y.example"))).collect();
            }
            Kind::Draft => {
                let body = json!({ "subject": message["subject"], "toRecipients": [recipient(&address(person))] });
                self.with_mailbox(|microsoft, context| microsoft.draft_mail(ADA, &body, context)).expect("a draft");
                return;
            }
        }
        let arrived = self.with_mailbox(|microsoft, context| microsoft.receive_mail(ADA, folder, &message, context));
        self.messages.push(arrived.expect("it arrives"));
    }

    pub(crate) fn add_record(&mut self, person: usize, module: &'static str) {
        let fields = match module {
            "Leads" => json!({ "Last_Name": "L", "Company": "X", "Email": address(person) }),
            _ => json!({ "Last_Name": "C", "Secondary_Email": address(person) }),
        };
        let user = self.user;
        let added =
            self.world.borrow_mut().with_zoho(|zoho, context| zoho.insert_record(context, module, user, fields));
        self.records.push((module, added.expect("a record"), person));
    }

    pub(crate) fn insert(&self, module: &str, fields: Value) -> Id {
        let user = self.user;
        let added =
            self.world.borrow_mut().with_zoho(|zoho, context| zoho.insert_record(context, module, user, fields));
        added.expect("a record")
    }

    fn send_from_crm(&mut self, nth: usize) {
        let Some((module, id, person)) = self.records.get(nth % self.records.len().max(1)).copied() else { return };
        self.number += 1;
        let mail = json!({
            "from": { "user_name": "Ada", "email": ADA }, "to": [{ "user_name": "P", "email": address(person) }],
            "subject": format!("from the CRM {}", self.number), "content": "<p>Hi</p>",
        });
        let user = self.user;
        let sent =
            self.world.borrow_mut().with_zoho(|zoho, context| zoho.send_from_crm(context, module, id, user, &mail));
        sent.expect("it is sent");
    }

    pub(crate) fn nth(&self, nth: usize) -> Option<String> {
        self.messages.get(nth % self.messages.len().max(1)).cloned()
    }

    fn shown(&self, nth: usize) -> Option<Value> {
        let id = self.nth(nth)?;
        self.mails().into_iter().find(|mail| mail["id"] == id.as_str())
    }

    fn folder_of(&self, id: &str) -> String {
        let found = self.mails().into_iter().find(|mail| mail["id"] == id);
        found.and_then(|mail| mail["folder"].as_str().map(str::to_owned)).unwrap_or_default()
    }

    pub(crate) fn mails(&self) -> Vec<Value> {
        self.world.borrow().microsoft.mails(ADA)
    }

    pub(crate) fn emails(&self) -> Vec<Value> {
        self.world.borrow().zoho.emails(ORG)
    }

    /// Runs a sync; `None` if it dies. Whatever happens, nobody is mailed.
    pub(crate) fn sync(&mut self, death: Option<(u32, Moment)>) -> Option<MailReport> {
        self.act(Fate { death, ..Fate::default() }, |run| Box::pin(run.run()))
    }

    /// Runs a sync while somebody else does something before one of its calls.
    pub(crate) fn sync_meanwhile(&mut self, call: u32, act: Meanwhile) -> MailReport {
        let fate = Fate { meanwhile: RefCell::new(Some((call, act))), ..Fate::default() };
        self.act(fate, |run| Box::pin(run.run())).expect("nobody dies")
    }

    pub(crate) fn preview(&mut self) -> Result<Option<MailPreview>, Failure> {
        self.act(Fate::default(), |run| Box::pin(run.preview())).expect("nobody dies")
    }

    fn act<T>(&mut self, fate: Fate, act: impl for<'a> FnOnce(&'a Run<'a>) -> Acting<'a, T>) -> Option<T> {
        let posted = self.world.borrow().outbox.mails.len();
        let (graph_token, crm_token) = self.tokens();
        let port = |service, authorization| WorldPort {
            world: &self.world,
            fate: &fate,
            service,
            authorization,
            no_composites: self.no_composites,
            tamper: &self.tamper,
        };
        let ews = port(Service::Microsoft, BASIC.to_owned());
        let session = Session { path: PATH, version: ServerVersion::Exchange2016, acts_for: None };
        let graph = port(Service::Microsoft, format!("Bearer {graph_token}"));
        let graph = if self.by_itself { MailboxPort::of(graph, ADA_ID) } else { MailboxPort::own(graph) };
        let crm = port(Service::Zoho, format!("Zoho-oauthtoken {crm_token}"));
        let store = MemoryStore { memory: &self.memory, fate: &fate };
        let env = WorldEnv { world: &self.world };
        let now = Instant::from_seconds(self.world.borrow().now().as_second());
        let policy = MailPolicy {
            since: now,
            own: [Address::new(ADA).expect("an address")].into(),
            domains: ["corp.example".to_owned()].into(),
            colleagues: self.colleagues,
            excluded_categories: [EXCLUDED.to_owned()].into(),
            allowed: Sensitivity::Normal,
        };
        let chosen = Chosen {
            policy,
            folders: ["inbox", "sentitems"].map(str::to_owned).into(),
            modules: self.modules.clone(),
            flow: self.flow,
            days_back: self.days_back,
        };
        let (crm, store, env, make_safe) = (&crm, &store, &env, self.make_safe);
        let began = self.memory.borrow().sent.is_none();
        let outcome = if self.by_ews {
            let mailbox = &EwsMailbox { port: &ews, session };
            poll(act(&Mails { mailbox, crm, store, env, chosen, make_safe, now }))
        } else {
            let mailbox = &GraphMailbox { port: &graph };
            poll(act(&Mails { mailbox, crm, store, env, chosen, make_safe, now }))
        };
        if began {
            self.forgotten = Some(self.world.borrow().now());
        }
        (self.calls, self.letters) = (fate.calls.get(), fate.letters.get());
        assert_eq!(self.world.borrow().outbox.mails.len(), posted, "a run mailed somebody");
        self.no_mail_is_twice();
        outcome
    }

    fn tokens(&self) -> (String, String) {
        let mut world = self.world.borrow_mut();
        let graph = world.with_microsoft(|microsoft, context| {
            let token = match self.by_itself {
                true => microsoft.issue_application_token(APP, TENANT, context),
                false => microsoft.issue_access_token(ADA, APP, &["Mail.ReadWrite"], context),
            };
            token.expect("both are known")
        });
        let user = self.user;
        let scopes = [
            "ZohoCRM.modules.ALL",
            "ZohoCRM.coql.READ",
            "ZohoCRM.composite_requests.CUSTOM",
            "ZohoCRM.settings.modules.READ",
        ];
        (graph, world.with_zoho(|zoho, context| zoho.issue_access_token_for_user(context, user, &scopes)))
    }

    /// No record has a message twice, and Sent Items has no copy twice.
    fn no_mail_is_twice(&self) {
        let mut seen = BTreeSet::new();
        for email in self.emails().iter().filter(|email| !email["original_message_id"].is_null()) {
            let pair = (email["record"].to_string(), email["original_message_id"].to_string());
            assert!(seen.insert(pair), "a record has a message twice: {}", email["subject"]);
        }
        let mut copies = BTreeSet::new();
        for mail in
            self.mails().iter().filter(|mail| mail["subject"].as_str().is_some_and(|s| s.starts_with("from the CRM")))
        {
            assert!(copies.insert(mail["subject"].to_string()), "a copy is twice: {}", mail["subject"]);
        }
    }

    /// What a run that nothing disturbs leaves to do: nothing, neither now nor in the next one.
    pub(crate) fn settle(&mut self) {
        self.world.borrow_mut().faults.clear();
        // Longer than a run reads back in the CRM: nothing is found again only because its record is new.
        self.world.borrow_mut().advance(2 * 3_600_000);
        for _ in 0..2 {
            let report = self.sync(None).expect("nobody dies");
            assert!(report.end.is_ok(), "{report:?}");
        }
        self.nothing_is_lost();
        let before = (self.emails(), self.mails());
        self.world.borrow_mut().counters.reset();
        let report = self.sync(None).expect("nobody dies");
        assert!(report.end.is_ok(), "{report:?}");
        let writes: u64 = self.world.borrow().counters.writes.values().sum();
        assert_eq!(writes, 0, "a sync after which nothing happened writes");
        assert_eq!((self.emails(), self.mails()), before);
    }

    /// Every message of the chosen folders that may leave is beside every record of the people on it; a stranger's
    /// answer, beside those of what it answers.
    fn nothing_is_lost(&self) {
        let emails = self.emails();
        let has = |record: Id, message: &Value| {
            emails.iter().any(|email| {
                email["record"] == record.to_string() && email["original_message_id"] == message["internetMessageId"]
            })
        };
        let mails = self.mails();
        let chosen = |mail: &&Value| ["inbox", "sentitems"].contains(&mail["folder"].as_str().unwrap_or_default());
        for mail in mails.iter().filter(chosen) {
            let subject = mail["subject"].as_str().unwrap_or_default();
            let bare = subject.trim_start_matches(REPLY);
            if bare.starts_with(SECRET) || bare.starts_with("from the CRM") {
                continue;
            }
            for (module, record, person) in &self.records {
                let on_it = |mail: &Value| mail.to_string().contains(&format!("\"{}\"", address(*person)));
                let of_thread = |other: &&Value| match subject.strip_prefix(REPLY) {
                    Some(bare) => other["subject"] == bare,
                    None => other["id"] == mail["id"],
                };
                let mut thread = mails.iter().filter(of_thread);
                let (must, may) = (thread.clone().any(|mail| chosen(&mail) && on_it(mail)), thread.any(on_it));
                assert!(!must || has(*record, mail), "{module} of person {person} lacks {subject}");
                assert!(may || !has(*record, mail), "{module} of person {person} has {subject}");
            }
        }
        for sent in emails.iter().filter(|email| email["from_crm"] == true) {
            let copied = mails.iter().any(|mail| {
                mail["subject"] == sent["subject"] && mail["folder"] == "sentitems" && mail["isDraft"] == false
            });
            let copied = copied || self.before_the_first_run(sent);
            assert!(copied, "Sent Items lacks {}", sent["subject"]);
        }
    }

    /// Mails that the CRM sent before the first run, or before the store was lost, aren't copied.
    fn before_the_first_run(&self, sent: &Value) -> bool {
        let at: jiff::Timestamp = sent["time"].as_str().and_then(|text| text.parse().ok()).expect("a moment");
        self.forgotten.is_some_and(|moment| at <= moment)
    }
}
