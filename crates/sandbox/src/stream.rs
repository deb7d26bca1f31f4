//! Answers that go on: what the world tells by itself behind the beginning of an answer.

use crate::sandbox::Sandbox;
use axum::body::{Body, Bytes};
use hyper::body::Frame;
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::sync::mpsc::{Receiver, Sender, channel};

/// How often the world is asked for what comes next.
const LOOK: Duration = Duration::from_millis(20);

/// How many parts of an answer wait for a reader; behind those the world is asked no more.
const WAITING: usize = 16;

/// The body of an answer that begins so and goes on under a name.
pub fn body(sandbox: &Sandbox, beginning: Vec<u8>, name: u64) -> Body {
    let (sender, receiver) = channel(WAITING);
    tokio::spawn(follow(sandbox.clone(), beginning, name, sender));
    Body::new(Parts(receiver))
}

/// Sends what the world has to say, until it says no more or nobody listens.
async fn follow(sandbox: Sandbox, beginning: Vec<u8>, name: u64, sender: Sender<Vec<u8>>) {
    let mut next = beginning;
    let mut is_over = false;
    while !sender.is_closed() {
        if !next.is_empty() && sender.send(next).await.is_err() {
            break;
        }
        if is_over {
            return;
        }
        tokio::time::sleep(LOOK).await;
        let streamed = sandbox.world(|world| world.streamed(name));
        next = streamed.envelopes.into_bytes();
        is_over = streamed.is_over;
    }
    sandbox.world(|world| world.hang_up(name));
}

/// A body whose length nobody knows yet.
struct Parts(Receiver<Vec<u8>>);

impl hyper::body::Body for Parts {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        self.0.poll_recv(cx).map(|part| part.map(|part| Ok(Frame::data(Bytes::from(part)))))
    }
}
