//! NTLM, as far as a server needs it: a challenge, and whether an answer to it was made with a user's password.
//!
//! Only its second version counts; Windows has refused the first for long. What binds an answer to a connection by
//! TLS, and what signs the three messages, isn't looked at.
//!
//! See <https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-nlmp/>.

use hmac::{Hmac, KeyInit, Mac};
use md4::{Digest, Md4};
use md5::Md5;

/// What every message begins with.
const SIGNATURE: &[u8; 8] = b"NTLMSSP\0";
/// How long the proof is that an answer begins with.
const PROOF: usize = 16;

/// What the server can: Unicode, a target's name and information, NTLM of the second version.
const FLAGS: u32 = 0x0000_0001 | 0x0000_0004 | 0x0000_0200 | 0x0001_0000 | 0x0008_0000 | 0x0080_0000 | 0x2000_0000;

/// The third message: who somebody is, and how they prove it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Answer {
    /// The domain; empty where the name says it.
    pub(super) domain: String,
    pub(super) user: String,
    response: Vec<u8>,
}

/// A message of a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum FromClient {
    /// It wants to be challenged.
    Negotiate,
    /// It answers a challenge.
    Authenticate(Answer),
}

/// Reads a message of a client.
pub(super) fn read(message: &[u8]) -> Option<FromClient> {
    let rest = message.strip_prefix(SIGNATURE)?;
    match u32::from_le_bytes(rest.get(..4)?.try_into().ok()?) {
        1 => Some(FromClient::Negotiate),
        3 => {
            let is_unicode = u32::from_le_bytes(message.get(60..64)?.try_into().ok()?) & 1 == 1;
            let text = |at: usize| -> Option<String> {
                let bytes = field(message, at)?;
                if !is_unicode {
                    return String::from_utf8(bytes.to_vec()).ok();
                }
                let units: Vec<u16> =
                    bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
                String::from_utf16(&units).ok()
            };
            let response = field(message, 20)?.to_vec();
            Some(FromClient::Authenticate(Answer { domain: text(28)?, user: text(36)?, response }))
        }
        _ => None,
    }
}

/// What a field of a message points to: length, room, and place.
fn field(message: &[u8], at: usize) -> Option<&[u8]> {
    let length = usize::from(u16::from_le_bytes(message.get(at..at + 2)?.try_into().ok()?));
    let place = usize::try_from(u32::from_le_bytes(message.get(at + 4..at + 8)?.try_into().ok()?)).ok()?;
    message.get(place..place.checked_add(length)?)
}

/// The second message: the challenge of a server of a domain.
pub(super) fn challenge(challenge: [u8; 8], domain: &str) -> Vec<u8> {
    let name = utf16(domain);
    let mut information = Vec::new();
    // The domain and the server by their names of before there were domains with dots, and the end of the list.
    for (id, value) in [(2_u16, name.as_slice()), (1, &utf16("EXCHANGE")), (0, &[])] {
        information.extend(id.to_le_bytes());
        information.extend(u16::try_from(value.len()).unwrap_or_default().to_le_bytes());
        information.extend(value);
    }
    let mut message = Vec::from(SIGNATURE.as_slice());
    message.extend(2_u32.to_le_bytes());
    let header = 48;
    let mut place = header;
    let mut point = |message: &mut Vec<u8>, length: usize| {
        let short = u16::try_from(length).unwrap_or_default();
        message.extend(short.to_le_bytes());
        message.extend(short.to_le_bytes());
        message.extend(u32::try_from(place).unwrap_or_default().to_le_bytes());
        place += length;
    };
    point(&mut message, name.len());
    message.extend(FLAGS.to_le_bytes());
    message.extend(challenge);
    message.extend([0; 8]);
    point(&mut message, information.len());
    message.extend(name);
    message.extend(information);
    message
}

/// Whether an answer to a challenge was made with a password.
pub(super) fn is_proof(answer: &Answer, password: &str, challenge: [u8; 8]) -> bool {
    // What is as short as a proof or as an answer of the first version is neither.
    if answer.response.len() <= 24 {
        return false;
    }
    let (proof, blob) = answer.response.split_at(PROOF);
    let hash = Md4::digest(utf16(password));
    let owner = utf16(&(answer.user.to_uppercase() + &answer.domain));
    keyed(&keyed(&hash, &[&owner]), &[&challenge, blob]) == *proof
}

fn keyed(key: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    // A key of HMAC may have any length.
    let Ok(mut mac) = Hmac::<Md5>::new_from_slice(key) else { return Vec::new() };
    parts.iter().for_each(|part| mac.update(part));
    mac.finalize().into_bytes().to_vec()
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of MS-NLMP, 4.2.4: `User` of `Domain` with the password `Password`.
    #[test]
    fn the_vendors_example_is_a_proof() {
        let challenge = [0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef];
        let proof = [0x68, 0xcd, 0x0a, 0xb8, 0x51, 0xe5, 0x1c, 0x96, 0xaa, 0xbc, 0x92, 0x7b, 0xeb, 0xef, 0x6a, 0x1c];
        let mut blob = vec![1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        blob.extend([0xaa; 8]);
        blob.extend([0; 4]);
        for (id, name) in [(2_u16, "Domain"), (1, "Server")] {
            let name = utf16(name);
            blob.extend(id.to_le_bytes());
            blob.extend((name.len() as u16).to_le_bytes());
            blob.extend(name);
        }
        blob.extend([0; 8]);
        let response = [proof.as_slice(), &blob].concat();
        let answer = Answer { domain: "Domain".into(), user: "User".into(), response };
        assert!(is_proof(&answer, "Password", challenge));
        assert!(!is_proof(&answer, "password", challenge));
        assert!(!is_proof(&answer, "Password", [0; 8]));
        assert!(!is_proof(&Answer { domain: "Other".into(), ..answer.clone() }, "Password", challenge));
        assert!(!is_proof(&Answer { response: proof.to_vec(), ..answer }, "Password", challenge));
    }

    #[test]
    fn messages_are_read_within_their_bounds() {
        let mut negotiate = SIGNATURE.to_vec();
        negotiate.extend(1_u32.to_le_bytes());
        assert_eq!(read(&negotiate), Some(FromClient::Negotiate));
        let mut authenticate = SIGNATURE.to_vec();
        authenticate.extend(3_u32.to_le_bytes());
        authenticate.resize(64, 0);
        authenticate[60] = 1;
        let empty = Answer { domain: String::new(), user: String::new(), response: Vec::new() };
        assert_eq!(read(&authenticate), Some(FromClient::Authenticate(empty)));
        // A field that points behind the end.
        authenticate[36] = 2;
        authenticate[40] = 63;
        assert_eq!(read(&authenticate), None);
        for wrong in [&b"NTLMSSP\0"[..], b"NTLMSSP", b"", &challenge([0; 8], "CORP")] {
            assert_eq!(read(wrong), None);
        }
    }
}
