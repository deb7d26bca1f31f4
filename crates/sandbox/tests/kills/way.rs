//! The way from the function to its database, which can be cut.

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Executor};
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

/// How it is on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// All goes through.
    Open,
    /// Nobody listens, and the connections are reset: the server is gone.
    Refused,
    /// Nothing comes through any more, and nobody says so: a cable is cut. What was under way then never hears of it, not
    /// even when the way is open again for others.
    Silent,
}

/// A proxy in front of a server. It ends when it is dropped.
pub(crate) struct Proxy {
    address: SocketAddr,
    way: watch::Sender<Way>,
    _passing: JoinSet<()>,
}

impl Proxy {
    /// Stands in front of the server.
    pub(crate) async fn new(server: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("its address");
        let (way, seen) = watch::channel(Way::Open);
        let mut passing = JoinSet::new();
        passing.spawn(stand(listener, address, server, seen));
        Self { address, way, _passing: passing }
    }

    /// Where it stands.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// From now on it is so.
    pub(crate) fn set(&self, way: Way) {
        self.way.send(way).expect("it stands");
    }
}

async fn stand(listener: TcpListener, address: SocketAddr, server: String, mut way: watch::Receiver<Way>) {
    let (mut listener, mut passing) = (Some(listener), JoinSet::new());
    loop {
        let now = *way.borrow_and_update();
        if now == Way::Refused {
            (listener, passing) = (None, JoinSet::new());
        } else if listener.is_none() {
            listener = Some(TcpListener::bind(address).await.expect("the port is free again"));
        }
        let accepted = async {
            match &listener {
                Some(listener) => listener.accept().await.expect("a connection").0,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            changed = way.changed() => if changed.is_err() { return },
            stream = accepted => {
                passing.spawn(pass(stream, server.clone(), way.clone()));
            }
        }
    }
}

/// Passes on what comes until the way is cut.
async fn pass(mut stream: TcpStream, server: String, mut way: watch::Receiver<Way>) {
    // Dropped, it is reset.
    stream.set_zero_linger().expect("a connection");
    let mut onwards = TcpStream::connect(server).await.expect("the server listens");
    tokio::select! {
        // Either side ended it.
        _ = copy_bidirectional(&mut stream, &mut onwards) => return,
        _ = way.wait_for(|way| *way == Way::Silent) => {}
    }
    // Neither side hears anything of the other any more.
    std::future::pending::<()>().await;
}

/// Another program that has the function's databases to itself, until it is dropped.
pub(crate) struct Lock(#[expect(dead_code, reason = "they are held, not used")] Vec<SqliteConnection>);

impl Lock {
    /// Locks every database in the folder.
    pub(crate) async fn new(folder: &Path) -> Self {
        let mut held = Vec::new();
        for file in ["function.sqlite", "jobs.sqlite"] {
            let options = SqliteConnectOptions::new().filename(folder.join(file)).busy_timeout(Duration::from_secs(30));
            let mut connection = options.connect().await.expect("a database");
            connection.execute("BEGIN EXCLUSIVE").await.expect("a lock");
            held.push(connection);
        }
        Self(held)
    }
}
