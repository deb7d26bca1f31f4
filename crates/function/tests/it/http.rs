//! The manners of the interface: refusals, limits, and who may call from where.

use crate::support::{Answer, Fixture, ORG, ORIGIN};
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, StatusCode};
use mxs_api::{ErrorCode, Health};
use mxs_function::{NoRandom, Random, Rate, RateLimits};
use serde_json::json;
use std::net::SocketAddr;
use std::sync::Arc;

#[tokio::test]
async fn health_is_told() {
    let f = Fixture::new().await;
    let health: Health = f.call("", "GET", "/v1/health", None).await.json();
    assert_eq!((&*health.status, &*health.version), ("ok", env!("CARGO_PKG_VERSION")));
    f.app.close().await;
    // However many ask, the database is asked once a second.
    f.clock.advance_ms(999);
    assert_eq!(f.call("", "GET", "/v1/health", None).await.status, StatusCode::OK);
    f.clock.advance_ms(1);
    let answer = f.call("", "GET", "/v1/health", None).await;
    assert_eq!(answer.refusal(), (500, ErrorCode::Internal));
    assert_eq!(answer.problem().message, "the function failed", "and not why");
}

#[tokio::test]
async fn every_refusal_is_a_problem_and_never_stored_by_a_cache() {
    let f = Fixture::new().await;
    let token = f.sign_in(ORG, "411001").await;
    let json = "application/json";
    let too_large = format!("\"{}\"", "x".repeat(16 * 1024));
    for (method, path, media_type, body, status, code) in [
        ("GET", "/", json, "", 404, ErrorCode::NotFound),
        ("GET", "/v1", json, "", 404, ErrorCode::NotFound),
        ("GET", "/v1/overview/", json, "", 404, ErrorCode::NotFound),
        ("GET", "/v2/health", json, "", 404, ErrorCode::NotFound),
        ("DELETE", "/v1/overview", json, "", 405, ErrorCode::BadRequest),
        ("GET", "/v1/challenges", json, "", 405, ErrorCode::BadRequest),
        ("BREW", "/v1/lease", json, "", 405, ErrorCode::BadRequest),
        ("PUT", "/v1/settings", json, "", 400, ErrorCode::BadRequest),
        ("PUT", "/v1/settings", json, "{", 400, ErrorCode::BadRequest),
        ("PUT", "/v1/settings", json, "{}", 422, ErrorCode::BadRequest),
        ("PUT", "/v1/mailbox", json, &too_large, 413, ErrorCode::BadRequest),
        ("PUT", "/v1/settings", "text/plain", "{}", 415, ErrorCode::BadRequest),
        ("PUT", "/v1/settings", json, r#"{"contacts":true,"direction":"to_crm","typo":1}"#, 422, ErrorCode::BadRequest),
        ("PUT", "/v1/mailbox", json, r#"{"id":"","address":"","name":""}"#, 400, ErrorCode::BadRequest),
        ("POST", "/v1/sessions", json, r#"{"statement":7}"#, 422, ErrorCode::BadRequest),
        ("POST", "/v1/lease/1/commits", json, r#"{"changes":[],"progress":null,"x":1}"#, 422, ErrorCode::BadRequest),
    ] {
        let request = Request::builder().method(method).uri(path).header("authorization", format!("Bearer {token}"));
        let request = request.header("content-type", media_type).body(Body::from(body.to_owned()));
        let answer = f.send(request.expect("a request")).await;
        let case = format!("{method} {path} {body:.20}");
        assert_eq!(answer.refusal(), (status, code), "{case}");
        assert_eq!(answer.header("content-type"), Some("application/json"), "{case}");
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{case}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{case}");
    }
    assert_eq!(f.call(&token, "GET", "/v1/overview", None).await.header("cache-control"), Some("no-store"));
    assert!(
        f.call("", "DELETE", "/v1/overview", None).await.header("allow").is_some_and(|allow| allow.contains("GET"))
    );
}

#[tokio::test]
async fn a_refusal_repeats_nothing_of_what_was_sent() {
    let f = Fixture::new().await;
    let token = f.sign_in(ORG, "411001").await;
    for body in [
        json!({ "id": { "Anna Secret": 1 }, "address": "a", "name": "b" }),
        json!({ "id": "1", "address": "a", "name": "b", "Anna Secret": 1 }),
        json!("Anna Secret"),
    ] {
        let answer = f.call(&token, "PUT", "/v1/mailbox", Some(body)).await;
        assert_eq!(answer.refusal(), (422, ErrorCode::BadRequest));
        assert!(!answer.text().contains("Secret"), "{}", answer.text());
    }
}

#[tokio::test]
async fn a_large_commit_fits_and_a_larger_one_does_not() {
    let f = Fixture::new().await;
    let token = f.connected("411001", "mailbox-a").await;
    let fence = f.lease(&token).await.fence;
    for (bytes, status) in [(mxs_api::COMMIT_BYTES_MAX, 200), (mxs_api::COMMIT_BYTES_MAX + 1, 413)] {
        let (head, tail) = (r#"{"changes":[],"progress":null"#, "}");
        let body = format!("{head}{}{tail}", " ".repeat(bytes - head.len() - tail.len()));
        let request = Request::post(format!("/v1/lease/{fence}/commits"))
            .header("authorization", format!("Bearer {token}"))
            .header("content-type", "application/json");
        let answer = f.send(request.body(Body::from(body)).expect("a request")).await;
        assert_eq!(answer.status.as_u16(), status);
    }
}

#[tokio::test]
async fn only_known_origins_may_call() {
    let f = Fixture::new().await;
    for (origin, allowed) in [
        (ORIGIN, true),
        ("https://evil.example", false),
        ("https://tab.example.evil.example", false),
        ("http://tab.example", false),
        ("https://tab.example:8443", false),
        ("null", false),
    ] {
        let preflight = Request::options("/v1/lease")
            .header("origin", origin)
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "authorization,content-type");
        let answer = f.send(preflight.body(Body::empty()).expect("a request")).await;
        let expected = allowed.then_some(origin);
        assert_eq!(answer.header("access-control-allow-origin"), expected, "{origin}");
        assert_eq!(answer.header("access-control-allow-credentials"), None, "{origin}");
        assert_eq!(answer.header("access-control-allow-methods"), Some("DELETE,GET,POST,PUT"), "{origin}");
        assert_eq!(answer.header("access-control-allow-headers"), Some("authorization,content-type"), "{origin}");

        // The page must be able to read refusals as well.
        let request = Request::get("/v1/overview").header("origin", origin);
        let answer = f.send(request.body(Body::empty()).expect("a request")).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        assert_eq!(answer.header("access-control-allow-origin"), expected, "{origin}");
    }
}

fn rate(burst: u32) -> Rate {
    Rate { burst, per_minute: 60 }
}

/// Limits for strangers alone.
fn strangers(peer: Rate, all: Rate) -> RateLimits {
    RateLimits { peer, all, account: rate(1_000) }
}

/// A call of somebody at this address, with these header fields.
async fn call_from(f: &Fixture, peer: &str, call: (&str, &str), headers: &[(&str, &str)]) -> Answer {
    let address: SocketAddr = peer.parse().expect("an address");
    let mut request = Request::builder().method(call.0).uri(call.1).extension(ConnectInfo(address));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    f.send(request.body(Body::empty()).expect("a request")).await
}

const CHALLENGE: (&str, &str) = ("POST", "/v1/challenges");

#[tokio::test]
async fn a_flood_of_strangers_is_held_off() {
    let f = Fixture::with(|config| config.rate_limits = strangers(rate(2), rate(100))).await;
    let ask = async |peer: &str| call_from(&f, peer, CHALLENGE, &[]).await;
    for port in [1, 2] {
        assert_eq!(ask(&format!("192.0.2.1:{port}")).await.status, StatusCode::OK);
    }
    let refused = ask("192.0.2.1:3").await;
    assert_eq!(refused.refusal(), (429, ErrorCode::TooMany));
    assert_eq!(refused.problem().retry_after_s, Some(2));
    assert_eq!(refused.header("retry-after"), Some("2"));
    assert_eq!(ask("192.0.2.2:1").await.status, StatusCode::OK, "somebody else");
    f.clock.advance_s(2);
    assert_eq!(ask("192.0.2.1:4").await.status, StatusCode::OK, "later");

    // Without a known peer there is the rate of all.
    let f = Fixture::with(|config| config.rate_limits = strangers(rate(0), rate(3))).await;
    let mut statuses = Vec::new();
    for _ in 0..4 {
        statuses.push(f.call("", "POST", "/v1/challenges", None).await.status.as_u16());
    }
    assert_eq!(statuses, [200, 200, 200, 429]);
    // Whoever watches over the function does not take it for dead.
    assert_eq!(f.call("", "GET", "/v1/health", None).await.status, StatusCode::OK);
}

/// All callers have the proxy's address; the one that it was called from is in the header.
#[tokio::test]
async fn callers_behind_a_proxy_are_told_apart() {
    for (trusted_proxies, other_status) in [(0, 429), (1, 200)] {
        let f = Fixture::with(|config| {
            config.rate_limits = strangers(rate(1), rate(100));
            config.trusted_proxies = trusted_proxies;
        })
        .await;
        let ask = async |forwarded: &str| {
            let answer = call_from(&f, "10.0.0.1:1", CHALLENGE, &[("x-forwarded-for", forwarded)]).await;
            answer.status.as_u16()
        };
        assert_eq!(ask("203.0.113.1").await, 200, "{trusted_proxies}");
        assert_eq!(ask("203.0.113.1").await, 429, "{trusted_proxies}");
        assert_eq!(ask("198.51.100.7, 203.0.113.1").await, 429, "{trusted_proxies}: what callers say is no address");
        assert_eq!(ask("203.0.113.2").await, other_status, "{trusted_proxies}");
    }
}

/// A token costs nothing to make up, and each would be looked for in the database.
#[tokio::test]
async fn made_up_tokens_are_held_off_before_the_database() {
    let f = Fixture::with(|config| config.rate_limits = strangers(rate(4), rate(100))).await;
    // Takes two of the calls that strangers have.
    let token = f.sign_in(ORG, "411001").await;
    let guess = format!("Bearer {}", "0".repeat(64));
    let routes = [("GET", "/v1/overview"), ("PUT", "/v1/mailbox"), ("POST", "/v1/lease/1/commits")];
    let mut statuses = Vec::new();
    for route in routes.into_iter().cycle().take(6) {
        statuses.push(call_from(&f, "192.0.2.1:1", route, &[("authorization", &guess)]).await.status.as_u16());
    }
    assert_eq!(statuses, [401, 401, 401, 401, 429, 429]);
    // Who has a session is not held up by strangers, not even by one in the same office.
    let good = format!("Bearer {token}");
    let answer = call_from(&f, "192.0.2.1:1", ("GET", "/v1/overview"), &[("authorization", &good)]).await;
    assert_eq!(answer.status, StatusCode::OK);
    // Nobody who shows no token costs anything.
    let answer = call_from(&f, "192.0.2.1:1", ("GET", "/v1/overview"), &[]).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    f.app.close().await;
    let answer = call_from(&f, "192.0.2.1:1", ("GET", "/v1/overview"), &[("authorization", &guess)]).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS, "the database was asked");
}

#[tokio::test]
async fn who_has_a_session_is_limited_too() {
    let account = rate(3);
    let f = Fixture::with(|config| config.rate_limits = RateLimits { account, ..RateLimits::default() }).await;
    let (anna, other_tab) = (f.sign_in(ORG, "411001").await, f.sign_in(ORG, "411001").await);
    let ben = f.sign_in(ORG, "411002").await;
    for (token, status) in [(&anna, 200), (&other_tab, 200), (&anna, 200), (&anna, 429), (&other_tab, 429), (&ben, 200)]
    {
        assert_eq!(f.call(token, "GET", "/v1/overview", None).await.status.as_u16(), status);
    }
    f.clock.advance_s(2);
    assert_eq!(f.call(&anna, "GET", "/v1/overview", None).await.status, StatusCode::OK, "later");
    // A session that this instance has not seen yet.
    let f = f.reopened().await;
    assert_eq!(f.call(&anna, "GET", "/v1/overview", None).await.status, StatusCode::OK);
}

#[tokio::test]
async fn open_challenges_have_an_end() {
    let f = Fixture::new().await;
    let mut database = f.home.look().await;
    sqlx::query(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
         INSERT INTO challenge (nonce, expires_ms) SELECT CAST(i AS text), $1 FROM n",
    )
    .bind(f.now_ms() + 60_000)
    .execute(&mut database)
    .await
    .expect("inserted");
    assert_eq!(f.call("", "POST", "/v1/challenges", None).await.refusal(), (429, ErrorCode::TooMany));
    f.clock.advance_s(60);
    f.nonce().await;
    let left: i64 =
        sqlx::query_scalar("SELECT count(*) FROM challenge").fetch_one(&mut database).await.expect("a count");
    assert_eq!(left, 1);
}

/// A body that never comes. The clock of the timers jumps when there is nothing else to do.
#[tokio::test]
async fn a_request_that_takes_too_long_is_given_up() {
    let f = Fixture::new().await;
    tokio::time::pause();
    let (_sender, body) = http_body_util::channel::Channel::<axum::body::Bytes>::new(1);
    let request = Request::post("/v1/sessions").header("content-type", "application/json");
    let answer = f.send_unread(request.body(Body::new(body)).expect("a request")).await;
    assert_eq!(answer.refusal(), (503, ErrorCode::Busy));
    assert_eq!(answer.problem().retry_after_s, Some(1));
}

#[tokio::test]
async fn a_panic_is_a_refusal_like_any_other() {
    struct Broken;
    impl Random for Broken {
        fn fill(&self, _: &mut [u8]) -> Result<(), NoRandom> {
            panic!("the secret of the random source")
        }
    }
    let f = Fixture::with(|config| config.random = Arc::new(Broken)).await;
    let request = Request::post("/v1/challenges").header("origin", ORIGIN);
    let answer = f.send(request.body(Body::empty()).expect("a request")).await;
    assert_eq!(answer.refusal(), (500, ErrorCode::Internal));
    assert!(!answer.text().contains("secret"));
    assert_eq!(answer.header("access-control-allow-origin"), Some(ORIGIN));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
}
