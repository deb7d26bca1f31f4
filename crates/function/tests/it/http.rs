//! The manners of the interface: refusals, limits, and who may call from where.

use crate::support::{Fixture, ORG, ORIGIN};
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
        ("PUT", "/v1/settings", json, &too_large, 413, ErrorCode::BadRequest),
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
        assert_eq!(answer.header("access-control-allow-methods"), Some("GET,POST,PUT"), "{origin}");
        assert_eq!(answer.header("access-control-allow-headers"), Some("authorization,content-type"), "{origin}");

        // The page must be able to read refusals as well.
        let request = Request::get("/v1/overview").header("origin", origin);
        let answer = f.send(request.body(Body::empty()).expect("a request")).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        assert_eq!(answer.header("access-control-allow-origin"), expected, "{origin}");
    }
}

#[tokio::test]
async fn a_flood_of_strangers_is_held_off() {
    let rate = |burst| Rate { burst, per_minute: 60 };
    let limits = RateLimits { peer: rate(2), all: rate(100) };
    let f = Fixture::with(|config| config.rate_limits = limits).await;
    let ask = async |peer: &str| {
        let address: SocketAddr = peer.parse().expect("an address");
        let request = Request::post("/v1/challenges").extension(ConnectInfo(address));
        f.send(request.body(Body::empty()).expect("a request")).await
    };
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
    let f = Fixture::with(|config| config.rate_limits = RateLimits { peer: rate(0), all: rate(3) }).await;
    let mut statuses = Vec::new();
    for path in ["/v1/health", "/v1/health", "/v1/health", "/v1/health"] {
        statuses.push(f.call("", "GET", path, None).await.status.as_u16());
    }
    assert_eq!(statuses, [200, 200, 200, 429]);
    // Who has a session is not held up by strangers.
    assert_eq!(f.call("", "GET", "/v1/overview", None).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn open_challenges_have_an_end() {
    let f = Fixture::new().await;
    let mut database = f.folder.look().await;
    sqlx::query(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
         INSERT INTO challenge (nonce, expires_ms) SELECT i, $1 FROM n",
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
    let answer = f.send(request.body(Body::new(body)).expect("a request")).await;
    assert_eq!(answer.refusal(), (503, ErrorCode::Internal));
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
