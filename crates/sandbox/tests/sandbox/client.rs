//! A sandbox on free ports, and just enough of an HTTP client to talk to it.

use mxs_sandbox::listen::bind;
use mxs_sandbox::options::Options;
use mxs_sandbox::part::{Part, Ports};
use mxs_sandbox::run::Running;
use serde_json::Value;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A running sandbox with a data folder of its own.
pub(crate) struct Fixture {
    pub(crate) running: Running,
    data: PathBuf,
}

impl Drop for Fixture {
    fn drop(&mut self) {
        // The folder is in the system's temporary one; what is left there does no harm.
        let _ = std::fs::remove_dir_all(&self.data);
    }
}

/// Starts a sandbox with the default seed.
pub(crate) async fn start() -> Fixture {
    start_with(Options::default()).await
}

pub(crate) async fn start_with(options: Options) -> Fixture {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let data = std::env::temp_dir().join(format!("mxs-sandbox-{}-{number}", std::process::id()));
    let listening = bind(Ports::from_base(0).expect("base 0")).await.expect("free ports");
    let options = Options { data: data.clone(), ports: listening.ports, ..options };
    Fixture { running: Running::start(options, listening).await.expect("the sandbox starts"), data }
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

impl Fixture {
    pub(crate) fn port(&self, part: Part) -> u16 {
        self.running.sandbox.ports().of(part)
    }

    /// Sends one request and returns every byte that came back.
    pub(crate) async fn raw(
        &self,
        part: Part,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Vec<u8> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port(part))).await.expect("a connection");
        let mut request =
            format!("{method} {path} HTTP/1.1\r\nConnection: close\r\nContent-Length: {}\r\n", body.len());
        if !headers.iter().any(|(name, _)| *name == "Host") {
            request.push_str(&format!("Host: localhost:{}\r\n", self.port(part)));
        }
        for (name, value) in headers {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        request.push_str(&format!("\r\n{body}"));
        stream.write_all(request.as_bytes()).await.expect("sent");
        let mut bytes = Vec::new();
        // A connection that is reset has said all that it will say.
        let _ = stream.read_to_end(&mut bytes).await;
        bytes
    }

    pub(crate) async fn send(
        &self,
        part: Part,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let bytes = self.raw(part, method, path, headers, body).await;
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").expect("a complete head");
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let mut lines = head.lines();
        let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok()).expect("a status");
        let headers = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
            .collect();
        Answer { status, headers, body: bytes[end + 4..].to_vec() }
    }

    pub(crate) async fn get(&self, part: Part, path: &str) -> Answer {
        self.send(part, "GET", path, &[], "").await
    }

    /// Sends JSON to the control address.
    pub(crate) async fn control(&self, method: &str, path: &str, body: &Value) -> Answer {
        let json = [("Content-Type", "application/json")];
        self.send(Part::Microsoft, method, &format!("/sandbox/{path}"), &json, &body.to_string()).await
    }

    /// Sends a request of the CRM page as the user whose address begins with `who`.
    pub(crate) async fn crm(&self, who: &str, method: &str, path: &str, body: &Value) -> Answer {
        let member = self.running.sandbox.members().into_iter().find(|member| member.email.starts_with(who));
        let id = member.expect("a user").id;
        let headers = [("X-Sandbox-User", id.as_str()), ("Content-Type", "application/json")];
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.send(Part::Crm, method, path, &headers, &body).await
    }
}
