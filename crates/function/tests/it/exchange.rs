//! Accounts on Exchange Servers of an organisation's own.

use crate::crm::{ADMIN, Crm, administered};
use crate::support::{Fixture, ORG, OTHER_ORG};
use axum::http::StatusCode;
use mxs_api::{AuditPage, Done, ErrorCode, ExchangeAccount, Organisation, Overview};
use serde_json::{Value, json};

const ANNA: &str = "411002";
const BEN: &str = "411003";
const OWN: &str = "/v1/exchange/mailbox";
const OF_ALL: &str = "/v1/exchange/organisation";
const PASSWORD: &str = "correct-horse-battery";

fn account() -> Value {
    json!({
        "address": "anna.secret@corp.example", "user": "anna.secret", "domain": "CORP",
        "server": "https://mail.corp.example", "password": PASSWORD,
    })
}

fn with(member: &str, value: Value) -> Option<Value> {
    let mut account = account();
    account[member] = value;
    Some(account)
}

/// An organisation that chose this way, with Anna's mailbox; the administrator's session and hers.
async fn chosen(access: &str) -> (Fixture, String, String) {
    let (f, admin) = administered(&Crm::with(&[ANNA, BEN])).await;
    choose(&f, &admin, access).await;
    let anna = f.connected(ANNA, "mailbox-a").await;
    (f, admin, anna)
}

async fn choose(f: &Fixture, admin: &str, access: &str) {
    let mut organisation: Value = f.call(admin, "GET", "/v1/organisation", None).await.json();
    organisation["ews_access"] = json!(access);
    f.call(admin, "PUT", "/v1/organisation", Some(organisation)).await.json::<Organisation>();
}

/// Of each stored password: whose it is, what belongs to it, and the sealed value.
async fn stored(f: &Fixture) -> Vec<(String, i64, String, Vec<u8>)> {
    let rows = "SELECT org, mailbox, about, sealed FROM credential WHERE what = 'exchange-password' ORDER BY mailbox";
    sqlx::query_as(rows).fetch_all(&mut f.home.look().await).await.expect("rows")
}

#[tokio::test]
async fn a_person_has_an_account_of_their_own() {
    let (f, admin, anna) = chosen("individual").await;
    assert_eq!(f.call(&anna, "GET", OWN, None).await.refusal(), (404, ErrorCode::NotFound));
    let put = f.call(&anna, "PUT", OWN, Some(account())).await;
    assert!(!put.text().contains(PASSWORD));
    let put: ExchangeAccount = put.json();
    assert_eq!((put.user.as_str(), &put.password), ("anna.secret", &None));
    let got = f.call(&anna, "GET", OWN, None).await;
    assert!(!got.text().contains("\"password\":"), "{}", got.text());
    assert_eq!(got.json::<ExchangeAccount>(), put);

    // Another password changes nothing else.
    let before = stored(&f).await;
    assert_eq!((before.len(), before[0].0.as_str()), (1, ORG));
    assert_ne!(before[0].1, 0, "it is the mailbox's");
    let path = format!("{OWN}/password");
    f.call(&anna, "PUT", &path, Some(json!({ "password": "another-one" }))).await.json::<Done>();
    let after = stored(&f).await;
    assert_eq!((&after[0].1, &after[0].2, after.len()), (&before[0].1, &before[0].2, 1));
    assert_ne!(after[0].3, before[0].3);
    assert_eq!(f.call(&anna, "GET", OWN, None).await.json::<ExchangeAccount>(), put);
    let bytes = String::from_utf8_lossy(&f.home.bytes().await).into_owned();
    assert!(!bytes.contains(PASSWORD) && !bytes.contains("another-one"), "they are sealed");

    f.call(&anna, "DELETE", OWN, None).await.json::<Done>();
    assert_eq!(f.call(&anna, "GET", OWN, None).await.refusal(), (404, ErrorCode::NotFound));
    let changed = f.call(&anna, "PUT", &path, Some(json!({ "password": PASSWORD }))).await;
    assert_eq!(changed.refusal(), (404, ErrorCode::NotFound), "there is nothing whose password it could be");

    // It goes with the mailbox.
    f.call(&anna, "PUT", OWN, Some(account())).await.json::<ExchangeAccount>();
    f.call(&anna, "DELETE", "/v1/mailbox", None).await.json::<Overview>();
    assert_eq!(stored(&f).await, []);

    let noted = f.call(&admin, "GET", &format!("/v1/audit?actor={ANNA}&limit=6"), None).await;
    assert!(!noted.text().contains("nna"), "ids and words only: {}", noted.text());
    let noted: Vec<(String, Option<String>)> =
        noted.json::<AuditPage>().entries.into_iter().map(|entry| (entry.action, entry.failure)).collect();
    let word = |word: &str, failure: Option<&str>| (word.to_owned(), failure.map(str::to_owned));
    let expected = [
        word("mailbox_disconnected", None),
        word("exchange_account_changed", None),
        word("exchange_account_changed", Some("MXS-4004")),
        word("exchange_account_removed", None),
        word("exchange_account_changed", None),
        word("exchange_account_changed", None),
    ];
    assert_eq!(noted, expected);
}

#[tokio::test]
async fn an_administrator_gives_the_account_that_acts_for_everybody() {
    let (f, admin, anna) = chosen("impersonation").await;
    for (method, path, body) in [
        ("GET", OF_ALL.to_owned(), None),
        ("PUT", OF_ALL.to_owned(), Some(account())),
        ("PUT", format!("{OF_ALL}/password"), Some(json!({ "password": PASSWORD }))),
        ("DELETE", OF_ALL.to_owned(), None),
    ] {
        assert_eq!(f.call(&anna, method, &path, body).await.refusal(), (403, ErrorCode::NotAllowed), "{method} {path}");
    }
    f.call(&admin, "PUT", OF_ALL, Some(account())).await.json::<ExchangeAccount>();
    let held = stored(&f).await;
    assert_eq!((held.len(), held[0].0.as_str(), held[0].1), (1, ORG, 0));
    f.call(&admin, "DELETE", OF_ALL, None).await.json::<Done>();
    assert_eq!(stored(&f).await, []);
}

#[tokio::test]
async fn only_the_way_that_was_chosen_is_open() {
    let (f, admin) = administered(&Crm::with(&[ANNA])).await;
    let anna = f.connected(ANNA, "mailbox-a").await;
    f.connect(&admin, "mailbox-b").await;
    let refused = async |token: &str, path: &str| f.call(token, "PUT", path, Some(account())).await.refusal();
    let other = (409, ErrorCode::ChosenOnce);
    assert_eq!((refused(&anna, OWN).await, refused(&admin, OF_ALL).await), (other, other), "none was chosen yet");
    choose(&f, &admin, "individual").await;
    assert_eq!(refused(&admin, OF_ALL).await, other);
    f.call(&anna, "PUT", OWN, Some(account())).await.json::<ExchangeAccount>();

    let (f, admin, anna) = chosen("impersonation").await;
    assert_eq!(refused_in(&f, &anna).await, other);
    f.call(&admin, "PUT", OF_ALL, Some(account())).await.json::<ExchangeAccount>();
}

async fn refused_in(f: &Fixture, token: &str) -> (u16, ErrorCode) {
    f.call(token, "PUT", OWN, Some(account())).await.refusal()
}

/// What must not be asked is refused when it is typed in. Names are judged when they are looked up.
#[tokio::test]
async fn a_server_that_must_not_be_asked_is_refused_at_once() {
    let (f, _, anna) = chosen("individual").await;
    for (server, why) in [
        ("http://mail.corp.example", "must start with https://"),
        ("mail.corp.example", "can't be understood"),
        ("https://", "can't be understood"),
        ("https://mail.corp.example/EWS/Exchange.asmx", "must end after the host"),
        ("https://mail.corp.example?x", "must end after the host"),
        ("https://anna:secret@mail.corp.example", "user name or a password"),
        ("https://mail.corp.example\r\nHost: other", "can't be understood"),
        ("https://127.0.0.1", "loopback"),
        ("https://2130706433", "loopback"),
        ("https://0x7f.1", "loopback"),
        ("https://[::1]", "loopback"),
        ("https://[::ffff:127.0.0.1]", "loopback"),
        ("https://169.254.169.254", "metadata"),
        ("https://169.254.1.1", "link-local"),
        ("https://192.168.1.5", "private network"),
        ("https://10.21.0.5", "private network"),
        ("https://0.0.0.0", "reserved"),
    ] {
        let problem = f.call(&anna, "PUT", OWN, with("server", json!(server))).await;
        assert_eq!(problem.status, StatusCode::UNPROCESSABLE_ENTITY, "{server}");
        let problem = problem.problem();
        assert_eq!((problem.code, problem.member.as_deref()), (ErrorCode::BadRequest, Some("server")), "{server}");
        assert!(problem.message.contains(why), "{server}: {}", problem.message);
        assert_eq!(stored(&f).await, [], "{server}");
    }
    // The operator named this network as one with Exchange Servers in it; and one may be found by the address.
    for server in [json!("https://10.20.0.5"), json!("https://mail.corp.example:8443/"), Value::Null] {
        let put: ExchangeAccount = f.call(&anna, "PUT", OWN, with("server", server.clone())).await.json();
        assert_eq!(json!(put.server), server);
    }
}

#[tokio::test]
async fn what_is_no_account_is_refused() {
    let (f, _, anna) = chosen("individual").await;
    let long = "x".repeat(513);
    for (member, value) in [
        ("address", json!("")),
        ("address", json!("corp.example")),
        ("address", json!("@corp.example")),
        ("address", json!("anna@")),
        ("address", json!(format!("{long}@corp.example"))),
        ("user", json!("")),
        ("user", json!("anna\r\nHost: other")),
        ("domain", json!("")),
        ("domain", json!(long)),
        ("password", json!("")),
        ("password", Value::Null),
        ("password", json!("a\nb")),
        ("password", json!(long)),
    ] {
        let problem = f.call(&anna, "PUT", OWN, with(member, value.clone())).await.problem();
        assert_eq!(
            (problem.code, problem.member.as_deref()),
            (ErrorCode::BadRequest, Some(member)),
            "{member} {value}"
        );
    }
    for body in [with("port", json!(443)), with("user", json!(1)), Some(json!({})), None] {
        let refused = f.call(&anna, "PUT", OWN, body).await;
        assert_eq!(refused.problem().code, ErrorCode::BadRequest);
    }
    let refused = f.call(&anna, "PUT", &format!("{OWN}/password"), Some(json!({ "password": "" }))).await;
    assert_eq!(refused.problem().member.as_deref(), Some("password"));
    assert_eq!(stored(&f).await, []);
}

#[tokio::test]
async fn nobody_touches_an_account_of_others() {
    let (f, admin, anna) = chosen("individual").await;
    f.call(&anna, "PUT", OWN, Some(account())).await.json::<ExchangeAccount>();
    let ben = f.sign_in(ORG, BEN).await;
    let stranger = f.sign_in(OTHER_ORG, ADMIN).await;
    // Who has no mailbox has no account; an administrator's own is not Anna's.
    for (token, path, refusal) in [
        (&ben, OWN, (404, ErrorCode::NotFound)),
        (&admin, OWN, (404, ErrorCode::NotFound)),
        (&stranger, OWN, (404, ErrorCode::NotFound)),
        (&stranger, OF_ALL, (403, ErrorCode::NotAllowed)),
        (&anna, "/v1/exchange/411002", (404, ErrorCode::NotFound)),
        (&String::new(), OWN, (401, ErrorCode::NoSession)),
    ] {
        assert_eq!(f.call(token, "GET", path, None).await.refusal(), refusal, "{path}");
        assert_eq!(f.call(token, "DELETE", path, None).await.refusal(), refusal, "{path}");
    }
    assert_eq!(stored(&f).await.len(), 1);
    let f = Fixture::new().await;
    let anna = f.connected(ANNA, "mailbox-a").await;
    assert_eq!(f.call(&anna, "PUT", OWN, Some(account())).await.refusal(), (501, ErrorCode::NoKeys));
}
