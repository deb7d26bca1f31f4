//! Delta tokens: opaque, bound to one mailbox and one collection, and mortal.
//!
//! See <https://learn.microsoft.com/en-us/graph/delta-query-overview>.

use std::collections::BTreeMap;

/// How many tokens a mailbox keeps. Outlook's tokens have no fixed life either: it depends on the size of a cache.
const KEPT: usize = 20_000;

/// The collection that a delta query follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Followed {
    /// The contacts of the folder with this id.
    Contacts(String),
    /// The contact folders.
    Folders,
}

/// Where a delta query stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Position {
    /// What it follows.
    pub(crate) followed: Followed,
    /// What the first request selected.
    pub(crate) select: Option<Vec<&'static str>>,
    /// The last revision that was told.
    pub(crate) told: u64,
    /// The revision at which the round began. Removals before it are not told in a first round.
    pub(crate) began: u64,
    /// Whether the round is the first one, which lists everything.
    pub(crate) first: bool,
    /// Whether the round is over.
    pub(crate) done: bool,
}

/// How a token dies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TokenDeath {
    /// 410 with a `Location` that holds an empty `$deltatoken`, code `resyncRequired`.
    #[default]
    GoneWithLocation,
    /// 410 without `Location`, code `syncStateNotFound`.
    GoneWithoutLocation,
    /// 400, code `SyncStateNotFound`: seen in the wild with a capital letter.
    BadRequest,
}

/// What a token stands for.
#[derive(Clone, Debug)]
enum State<P> {
    Alive(P),
    Dead(TokenDeath),
}

/// The tokens of one mailbox, each with where a query stands.
#[derive(Clone, Debug)]
pub(crate) struct Tokens<P = Position> {
    by_number: BTreeMap<u64, State<P>>,
    numbers: BTreeMap<String, u64>,
    names: BTreeMap<u64, String>,
    last: u64,
}

impl<P> Default for Tokens<P> {
    fn default() -> Self {
        Self { by_number: BTreeMap::new(), numbers: BTreeMap::new(), names: BTreeMap::new(), last: 0 }
    }
}

/// What became of a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Found<P = Position> {
    Alive(P),
    Dead(TokenDeath),
    /// Never issued for this mailbox.
    Unknown,
}

impl<P: Clone> Tokens<P> {
    /// Remembers a position under `token`; the oldest tokens die when there are too many.
    pub(crate) fn issue(&mut self, token: String, position: P) {
        self.last += 1;
        self.by_number.insert(self.last, State::Alive(position));
        self.names.insert(self.last, token.clone());
        self.numbers.insert(token, self.last);
        while self.by_number.len() > 2 * KEPT {
            if let Some((number, _)) = self.by_number.pop_first()
                && let Some(name) = self.names.remove(&number)
            {
                self.numbers.remove(&name);
            }
        }
        if let Some(old) = self.last.checked_sub(KEPT as u64)
            && let Some(state) = self.by_number.get_mut(&old)
        {
            *state = State::Dead(TokenDeath::BadRequest);
        }
    }

    /// Looks a token up.
    pub(crate) fn find(&self, token: &str) -> Found<P> {
        match self.numbers.get(token).and_then(|number| self.by_number.get(number)) {
            Some(State::Alive(position)) => Found::Alive(position.clone()),
            Some(State::Dead(death)) => Found::Dead(*death),
            None => Found::Unknown,
        }
    }

    /// Kills every token issued so far.
    pub(crate) fn expire(&mut self, death: TokenDeath) {
        self.by_number.values_mut().for_each(|state| *state = State::Dead(death));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_tokens_die_first() {
        let position =
            Position { followed: Followed::Folders, select: None, told: 0, began: 0, first: true, done: false };
        let mut tokens = Tokens::default();
        for number in 0..=KEPT {
            tokens.issue(format!("t{number}"), position.clone());
        }
        assert_eq!(tokens.find("t0"), Found::Dead(TokenDeath::BadRequest));
        assert_eq!(tokens.find("t1"), Found::Alive(position));
        assert_eq!(tokens.find("x"), Found::Unknown);
        tokens.expire(TokenDeath::GoneWithLocation);
        assert_eq!(tokens.find("t1"), Found::Dead(TokenDeath::GoneWithLocation));
    }
}
