//! A server on the loopback that signs people in as a Windows server does: NTLM per connection, Basic per request.

use super::server::Identity;
use crate::ntlm::testing::{challenge, proves};
use crate::ntlm::{from_base64, tls_binding};
use rustls::{ServerConnection, StreamOwned};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};

pub(super) const USER: &str = "ada";
pub(super) const DOMAIN: &str = "CORP";
pub(super) const PASSWORD: &str = "pencil and p\u{e4}per";
/// `CORP\ada` and the password in base64.
pub(super) const BASIC: &str = "Basic Q09SUFxhZGE6cGVuY2lsIGFuZCBww6RwZXI=";

/// How the server is set up.
#[derive(Clone)]
pub(super) struct Rules {
    /// The ways to sign in that it offers.
    pub(super) offers: &'static [&'static str],
    /// After how many requests it closes a connection, and whether it says so.
    pub(super) closes_after: Option<usize>,
    pub(super) says_close: bool,
    /// Signs single requests in.
    pub(super) forgets: bool,
    /// What it answers to those who are let in.
    pub(super) answer: Vec<u8>,
}

pub(super) const NTLM: Rules =
    Rules { offers: &["Negotiate", "NTLM"], closes_after: None, says_close: false, forgets: false, answer: Vec::new() };

/// A running server.
pub(super) struct Windows {
    pub(super) address: SocketAddr,
    seen: Arc<Mutex<Vec<String>>>,
}

impl Windows {
    pub(super) fn start(rules: Rules, identity: Option<&Identity>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (noted, tls) =
            (seen.clone(), identity.map(|identity| (identity.config.clone(), tls_binding(&identity.der))));
        std::thread::spawn(move || {
            for (number, connection) in listener.incoming().flatten().enumerate() {
                let (rules, noted, tls) = (rules.clone(), noted.clone(), tls.clone());
                std::thread::spawn(move || {
                    let note = |line: String| noted.lock().expect("nobody panicked").push(format!("{number} {line}"));
                    match tls {
                        None => serve(connection, number as u8, &rules, None, &note),
                        Some((config, binding)) => {
                            let tls = ServerConnection::new(config).expect("a connection");
                            serve(StreamOwned::new(tls, connection), number as u8, &rules, Some(binding), &note);
                        }
                    }
                });
            }
        });
        Self { address, seen }
    }

    pub(super) fn port(&self) -> u16 {
        self.address.port()
    }

    pub(super) fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What came: the number of the connection, the way of signing in, the body, and what was answered.
    pub(super) fn seen(&self) -> Vec<String> {
        self.seen.lock().expect("nobody panicked").clone()
    }
}

/// Serves a connection to its end. What is known of who signed in is this connection's.
fn serve(mut stream: impl Read + Write, number: u8, rules: &Rules, binding: Option<[u8; 16]>, note: &dyn Fn(String)) {
    let (mut given, mut is_signed_in) = (None, false);
    for count in 1.. {
        let Some((head, body)) = read(&mut stream) else { return };
        let authorization = head.lines().find_map(|line| line.strip_prefix("authorization: ")).unwrap_or_default();
        let (way, message) = authorization.split_once(' ').unwrap_or((authorization, ""));
        let mut told = Vec::new();
        let is_let_in = match (rules.offers.contains(&way), way) {
            (true, "NTLM" | "Negotiate") => {
                let message = from_base64(message).expect("base64");
                match given.take() {
                    None => {
                        // No two connections are asked the same, and none twice.
                        let nonce = [number; 8].map(|number: u8| number.wrapping_mul(16).wrapping_add(count as u8));
                        told.push(format!("{way} {}", challenge(nonce)));
                        given = Some(nonce);
                        false
                    }
                    Some(nonce) => {
                        is_signed_in = proves(&message, nonce, (USER, DOMAIN, PASSWORD), binding);
                        is_signed_in
                    }
                }
            }
            (true, "Bearer") => message == "t-1",
            _ => is_signed_in || (authorization == BASIC && rules.offers.iter().any(|way| way.starts_with("Basic"))),
        };
        is_signed_in &= !rules.forgets;
        let is_last = rules.closes_after == Some(count);
        let close = if is_last && rules.says_close { "Connection: close\r\n" } else { "" };
        let status = if is_let_in { "200 OK" } else { "401 Unauthorized" };
        note(format!("{way} [{body}] {}", &status[..3]));
        let answer = match is_let_in {
            true if rules.answer.is_empty() => {
                format!("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n{close}\r\n<ok>").into_bytes()
            }
            true => rules.answer.clone(),
            false => {
                if told.is_empty() {
                    told = rules.offers.iter().map(|way| (*way).to_owned()).collect();
                }
                let ways: String = told.iter().map(|way| format!("WWW-Authenticate: {way}\r\n")).collect();
                format!("HTTP/1.1 {status}\r\n{ways}{close}Content-Length: 9\r\n\r\n<p>no</p>").into_bytes()
            }
        };
        if stream.write_all(&answer).and_then(|()| stream.flush()).is_err() || is_last {
            return;
        }
    }
}

/// Reads a request: its head, with the names of its fields in small letters, and its body.
fn read(stream: &mut impl Read) -> Option<(String, String)> {
    let mut bytes = Vec::new();
    loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8(bytes[..end].to_vec()).expect("UTF-8");
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            let length = length.map_or(0, |length| length.parse().expect("a length"));
            if bytes.len() >= end + 4 + length {
                return Some((head, String::from_utf8(bytes[end + 4..].to_vec()).expect("UTF-8")));
            }
        }
        let mut piece = [0; 4096];
        let length = stream.read(&mut piece).ok().filter(|length| *length > 0)?;
        bytes.extend_from_slice(&piece[..length]);
    }
}
