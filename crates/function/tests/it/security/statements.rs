//! Statements and sessions that somebody made up, changed or kept, or that come at the wrong time.

use crate::crm::{ADMIN, Crm, administered};
use crate::support::{Fixture, ORG, SECRET, Signed, put_link, sign};
use axum::http::StatusCode;
use hmac::{Hmac, KeyInit, Mac};
use mxs_api::{ErrorCode, Session};
use mxs_function::{Rate, RateLimits};
use serde_json::json;
use sha2::{Digest, Sha256, Sha512};

const HOUR_S: i64 = 60 * 60;

/// A function that anybody may ask as often as he likes: what is tried here is not what the rate stops.
async fn patient() -> Fixture {
    let rate = Rate { burst: 1_000_000, per_minute: 1_000_000 };
    Fixture::with(|config| config.rate_limits = RateLimits { peer: rate, all: rate, account: rate }).await
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len() / 2).map(|at| u8::from_str_radix(&text[2 * at..2 * at + 2], 16).expect("hex")).collect()
}

#[tokio::test]
async fn a_statement_in_which_one_bit_is_another_is_none() {
    let f = patient().await;
    let signed = Signed::new(&f.nonce().await, f.now_ms()).text(SECRET);
    let (payload, signature) = signed.rsplit_once('.').expect("a signature");
    let bytes = unhex(signature);
    for bit in 0..bytes.len() * 8 {
        let mut bytes = bytes.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        let forged = format!("{payload}.{}", hex(&bytes));
        assert_eq!(f.session(&forged).await.refusal(), (401, ErrorCode::BadStatement), "bit {bit} of the signature");
    }
    for bit in 0..payload.len() * 8 {
        let mut bytes = payload.as_bytes().to_vec();
        bytes[bit / 8] ^= 1 << (bit % 8);
        // JSON holds no other text.
        let Ok(payload) = String::from_utf8(bytes) else { continue };
        let forged = format!("{payload}.{signature}");
        assert_eq!(f.session(&forged).await.refusal(), (401, ErrorCode::BadStatement), "bit {bit} of the payload");
    }
    // The nonce is still good.
    f.session(&signed).await.json::<Session>();
}

/// What is signed in another way than it should be, by somebody who has the secret or by nobody.
#[tokio::test]
async fn there_is_one_way_to_sign() {
    let f = patient().await;
    let nonce = f.nonce().await;
    let payload = Signed::new(&nonce, f.now_ms()).text(SECRET).rsplit_once('.').expect("a signature").0.to_owned();
    let mac = |key: &str, text: &str| {
        let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("any key");
        mac.update(text.as_bytes());
        hex(&mac.finalize().into_bytes())
    };
    let long = {
        let mut mac = Hmac::<Sha512>::new_from_slice(SECRET.as_bytes()).expect("any key");
        mac.update(payload.as_bytes());
        hex(&mac.finalize().into_bytes())
    };
    for (case, signature) in [
        ("a hash without a key", hex(&Sha256::digest(&payload))),
        ("a hash of secret and payload", hex(&Sha256::digest(format!("{SECRET}{payload}")))),
        ("an empty key", mac("", &payload)),
        ("the key in hexadecimal digits", mac(&hex(SECRET.as_bytes()), &payload)),
        ("the organisation's id as key", mac(ORG, &payload)),
        ("a longer hash", long.clone()),
        ("a longer hash, cut off", long[..64].to_owned()),
        ("the right one twice", mac(SECRET, &payload).repeat(2)),
        ("the payload with its dot", mac(SECRET, &format!("{payload}."))),
        ("the word for no algorithm", "none".to_owned()),
    ] {
        let forged = format!("{payload}.{signature}");
        assert_eq!(f.session(&forged).await.refusal(), (401, ErrorCode::BadStatement), "{case}");
    }
    f.session(&format!("{payload}.{}", mac(SECRET, &payload))).await.json::<Session>();
}

/// The CRM signs two sorts of statements.
#[tokio::test]
async fn a_statement_is_good_for_what_it_says_and_nothing_else() {
    let f = patient().await;
    let token = f.sign_in(ORG, "411001").await;
    let uninstall = async |statement: &str| {
        f.call("", "POST", "/v1/uninstall", Some(json!({ "statement": statement }))).await.refusal()
    };
    let signed = Signed::new(&f.nonce().await, f.now_ms()).text(SECRET);
    let (payload, signature) = signed.rsplit_once('.').expect("a signature");
    let other = sign(&format!("uninstall|{payload}"), SECRET);
    let (_, other_signature) = other.rsplit_once('.').expect("a signature");
    for statement in [signed.clone(), format!("uninstall|{signed}"), format!("{payload}.{other_signature}")] {
        assert_eq!(uninstall(&statement).await, (401, ErrorCode::BadStatement), "{statement}");
    }
    for statement in [other.clone(), format!("uninstall|{payload}.{signature}"), format!("{payload}.{other_signature}")]
    {
        assert_eq!(f.session(&statement).await.refusal(), (401, ErrorCode::BadStatement), "{statement}");
    }
    // A nonce is good for one of them.
    f.session(&signed).await.json::<Session>();
    assert_eq!(uninstall(&other).await, (401, ErrorCode::BadStatement), "its nonce was used");
    assert_eq!(f.call(&token, "GET", "/v1/overview", None).await.status, StatusCode::OK, "nothing was taken away");
}

#[tokio::test]
async fn a_token_in_which_one_bit_is_another_is_none() {
    let f = patient().await;
    let token = f.sign_in(ORG, "411001").await;
    let bytes = unhex(&token);
    for bit in 0..bytes.len() * 8 {
        let mut bytes = bytes.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        let answer = f.call(&hex(&bytes), "GET", "/v1/overview", None).await;
        assert_eq!(answer.refusal(), (401, ErrorCode::NoSession), "bit {bit}");
    }
    assert_eq!(f.call(&token, "GET", "/v1/overview", None).await.status, StatusCode::OK);
}

/// Who is an administrator the CRM alone says: nothing that comes with a request, and no name that looks like one.
#[tokio::test]
async fn nobody_calls_himself_an_administrator() {
    let (f, admin) = administered(&Crm::with(&["411002"])).await;
    let audit = async |token: &str| f.call(token, "GET", "/v1/audit", None).await;
    assert_eq!(audit(&admin).await.status, StatusCode::OK);
    let full_width: String =
        ADMIN.chars().map(|digit| char::from_u32(digit as u32 + 0xfee0).expect("a digit")).collect();
    for user in [
        "411002".to_owned(),
        format!("{ADMIN},411002"),
        format!("411002,{ADMIN}"),
        format!(" {ADMIN}"),
        format!("{ADMIN} "),
        format!("0{ADMIN}"),
        format!("+{ADMIN}"),
        format!("{ADMIN}.0"),
        format!("{ADMIN}\0"),
        format!("{ADMIN}&type=ActiveConfirmedAdmins"),
        format!("411002?ids={ADMIN}"),
        format!("../users/{ADMIN}"),
        full_width,
        "Administrator".to_owned(),
    ] {
        let statement = Signed { user: &user, ..Signed::new(&f.nonce().await, f.now_ms()) }.text(SECRET);
        let answer = f.session(&statement).await;
        if answer.status != StatusCode::OK {
            // A name that can't be stored: nobody came in.
            assert_eq!(answer.refusal(), (400, ErrorCode::BadRequest), "{user:?}");
            continue;
        }
        assert_eq!(audit(&answer.json::<Session>().token).await.refusal(), (403, ErrorCode::NotAllowed), "{user:?}");
    }

    let token = f.sign_in(ORG, "411002").await;
    for (name, value) in [
        ("x-admin", "true"),
        ("x-role", "Administrator"),
        ("x-user", ADMIN),
        ("cookie", "is_admin=1"),
        ("x-forwarded-user", ADMIN),
    ] {
        let request = axum::http::Request::get("/v1/audit").header("authorization", format!("Bearer {token}"));
        let request = request.header(name, value).body(axum::body::Body::empty()).expect("a request");
        assert_eq!(f.send(request).await.refusal(), (403, ErrorCode::NotAllowed), "{name}");
    }
    let nonce = f.nonce().await;
    let with_role = sign(&format!("{ORG}|411002|a@example.com|{nonce}|{}|Administrator", f.now_ms()), SECRET);
    assert_eq!(f.session(&with_role).await.refusal(), (401, ErrorCode::BadStatement), "a part too many");
}

/// A CRM whose clock is an hour off is not believed, and told apart in the log; nothing is lost by it.
#[tokio::test]
async fn a_crm_whose_clock_is_an_hour_off_opens_no_session() {
    let f = patient().await;
    let nonce = f.nonce().await;
    for off_s in [-HOUR_S, HOUR_S, -61, 61] {
        let statement = Signed::new(&nonce, f.now_ms() + off_s * 1000).text(SECRET);
        let answer = f.session(&statement).await;
        assert_eq!(answer.refusal(), (401, ErrorCode::BadStatement), "{off_s} s");
        assert_eq!(answer.problem().message, "the CRM's statement is not valid, or not any more");
    }
    f.session(&Signed::new(&nonce, f.now_ms()).text(SECRET)).await.json::<Session>();
}

/// Somebody puts the computer's clock.
#[tokio::test]
async fn an_hour_that_is_missing_or_comes_twice_loses_nothing() {
    for hours in [-1, 1] {
        let f = patient().await;
        let anna = f.connected("411001", "mailbox-a").await;
        let fence = f.lease(&anna).await.fence;
        assert_eq!(f.commit(&anna, fence, json!([put_link("e1", "c1")])).await.status, StatusCode::OK);
        let old = Signed::new(&f.nonce().await, f.now_ms()).text(SECRET);
        f.clock.advance_s(hours * HOUR_S);
        // Rates are counted anew from the first call on, as if all had been used.
        f.session(&old).await;
        f.call(&anna, "GET", "/v1/overview", None).await;
        f.clock.advance_s(1);
        assert_eq!(f.session(&old).await.refusal(), (401, ErrorCode::BadStatement), "{hours}: of another time");
        let session = f.call(&anna, "GET", "/v1/overview", None).await;
        if hours > 0 {
            assert_eq!(session.refusal(), (401, ErrorCode::NoSession), "it has ended");
        } else {
            assert_eq!(session.status, StatusCode::OK, "it goes on");
            assert_eq!(f.commit(&anna, fence, json!([put_link("e2", "c2")])).await.status, StatusCode::OK);
        }
        // Everybody comes in as usual, and finds what was stored.
        let anna = f.sign_in(ORG, "411001").await;
        assert_eq!(f.overview(&anna).await.linked, if hours > 0 { 1 } else { 2 }, "{hours}");
        if hours > 0 {
            assert!(f.lease(&anna).await.fence > fence);
        }
    }
}
