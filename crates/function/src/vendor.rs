//! The way to the vendors.

use crate::keys::{MicrosoftApp, ZohoApp};
use mxs_http::{HttpPort, NoResponse, Request, Response};
use mxs_outgoing::{Account, Authorities, Failure, Outgoing, Refusal, ServerPort};
use mxs_zoho::oauth::DataCentre;
use secrecy::SecretString;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

/// A request under way.
pub type Sent = Pin<Box<dyn Future<Output = Result<Response, NoResponse>> + Send>>;

/// A request to an Exchange Server under way.
pub type Answered = Pin<Box<dyn Future<Output = Result<Response, Failure>> + Send>>;

/// A look-up of a service's hosts under way.
pub type Services = Pin<Box<dyn Future<Output = Vec<String>> + Send>>;

/// The way to one Exchange Server.
pub trait Door: Send + Sync {
    /// Sends `request` to the server, whose path or whole address it has.
    fn exchange(&self, request: Request) -> Answered;
}

impl Door for ServerPort {
    fn exchange(&self, request: Request) -> Answered {
        let port = self.clone();
        Box::pin(async move { ServerPort::exchange(&port, &request).await })
    }
}

/// Sends requests to the vendors.
pub trait Outside: Send + Sync + 'static {
    /// Sends `request` to an origin, such as `https://graph.microsoft.com`, with the header field of this name:
    /// `Bearer …` or `Zoho-oauthtoken …`. Where it doesn't go, because the origin is none of a vendor or the request
    /// has the address of another, it says [`NoResponse::NotSent`].
    fn send(&self, origin: &str, authorization: Option<SecretString>, request: Request) -> Sent;

    /// Whether a server whose address somebody typed in may be asked at all.
    fn judge(&self, server: &str) -> Result<(), Refusal>;

    /// The way to the Exchange Server at an origin, for `account`, with `authorities` trusted beyond the public ones.
    fn server(
        &self,
        origin: &str,
        account: Option<Account>,
        authorities: &Authorities,
    ) -> Result<Arc<dyn Door>, Refusal>;

    /// Asks an address without TLS where it redirects to, saying nothing of anybody.
    fn unprotected(&self, request: Request) -> Answered;

    /// The hosts of a service, as its domain's name service tells them.
    fn services(&self, name: &str) -> Services;
}

impl Outside for Outgoing {
    fn send(&self, origin: &str, authorization: Option<SecretString>, request: Request) -> Sent {
        let port = self.vendor(origin, authorization);
        Box::pin(async move { port.map_err(|_| NoResponse::NotSent)?.send(request).await })
    }

    fn judge(&self, server: &str) -> Result<(), Refusal> {
        Outgoing::server(self, server, None, &Authorities::default()).map(drop)
    }

    fn server(
        &self,
        origin: &str,
        account: Option<Account>,
        authorities: &Authorities,
    ) -> Result<Arc<dyn Door>, Refusal> {
        Ok(Arc::new(Outgoing::server(self, origin, account, authorities)?))
    }

    fn unprotected(&self, request: Request) -> Answered {
        let way = self.clone();
        Box::pin(async move { Outgoing::unprotected(&way, request).await })
    }

    fn services(&self, name: &str) -> Services {
        let (way, name) = (self.clone(), name.to_owned());
        Box::pin(async move { Outgoing::services(&way, &name).await })
    }
}

/// Where the vendors are, and as which applications we come.
#[derive(Clone, Debug)]
pub struct Vendors {
    /// Microsoft's identity service, without a slash at the end.
    pub identity: String,
    /// Microsoft Graph, without a slash at the end.
    pub graph: String,
    /// Where browsers come back to from both vendors: a page of the tab, registered with both applications.
    pub redirect_uri: String,
    /// Where the vendors reach the function, without a slash at the end; without it they aren't asked to tell of changes.
    pub public_url: Option<String>,
    /// Our application at Microsoft; without one, organisations can only let in their own.
    pub microsoft: Option<Arc<MicrosoftApp>>,
    /// Zoho's data centres.
    pub centres: Vec<DataCentre>,
    /// Our application at Zoho; without one there is no sync in the background.
    pub zoho: Option<Arc<ZohoApp>>,
}

impl Default for Vendors {
    /// Where they really are, and no application.
    fn default() -> Self {
        Self {
            identity: "https://login.microsoftonline.com".to_owned(),
            graph: "https://graph.microsoft.com".to_owned(),
            redirect_uri: String::new(),
            public_url: None,
            microsoft: None,
            centres: DataCentre::ALL.to_vec(),
            zoho: None,
        }
    }
}
