//! The HTTP port to one Exchange Server.
//!
//! | file | what |
//! |---|---|
//! | `connect` | a connection to an address that was judged |
//! | `connection` | one request and its answer on it |
//! | `sign_in` | who comes, in the way that the server takes |

mod connect;
mod connection;
mod sign_in;

use crate::schemes::Scheme;
use crate::{Account, Authorities, Failure, Outgoing, Refusal, client, port};
use connect::Way;
use connection::Connection;
use mxs_http::{HttpPort, Method, NoResponse, Request, Response};
use reqwest::Url;
use std::sync::Arc;
use tokio::sync::Mutex;

/// How often a request is begun on a new connection, because the one that was kept had been closed: it wasn't sent then.
const CONNECTIONS_MAX: u32 = 2;

/// A port to one Exchange Server, whose address somebody typed in or a server told.
///
/// It keeps one connection, on which one request follows the other: NTLM signs a connection in, and servers allow an
/// account few of them. Each connection's address is judged when it is made. No redirect is followed. Whoever isn't let
/// in gets the server's answer (401), once: a password that is sent again and again locks its account.
#[derive(Clone)]
pub struct ServerPort(Arc<Parts>);

struct Parts {
    origin: Url,
    way: Way,
    account: Option<Account>,
    body_max: usize,
    kept: Mutex<Kept>,
}

/// What is kept from one request to the next.
#[derive(Default)]
struct Kept {
    connection: Option<Connection>,
    /// The way to sign in that this server takes; `None` until it was asked.
    scheme: Option<Scheme>,
}

impl Outgoing {
    /// A port to the Exchange Server at an origin such as `https://mail.corp.example`, for `account`; `None` asks
    /// without saying who does. `authorities` are trusted beyond the public ones, for this port only.
    ///
    /// Plain http is for the operator's loopback origins.
    pub fn server(
        &self,
        origin: &str,
        account: Option<Account>,
        authorities: &Authorities,
    ) -> Result<ServerPort, Refusal> {
        let (url, is_stand_in) = match self.stand_in(origin) {
            Some(url) => (url, true),
            None => (self.read_typed(origin)?, false),
        };
        if !port::is_origin(&url) {
            return Err(Refusal::NotAnOrigin);
        }
        let tls = client::tls_for(&self.authorities, authorities).map_err(|_| Refusal::Unreadable)?;
        let way = Way::new(self, (url.scheme() == "https").then_some(tls), is_stand_in);
        Ok(ServerPort::of(url, way, account, self.limits.body))
    }

    /// Asks an address without TLS and without anything that is anybody's, to hear where it redirects to: only a `GET`
    /// without a body is sent. The address is judged as all that people type in.
    pub async fn unprotected(&self, request: Request) -> Result<Response, Failure> {
        let url = self.read_plain(&request.url)?;
        let mut origin = url.clone();
        origin.set_path("");
        origin.set_query(None);
        let is_stand_in = self.stand_in(origin.as_str()).is_some();
        let asked = Request::new(Method::Get, url.as_str());
        ServerPort::of(origin, Way::new(self, None, is_stand_in), None, self.limits.body).exchange(&asked).await
    }
}

impl ServerPort {
    fn of(origin: Url, way: Way, account: Option<Account>, body_max: usize) -> Self {
        Self(Arc::new(Parts { origin, way, account, body_max, kept: Mutex::default() }))
    }

    /// Sends a request; says more of a failure than the port's contract does.
    pub async fn exchange(&self, request: &Request) -> Result<Response, Failure> {
        let url = port::resolve(&self.0.origin, &request.url)?;
        let exchanged = tokio::time::timeout(self.0.way.limits.total, self.0.exchange(request, &url));
        exchanged.await.unwrap_or(Err(Failure::Unknown))
    }
}

impl HttpPort for ServerPort {
    async fn send(&self, request: Request) -> Result<Response, NoResponse> {
        self.exchange(&request).await.map_err(NoResponse::from)
    }
}

/// Why a request got no answer on a connection.
enum Unanswered {
    /// The connection was closed before the request was sent: on a new one it may be sent.
    Closed,
    /// There is no answer, and none will come.
    Failed(Failure),
}

impl From<Failure> for Unanswered {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl Parts {
    async fn exchange(&self, request: &Request, url: &Url) -> Result<Response, Failure> {
        let mut kept = self.kept.lock().await;
        for _ in 0..CONNECTIONS_MAX {
            // Taken out, so that one on which an answer is still to come is never used again.
            let mut connection = match kept.connection.take() {
                Some(connection) if connection.is_open() => connection,
                _ => self.way.connect(url).await?,
            };
            match self.signed_in(&mut connection, &mut kept.scheme, request, url).await {
                Ok(response) => {
                    kept.connection = connection.is_open().then_some(connection);
                    return Ok(response);
                }
                Err(Unanswered::Closed) => {}
                Err(Unanswered::Failed(failure)) => return Err(failure),
            }
        }
        Err(Failure::NotKept)
    }
}
