//! The token endpoint.

use crate::sign_in::{Browser, VERIFIER, authorize_url, parameter, redeem, tokens};
use crate::support::*;
use mxs_http::{Method, Request, Response};
use mxs_world::World;
use serde_json::Value;

const HOUR_MS: i64 = 3_600_000;

/// Changes to a form, the page's origin, and the status and number of the answer.
type Case<'a> = (&'a [(&'a str, &'a str)], Option<&'a str>, u16, u64);

fn code(world: &mut World, changes: &[(&str, &str)]) -> String {
    let sent = Browser::default().sign_in(world, &authorize_url(TENANT, changes), ADA);
    parameter(&sent, "code").expect("a code")
}

/// Posts to the token endpoint; an empty value takes a field away.
fn post(world: &mut World, usual: &[(&str, &str)], changes: &[(&str, &str)], origin: Option<&str>) -> Response {
    let changed = |name: &str| changes.iter().find(|(other, _)| *other == name).map(|(_, value)| *value);
    let kept = usual.iter().map(|(name, value)| (*name, changed(name).unwrap_or(value)));
    let added = changes.iter().copied().filter(|(name, _)| !usual.iter().any(|(other, _)| other == name));
    let pairs: Vec<(&str, &str)> = kept.chain(added).filter(|(_, value)| !value.is_empty()).collect();
    let mut request = form(&format!("/{TENANT}/oauth2/v2.0/token"), &pairs);
    if let Some(origin) = origin {
        request = request.header("Origin", origin);
    }
    send(world, &request)
}

fn refresh(world: &mut World, token: &str) -> Response {
    let usual = [("grant_type", "refresh_token"), ("client_id", TAB), ("refresh_token", token)];
    post(world, &usual, &[], Some(ORIGIN))
}

fn number(response: &Response) -> u64 {
    json(response)["error_codes"][0].as_u64().unwrap_or_default()
}

#[test]
fn a_code_buys_tokens_once() {
    let world = &mut world();
    let code = code(world, &[("nonce", "n-1")]);
    let response = redeem(world, &code);
    let body = json(&response);
    assert_eq!(response.status, 200, "{body}");
    assert_eq!(body["token_type"], "Bearer");
    assert_eq!(body["expires_in"], 3599);
    assert_eq!(body["scope"], "openid Contacts.ReadWrite User.Read");
    assert_eq!(body["refresh_token_expires_in"], 86_400);
    assert_eq!(body["id_token"].as_str().map(|token| token.split('.').count()), Some(3));
    assert_eq!(response.headers.get("Access-Control-Allow-Origin"), Some(ORIGIN));
    assert!(response.headers.get("Cache-Control").is_some_and(|value| value.contains("no-store")));

    let again = redeem(world, &code);
    assert_eq!((again.status, number(&again)), (400, 54_005));
    assert_eq!(json(&again)["error"], "invalid_grant");
}

#[test]
fn codes_of_a_page_are_redeemed_as_pages_do() {
    let world = &mut world();
    let cases: [Case<'_>; 9] = [
        (&[], None, 400, 9_002_327),
        (&[("client_secret", "x")], Some(ORIGIN), 401, 700_025),
        (&[], Some("https://evil.example"), 400, 9_002_326),
        (&[("code_verifier", "")], Some(ORIGIN), 400, 900_144),
        (&[("code_verifier", "aBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")], Some(ORIGIN), 400, 501_481),
        (&[("redirect_uri", WEB_REDIRECT)], Some(ORIGIN), 400, 500_112),
        (&[("code", "1.garbage")], Some(ORIGIN), 400, 9_002_313),
        (&[("grant_type", "password")], Some(ORIGIN), 400, 70_003),
        (&[("client_id", SERVER)], Some(ORIGIN), 400, 9_002_313),
    ];
    for (changes, origin, status, expected) in cases {
        let code = code(world, &[]);
        let usual = [
            ("grant_type", "authorization_code"),
            ("client_id", TAB),
            ("code", code.as_str()),
            ("redirect_uri", SPA_REDIRECT),
            ("code_verifier", VERIFIER),
        ];
        let response = post(world, &usual, changes, origin);
        assert_eq!(
            (response.status, number(&response)),
            (status, expected),
            "{changes:?} {origin:?}: {}",
            text(&response)
        );
    }
}

#[test]
fn codes_of_a_server_are_redeemed_with_its_secret() {
    let world = &mut world();
    let changes =
        [("client_id", SERVER), ("redirect_uri", WEB_REDIRECT), ("code_challenge", ""), ("code_challenge_method", "")];
    let cases: [(&str, Option<&str>, u16, u64); 4] = [
        (SECRET, None, 200, 0),
        ("", None, 401, 7_000_218),
        ("wrong", None, 401, 7_000_215),
        (SECRET, Some("https://function.example"), 400, 9_002_326),
    ];
    for (secret, origin, status, expected) in cases {
        let code = code(world, &changes);
        let usual = [
            ("grant_type", "authorization_code"),
            ("client_id", SERVER),
            ("code", code.as_str()),
            ("redirect_uri", WEB_REDIRECT),
            ("client_secret", secret),
        ];
        let response = post(world, &usual, &[], origin);
        assert_eq!(
            (response.status, number(&response)),
            (status, expected),
            "{secret} {origin:?}: {}",
            text(&response)
        );
        assert_eq!(response.headers.get("Access-Control-Allow-Origin"), None, "servers need no permission to read");
    }
}

#[test]
fn a_code_lives_ten_minutes() {
    let world = &mut world();
    let (early, late) = (code(world, &[]), code(world, &[]));
    world.advance(599_000);
    assert_eq!(redeem(world, &early).status, 200);
    world.advance(1_000);
    assert_eq!(number(&redeem(world, &late)), 70_008);
}

#[test]
fn a_pages_refresh_token_ends_a_day_after_the_sign_in() {
    let world = &mut world();
    let mut token = tokens(world, ADA, "offline_access Contacts.ReadWrite");
    for _ in 0..23 {
        world.advance(HOUR_MS);
        let response = refresh(world, token["refresh_token"].as_str().expect("a token"));
        let next = json(&response);
        assert_eq!(response.status, 200, "{next}");
        assert_ne!(next["refresh_token"], token["refresh_token"], "it rotates");
        token = next;
    }
    assert_eq!(token["refresh_token_expires_in"], 3600);
    world.advance(HOUR_MS);
    let response = refresh(world, token["refresh_token"].as_str().expect("a token"));
    assert_eq!((json(&response)["error"].clone(), number(&response)), (Value::from("invalid_grant"), 700_084));
}

#[test]
fn a_servers_refresh_token_ends_after_ninety_days_of_rest() {
    let world = &mut world();
    let code = code(
        world,
        &[("client_id", SERVER), ("redirect_uri", WEB_REDIRECT), ("scope", "offline_access Contacts.Read")],
    );
    let secret = [("client_id", SERVER), ("client_secret", SECRET)];
    let usual = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", WEB_REDIRECT),
        ("code_verifier", VERIFIER),
    ];
    let first = json(&post(world, &usual, &secret, None));
    let mut token = first["refresh_token"].as_str().expect("a token").to_owned();
    for _ in 0..3 {
        world.advance(89 * 24 * HOUR_MS);
        let usual = [("grant_type", "refresh_token"), ("refresh_token", token.as_str())];
        let next = json(&post(world, &usual, &secret, None));
        token = next["refresh_token"].as_str().unwrap_or_else(|| panic!("{next}")).to_owned();
    }
    world.advance(90 * 24 * HOUR_MS);
    let usual = [("grant_type", "refresh_token"), ("refresh_token", token.as_str())];
    assert_eq!(number(&post(world, &usual, &secret, None)), 700_082);
}

#[test]
fn refresh_tokens_die_with_session_consent_and_account() {
    type Harm = fn(&mut World);
    let cases: [(Harm, u64); 5] = [
        (|world| world.microsoft.revoke_sessions(ADA), 50_173),
        (|world| world.microsoft.set_password(ADA, "new"), 50_173),
        (|world| world.microsoft.revoke_consent(ADA, TAB), 65_001),
        (|world| world.microsoft.set_enabled(ADA, false), 50_057),
        (|_| (), 0),
    ];
    for (harm, expected) in cases {
        let world = &mut world();
        let token = tokens(world, ADA, "offline_access Contacts.ReadWrite");
        harm(world);
        let response = refresh(world, token["refresh_token"].as_str().expect("a token"));
        assert_eq!(number(&response), expected, "{}", text(&response));
    }
}

#[test]
fn refreshing_may_ask_for_less_but_not_for_more() {
    let world = &mut world();
    let token = tokens(world, ADA, "offline_access Contacts.ReadWrite User.Read");
    let usual = [
        ("grant_type", "refresh_token"),
        ("client_id", TAB),
        ("refresh_token", token["refresh_token"].as_str().expect("a token")),
    ];
    let less = json(&post(world, &usual, &[("scope", "User.Read")], Some(ORIGIN)));
    assert_eq!(less["scope"], "User.Read");
    let more = post(world, &usual, &[("scope", "Mail.Read")], Some(ORIGIN));
    assert_eq!(number(&more), 65_001);
    let everything =
        json(&post(world, &usual, &[("scope", "https://graph.microsoft.com/.default offline_access")], Some(ORIGIN)));
    assert_eq!(everything["scope"], "Contacts.ReadWrite User.Read");
}

#[test]
fn an_application_proves_itself_by_its_secret() {
    let world = &mut world();
    let usual = [
        ("grant_type", "client_credentials"),
        ("client_id", SERVER),
        ("client_secret", SECRET),
        ("scope", "https://graph.microsoft.com/.default"),
    ];
    let response = post(world, &usual, &[], None);
    let body = json(&response);
    assert_eq!((response.status, body["expires_in"].as_u64()), (200, Some(3599)));
    assert_eq!(body["refresh_token"], Value::Null);

    let cases: [Case<'_>; 5] = [
        (&[("client_secret", "wrong")], None, 401, 7_000_215),
        (&[("client_secret", "")], None, 401, 7_000_218),
        (&[("scope", "Contacts.ReadWrite")], None, 400, 1_002_012),
        (&[("scope", "")], None, 400, 900_144),
        (&[], Some(ORIGIN), 400, 9_002_326),
    ];
    for (changes, origin, status, expected) in cases {
        let response = post(world, &usual, changes, origin);
        assert_eq!((response.status, number(&response)), (status, expected), "{changes:?}");
    }
    let common = send(world, &form("/common/oauth2/v2.0/token", &usual));
    assert_eq!(number(&common), 50_194);
}

#[test]
fn errors_look_like_entras() {
    let world = &mut world();
    let request = form("/common/oauth2/v2.0/token", &[("client_id", TAB)]).header("client-request-id", "my-id");
    let body = json(&send(world, &request));
    for member in ["error", "error_description", "error_codes", "timestamp", "trace_id", "correlation_id", "error_uri"]
    {
        assert!(!body[member].is_null(), "{member}: {body}");
    }
    assert_eq!(body["correlation_id"], "my-id");
    assert_eq!(body["timestamp"], "2026-11-21 10:00:00Z");
}

#[test]
fn only_pages_that_are_registered_may_ask_across_origins() {
    let world = &mut world();
    let preflight = |world: &mut World, path: &str, origin: &str| {
        let request = Request::new(Method::Options, path)
            .header("Origin", origin)
            .header("Access-Control-Request-Method", "POST")
            .header("Access-Control-Request-Headers", "content-type");
        send(world, &request).headers.get("Access-Control-Allow-Origin").map(str::to_owned)
    };
    assert_eq!(preflight(world, "/common/oauth2/v2.0/token", ORIGIN).as_deref(), Some(ORIGIN));
    assert_eq!(preflight(world, "/common/oauth2/v2.0/token", "https://evil.example"), None);
    assert_eq!(preflight(world, "/common/oauth2/v2.0/authorize", ORIGIN), None, "a page has to go there itself");
}

#[test]
fn the_metadata_names_the_endpoints() {
    let world = &mut world();
    world.microsoft.set_base_url("https://login.example/");
    let response = send(world, &Request::new(Method::Get, "/corp.example/v2.0/.well-known/openid-configuration"));
    let body = json(&response);
    assert_eq!(body["token_endpoint"], "https://login.example/corp.example/oauth2/v2.0/token");
    assert_eq!(body["issuer"], format!("https://login.example/{TENANT}/v2.0"));
    let unknown = send(world, &Request::new(Method::Get, "/nowhere/v2.0/.well-known/openid-configuration"));
    assert_eq!(number(&unknown), 90_002);
}
