//! The keys and applications that whoever runs the function gives it, read from variables.

use crate::keys::{CertificateError, Keys, MicrosoftApp, Proof, ZohoApp};
use crate::limits::PUBLIC_URL_BYTES_MAX;
use crate::vendor::Vendors;
use axum::http::Uri;
use mxs_outgoing::{NetworkError, Networks, Outgoing, Settings, SetupError};
use mxs_vault::{KeyRing, RingError};
use mxs_zoho::oauth::DataCentre;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

const KEYS: &str = "MXS_KEYS";
const KEYS_FILE: &str = "MXS_KEYS_FILE";
const MICROSOFT_CERTIFICATE: &str = "MXS_MICROSOFT_CERTIFICATE";
const MICROSOFT_CERTIFICATE_FILE: &str = "MXS_MICROSOFT_CERTIFICATE_FILE";
const MICROSOFT_CLIENT_ID: &str = "MXS_MICROSOFT_CLIENT_ID";
const MICROSOFT_SECRET: &str = "MXS_MICROSOFT_SECRET";
const MICROSOFT_SECRET_FILE: &str = "MXS_MICROSOFT_SECRET_FILE";
const NETWORKS: &str = "MXS_INTERNAL_NETWORKS";
const PUBLIC_URL: &str = "MXS_PUBLIC_URL";
const REDIRECT: &str = "MXS_REDIRECT_URI";
const STAND_INS: &str = "MXS_STAND_INS";
const ZOHO_CLIENT_ID: &str = "MXS_ZOHO_CLIENT_ID";
const ZOHO_SECRET: &str = "MXS_ZOHO_SECRET";
const ZOHO_SECRET_FILE: &str = "MXS_ZOHO_SECRET_FILE";

/// Why what was given can't be used. No message repeats a secret.
#[derive(Debug, thiserror::Error)]
pub enum OperatorError {
    /// The same is given twice.
    #[error("{0} and {1} are both set; unset one of them")]
    Twice(&'static str, &'static str),
    /// What belongs to something that is set is not set.
    #[error("{set} is set, and {missing} is not; 'function help' says what they are for")]
    Half {
        /// What is set.
        set: &'static str,
        /// What is missing.
        missing: &'static str,
    },
    /// A file can't be read.
    #[error("{name}: '{}' can't be read: {source}", path.display())]
    File {
        /// The variable.
        name: &'static str,
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The keys can't be used.
    #[error("{KEYS} or {KEYS_FILE}: {0}")]
    Ring(#[from] RingError),
    /// The certificate can't be used.
    #[error("{MICROSOFT_CERTIFICATE} or {MICROSOFT_CERTIFICATE_FILE}: {0}")]
    Certificate(#[from] CertificateError),
    /// The networks can't be read.
    #[error("{NETWORKS}: {0}")]
    Networks(#[from] NetworkError),
    /// The stand-ins can't be read.
    #[error(
        "{STAND_INS} is not JSON like {{\"microsoft\": \"http://127.0.0.1:7702\", \"zoho\": \"http://127.0.0.1:7703\", \"location\": \"us\"}}"
    )]
    StandIns,
    /// Vendors would not post to the address.
    #[error(
        "{PUBLIC_URL} is not the address of the function from outside, like https://sync.example.com, without a query and of {PUBLIC_URL_BYTES_MAX} bytes at most"
    )]
    PublicUrl,
    /// Nothing could be sent.
    #[error("no requests can be sent: {0}")]
    Outgoing(#[from] SetupError),
}

/// Stand-ins of the vendors on this computer, for trying things out.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StandIns {
    microsoft: String,
    zoho: String,
    location: String,
}

/// What opens the vendors' doors; `None` where no keys are given. `get` gives the variable of a name, if it is set.
pub(crate) fn keys(get: &impl Fn(&'static str) -> Option<String>) -> Result<Option<Keys>, OperatorError> {
    let Some(ring) = secret(get, KEYS, KEYS_FILE)? else {
        // What could never be used is a mistake.
        let needless = [MICROSOFT_CLIENT_ID, PUBLIC_URL, REDIRECT, STAND_INS, ZOHO_CLIENT_ID]
            .into_iter()
            .find(|name| get(name).is_some());
        return needless.map_or(Ok(None), |set| Err(OperatorError::Half { set, missing: KEYS_FILE }));
    };
    let mut vendors = Vendors::default();
    let mut settings = Settings::default();
    if let Some(json) = get(STAND_INS) {
        let StandIns { microsoft, zoho, location } =
            serde_json::from_str(&json).map_err(|_| OperatorError::StandIns)?;
        vendors.identity.clone_from(&microsoft);
        vendors.graph.clone_from(&microsoft);
        vendors.centres = vec![DataCentre::stand_in(&location, &zoho, &zoho)];
        settings.loopback = vec![microsoft, zoho];
    }
    if let Some(networks) = get(NETWORKS) {
        settings.internal = Networks::parse(&networks)?;
    }
    if let Some(url) = get(PUBLIC_URL) {
        vendors.public_url = Some(public_url(&url, get(STAND_INS).is_some()).ok_or(OperatorError::PublicUrl)?);
    }
    vendors.zoho = zoho(get)?.map(Arc::new);
    vendors.microsoft = microsoft(get)?.map(Arc::new);
    let application = vendors.zoho.as_ref().map(|_| ZOHO_CLIENT_ID);
    match (application.or(vendors.microsoft.as_ref().map(|_| MICROSOFT_CLIENT_ID)), get(REDIRECT)) {
        (_, Some(redirect)) => vendors.redirect_uri = redirect,
        (Some(set), None) => return Err(OperatorError::Half { set, missing: REDIRECT }),
        (None, None) => {}
    }
    Ok(Some(Keys::new(KeyRing::parse(&ring)?, vendors, Arc::new(Outgoing::new(settings)?))))
}

fn zoho(get: &impl Fn(&'static str) -> Option<String>) -> Result<Option<ZohoApp>, OperatorError> {
    match (get(ZOHO_CLIENT_ID), secret(get, ZOHO_SECRET, ZOHO_SECRET_FILE)?) {
        (Some(client_id), Some(secret)) => Ok(Some(ZohoApp { client_id, secret })),
        (Some(_), None) => Err(OperatorError::Half { set: ZOHO_CLIENT_ID, missing: ZOHO_SECRET_FILE }),
        (None, Some(_)) => Err(OperatorError::Half { set: ZOHO_SECRET, missing: ZOHO_CLIENT_ID }),
        (None, None) => Ok(None),
    }
}

fn microsoft(get: &impl Fn(&'static str) -> Option<String>) -> Result<Option<MicrosoftApp>, OperatorError> {
    let secret_text = secret(get, MICROSOFT_SECRET, MICROSOFT_SECRET_FILE)?;
    let certificate = secret(get, MICROSOFT_CERTIFICATE, MICROSOFT_CERTIFICATE_FILE)?;
    let proof = match (secret_text, certificate) {
        (Some(_), Some(_)) => return Err(OperatorError::Twice(MICROSOFT_SECRET, MICROSOFT_CERTIFICATE)),
        (Some(secret), None) => Some(Proof::Secret(secret)),
        (None, Some(pem)) => Some(Proof::certificate(&pem)?),
        (None, None) => None,
    };
    match (get(MICROSOFT_CLIENT_ID), proof) {
        (Some(client_id), Some(proof)) => Ok(Some(MicrosoftApp { client_id, proof })),
        (Some(_), None) => Err(OperatorError::Half { set: MICROSOFT_CLIENT_ID, missing: MICROSOFT_SECRET_FILE }),
        (None, Some(_)) => Err(OperatorError::Half { set: MICROSOFT_SECRET, missing: MICROSOFT_CLIENT_ID }),
        (None, None) => Ok(None),
    }
}

/// Where vendors reach the function. Stand-ins on this computer reach it at an address of this computer too.
fn public_url(text: &str, has_stand_ins: bool) -> Option<String> {
    let url: Uri = text.parse().ok()?;
    let host = url.host()?;
    let is_near = matches!(host, "localhost" | "127.0.0.1" | "[::1]");
    let is_good = match url.scheme_str()? {
        "https" => true,
        "http" => has_stand_ins && is_near,
        _ => false,
    };
    let is_plain = url.query().is_none() && !text.contains(['#', '@']) && text.len() <= PUBLIC_URL_BYTES_MAX;
    (is_good && is_plain).then(|| text.trim_end_matches('/').to_owned())
}

/// A secret from a variable, or from the file that another names.
pub(crate) fn secret(
    get: &impl Fn(&'static str) -> Option<String>,
    name: &'static str,
    file: &'static str,
) -> Result<Option<SecretString>, OperatorError> {
    match (get(name), get(file)) {
        (Some(_), Some(_)) => Err(OperatorError::Twice(name, file)),
        (Some(secret), None) => Ok(Some(secret.into())),
        (None, Some(path)) => {
            let path = PathBuf::from(path);
            let read = std::fs::read_to_string(&path).map(SecretString::from);
            let read = read.map_err(|source| OperatorError::File { name: file, path, source })?;
            // Editors end a file with a line's end, which is no part of a secret.
            Ok(Some(read.expose_secret().trim_end().into()))
        }
        (None, None) => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vendors_are_given_an_address_that_they_reach() {
        let long = format!("https://{}.example", "x".repeat(PUBLIC_URL_BYTES_MAX));
        for (text, has_stand_ins, expected) in [
            ("https://sync.example", false, Some("https://sync.example")),
            ("https://sync.example:8443/function/", false, Some("https://sync.example:8443/function")),
            ("http://sync.example", true, None),
            ("http://127.0.0.1:7704", true, Some("http://127.0.0.1:7704")),
            ("http://127.0.0.1:7704", false, None),
            ("https://sync.example/?k=1", false, None),
            ("https://sync.example/#x", false, None),
            ("https://anna:secret@sync.example", false, None),
            ("sync.example", false, None),
            ("", false, None),
            (long.as_str(), false, None),
        ] {
            assert_eq!(public_url(text, has_stand_ins).as_deref(), expected, "{text}");
        }
    }
}
