//! A certificate with its key, by which an application proves who it is.

use ring::rand::SystemRandom;
use ring::signature::{RSA_PSS_SHA256, RsaKeyPair};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

/// A certificate that signs.
pub(crate) struct Certificate {
    hash: [u8; 32],
    key: RsaKeyPair,
}

/// Why a certificate can't be used. No message repeats what was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
    /// No certificate in PEM is in it.
    #[error("there is no certificate in PEM (-----BEGIN CERTIFICATE-----)")]
    NoCertificate,
    /// No private key in PEM is in it.
    #[error("there is no private key in PEM (-----BEGIN PRIVATE KEY-----)")]
    NoKey,
    /// The key is not an RSA key of 2,048 to 4,096 bits, as Microsoft wants it.
    #[error("the private key is no RSA key of 2,048 bits or more")]
    NotRsa,
    /// No signature could be made.
    #[error("nothing could be signed with the private key")]
    Unsigned,
}

impl Certificate {
    /// Reads a certificate and its key from one text in PEM, in any order. Of several certificates the first counts.
    pub(crate) fn from_pem(pem: &SecretString) -> Result<Self, CertificateError> {
        let pem = pem.expose_secret().as_bytes();
        let certificate = CertificateDer::from_pem_slice(pem).map_err(|_| CertificateError::NoCertificate)?;
        let key = match PrivateKeyDer::from_pem_slice(pem).map_err(|_| CertificateError::NoKey)? {
            PrivateKeyDer::Pkcs8(key) => RsaKeyPair::from_pkcs8(key.secret_pkcs8_der()),
            PrivateKeyDer::Pkcs1(key) => RsaKeyPair::from_der(key.secret_pkcs1_der()),
            _ => return Err(CertificateError::NotRsa),
        };
        Ok(Self { hash: Sha256::digest(&certificate).into(), key: key.map_err(|_| CertificateError::NotRsa)? })
    }

    /// The SHA-256 hash of the certificate, by which Microsoft finds it.
    pub(crate) const fn hash(&self) -> &[u8; 32] {
        &self.hash
    }

    /// Signs as RSASSA-PSS with SHA-256.
    pub(crate) fn sign(&self, bytes: &[u8]) -> Result<Vec<u8>, CertificateError> {
        let mut signature = vec![0; self.key.public().modulus_len()];
        let signed = self.key.sign(&RSA_PSS_SHA256, &SystemRandom::new(), bytes, &mut signature);
        signed.map(|()| signature).map_err(|_| CertificateError::Unsigned)
    }
}
