//! A server on the loopback that serves one connection after the other, each as it is told to.

use rcgen::CertifiedKey;
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};

/// What becomes of one connection.
pub(super) enum Act {
    /// Closes it before it has read anything.
    Close,
    /// Reads the request and closes the connection.
    CloseAfterRequest,
    /// Reads the request, sends this and closes the connection.
    Send(Vec<u8>),
    /// Reads the request, sends this, and then nothing until the client goes away.
    SendAndWait(&'static str),
    /// Answers so many requests one after the other, and closes the connection.
    Keep(usize),
    /// Reads the request and sends a body that ends when the client goes away.
    Endless,
}

/// An answer without a body.
pub(super) fn answer(status: &str, headers: &str) -> Act {
    Act::Send(format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n{headers}\r\n").into_bytes())
}

/// A running server.
pub(super) struct Server {
    pub(super) address: SocketAddr,
    seen: Arc<Mutex<Vec<String>>>,
}

/// A certificate of one's own making, as PEM, and the server's side of it.
pub(super) struct Identity {
    pub(super) pem: String,
    pub(super) der: Vec<u8>,
    pub(super) config: Arc<ServerConfig>,
}

/// Makes a certificate for these names.
pub(super) fn identity(names: &[&str]) -> Identity {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let CertifiedKey { cert, signing_key } = rcgen::generate_simple_self_signed(names).expect("a certificate");
    let key = PrivateKeyDer::try_from(signing_key.serialize_der()).expect("a key");
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|config| config.with_no_client_auth().with_single_cert(vec![cert.der().clone()], key));
    Identity { pem: cert.pem(), der: cert.der().to_vec(), config: Arc::new(config.expect("a configuration")) }
}

impl Server {
    /// Starts a server at `address` that serves one connection for each of `acts`.
    pub(super) fn start(address: &str, identity: Option<&Identity>, acts: Vec<Act>) -> Self {
        Self::listening(TcpListener::bind(address).expect("a free port"), identity, acts)
    }

    /// The same at a port that is known before.
    pub(super) fn listening(listener: TcpListener, identity: Option<&Identity>, acts: Vec<Act>) -> Self {
        let address = listener.local_addr().expect("an address");
        let seen = Arc::new(Mutex::new(Vec::new()));
        let config = identity.map(|identity| identity.config.clone());
        let noted = seen.clone();
        std::thread::spawn(move || {
            for act in acts {
                let Ok((connection, _)) = listener.accept() else { return };
                match &config {
                    None => serve(connection, &act, &noted),
                    Some(config) => {
                        let tls = ServerConnection::new(config.clone()).expect("a connection");
                        serve(StreamOwned::new(tls, connection), &act, &noted);
                    }
                }
            }
        });
        Self { address, seen }
    }

    /// A plain one.
    pub(super) fn plain(acts: Vec<Act>) -> Self {
        Self::start("127.0.0.1:0", None, acts)
    }

    pub(super) fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(super) fn port(&self) -> u16 {
        self.address.port()
    }

    /// The requests that arrived whole, in small letters.
    pub(super) fn seen(&self) -> Vec<String> {
        self.seen.lock().expect("nobody panicked").clone()
    }
}

/// Serves one connection. Where the client goes away meanwhile, that is its business.
fn serve(mut connection: impl Read + Write, act: &Act, seen: &Mutex<Vec<String>>) {
    if matches!(act, Act::Close) {
        return;
    }
    let Some(request) = read(&mut connection) else { return };
    seen.lock().expect("nobody panicked").push(request);
    match act {
        Act::Close | Act::CloseAfterRequest => {}
        Act::Keep(times) => {
            for time in 1..=*times {
                let _ = connection.write_all(b"HTTP/1.1 204 No Content\r\n\r\n");
                if let Some(request) = (time < *times).then(|| read(&mut connection)).flatten() {
                    seen.lock().expect("nobody panicked").push(request);
                }
            }
        }
        Act::Send(bytes) => {
            let _ = connection.write_all(bytes).and_then(|()| connection.flush());
        }
        Act::SendAndWait(text) => {
            let _ = connection.write_all(text.as_bytes()).and_then(|()| connection.flush());
            let _ = connection.read(&mut [0; 1]);
        }
        Act::Endless => {
            let mut sent = connection.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
            while sent.is_ok() {
                sent = connection.write_all(&[b'x'; 4096]);
            }
        }
    }
}

/// Reads a request with its body.
fn read(connection: &mut impl Read) -> Option<String> {
    let mut bytes = Vec::new();
    loop {
        let mut piece = [0; 4096];
        let length = connection.read(&mut piece).ok().filter(|length| *length > 0)?;
        bytes.extend_from_slice(&piece[..length]);
        let text = String::from_utf8_lossy(&bytes).to_lowercase();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let field = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            if body.len() >= field.map_or(0, |length| length.parse().expect("a length")) {
                return Some(text);
            }
        }
    }
}
