//! What a client answers.

use super::challenge::{AV_BINDINGS, AV_END, AV_FLAGS, AV_TARGET_NAME};
use super::keys::{hmac_md5, of_person};
use super::{Challenge, OFFERED, SIGNATURE, begin, utf16};
use std::time::{Duration, SystemTime};

/// Who answers, to whom, and what makes this answer differ from all others.
pub(crate) struct Proving<'a> {
    pub(crate) user: &'a str,
    /// Empty where the name says it (`ada@corp.example`).
    pub(crate) domain: &'a str,
    pub(crate) password: &'a str,
    /// The service that is asked: `HTTP/` and the host.
    pub(crate) service: &'a str,
    /// What binds the answer to the TLS connection; `None` without TLS.
    pub(crate) binding: Option<[u8; 16]>,
    /// Random bytes, new for each answer.
    pub(crate) nonce: [u8; 8],
    pub(crate) now: SystemTime,
}

/// Seconds from 1601, when Windows' time begins, to 1970.
const EPOCH: Duration = Duration::from_secs(11_644_473_600);

/// That the answer has a proof over all three messages.
const HAS_PROOF: u32 = 0x0000_0002;

/// Where the proof stands, and the first of the texts.
const PROOF: usize = 72;
const PAYLOAD: usize = PROOF + 16;

impl Challenge {
    /// The third message.
    ///
    /// <https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-nlmp/033d32cc-88f9-4483-9bf2-b273055038ce>
    pub(crate) fn answer(&self, who: &Proving<'_>) -> Vec<u8> {
        let key = of_person(who.user, who.domain, who.password);
        let time = self.time().unwrap_or_else(|| windows_time(who.now));
        let mut asked = vec![1, 1, 0, 0, 0, 0, 0, 0];
        asked.extend(time);
        asked.extend(who.nonce);
        asked.extend([0; 4]);
        asked.extend(self.info_of(who));
        asked.extend([0; 4]);
        let proof = hmac_md5(&*key, &[&self.nonce, &asked]);
        // A server that says its time takes no answer of the older kind.
        let older = match self.time() {
            Some(_) => vec![0; 24],
            None => [&hmac_md5(&*key, &[&self.nonce, &who.nonce])[..], &who.nonce].concat(),
        };
        let newer = [&proof[..], &asked].concat();
        let mut message = assembled([&older, &newer, &utf16(who.domain), &utf16(who.user), &[], &[]], self.flags);
        if self.time().is_some() {
            let session = hmac_md5(&*key, &[&proof]);
            let over_all = hmac_md5(&session, &[&begin(), &self.message, &message]);
            message[PROOF..PAYLOAD].copy_from_slice(&over_all);
        }
        message
    }

    /// What the server says of itself, and what the answer adds to it.
    fn info_of(&self, who: &Proving<'_>) -> Vec<u8> {
        let ours = [AV_FLAGS, AV_TARGET_NAME, AV_BINDINGS];
        let mut info: Vec<(u16, Vec<u8>)> = self.info.iter().filter(|(id, _)| !ours.contains(id)).cloned().collect();
        let flags = self.info.iter().find(|(id, _)| *id == AV_FLAGS);
        let flags = flags.and_then(|(_, flags)| Some(u32::from_le_bytes(flags.as_slice().try_into().ok()?)));
        let flags = flags.unwrap_or_default() | if self.time().is_some() { HAS_PROOF } else { 0 };
        if flags != 0 {
            info.push((AV_FLAGS, flags.to_le_bytes().to_vec()));
        }
        info.push((AV_TARGET_NAME, utf16(who.service)));
        // Sixteen zeros say that there is nothing to bind to.
        info.push((AV_BINDINGS, who.binding.unwrap_or_default().to_vec()));
        info.push((AV_END, Vec::new()));
        let mut bytes = Vec::new();
        for (id, value) in info {
            bytes.extend(id.to_le_bytes());
            bytes.extend(u16::try_from(value.len()).unwrap_or_default().to_le_bytes());
            bytes.extend(value);
        }
        bytes
    }
}

/// The message with these texts: both answers, the domain, the user, the workstation, the session's key.
fn assembled(texts: [&[u8]; 6], flags: u32) -> Vec<u8> {
    let mut message = SIGNATURE.to_vec();
    message.extend(3_u32.to_le_bytes());
    let mut offset = PAYLOAD;
    for text in texts {
        let length = u16::try_from(text.len()).unwrap_or(u16::MAX);
        message.extend(length.to_le_bytes());
        message.extend(length.to_le_bytes());
        message.extend(u32::try_from(offset).unwrap_or(u32::MAX).to_le_bytes());
        offset += text.len();
    }
    message.extend((flags & OFFERED).to_le_bytes());
    // No version, and no proof yet.
    message.resize(PAYLOAD, 0);
    message.extend(texts.concat());
    message
}

/// Tenths of microseconds since 1601.
fn windows_time(now: SystemTime) -> [u8; 8] {
    let since = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default() + EPOCH;
    u64::try_from(since.as_nanos() / 100).unwrap_or_default().to_le_bytes()
}
