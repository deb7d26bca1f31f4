//! The server's side, for tests.

use super::challenge::{AV_BINDINGS, AV_END};
use super::keys::{hmac_md5, of_person};
use super::{OFFERED, SIGNATURE, base64, utf16};

/// A challenge of a server that says the time, in base64.
pub(crate) fn challenge(nonce: [u8; 8]) -> String {
    let domain = utf16("CORP");
    let mut info = Vec::new();
    for (id, value) in [(2_u16, domain.as_slice()), (7, &[1; 8]), (AV_END, &[])] {
        info.extend(id.to_le_bytes());
        info.extend((value.len() as u16).to_le_bytes());
        info.extend(value);
    }
    let length = (info.len() as u16).to_le_bytes();
    let head = [&SIGNATURE[..], &2_u32.to_le_bytes(), &[0; 8], &OFFERED.to_le_bytes(), &nonce, &[0; 8]].concat();
    let message = [&head[..], &length, &length, &48_u32.to_le_bytes(), &info].concat();
    base64(&message)
}

/// Whether a third message answers this challenge for this person, and is bound to this connection.
pub(crate) fn proves(
    message: &[u8],
    nonce: [u8; 8],
    (user, domain, password): (&str, &str, &str),
    binding: Option<[u8; 16]>,
) -> bool {
    let field = |at: usize| {
        let length = usize::from(u16::from_le_bytes([message[at], message[at + 1]]));
        let offset = u32::from_le_bytes([message[at + 4], message[at + 5], message[at + 6], message[at + 7]]) as usize;
        &message[offset..offset + length]
    };
    let (answer, in_domain, name) = (field(20), field(28), field(36));
    let (proof, asked) = answer.split_at(16);
    let bound = [&AV_BINDINGS.to_le_bytes()[..], &16_u16.to_le_bytes(), &binding.unwrap_or_default()].concat();
    (in_domain, name) == (&utf16(domain), &utf16(user))
        && hmac_md5(&*of_person(user, domain, password), &[&nonce, asked]) == proof
        && asked.windows(bound.len()).any(|window| window == bound)
}
