//! Answers that go on.

use crate::client::{Fixture, start};
use mxs_sandbox::part::Part;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const PATH: &str = "/ews/exchange.asmx";

fn envelope(operation: &str) -> String {
    format!(
        "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\" \
         xmlns:m=\"http://schemas.microsoft.com/exchange/services/2006/messages\" \
         xmlns:t=\"http://schemas.microsoft.com/exchange/services/2006/types\"><s:Header>\
         <t:RequestServerVersion Version=\"Exchange2010_SP1\"/></s:Header><s:Body>{operation}</s:Body></s:Envelope>"
    )
}

/// The name to sign in with, and what `Authorization` says of it.
async fn person(sandbox: &Fixture) -> (String, String) {
    let info = sandbox.get(Part::Microsoft, "/sandbox/info").await.json();
    let user = &info["microsoft"]["users"][0];
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let (name, password) = (text(&user["userPrincipalName"]), text(&user["password"]));
    let credentials = mxs_http::base64url::encode(format!("{name}:{password}").as_bytes());
    (name, format!("Basic {}", credentials.replace('-', "+").replace('_', "/")))
}

/// Reads until the answer says something.
async fn read_until(stream: &mut TcpStream, heard: &mut String, wanted: &str) {
    while !heard.contains(wanted) {
        let mut part = [0; 4096];
        let read = stream.read(&mut part).await.expect("an answer");
        assert!(read > 0, "it ends early: {heard}");
        heard.push_str(&String::from_utf8_lossy(&part[..read]));
    }
}

#[tokio::test]
async fn an_answer_goes_on_as_long_as_something_happens() {
    let sandbox = start().await;
    let (user, authorization) = person(&sandbox).await;
    let headers = [("Authorization", authorization.as_str()), ("Content-Type", "text/xml; charset=utf-8")];
    let subscribe = envelope(
        "<m:Subscribe><m:StreamingSubscriptionRequest><t:FolderIds><t:DistinguishedFolderId Id=\"contacts\"/></t:FolderIds>\
         <t:EventTypes><t:EventType>CreatedEvent</t:EventType></t:EventTypes></m:StreamingSubscriptionRequest></m:Subscribe>",
    );
    let answer = sandbox.send(Part::Microsoft, "POST", PATH, &headers, &subscribe).await;
    let text = answer.text();
    let (_, id) = text.split_once("<m:SubscriptionId>").unwrap_or_else(|| panic!("{text}"));
    let (id, _) = id.split_once('<').expect("an id");
    let listen = envelope(&format!(
        "<m:GetStreamingEvents><m:SubscriptionIds><t:SubscriptionId>{id}</t:SubscriptionId></m:SubscriptionIds>\
         <m:ConnectionTimeout>1</m:ConnectionTimeout></m:GetStreamingEvents>"
    ));
    let port = sandbox.port(Part::Microsoft);
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.expect("a connection");
    let head = format!(
        "POST {PATH} HTTP/1.1\r\nHost: localhost:{port}\r\nAuthorization: {authorization}\r\nContent-Type: text/xml\r\n\
         Content-Length: {}\r\n\r\n",
        listen.len()
    );
    stream.write_all(format!("{head}{listen}").as_bytes()).await.expect("sent");
    let mut heard = String::new();
    read_until(&mut stream, &mut heard, "<m:ConnectionStatus>OK</m:ConnectionStatus>").await;
    assert!(!heard.contains("CreatedEvent"));
    for _ in 0..2 {
        heard.clear();
        let contact = serde_json::json!({ "givenName": "Ada" });
        let added = sandbox
            .running
            .sandbox
            .world(|world| world.with_microsoft(|microsoft, context| microsoft.add_contact(&user, &contact, context)));
        assert!(added.is_ok());
        read_until(&mut stream, &mut heard, "</s:Envelope>").await;
        assert!(heard.contains("CreatedEvent"), "{heard}");
    }
    // The world's minute is over: so is the answer.
    heard.clear();
    sandbox.running.sandbox.world(|world| world.advance(60_000));
    read_until(&mut stream, &mut heard, "<m:ConnectionStatus>Closed</m:ConnectionStatus>").await;
    read_until(&mut stream, &mut heard, "\r\n0\r\n").await;
}
