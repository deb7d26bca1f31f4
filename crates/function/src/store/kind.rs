//! The kinds of records, as they are stored.

use crate::refusal::Refusal;
use mxs_core::Kind;
use std::collections::BTreeMap;

/// The word that is stored.
pub(super) const fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Contact => "contact",
        Kind::Task => "task",
        Kind::Event => "event",
    }
}

/// The kind of a stored word.
pub(super) fn read(stored: &str) -> Result<Kind, Refusal> {
    Kind::ALL.into_iter().find(|kind| word(*kind) == stored).ok_or(Refusal::unreadable("kind"))
}

/// Numbers by kind.
pub(super) fn counts(rows: Vec<(String, i64)>) -> Result<BTreeMap<Kind, u32>, Refusal> {
    rows.into_iter().map(|(kind, count)| Ok((read(&kind)?, u32::try_from(count).unwrap_or(u32::MAX)))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_has_one_word() {
        for kind in Kind::ALL {
            assert_eq!(serde_json::to_value(kind).expect("JSON"), word(kind));
            assert_eq!(read(word(kind)).ok(), Some(kind));
        }
    }
}
