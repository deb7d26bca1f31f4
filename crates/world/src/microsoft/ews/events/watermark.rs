//! Where somebody stands in what happened: opaque, and bound to a mailbox.

use crate::microsoft::ews::ids::{base64, from_base64};

/// A mark of a user's mailbox.
pub(super) fn write(user: &str, place: u64) -> String {
    base64(&[place.to_be_bytes().as_slice(), user.as_bytes()].concat())
}

/// The place of a mark, if it is one of this user's mailbox.
pub(super) fn read(mark: &str, user: &str) -> Option<u64> {
    let bytes = from_base64(mark.trim())?;
    let (place, of) = bytes.split_first_chunk::<8>()?;
    (of == user.as_bytes()).then(|| u64::from_be_bytes(*place))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_of_one_mailbox() {
        let mark = write("u1", 7);
        assert_eq!(read(&mark, "u1"), Some(7));
        for (mark, user) in [(mark.as_str(), "u2"), ("", "u1"), ("AAAA", "u1"), ("not a mark", "u1")] {
            assert_eq!(read(mark, user), None, "{mark} {user}");
        }
    }
}
