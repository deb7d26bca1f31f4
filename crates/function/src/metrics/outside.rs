//! The way to the vendors, counted.

use super::Metrics;
use crate::vendor::{Answered, Door, Outside, Sent, Services, Vendors};
use mxs_http::Request;
use mxs_outgoing::{Account, Authorities, Refusal};
use secrecy::SecretString;
use std::sync::Arc;

/// Another way, and who counts what goes there.
pub(crate) struct Counted {
    way: Arc<dyn Outside>,
    /// Microsoft's origins.
    microsoft: [String; 2],
    metrics: Arc<Metrics>,
}

impl Counted {
    /// Counts what goes this way.
    pub(crate) fn new(way: Arc<dyn Outside>, vendors: &Vendors, metrics: Arc<Metrics>) -> Self {
        Self { way, microsoft: [vendors.identity.clone(), vendors.graph.clone()], metrics }
    }

    /// What a request is to. A vendor's services may share an origin where it is a stand-in's.
    fn role(&self, origin: &str, request: &Request) -> &'static str {
        match (self.microsoft.iter().any(|ours| ours == origin), request.url.contains("/oauth")) {
            (true, true) => "identity",
            (true, false) => "graph",
            (false, true) => "accounts",
            (false, false) => "crm",
        }
    }
}

impl Outside for Counted {
    fn send(&self, origin: &str, authorization: Option<SecretString>, request: Request) -> Sent {
        let (role, metrics) = (self.role(origin, &request), self.metrics.clone());
        let sent = self.way.send(origin, authorization, request);
        Box::pin(async move {
            let answer = sent.await;
            metrics.vendor(role, answer.as_ref().ok().map(|response| response.status));
            answer
        })
    }

    fn judge(&self, server: &str) -> Result<(), Refusal> {
        self.way.judge(server)
    }

    fn server(
        &self,
        origin: &str,
        account: Option<Account>,
        authorities: &Authorities,
    ) -> Result<Arc<dyn Door>, Refusal> {
        let door = self.way.server(origin, account, authorities)?;
        Ok(Arc::new(CountedDoor { door, metrics: self.metrics.clone() }))
    }

    fn unprotected(&self, request: Request) -> Answered {
        self.way.unprotected(request)
    }

    fn services(&self, name: &str) -> Services {
        self.way.services(name)
    }
}

/// A way to an Exchange Server, and who counts what goes there.
struct CountedDoor {
    door: Arc<dyn Door>,
    metrics: Arc<Metrics>,
}

impl Door for CountedDoor {
    fn exchange(&self, request: Request) -> Answered {
        let (answering, metrics) = (self.door.exchange(request), self.metrics.clone());
        Box::pin(async move {
            let answer = answering.await;
            metrics.vendor("exchange", answer.as_ref().ok().map(|response| response.status));
            answer
        })
    }
}
