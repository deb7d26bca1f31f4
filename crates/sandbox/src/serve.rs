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
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
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

/// Serves `router` until the task is ended.
///
/// axum's own server can't end a connection without an answer, so this drives hyper itself: a service that
/// fails makes hyper drop the connection.
pub async fn serve(listener: TcpListener, router: Router) {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // Out of file descriptors, most likely: the next connection may fare better.
            tokio::task::yield_now().await;
            continue;
        };
        tokio::spawn(connection(stream, router.clone()));
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
