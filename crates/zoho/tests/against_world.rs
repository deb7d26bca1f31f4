//! The client against the stand-in of the CRM, which refuses what the CRM refuses.

use jiff::Timestamp;
use mxs_core::{CrmId, Date, Field, Fields, Instant, Patch, Side, Value};
use mxs_http::{Request, Response};
use mxs_world::zoho::{DataCentre, Edition, Id, NewUser, Permissions};
use mxs_world::{Service, World};
use mxs_zoho::{ErrorKind, Known, Module, Names, Owners, org, records, users};

const ZGID: &str = "700123";
const SCOPES: [&str; 4] =
    ["ZohoCRM.modules.contacts.ALL", "ZohoCRM.coql.READ", "ZohoCRM.users.READ", "ZohoCRM.org.READ"];

fn names() -> Names {
    Names::usual(Module::Contacts)
}

/// An organisation with two users, of whom Ada works with the client.
struct Crm {
    world: World,
    ada: Id,
    bob: Id,
    token: String,
}

impl Crm {
    fn new() -> Self {
        Self::with_scopes(&SCOPES)
    }

    fn with_scopes(scopes: &[&str]) -> Self {
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

    fn send(&mut self, request: Request) -> Response {
        let request = request.header("Authorization", format!("Zoho-oauthtoken {}", self.token));
        self.world.handle(Service::Zoho, &request, 1).response.expect("an answer")
    }

    fn owner(&self) -> String {
        self.ada.to_string()
    }

    fn now(&self) -> Instant {
        Instant::from_seconds(self.world.now().as_second())
    }

    fn insert(&mut self, fields: &[&Fields]) -> Vec<CrmId> {
        let answer = self.send(records::insert(&names(), &self.owner(), fields, &Known::default()));
        let written = records::parse_written(&names(), &answer, fields.len()).expect("an answer");
        written.into_iter().map(|written| written.expect("a record").id).collect()
    }

    /// Every page of a query.
    fn all(&mut self, since: Option<Instant>) -> Vec<records::Record> {
        let (mut records, mut after) = (Vec::new(), None);
        loop {
            let answer = self.send(records::changes(&names(), &Owners::one(&self.owner()), since, after.as_ref()));
            let page = records::parse_page(&names(), &answer).unwrap_or_else(|error| panic!("{error}"));
            after = page.last().cloned();
            records.extend(page.records);
            if !page.more {
                return records;
            }
        }
    }
}

fn full() -> Fields {
    let mut fields = Fields::default()
        .with(Field::Assistant, "Grace Hopper")
        .with(Field::BusinessPhone, "+1 732 555 0102")
        .with(Field::Department, "R&D")
        .with(Field::Email1, "ada@corp.example")
        .with(Field::Email2, "a.lovelace@corp.example")
        .with(Field::GivenName, "Ada")
        .with(Field::HomeCity, "Zürich")
        .with(Field::HomeCountry, "Schweiz")
        .with(Field::HomePhone, "+41 44 555 0103")
        .with(Field::HomePostalCode, "8001")
        .with(Field::HomeState, "ZH")
        .with(Field::HomeStreet, "Bahnhofstrasse 1")
        .with(Field::JobTitle, "Countess")
        .with(Field::MobilePhone, "+41 79 555 0104")
        .with(Field::Notes, "It's \"quoted\"\nand has 名前")
        .with(Field::Surname, "O'Lovelace")
        .with(Field::Title, "Dr.")
        .with(Field::WorkCity, "London")
        .with(Field::WorkCountry, "UK")
        .with(Field::WorkPostalCode, "SW1A 1AA")
        .with(Field::WorkState, "England")
        .with(Field::WorkStreet, "St James's Square 12");
    fields.put(Field::Birthday, Date::new(1815, 12, 10).ok().map(Value::Date));
    fields
}

fn named(surname: &str) -> Fields {
    Fields::default().with(Field::Surname, surname)
}

#[test]
fn a_contact_goes_there_and_comes_back() {
    let mut crm = Crm::new();
    let ids = crm.insert(&[&full(), &named("Kahn")]);
    let records = crm.all(None);
    assert_eq!(records.iter().map(|record| record.id.clone()).collect::<Vec<_>>(), ids);
    assert_eq!(records[0].seen.fields, full());
    assert_eq!((records[0].created, records[0].modified), (crm.now(), crm.now()));
    assert_eq!(records[0].seen.version, records::version(crm.now()));
    assert_eq!(records[1].seen.fields, named("Kahn"));
}

#[test]
fn a_change_is_written_and_found_by_its_time() {
    let mut crm = Crm::new();
    let ids = crm.insert(&[&full(), &named("Kahn")]);
    let created = crm.now();
    crm.world.advance(60_000);
    let since = crm.now();
    assert_eq!(crm.all(Some(since)), []);

    let patch =
        Patch::from_iter([(Field::Email2, None), (Field::Birthday, None), (Field::JobTitle, Value::text("Analyst"))]);
    let answer = crm.send(records::update(&names(), &[(ids[0].clone(), &patch)], &Known::default()));
    let written = records::parse_written(&names(), &answer, 1).expect("an answer");
    assert_eq!(written, [Ok(records::Written { id: ids[0].clone(), modified: since })]);

    let records = crm.all(Some(since));
    assert_eq!(records.len(), 1, "what was changed in that very second is found");
    assert_eq!(records[0].seen.fields, patch.applied_to(&full()));
    assert_eq!(records[0].seen.version, records::version(since));
    assert_eq!((records[0].created, records[0].modified), (created, since));
}

#[test]
fn only_the_owners_contacts_are_read_page_by_page() {
    let mut crm = Crm::new();
    let bob = crm.bob;
    crm.world.with_zoho(|zoho, context| {
        zoho.insert_record(context, "Contacts", bob, serde_json::json!({ "Last_Name": "Bob's" })).expect("a record");
    });
    let fields: Vec<Fields> = (0..records::WRITE_MAX).map(|number| named(&format!("N{number}"))).collect();
    let fields: Vec<&Fields> = fields.iter().collect();
    let mut ids = Vec::new();
    for _ in 0..21 {
        ids.extend(crm.insert(&fields));
    }
    assert!(ids.len() > records::QUERY_LIMIT);
    let records = crm.all(None);
    assert_eq!(records.into_iter().map(|record| record.id).collect::<Vec<_>>(), ids, "all, once, and none of Bob's");
}

#[test]
fn gone_and_left_are_told_apart() {
    let mut crm = Crm::new();
    let ids = crm.insert(&[&named("stays"), &named("goes"), &named("leaves")]);
    let (ada, bob) = (crm.ada, crm.bob);
    crm.world.advance(60_000);
    let since = crm.now();
    let leaves: Id = ids[2].as_str().parse().expect("an id");
    crm.world.with_zoho(|zoho, context| {
        let owner = serde_json::json!({ "Owner": { "id": bob.to_string() } });
        zoho.update_record(context, "Contacts", leaves, ada, owner).expect("a new owner");
    });
    let answer = crm.send(records::delete(Module::Contacts, &ids[1..2]));
    assert_eq!(records::parse_delete(&answer, 1), Ok(vec![Ok(ids[1].clone())]));

    assert_eq!(crm.all(None).into_iter().map(|record| record.id).collect::<Vec<_>>(), [ids[0].clone()]);
    let mut found = records::parse_lookup(&crm.send(records::lookup(Module::Contacts, &ids))).expect("an answer");
    found.sort_by(|one, other| one.id.cmp(&other.id));
    let wanted = [(&ids[0], ada), (&ids[2], bob)];
    assert_eq!(
        found.iter().map(|found| (&found.id, found.owner.clone())).collect::<Vec<_>>(),
        wanted.map(|(id, owner)| (id, owner.to_string()))
    );

    let deleted =
        records::parse_deleted(&crm.send(records::deleted(Module::Contacts, Some(since), 1))).expect("a list");
    assert_eq!(deleted, records::DeletedPage { ids: vec![ids[1].clone()], more: false });
    let later = Instant::from_seconds(since.seconds() + 60);
    assert_eq!(
        records::parse_deleted(&crm.send(records::deleted(Module::Contacts, Some(later), 1))),
        Ok(Default::default())
    );
    assert_eq!(records::parse_lookup(&crm.send(records::lookup(Module::Contacts, &ids[1..2]))), Ok(Vec::new()));

    let again = records::parse_delete(&crm.send(records::delete(Module::Contacts, &ids[1..2])), 1).expect("an answer");
    assert_eq!(again[0].as_ref().map_err(|refusal| refusal.code.as_str()), Err("INVALID_DATA"));
}

#[test]
fn a_long_list_of_deleted_records_has_pages() {
    let mut crm = Crm::new();
    let fields: Vec<Fields> = (0..records::WRITE_MAX).map(|number| named(&format!("N{number}"))).collect();
    let fields: Vec<&Fields> = fields.iter().collect();
    for _ in 0..3 {
        let ids = crm.insert(&fields);
        let answer = crm.send(records::delete(Module::Contacts, &ids));
        assert!(records::parse_delete(&answer, ids.len()).expect("an answer").iter().all(Result::is_ok));
    }
    let page = |crm: &mut Crm, number| {
        records::parse_deleted(&crm.send(records::deleted(Module::Contacts, None, number))).expect("a page")
    };
    let (first, second) = (page(&mut crm, 1), page(&mut crm, 2));
    assert_eq!((first.ids.len(), first.more, second.ids.len(), second.more), (200, true, 100, false));
}

#[test]
fn a_refused_record_names_its_field_and_spares_the_others() {
    let mut crm = Crm::new();
    crm.world.with_zoho(|zoho, _| zoho.options(ZGID).set_unique("Contacts", "Email", true));
    crm.insert(&[&named("first").with(Field::Email1, "taken@corp.example")]);
    let nameless = Fields::default().with(Field::GivenName, "Ada");
    let long = named("long").with(Field::WorkPostalCode, &"9".repeat(31));
    let twice = named("twice").with(Field::Email1, "taken@corp.example");
    let odd = named("odd").with(Field::Email1, "no address");
    let answer = crm.send(records::insert(
        &names(),
        &crm.owner(),
        &[&named("fine"), &nameless, &long, &twice, &odd],
        &Known::default(),
    ));
    let outcomes = records::parse_written(&names(), &answer, 5).expect("an answer");
    let said: Vec<_> = outcomes
        .iter()
        .map(|outcome| {
            outcome
                .as_ref()
                .err()
                .map(|refusal| (refusal.side, refusal.code.as_str(), refusal.field, refusal.max_length))
        })
        .collect();
    let wanted = [
        None,
        Some((Side::Crm, "MANDATORY_NOT_FOUND", Some(Field::Surname), None)),
        Some((Side::Crm, "INVALID_DATA", Some(Field::WorkPostalCode), Some(30))),
        Some((Side::Crm, "DUPLICATE_DATA", Some(Field::Email1), None)),
        Some((Side::Crm, "INVALID_DATA", Some(Field::Email1), None)),
    ];
    assert_eq!(said, wanted);

    let answer = crm.send(records::insert(&names(), &crm.owner(), &[&nameless], &Known::default()));
    let outcomes = records::parse_written(&names(), &answer, 1).expect("an answer when all are refused");
    assert_eq!(outcomes[0].as_ref().err().map(|refusal| refusal.status), Some(400));
}

#[test]
fn who_works_where_is_read() {
    let mut crm = Crm::new();
    let user = users::parse(&crm.send(users::current())).expect("a user");
    assert_eq!((user.id, user.email.as_str()), (crm.owner(), "ada@corp.example"));
    assert_eq!((user.profile.as_str(), user.time_zone.as_str()), ("Administrator", "Asia/Kolkata"));
    let org = org::parse(&crm.send(org::request())).expect("an organisation");
    assert_eq!(org, org::Org { zgid: ZGID.into(), company_name: "Corp".into() });
}

#[test]
fn refusals_of_the_whole_have_their_kind() {
    let mut crm = Crm::new();
    crm.world.with_zoho(|zoho, _| zoho.options(ZGID).credit_limit = Some(0));
    let kind = |response: &Response| records::parse_page(&names(), response).expect_err("a refusal").kind;
    let request = records::changes(&names(), &Owners::one(&crm.owner()), None, None);
    assert_eq!(kind(&crm.send(request.clone())), ErrorKind::Throttled);

    let mut crm = Crm::new();
    let token = crm.token.clone();
    crm.world.with_zoho(|zoho, _| zoho.revoke_token(&token));
    assert_eq!(kind(&crm.send(request.clone())), ErrorKind::SignInAgain);

    let mut crm = Crm::with_scopes(&["ZohoCRM.users.READ"]);
    assert_eq!(kind(&crm.send(request)), ErrorKind::Denied);

    let mut crm = Crm::new();
    let odd = records::changes(&names(), &Owners::one("' or Owner != '"), None, None);
    assert_eq!(kind(&crm.send(odd)), ErrorKind::Refused);
}
