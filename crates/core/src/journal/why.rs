//! What happened to one record, for the person who asks.

use super::{Cause, Entry, Values, What};
use crate::{RecordId, Side};

/// One thing that happened to a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The run in which it happened.
    pub run: u64,
    /// Which of the run's entries says so.
    pub number: u64,
    /// What happened.
    pub what: What,
    /// Why.
    pub cause: Cause,
    /// The record's partner then.
    pub partner: RecordId,
    /// The values that changed; where it became one of a pair, what both held.
    pub fields: Vec<Values>,
}

/// What happened to `record`, the newest first. What was written or noted on its partner alone is not among it:
/// that is the partner's story; but that a partner was made or deleted is both's.
pub fn why<'a>(entries: impl IntoIterator<Item = &'a Entry>, record: &RecordId) -> Vec<Explanation> {
    let own: Side = record.side();
    let touches = |entry: &Entry| entry.what.side().is_none_or(|side| side == own);
    let tells_of_both = |entry: &Entry| matches!(entry.what, What::Created(_));
    let concerns = |entry: &&Entry| entry.record(own) == *record && (touches(entry) || entry.what.is_of_both());
    let mut story: Vec<Explanation> = entries
        .into_iter()
        .filter(concerns)
        .map(|entry| Explanation {
            run: entry.run,
            number: entry.number,
            what: entry.what,
            cause: entry.cause,
            partner: entry.record(own.other()),
            fields: if touches(entry) || tells_of_both(entry) { entry.fields.clone() } else { Vec::new() },
        })
        .collect();
    story.sort_by_key(|explanation| std::cmp::Reverse((explanation.run, explanation.number)));
    story
}
