//! The program on AWS Lambda, which a stand-in plays: it hands out invocations, and takes what became of them.
//! <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>

use crate::home::Home;
use crate::realtime::{ADA, CLIENT, PUBLIC, REDIRECT, Stage};
use crate::support::{ORG, SECRET};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{self, StatusCode};
use axum::routing::{get, post};
use mxs_function::{Clock, SystemClock};
use mxs_world::{Delivery, World};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};

/// What an invocation may take, where that is no matter.
const AMPLE_S: i64 = 60;

/// More than any invocation takes here.
const OUTCOME_TIME_MAX: Duration = Duration::from_secs(60);

/// What the function answered, or what it says went wrong.
type Outcome = Result<Value, Value>;

/// An invocation that waits to be handed out.
struct Invocation {
    event: Value,
    deadline_ms: i64,
    ended: oneshot::Sender<Outcome>,
}

/// What Lambda knows of an instance: who waits, how many it was given, and the one that is under way.
struct Handed {
    waiting: tokio::sync::Mutex<mpsc::Receiver<Invocation>>,
    under_way: Mutex<(u32, Option<oneshot::Sender<Outcome>>)>,
}

impl Handed {
    /// The invocation of this id has ended; there is none but the last.
    fn end(&self, id: &str, outcome: Outcome) -> StatusCode {
        let mut under_way = self.under_way.lock().expect("unpoisoned");
        match under_way.1.take() {
            Some(ended) if id == under_way.0.to_string() => {
                ended.send(outcome).expect("somebody waits");
                StatusCode::ACCEPTED
            }
            _ => StatusCode::BAD_REQUEST,
        }
    }
}

async fn next(State(handed): State<Arc<Handed>>) -> http::Response<Body> {
    let next = handed.waiting.lock().await.recv().await;
    // There are no more: an instance that is no longer needed waits until it is ended.
    let Some(Invocation { event, deadline_ms, ended }) = next else { return std::future::pending().await };
    let mut under_way = handed.under_way.lock().expect("unpoisoned");
    assert!(under_way.1.is_none(), "it asks for the next before it answered");
    *under_way = (under_way.0 + 1, Some(ended));
    http::Response::builder()
        .header("lambda-runtime-aws-request-id", under_way.0.to_string())
        .header("lambda-runtime-deadline-ms", deadline_ms.to_string())
        .header("lambda-runtime-invoked-function-arn", "arn:aws:lambda:eu-central-1:123456789012:function:sync")
        .header("content-type", "application/json")
        .body(event.to_string().into())
        .expect("an answer")
}

async fn ended(State(handed): State<Arc<Handed>>, Path((id, how)): Path<(String, String)>, body: Bytes) -> StatusCode {
    let said = serde_json::from_slice(&body).expect("JSON");
    match how.as_str() {
        "response" => handed.end(&id, Ok(said)),
        "error" => handed.end(&id, Err(said)),
        _ => StatusCode::NOT_FOUND,
    }
}

/// An instance of the program, and Lambda around it.
struct Instance {
    program: Child,
    invocations: mpsc::Sender<Invocation>,
}

impl Drop for Instance {
    fn drop(&mut self) {
        // As Lambda ends an instance. One that has ended by itself shows in the test that waits for it.
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

impl Instance {
    /// With these variables beside those that it can't do without.
    async fn start(home: &Home, variables: &[(&str, &str)]) -> Self {
        let (invocations, waiting) = mpsc::channel(1);
        let handed = Arc::new(Handed { waiting: waiting.into(), under_way: Mutex::default() });
        let router = Router::new()
            .route("/2018-06-01/runtime/invocation/next", get(next))
            .route("/2018-06-01/runtime/invocation/{id}/{how}", post(ended))
            .with_state(handed);
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("its address");
        tokio::spawn(async move { axum::serve(listener, router).await });
        let program = program(address).env("MXS_DATABASE_URL", home.url()).envs(variables.iter().copied()).spawn();
        Self { program: program.expect("runs"), invocations }
    }

    /// With keys, and vendors at whose address nobody answers.
    async fn with_keys(home: &Home) -> Self {
        let closed = TcpListener::bind("127.0.0.1:0").await.expect("a port").local_addr().expect("its address");
        let closed = format!("http://{closed}");
        let stand_ins = json!({ "microsoft": closed, "zoho": closed, "location": "us" }).to_string();
        let variables = [
            ("MXS_KEYS", &*format!("{}=", "A".repeat(43))),
            ("MXS_STAND_INS", &stand_ins),
            ("MXS_PUBLIC_URL", PUBLIC),
            ("MXS_REDIRECT_URI", REDIRECT),
            ("MXS_ZOHO_CLIENT_ID", CLIENT.0),
            ("MXS_ZOHO_SECRET", CLIENT.1),
        ];
        Self::start(home, &variables).await
    }

    async fn invoke(&self, event: Value, left_s: i64) -> Outcome {
        let (ended, outcome) = oneshot::channel();
        let deadline_ms = SystemClock.now().as_millisecond() + left_s * 1000;
        let sent = self.invocations.send(Invocation { event, deadline_ms, ended }).await;
        sent.expect("an instance");
        tokio::time::timeout(OUTCOME_TIME_MAX, outcome).await.expect("in time").expect("an outcome")
    }

    /// A request to the function's URL: the status and the answer's text.
    async fn call(&self, method: &str, path: &str, body: &[u8], caller: &str) -> (u64, String) {
        let answer = self.invoke(request(method, path, body, caller), AMPLE_S).await.expect("an answer");
        assert_eq!(answer["isBase64Encoded"], json!(false), "{answer}");
        assert_eq!(answer["headers"]["cache-control"], json!("no-store"), "{answer}");
        let status = answer["statusCode"].as_u64().expect("a status");
        (status, answer["body"].as_str().unwrap_or_default().to_owned())
    }
}

/// The program, as Lambda starts it: without any argument.
fn program(lambda: SocketAddr) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_function"));
    command
        .env("AWS_LAMBDA_RUNTIME_API", lambda.to_string())
        .envs([("AWS_LAMBDA_FUNCTION_NAME", "sync"), ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")])
        .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512")
        .env("MXS_ORG_SECRETS", json!({ ORG: SECRET }).to_string())
        .stdin(Stdio::null());
    command
}

/// As a function's URL, and an HTTP API, hand a request on (payload format 2.0).
/// <https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html>
fn request(method: &str, path: &str, body: &[u8], caller: &str) -> Value {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    json!({
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": query,
        "headers": {
            "content-type": "application/json",
            "host": "abcdefgh.lambda-url.eu-central-1.on.aws",
            // The caller's own word.
            "x-forwarded-for": format!("198.51.100.{}", body.len() % 250),
        },
        "requestContext": {
            "accountId": "anonymous",
            "apiId": "abcdefgh",
            "domainName": "abcdefgh.lambda-url.eu-central-1.on.aws",
            "domainPrefix": "abcdefgh",
            "http": { "method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": caller, "userAgent": "test" },
            "requestId": "7d3c1b5e-1c1f-4a39-9f5c-2d3e4f5a6b7c",
            "routeKey": "$default",
            "stage": "$default",
            "time": "22/Nov/2026:19:03:58 +0000",
            "timeEpoch": 1_795_374_238_000_i64,
        },
        "body": str::from_utf8(body).expect("text"),
        "isBase64Encoded": false,
    })
}

/// As a rule of EventBridge invokes, and its scheduler. <https://docs.aws.amazon.com/scheduler/latest/UserGuide/what-is-scheduler.html>
fn schedule(source: &str) -> Value {
    json!({
        "version": "0",
        "id": "53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa",
        "detail-type": "Scheduled Event",
        "source": source,
        "account": "123456789012",
        "time": "2026-11-22T19:03:58Z",
        "region": "eu-central-1",
        "resources": ["arn:aws:events:eu-central-1:123456789012:rule/sync"],
        "detail": {},
    })
}

#[tokio::test]
async fn requests_get_the_answers_that_they_get_elsewhere() {
    let home = Home::fresh().await;
    let instance = Instance::start(&home, &[]).await;
    let handshake = "/v1/notifications/microsoft/00000000000000000000000000000000?validationToken=a%20b";
    for (method, path, status, expected) in [
        ("GET", "/v1/health", 200, r#""status":"ok""#),
        ("POST", "/v1/challenges", 200, r#""nonce":""#),
        ("GET", "/v1/nowhere", 404, "MXS-"),
        ("GET", "/v1/overview", 401, "MXS-"),
        ("POST", handshake, 200, "a b"),
    ] {
        let (found, text) = instance.call(method, path, b"", "203.0.113.9").await;
        assert_eq!(found, status, "{path}: {text}");
        assert!(text.contains(expected), "{path}: {text}");
    }
}

#[tokio::test]
async fn callers_are_told_apart_by_what_lambda_says_of_them() {
    let home = Home::fresh().await;
    let instance = Instance::start(&home, &[]).await;
    let peer = mxs_function::RateLimits::default().peer;
    let mut refused = 0;
    // A minute gives a burst anew, so twice as many are too many for any computer that takes less.
    for number in 0..2 * peer.burst as usize {
        let said = vec![b' '; number];
        refused += usize::from(instance.call("POST", "/v1/challenges", &said, "203.0.113.9").await.0 == 429);
    }
    assert!(refused > 0, "whatever it says of itself");
    assert_eq!(instance.call("POST", "/v1/challenges", b"", "203.0.113.10").await.0, 200);
    assert_eq!(instance.call("POST", "/v1/challenges", b"", "2001:db8::1").await.0, 200);
}

#[tokio::test]
async fn what_a_vendor_posts_is_stored_before_it_is_answered() {
    let stage = Stage::told().await;
    let instance = Instance::with_keys(&stage.f.home).await;
    stage.change_in_mailbox(ADA);
    let due = stage.vendor.world(World::due_deliveries);
    assert_eq!(due.len(), 1);
    for Delivery { request, .. } in &due {
        let path = request.url.strip_prefix(PUBLIC).expect("the function's address");
        let forged = String::from_utf8_lossy(&request.body).replace(r#""clientState":""#, r#""clientState":"x"#);
        for (body, hinted) in [(forged.as_bytes(), vec![]), (&request.body, vec![ADA.to_owned()])] {
            assert_eq!(instance.call("POST", path, body, "203.0.113.9").await.0, 202);
            // Lambda may freeze the instance from now on.
            let found: Vec<String> = stage.hinted().await.into_iter().map(|(mailbox, _)| mailbox).collect();
            assert_eq!(found, hinted);
        }
    }
}

#[tokio::test]
async fn a_schedule_syncs_what_is_due() {
    let stage = Stage::told().await;
    let instance = Instance::with_keys(&stage.f.home).await;
    for source in ["aws.events", "aws.scheduler"] {
        for due in ["UPDATE schedule SET due_ms = 0, failures = 0, stopped = NULL", "UPDATE org SET crm_pause_ms = 0"] {
            sqlx::query(due).execute(&mut stage.f.home.look().await).await.expect("a schedule");
        }
        let answer = instance.invoke(schedule(source), AMPLE_S).await;
        assert_eq!(answer, Ok(Value::Null), "{source}");
        // Each was tried, in vain.
        assert_eq!(stage.number("SELECT min(failures) FROM schedule").await, 1, "{source}");
    }
    assert_eq!(instance.call("GET", "/v1/health", b"", "203.0.113.9").await.0, 200, "and it goes on");
}

#[tokio::test]
async fn what_is_no_invocation_for_it_is_told() {
    let stage = Stage::told().await;
    let (with, without) = (Instance::with_keys(&stage.f.home).await, Instance::start(&stage.f.home, &[]).await);
    for (instance, event, left_s, expected) in [
        (&with, json!({ "Records": [{ "eventSource": "aws:s3" }] }), AMPLE_S, "neither a request"),
        (&with, json!("tick"), AMPLE_S, "neither a request"),
        (&with, schedule("my.own"), AMPLE_S, "neither a request"),
        (&with, schedule("aws.events"), 3, "set it to a minute"),
        (&without, schedule("aws.events"), AMPLE_S, "needs keys"),
    ] {
        let error = instance.invoke(event, left_s).await.expect_err(expected);
        assert!(error["errorMessage"].as_str().is_some_and(|text| text.contains(expected)), "{expected}: {error}");
    }
}

#[tokio::test]
async fn a_folder_is_no_place_on_lambda() {
    let output = program(SocketAddr::from(([127, 0, 0, 1], 1)))
        .env("MXS_DATA_DIR", "/tmp/nowhere")
        .env_remove("MXS_DATABASE_URL")
        .output();
    let Output { status, stderr, .. } = output.expect("runs");
    let stderr = String::from_utf8(stderr).expect("text");
    assert_eq!(status.code(), Some(1), "{stderr}");
    assert!(stderr.starts_with("function: on AWS Lambda") && stderr.lines().count() == 1, "{stderr}");
}
