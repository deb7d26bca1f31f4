//! What the server asks.

use super::SIGNATURE;

/// The longest challenge that is read: real ones are some hundred bytes.
const MESSAGE_MAX: usize = 16 * 1024;

/// Where the server's name in the challenge is told, its flags, its eight bytes, and what it says of itself.
const FLAGS: usize = 20;
const NONCE: usize = 24;
const TARGET_INFO: usize = 40;

/// The end of what a server says of itself, and the time that it says.
pub(super) const AV_END: u16 = 0;
pub(super) const AV_FLAGS: u16 = 6;
pub(super) const AV_TIMESTAMP: u16 = 7;
pub(super) const AV_TARGET_NAME: u16 = 9;
pub(super) const AV_BINDINGS: u16 = 10;

/// A server's challenge.
///
/// <https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-nlmp/801a4681-8809-4be9-ab0d-61dcfe762786>
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Challenge {
    /// The message as it came: the proof that nobody changed it covers it.
    pub(super) message: Vec<u8>,
    pub(super) flags: u32,
    pub(super) nonce: [u8; 8],
    /// What the server says of itself, in its order, without the end.
    pub(super) info: Vec<(u16, Vec<u8>)>,
}

impl Challenge {
    /// Reads a challenge; `None` for what is none, and for one of a server that says nothing of itself: it is older than
    /// version 2.
    pub(crate) fn parse(message: &[u8]) -> Option<Self> {
        let is_challenge = message.get(..8)? == SIGNATURE && number(message, 8)? == 2 && message.len() <= MESSAGE_MAX;
        if !is_challenge {
            return None;
        }
        let length = usize::from(short(message, TARGET_INFO)?);
        let offset = usize::try_from(number(message, TARGET_INFO + 4)?).ok()?;
        let mut rest = message.get(offset..offset.checked_add(length)?)?;
        let mut info = Vec::new();
        loop {
            let (id, length) = (short(rest, 0)?, usize::from(short(rest, 2)?));
            if id == AV_END {
                break;
            }
            info.push((id, rest.get(4..4 + length)?.to_vec()));
            rest = rest.get(4 + length..)?;
        }
        let nonce = message.get(NONCE..NONCE + 8)?.try_into().ok()?;
        Some(Self { message: message.to_vec(), flags: number(message, FLAGS)?, nonce, info })
    }

    /// The server's clock, if it says what it shows: then it wants a proof that nobody changed the messages.
    pub(super) fn time(&self) -> Option<[u8; 8]> {
        let (_, time) = self.info.iter().find(|(id, _)| *id == AV_TIMESTAMP)?;
        time.as_slice().try_into().ok()
    }
}

fn short(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}
