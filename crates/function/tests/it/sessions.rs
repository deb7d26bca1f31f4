//! Who gets a session, and what for.

use crate::support::{Fixture, ORG, OTHER_ORG, OTHER_SECRET, SECRET, START_MS, Signed, TestRandom, sign};
use axum::http::StatusCode;
use mxs_api::{ErrorCode, Session};
use mxs_function::{OrgSecrets, Random};
use serde_json::Value;
use std::sync::Arc;

#[tokio::test]
async fn a_statement_opens_a_session() {
    let f = Fixture::new().await;
    let challenge: mxs_api::Challenge = f.call("", "POST", "/v1/challenges", None).await.json();
    assert_eq!((challenge.nonce.len(), challenge.expires_in_s), (64, 60));
    let session: Session = f.session(&Signed::new(&challenge.nonce, f.now_ms()).text(SECRET)).await.json();
    assert_eq!((session.token.len(), session.expires_in_s), (64, 3600));
    assert_eq!(f.call(&session.token, "GET", "/v1/overview", None).await.status, StatusCode::OK);
}

/// The examples that the Deluge script, the sandbox and the function share.
#[tokio::test]
async fn the_shared_examples_open_sessions() {
    let file: Value = serde_json::from_str(include_str!("../../../../tests/vectors/issue_session.json")).expect("JSON");
    for vector in file["vectors"].as_array().expect("vectors") {
        let text = |name: &str| vector[name].as_str().expect("text");
        assert_eq!(sign(text("payload"), text("secret")), text("statement"), "{}", vector["name"]);
        let secrets = serde_json::json!({ text("org"): text("secret") }).to_string();
        let f = Fixture::with(|config| config.org_secrets = OrgSecrets::from_json(&secrets).expect("secrets")).await;
        f.clock.advance_ms(vector["signed_at_ms"].as_i64().expect("number") - START_MS);
        let nonce = text("nonce");
        let bytes = std::array::from_fn(|at| u8::from_str_radix(&nonce[2 * at..2 * at + 2], 16).expect("hex"));
        f.random.0.lock().expect("unpoisoned").push_back(bytes);
        assert_eq!(f.nonce().await, nonce);
        f.session(text("statement")).await.json::<Session>();
    }
}

#[tokio::test]
async fn what_the_crm_did_not_say_opens_none() {
    let f = Fixture::new().await;
    let now = f.now_ms();
    let nonce = &f.nonce().await;
    let good = Signed::new(nonce, now);
    let signed = good.text(SECRET);
    let (payload, signature) = signed.rsplit_once('.').expect("a dot");
    let wrong_end = if signature.ends_with('0') { '1' } else { '0' };
    let cases = [
        ("another organisation's secret", good.text(OTHER_SECRET)),
        ("another organisation's name", Signed { org: OTHER_ORG, ..good }.text(SECRET)),
        ("an unknown organisation", Signed { org: "1", ..good }.text(SECRET)),
        ("a user put in after signing", signed.replace("411001", "411002")),
        ("an organisation put in after signing", signed.replace(ORG, OTHER_ORG)),
        ("a time put in after signing", signed.replace(&now.to_string(), &(now + 1).to_string())),
        ("a signature with a wrong end", format!("{payload}.{}{wrong_end}", &signature[..63])),
        ("a shortened signature", format!("{payload}.{}", &signature[..62])),
        ("no signature", format!("{payload}.")),
        ("no signature and no dot", payload.replace('.', "")),
        ("a signature that is no hex", format!("{payload}.{}", "z".repeat(64))),
        ("signed too long ago", Signed { at_ms: now - 60_001, ..good }.text(SECRET)),
        ("signed too far ahead", Signed { at_ms: now + 60_001, ..good }.text(SECRET)),
        ("signed at no time that exists", Signed { at_ms: i64::MIN, ..good }.text(SECRET)),
        ("a nonce of one's own", Signed { nonce: &"0".repeat(64), ..good }.text(SECRET)),
        ("no nonce", Signed { nonce: "", ..good }.text(SECRET)),
        ("no user", Signed { user: "", ..good }.text(SECRET)),
        ("a separator too many", Signed { email: "a|b@example.com", ..good }.text(SECRET)),
        ("a part too few", sign(&format!("{ORG}|411001|{nonce}|{now}"), SECRET)),
        ("nothing", String::new()),
    ];
    for (case, statement) in cases {
        assert_ne!(statement, signed, "{case}");
        assert_eq!(f.session(&statement).await.refusal(), (401, ErrorCode::BadStatement), "{case}");
    }
    // None of them used the nonce up.
    f.session(&signed).await.json::<Session>();
}

#[tokio::test]
async fn a_statement_is_good_within_a_minute_either_way() {
    let f = Fixture::new().await;
    for at_ms in [f.now_ms() - 60_000, f.now_ms() + 60_000] {
        let nonce = f.nonce().await;
        f.session(&Signed::new(&nonce, at_ms).text(SECRET)).await.json::<Session>();
    }
}

#[tokio::test]
async fn a_nonce_is_good_once_and_for_a_minute() {
    let f = Fixture::new().await;
    let nonce = f.nonce().await;
    let statement = Signed::new(&nonce, f.now_ms()).text(SECRET);
    f.session(&statement).await.json::<Session>();
    assert_eq!(f.session(&statement).await.refusal(), (401, ErrorCode::BadStatement), "used before");
    // A second statement about the same nonce is no better.
    let other = Signed { user: "411002", ..Signed::new(&nonce, f.now_ms()) }.text(SECRET);
    assert_eq!(f.session(&other).await.refusal(), (401, ErrorCode::BadStatement), "used by another");

    let nonce = f.nonce().await;
    f.clock.advance_s(60);
    let late = Signed::new(&nonce, f.now_ms()).text(SECRET);
    assert_eq!(f.session(&late).await.refusal(), (401, ErrorCode::BadStatement), "ran out");
}

#[tokio::test]
async fn of_two_at_the_same_time_one_gets_the_nonce() {
    let f = Fixture::new().await;
    let statement = Signed::new(&f.nonce().await, f.now_ms()).text(SECRET);
    let (one, two) = tokio::join!(f.session(&statement), f.session(&statement));
    let mut statuses = [one.status.as_u16(), two.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 401]);
}

#[tokio::test]
async fn a_session_ends() {
    let f = Fixture::new().await;
    let token = f.sign_in(ORG, "411001").await;
    f.clock.advance_ms(3_600_000 - 1);
    assert_eq!(f.call(&token, "GET", "/v1/overview", None).await.status, StatusCode::OK);
    f.clock.advance_ms(1);
    assert_eq!(f.call(&token, "GET", "/v1/overview", None).await.refusal(), (401, ErrorCode::NoSession));
    // The next challenge sweeps it away.
    f.nonce().await;
    let mut database = f.home.look().await;
    let left: i64 = sqlx::query_scalar("SELECT count(*) FROM session").fetch_one(&mut database).await.expect("a count");
    assert_eq!(left, 0);
}

#[tokio::test]
async fn only_a_token_that_was_given_out_is_a_session() {
    let f = Fixture::new().await;
    let token = f.sign_in(ORG, "411001").await;
    let swapped = format!("{}{}", &token[32..], &token[..32]);
    for value in [
        String::new(),
        "Bearer".to_owned(),
        "Bearer ".to_owned(),
        format!("Basic {token}"),
        token.clone(),
        format!("Bearer {}", &token[..62]),
        format!("Bearer {token}00"),
        format!("Bearer  {token}"),
        format!("Bearer {swapped}"),
    ] {
        let request = axum::http::Request::get("/v1/overview").header("authorization", &value);
        let answer = f.send(request.body(axum::body::Body::empty()).expect("a request")).await;
        assert_eq!(answer.refusal(), (401, ErrorCode::NoSession), "{value}");
        assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
    }
}

#[tokio::test]
async fn the_database_holds_no_token_and_no_address_of_the_user() {
    let f = Fixture::new().await;
    let token = f.sign_in(ORG, "411001").await;
    f.app.close().await;
    let bytes = f.home.bytes().await;
    let raw: Vec<u8> = (0..32).map(|at| u8::from_str_radix(&token[2 * at..2 * at + 2], 16).expect("hex")).collect();
    for needle in [token.as_bytes(), &raw, b"anna.secret"] {
        assert!(!bytes.windows(needle.len()).any(|window| window == needle));
    }
}

#[tokio::test]
async fn a_user_has_so_many_sessions_and_the_oldest_makes_room() {
    let f = Fixture::new().await;
    let mut tokens = Vec::new();
    for _ in 0..21 {
        tokens.push(f.sign_in(ORG, "411001").await);
        f.clock.advance_s(1);
    }
    for (number, token) in tokens.iter().enumerate() {
        let expected = if number == 0 { StatusCode::UNAUTHORIZED } else { StatusCode::OK };
        assert_eq!(f.call(token, "GET", "/v1/overview", None).await.status, expected, "{number}");
    }
}

#[tokio::test]
async fn no_random_bytes_no_nonce() {
    struct Dry;
    impl Random for Dry {
        fn fill(&self, _: &mut [u8]) -> Result<(), mxs_function::NoRandom> {
            Err(mxs_function::NoRandom)
        }
    }
    let f = Fixture::with(|config| config.random = Arc::new(Dry)).await;
    assert_eq!(f.call("", "POST", "/v1/challenges", None).await.refusal(), (500, ErrorCode::Internal));
    // The type that tests usually use is not the reason.
    assert!(TestRandom::default().fill(&mut [0; 32]).is_ok());
}
