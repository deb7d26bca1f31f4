//! The way out: what a server sets up once.

use crate::port::is_origin;
use crate::resolve::Guard;
use crate::typed::{self, Judge};
use crate::{Limits, Networks, Port, Refusal, Resolve, SetupError, System, address, client, vendors};
use reqwest::{Client, Proxy, Url};
use secrecy::{ExposeSecret, SecretString};
use std::net::IpAddr;
use std::sync::Arc;

/// What the operator says about the way out.
pub struct Settings {
    /// Loopback origins that are asked as if they were vendors', such as `http://127.0.0.1:8080`: a sandbox.
    pub loopback: Vec<String>,
    /// The networks that hold Exchange Servers of the operator's own.
    pub internal: Networks,
    /// The proxy that requests to the vendors take; `None` for none, whatever the environment says. Requests to
    /// addresses that people type in take none: a proxy would look names up by itself, after they were judged.
    pub proxy: Option<SecretString>,
    /// Authorities to trust beyond the public ones, in PEM; may be empty.
    pub authorities: String,
    /// How long and how large an exchange may be.
    pub limits: Limits,
    /// How names that people type in are looked up.
    pub resolver: Arc<dyn Resolve>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            loopback: Vec::new(),
            internal: Networks::default(),
            proxy: None,
            authorities: String::new(),
            limits: Limits::default(),
            resolver: Arc::new(System),
        }
    }
}

/// The way out. It keeps connections open between requests and is cheap to clone.
#[derive(Clone)]
pub struct Outgoing {
    /// For the vendors.
    known: Client,
    /// For what people type in: looks names up by way of the [`Guard`].
    pub(crate) guarded: Client,
    pub(crate) guard: Guard,
    pub(crate) judge: Judge,
    pub(crate) internal: Arc<Networks>,
    loopback: Arc<[Url]>,
    /// What the operator trusts beyond the public authorities, in PEM.
    pub(crate) authorities: Arc<str>,
    pub(crate) limits: Limits,
}

impl Outgoing {
    /// Sets the way out up.
    pub fn new(settings: Settings) -> Result<Self, SetupError> {
        Self::judging(settings, address::judge)
    }

    pub(crate) fn judging(settings: Settings, judge: Judge) -> Result<Self, SetupError> {
        let Settings { loopback, internal, proxy, authorities, limits, resolver } = settings;
        let internal = Arc::new(internal);
        let loopback = loopback.iter().map(|origin| read_loopback(origin)).collect::<Option<_>>();
        let tls = client::tls(&authorities)?;
        let mut known = client::builder(tls.clone(), &limits);
        if let Some(proxy) = proxy {
            known = known.proxy(Proxy::all(proxy.expose_secret()).map_err(|_| SetupError::Proxy)?);
        }
        let guard = Guard { resolver, judge, internal: internal.clone() };
        let guarded = client::builder(tls, &limits).dns_resolver(guard.clone());
        Ok(Self {
            known: known.build().map_err(|_| SetupError::Tls)?,
            guarded: guarded.build().map_err(|_| SetupError::Tls)?,
            guard,
            judge,
            internal,
            authorities: authorities.into(),
            loopback: loopback.ok_or(SetupError::Loopback)?,
            limits,
        })
    }

    /// A port to one of the [vendors' hosts](vendors), such as `https://graph.microsoft.com`. `authorization` goes with
    /// each request as the header field of this name: `Bearer …` or `Zoho-oauthtoken …`.
    pub fn vendor(&self, origin: &str, authorization: Option<SecretString>) -> Result<Port, Refusal> {
        let url = read_origin(origin)?;
        let usual = url.scheme() == "https" && url.port().is_none();
        let known = usual && url.host_str().is_some_and(vendors::is_vendor);
        if !known && !self.loopback.contains(&url) {
            return Err(Refusal::NotAVendor);
        }
        Ok(Port::new(self.known.clone(), url, authorization, self.limits.body))
    }

    /// A port to a server whose address somebody typed in, such as `https://mail.corp.example`. Names are judged when
    /// they are looked up, so that the refusal comes with the first request.
    pub fn typed(&self, origin: &str, authorization: Option<SecretString>) -> Result<Port, Refusal> {
        let url = self.read_typed(origin)?;
        is_origin(&url)
            .then(|| Port::new(self.guarded.clone(), url, authorization, self.limits.body))
            .ok_or(Refusal::NotAnOrigin)
    }

    /// The services of a name, as its domain's name service tells them (SRV): none where it can't be asked.
    pub async fn services(&self, name: &str) -> Vec<String> {
        let asked = tokio::time::timeout(self.limits.connect, self.guard.resolver.services(name));
        asked.await.ok().and_then(Result::ok).unwrap_or_default()
    }

    pub(crate) fn read_typed(&self, text: &str) -> Result<Url, Refusal> {
        typed::read(text, "https", self.judge, &self.internal)
    }

    /// An address without TLS, which is asked nothing that is anybody's.
    pub(crate) fn read_plain(&self, text: &str) -> Result<Url, Refusal> {
        let is_stand_in =
            Url::parse(text).is_ok_and(|url| self.loopback.iter().any(|own| own.origin() == url.origin()));
        if is_stand_in {
            return Url::parse(text).map_err(|_| Refusal::Unreadable);
        }
        typed::read(text, "http", self.judge, &self.internal)
    }

    /// The operator's loopback origin that a text is.
    pub(crate) fn stand_in(&self, text: &str) -> Option<Url> {
        read_origin(text).ok().filter(|url| self.loopback.contains(url))
    }
}

fn read_origin(text: &str) -> Result<Url, Refusal> {
    let url = Url::parse(text).map_err(|_| Refusal::Unreadable)?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Refusal::UserInfo);
    }
    if is_origin(&url) { Ok(url) } else { Err(Refusal::NotAnOrigin) }
}

fn read_loopback(text: &str) -> Option<Url> {
    let url = read_origin(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    let host = url.host_str()?.trim_matches(['[', ']']);
    let is_loopback = host == "localhost" || host.parse().is_ok_and(|address: IpAddr| address.is_loopback());
    is_loopback.then_some(url)
}
