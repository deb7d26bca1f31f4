//! Ports to Exchange Servers.

use super::guarded::{Names, PUBLIC, judge};
use super::server::{Act, Identity, Server, answer, identity};
use super::windows::{DOMAIN, NTLM, PASSWORD, Rules, USER, Windows};
use super::{LIMITS, SHORT};
use crate::address::Forbidden;
use crate::{Account, Authorities, Distrust, Failure, Limits, Outgoing, Refusal, ServerPort, Settings};
use mxs_http::{HttpPort, Method, NoResponse, Request};
use std::net::{IpAddr, Ipv4Addr, TcpListener};
use std::sync::Arc;

fn ada(password: &str) -> Option<Account> {
    Some(Account::Password { user: USER.into(), domain: Some(DOMAIN.into()), password: password.into() })
}

/// A way out for which this stand-in is one.
fn outgoing(origin: &str, limits: Limits) -> Outgoing {
    Outgoing::new(Settings { loopback: vec![origin.to_owned()], limits, ..Settings::default() }).expect("a way out")
}

fn port(server: &Windows, account: Option<Account>) -> ServerPort {
    outgoing(&server.origin(), LIMITS).server(&server.origin(), account, &Authorities::default()).expect("a port")
}

/// A way out for which the loopback is the public network, with names.
fn public(names: &[IpAddr]) -> Outgoing {
    let settings = Settings { limits: LIMITS, resolver: Arc::new(Names::answering(names)), ..Settings::default() };
    Outgoing::judging(settings, judge).expect("a way out")
}

fn trusting(identity: &Identity) -> Authorities {
    Authorities::parse(&identity.pem).expect("a certificate")
}

fn post(body: &str) -> Request {
    Request::new(Method::Post, "/EWS/Exchange.asmx").body("text/xml", body)
}

#[tokio::test]
async fn ntlm_signs_one_connection_in_and_stays_on_it() {
    let server = Windows::start(NTLM, None);
    let port = port(&server, ada(PASSWORD));
    for body in ["<a>", "<b>"] {
        let response = port.exchange(&post(body)).await.expect("an answer");
        assert_eq!((response.status, response.body.as_slice()), (200, b"<ok>".as_slice()));
    }
    // Nothing of what is asked goes before who asks is proven.
    assert_eq!(server.seen(), ["0  [] 401", "0 NTLM [] 401", "0 NTLM [<a>] 200", "0  [<b>] 200"]);
}

#[tokio::test]
async fn a_connection_that_was_closed_is_signed_in_anew() {
    for says_close in [true, false] {
        let server = Windows::start(Rules { closes_after: Some(4), says_close, ..NTLM }, None);
        let port = port(&server, ada(PASSWORD));
        for body in ["<a>", "<b>", "<c>"] {
            let asked = async { port.exchange(&post(body)).await.map(|response| response.status) };
            assert_eq!(asked.await, Ok(200), "{body}");
        }
        let wanted =
            ["0  [] 401", "0 NTLM [] 401", "0 NTLM [<a>] 200", "0  [<b>] 200", "1 NTLM [] 401", "1 NTLM [<c>] 200"];
        assert_eq!(server.seen(), wanted, "says so: {says_close}");
    }
}

#[tokio::test]
async fn a_server_that_signs_single_requests_in_is_answered_each_time() {
    let server = Windows::start(Rules { forgets: true, ..NTLM }, None);
    let port = port(&server, ada(PASSWORD));
    for body in ["<a>", "<b>"] {
        assert_eq!(port.exchange(&post(body)).await.map(|response| response.status), Ok(200));
    }
    let wanted =
        ["0  [] 401", "0 NTLM [] 401", "0 NTLM [<a>] 200", "0  [<b>] 401", "0 NTLM [] 401", "0 NTLM [<b>] 200"];
    assert_eq!(server.seen(), wanted);
}

#[tokio::test]
async fn a_server_that_keeps_no_connection_is_told_so() {
    let server = Windows::start(Rules { closes_after: Some(1), says_close: true, ..NTLM }, None);
    let failed = port(&server, ada(PASSWORD)).exchange(&post("<a>")).await;
    assert_eq!(failed.err(), Some(Failure::NotKept));
    assert_eq!(NoResponse::from(Failure::NotKept), NoResponse::NotSent);
    assert!(server.seen().iter().all(|line| line.contains("[]")), "{:?}", server.seen());
}

/// Each attempt counts towards the account's lock-out.
#[tokio::test]
async fn a_wrong_password_is_tried_once() {
    for (offers, wanted) in [
        (NTLM.offers, vec!["0  [] 401", "0 NTLM [] 401", "0 NTLM [<a>] 401"]),
        (&["Negotiate"], vec!["0  [] 401", "0 Negotiate [] 401", "0 Negotiate [<a>] 401"]),
    ] {
        let server = Windows::start(Rules { offers, ..NTLM }, None);
        let refused = port(&server, ada("guessed")).exchange(&post("<a>")).await;
        assert_eq!(refused.map(|response| response.status), Ok(401));
        assert_eq!(server.seen(), wanted);
    }
}

#[tokio::test]
async fn each_way_to_sign_in_is_gone_where_it_may_be() {
    let token = || Some(Account::Token("t-1".into()));
    type Cases = [(&'static [&'static str], bool, Option<Account>, Result<u16, Failure>, usize); 9];
    let cases: Cases = [
        (&["Basic realm=\"x\""], true, ada(PASSWORD), Ok(200), 2),
        // The operator's own, on this computer.
        (&["Basic realm=\"x\""], false, ada(PASSWORD), Ok(200), 2),
        (&["NTLM", "Basic realm=\"x\""], false, ada(PASSWORD), Ok(200), 3),
        (&["Negotiate", "NTLM"], true, ada(PASSWORD), Ok(200), 3),
        (&["Negotiate"], true, ada(PASSWORD), Ok(200), 3),
        (&["Bearer", "NTLM"], true, token(), Ok(200), 2),
        (&["NTLM"], true, token(), Err(Failure::NoCommonScheme), 1),
        (&["Digest realm=\"x\""], true, ada(PASSWORD), Err(Failure::NoCommonScheme), 1),
        // Nobody in particular.
        (&["NTLM"], true, None, Ok(401), 1),
    ];
    let hosts = identity(&["mail.example"]);
    for (offers, is_protected, account, wanted, requests) in cases {
        let server = Windows::start(Rules { offers, ..NTLM }, is_protected.then_some(&hosts));
        let port = match is_protected {
            true => {
                let origin = format!("https://mail.example:{}", server.port());
                public(&[PUBLIC]).server(&origin, account, &trusting(&hosts)).expect("a port")
            }
            false => port(&server, account),
        };
        let found = port.exchange(&post("<a>")).await.map(|response| response.status);
        assert_eq!((found, server.seen().len()), (wanted, requests), "{offers:?} {:?}", server.seen());
    }
}

#[tokio::test]
async fn a_servers_certificate_is_judged_by_what_its_organisation_trusts() {
    let own = identity(&["mail.example"]);
    let other = identity(&["other.example"]);
    let untrusted = |why| Err(Failure::Untrusted(why));
    for (name, shown, authorities, wanted) in [
        ("its own authority", &own, trusting(&own), Ok(200)),
        ("nobody", &own, Authorities::default(), untrusted(Distrust::UnknownIssuer)),
        ("somebody else", &own, trusting(&other), untrusted(Distrust::UnknownIssuer)),
        ("another name", &other, trusting(&other), untrusted(Distrust::OtherName)),
    ] {
        let server = Windows::start(Rules { offers: &["Basic realm=\"x\""], ..NTLM }, Some(shown));
        let outgoing = public(&[PUBLIC]);
        let origin = format!("https://mail.example:{}", server.port());
        let port = outgoing.server(&origin, ada(PASSWORD), &authorities).expect("a port");
        assert_eq!(port.exchange(&post("<a>")).await.map(|response| response.status), wanted, "{name}");
        // One organisation's trust is nobody else's.
        let port = outgoing.server(&origin, ada(PASSWORD), &Authorities::default()).expect("a port");
        assert!(matches!(port.exchange(&post("<a>")).await, Err(Failure::Untrusted(_))), "{name}");
    }
}

#[tokio::test]
async fn each_connection_is_judged_anew() {
    let hosts = identity(&["mail.example"]);
    let server = Windows::start(
        Rules { offers: &["Basic realm=\"x\""], closes_after: Some(2), says_close: true, ..NTLM },
        Some(&hosts),
    );
    let outgoing = public(&[PUBLIC, IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2))]);
    let origin = format!("https://mail.example:{}", server.port());
    let port = outgoing.server(&origin, ada(PASSWORD), &trusting(&hosts)).expect("a port");
    assert_eq!(port.exchange(&post("<a>")).await.map(|response| response.status), Ok(200));
    let refused = Failure::Refused(Refusal::Forbidden(Forbidden::Loopback));
    assert_eq!(port.exchange(&post("<b>")).await.err(), Some(refused), "the name means another address by now");
    assert_eq!(server.seen().len(), 2);
}

#[test]
fn only_addresses_that_may_be_asked_get_a_port() {
    let outgoing = outgoing("http://127.0.0.1:7702", LIMITS);
    for (origin, wanted) in [
        ("https://mail.corp.example", None),
        ("https://mail.corp.example:8443/", None),
        // The operator's own.
        ("http://127.0.0.1:7702", None),
        ("http://127.0.0.1:7703", Some(Refusal::NotHttps)),
        ("http://mail.corp.example", Some(Refusal::NotHttps)),
        ("https://127.0.0.1:7702", Some(Refusal::Forbidden(Forbidden::Loopback))),
        ("https://169.254.169.254", Some(Refusal::Forbidden(Forbidden::Metadata))),
        ("https://mail.corp.example/EWS", Some(Refusal::NotAnOrigin)),
        ("https://ada@mail.corp.example", Some(Refusal::UserInfo)),
    ] {
        assert_eq!(outgoing.server(origin, None, &Authorities::default()).err(), wanted, "{origin}");
    }
}

#[tokio::test]
async fn what_comes_has_an_end() {
    let long = |head: &str| format!("HTTP/1.1 200 OK\r\n{head}\r\n\r\n{}", "x".repeat(LIMITS.body + 1)).into_bytes();
    let announced = long(&format!("Content-Length: {}", LIMITS.body + 1));
    let hasty = Limits { silence: SHORT, ..LIMITS };
    let slow = Limits { total: SHORT, ..LIMITS };
    for (name, act, limits, wanted) in [
        ("more than it may", Act::Send(announced), LIMITS, Failure::TooLarge),
        ("no end", Act::Endless, LIMITS, Failure::TooLarge),
        ("silence", Act::SendAndWait(""), hasty, Failure::Unknown),
        (
            "silence in the middle",
            Act::SendAndWait("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx"),
            hasty,
            Failure::Unknown,
        ),
        ("more time than it may", Act::SendAndWait("HTTP/1.1 200 OK\r\n"), slow, Failure::Unknown),
        ("no answer", Act::CloseAfterRequest, LIMITS, Failure::Unknown),
        ("no HTTP", Act::Send(b"220 mail.corp.example ESMTP\r\n".to_vec()), LIMITS, Failure::Unknown),
    ] {
        let server = Server::plain(vec![act]);
        let port = outgoing(&server.origin(), limits).server(&server.origin(), None, &Authorities::default());
        assert_eq!(port.expect("a port").exchange(&post("<a>")).await.err(), Some(wanted), "{name}");
    }
    let nobody = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port");
    let nobody = format!("http://{nobody}");
    let port = outgoing(&nobody, LIMITS).server(&nobody, None, &Authorities::default());
    let failed = port.expect("a port").send(post("<a>")).await;
    assert_eq!(failed.err(), Some(NoResponse::NotSent), "nobody listens");
}

#[tokio::test]
async fn an_address_without_tls_hears_nothing_of_anybody() {
    let moved = || answer("302 Found", "Location: https://mail.corp.example/autodiscover/autodiscover.xml\r\n");
    let server = Server::plain(vec![moved()]);
    let url = format!("http://corp.example:{}/autodiscover/autodiscover.xml?a=b", server.port());
    let request = Request::new(Method::Post, &url).header("Authorization", "Basic x").body("text/xml", "ada");
    let response = public(&[PUBLIC]).unprotected(request).await.expect("an answer");
    assert_eq!((response.status, response.headers.get("location").is_some()), (302, true));
    let seen = server.seen().concat();
    assert!(seen.starts_with("get /autodiscover/autodiscover.xml?a=b http/1.1\r\n"), "{seen}");
    assert!(!seen.contains("authorization") && seen.ends_with("\r\n\r\n"), "{seen}");
    for url in ["http://127.0.0.2/x", "http://[::ffff:169.254.169.254]/x", "http://inside.example/x"] {
        let refused = public(&[PUBLIC]).unprotected(Request::new(Method::Get, url)).await;
        assert!(matches!(refused, Err(Failure::Refused(Refusal::Forbidden(_)))), "{url}");
    }
}
