//! Malformed, wrong, too large and slow requests, on every route that takes a body.

use crate::crm::{Crm, administered};
use crate::support::{Answer, Fixture, put_link};
use axum::body::{Body, Bytes};
use axum::http::Request;
use mxs_api::{
    APPLICATION_BYTES_MAX, COMMIT_BYTES_MAX, COMMIT_CHANGES_MAX, ErrorCode, LINKS_OF_BYTES_MAX, LINKS_OF_MAX,
    MEETINGS_OF_BYTES_MAX, MEETINGS_OF_MAX, SETTINGS_BYTES_MAX, Settings, USERS_SWITCHED_MAX,
};
use serde_json::{Map, Value, json};
use std::time::Duration;

/// What all other bodies may have.
const BODY_BYTES_MAX: usize = 16 * 1024;

/// Somebody who may call every route, and has a lease.
struct Stage {
    f: Fixture,
    admin: String,
    fence: u64,
}

impl Stage {
    async fn new() -> Self {
        let (f, admin) = administered(&Crm::with(&["411002"])).await;
        assert_eq!(f.connect(&admin, "mailbox-a").await.status, 200);
        let fence = f.lease(&admin).await.fence;
        Self { f, admin, fence }
    }

    /// Every route that takes a body: method, path, the most bytes, and a body that it takes, or refuses for what it
    /// says and not for how.
    fn routes(&self) -> Vec<(&'static str, String, usize, Value)> {
        let fence = self.fence;
        let settings = serde_json::to_value(Settings::default()).expect("JSON");
        let organisation = json!({
            "settings": settings, "users_choose": true, "interval_s": 300, "intervals": {}, "audit_days": 30, "ews_access": null,
        });
        let commit = json!({ "kind": "contact", "changes": [put_link("e1", "c1")], "mails": [], "progress": null, "number": null });
        let summary = mxs_core::Summary::default();
        let finish = json!({ "end": "completed", "kinds": { "contact": { "end": "completed", "summary": summary } } });
        vec![
            ("POST", "/v1/sessions".to_owned(), BODY_BYTES_MAX, json!({ "statement": "x" })),
            ("POST", "/v1/uninstall".to_owned(), BODY_BYTES_MAX, json!({ "statement": "x" })),
            ("PUT", "/v1/settings".to_owned(), SETTINGS_BYTES_MAX, settings),
            (
                "PUT",
                "/v1/mailbox".to_owned(),
                BODY_BYTES_MAX,
                json!({ "id": "mailbox-a", "address": "a", "name": "A" }),
            ),
            (
                "PUT",
                "/v1/application".to_owned(),
                APPLICATION_BYTES_MAX,
                json!({ "tenant": "t", "client_id": "c", "secret": "s", "certificate": null }),
            ),
            ("POST", "/v1/consents".to_owned(), BODY_BYTES_MAX, json!({ "to": "crm" })),
            ("POST", "/v1/consents/finish".to_owned(), BODY_BYTES_MAX, json!({ "query": "state=x" })),
            (
                "POST",
                format!("/v1/lease/{fence}/links"),
                LINKS_OF_BYTES_MAX,
                json!({ "kind": "contact", "records": [{ "crm": "c1" }] }),
            ),
            (
                "POST",
                format!("/v1/lease/{fence}/meetings"),
                MEETINGS_OF_BYTES_MAX,
                json!({ "ask": "look", "meetings": ["m1"] }),
            ),
            ("POST", format!("/v1/lease/{fence}/commits"), COMMIT_BYTES_MAX, commit),
            ("PUT", "/v1/users/switch".to_owned(), BODY_BYTES_MAX, json!({ "users": ["411002"], "on": true })),
            ("PUT", "/v1/users/411002/switch".to_owned(), BODY_BYTES_MAX, json!({ "on": true })),
            ("PUT", "/v1/organisation".to_owned(), SETTINGS_BYTES_MAX, organisation),
            // Last: it ends the lease.
            ("POST", format!("/v1/lease/{fence}/finish"), BODY_BYTES_MAX, finish),
        ]
    }

    async fn send(&self, method: &str, path: &str, body: impl Into<Body>) -> Answer {
        let request = Request::builder().method(method).uri(path).header("content-type", "application/json");
        let request = request.header("authorization", format!("Bearer {}", self.admin)).body(body.into());
        self.f.send(request.expect("a request")).await
    }

    /// A refusal for how the body is, with the code for that; and it never repeats what was sent.
    async fn refused(&self, case: &str, method: &str, path: &str, body: impl Into<Body>) {
        let answer = self.send(method, path, body).await;
        let (status, code) = answer.refusal();
        assert!(matches!(status, 400 | 422), "{case}: {method} {path}: {}", answer.text());
        assert_eq!(code, ErrorCode::BadRequest, "{case}: {method} {path}");
        assert!(!answer.text().contains("Secret"), "{case}: {method} {path}: {}", answer.text());
    }
}

#[tokio::test]
async fn what_is_not_json_or_not_what_belongs_there_is_refused() {
    let stage = Stage::new().await;
    let deep = format!("{}1{}", "[".repeat(2_000), "]".repeat(2_000));
    let deep_inside = format!(r#"{{"x":{deep}}}"#);
    let long_number = format!("{{\"x\":1{}}}", "0".repeat(2_000));
    for (method, path, _, body) in stage.routes() {
        let text = body.to_string();
        for (case, bytes) in [
            ("nothing", &b""[..]),
            ("half of it", text.as_bytes().split_at(text.len() / 2).0),
            ("it and more", format!("{text}{text}").as_bytes()),
            ("no UTF-8", b"{\"Secret\xff\":1}"),
            ("half a character", br#"{"Secret":"\ud800"}"#),
            ("no number", br#"{"Secret":NaN}"#),
            ("deep", deep.as_bytes()),
            ("deep inside", deep_inside.as_bytes()),
            ("a long number", long_number.as_bytes()),
            ("nothing in it", b"{}"),
            ("null", b"null"),
            ("a number", b"1"),
            ("a text", b"\"Secret\""),
            ("a list", b"[]"),
            ("a list of lists", b"[[],[]]"),
        ] {
            // An administrator takes the extension away by asking.
            if path != "/v1/uninstall" || case != "nothing in it" {
                stage.refused(case, method, &path, bytes.to_vec()).await;
            }
        }
    }
}

#[tokio::test]
async fn a_member_that_is_unknown_or_of_another_type_is_refused() {
    let stage = Stage::new().await;
    for (method, path, _, body) in stage.routes() {
        let members = body.as_object().expect("an object").clone();
        let with = |name: &str, value: Value| {
            let mut members: Map<String, Value> = members.clone();
            members.insert(name.to_owned(), value);
            Value::Object(members).to_string()
        };
        stage.refused("an unknown member", method, &path, with("Anna Secret", json!(1))).await;
        for (name, value) in &members {
            // Not one of these is of the same type as what belongs there.
            let others = [json!(-0.5), json!({ "Anna Secret": 1 }), json!([["Anna Secret"]])];
            for other in others {
                stage.refused(name, method, &path, with(name, other)).await;
            }
            if !value.is_string() {
                stage.refused(name, method, &path, with(name, json!("Anna Secret"))).await;
            }
            let twice = with(name, value.clone()).replacen('{', &format!("{{\"{name}\":{value},"), 1);
            let answer = stage.send(method, &path, twice).await;
            assert!(answer.status.as_u16() < 500, "{name} twice: {method} {path}: {}", answer.text());
        }
    }
}

#[tokio::test]
async fn a_body_has_so_many_bytes_at_most() {
    let stage = Stage::new().await;
    for (method, path, most, body) in stage.routes() {
        let text = body.to_string();
        let answer = stage.send(method, &path, format!("{text}{}", " ".repeat(most + 1 - text.len()))).await;
        assert_eq!(answer.refusal(), (413, ErrorCode::BadRequest), "{method} {path}");
        let fits = format!("{text}{}", " ".repeat(most - text.len()));
        let (answer, same) = (stage.send(method, &path, fits).await, stage.send(method, &path, text).await);
        assert_ne!(answer.status, 413, "{method} {path}");
        if path != format!("/v1/lease/{}/finish", stage.fence) {
            assert_eq!(answer.status, same.status, "{method} {path}: {}", answer.text());
        }
    }
}

/// What is counted within a body: the most that is taken, and one more.
#[tokio::test]
async fn a_text_and_a_list_have_an_end() {
    let stage = Stage::new().await;
    let (f, admin) = (&stage.f, &stage.admin);
    assert_eq!(f.finish(admin, stage.fence, json!("completed")).await.status, 200);
    let mailbox = |id: usize, address: usize, name: usize| json!({ "id": "i".repeat(id), "address": "a".repeat(address), "name": "n".repeat(name) });
    let phase =
        |length: usize| json!({ "changes": [], "progress": { "phase": "p".repeat(length), "done": 0, "total": 0 } });
    let links = |count: usize| json!({ "kind": "contact", "records": vec![json!({ "crm": "c" }); count] });
    let meetings = |count: usize, length: usize| json!({ "ask": "look", "meetings": vec!["m".repeat(length); count] });
    let changes = |count: usize| {
        let changes: Vec<Value> = (0..count).map(|at| json!({ "drop_link": format!("e{at}") })).collect();
        json!({ "kind": "contact", "changes": changes, "progress": null })
    };
    let users = |count: usize| json!({ "users": vec!["411002"; count], "on": false });
    let application = |length: usize| json!({ "tenant": "t".repeat(length), "client_id": "app", "secret": "s" });
    for (case, method, path, most, more) in [
        ("a mailbox's id", "PUT", "/v1/mailbox".to_owned(), mailbox(1_024, 1, 1), mailbox(1_025, 1, 1)),
        ("its address", "PUT", "/v1/mailbox".to_owned(), mailbox(1_024, 512, 1), mailbox(1_024, 513, 1)),
        ("its name", "PUT", "/v1/mailbox".to_owned(), mailbox(1_024, 1, 512), mailbox(1_024, 1, 513)),
        ("users", "PUT", "/v1/users/switch".to_owned(), users(USERS_SWITCHED_MAX), users(USERS_SWITCHED_MAX + 1)),
        ("a directory", "PUT", "/v1/application".to_owned(), application(1_024), application(1_025)),
    ] {
        let refused = f.call(admin, method, &path, Some(more)).await;
        assert_eq!(refused.refusal(), (400, ErrorCode::BadRequest), "{case}: one too many");
        let taken = f.call(admin, method, &path, Some(most)).await;
        assert_eq!(taken.status, 200, "{case}: {}", taken.text());
    }
    assert_eq!(f.connect(admin, "mailbox-a").await.status, 200);
    let fence = f.lease(admin).await.fence;
    let lease = |part: &str| format!("/v1/lease/{fence}/{part}");
    for (case, path, most, more) in [
        ("a phase", lease("commits"), phase(64), phase(65)),
        ("changes", lease("commits"), changes(COMMIT_CHANGES_MAX), changes(COMMIT_CHANGES_MAX + 1)),
        ("records", lease("links"), links(LINKS_OF_MAX), links(LINKS_OF_MAX + 1)),
        ("meetings", lease("meetings"), meetings(MEETINGS_OF_MAX, 1), meetings(MEETINGS_OF_MAX + 1, 1)),
        ("a meeting's name", lease("meetings"), meetings(1, 1_024), meetings(1, 1_025)),
    ] {
        let refused = f.call(admin, "POST", &path, Some(more)).await;
        assert_eq!(refused.refusal(), (400, ErrorCode::BadRequest), "{case}: one too many");
        let taken = f.call(admin, "POST", &path, Some(most)).await;
        assert_eq!(taken.status, 200, "{case}: {}", taken.text());
    }
    for (path, most, more) in [
        ("/v1/audit?limit=", 500, 501),
        ("/v1/users?limit=", 500, 501),
        (&*lease("state?kind=contact&limit="), 1_000, 1_001),
    ] {
        let refused = f.call(admin, "GET", &format!("{path}{more}"), None).await;
        assert_eq!(refused.refusal(), (400, ErrorCode::BadRequest), "{path}");
        assert_eq!(f.call(admin, "GET", &format!("{path}{most}"), None).await.status, 200, "{path}");
    }
    let search = |length: usize| format!("/v1/users?search={}", "s".repeat(length));
    assert_eq!(f.call(admin, "GET", &search(101), None).await.refusal(), (400, ErrorCode::BadRequest));
    assert_eq!(f.call(admin, "GET", &search(100), None).await.status, 200);
}

/// A byte a second, which is never too little to wait for the next. The clock of the timers jumps when there is nothing
/// else to do; slow header fields are in `src/connections.rs`.
#[tokio::test]
async fn a_body_that_comes_byte_by_byte_is_given_up() {
    let f = Fixture::new().await;
    tokio::time::pause();
    let begun = tokio::time::Instant::now();
    let (mut sender, body) = http_body_util::channel::Channel::<Bytes>::new(1);
    let trickle = tokio::spawn(async move {
        while sender.send_data(Bytes::from_static(b" ")).await.is_ok() {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    });
    let request = Request::post("/v1/sessions").header("content-type", "application/json");
    let answer = f.send_unread(request.body(Body::new(body)).expect("a request")).await;
    assert_eq!(answer.refusal(), (503, ErrorCode::Busy));
    assert_eq!(begun.elapsed().as_secs(), 20);
    trickle.await.expect("nobody takes more of it");
}
