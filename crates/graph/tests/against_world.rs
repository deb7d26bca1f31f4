//! The client against the stand-in of Microsoft, which refuses what Microsoft refuses.

use jiff::Timestamp;
use mxs_core::{CrmId, Date, ExchangeId, Field, Fields, Kind, Patch, Seen, Value, Version};
use mxs_graph::batch::{self, Part, PartOutcome};
use mxs_graph::contact;
use mxs_graph::contacts;
use mxs_graph::delta::{self, DeltaItem, DeltaPage, Next};
use mxs_graph::identity::{self, Authorize, IdentityError, Redeem, Refresh, Secret, Tokens};
use mxs_graph::mark::PROPERTY_ID;
use mxs_graph::{ErrorKind, GraphError, Place, Wanted, folders, marked, me};
use mxs_http::{Method, Request, Response, url};
use mxs_world::microsoft::{App, Platform, Tenant, TokenDeath, User};
use mxs_world::{Service, World};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

const TENANT: &str = "11111111-0000-4000-8000-000000000001";
const CLIENT: &str = "22222222-0000-4000-8000-000000000001";
const ADA: &str = "ada@corp.example";
const PASSWORD: &str = "correct horse";
const ORIGIN: &str = "http://localhost:7700";
const REDIRECT: &str = "http://localhost:7700/signed-in";
const SCOPES: [&str; 4] = ["openid", "offline_access", "Contacts.ReadWrite", "User.Read"];
const STATE: &str = "state+1";
const ORG: &str = "700123";
const WANTED: Wanted<'_> = Wanted { org: ORG, zone: None, record_url: None };

/// RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// Ada's mailbox, and what she has signed in with.
struct Mailbox {
    world: World,
    tokens: Tokens,
}

fn organisation(user: User) -> World {
    let mut world = World::new("2026-11-21T10:00:00Z".parse::<Timestamp>().expect("a moment"), 1);
    world.with_microsoft(|microsoft, context| {
        microsoft.add_tenant(Tenant::new(TENANT, "Corp", "corp.example"));
        microsoft.add_user(user, context);
        let app = App::new(CLIENT, TENANT, "The Tab").redirect(Platform::Spa, REDIRECT).for_every_tenant();
        microsoft.add_app(app.delegated(&["Contacts.ReadWrite", "User.Read"]).consented_in(TENANT));
    });
    world
}

fn ada() -> User {
    User::new("33333333-0000-4000-8000-000000000001", TENANT, "Ada Lovelace", ADA, PASSWORD)
}

fn answer(world: &mut World, request: &Request) -> Response {
    world.handle(Service::Microsoft, request, 1).response.expect("an answer")
}

fn authorize(base: &str) -> Authorize<'_> {
    Authorize {
        base,
        tenant: "organizations",
        client_id: CLIENT,
        redirect_uri: REDIRECT,
        scopes: &SCOPES,
        state: STATE,
        code_challenge: CHALLENGE,
        login_hint: Some(ADA),
        prompt: None,
    }
}

/// Where the browser lands when Ada signs in, or when she closes the page.
fn sign_in(world: &mut World, url: &str) -> String {
    let mut response = answer(world, &Request::new(Method::Get, url));
    for _ in 0..3 {
        if let Some(location) = response.headers.get("Location") {
            return location.split_once('?').expect("a query").1.to_owned();
        }
        let html = String::from_utf8_lossy(&response.body).into_owned();
        let part = |start: &str| html.split_once(start).and_then(|(_, rest)| rest.split_once('"')).expect("a form").0;
        let (action, flow) = (part("action=\""), part("name=\"flow\" value=\""));
        let form = url::form([("flow", flow), ("login", ADA), ("passwd", PASSWORD)]);
        response = answer(world, &Request::new(Method::Post, action).body("application/x-www-form-urlencoded", form));
    }
    panic!("the sign-in goes on and on");
}

/// Sends a token request as a browser does.
fn token(world: &mut World, request: Request) -> Result<Tokens, IdentityError> {
    identity::parse_token(&answer(world, &request.header("Origin", ORIGIN)))
}

fn redeem(world: &mut World, base: &str, code: &Secret, verifier: &str) -> Result<Tokens, IdentityError> {
    let verifier = Secret::new(verifier);
    let redeem = Redeem {
        base,
        tenant: "organizations",
        client_id: CLIENT,
        redirect_uri: REDIRECT,
        scopes: &SCOPES,
        code,
        verifier: &verifier,
    };
    token(world, identity::redeem(&redeem))
}

fn delta_start() -> Request {
    delta::start(&Place::Contacts, &WANTED)
}

fn delta_next(link: &str) -> Request {
    delta::next(&Place::Contacts, link, &WANTED)
}

fn parse_delta(response: &Response) -> Result<DeltaPage, GraphError> {
    delta::parse(&Place::Contacts, response, &WANTED)
}

fn created<'a>(fields: &'a Fields, mark: &'a CrmId) -> Part<'a> {
    Part::Create { place: &Place::Contacts, fields, mark, transaction: "" }
}

/// Contents but for where they are, which the mailbox adds.
fn placeless(mut fields: Fields) -> Fields {
    fields.put(Field::Folder, None);
    fields
}

fn stored(outcome: &PartOutcome) -> Option<Fields> {
    match outcome {
        PartOutcome::Written { stored, .. } => stored.clone().map(placeless),
        _ => None,
    }
}

impl Mailbox {
    fn new() -> Self {
        Self::of(ada())
    }

    fn of(user: User) -> Self {
        let mut world = organisation(user);
        let base = world.microsoft.base_url().to_owned();
        let landed = sign_in(&mut world, &identity::authorize_url(&authorize(&base)));
        let code = identity::parse_redirect(&landed, STATE).expect("a code");
        let tokens = redeem(&mut world, &base, &code, VERIFIER).expect("tokens");
        Self { world, tokens }
    }

    fn send(&mut self, request: Request) -> Response {
        let token = format!("Bearer {}", self.tokens.access.expose());
        answer(&mut self.world, &request.header("Authorization", token))
    }

    /// Runs one batch.
    fn run(&mut self, parts: &[Part<'_>]) -> Vec<Result<PartOutcome, GraphError>> {
        let response = self.send(batch::request(Kind::Contact, parts, &WANTED));
        batch::parse(Kind::Contact, &response, parts, &WANTED).expect("an answer")
    }

    fn create(&mut self, fields: &Fields, crm: &str) -> (ExchangeId, Version) {
        let crm = CrmId::new(crm);
        let outcome = self.run(&[created(fields, &crm)]).remove(0).expect("a contact");
        assert_eq!(stored(&outcome).as_ref(), Some(fields), "it is kept as it was written");
        match outcome {
            PartOutcome::Written { id, version, .. } => (id, version),
            other => panic!("{other:?}"),
        }
    }

    /// Reads every page from `first` on; the changes and the link for the next time.
    fn delta(&mut self, first: Request) -> (BTreeMap<ExchangeId, DeltaItem>, String) {
        let (mut request, mut items) = (first, BTreeMap::new());
        loop {
            let response = self.send(request);
            let page = parse_delta(&response).unwrap_or_else(|error| panic!("{error}"));
            items.extend(page.items);
            match page.next {
                Next::Page(link) => request = delta_next(&link),
                Next::Done(link) => return (items, link),
            }
        }
    }

    fn in_outlook(&mut self, contact: Json) -> ExchangeId {
        let added = self.world.with_microsoft(|microsoft, context| microsoft.add_contact(ADA, &contact, context));
        ExchangeId::new(added.expect("a contact"))
    }

    fn edit_in_outlook(&mut self, id: &ExchangeId, changes: Json) {
        self.world
            .with_microsoft(|microsoft, context| microsoft.edit_contact(ADA, id.as_str(), &changes, context))
            .expect("an edit");
    }

    fn marked(&mut self) -> Vec<(ExchangeId, CrmId)> {
        let (mut request, mut items) = (marked::start(&Place::Contacts).expect("a request"), Vec::new());
        loop {
            let response = self.send(request);
            let page = marked::parse(&response, ORG).unwrap_or_else(|error| panic!("{error}"));
            items.extend(page.items);
            match page.next {
                Some(link) => request = marked::next(&link),
                None => return items,
            }
        }
    }
}

/// Every field that there is.
fn full() -> Fields {
    let mut fields: Fields = contact::FIELDS
        .iter()
        .copied()
        .filter_map(|field| Some((field, Value::text(&format!("a {}", field.name()))?)))
        .collect();
    fields.put(Field::Notes, Value::text("It's \"quoted\"\nand has 名前"));
    fields.put(Field::WorkStreet, Value::text("1 Main St\nFloor 2"));
    fields.put(Field::Categories, Value::set(["Sales", "VIP"]));
    fields.put(Field::Birthday, Date::new(1815, 12, 10).ok().map(Value::Date));
    fields
}

fn named(given: &str) -> Fields {
    Fields::default().with(Field::GivenName, given)
}

fn kinds(outcomes: Vec<Result<PartOutcome, GraphError>>) -> Vec<Result<PartOutcome, ErrorKind>> {
    outcomes.into_iter().map(|outcome| outcome.map_err(|error| error.kind)).collect()
}

#[test]
fn a_sign_in_goes_all_the_way() {
    let mut mailbox = Mailbox::new();
    assert!(mailbox.tokens.expires_in > 3000);
    assert!(mailbox.tokens.scopes.iter().any(|scope| scope == "Contacts.ReadWrite"), "{:?}", mailbox.tokens.scopes);
    let ada = me::parse(&mailbox.send(me::request())).expect("a user");
    assert_eq!((ada.display_name.as_str(), ada.user_principal_name.as_str()), ("Ada Lovelace", ADA));
    assert_eq!(ada.mail.as_deref(), Some(ADA));

    let base = mailbox.world.microsoft.base_url().to_owned();
    let refresh_token = mailbox.tokens.refresh.clone().expect("a refresh token");
    let refresh = Refresh {
        base: &base,
        tenant: "organizations",
        client_id: CLIENT,
        scopes: &SCOPES,
        refresh_token: &refresh_token,
    };
    let renewed = token(&mut mailbox.world, identity::refresh(&refresh)).expect("tokens");
    assert!(renewed.refresh.is_some() && renewed.access != mailbox.tokens.access);
    mailbox.tokens = renewed;
    assert!(me::parse(&mailbox.send(me::request())).is_ok());

    mailbox.world.microsoft.revoke_sessions(ADA);
    assert_eq!(token(&mut mailbox.world, identity::refresh(&refresh)), Err(IdentityError::SignInAgain));
}

#[test]
fn a_sign_in_that_fails_says_why() {
    let mut world = organisation(ada());
    let base = world.microsoft.base_url().to_owned();
    let landed = sign_in(&mut world, &identity::authorize_url(&authorize(&base)));
    assert_eq!(identity::parse_redirect(&landed, "another"), Err(IdentityError::WrongState));
    let code = identity::parse_redirect(&landed, STATE).expect("a code");
    assert_eq!(
        redeem(&mut world, &base, &code, "wrong-verifier-wrong-verifier-wrong-verifier"),
        Err(IdentityError::SignInAgain)
    );

    let silent = Authorize { prompt: Some(identity::Prompt::None), ..authorize(&base) };
    let landed = sign_in(&mut world, &identity::authorize_url(&silent));
    assert_eq!(identity::parse_redirect(&landed, STATE), Err(IdentityError::SignInAgain));

    let unknown = Refresh {
        base: &base,
        tenant: "organizations",
        client_id: "22222222-0000-4000-8000-000000000009",
        scopes: &SCOPES,
        refresh_token: &Secret::new("x"),
    };
    let found = token(&mut world, identity::refresh(&unknown));
    assert!(matches!(found, Err(IdentityError::WrongConfiguration { code: 700_016 })), "{found:?}");
}

#[test]
fn a_contact_goes_there_and_comes_back() {
    let mut mailbox = Mailbox::new();
    let (id, version) = mailbox.create(&full(), "42");
    let (items, _) = mailbox.delta(delta_start());
    let seen: Seen = match items.get(&id) {
        Some(DeltaItem::Present(seen)) if items.len() == 1 => seen.clone(),
        other => panic!("{other:?}"),
    };
    assert!(!seen.fields.text(Field::Folder).is_empty());
    assert_eq!((placeless(seen.fields.clone()), &seen.version, &seen.mark), (full(), &version, &None));
    assert_eq!(mailbox.run(&[Part::Get { id: &id, folder: "" }]), [Ok(PartOutcome::Read(seen))]);
    assert_eq!(mailbox.marked(), [(id, CrmId::new("42"))]);

    let stored = mailbox.world.microsoft.contacts(ADA).remove(0);
    assert_eq!(stored["personalNotes"], "It's \"quoted\"\r\nand has 名前");
    assert_eq!(stored["birthday"], "1815-12-10T11:59:00Z");
}

#[test]
fn a_change_is_written_and_keeps_what_only_exchange_has() {
    let mut mailbox = Mailbox::new();
    let (id, version) = mailbox.create(&full(), "42");
    let patch = Patch::from_iter([
        (Field::Email1, Value::text("new@corp.example")),
        (Field::BusinessPhone, None),
        (Field::HomeCity, None),
        (Field::Birthday, None),
        (Field::Notes, Value::text("other")),
    ]);
    let current = full();
    let part = Part::Update {
        id: &id,
        folder: "",
        version: &version,
        patch: &patch,
        current: &current,
        mark: None,
        body: None,
    };
    let mut wanted = patch.applied_to(&current);
    wanted.put(Field::Email1Name, None);
    wanted.put(Field::BusinessPhone, current.get(Field::BusinessPhone2).cloned());
    wanted.put(Field::BusinessPhone2, None);
    let outcome = mailbox.run(&[part]).remove(0).expect("a change");
    assert_eq!(stored(&outcome), Some(wanted));
    match outcome {
        PartOutcome::Written { id: same, version: next, .. } => {
            assert_eq!(same, id);
            assert_ne!(next, version);
        }
        other => panic!("{other:?}"),
    }
    // The old version is stale now, for changes and deletes alike.
    let parts = [part, Part::Delete { id: &id, folder: "", version: &version, current: &Fields::default() }];
    assert_eq!(kinds(mailbox.run(&parts)), [Err(ErrorKind::Stale), Err(ErrorKind::Stale)]);
}

#[test]
fn every_field_can_be_emptied() {
    let mut mailbox = Mailbox::new();
    let (id, version) = mailbox.create(&full(), "42");
    let patch = Patch::from_iter(contact::FIELDS.iter().copied().map(|field| (field, None)));
    let current = full();
    let outcome = mailbox.run(&[Part::Update {
        id: &id,
        folder: "",
        version: &version,
        patch: &patch,
        current: &current,
        mark: None,
        body: None,
    }]);
    match outcome.first() {
        Some(Ok(outcome)) => assert_eq!(stored(outcome), Some(Fields::default())),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_outlook_does_is_seen() {
    let mut mailbox = Mailbox::new();
    let kept = mailbox.in_outlook(json!({ "givenName": "Kept", "birthday": "1974-07-21T22:00:00Z",
        "emailAddresses": [{ "address": "kept@corp.example" }] }));
    let deleted = mailbox.in_outlook(json!({ "givenName": "Deleted" }));
    let moved = mailbox.in_outlook(json!({ "givenName": "Moved" }));
    let (items, link) = mailbox.delta(delta_start());
    assert_eq!(items.len(), 3);
    let mut wanted = named("Kept").with(Field::Email1, "kept@corp.example");
    wanted.put(Field::Birthday, Date::new(1974, 7, 22).ok().map(Value::Date));
    match items.get(&kept) {
        Some(DeltaItem::Present(seen)) => assert_eq!(placeless(seen.fields.clone()), wanted),
        other => panic!("{other:?}"),
    }

    let (items, link) = mailbox.delta(delta_next(&link));
    assert_eq!(items, BTreeMap::new());

    mailbox.edit_in_outlook(&kept, json!({ "givenName": "Edited" }));
    mailbox
        .world
        .with_microsoft(|microsoft, context| {
            let folder = microsoft.add_contact_folder(ADA, None, "Other", context)?;
            microsoft.move_contact(ADA, moved.as_str(), &folder, context)?;
            microsoft.delete_contact(ADA, deleted.as_str(), context)
        })
        .expect("changes");
    let (items, _) = mailbox.delta(delta_next(&link));
    assert_eq!((items.get(&deleted), items.get(&moved)), (Some(&DeltaItem::Removed), Some(&DeltaItem::Removed)));
    match items.get(&kept) {
        Some(DeltaItem::Present(seen)) => assert_eq!(seen.fields.text(Field::GivenName), "Edited"),
        other => panic!("{other:?}"),
    }
}

/// What became of a contact, told by its folder.
#[derive(Debug, PartialEq, Eq)]
enum Whereabouts {
    Here,
    Elsewhere,
    Gone,
}

impl Mailbox {
    fn place(&mut self, id: &ExchangeId) -> Whereabouts {
        let folder = match self.run(&[Part::Get { id, folder: "" }]).remove(0) {
            Ok(PartOutcome::Read(seen)) => seen.fields.text(Field::Folder).to_owned(),
            Err(error) if error.kind == ErrorKind::NotFound => return Whereabouts::Gone,
            other => panic!("{other:?}"),
        };
        let default = folders::parse_default_folder(&self.send(folders::default_folder())).expect("an answer");
        if default.as_ref() == Some(&folder) {
            return Whereabouts::Here;
        }
        let known = folders::parse_contact_folder(&self.send(folders::contact_folder(&folder))).expect("an answer");
        let deleted = folders::parse_contact_folder(&self.send(folders::contact_folder(folders::DELETED_ITEMS)));
        let deleted = deleted.expect("an answer");
        if known.is_none() || deleted.as_ref() == Some(&folder) { Whereabouts::Gone } else { Whereabouts::Elsewhere }
    }
}

#[test]
fn a_folder_tells_deleted_from_moved_and_from_back_again() {
    let mut mailbox = Mailbox::new();
    let [deleted, purged, moved, back] =
        ["Deleted", "Purged", "Moved", "Back"].map(|name| mailbox.in_outlook(json!({ "givenName": name })));
    let (_, link) = mailbox.delta(delta_start());
    mailbox
        .world
        .with_microsoft(|microsoft, context| {
            let folder = microsoft.add_contact_folder(ADA, None, "Other", context)?;
            microsoft.delete_contact(ADA, deleted.as_str(), context)?;
            microsoft.purge_contact(ADA, purged.as_str(), context)?;
            microsoft.move_contact(ADA, moved.as_str(), &folder, context)?;
            microsoft.move_contact(ADA, back.as_str(), &folder, context)?;
            microsoft.move_contact(ADA, back.as_str(), "contacts", context)
        })
        .expect("changes");
    let (items, _) = mailbox.delta(delta_next(&link));
    for removed in [&deleted, &purged, &moved] {
        assert_eq!(items.get(removed), Some(&DeltaItem::Removed));
    }
    // Who is back was told as removed and not again; the number of contacts gives it away.
    assert_eq!(items.get(&back), Some(&DeltaItem::Removed));
    assert_eq!(marked::parse_count(&mailbox.send(marked::count(&Place::Contacts).expect("a request"))), Ok(Some(1)));
    let places = [&deleted, &purged, &moved, &back].map(|id| mailbox.place(id));
    assert_eq!(places, [Whereabouts::Gone, Whereabouts::Gone, Whereabouts::Elsewhere, Whereabouts::Here]);

    // In an empty folder there is nothing.
    mailbox
        .world
        .with_microsoft(|microsoft, context| microsoft.delete_contact(ADA, back.as_str(), context))
        .expect("a delete");
    assert_eq!([&moved, &back].map(|id| mailbox.place(id)), [Whereabouts::Elsewhere, Whereabouts::Gone]);
}

#[test]
fn a_large_mailbox_is_read_page_by_page() {
    let mut mailbox = Mailbox::new();
    let count = usize::from(contacts::PAGE_SIZE) * 2 + 1;
    for number in 0..count {
        let mark = json!([{ "id": PROPERTY_ID, "value": format!("zoho:{ORG}:{number}") }]);
        mailbox.in_outlook(json!({ "givenName": format!("N{number}"), "singleValueExtendedProperties": mark }));
    }
    let (items, _) = mailbox.delta(delta_start());
    assert_eq!(items.len(), count);
    assert_eq!(mailbox.marked().len(), count);
}

#[test]
fn marks_are_written_and_found_for_their_own_organisation() {
    let mut mailbox = Mailbox::new();
    let plain = mailbox.in_outlook(json!({ "givenName": "Plain" }));
    let other = json!([{ "id": PROPERTY_ID, "value": "zoho:999:7" }]);
    mailbox.in_outlook(json!({ "givenName": "Other", "singleValueExtendedProperties": other }));
    assert_eq!(mailbox.marked(), []);
    let crm = CrmId::new("42");
    let part = Part::Mark { id: &plain, folder: "", version: None, mark: &crm, title: "Plain", instead_of: None };
    let outcome = mailbox.run(&[part]).remove(0).expect("a mark");
    assert_eq!(stored(&outcome), Some(named("Plain")));
    match outcome {
        PartOutcome::Written { id, .. } => assert_eq!(id, plain),
        other => panic!("{other:?}"),
    }
    assert_eq!(mailbox.marked(), [(plain, crm)]);
}

#[test]
fn a_full_batch_is_answered_part_by_part() {
    let mut mailbox = Mailbox::new();
    let fields: Vec<Fields> = (0..batch::BATCH_MAX).map(|number| named(&format!("N{number}"))).collect();
    let crm = CrmId::new("42");
    let creates: Vec<Part<'_>> = fields.iter().map(|fields| created(fields, &crm)).collect();
    let created: Vec<(ExchangeId, Version)> = mailbox
        .run(&creates)
        .into_iter()
        .zip(&fields)
        .map(|(outcome, fields)| match outcome {
            Ok(PartOutcome::Written { id, version, stored })
                if stored.clone().map(placeless).as_ref() == Some(fields) =>
            {
                (id, version)
            }
            other => panic!("{other:?}"),
        })
        .collect();
    let nothing = Fields::default();
    let deletes: Vec<Part<'_>> =
        created.iter().map(|(id, version)| Part::Delete { id, folder: "", version, current: &nothing }).collect();
    assert!(mailbox.run(&deletes).iter().all(|outcome| *outcome == Ok(PartOutcome::Deleted)));
    mailbox.world.with_microsoft(|microsoft, context| {
        for (id, _) in &created {
            microsoft.purge_contact(ADA, id.as_str(), context).expect("a contact in Deleted Items");
        }
    });
    assert!(
        mailbox.run(&deletes).iter().all(|outcome| outcome.as_ref().is_err_and(|error| error.kind == ErrorKind::Stale)),
        "what is deleted already can't be deleted: look what became of it"
    );
}

#[test]
fn a_refused_part_spares_the_others() {
    let mut mailbox = Mailbox::new();
    let (id, _) = mailbox.create(&named("Fine"), "42");
    let garbage = ExchangeId::new("no id");
    mailbox.world.microsoft.throttle_next(ADA, 1, Some("2.5"));
    let parts = [&id, &garbage, &id].map(|id| Part::Get { id, folder: "" });
    let outcomes = mailbox.run(&parts);
    let throttled: Vec<&GraphError> = outcomes
        .iter()
        .filter_map(|outcome| outcome.as_ref().err())
        .filter(|error| error.kind == ErrorKind::Throttled)
        .collect();
    assert_eq!(throttled.iter().map(|error| error.retry_after_ms).collect::<Vec<_>>(), [Some(2_500)]);
    let outcomes = kinds(mailbox.run(&parts));
    assert!(matches!(outcomes.as_slice(), [Ok(_), Err(ErrorKind::Refused), Ok(_)]), "{outcomes:?}");
}

#[test]
fn a_dead_link_says_so_however_it_died() {
    for death in [TokenDeath::GoneWithLocation, TokenDeath::GoneWithoutLocation, TokenDeath::BadRequest] {
        let mut mailbox = Mailbox::new();
        let (_, link) = mailbox.delta(delta_start());
        mailbox.world.microsoft.expire_delta_tokens(ADA, death);
        let found = parse_delta(&mailbox.send(delta_next(&link)));
        assert_eq!(found.map_err(|error| error.kind), Err(ErrorKind::TokenDead), "{death:?}");
        mailbox.delta(delta_start());
    }
}

#[test]
fn refusals_of_the_whole_have_their_kind() {
    let kind = |mailbox: &mut Mailbox| {
        let response = mailbox.send(delta_start());
        parse_delta(&response).map_err(|error| error.kind).expect_err("a refusal")
    };
    let mut mailbox = Mailbox::new();
    mailbox.world.microsoft.throttle_next(ADA, 1, None);
    assert_eq!(kind(&mut mailbox), ErrorKind::Throttled);
    mailbox.world.with_microsoft(|microsoft, context| microsoft.expire_access_tokens(ADA, context));
    assert_eq!(kind(&mut mailbox), ErrorKind::SignInAgain);

    let mut mailbox = Mailbox::of(ada().without_mailbox());
    assert_eq!(kind(&mut mailbox), ErrorKind::NoMailbox);
}
