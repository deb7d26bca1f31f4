//! Authorities that somebody trusts for a server of their own.

use crate::ntlm;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

/// The most certificates that can be named.
pub const AUTHORITIES_MAX: usize = 16;

/// The characters of a line in PEM (RFC 7468).
const PEM_LINE: usize = 64;

/// Certificates of authorities, to be trusted beyond the public ones: an Exchange Server's certificate is often from the
/// company's own authority, or its own.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Authorities(Vec<CertificateDer<'static>>);

/// Why certificates can't be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuthoritiesError {
    /// There is no certificate in PEM in it.
    #[error("there is no certificate in PEM (-----BEGIN CERTIFICATE-----)")]
    NoCertificate,
    /// One of them, counted from 1, is none.
    #[error("certificate {0} can't be read")]
    Unreadable(usize),
    /// There are more than [`AUTHORITIES_MAX`].
    #[error("there are more than {AUTHORITIES_MAX} certificates")]
    TooMany,
}

impl Authorities {
    /// Reads certificates in PEM, one after the other. What stands between them is left out, private keys among it.
    pub fn parse(pem: &str) -> Result<Self, AuthoritiesError> {
        let mut certificates = Vec::new();
        let mut store = RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
            let number = certificates.len() + 1;
            if number > AUTHORITIES_MAX {
                return Err(AuthoritiesError::TooMany);
            }
            let certificate = certificate.map_err(|_| AuthoritiesError::Unreadable(number))?;
            store.add(certificate.clone()).map_err(|_| AuthoritiesError::Unreadable(number))?;
            certificates.push(certificate);
        }
        if certificates.is_empty() { Err(AuthoritiesError::NoCertificate) } else { Ok(Self(certificates)) }
    }

    /// The certificates in PEM, and nothing else of what was read.
    pub fn pem(&self) -> String {
        let mut pem = String::new();
        for certificate in &self.0 {
            pem.push_str("-----BEGIN CERTIFICATE-----\n");
            let text = ntlm::base64(certificate);
            let mut rest = text.as_str();
            while !rest.is_empty() {
                let (line, next) = rest.split_at(rest.len().min(PEM_LINE));
                pem.push_str(line);
                pem.push('\n');
                rest = next;
            }
            pem.push_str("-----END CERTIFICATE-----\n");
        }
        pem
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// Adds them to others.
    pub(crate) fn add_to(&self, store: &mut RootCertStore) {
        store.add_parsable_certificates(self.0.iter().cloned());
    }
}

/// Whose they are may be somebody's secret.
impl std::fmt::Debug for Authorities {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Authorities({})", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn certificate() -> String {
        rcgen::generate_simple_self_signed(vec!["mail.corp.example".to_owned()]).expect("a certificate").cert.pem()
    }

    #[test]
    fn certificates_are_read_and_nothing_else() {
        let (one, other) = (certificate(), certificate());
        let key = rcgen::KeyPair::generate().expect("a key").serialize_pem();
        let damaged = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
        let cases = [
            (one.clone(), Ok(1)),
            (format!("# Corp\n{one}\n{key}\r\nand\r\n{other}"), Ok(2)),
            (one.repeat(AUTHORITIES_MAX), Ok(AUTHORITIES_MAX)),
            (one.repeat(AUTHORITIES_MAX + 1), Err(AuthoritiesError::TooMany)),
            (format!("{one}{damaged}"), Err(AuthoritiesError::Unreadable(2))),
            (
                "-----BEGIN CERTIFICATE-----\n?\n-----END CERTIFICATE-----\n".to_owned(),
                Err(AuthoritiesError::Unreadable(1)),
            ),
            (key, Err(AuthoritiesError::NoCertificate)),
            (String::new(), Err(AuthoritiesError::NoCertificate)),
        ];
        for (pem, wanted) in cases {
            let read = Authorities::parse(&pem);
            assert_eq!(read.as_ref().map(Authorities::count).map_err(|error| *error), wanted, "{pem}");
            if let Ok(read) = read {
                assert_eq!(Authorities::parse(&read.pem()), Ok(read.clone()));
                assert!(!read.pem().contains("PRIVATE"));
            }
        }
    }
}
