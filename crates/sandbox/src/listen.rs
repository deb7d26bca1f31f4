//! Taking the ports.

use crate::part::{Part, Ports};
use std::fmt;
use std::io::{self, ErrorKind};
use std::net::Ipv4Addr;
use tokio::net::TcpListener;

/// A listener for each part, and the ports they really have.
pub struct Listeners {
    /// The ports; none is 0.
    pub ports: Ports,
    /// In the order of [`Part::ALL`].
    pub listeners: Vec<(Part, TcpListener)>,
}

/// A port could not be taken.
#[derive(Debug)]
pub struct NoPort {
    part: Part,
    port: u16,
    error: io::Error,
}

impl fmt::Display for NoPort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { part, port, error } = self;
        match error.kind() {
            ErrorKind::AddrInUse => write!(
                f,
                "port {port} for {part} is in use: stop the program that has it (another sandbox?), \
                 or start with --port N to use N to N+4"
            ),
            ErrorKind::PermissionDenied => {
                write!(f, "port {port} for {part} needs more rights: start with --port N, N above 1023")
            }
            _ => write!(f, "port {port} for {part} can't be taken: {error}"),
        }
    }
}

impl std::error::Error for NoPort {}

/// Takes every port, or none.
pub async fn bind(wanted: Ports) -> Result<Listeners, NoPort> {
    let mut ports = wanted;
    let mut listeners = Vec::new();
    for part in Part::ALL {
        let port = wanted.of(part);
        let failed = |error| NoPort { part, port, error };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(failed)?;
        ports.set(part, listener.local_addr().map_err(failed)?.port());
        listeners.push((part, listener));
    }
    Ok(Listeners { ports, listeners })
}
