//! Names to addresses, each of which is judged before anything connects to it.

use crate::typed::Judge;
use crate::{Networks, Refusal};
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;

/// The most addresses that a name may have; more are left out, the first are tried.
pub const ADDRESSES_MAX: usize = 16;

/// A look-up that is under way.
pub type Resolving = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>>;

/// Looks names up.
pub trait Resolve: Send + Sync + 'static {
    /// The addresses of `host`.
    fn resolve(&self, host: &str) -> Resolving;
}

/// The operating system's look-up.
#[derive(Clone, Copy, Debug, Default)]
pub struct System;

impl Resolve for System {
    fn resolve(&self, host: &str) -> Resolving {
        let host = host.to_owned();
        Box::pin(async move {
            let found = tokio::net::lookup_host((host, 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        })
    }
}

/// A look-up whose answers are judged. It is the client's own: what it lets pass is what is connected to.
#[derive(Clone)]
pub(crate) struct Guard {
    pub(crate) resolver: Arc<dyn Resolve>,
    pub(crate) judge: Judge,
    pub(crate) internal: Arc<Networks>,
}

impl reqwest::dns::Resolve for Guard {
    fn resolve(&self, name: reqwest::dns::Name) -> reqwest::dns::Resolving {
        let Self { resolver, judge, internal } = self.clone();
        Box::pin(async move {
            let mut addresses = resolver.resolve(name.as_str()).await?;
            addresses.truncate(ADDRESSES_MAX);
            for address in &addresses {
                // One is enough: a name that means a public server and an internal one means no good.
                judge(*address, &internal).map_err(Refusal::Forbidden)?;
            }
            let addresses = addresses.into_iter().map(|address| SocketAddr::new(address, 0));
            Ok(Box::new(addresses) as reqwest::dns::Addrs)
        })
    }
}
