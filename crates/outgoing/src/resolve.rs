//! Names to addresses, each of which is judged before anything connects to it.

use crate::typed::Judge;
use crate::{Networks, Refusal};
use hickory_resolver::TokioResolver;
use hickory_resolver::proto::rr::RData;
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;

/// The most addresses that a name may have; more are left out, the first are tried.
pub const ADDRESSES_MAX: usize = 16;

/// A look-up that is under way.
pub type Resolving = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>>;

/// The most servers of a service that are told.
pub const SERVICES_MAX: usize = 16;

/// A look-up of a service's servers that is under way.
pub type Services = Pin<Box<dyn Future<Output = io::Result<Vec<String>>> + Send>>;

/// Looks names up.
pub trait Resolve: Send + Sync + 'static {
    /// The addresses of `host`.
    fn resolve(&self, host: &str) -> Resolving;

    /// The servers of a service such as `_autodiscover._tcp.corp.example`, those that are to be asked first before the
    /// others. Only those that answer at 443: there is no other port in what is asked of them.
    fn services(&self, _name: &str) -> Services {
        Box::pin(async { Ok(Vec::new()) })
    }
}

/// The operating system's look-up of addresses, and its name servers for services, which it has no look-up for.
#[derive(Clone, Copy, Debug, Default)]
pub struct System;

/// The port of services over TLS.
const HTTPS: u16 = 443;

impl Resolve for System {
    fn resolve(&self, host: &str) -> Resolving {
        let host = host.to_owned();
        Box::pin(async move {
            let found = tokio::net::lookup_host((host, 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        })
    }

    fn services(&self, name: &str) -> Services {
        // A name that ends with its dot is looked up as it is, and in no domain of this machine's.
        let name = format!("{}.", name.trim_end_matches('.'));
        Box::pin(async move {
            let resolver =
                TokioResolver::builder_tokio().and_then(|builder| builder.build()).map_err(io::Error::other)?;
            let found = resolver.srv_lookup(name).await.map_err(io::Error::other)?;
            let records = found.answers().iter().filter_map(|record| match &record.data {
                RData::SRV(service) if service.port == HTTPS => {
                    Some((service.priority, service.weight, service.target.to_ascii()))
                }
                _ => None,
            });
            Ok(in_turn(records.collect()))
        })
    }
}

/// Servers in the order in which they are to be asked: the lowest priority first, of equal ones the heaviest. RFC 2782
/// has the order drawn by weight, so that many who ask are spread; who asks once needs none.
fn in_turn(mut records: Vec<(u16, u16, String)>) -> Vec<String> {
    records.sort_by(|(priority, weight, _), (other, heavier, _)| (priority, heavier).cmp(&(other, weight)));
    records.into_iter().map(|(_, _, host)| host.trim_end_matches('.').to_owned()).take(SERVICES_MAX).collect()
}

/// A look-up whose answers are judged. It is the client's own: what it lets pass is what is connected to.
#[derive(Clone)]
pub(crate) struct Guard {
    pub(crate) resolver: Arc<dyn Resolve>,
    pub(crate) judge: Judge,
    pub(crate) internal: Arc<Networks>,
}

impl Guard {
    /// Judges addresses. One that must not be asked is enough: a name that means a public server and an internal one
    /// means no good.
    pub(crate) fn judge(&self, addresses: &[IpAddr]) -> Result<(), Refusal> {
        addresses.iter().try_for_each(|address| (self.judge)(*address, &self.internal).map_err(Refusal::Forbidden))
    }

    /// The addresses of a name, each of which may be asked; `Err(None)` where it can't be looked up.
    pub(crate) async fn judged(&self, name: &str) -> Result<Vec<IpAddr>, Option<Refusal>> {
        let mut addresses = self.resolver.resolve(name).await.map_err(|_| None)?;
        addresses.truncate(ADDRESSES_MAX);
        self.judge(&addresses)?;
        Ok(addresses)
    }
}

impl reqwest::dns::Resolve for Guard {
    fn resolve(&self, name: reqwest::dns::Name) -> reqwest::dns::Resolving {
        let guard = self.clone();
        Box::pin(async move {
            let addresses = guard.judged(name.as_str()).await.map_err(|error| match error {
                Some(refusal) => Box::<dyn std::error::Error + Send + Sync>::from(refusal),
                None => "the name can't be looked up".into(),
            })?;
            let addresses = addresses.into_iter().map(|address| SocketAddr::new(address, 0));
            Ok(Box::new(addresses) as reqwest::dns::Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_are_asked_in_their_turn() {
        let of = |priority, weight, host: &str| (priority, weight, host.to_owned());
        let told =
            vec![of(10, 0, "c.example."), of(0, 1, "b.example."), of(0, 9, "a.example"), of(10, 0, "d.example.")];
        assert_eq!(in_turn(told), ["a.example", "b.example", "c.example", "d.example"]);
        let many = (0..100).map(|number| of(number, 0, "x.example")).collect();
        assert_eq!(in_turn(many).len(), SERVICES_MAX);
    }
}
