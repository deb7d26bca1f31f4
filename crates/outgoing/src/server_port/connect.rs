//! A connection to an address that was judged.

use super::connection::Connection;
use crate::limits::Limits;
use crate::resolve::Guard;
use crate::{Failure, Outgoing, Refusal, ntlm};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use reqwest::Url;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

/// How much of the time for a connection one of several addresses may take.
const SHARE: u32 = 3;

/// The most bytes that the header of an answer may have, and the most fields.
const HEADER_MAX: usize = 64 * 1024;
const FIELDS_MAX: usize = 100;

/// How connections to a server are made.
pub(super) struct Way {
    guard: Guard,
    tls: Option<TlsConnector>,
    /// The operator's own on this computer: it is named, not judged.
    is_stand_in: bool,
    pub(super) limits: Limits,
}

impl Way {
    pub(super) fn new(outgoing: &Outgoing, tls: Option<ClientConfig>, is_stand_in: bool) -> Self {
        let tls = tls.map(|config| TlsConnector::from(Arc::new(config)));
        Self { guard: outgoing.guard.clone(), tls, is_stand_in, limits: outgoing.limits }
    }

    /// Connects to the server of an address.
    pub(super) async fn connect(&self, url: &Url) -> Result<Connection, Failure> {
        timeout(self.limits.connect, self.connect_in_time(url)).await.unwrap_or(Err(Failure::NotSent))
    }

    async fn connect_in_time(&self, url: &Url) -> Result<Connection, Failure> {
        let host = url.host_str().ok_or(Refusal::Unreadable)?.trim_matches(['[', ']']);
        let port = url.port_or_known_default().ok_or(Refusal::Unreadable)?;
        let stream = self.reach(&self.addresses(host).await?, port).await?;
        let Some(tls) = &self.tls else { return opened(stream, None).await };
        let name = ServerName::try_from(host.to_owned()).map_err(|_| Refusal::Unreadable)?;
        let stream = tls.connect(name, stream).await.map_err(|error| distrusted(&error))?;
        let certificate = stream.get_ref().1.peer_certificates().and_then(|chain| chain.first());
        let binding = certificate.map(|certificate| ntlm::tls_binding(certificate));
        opened(stream, binding).await
    }

    async fn addresses(&self, host: &str) -> Result<Vec<IpAddr>, Failure> {
        let literal = host.parse().ok();
        match (literal, self.is_stand_in) {
            (Some(address), true) => Ok(vec![address]),
            (Some(address), false) => {
                self.guard.judge(&[address])?;
                Ok(vec![address])
            }
            (None, true) => self.guard.resolver.resolve(host).await.map_err(|_| Failure::NotSent),
            (None, false) => self.guard.judged(host).await.map_err(|error| match error {
                Some(refusal) => Failure::Refused(refusal),
                None => Failure::NotSent,
            }),
        }
    }

    /// The first of the addresses that answers.
    async fn reach(&self, addresses: &[IpAddr], port: u16) -> Result<TcpStream, Failure> {
        let each = share(self.limits.connect, addresses.len());
        for address in addresses {
            if let Ok(Ok(stream)) = timeout(each, TcpStream::connect(SocketAddr::new(*address, port))).await {
                // A request and its answer: nothing is gained by waiting for more to send.
                let _ = stream.set_nodelay(true);
                return Ok(stream);
            }
        }
        Err(Failure::NotSent)
    }
}

/// How long it is tried with one of so many addresses.
fn share(whole: Duration, addresses: usize) -> Duration {
    if addresses > 1 { whole / SHARE } else { whole }
}

async fn opened(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    binding: Option<[u8; 16]>,
) -> Result<Connection, Failure> {
    let mut builder = http1::Builder::new();
    builder.max_buf_size(HEADER_MAX).max_headers(FIELDS_MAX);
    let (sender, driven) = builder.handshake(TokioIo::new(stream)).await.map_err(|_| Failure::NotSent)?;
    // It ends with the connection, and the connection with its sender.
    tokio::spawn(driven);
    Ok(Connection::new(sender, binding))
}

fn distrusted(error: &io::Error) -> Failure {
    match error.get_ref().and_then(|error| error.downcast_ref::<rustls::Error>()) {
        Some(rustls::Error::InvalidCertificate(why)) => Failure::Untrusted(why.into()),
        _ => Failure::NotSent,
    }
}
