//! What binds an answer to the TLS connection that carries it.

use md5::{Digest, Md5};
use sha2::{Sha256, Sha384, Sha512};

/// Algorithms by which certificates are signed that hash with more than SHA-256, by the bytes of their object
/// identifiers.
const SHA_384: [&[u8]; 2] =
    [&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0c], &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x03]];
const SHA_512: [&[u8]; 2] =
    [&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0d], &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x04]];

/// The binding to the server whose certificate this is (`tls-server-end-point`), as NTLM has it: the MD5 hash of a
/// structure of GSS-API's with no addresses in it.
///
/// <https://www.rfc-editor.org/rfc/rfc5929#section-4>,
/// <https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-nlmp/83f5e789-660d-4781-8491-5f8c6641f75e>
pub(crate) fn tls_binding(certificate: &[u8]) -> [u8; 16] {
    let hash = match signed_by(certificate).unwrap_or_default() {
        by if SHA_384.contains(&by) => Sha384::digest(certificate).to_vec(),
        by if SHA_512.contains(&by) => Sha512::digest(certificate).to_vec(),
        // Also for what hashes with less.
        _ => Sha256::digest(certificate).to_vec(),
    };
    let data = [b"tls-server-end-point:", &hash[..]].concat();
    let length = u32::try_from(data.len()).unwrap_or_default();
    let mut md5 = Md5::new();
    md5.update([0; 16]);
    md5.update(length.to_le_bytes());
    md5.update(&data);
    md5.finalize().into()
}

/// The object identifier of the algorithm by which a certificate is signed: it follows on what is signed.
fn signed_by(certificate: &[u8]) -> Option<&[u8]> {
    let (whole, _) = content(certificate)?;
    let (_, rest) = content(whole)?;
    let (algorithm, _) = content(rest)?;
    content(algorithm).map(|(identifier, _)| identifier)
}

/// The content of the first value in DER, and what follows on it.
fn content(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let first = *der.get(1)?;
    let (length, begin) = match first {
        0..=0x7f => (usize::from(first), 2),
        0x81..=0x84 => {
            let digits = der.get(2..2 + usize::from(first - 0x80))?;
            (digits.iter().fold(0, |length, digit| (length << 8) | usize::from(*digit)), 2 + digits.len())
        }
        _ => return None,
    };
    Some((der.get(begin..begin.checked_add(length)?)?, der.get(begin + length..)?))
}
