//! Connections: many at once, and their end.

use crate::client::start;
use mxs_sandbox::part::Part;
use serde_json::json;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// Requests enough that some meet the limit of four at once, however slowly they are sent.
const AT_ONCE: usize = 60;

#[tokio::test]
async fn requests_overlap_and_so_meet_the_limits_on_how_many_may() {
    let sandbox = Arc::new(start().await);
    let info = sandbox.get(Part::Microsoft, "/sandbox/info").await.json();
    let client = &info["microsoft"]["serverClient"];
    let text = |name: &str| client[name].as_str().expect("a text").to_owned();
    let form = mxs_http::url::form([
        ("grant_type", "client_credentials"),
        ("client_id", text("clientId").as_str()),
        ("client_secret", text("clientSecret").as_str()),
        ("scope", "https://graph.microsoft.com/.default"),
    ]);
    let tenant = info["microsoft"]["tenant"]["id"].as_str().expect("a tenant");
    let form_type = [("Content-Type", "application/x-www-form-urlencoded")];
    let path = format!("/{tenant}/oauth2/v2.0/token");
    let token = sandbox.send(Part::Microsoft, "POST", &path, &form_type, &form).await.json();
    let bearer = format!("Bearer {}", token["access_token"].as_str().expect("a token"));
    let user = info["microsoft"]["users"][0]["userPrincipalName"].as_str().expect("a user").to_owned();
    let mut asked = JoinSet::new();
    for _ in 0..AT_ONCE {
        let (sandbox, bearer, user) = (sandbox.clone(), bearer.clone(), user.clone());
        asked.spawn(async move {
            let path = format!("/v1.0/users/{user}/contacts?$top=1");
            sandbox.send(Part::Microsoft, "GET", &path, &[("Authorization", &bearer)], "").await.status
        });
    }
    let statuses = asked.join_all().await;
    let count = |wanted: u16| statuses.iter().filter(|status| **status == wanted).count();
    assert!(count(200) >= 4 && count(429) > 0 && count(200) + count(429) == AT_ONCE, "{statuses:?}");
    let counters = sandbox.control("GET", "counters", &json!({})).await.json();
    assert_eq!(counters["operations"]["graph throttled"], json!(count(429)));
}

#[tokio::test]
async fn a_connection_ends_with_the_sandbox() {
    let sandbox = start().await;
    let port = sandbox.port(Part::Microsoft);
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.expect("a connection");
    let request = format!("GET /sandbox/clock HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut start_of_answer = [0; 12];
    stream.read_exact(&mut start_of_answer).await.expect("an answer");
    assert_eq!(&start_of_answer, b"HTTP/1.1 200");
    drop(sandbox);
    // What is left of the answer, and then the end: nobody reads the next request.
    let mut rest = Vec::new();
    let _ = stream.read_to_end(&mut rest).await;
    assert!(stream.write_all(request.as_bytes()).await.is_err() || stream.read(&mut [0; 1]).await.unwrap_or(0) == 0);
}
