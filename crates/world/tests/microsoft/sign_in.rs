//! Signing in: the pages, consent, and what comes back to the client.

use crate::support::*;
use mxs_http::{Method, Request, Response, url};
use mxs_world::World;
use serde_json::Value;

/// RFC 7636, appendix B.
pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// An address of `/authorize`, with changes: an empty value takes a parameter away.
pub(crate) fn authorize_url(tenant: &str, changes: &[(&str, &str)]) -> String {
    let usual = [
        ("client_id", TAB),
        ("response_type", "code"),
        ("redirect_uri", SPA_REDIRECT),
        ("scope", "openid offline_access Contacts.ReadWrite User.Read"),
        ("state", "s 1"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    let changed = |name: &str| changes.iter().find(|(other, _)| *other == name).map(|(_, value)| *value);
    let kept = usual.iter().map(|(name, value)| (*name, changed(name).unwrap_or(value)));
    let added = changes.iter().copied().filter(|(name, _)| !usual.iter().any(|(other, _)| other == name));
    let pairs: Vec<(&str, &str)> = kept.chain(added).filter(|(_, value)| !value.is_empty()).collect();
    format!("/{tenant}/oauth2/v2.0/authorize?{}", url::form(pairs))
}

/// A browser: it keeps the session cookie and fills in forms.
#[derive(Default)]
pub(crate) struct Browser {
    cookie: Option<String>,
}

impl Browser {
    pub(crate) fn open(&mut self, world: &mut World, url: &str) -> Response {
        self.go(world, Request::new(Method::Get, url))
    }

    fn go(&mut self, world: &mut World, mut request: Request) -> Response {
        if let Some(cookie) = &self.cookie {
            request = request.header("Cookie", format!("theme=dark; {cookie}"));
        }
        let response = send(world, &request);
        if let Some(cookie) = response.headers.get("Set-Cookie") {
            self.cookie = cookie.split(';').next().map(str::to_owned);
        }
        response
    }

    /// Submits the form of a page with these fields, and its hidden one.
    pub(crate) fn submit(&mut self, world: &mut World, page: &Response, fields: &[(&str, &str)]) -> Response {
        let html = text(page);
        let action = between(&html, "action=\"", "\"");
        let flow = between(&html, "name=\"flow\" value=\"", "\"");
        let pairs: Vec<(&str, &str)> = fields.iter().copied().chain([("flow", flow)]).collect();
        self.go(world, form(action, &pairs))
    }

    /// Signs in and accepts, whichever page asks; answers with where the browser was sent.
    pub(crate) fn sign_in(&mut self, world: &mut World, url: &str, user: &str) -> String {
        let mut response = self.open(world, url);
        for _ in 0..3 {
            if response.status == 302 {
                break;
            }
            let html = text(&response);
            response = if html.contains("name=\"passwd\"") {
                self.submit(world, &response, &[("login", user), ("passwd", PASSWORD)])
            } else {
                assert!(html.contains("name=\"decision\""), "{html}");
                self.submit(world, &response, &[("decision", "accept")])
            };
        }
        location(&response)
    }
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    let (_, rest) = text.split_once(start).unwrap_or_else(|| panic!("no {start} in {text}"));
    rest.split_once(end).expect("an end").0
}

pub(crate) fn location(response: &Response) -> String {
    assert_eq!(response.status, 302, "{}", text(response));
    response.headers.get("Location").expect("a Location").to_owned()
}

/// A parameter of the address that the browser was sent to.
pub(crate) fn parameter(location: &str, name: &str) -> Option<String> {
    let (_, query) = location.split_once(['?', '#'])?;
    url::parse_form(query).into_iter().find(|(key, _)| key == name).map(|(_, value)| value)
}

/// Redeems a code as the tab does.
pub(crate) fn redeem(world: &mut World, code: &str) -> Response {
    let pairs = [
        ("grant_type", "authorization_code"),
        ("client_id", TAB),
        ("code", code),
        ("redirect_uri", SPA_REDIRECT),
        ("code_verifier", VERIFIER),
    ];
    send(world, &form("/organizations/oauth2/v2.0/token", &pairs).header("Origin", ORIGIN))
}

/// The whole way from `/authorize` to tokens.
pub(crate) fn tokens(world: &mut World, user: &str, scopes: &str) -> Value {
    let url = authorize_url("organizations", &[("scope", scopes)]);
    let sent = Browser::default().sign_in(world, &url, user);
    let response = redeem(world, &parameter(&sent, "code").expect("a code"));
    assert_eq!(response.status, 200, "{}", text(&response));
    json(&response)
}

#[test]
fn the_first_sign_in_asks_for_password_and_consent() {
    let world = &mut world();
    let mut browser = Browser::default();
    let page = browser.open(world, &authorize_url("common", &[("login_hint", ADA)]));
    assert_eq!(page.headers.get("X-Frame-Options"), Some("DENY"));
    assert!(text(&page).contains("The Tab") && text(&page).contains(&format!("value=\"{ADA}\"")));

    let again = browser.submit(world, &page, &[("login", ADA), ("passwd", "wrong")]);
    assert!(text(&again).contains("AADSTS50126") && text(&again).contains("role=\"alert\""));

    let consent = browser.submit(world, &again, &[("login", "Ada@Corp.example"), ("passwd", PASSWORD)]);
    assert!(text(&consent).contains("Have full access to your contacts"), "{}", text(&consent));
    let cookie = consent.headers.get("Set-Cookie").expect("a session");
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"));

    let sent = location(&browser.submit(world, &consent, &[("decision", "accept")]));
    assert!(sent.starts_with(&format!("{SPA_REDIRECT}?")), "{sent}");
    assert_eq!(parameter(&sent, "state").as_deref(), Some("s 1"));
    assert!(parameter(&sent, "code").is_some());
}

#[test]
fn a_second_sign_in_needs_neither() {
    let world = &mut world();
    let mut browser = Browser::default();
    browser.sign_in(world, &authorize_url("common", &[]), ADA);
    for prompt in ["", "none"] {
        let sent = location(
            &browser.open(world, &authorize_url(TENANT, &[("prompt", prompt), ("response_mode", "fragment")])),
        );
        assert!(sent.starts_with(&format!("{SPA_REDIRECT}#")) && parameter(&sent, "code").is_some(), "{sent}");
    }
    for prompt in ["login", "select_account"] {
        let page = browser.open(world, &authorize_url(TENANT, &[("prompt", prompt)]));
        assert!(text(&page).contains("name=\"passwd\""), "{prompt}");
    }
    let page = browser.open(world, &authorize_url(TENANT, &[("prompt", "consent")]));
    assert!(text(&page).contains("Permissions requested"));
    let more = authorize_url(TENANT, &[("scope", "openid Mail.Read")]);
    assert!(text(&browser.open(world, &more)).contains("Read your mail"), "a new scope is asked for");
    world.advance(25 * 3_600_000);
    assert!(text(&browser.open(world, &authorize_url(TENANT, &[]))).contains("name=\"passwd\""));
}

#[test]
fn who_declines_is_sent_back_with_an_error() {
    let world = &mut world();
    let mut browser = Browser::default();
    let page = browser.open(world, &authorize_url("common", &[]));
    let consent = browser.submit(world, &page, &[("login", ADA), ("passwd", PASSWORD)]);
    let sent = location(&browser.submit(world, &consent, &[("decision", "cancel")]));
    assert_eq!(parameter(&sent, "error").as_deref(), Some("access_denied"));
    assert!(parameter(&sent, "error_description").is_some_and(|text| text.starts_with("AADSTS65004")));
    assert_eq!(parameter(&sent, "state").as_deref(), Some("s 1"));
    let twice = browser.submit(world, &consent, &[("decision", "accept")]);
    assert_eq!(twice.status, 400, "a page is answered once");
}

#[test]
fn a_consent_page_counts_only_in_its_own_browser() {
    let world = &mut world();
    let mut ada = Browser::default();
    let page = ada.open(world, &authorize_url("common", &[]));
    let consent = ada.submit(world, &page, &[("login", ADA), ("passwd", PASSWORD)]);
    assert_eq!(Browser::default().submit(world, &consent, &[("decision", "accept")]).status, 400);
    let mut bob = Browser::default();
    bob.sign_in(world, &authorize_url("common", &[]), BOB);
    assert_eq!(bob.submit(world, &consent, &[("decision", "accept")]).status, 400);
}

#[test]
fn requests_that_cant_be_trusted_stay_on_the_page() {
    let world = &mut world();
    let cases = [
        ("common", ("redirect_uri", "http://localhost:7700/elsewhere"), "AADSTS50011"),
        ("common", ("redirect_uri", ""), "AADSTS900144"),
        ("common", ("client_id", "22222222-0000-4000-8000-00000000ffff"), "AADSTS700016"),
        ("common", ("client_id", ""), "AADSTS900144"),
        ("nowhere.example", ("x", "y"), "AADSTS90002"),
        ("common", ("client_id", SERVER), "AADSTS50194"),
    ];
    for (tenant, change, number) in cases {
        let response = send(world, &Request::new(Method::Get, authorize_url(tenant, &[change])));
        assert_eq!(response.status, 400, "{change:?}");
        assert_eq!(response.headers.get("Location"), None, "{change:?}");
        assert!(text(&response).contains(number), "{change:?}: {}", text(&response));
    }
}

#[test]
fn other_mistakes_are_told_to_the_client() {
    let world = &mut world();
    let cases: [(&str, &str, &str, &str); 9] = [
        ("code_challenge", "", "invalid_request", "AADSTS9002325"),
        ("code_challenge_method", "plain", "invalid_request", "AADSTS501491"),
        ("code_challenge_method", "", "invalid_request", "AADSTS501491"),
        ("response_type", "token", "unsupported_response_type", "AADSTS700054"),
        ("response_mode", "form_post", "invalid_request", "AADSTS90023"),
        ("scope", "", "invalid_request", "AADSTS900144"),
        ("scope", "Contact.Read", "invalid_client", "AADSTS650053"),
        ("scope", "api://x/y", "invalid_resource", "AADSTS500011"),
        ("prompt", "none", "login_required", "AADSTS50058"),
    ];
    for (name, value, error, number) in cases {
        let sent = location(&send(world, &Request::new(Method::Get, authorize_url("common", &[(name, value)]))));
        assert_eq!(parameter(&sent, "error").as_deref(), Some(error), "{name}={value}");
        assert!(
            parameter(&sent, "error_description").is_some_and(|text| text.starts_with(number)),
            "{name}={value}: {sent}"
        );
        assert_eq!(parameter(&sent, "state").as_deref(), Some("s 1"), "{name}={value}");
    }
}

#[test]
fn prompt_none_asks_nobody_for_consent() {
    let world = &mut world();
    let mut browser = Browser::default();
    browser.sign_in(world, &authorize_url("common", &[]), ADA);
    let url = authorize_url("common", &[("prompt", "none"), ("scope", "Mail.Read")]);
    let sent = location(&browser.open(world, &url));
    assert_eq!(parameter(&sent, "error").as_deref(), Some("interaction_required"));
}

#[test]
fn who_may_not_sign_in_is_told_so() {
    let world = &mut world();
    world.microsoft.set_enabled(BOB, false);
    let server = &[("client_id", SERVER), ("redirect_uri", WEB_REDIRECT)][..];
    let cases = [
        ("common", &[][..], "who@corp.example", PASSWORD, "AADSTS50034"),
        ("common", &[], BOB, PASSWORD, "AADSTS50057"),
        (TENANT, &[], EVE, PASSWORD, "AADSTS50020"),
        (TENANT, server, EVE, PASSWORD, "AADSTS50020"),
        ("common", &[], ADA, "", "AADSTS50126"),
    ];
    for (tenant, changes, user, password, number) in cases {
        let mut browser = Browser::default();
        let page = browser.open(world, &authorize_url(tenant, changes));
        let answer = browser.submit(world, &page, &[("login", user), ("passwd", password)]);
        assert!(text(&answer).contains(number), "{user}: {}", text(&answer));
        assert_eq!(answer.headers.get("Set-Cookie"), None, "{user}");
    }
    let eve = Browser::default().sign_in(world, &authorize_url("organizations", &[]), EVE);
    assert!(parameter(&eve, "code").is_some(), "an app for every tenant takes guests of no tenant in particular");
}

#[test]
fn some_permissions_need_an_administrator() {
    let world = &mut world();
    let url = authorize_url("common", &[("scope", "User.Read.All")]);
    let mut browser = Browser::default();
    let page = browser.open(world, &url);
    let answer = browser.submit(world, &page, &[("login", ADA), ("passwd", PASSWORD)]);
    assert!(answer.status == 400 && text(&answer).contains("AADSTS90094"), "{}", text(&answer));
    let sent = Browser::default().sign_in(world, &url, ADMIN);
    assert!(parameter(&sent, "code").is_some());
}

#[test]
fn nobody_else_consents_for_everyone() {
    let world = &mut world();
    let url = format!("/{TENANT}/adminconsent?{}", url::form([("client_id", TAB), ("redirect_uri", SPA_REDIRECT)]));
    // Ada has a session from an ordinary sign-in: nobody asks for her password.
    let mut ada = Browser::default();
    ada.sign_in(world, &authorize_url("common", &[]), ADA);
    let answer = ada.open(world, &url);
    assert!(answer.status == 400 && text(&answer).contains("AADSTS90094"), "{}", text(&answer));
    // An administrator who stops to be one while the page is open.
    let mut admin = Browser::default();
    let page = admin.open(world, &url);
    let page = admin.submit(world, &page, &[("login", ADMIN), ("passwd", PASSWORD)]);
    assert!(text(&page).contains("name=\"decision\""));
    let mut demoted = world.microsoft.user(ADMIN).expect("a user").clone();
    demoted.is_admin = false;
    world.with_microsoft(|microsoft, context| microsoft.add_user(demoted, context));
    let answer = admin.submit(world, &page, &[("decision", "accept")]);
    assert!(answer.status == 400 && text(&answer).contains("AADSTS90094"), "{}", text(&answer));
    assert!(world.microsoft.apps().all(|app| app.client_id != TAB || app.admin_consent.is_empty()));
}

#[test]
fn a_page_waits_an_hour_and_the_oldest_gives_way() {
    let world = &mut world();
    let fields = [("login", ADA), ("passwd", PASSWORD)];
    let open = |world: &mut World| Browser::default().open(world, &authorize_url("common", &[]));
    let (first, second) = (open(world), open(world));
    world.advance(59 * 60_000);
    assert_eq!(Browser::default().submit(world, &first, &fields).status, 200, "consent is asked for");
    world.advance(60_000);
    let late = Browser::default().submit(world, &second, &fields);
    assert!(late.status == 400 && text(&late).contains("AADSTS90019"), "{}", text(&late));
    let world = &mut crate::support::world();
    let (oldest, next) = (open(world), open(world));
    (0..999).for_each(|_| drop(open(world)));
    assert_eq!(Browser::default().submit(world, &oldest, &fields).status, 400);
    assert_eq!(Browser::default().submit(world, &next, &fields).status, 200);
}

#[test]
fn an_administrator_consents_for_everyone() {
    let world = &mut world();
    let url = format!(
        "/{TENANT}/adminconsent?{}",
        url::form([("client_id", TAB), ("redirect_uri", SPA_REDIRECT), ("state", "x")])
    );
    let mut browser = Browser::default();
    let page = browser.open(world, &url);
    let refused = browser.submit(world, &page, &[("login", ADA), ("passwd", PASSWORD)]);
    assert!(text(&refused).contains("AADSTS90094"));
    let sent = Browser::default().sign_in(world, &url, ADMIN);
    assert_eq!(parameter(&sent, "admin_consent").as_deref(), Some("True"));
    assert_eq!(parameter(&sent, "tenant").as_deref(), Some(TENANT));
    let mut ada = Browser::default();
    let page = ada.open(world, &authorize_url("common", &[]));
    let answer = ada.submit(world, &page, &[("login", ADA), ("passwd", PASSWORD)]);
    assert!(parameter(&location(&answer), "code").is_some(), "nobody is asked any more");
}
