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

/// What the first request of a delta query over contacts asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    /// What it follows.
    pub(crate) followed: Followed,
    /// What it selected.
    pub(crate) select: Option<Vec<&'static str>>,
}

/// Where a delta query stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Position<A> {
    /// What the first request asked for.
    pub(crate) asked: A,
    /// The last revision that was told.
    pub(crate) told: u64,
    /// The revision at which the round began. Removals before it are not told in a first round.
    pub(crate) began: u64,
    /// Whether the round is the first one, which lists everything.
    pub(crate) first: bool,
    /// Whether the round is over.
    pub(crate) done: bool,
}

impl<A> Position<A> {
    /// The beginning of everything, at a revision.
    pub(crate) fn first(asked: A, revision: u64) -> Self {
        Self { asked, told: 0, began: revision, first: true, done: false }
    }

    /// The next page of the round; the first of the next one where it is over, at a revision.
    pub(crate) fn resumed(self, revision: u64) -> Self {
        let began = if self.done { revision } else { self.began };
        let first = self.first && !self.done;
        Self { began, first, done: false, ..self }
    }

    /// Whether a change of this revision came before a first round began, which has nothing to take back that was
    /// never told.
    pub(crate) fn was_never_told(&self, revision: u64) -> bool {
        self.first && revision <= self.began
    }
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
enum State<A> {
    Alive(Position<A>),
    Dead(TokenDeath),
}

/// The tokens of one mailbox, each with where a query stands.
#[derive(Clone, Debug)]
pub(crate) struct Tokens<A> {
    by_number: BTreeMap<u64, State<A>>,
    numbers: BTreeMap<String, u64>,
    names: BTreeMap<u64, String>,
    last: u64,
}

impl<A> Default for Tokens<A> {
    fn default() -> Self {
        Self { by_number: BTreeMap::new(), numbers: BTreeMap::new(), names: BTreeMap::new(), last: 0 }
    }
}

/// What became of a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Found<A> {
    Alive(Position<A>),
    Dead(TokenDeath),
    /// Never issued for this mailbox.
    Unknown,
}

impl<A: Clone> Tokens<A> {
    /// Remembers a position under `token`; the oldest tokens die when there are too many.
    pub(crate) fn issue(&mut self, token: String, position: Position<A>) {
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
    pub(crate) fn find(&self, token: &str) -> Found<A> {
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
        let position = Position::first(Asked { followed: Followed::Folders, select: None }, 0);
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
