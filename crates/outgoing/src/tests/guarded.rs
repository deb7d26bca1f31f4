//! Ports to addresses that people typed in, and redirects from there.
//!
//! Of the loopback, which the real judge never lets pass, 127.0.0.1 counts as public here.

use super::LIMITS;
use super::server::{Act, Identity, Server, answer, identity};
use crate::address::{self, Forbidden};
use crate::{Failure, HOPS_MAX, Networks, Outgoing, Refusal, Resolve, Resolving, Settings};
use mxs_http::{Method, Request};
use secrecy::SecretString;
use std::net::{IpAddr, Ipv4Addr, TcpListener};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

pub(super) const PUBLIC: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
const INSIDE: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2));

pub(super) fn judge(address: IpAddr, internal: &Networks) -> Result<(), Forbidden> {
    if address == PUBLIC { Ok(()) } else { address::judge(address, internal) }
}

/// Answers each look-up with the next of these addresses, the last for good, and notes how many there were.
pub(super) struct Names {
    answers: Mutex<Vec<IpAddr>>,
    asked: AtomicUsize,
}

impl Names {
    pub(super) fn answering(answers: &[IpAddr]) -> Arc<Self> {
        let answers = answers.iter().rev().copied().collect();
        Arc::new(Self { answers: Mutex::new(answers), asked: AtomicUsize::new(0) })
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }
}

/// Everything but `inside.example` is wherever the next answer says.
impl Resolve for Arc<Names> {
    fn resolve(&self, host: &str) -> Resolving {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let mut answers = self.answers.lock().expect("nobody panicked");
        let next = if answers.len() > 1 { answers.pop() } else { answers.last().copied() };
        let found = if host == "inside.example" { INSIDE } else { next.expect("an answer") };
        Box::pin(async move { Ok(vec![found]) })
    }
}

fn outgoing(names: &Arc<Names>, identity: &Identity) -> Outgoing {
    let settings = Settings {
        authorities: identity.pem.clone(),
        limits: LIMITS,
        resolver: Arc::new(names.clone()),
        // Is not for what people type in.
        proxy: Some(SecretString::from("http://127.0.0.1:9")),
        ..Settings::default()
    };
    Outgoing::judging(settings, judge).expect("a way out")
}

fn basic() -> Option<SecretString> {
    Some(SecretString::from("Basic c2VjcmV0"))
}

fn hosts() -> Identity {
    identity(&["mail.example", "other.example", "inside.example"])
}

fn redirect(status: &str, to: &str) -> Act {
    answer(status, &format!("Location: {to}\r\n"))
}

#[tokio::test]
async fn a_name_that_means_something_else_a_moment_later_leads_nowhere() {
    let hosts = hosts();
    let public = Server::start("127.0.0.1:0", Some(&hosts), vec![answer("200 OK", "")]);
    let number = public.port();
    let inside = Server::start(&format!("127.0.0.2:{number}"), Some(&hosts), vec![answer("200 OK", "")]);
    let names = Names::answering(&[PUBLIC, INSIDE]);
    let outgoing = outgoing(&names, &hosts);
    let port = outgoing.typed(&format!("https://mail.example:{number}"), basic()).expect("a port");
    let request = Request::new(Method::Get, "/ews/exchange.asmx");

    // Had the name been looked up once to judge it and once more to connect, this would have been answered inside.
    assert_eq!(port.exchange(&request).await.map(|response| response.status), Ok(200));
    assert_eq!((names.asked(), public.seen().len(), inside.seen().len()), (1, 1, 0));
    // The connection was closed: the next one takes another look-up.
    let refused = Failure::Refused(Refusal::Forbidden(Forbidden::Loopback));
    assert_eq!(port.exchange(&request).await.err(), Some(refused));
    assert_eq!((names.asked(), inside.seen().len()), (2, 0));
}

#[tokio::test]
async fn what_is_secret_stays_with_the_first_server() {
    let hosts = hosts();
    let names = Names::answering(&[PUBLIC]);
    let other = Server::start("127.0.0.1:0", Some(&hosts), vec![Act::CloseAfterRequest]);
    let second = format!("https://other.example:{}/back", other.port());
    let first = Server::start(
        "127.0.0.1:0",
        Some(&hosts),
        vec![redirect("302 Found", "/moved?a=b"), redirect("307 Temporary Redirect", &second)],
    );
    let url = format!("https://mail.example:{}/autodiscover", first.port());
    let request =
        Request::new(Method::Post, url).header("Cookie", "c=1").header("X-Kept", "1").body("text/xml", "<q/>");
    let found = outgoing(&names, &hosts).follow(request, basic()).await;
    assert_eq!(found.err(), Some(Failure::Unknown), "the other server hangs up");

    let [asked, moved] = first.seen().try_into().expect("two requests");
    assert!(asked.starts_with("post /autodiscover http/1.1\r\n") && moved.starts_with("post /moved?a=b http/1.1\r\n"));
    for request in [&asked, &moved] {
        assert!(request.contains("\r\nauthorization: basic ") && request.contains("\r\ncookie: "), "{request}");
    }
    let elsewhere = other.seen().concat();
    assert!(elsewhere.starts_with("post /back http/1.1\r\n") && elsewhere.ends_with("<q/>"), "{elsewhere}");
    assert!(elsewhere.contains("\r\nx-kept: 1\r\n"), "{elsewhere}");
    assert!(!elsewhere.contains("authorization") && !elsewhere.contains("cookie"), "{elsewhere}");
}

#[tokio::test]
async fn a_way_back_brings_no_secret_back() {
    let hosts = hosts();
    // One server under two names is two origins.
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let number = listener.local_addr().expect("an address").port();
    let there = redirect("302 Found", &format!("https://other.example:{number}/"));
    let back = redirect("303 See Other", &format!("https://mail.example:{number}/end"));
    let acts = vec![there, back, answer("204 No Content", "")];
    let server = Server::listening(listener, Some(&hosts), acts);
    let request = Request::new(Method::Post, format!("https://mail.example:{number}/")).body("text/xml", "<q/>");
    let found = outgoing(&Names::answering(&[PUBLIC]), &hosts).follow(request, basic()).await.expect("an answer");
    assert_eq!((found.response.status, found.url), (204, format!("https://mail.example:{number}/end")));
    let has_secret: Vec<bool> = server.seen().iter().map(|request| request.contains("authorization")).collect();
    assert_eq!(has_secret, [true, false, false]);
    let last = server.seen().pop().expect("a request");
    assert!(last.starts_with("get /end http/1.1\r\n") && last.ends_with("\r\n\r\n"), "{last}");
}

#[tokio::test]
async fn each_redirect_is_judged_anew() {
    let hosts = hosts();
    let forbidden = |forbidden| Failure::Refused(Refusal::Forbidden(forbidden));
    let cases = [
        ("https://127.0.0.2/", forbidden(Forbidden::Loopback)),
        ("https://2130706434/", forbidden(Forbidden::Loopback)),
        ("https://169.254.169.254/latest/meta-data/", forbidden(Forbidden::Metadata)),
        ("https://[::ffff:10.0.0.1]/", forbidden(Forbidden::Internal)),
        ("https://inside.example/", forbidden(Forbidden::Loopback)),
        ("//inside.example/", forbidden(Forbidden::Loopback)),
        ("http://mail.example/", Failure::Refused(Refusal::NotHttps)),
        ("file:///etc/passwd", Failure::Refused(Refusal::NotHttps)),
        ("https://ada:x@mail.example/", Failure::Refused(Refusal::UserInfo)),
        ("https://[", Failure::Redirects),
    ];
    for (to, wanted) in cases {
        let server = Server::start("127.0.0.1:0", Some(&hosts), vec![redirect("302 Found", to)]);
        let request = Request::new(Method::Get, format!("https://mail.example:{}/", server.port()));
        let found = outgoing(&Names::answering(&[PUBLIC]), &hosts).follow(request, basic()).await;
        assert_eq!(found.err(), Some(wanted), "{to}");
        assert_eq!(server.seen().len(), 1, "{to}");
    }
}

#[tokio::test]
async fn redirects_end() {
    let hosts = hosts();
    let circle = || redirect("302 Found", "/again");
    let nowhere = || answer("302 Found", "");
    for (acts, asked) in [((0..HOPS_MAX + 5).map(|_| circle()).collect(), HOPS_MAX + 1), (vec![nowhere()], 1)] {
        let server = Server::start("127.0.0.1:0", Some(&hosts), acts);
        let request = Request::new(Method::Get, format!("https://mail.example:{}/", server.port()));
        let found = outgoing(&Names::answering(&[PUBLIC]), &hosts).follow(request, None).await;
        assert_eq!(found.err(), Some(Failure::Redirects));
        assert_eq!(server.seen().len(), asked);
    }
}
