//! HTTP on one port, and connections that end without an answer.

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response};
use axum::response::IntoResponse;
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tower::ServiceExt;

/// Put into a response's extensions: the connection ends instead.
#[derive(Clone, Copy, Debug)]
struct NoAnswer;

/// A "response" that makes the server end the connection without one.
pub fn no_response() -> Response<Body> {
    let mut response = ().into_response();
    response.extensions_mut().insert(NoAnswer);
    response
}

/// How many connections one port holds at a time; more wait.
const CONNECTIONS_MAX: usize = 512;

/// How long to wait after a connection could not be accepted.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Serves `router` until the task is ended.
///
/// axum's own server can't end a connection without an answer, so this drives hyper itself: a service that
/// fails makes hyper drop the connection.
///
/// The connections end with it: the set ends its tasks when it is dropped.
pub async fn serve(listener: TcpListener, router: Router) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            Some(_) = connections.join_next() => {}
            accepted = listener.accept(), if connections.len() < CONNECTIONS_MAX => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(connection(stream, router.clone()));
                }
                // Out of file descriptors, most likely: some may be free a little later.
                Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
            },
        }
    }
}

async fn connection(stream: TcpStream, router: Router) {
    // Answers are small; waiting to fill a packet would only add latency.
    let _ = stream.set_nodelay(true);
    let dropped = Arc::new(AtomicBool::new(false));
    let io = TokioIo::new(Connection { stream, dropped: dropped.clone() });
    let service = hyper::service::service_fn(move |request: Request<Incoming>| {
        let (router, dropped) = (router.clone(), dropped.clone());
        async move {
            let response = match router.oneshot(request.map(Body::new)).await {
                Ok(response) => response,
                Err(never) => match never {},
            };
            if response.extensions().get::<NoAnswer>().is_some() {
                dropped.store(true, Ordering::Relaxed);
                return Err(io::Error::from(io::ErrorKind::ConnectionReset));
            }
            Ok(response)
        }
    });
    // hyper would add the computer's date; a vendor's answer has the world's.
    let server = hyper::server::conn::http1::Builder::new().auto_date_header(false).serve_connection(io, service);
    // An error is the connection's end, wanted or by the client; nobody is left to tell.
    let _ = server.await;
}

/// A connection that may be told to end without an answer.
struct Connection {
    stream: TcpStream,
    dropped: Arc<AtomicBool>,
}

/// What is sent instead of an answer, so that every client sees a failure, at once and only once.
///
/// An end without a single byte would be plainer, but browsers then send the request again by themselves if
/// the connection was used before (Chromium does, for POST too), and the page would see nothing. An interim
/// answer before the end makes Chromium report status 200. No client takes this for HTTP.
const NO_ANSWER: &[u8] = b"(connection dropped)\r\n";

impl Drop for Connection {
    fn drop(&mut self) {
        if self.dropped.load(Ordering::Relaxed) {
            // Nobody is helped by knowing that even this could not be sent.
            let _ = self.stream.try_write(NO_ANSWER);
        }
    }
}

impl AsyncRead for Connection {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write(cx, buf)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }
}
