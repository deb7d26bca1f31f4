//! NTLM, version 2: how Windows servers have people prove a password without sending it.
//!
//! Three messages over one connection: the client begins ([`begin`]), the server challenges, the client answers
//! ([`Challenge::answer`]). From then on the connection is the person's, and no other is. Nothing is signed or encrypted
//! by it here: TLS does that, and the answer is bound to the TLS connection ([`tls_binding`]), so that whoever stands
//! between can't hand it on. Version 1, and answers that servers of the last century take, are never given.
//!
//! <https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-nlmp/>

mod answer;
mod binding;
mod challenge;
mod keys;

pub(crate) use answer::Proving;
pub(crate) use binding::tls_binding;
pub(crate) use challenge::Challenge;

use base64ct::{Base64, Encoding};

/// What all messages begin with.
const SIGNATURE: &[u8; 8] = b"NTLMSSP\0";

/// What is offered: Unicode, the server's name asked for, NTLM, an answer that counts as signed, version 2's session
/// security, and keys of 128 and 56 bits. No key is exchanged, as nothing is encrypted with it.
///
/// <https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-nlmp/99d90ff4-957f-4c8a-80e4-5bfe5a9a9832>
const OFFERED: u32 = 0x0000_0001 | 0x0000_0004 | 0x0000_0200 | 0x0000_8000 | 0x0008_0000 | 0x2000_0000 | 0x8000_0000;

/// The first message. It names neither a person nor a machine.
pub(crate) fn begin() -> Vec<u8> {
    let mut message = SIGNATURE.to_vec();
    message.extend(1_u32.to_le_bytes());
    message.extend(OFFERED.to_le_bytes());
    // Neither a domain nor a workstation, and no version.
    message.extend([0; 24]);
    message
}

/// Bytes as header fields have them.
pub(crate) fn base64(bytes: &[u8]) -> String {
    Base64::encode_string(bytes)
}

/// Bytes from a header field.
pub(crate) fn from_base64(text: &str) -> Option<Vec<u8>> {
    Base64::decode_vec(text.trim()).ok()
}

/// Text as all messages have it.
fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
