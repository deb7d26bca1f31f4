//! What can go wrong on the way out.

use crate::address::Forbidden;
use mxs_http::NoResponse;
use rustls::CertificateError;

/// Why an address is not asked. None of these quotes the address: it may be somebody's secret host name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It can't be read.
    #[error("the address can't be understood")]
    Unreadable,
    /// It isn't https.
    #[error("the address must start with https://")]
    NotHttps,
    /// It has a user name or a password in it.
    #[error("the address must not contain a user name or a password")]
    UserInfo,
    /// It is no origin: something follows the host.
    #[error("the address must end after the host and its port")]
    NotAnOrigin,
    /// It isn't among the hosts of the vendors, nor among the operator's loopback origins.
    #[error("the address is none of Microsoft's or Zoho's that are used here")]
    NotAVendor,
    /// A request is for another origin than its port's.
    #[error("the address belongs to another server")]
    OtherOrigin,
    /// It is an address that must not be asked, or a name of one.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
}

/// Why a server's certificate isn't trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Distrust {
    /// It has run out, or isn't good yet.
    Expired,
    /// It is for other names.
    OtherName,
    /// It comes from nobody known: the company's own authority, or the server itself.
    UnknownIssuer,
    /// It can't be used: damaged, revoked, or made for something else.
    Unusable,
}

impl From<&CertificateError> for Distrust {
    fn from(error: &CertificateError) -> Self {
        use CertificateError::*;
        match error {
            Expired | ExpiredContext { .. } | NotValidYet | NotValidYetContext { .. } => Self::Expired,
            NotValidForName | NotValidForNameContext { .. } => Self::OtherName,
            // The second is what another authority of the same name has signed, such as the one before it was renewed.
            UnknownIssuer | BadSignature => Self::UnknownIssuer,
            _ => Self::Unusable,
        }
    }
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The address is not asked.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The server didn't prove its name.
    #[error("the server's certificate isn't trusted")]
    Untrusted(Distrust),
    /// No connection came about, or the request makes no sense: nothing was sent.
    #[error("the server can't be reached")]
    NotSent,
    /// The server offers no way to sign in for which there is what it takes.
    #[error("the server offers no way to sign in that can be gone")]
    NoCommonScheme,
    /// The server, or a proxy before it, closes each connection at once: NTLM signs connections in.
    #[error("the server doesn't keep its connections")]
    NotKept,
    /// A redirect leads nowhere, or there are more than [`HOPS_MAX`](crate::HOPS_MAX).
    #[error("the server's redirects lead nowhere")]
    Redirects,
    /// The request may have arrived, and no whole answer came in time.
    #[error("the server didn't answer")]
    Unknown,
    /// An answer came that is larger than the limit.
    #[error("the server's answer is too large")]
    TooLarge,
}

impl From<Failure> for NoResponse {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused(_)
            | Failure::Untrusted(_)
            | Failure::NotSent
            | Failure::NoCommonScheme
            | Failure::NotKept => Self::NotSent,
            // Each server on the way may have done what was asked before it sent on.
            Failure::Redirects | Failure::Unknown | Failure::TooLarge => Self::Unknown,
        }
    }
}

/// Why [`Outgoing`](crate::Outgoing) can't be built.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SetupError {
    /// A loopback origin is none: `http://` or `https://`, `localhost` or a loopback address, a port.
    #[error("a loopback origin is written like http://127.0.0.1:8080; other hosts can't be allowed")]
    Loopback,
    /// The proxy's address can't be used. It isn't shown: it may hold a password.
    #[error("the proxy's address is written like http://proxy.example:3128")]
    Proxy,
    /// The additional certificates can't be read.
    #[error("the additional certificates aren't PEM")]
    Certificates,
    /// TLS can't be set up.
    #[error("TLS can't be set up")]
    Tls,
}
