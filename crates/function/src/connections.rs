//! Connections: how many there are, how long one may be silent, and how they end.
//!
//! axum's own server waits for a request without an end, and takes every connection that comes.

use crate::limits::{ACCEPT_PAUSE, HEADER_TIME_MAX, SHUTDOWN_TIME_MAX};
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use std::future::Future;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;
use tower::ServiceExt;

/// Answers on `most` connections at a time, until `stop` is there; then lets the requests that are under way
/// come to their end, for a while. Further connections wait until there is a place.
pub(crate) async fn answer(listener: TcpListener, router: Router, most: usize, stop: impl Future<Output = ()>) {
    let places = Arc::new(Semaphore::new(most));
    let graceful = GracefulShutdown::new();
    // What is left in it ends with this function.
    let mut connections = JoinSet::new();
    let mut stop = pin!(stop);
    loop {
        let (stream, peer, place) = tokio::select! {
            () = &mut stop => break,
            accepted = accept(&listener, &places) => accepted,
        };
        while connections.try_join_next().is_some() {}
        connections.spawn(connection(stream, peer, router.clone(), graceful.watcher(), place));
    }
    drop(listener);
    if tokio::time::timeout(SHUTDOWN_TIME_MAX, graceful.shutdown()).await.is_err() {
        tracing::warn!("requests under way were cut off");
    }
}

/// The next connection, once there is a place for it.
async fn accept(listener: &TcpListener, places: &Arc<Semaphore>) -> (TcpStream, SocketAddr, OwnedSemaphorePermit) {
    loop {
        let accepted = match places.clone().acquire_owned().await {
            Ok(place) => listener.accept().await.map(|(stream, peer)| (stream, peer, place)),
            // Nobody closes the semaphore.
            Err(closed) => Err(std::io::Error::other(closed)),
        };
        match accepted {
            Ok(accepted) => return accepted,
            // A caller that was gone again, or no file descriptor is left: a place must become free.
            Err(error) => tracing::warn!(%error, "no connection could be taken"),
        }
        tokio::time::sleep(ACCEPT_PAUSE).await;
    }
}

async fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    watcher: Watcher,
    place: OwnedSemaphorePermit,
) {
    // Answers are written at once; waiting to fill a packet would only add latency. Without it, it works too.
    let _ = stream.set_nodelay(true);
    let service = hyper::service::service_fn(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        router.clone().oneshot(request)
    });
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(HEADER_TIME_MAX);
    // An error is the connection's end, by its time limit or by the caller; nobody is left to tell.
    let _ = watcher.watch(builder.serve_connection(TokioIo::new(stream), service)).await;
    drop(place);
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::routing::get;
    use std::time::Duration;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::sync::{Notify, oneshot};
    use tokio::task::JoinHandle;
    use tokio::time::{Instant, timeout};

    const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

    /// A server on a port of its own, until it is told to stop.
    struct Running {
        address: SocketAddr,
        stop: oneshot::Sender<()>,
        server: JoinHandle<()>,
    }

    impl Running {
        async fn new(most: usize, router: Router) -> Self {
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
            let address = listener.local_addr().expect("its address");
            let (stop, stopped) = oneshot::channel();
            let server = tokio::spawn(answer(listener, router, most, async { stopped.await.expect("told to stop") }));
            Self { address, stop, server }
        }

        /// A connection on which this was sent.
        async fn send(&self, bytes: &[u8]) -> TcpStream {
            let mut stream = TcpStream::connect(self.address).await.expect("connects");
            stream.write_all(bytes).await.expect("sent");
            stream
        }
    }

    fn told_peer() -> Router {
        Router::new().route("/", get(async |ConnectInfo(peer): ConnectInfo<SocketAddr>| peer.to_string()))
    }

    /// The next that comes on a connection; empty when it has ended.
    async fn read(stream: &mut TcpStream) -> String {
        let mut bytes = vec![0; 1024];
        let length = stream.read(&mut bytes).await.expect("readable");
        String::from_utf8(bytes[..length].to_vec()).expect("text")
    }

    /// Once the clock is paused it jumps whenever there is nothing else to do.
    #[tokio::test]
    async fn a_connection_may_be_silent_for_so_long() {
        let running = Running::new(10, told_peer()).await;
        let mut used = running.send(REQUEST).await;
        let answer = read(&mut used).await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        assert!(answer.ends_with(&used.local_addr().expect("its address").to_string()), "{answer}");
        tokio::time::pause();
        let half = &REQUEST[..20];
        for (case, mut stream) in [
            ("between two requests", used),
            ("before the first", running.send(b"").await),
            ("half of the first", running.send(half).await),
            ("half of the second", {
                let mut stream = running.send(REQUEST).await;
                read(&mut stream).await;
                stream.write_all(half).await.expect("sent");
                stream
            }),
        ] {
            let ended = timeout(2 * HEADER_TIME_MAX, read(&mut stream)).await;
            assert_eq!(ended.as_deref(), Ok(""), "{case}");
        }
    }

    #[tokio::test]
    async fn who_finds_no_place_waits_for_one() {
        let running = Running::new(2, told_peer()).await;
        let (mut one, mut other) = (running.send(REQUEST).await, running.send(REQUEST).await);
        assert!(read(&mut one).await.starts_with("HTTP/1.1 200"));
        assert!(read(&mut other).await.starts_with("HTTP/1.1 200"));
        tokio::time::pause();
        let mut third = running.send(REQUEST).await;
        assert!(timeout(Duration::from_secs(10), read(&mut third)).await.is_err(), "there is no place");
        drop(one);
        assert!(read(&mut third).await.starts_with("HTTP/1.1 200"));
    }

    /// A server with a request under way, which ends when it is told to.
    async fn under_way() -> (Running, TcpStream, Arc<Notify>) {
        let (begun, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let (told, waits) = (begun.clone(), go_on.clone());
        let slow = async move || {
            told.notify_one();
            waits.notified().await;
            "done"
        };
        let router = Router::new().route("/", get(slow)).route("/quick", get(async || "done"));
        let running = Running::new(10, router).await;
        let stream = running.send(REQUEST).await;
        begun.notified().await;
        (running, stream, go_on)
    }

    #[tokio::test]
    async fn a_request_under_way_is_answered_before_the_end() {
        let (running, mut stream, go_on) = under_way().await;
        let mut idle = running.send(b"GET /quick HTTP/1.1\r\nHost: localhost\r\n\r\n").await;
        assert!(read(&mut idle).await.ends_with("done"));
        running.stop.send(()).expect("it listens");
        assert_eq!(read(&mut idle).await, "", "who asks nothing is not waited for");
        assert!(TcpStream::connect(running.address).await.is_err(), "nobody else is let in");
        go_on.notify_one();
        assert!(read(&mut stream).await.ends_with("done"));
        running.server.await.expect("ended");
    }

    #[tokio::test]
    async fn a_request_that_does_not_end_is_cut_off() {
        let (running, mut stream, _go_on) = under_way().await;
        tokio::time::pause();
        let told = Instant::now();
        running.stop.send(()).expect("it listens");
        running.server.await.expect("ended");
        assert_eq!(told.elapsed().as_secs(), SHUTDOWN_TIME_MAX.as_secs());
        assert_eq!(read(&mut stream).await, "");
    }
}
