use crate::stage::{ACCOUNTS, API, Answer, CLIENT, REDIRECT, Stage};
use mxs_http::url::{form, parse_form};
use mxs_http::{Method, Request};
use mxs_world::zoho::{DataCentre, Edition, NewUser, Permissions, UserStatus};
use serde_json::json;

const MINUTE: i64 = 60_000;

fn refresh_token(stage: &mut Stage) -> String {
    let ada = stage.ada;
    stage.world.with_zoho(|zoho, context| zoho.issue_refresh_token(context, CLIENT.0, ada, &["ZohoCRM.org.READ"]))
}

#[test]
fn a_refresh_token_gives_access_for_an_hour() {
    let mut stage = Stage::new();
    let token = refresh_token(&mut stage);
    let answer = stage.refresh(&token);
    assert_eq!(answer.status, 200);
    let access = answer.body["access_token"].as_str().unwrap().to_owned();
    assert_eq!(answer.body["api_domain"], API);
    assert_eq!(answer.body["token_type"], "Bearer");
    assert_eq!(answer.body["expires_in"], 3600);
    assert_eq!(answer.body["scope"], "ZohoCRM.org.READ");
    assert_eq!(stage.call_with(&access, Method::Get, "org", None).status, 200);
    stage.world.advance(60 * MINUTE);
    let expired = stage.call_with(&access, Method::Get, "org", None);
    assert_eq!((expired.status, expired.code()), (401, "INVALID_TOKEN"));
}

#[test]
fn errors_come_with_status_200() {
    let mut stage = Stage::new();
    let token = refresh_token(&mut stage);
    let grant = ("grant_type", "refresh_token");
    let (id, secret) = (("client_id", CLIENT.0), ("client_secret", CLIENT.1));
    let refresh = ("refresh_token", token.as_str());
    let cases = [
        (vec![grant, ("client_id", "other"), secret, refresh], "invalid_client"),
        (vec![grant, id, ("client_secret", "wrong"), refresh], "invalid_client_secret"),
        (vec![grant, id, secret, ("refresh_token", "wrong")], "invalid_code"),
        (vec![grant, id, secret], "invalid_code"),
        (vec![("grant_type", "authorization_code"), id, secret, ("code", "wrong")], "invalid_code"),
        (vec![id, secret, refresh], "invalid_grant"),
    ];
    for (parameters, expected) in cases {
        let answer = stage.token(&parameters);
        assert_eq!((answer.status, &answer.body), (200, &json!({ "error": expected })));
    }
}

#[test]
fn ten_access_tokens_in_ten_minutes_are_the_limit() {
    let mut stage = Stage::new();
    let token = refresh_token(&mut stage);
    for _ in 0..10 {
        assert!(stage.refresh(&token).body["access_token"].is_string());
    }
    let refused = stage.refresh(&token);
    assert_eq!((refused.status, refused.body["error"].as_str()), (400, Some("Access Denied")));
    stage.world.advance(10 * MINUTE);
    assert!(stage.refresh(&token).body["access_token"].is_string());
}

#[test]
fn the_sixteenth_access_token_ends_the_first() {
    let mut stage = Stage::new();
    let token = refresh_token(&mut stage);
    let mut tokens = Vec::new();
    for number in 0..16 {
        if number == 8 {
            stage.world.advance(10 * MINUTE);
        }
        tokens.push(stage.refresh(&token).body["access_token"].as_str().unwrap().to_owned());
        stage.world.advance(1_000);
    }
    assert_eq!(stage.call_with(&tokens[0], Method::Get, "org", None).status, 401);
    assert_eq!(stage.call_with(&tokens[1], Method::Get, "org", None).status, 200);
}

#[test]
fn the_21st_refresh_token_ends_the_first() {
    let mut stage = Stage::new();
    let tokens: Vec<String> = (0..21).map(|_| refresh_token(&mut stage)).collect();
    assert_eq!(stage.refresh(&tokens[0]).body, json!({ "error": "invalid_code" }));
    assert!(stage.refresh(&tokens[1]).body["access_token"].is_string());
}

#[test]
fn revocation_ends_a_refresh_token_and_what_was_made_of_it() {
    let mut stage = Stage::new();
    let token = refresh_token(&mut stage);
    let access = stage.refresh(&token).body["access_token"].as_str().unwrap().to_owned();
    let revoke =
        Request::new(Method::Post, format!("{ACCOUNTS}/oauth/v2/token/revoke?{}", form([("token", token.as_str())])));
    assert_eq!(stage.send(&revoke).body, json!({ "status": "success" }));
    assert_eq!(stage.refresh(&token).body, json!({ "error": "invalid_code" }));
    assert_eq!(stage.call_with(&access, Method::Get, "org", None).status, 401);
    assert_eq!(stage.send(&revoke).status, 400);
}

fn question(extra: &[(&'static str, &'static str)]) -> Vec<(&'static str, &'static str)> {
    let base = [
        ("response_type", "code"),
        ("client_id", CLIENT.0),
        ("scope", "ZohoCRM.org.READ,ZohoCRM.users.READ"),
        ("redirect_uri", REDIRECT),
        ("access_type", "offline"),
        ("state", "a&b=c"),
    ];
    let replaced = |name: &str| extra.iter().any(|(other, _)| *other == name);
    base.into_iter().filter(|(name, _)| !replaced(name)).chain(extra.iter().copied()).collect()
}

/// Decides on the consent page as a form does; the answer.
fn decide(stage: &mut Stage, extra: &[(&'static str, &'static str)], decision: &str) -> Answer {
    let user = stage.bob.to_string();
    let mut parameters = question(extra);
    let answer = [("user", user.as_str()), ("decision", decision)];
    parameters.retain(|(name, _)| *name != "user");
    let body = form(parameters.iter().copied().chain(answer));
    let request =
        Request::new(Method::Post, format!("{ACCOUNTS}/oauth/v2/auth")).body("application/x-www-form-urlencoded", body);
    stage.send(&request)
}

fn redirected(answer: &Answer) -> Vec<(String, String)> {
    assert_eq!(answer.status, 302);
    let location = answer.headers.get("Location").unwrap();
    parse_form(location.strip_prefix(&format!("{REDIRECT}?")).unwrap())
}

fn value<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

#[test]
fn consent_leads_to_tokens() {
    let mut stage = Stage::new();
    let ask = Request::new(Method::Get, format!("{ACCOUNTS}/oauth/v2/auth?{}", form(question(&[]))));
    let page = stage.world.handle(mxs_world::Service::Zoho, &ask, 1).response.unwrap();
    let html = String::from_utf8(page.body).unwrap();
    assert!(html.contains("Bob Boyle") && html.contains("<legend>") && html.contains("lang=\"en\""));
    assert!(html.contains("value=\"a&amp;b=c\""));

    let back = redirected(&decide(&mut stage, &[], "accept"));
    assert_eq!(value(&back, "state"), Some("a&b=c"));
    assert_eq!(value(&back, "location"), Some("us"));
    assert_eq!(value(&back, "accounts-server"), Some(ACCOUNTS));
    let code = value(&back, "code").unwrap().to_owned();
    let exchange = [
        ("grant_type", "authorization_code"),
        ("client_id", CLIENT.0),
        ("client_secret", CLIENT.1),
        ("redirect_uri", REDIRECT),
        ("code", &code),
    ];
    let answer = stage.token(&exchange);
    let access = answer.body["access_token"].as_str().unwrap().to_owned();
    let refresh = answer.body["refresh_token"].as_str().unwrap().to_owned();
    let me = stage.call_with(&access, Method::Get, "users?type=CurrentUser", None);
    assert_eq!(me.body["users"][0]["email"], "bob@zylker.example");
    assert!(stage.refresh(&refresh).body["access_token"].is_string());
    assert_eq!(stage.token(&exchange).body, json!({ "error": "invalid_code" }), "a code works once");
}

#[test]
fn a_refresh_token_needs_offline_access_and_consent() {
    let mut stage = Stage::new();
    let has_refresh_token = |stage: &mut Stage, extra: &[(&'static str, &'static str)]| {
        let back = redirected(&decide(stage, extra, "accept"));
        let code = value(&back, "code").unwrap().to_owned();
        let answer = stage.token(&[
            ("grant_type", "authorization_code"),
            ("client_id", CLIENT.0),
            ("client_secret", CLIENT.1),
            ("redirect_uri", REDIRECT),
            ("code", &code),
        ]);
        answer.body["refresh_token"].is_string()
    };
    assert!(has_refresh_token(&mut stage, &[]), "the first consent");
    assert!(!has_refresh_token(&mut stage, &[]), "no second one");
    assert!(has_refresh_token(&mut stage, &[("prompt", "consent")]));
    assert!(!has_refresh_token(&mut stage, &[("prompt", "consent"), ("access_type", "online")]));
}

#[test]
fn consent_can_be_refused_and_codes_grow_old() {
    let mut stage = Stage::new();
    let back = redirected(&decide(&mut stage, &[], "reject"));
    assert_eq!(value(&back, "error"), Some("access_denied"));
    assert_eq!(value(&back, "code"), None);
    for wrong in [("redirect_uri", "https://evil.example"), ("client_id", "x"), ("response_type", "token")] {
        assert_eq!(decide(&mut stage, &[wrong], "accept").status, 400, "{wrong:?}");
    }
    let back = redirected(&decide(&mut stage, &[], "accept"));
    let code = value(&back, "code").unwrap().to_owned();
    stage.world.advance(2 * MINUTE);
    let answer = stage.token(&[
        ("grant_type", "authorization_code"),
        ("client_id", CLIENT.0),
        ("client_secret", CLIENT.1),
        ("redirect_uri", REDIRECT),
        ("code", &code),
    ]);
    assert_eq!(answer.body, json!({ "error": "invalid_code" }));
}

#[test]
fn only_those_who_are_asked_can_consent() {
    let mut stage = Stage::new();
    let elsewhere = Request::new(Method::Post, "https://accounts.zoho.eu/oauth/v2/auth");
    let (bob, question) = (stage.bob.to_string(), question(&[]));
    let body = form(question.into_iter().chain([("user", bob.as_str()), ("decision", "accept")]));
    let answer = stage.send(&elsewhere.body("application/x-www-form-urlencoded", body));
    assert_eq!(answer.status, 400, "his organisation is in another data centre");
    assert_eq!(decide(&mut stage, &[], "accept").status, 302);
    for status in [UserStatus::Inactive, UserStatus::Deleted] {
        let bob = stage.bob;
        stage.world.with_zoho(|zoho, context| zoho.set_user_status(context, bob, status));
        assert_eq!(decide(&mut stage, &[], "accept").status, 400, "{status:?}");
    }
}

#[test]
fn data_centres_keep_to_themselves() {
    let mut stage = Stage::new();
    let token = stage.world.with_zoho(|zoho, context| {
        zoho.add_org(context, "900002", "Zylker GmbH", Edition::Free, DataCentre::eu());
        let profile = zoho.add_profile("900002", "Administrator", Permissions::administrator());
        let eve = NewUser { name: "Eve", email: "eve@zylker.example", profile, time_zone: "UTC", language: "en_GB" };
        let eve = zoho.add_user(context, "900002", eve);
        zoho.issue_refresh_token(context, CLIENT.0, eve, &["ZohoCRM.org.READ"])
    });
    assert_eq!(stage.refresh(&token).body, json!({ "error": "invalid_code" }), "asked in the United States");
    let parameters = [
        ("grant_type", "refresh_token"),
        ("client_id", CLIENT.0),
        ("client_secret", CLIENT.1),
        ("refresh_token", &token),
    ];
    let request = Request::new(Method::Post, format!("https://accounts.zoho.eu/oauth/v2/token?{}", form(parameters)));
    let answer = stage.send(&request);
    assert_eq!(answer.body["api_domain"], "https://www.zohoapis.eu");
    let access = answer.body["access_token"].as_str().unwrap().to_owned();
    assert_eq!(stage.call_with(&access, Method::Get, "org", None).code(), "INVALID_TOKEN");
    let home = Request::new(Method::Get, "https://www.zohoapis.eu/crm/v8/org")
        .header("Authorization", format!("Zoho-oauthtoken {access}"));
    assert_eq!(stage.send(&home).body["org"][0]["zgid"], "900002");
}
