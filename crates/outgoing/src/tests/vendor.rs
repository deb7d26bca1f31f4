//! Ports to the vendors.

use super::server::{Act, Server, answer, identity};
use super::{LIMITS, SHORT};
use crate::{Distrust, Failure, Limits, Outgoing, Port, Refusal, Settings, SetupError, vendors};
use mxs_http::{HttpPort, Method, NoResponse, Request};
use mxs_zoho::oauth::{DataCentre, Environment};
use secrecy::SecretString;
use std::net::TcpListener;
use std::process::Command;
use tokio::time::timeout;

/// A gzip of 200,000 zeros.
const ZEROS: &str = "1f8b0800000000000203edc13101000000c2a0f54f6d067fa00000000000000000000000000000000000000000000000\
    000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000\
    000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000\
    000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000\
    000000000000000000000000000000000000000000000000000080d7007b58e05c400d0300";

fn outgoing(loopback: &str, limits: Limits) -> Outgoing {
    let settings = Settings { loopback: vec![loopback.to_owned()], limits, ..Settings::default() };
    Outgoing::new(settings).expect("a way out")
}

fn port(origin: &str, limits: Limits) -> Port {
    outgoing(origin, limits).vendor(origin, Some(SecretString::from("Bearer t-1"))).expect("a port")
}

fn get() -> Request {
    Request::new(Method::Get, "/v1.0/me")
}

#[tokio::test]
async fn a_request_arrives_whole_and_its_answer_comes_back() {
    let sent = "HTTP/1.1 201 Created\r\nContent-Length: 5\r\nX-Seen: Yes\r\nConnection: close\r\n\r\nhello";
    let server = Server::plain(vec![Act::Send(sent.into())]);
    let request = Request::new(Method::Post, "/a/b?c=%2F&d='e'")
        .header("Prefer", "IdType=\"ImmutableId\"")
        .body("application/json", "{}");
    let response = port(&server.origin(), LIMITS).exchange(&request).await.expect("an answer");
    assert_eq!((response.status, response.body.as_slice()), (201, b"hello".as_slice()));
    assert_eq!(response.headers.get("x-seen"), Some("Yes"));
    let seen = server.seen().concat();
    for wanted in [
        "post /a/b?c=%2f&d=%27e%27 http/1.1\r\n",
        "\r\nprefer: idtype=\"immutableid\"\r\n",
        "\r\ncontent-type: application/json\r\n",
        "\r\nauthorization: bearer t-1\r\n",
        "\r\naccept-encoding: gzip\r\n",
        "\r\nuser-agent: ms-exchange-sync/",
        "\r\n\r\n{}",
    ] {
        assert!(seen.contains(wanted), "{wanted} in {seen}");
    }
    assert!(!seen.contains("cookie") && !seen.contains("referer"), "{seen}");
}

#[tokio::test]
async fn no_answer_says_whether_the_request_may_have_arrived() {
    const HEAD: &str = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n";
    let impatient = Limits { silence: SHORT, ..LIMITS };
    let hurried = Limits { total: SHORT, ..LIMITS };
    let cases = [
        // Nothing comes, half of the head, the head, half of the body.
        ("silent", Act::SendAndWait(""), impatient, Failure::Unknown),
        ("slow head", Act::SendAndWait(HEAD), impatient, Failure::Unknown),
        ("no body", Act::SendAndWait("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"), impatient, Failure::Unknown),
        (
            "slow body",
            Act::SendAndWait("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"),
            impatient,
            Failure::Unknown,
        ),
        ("too long in all", Act::SendAndWait(HEAD), hurried, Failure::Unknown),
        // The connection ends: before the request was read, after it, within the answer.
        ("closed at once", Act::Close, LIMITS, Failure::Unknown),
        ("closed", Act::CloseAfterRequest, LIMITS, Failure::Unknown),
        ("cut", Act::Send(format!("{HEAD}\r\nhalf").into()), LIMITS, Failure::Unknown),
        ("no HTTP", Act::Send(b"220 mail.example ESMTP\r\n".into()), LIMITS, Failure::Unknown),
        // Larger than is read: as it comes, as it says, and as it unpacks.
        ("endless", Act::Endless, LIMITS, Failure::TooLarge),
        ("huge", Act::SendAndWait("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n"), LIMITS, Failure::TooLarge),
        ("packed", Act::Send(packed()), LIMITS, Failure::TooLarge),
    ];
    for (name, act, limits, wanted) in cases {
        let server = Server::plain(vec![act]);
        let port = port(&server.origin(), limits);
        // By the limit of the case, and not by one of the others.
        let found = timeout(LIMITS.total / 2, port.exchange(&get())).await;
        assert_eq!(found.expect("an end in time").err(), Some(wanted), "{name}");
        assert_eq!(NoResponse::from(wanted), NoResponse::Unknown, "{name}");
    }
}

fn packed() -> Vec<u8> {
    let zeros = (0..ZEROS.len()).step_by(2).map(|at| u8::from_str_radix(&ZEROS[at..at + 2], 16).expect("hex"));
    let zeros: Vec<u8> = zeros.collect();
    let head = format!("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n", zeros.len());
    [head.as_bytes(), &zeros].concat()
}

#[tokio::test]
async fn what_is_packed_is_unpacked() {
    let server = Server::plain(vec![Act::Send(packed())]);
    let response = port(&server.origin(), Limits { body: 200_000, ..LIMITS }).exchange(&get()).await;
    assert_eq!(response.expect("an answer").body, vec![0; 200_000]);
}

#[tokio::test]
async fn what_was_never_connected_was_not_sent() {
    let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port");
    let nobody = port(&format!("http://{free}"), LIMITS);
    assert_eq!(nobody.exchange(&get()).await.err(), Some(Failure::NotSent));

    // Where TLS is spoken, a connection that ends before the handshake does carried nothing.
    let server = Server::plain(vec![Act::Close]);
    let cut = port(&format!("https://{}", server.address), LIMITS);
    assert_eq!(cut.exchange(&get()).await.err(), Some(Failure::NotSent));

    let server = Server::plain(vec![]);
    let request = get().header("X-Broken", "two\r\nlines");
    let broken = port(&server.origin(), LIMITS).send(request).await;
    assert_eq!(broken, Err(NoResponse::NotSent));
}

#[tokio::test]
async fn connections_are_kept_between_requests() {
    let server = Server::plain(vec![Act::Keep(3)]);
    let port = port(&server.origin(), LIMITS);
    for _ in 0..3 {
        assert_eq!(port.exchange(&get()).await.map(|response| response.status), Ok(204));
    }
    assert_eq!(server.seen().len(), 3, "over the one connection that was taken");
}

#[tokio::test]
async fn a_redirect_is_an_answer() {
    let other = Server::plain(vec![answer("200 OK", "")]);
    let server = Server::plain(vec![answer("302 Found", &format!("Location: {}/\r\n", other.origin()))]);
    let response = port(&server.origin(), LIMITS).exchange(&get()).await.expect("an answer");
    assert_eq!(response.status, 302);
    assert!(other.seen().is_empty());
}

#[tokio::test]
async fn only_the_ports_own_origin_is_asked() {
    let server = Server::plain(vec![]);
    let port = port(&server.origin(), LIMITS);
    let (origin, number) = (server.origin(), server.port());
    let cases = [
        ("https://graph.microsoft.com/v1.0/me".to_owned(), Refusal::OtherOrigin),
        (format!("https://127.0.0.1:{number}/"), Refusal::OtherOrigin),
        ("http://127.0.0.1/".to_owned(), Refusal::OtherOrigin),
        (format!("http://localhost:{number}/"), Refusal::OtherOrigin),
        (format!("{origin}.evil.example/"), Refusal::Unreadable),
        (format!("{origin}@evil.example/"), Refusal::UserInfo),
        (format!("http://ada:secret@127.0.0.1:{number}/"), Refusal::UserInfo),
        ("//evil.example/".to_owned(), Refusal::Unreadable),
        ("/\\evil.example/".to_owned(), Refusal::Unreadable),
        ("v1.0/me".to_owned(), Refusal::Unreadable),
        (String::new(), Refusal::Unreadable),
    ];
    for (url, wanted) in cases {
        let found = port.exchange(&Request::new(Method::Get, url.clone())).await.err();
        assert_eq!(found, Some(Failure::Refused(wanted)), "{url}");
    }
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn a_server_has_to_prove_its_name() {
    let right = identity(&["127.0.0.1"]);
    let cases = [
        ("its own name", vec!["127.0.0.1"], true, None),
        ("another name", vec!["graph.microsoft.com", "127.0.0.2"], true, Some(Failure::Untrusted(Distrust::OtherName))),
        ("from nobody known", vec!["127.0.0.1"], false, Some(Failure::Untrusted(Distrust::UnknownIssuer))),
    ];
    for (name, names, is_trusted, wanted) in cases {
        let own = identity(&names);
        let server = Server::start("127.0.0.1:0", Some(&own), vec![answer("200 OK", "")]);
        let origin = format!("https://{}", server.address);
        let authorities = if is_trusted { own.pem } else { right.pem.clone() };
        let settings = Settings { loopback: vec![origin.clone()], authorities, limits: LIMITS, ..Settings::default() };
        let port = Outgoing::new(settings).expect("a way out").vendor(&origin, None).expect("a port");
        assert_eq!(port.exchange(&get()).await.err(), wanted, "{name}");
    }
}

/// Another test again, in a process whose environment names a proxy that nobody runs.
#[test]
fn no_proxy_is_taken_from_the_environment() {
    let mut again = Command::new(std::env::current_exe().expect("this program"));
    again.args(["--exact", "tests::vendor::a_request_arrives_whole_and_its_answer_comes_back"]);
    for name in ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"] {
        again.env(name, "http://127.0.0.1:9");
    }
    let told = again.env_remove("no_proxy").env_remove("NO_PROXY").output().expect("it runs");
    let text = String::from_utf8_lossy(&told.stdout);
    assert!(told.status.success() && text.contains("1 passed"), "{text}");
}

#[tokio::test]
async fn the_operators_proxy_is_taken() {
    let proxy = Server::plain(vec![answer("200 OK", "")]);
    let settings = Settings {
        loopback: vec!["http://127.0.0.1:9".to_owned()],
        proxy: Some(SecretString::from(proxy.origin())),
        limits: LIMITS,
        ..Settings::default()
    };
    let port = Outgoing::new(settings).expect("a way out").vendor("http://127.0.0.1:9", None).expect("a port");
    assert_eq!(port.exchange(&get()).await.expect("an answer").status, 200);
    assert!(proxy.seen().concat().starts_with("get http://127.0.0.1:9/v1.0/me http/1.1\r\n"));
}

#[test]
fn a_port_is_made_for_the_vendors_hosts_only() {
    let outgoing = outgoing("http://127.0.0.1:8080", LIMITS);
    let cases = [
        ("https://graph.microsoft.com", None),
        ("https://graph.microsoft.com/", None),
        ("https://GRAPH.microsoft.com:443", None),
        ("https://login.microsoftonline.com", None),
        ("https://www.zohoapis.eu", None),
        ("https://sandbox.zohoapis.com.au", None),
        ("http://127.0.0.1:8080", None),
        ("http://graph.microsoft.com", Some(Refusal::NotAVendor)),
        ("https://graph.microsoft.com:8443", Some(Refusal::NotAVendor)),
        ("https://graph.microsoft.com.", Some(Refusal::NotAVendor)),
        ("https://graph.microsoft.com.evil.example", Some(Refusal::NotAVendor)),
        ("https://evil-graph.microsoft.com", Some(Refusal::NotAVendor)),
        ("https://www.zohoapis.uk.example", Some(Refusal::NotAVendor)),
        ("https://graph.microsoft.com@evil.example", Some(Refusal::UserInfo)),
        ("https://graph.microsoft.com/v1.0", Some(Refusal::NotAnOrigin)),
        ("https://graph.microsoft.com?x", Some(Refusal::NotAnOrigin)),
        ("http://127.0.0.1:8081", Some(Refusal::NotAVendor)),
        ("https://127.0.0.1:8080", Some(Refusal::NotAVendor)),
        ("http://localhost:8080", Some(Refusal::NotAVendor)),
        ("graph.microsoft.com", Some(Refusal::Unreadable)),
    ];
    for (origin, wanted) in cases {
        assert_eq!(outgoing.vendor(origin, None).err(), wanted, "{origin}");
    }
}

#[test]
fn every_data_centre_of_zoho_can_be_asked_and_no_other_host() {
    let origins = DataCentre::ALL.into_iter().flat_map(|centre| {
        let api = Environment::ALL.map(|environment| centre.api(environment));
        api.into_iter().chain([centre.accounts().to_owned()])
    });
    let mut hosts: Vec<String> =
        origins.map(|origin| origin.strip_prefix("https://").expect("https").to_owned()).collect();
    hosts.sort_unstable();
    assert_eq!(hosts, vendors::ZOHO);
}

#[test]
fn settings_that_make_no_sense_are_refused() {
    let loopback = |origin: &str| Settings { loopback: vec![origin.to_owned()], ..Settings::default() };
    let cases = [
        (loopback("http://localhost:8080"), None),
        (loopback("https://[::1]:8443/"), None),
        (loopback("http://10.0.0.1:8080"), Some(SetupError::Loopback)),
        (loopback("http://localhost.evil.example"), Some(SetupError::Loopback)),
        (loopback("ftp://127.0.0.1"), Some(SetupError::Loopback)),
        (loopback("http://127.0.0.1:8080/path"), Some(SetupError::Loopback)),
        (loopback("127.0.0.1:8080"), Some(SetupError::Loopback)),
        (Settings { proxy: Some(SecretString::from("http://")), ..Settings::default() }, Some(SetupError::Proxy)),
        (Settings { authorities: "no PEM".to_owned(), ..Settings::default() }, Some(SetupError::Certificates)),
    ];
    for (at, (settings, wanted)) in cases.into_iter().enumerate() {
        assert_eq!(Outgoing::new(settings).err(), wanted, "case {at}");
    }
}

/// Runs in tasks that move between threads.
#[test]
fn waiting_for_an_answer_can_be_sent_to_another_thread() {
    fn is_send<T: Send>(_: T) {}
    let origin = "http://127.0.0.1:9";
    is_send(port(origin, LIMITS).send(get()));
    is_send(outgoing(origin, LIMITS).follow(get(), None));
}
