//! What the vendors send by themselves, over HTTP.

use crate::client::{Fixture, start};
use mxs_sandbox::part::Part;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// One request to our address, its path and its body.
async fn receive(listener: &TcpListener) -> (TcpStream, String, String) {
    let (mut stream, _) = listener.accept().await.expect("a connection");
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length =
                head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
            if body.len() >= length.unwrap_or(0_usize) {
                let path = head.split(' ').nth(1).expect("a path").to_owned();
                return (stream, path, body.to_owned());
            }
        }
        let mut part = [0; 1024];
        let read = stream.read(&mut part).await.expect("a request");
        assert!(read > 0, "the request ends early");
        bytes.extend(&part[..read]);
    }
}

async fn reply(mut stream: TcpStream, status: &str, body: &str) {
    let answer =
        format!("HTTP/1.1 {status}\r\nContent-Type: text/plain\r\nContent-Length: {}\r\n\r\n{body}", body.len());
    stream.write_all(answer.as_bytes()).await.expect("sent");
}

/// A token of the server's own, and who it subscribes to.
async fn authorization(sandbox: &Fixture) -> (String, String) {
    let info = sandbox.get(Part::Microsoft, "/sandbox/info").await.json();
    let client = &info["microsoft"]["serverClient"];
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let form = mxs_http::url::form([
        ("grant_type", "client_credentials"),
        ("client_id", &text(&client["clientId"])),
        ("client_secret", &text(&client["clientSecret"])),
        ("scope", "https://graph.microsoft.com/.default"),
    ]);
    let path = format!("/{}/oauth2/v2.0/token", text(&info["microsoft"]["tenant"]["id"]));
    let form_type = [("Content-Type", "application/x-www-form-urlencoded")];
    let token = sandbox.send(Part::Microsoft, "POST", &path, &form_type, &form).await.json();
    let user = text(&info["microsoft"]["users"][0]["userPrincipalName"]);
    (format!("Bearer {}", text(&token["access_token"])), user)
}

/// A subscription to a user's contacts.
fn subscription(user: &str, address: &str) -> String {
    let expires = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(1);
    json!({
        "changeType": "created", "notificationUrl": address, "resource": format!("/users/{user}/contacts"),
        "expirationDateTime": expires.to_string(), "clientState": "s-1",
    })
    .to_string()
}

#[tokio::test]
async fn a_subscriber_on_this_computer_is_asked_and_told() {
    let sandbox = start().await;
    let (bearer, user) = authorization(&sandbox).await;
    let headers = [("Authorization", bearer.as_str()), ("Content-Type", "application/json")];
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = format!("http://{}/told", listener.local_addr().expect("an address"));
    let body = subscription(&user, &address);
    let creation = sandbox.send(Part::Microsoft, "POST", "/v1.0/subscriptions", &headers, &body);
    let handshake = async {
        let (stream, path, _) = receive(&listener).await;
        let (_, query) = path.split_once('?').expect("a query");
        let (name, token) = mxs_http::url::parse_form(query).remove(0);
        assert_eq!(name, "validationToken");
        reply(stream, "200 OK", &token).await;
    };
    let (created, ()) = tokio::join!(creation, handshake);
    assert_eq!(created.status, 201, "{}", created.text());

    let contact = json!({ "givenName": "Ann" }).to_string();
    let path = format!("/v1.0/users/{user}/contacts");
    let added = sandbox.send(Part::Microsoft, "POST", &path, &headers, &contact).await;
    assert_eq!(added.status, 201, "{}", added.text());
    let (stream, path, told) = receive(&listener).await;
    let told: Value = serde_json::from_str(&told).expect("JSON");
    assert_eq!((path.as_str(), &told["value"][0]["clientState"]), ("/told", &json!("s-1")));
    assert_eq!(told["value"][0]["resourceData"]["id"], added.json()["id"]);
    reply(stream, "202 Accepted", "").await;
}

#[tokio::test]
async fn nobody_is_found_on_another_computer() {
    let sandbox = start().await;
    let (bearer, user) = authorization(&sandbox).await;
    let headers = [("Authorization", bearer.as_str()), ("Content-Type", "application/json")];
    // Graph takes the address, and nothing leaves for it.
    let body = subscription(&user, "https://f.example/told");
    let refused = sandbox.send(Part::Microsoft, "POST", "/v1.0/subscriptions", &headers, &body).await;
    assert_eq!((refused.status, &refused.json()["error"]["code"]), (400, &json!("ValidationError")));
}
