//! The way to the vendors, counted.

use super::Metrics;
use crate::vendor::{Outside, Sent, Vendors};
use mxs_http::Request;
use mxs_outgoing::Refusal;
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
}
