//! One request and its answer over the kept client.

use crate::{Authorities, Failure, Limits, Refusal, SetupError};
use mxs_http::{Headers, Method, Request, Response};
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, ClientBuilder, Url, redirect, retry};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore, crypto::ring};
use secrecy::{ExposeSecret, SecretString};
use std::error::Error;
use std::io;
use std::sync::Arc;
use std::time::Duration;

/// How the product names itself to servers.
pub(crate) const USER_AGENT: &str = concat!("ms-exchange-sync/", env!("CARGO_PKG_VERSION"));

/// The most connections that are kept open to one host while nobody uses them.
const IDLE_MAX: usize = 8;

/// How long a connection that nobody uses is kept open: shorter than servers keep theirs, so that a request seldom
/// meets one that was just closed.
const IDLE: Duration = Duration::from_secs(50);

/// A client that does nothing unasked: follows no redirect, sends nothing again, takes no proxy from the environment.
pub(crate) fn builder(tls: ClientConfig, limits: &Limits) -> ClientBuilder {
    Client::builder()
        .tls_backend_preconfigured(tls)
        .redirect(redirect::Policy::none())
        .retry(retry::never())
        .no_proxy()
        .referer(false)
        .user_agent(USER_AGENT)
        .connect_timeout(limits.connect)
        .read_timeout(limits.silence)
        .timeout(limits.total)
        .pool_max_idle_per_host(IDLE_MAX)
        .pool_idle_timeout(IDLE)
}

/// TLS 1.2 or later, with Mozilla's list of authorities as compiled in (the function runs in images that have none of
/// their own), and `more` of them in PEM: an Exchange Server's certificate is often from the company's own authority.
pub(crate) fn tls(more: &str) -> Result<ClientConfig, SetupError> {
    let mut config = trusting(trusted(more)?)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

/// The same for one server that `authorities` may vouch for as well: connections that are signed in are HTTP/1.1's.
pub(crate) fn tls_for(more: &str, authorities: &Authorities) -> Result<ClientConfig, SetupError> {
    let mut store = trusted(more)?;
    authorities.add_to(&mut store);
    let mut config = trusting(store)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

fn trusted(more: &str) -> Result<RootCertStore, SetupError> {
    let mut authorities = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    for certificate in CertificateDer::pem_slice_iter(more.as_bytes()) {
        let certificate = certificate.map_err(|_| SetupError::Certificates)?;
        authorities.add(certificate).map_err(|_| SetupError::Certificates)?;
    }
    if authorities.len() == webpki_roots::TLS_SERVER_ROOTS.len() && !more.trim().is_empty() {
        return Err(SetupError::Certificates);
    }
    Ok(authorities)
}

fn trusting(authorities: RootCertStore) -> Result<ClientConfig, SetupError> {
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|_| SetupError::Tls)?;
    Ok(config.with_root_certificates(authorities).with_no_client_auth())
}

/// Sends a request to `url` and reads the answer, up to `body_max` bytes of it.
pub(crate) async fn exchange(
    client: &Client,
    request: &Request,
    url: Url,
    authorization: Option<&SecretString>,
    body_max: usize,
) -> Result<Response, Failure> {
    let mut sent = reqwest::Request::new(verb(request.method), url);
    *sent.headers_mut() = headers(&request.headers, authorization).ok_or(Failure::NotSent)?;
    if !request.body.is_empty() {
        *sent.body_mut() = Some(request.body.clone().into());
    }
    let mut answer = client.execute(sent).await.map_err(|error| failure(&error))?;
    let status = answer.status().as_u16();
    let fields = answer.headers().iter();
    let headers: Headers =
        fields.map(|(name, value)| (name.as_str(), String::from_utf8_lossy(value.as_bytes()))).collect();
    if answer.content_length().is_some_and(|length| length > body_max as u64) {
        return Err(Failure::TooLarge);
    }
    let mut body = Vec::new();
    // Once an answer has begun the server has acted, whatever becomes of the rest.
    while let Some(piece) = answer.chunk().await.map_err(|_| Failure::Unknown)? {
        if body.len() + piece.len() > body_max {
            return Err(Failure::TooLarge);
        }
        body.extend_from_slice(&piece);
    }
    Ok(Response { status, headers, body })
}

/// What it means that no answer began. Only what failed before there was a connection is sure not to have been sent.
fn failure(error: &reqwest::Error) -> Failure {
    if let Some(refusal) = cause::<Refusal>(error) {
        return Failure::Refused(*refusal);
    }
    if !(error.is_connect() || error.is_builder()) {
        return Failure::Unknown;
    }
    match cause::<rustls::Error>(error) {
        Some(rustls::Error::InvalidCertificate(why)) => Failure::Untrusted(why.into()),
        _ => Failure::NotSent,
    }
}

/// The error of a type among those that led to another.
fn cause<'a, E: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a E> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        // An I/O error doesn't count what it wraps among its sources, but the source of that.
        next = match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(wrapped) => Some(wrapped),
            None => error.source(),
        };
    }
    None
}

pub(crate) fn headers(fields: &Headers, authorization: Option<&SecretString>) -> Option<HeaderMap> {
    let mut headers = HeaderMap::new();
    for (name, value) in fields.iter() {
        headers.append(HeaderName::from_bytes(name.as_bytes()).ok()?, HeaderValue::from_str(value).ok()?);
    }
    if let Some(authorization) = authorization {
        let mut value = HeaderValue::from_str(authorization.expose_secret()).ok()?;
        value.set_sensitive(true);
        headers.insert(AUTHORIZATION, value);
    }
    Some(headers)
}

pub(crate) fn verb(method: Method) -> reqwest::Method {
    match method {
        Method::Delete => reqwest::Method::DELETE,
        Method::Get => reqwest::Method::GET,
        Method::Head => reqwest::Method::HEAD,
        Method::Options => reqwest::Method::OPTIONS,
        Method::Patch => reqwest::Method::PATCH,
        Method::Post => reqwest::Method::POST,
        Method::Put => reqwest::Method::PUT,
    }
}
