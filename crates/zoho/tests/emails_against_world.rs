//! The client of mails against the stand-in: what it asks is understood, and what is answered too.

use mxs_core::mail::{Address, MailRecord, Module};
use mxs_core::{CrmId, Instant};
use mxs_http::{Request, Response};
use mxs_world::zoho::{DataCentre, Edition, Id, NewUser, Permissions};
use mxs_world::{Service, World};
use mxs_zoho::emails::associate::{self, Mail, Person};
use mxs_zoho::emails::people::{self, PeopleModule};
use mxs_zoho::emails::{composite, listed};
use serde_json::{Value, json};

const ORG: &str = "900001";

struct Stage {
    world: World,
    user: Id,
    token: String,
}

impl Stage {
    fn new() -> Self {
        let mut world = World::new("2026-11-21T10:00:00Z".parse().expect("a moment"), 7);
        let (user, token) = world.with_zoho(|zoho, context| {
            zoho.add_org(context, ORG, "Zylker", Edition::Enterprise, DataCentre::us());
            let profile = zoho.add_profile(ORG, "Administrator", Permissions::administrator());
            let user = NewUser {
                name: "Ada Lovelace",
                email: "ada@corp.example",
                profile,
                time_zone: "Europe/Berlin",
                language: "de_DE",
            };
            let user = zoho.add_user(context, ORG, user);
            let scopes = ["ZohoCRM.modules.ALL", "ZohoCRM.coql.READ", "ZohoCRM.composite_requests.CUSTOM"];
            (user, zoho.issue_access_token_for_user(context, user, &scopes))
        });
        Self { world, user, token }
    }

    fn add(&mut self, module: &str, fields: Value) -> CrmId {
        let user = self.user;
        let id = self.world.with_zoho(|zoho, context| zoho.insert_record(context, module, user, fields));
        CrmId::new(id.expect("a record").to_string())
    }

    fn send(&mut self, request: Request) -> Response {
        let request = request.header("Authorization", format!("Zoho-oauthtoken {}", self.token));
        self.world.handle(Service::Zoho, &request, 1).response.expect("an answer")
    }
}

fn address(text: &str) -> Address {
    Address::new(text).expect("an address")
}

fn person(address: &str) -> Person {
    Person { name: String::new(), address: address.to_owned() }
}

fn associate_one(stage: &mut Stage, record: &MailRecord, id: &str, subject: &str) -> Response {
    let (from, to) = (person("cy@x.example"), [person("ada@corp.example")]);
    let mail = Mail {
        internet_id: id,
        from: &from,
        to: &to,
        cc: &to,
        subject,
        content: "<p>Hi</p>",
        html: true,
        sent: false,
        at: Instant::parse("2026-11-20T09:00:00Z").expect("a moment"),
    };
    stage.send(associate::request(record, &mail))
}

#[test]
fn people_are_found_by_either_address_and_by_what_changed() {
    let mut stage = Stage::new();
    let account = stage.add("Accounts", json!({ "Account_Name": "Zylker" }));
    let cy = json!({ "Last_Name": "Cy", "Email": "Cy@x.example", "Account_Name": { "id": account.as_str() } });
    let cy = stage.add("Contacts", cy);
    let di =
        stage.add("Contacts", json!({ "Last_Name": "Di", "Email": "di@x.example", "Secondary_Email": "d2@x.example" }));
    let lee = stage.add("Leads", json!({ "Last_Name": "Lee", "Company": "X", "Email": "lee@x.example" }));
    let deal = json!({ "Deal_Name": "D", "Stage": "Qualification", "Contact_Name": { "id": cy.as_str() } });
    let open = stage.add("Deals", deal.clone());
    stage.world.advance(60_000);
    let mut closed = deal;
    closed["Stage"] = json!("Closed Lost");
    stage.add("Deals", closed);
    let asked =
        [address("cy@x.example"), address("d2@x.example"), address("lee@x.example"), address("o'neil@x.example")];
    let asked: Vec<&Address> = asked.iter().collect();
    let found = |stage: &mut Stage, module| {
        let request = people::by_address(module, &asked, None);
        people::parse(&stage.send(request), module).expect("people")
    };
    let contacts = found(&mut stage, PeopleModule::Contacts);
    let ids: Vec<&CrmId> = contacts.people.iter().map(|person| &person.record.id).collect();
    assert_eq!((ids, contacts.next), (vec![&cy, &di], None));
    assert_eq!(contacts.people[0].account, Some(account));
    assert_eq!(contacts.people[1].addresses, [address("di@x.example"), address("d2@x.example")]);
    let leads = found(&mut stage, PeopleModule::Leads);
    assert_eq!((leads.people[0].record.module, &leads.people[0].record.id), (Module::Leads, &lee));
    assert_eq!(people::parse_deals(&stage.send(people::deals_of(&[&cy, &di]))), Ok([(cy.clone(), open)].into()));
    let since = Instant::parse("2026-11-21T10:00:00Z").expect("a moment");
    let changed = people::changed(PeopleModule::Contacts, since, Some(&cy));
    assert_eq!(people::parse(&stage.send(changed), PeopleModule::Contacts).expect("people").people.len(), 1);
    let later = people::changed(PeopleModule::Contacts, Instant::from_seconds(since.seconds() + 1), None);
    assert_eq!(people::parse(&stage.send(later), PeopleModule::Contacts), Ok(people::PeoplePage::default()));
}

#[test]
fn a_message_is_associated_asked_for_and_listed() {
    let mut stage = Stage::new();
    let id = stage.add("Contacts", json!({ "Last_Name": "Cy" }));
    let record = MailRecord { module: Module::Contacts, id: id.clone() };
    let ask = || associate::available("<1+a@x.example>");
    assert_eq!(associate::parse_available(&stage.send(ask())), Ok(None));
    let done = associate_one(&mut stage, &record, "<1+a@x.example>", &"é".repeat(300));
    assert_eq!(associate::parse(&done), Ok(Ok(())));
    assert_eq!(associate::parse_available(&stage.send(ask())), Ok(Some(id)));
    let page = listed::parse(&stage.send(listed::page(&record, listed::Kind::All, None))).expect("a page");
    let at = Instant::parse("2026-11-20T09:00:00Z").expect("a moment");
    assert!(page.mails[0].is("CY@x.example", at, &"é".repeat(300)));
    assert!(!page.mails[0].is("cy@x.example", at, "other") && !page.mails[0].is("di@x.example", at, "other"));
    let one = listed::parse(&stage.send(listed::one(&record, &page.mails[0].id))).expect("a mail");
    assert_eq!(one.mails[0].content, "<p>Hi</p>");
    let sent = listed::page(&record, listed::Kind::SentFromCrm, None);
    assert_eq!(listed::parse(&stage.send(sent)), Ok(listed::ListedPage::default()));
    let nothing = associate_one(&mut stage, &record, "<2@x.example>", "");
    assert_eq!(associate::parse(&nothing), Ok(Ok(())), "an empty subject is filled");
    let gone = MailRecord { module: Module::Contacts, id: CrmId::new("1") };
    let refused = associate_one(&mut stage, &gone, "<3@x.example>", "S");
    assert_eq!(associate::parse(&refused).map_err(|error| error.code), Err("INVALID_DATA".to_owned()));
}

#[test]
fn pages_of_mails_lead_on() {
    let mut stage = Stage::new();
    let record = MailRecord { module: Module::Contacts, id: stage.add("Contacts", json!({ "Last_Name": "Cy" })) };
    for number in 0..12 {
        associate_one(&mut stage, &record, &format!("<{number}@x.example>"), "S");
    }
    let first = listed::parse(&stage.send(listed::page(&record, listed::Kind::All, None))).expect("a page");
    assert_eq!(first.mails.len(), 10);
    let next = listed::page(&record, listed::Kind::All, first.next.as_deref());
    let second = listed::parse(&stage.send(next)).expect("a page");
    assert_eq!((second.mails.len(), second.next), (2, None));
}

#[test]
fn five_calls_go_as_one() {
    let mut stage = Stage::new();
    let record = MailRecord { module: Module::Contacts, id: stage.add("Contacts", json!({ "Last_Name": "Cy" })) };
    associate_one(&mut stage, &record, "<1&a=b@x.example>", "S");
    let parts = ["<1&a=b@x.example>", "<2@x.example>"].map(associate::available);
    let answers = composite::parse(&stage.send(composite::request(&parts)), 2).expect("answers");
    let found: Vec<_> = answers
        .iter()
        .map(|answer| associate::parse_available(answer.as_ref().expect("carried out")).expect("an answer"))
        .collect();
    assert_eq!(found, [Some(record.id), None]);
    let refused = composite::request(&[composite::request(&parts)]);
    let refused = composite::parse(&stage.send(refused), 1).expect("an answer");
    assert_eq!(refused[0], Err(composite::Refused { code: "NOT_SUPPORTED".into() }));
    let wrong = Response::new(200).body("application/json", r#"{"__composite_requests":[]}"#);
    assert!(composite::parse(&wrong, 1).is_err(), "nobody knows whose answers these are");
}
