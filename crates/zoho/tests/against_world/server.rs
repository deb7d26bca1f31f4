//! A server of its own: it gets tokens, asks who is who, and is told of changes.

use crate::stage::ZGID;
use mxs_core::mail::Address;
use mxs_core::{CrmId, Instant};
use mxs_http::{Method, Request, Response, url};
use mxs_world::zoho::{DataCentre as Place, Edition, Id, NewUser, Permissions, UserStatus};
use mxs_world::{Service, World};
use mxs_zoho::emails::people::PeopleModule;
use mxs_zoho::notifications::{self, Callback, Channel, ChannelId, LIFETIME_MAX, Operation, RefusedKind};
use mxs_zoho::oauth::{self, Authorize, Client, DataCentre, Environment, OauthError, SCOPES, Tokens};
use mxs_zoho::{Module, Names, Owners, accounts, credits, emails, org, records, users};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

const APP: &str = "1000.APP";
const SECRET: &str = "app-secret";
const BACK: &str = "https://function.example/zoho/back";
const HOUR: i64 = 3_600_000;

struct Server {
    world: World,
    ada: Id,
    bob: Id,
    secret: SecretString,
}

impl Server {
    fn new() -> Self {
        let mut world = World::new("2026-11-21T10:00:00Z".parse().expect("a moment"), 1);
        let (ada, bob) = world.with_zoho(|zoho, context| {
            zoho.add_org(context, ZGID, "Corp", Edition::Enterprise, Place::eu());
            let administrator = zoho.add_profile(ZGID, "Geschäftsführung", Permissions::administrator());
            let standard = zoho.add_profile(ZGID, "Administrator", Permissions::standard());
            let mut user = |name, email, profile| {
                zoho.add_user(
                    context,
                    ZGID,
                    NewUser { name, email, profile, time_zone: "Europe/Berlin", language: "de_DE" },
                )
            };
            let ada = user("Ada Lovelace", "ada@corp.example", administrator);
            let bob = user("Bob Kahn", "bob@corp.example", standard);
            zoho.add_client(APP, SECRET, BACK);
            (ada, bob)
        });
        Self { world, ada, bob, secret: SecretString::from(SECRET) }
    }

    fn client(&self) -> Client<'_> {
        Client { id: APP, secret: &self.secret }
    }

    fn handle(&mut self, request: &Request) -> Response {
        self.world.handle(Service::Zoho, request, 1).response.expect("an answer")
    }

    /// Sends a request to an origin, as a port does.
    fn at(&mut self, origin: &str, request: Request) -> Response {
        let url = format!("{origin}{}", request.url);
        self.handle(&Request { url, ..request })
    }

    /// Asks the API with an access token.
    fn ask(&mut self, tokens: &Tokens, request: Request) -> Response {
        let token = format!("Zoho-oauthtoken {}", tokens.access.expose_secret());
        self.at(&eu().api(tokens.environment), request.header("Authorization", token))
    }

    /// What Ada's browser comes back with after she agreed.
    fn agree(&mut self, state: &str) -> String {
        let begin = oauth::authorize_url(&Authorize { centre: &eu(), client_id: APP, redirect_uri: BACK, state });
        assert_eq!(self.handle(&Request::new(Method::Get, &begin)).status, 200, "the page is shown");
        let (page, query) = begin.split_once('?').expect("a query");
        let ada = self.ada.to_string();
        let form = format!("{query}&{}", url::form([("user", ada.as_str()), ("decision", "accept")]));
        let decided = self.handle(&Request::new(Method::Post, page).body("application/x-www-form-urlencoded", form));
        let back = decided.headers.get("Location").expect("a redirect").to_owned();
        back.strip_prefix(BACK).expect("the way back").to_owned()
    }

    fn sign_in(&mut self) -> Tokens {
        let back = self.agree("s1");
        let agreed = oauth::parse_redirect(&back, "s1", &DataCentre::ALL).expect("agreed");
        let request = oauth::redeem(self.client(), BACK, &agreed.code);
        let answer = self.at(agreed.centre.accounts(), request);
        oauth::parse_token(&answer, &agreed.centre).expect("tokens")
    }

    fn refresh(&mut self, tokens: &Tokens) -> Result<Tokens, OauthError> {
        let request = oauth::refresh(self.client(), tokens.refresh.as_ref().expect("a refresh token"));
        let answer = self.at(eu().accounts(), request);
        oauth::parse_token(&answer, &eu())
    }

    fn now(&self) -> Instant {
        Instant::from_seconds(self.world.now().as_second())
    }

    fn channel(&self, number: u64) -> Channel {
        let modules = [Module::Contacts, Module::Events];
        let token = SecretString::from("t-1");
        let id = ChannelId::new(number).expect("a number");
        Channel::new(id, &modules, "https://function.example/told", token, self.now()).expect("a channel")
    }
}

fn eu() -> DataCentre {
    DataCentre::ALL[1].clone()
}

#[test]
fn an_administrator_agrees_once_and_the_server_goes_on() {
    let mut server = Server::new();
    let tokens = server.sign_in();
    assert_eq!((tokens.environment, tokens.expires_in), (Environment::Production, 3_600));
    assert_eq!(tokens.scopes, SCOPES.map(|(scope, _)| scope));
    let user = users::parse(&server.ask(&tokens, users::current())).expect("a user");
    assert_eq!(user.id, server.ada.to_string());

    // The access token has run out; the refresh token goes on.
    server.world.advance(HOUR);
    assert_eq!(server.ask(&tokens, users::current()).status, 401);
    let fresh = server.refresh(&tokens).expect("tokens");
    assert!(fresh.refresh.is_none(), "it stays the same");
    assert!(users::parse(&server.ask(&fresh, users::current())).is_ok());

    // A token means nothing to another data centre, nor does a code.
    let request = oauth::refresh(server.client(), tokens.refresh.as_ref().expect("a refresh token"));
    let elsewhere = server.at(DataCentre::ALL[0].accounts(), request);
    assert_eq!(oauth::parse_token(&elsewhere, &DataCentre::ALL[0]).err(), Some(OauthError::SignInAgain));

    // Given back, it is good for nothing, and giving it back twice is no failure.
    for _ in 0..2 {
        let revoked = server.at(eu().accounts(), oauth::revoke(tokens.refresh.as_ref().expect("a refresh token")));
        assert_eq!(oauth::parse_revoked(&revoked), Ok(()));
    }
    assert_eq!(server.refresh(&tokens).err(), Some(OauthError::SignInAgain));
    assert_eq!(server.ask(&fresh, users::current()).status, 401);
}

#[test]
fn whoever_refreshes_too_often_is_told_to_wait() {
    let mut server = Server::new();
    let tokens = server.sign_in();
    let throttled = (0..11).map(|_| server.refresh(&tokens).err()).position(|error| error.is_some());
    assert_eq!(throttled, Some(10));
    assert_eq!(server.refresh(&tokens).err(), Some(OauthError::Throttled));
    server.world.advance(HOUR / 6);
    assert!(server.refresh(&tokens).is_ok());
}

#[test]
fn a_wrong_secret_is_a_matter_of_the_registration() {
    let mut server = Server::new();
    let tokens = server.sign_in();
    server.secret = SecretString::from("another");
    assert_eq!(server.refresh(&tokens).err(), Some(OauthError::WrongConfiguration));
}

/// Each scope with a call that needs it.
#[test]
fn the_scopes_are_enough_and_none_is_too_many() {
    let of_module = |module| records::changes(&Names::all(module), &Owners::everybody(), None, None);
    let (id, address) = (CrmId::new("1"), Address::new("ada@corp.example").expect("an address"));
    let calls = [
        ("modules.contacts.ALL", of_module(Module::Contacts)),
        ("modules.leads.ALL", of_module(Module::Leads)),
        ("modules.tasks.ALL", of_module(Module::Tasks)),
        ("modules.events.ALL", of_module(Module::Events)),
        ("modules.accounts.ALL", accounts::find(&["Corp"])),
        ("modules.deals.ALL", emails::people::deals_of(&[&id])),
        ("modules.emails.ALL", emails::associate::available("m-1")),
        ("coql.READ", emails::people::by_address(PeopleModule::Contacts, &[&address], None)),
        ("composite_requests.CUSTOM", emails::composite::request(&[users::current()])),
        ("notifications.ALL", notifications::list(1)),
        ("users.READ", users::current()),
        ("org.READ", org::request()),
        ("settings.modules.READ", emails::sales_inbox::request()),
    ];
    let mut server = Server::new();
    for ((name, call), (scope, _)) in calls.into_iter().zip(SCOPES) {
        assert_eq!(scope.strip_prefix("ZohoCRM."), Some(name));
        let mut refused = |scopes: &[&str]| {
            let ada = server.ada;
            let token = |zoho: &mut mxs_world::zoho::Zoho, context: &mut mxs_world::Context<'_>| {
                zoho.issue_access_token_for_user(context, ada, scopes)
            };
            let token = format!("Zoho-oauthtoken {}", server.world.with_zoho(token));
            server.handle(&call.clone().header("Authorization", token)).status == 401
        };
        let all = SCOPES.map(|(scope, _)| scope);
        let others: Vec<&str> = all.into_iter().filter(|other| *other != scope).collect();
        assert_eq!((refused(&all), refused(&others)), (false, true), "{scope}");
    }
}

#[test]
fn who_is_an_administrator_is_asked_of_the_crm() {
    let mut server = Server::new();
    let tokens = server.sign_in();
    let ids = [server.ada.to_string(), server.bob.to_string(), "1".to_owned()];
    let administrators = |server: &mut Server| -> Vec<bool> {
        let ask = |id: &String| {
            users::parse_administrator(&server.ask(&tokens, users::administrator(id)), id).expect("an answer")
        };
        ids.iter().map(ask).collect()
    };
    // Bob's profile is called so and isn't; nobody has the last id.
    assert_eq!(administrators(&mut server), [true, false, false]);
    let page = users::parse_page(&server.ask(&tokens, users::active(1)), 1).expect("a page");
    let found: Vec<&str> = page.users.iter().map(|user| user.id.as_str()).collect();
    assert_eq!((found, page.next), (vec![ids[0].as_str(), ids[1].as_str()], None));
    assert!(page.users.iter().all(|user| user.is_active && user.is_confirmed && user.time_zone == "Europe/Berlin"));

    let bob = server.bob;
    server.world.with_zoho(|zoho, context| zoho.set_user_status(context, bob, UserStatus::Inactive));
    let user = users::parse(&server.ask(&tokens, users::one(&ids[1]))).expect("a user");
    assert!(!user.is_active);
    let page = users::parse_page(&server.ask(&tokens, users::active(1)), 1).expect("a page");
    assert_eq!(page.users.len(), 1);
    assert_eq!(users::parse_page(&server.ask(&tokens, users::active(2)), 2).map(|page| page.users.len()), Ok(0));
}

#[test]
fn a_server_is_told_of_changes_until_its_channel_ends() {
    let mut server = Server::new();
    let tokens = server.sign_in();
    let channel = server.channel(7);
    let answer = server.ask(&tokens, notifications::watch(std::slice::from_ref(&channel)));
    let watched = notifications::parse_watched(&answer, std::slice::from_ref(&channel)).expect("an answer");
    let watched = watched[0].clone().expect("a channel");
    assert_eq!(watched.expires, channel.expires(), "a week, not an hour");

    let ada = server.ada;
    let insert = |zoho: &mut mxs_world::zoho::Zoho, context: &mut mxs_world::Context<'_>| {
        zoho.insert_record(context, "Contacts", ada, json!({ "Last_Name": "Babbage" })).expect("a record")
    };
    let id = server.world.with_zoho(insert);
    server.world.advance(1_000);
    let [call] = server.world.due_deliveries().try_into().expect("one call");
    let told = Callback::parse(&call.request.body).expect("a call");
    assert_eq!((told.channel, told.module, told.operation), (channel.id(), Module::Contacts, Operation::Insert));
    assert_eq!(told.ids.iter().map(|id| id.as_str()).collect::<Vec<_>>(), [id.to_string()]);
    assert!(told.has_token(&SecretString::from("t-1")) && !told.has_token(&SecretString::from("t-2")));

    // Renewed at half of its life it lives on; after its end it has to be made anew.
    server.world.advance(LIFETIME_MAX * 500);
    let tokens = server.refresh(&tokens).map(|fresh| Tokens { refresh: tokens.refresh, ..fresh }).expect("tokens");
    let channel = server.channel(7);
    let answer = server.ask(&tokens, notifications::renew(std::slice::from_ref(&channel)));
    let renewed = notifications::parse_watched(&answer, std::slice::from_ref(&channel)).expect("an answer");
    assert_eq!(renewed[0].as_ref().map(|watched| watched.expires), Ok(channel.expires()));
    let page = notifications::parse_list(&server.ask(&tokens, notifications::list(1))).expect("a page");
    let modules: Vec<Option<Module>> = page.rows.iter().map(|row| row.module).collect();
    assert_eq!((modules, page.more), (vec![Some(Module::Contacts), Some(Module::Events)], false));

    server.world.advance(LIFETIME_MAX * 1_000);
    let tokens = server.refresh(&tokens).expect("tokens");
    server.world.with_zoho(insert);
    server.world.advance(1_000);
    assert_eq!(server.world.due_deliveries(), []);
    let channels = [server.channel(7)];
    let answer = server.ask(&tokens, notifications::renew(&channels));
    let refused = notifications::parse_watched(&answer, &channels).expect("an answer");
    assert_eq!(refused[0].as_ref().map_err(|refused| refused.kind), Err(RefusedKind::NotSubscribed));
    assert_eq!(
        notifications::parse_list(&server.ask(&tokens, notifications::list(1))).map(|page| page.rows),
        Ok(vec![])
    );

    server.ask(&tokens, notifications::watch(&channels));
    for _ in 0..2 {
        let answer = server.ask(&tokens, notifications::disable(&[channel.id()]));
        assert_eq!(notifications::parse_disabled(&answer, 1), Ok(vec![Ok(())]), "one that is gone has ended");
    }
}

#[test]
fn the_credits_that_are_left_are_told_when_half_are_spent() {
    let mut server = Server::new();
    let tokens = server.sign_in();
    server.world.zoho.options(ZGID).credit_limit = Some(4);
    let left: Vec<Option<u64>> = (0..3).map(|_| credits::remaining(&server.ask(&tokens, users::current()))).collect();
    assert_eq!(left, [None, Some(2), Some(1)]);
}
