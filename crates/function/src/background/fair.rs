//! Whose turn it is. Pure.
//!
//! The organisations take turns, so that one with ten thousand mailboxes that are due does not keep one with a single
//! mailbox waiting; and no organisation has more runs at a time than its CRM answers at once.

use std::collections::{BTreeMap, VecDeque};

/// The most runs of one organisation at a time. A run sends one request after the other, but for parts of composite
/// requests; the smallest edition of the CRM answers five at once, and people work in it meanwhile.
///
/// <https://www.zoho.com/crm/developer/docs/api/v8/api-limits.html>
pub(crate) const RUNS_PER_ORG_MAX: usize = 4;

/// A mailbox that is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Due {
    /// The row of the mailbox.
    pub(crate) mailbox: i64,
    /// Its organisation.
    pub(crate) org: String,
}

/// Chooses at most `places` of `due`, which come in the order in which they want to be taken. `busy` is how many runs
/// each organisation has under way or waiting. Of organisations with equally many, the one whose mailbox comes first in
/// `due` is served.
pub(crate) fn choose(due: Vec<Due>, busy: &BTreeMap<String, usize>, places: usize) -> Vec<Due> {
    let mut turns: Vec<Turn> = Vec::new();
    let mut of_org: BTreeMap<String, usize> = BTreeMap::new();
    for one in due {
        let at = *of_org.entry(one.org.clone()).or_insert_with(|| {
            let runs = busy.get(&one.org).copied().unwrap_or_default();
            turns.push(Turn { runs, waiting: VecDeque::new() });
            turns.len() - 1
        });
        turns[at].waiting.push_back(one);
    }
    let mut chosen = Vec::new();
    while chosen.len() < places {
        let open = turns.iter_mut().filter(|turn| turn.runs < RUNS_PER_ORG_MAX && !turn.waiting.is_empty());
        let Some(turn) = open.min_by_key(|turn| turn.runs) else { break };
        chosen.extend(turn.waiting.pop_front());
        turn.runs += 1;
    }
    chosen
}

/// An organisation's turn.
struct Turn {
    runs: usize,
    waiting: VecDeque<Due>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn due(text: &str) -> Vec<Due> {
        text.split_whitespace()
            .map(|word| Due { org: word[..1].to_owned(), mailbox: word[1..].parse().expect("a number") })
            .collect()
    }

    fn chosen(text: &str, busy: &[(&str, usize)], places: usize) -> String {
        let busy = busy.iter().map(|(org, runs)| ((*org).to_owned(), *runs)).collect();
        let chosen = choose(due(text), &busy, places);
        let words: Vec<String> = chosen.iter().map(|due| format!("{}{}", due.org, due.mailbox)).collect();
        words.join(" ")
    }

    #[test]
    fn organisations_take_turns() {
        for (case, due, busy, places, expected) in [
            ("nothing is due", "", &[][..], 5, ""),
            ("one after the other", "a1 a2 a3 b1 c1", &[], 9, "a1 b1 c1 a2 a3"),
            ("no more than there are places", "a1 a2 b1", &[], 2, "a1 b1"),
            ("no place", "a1", &[], 0, ""),
            ("the longest wait first", "b1 a1", &[], 1, "b1"),
            ("who has fewer runs under way comes first", "a1 a2 b1 b2", &[("a", 2)], 3, "b1 b2 a1"),
            ("not more than the CRM takes", "a1 a2 a3 a4 a5 b1", &[], 9, "a1 b1 a2 a3 a4"),
            ("what is under way counts", "a1 b1", &[("a", 4)], 9, "b1"),
            ("even where there is too much of it", "a1 b1", &[("a", 400)], 9, "b1"),
        ] {
            assert_eq!(chosen(due, busy, places), expected, "{case}");
        }
    }

    /// One organisation with ten thousand mailboxes, and fifty with one each: the small ones wait for one turn of
    /// each of the others at most.
    #[test]
    fn nobody_starves() {
        let mut waiting: Vec<Due> = (0..10_000).map(|mailbox| Due { mailbox, org: "big".to_owned() }).collect();
        waiting.extend((0..50).map(|org| Due { mailbox: 20_000 + org, org: format!("small {org}") }));
        let chosen = choose(waiting, &BTreeMap::new(), 51);
        assert_eq!(chosen.len(), 51);
        assert_eq!(chosen.iter().filter(|due| due.org == "big").count(), 1);
    }
}
