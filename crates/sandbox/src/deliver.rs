//! What the vendors send by themselves goes out over HTTP, to addresses of this computer only.

use crate::loopback::is_loopback;
use crate::sandbox::Sandbox;
use axum::body::{Body, to_bytes};
use axum::http::{Request, Uri, header};
use hyper_util::rt::TokioIo;
use mxs_http::Response;
use mxs_world::Delivery;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// How often the sandbox looks for something to send, and for answers that somebody waits for.
const LOOK: Duration = Duration::from_millis(20);

/// How many deliveries are under way at once.
const AT_ONCE: usize = 16;

/// How long an answer is waited for: as long as the most patient vendor does. The world knows who of them is less so.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long a request waits for deliveries before its connection ends.
const PARKED_FOR: Duration = Duration::from_secs(30);

/// The longest answer that is read; the vendors look at less.
const ANSWER_BYTES_MAX: usize = 64 << 10;

/// Sends what is due, until the task is ended.
pub async fn deliver(sandbox: Sandbox) {
    let mut waiting = Vec::new().into_iter();
    let mut under_way = JoinSet::new();
    loop {
        if under_way.len() < AT_ONCE {
            if let Some(delivery) = waiting.next() {
                under_way.spawn(deliver_one(sandbox.clone(), delivery));
                continue;
            }
            waiting = sandbox.world(|world| world.due_deliveries()).into_iter();
            if waiting.len() > 0 {
                continue;
            }
        }
        tokio::select! {
            Some(_) = under_way.join_next() => {}
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

async fn deliver_one(sandbox: Sandbox, delivery: Delivery) {
    let id = delivery.id;
    let answer = tokio::time::timeout(PATIENCE, send(delivery)).await.ok().flatten();
    sandbox.world(|world| world.delivered(id, answer.as_ref()));
}

/// Sends one request; `None` where no answer comes, or where it would leave this computer.
async fn send(delivery: Delivery) -> Option<Response> {
    let uri: Uri = delivery.request.url.parse().ok()?;
    let host = uri.authority()?.as_str().to_owned();
    if uri.scheme_str() != Some("http") || !is_loopback(&host) {
        return None;
    }
    let stream = TcpStream::connect((uri.host()?.trim_matches(['[', ']']), uri.port_u16().unwrap_or(80))).await.ok()?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.ok()?;
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let mut request = Request::builder().method(delivery.request.method.as_str()).uri(path).header(header::HOST, host);
    for (name, value) in delivery.request.headers.iter() {
        request = request.header(name, value);
    }
    let request = request.body(Body::from(delivery.request.body)).ok()?;
    let exchange = async move {
        let (head, body) = sender.send_request(request).await.ok()?.into_parts();
        let body = to_bytes(Body::new(body), ANSWER_BYTES_MAX).await.ok()?;
        let mut response = Response::new(head.status.as_u16());
        response.body = body.into();
        for (name, value) in &head.headers {
            response.headers.push(name.as_str(), String::from_utf8_lossy(value.as_bytes()));
        }
        Some(response)
    };
    // The connection moves the bytes, and ends with the exchange, which holds its other end.
    let (response, _) = tokio::join!(exchange, connection);
    response
}

/// The answer to a request that waits for deliveries; `None` where it doesn't come.
pub async fn parked(sandbox: &Sandbox, id: u64) -> Option<Response> {
    let look = async {
        loop {
            if let Some(response) = sandbox.world(|world| world.parked(id)) {
                return response;
            }
            tokio::time::sleep(LOOK).await;
        }
    };
    tokio::time::timeout(PARKED_FOR, look).await.ok()
}
