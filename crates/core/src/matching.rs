//! Which records on both sides are the same thing, when no link says so.

use crate::hashing::Mixing;
use crate::held::UNTITLED;
use crate::plan::Pool;
use crate::{CrmId, ExchangeId, Field, FieldMap, Fields, Kind, Seen};
use std::collections::BTreeMap;
use std::hash::{Hash, Hasher as _};

/// Pairs that are the same contact, and records for which a person must choose.
#[derive(Debug, Default)]
pub(crate) struct Matches {
    /// By their places in the pools.
    pub(crate) pairs: Candidates,
    /// How many records on the other side fit each of these.
    pub(crate) ambiguous_exchange: BTreeMap<ExchangeId, usize>,
    pub(crate) ambiguous_crm: BTreeMap<CrmId, usize>,
}

/// Matches records without a link. The rules, in order; the first that fits a pair decides:
///
/// 1. The item's provenance mark names the record, or a lead that became it.
/// 2. Of contacts: both have an e-mail address in common; where several do, the one that also has the same full
///    name. Then: both have the same full name and one more field in common, or nothing at all in difference.
/// 3. Of tasks: both have the same subject and the same day on which they are due, or none.
/// 4. Of events: both have the same subject, start, end and rule.
///
/// A rule only decides where it leaves exactly one partner for both. Where it leaves several, nothing is
/// guessed and all of them are reported.
pub(crate) fn find(
    kind: Kind,
    map: &FieldMap,
    exchange: &Pool<ExchangeId>,
    (crm, became): (&Pool<CrmId>, &BTreeMap<CrmId, CrmId>),
) -> Matches {
    let mut finder = Finder { items: Undecided::of(exchange), records: Undecided::of(crm), pairs: Vec::new() };
    let named = |mark| crm.place(became.get(mark).unwrap_or(mark));
    let by_mark = finder.items.open().filter_map(|(item, seen)| Some((item, named(seen.mark.as_ref()?)?)));
    finder.decide(by_mark.collect(), false);
    match kind {
        Kind::Contact => {
            finder.decide(common_addresses(&finder), true);
            finder.decide(namesakes(&finder, map), false);
        }
        Kind::Task => finder.decide(same_appearance(&finder, &[Field::Due]), false),
        Kind::Event => {
            let fields = [Field::Start, Field::End, Field::Recurrence];
            finder.decide(same_appearance(&finder, &fields), false);
        }
    }
    let Finder { items, records, pairs } = finder;
    Matches { pairs, ambiguous_exchange: items.told_by_id(), ambiguous_crm: records.told_by_id() }
}

/// Pairs of an item and a record that may be the same, by their places in the pools.
pub(crate) type Candidates = Vec<(usize, usize)>;

/// One side's records: which are not decided yet, and which never will be.
struct Undecided<'a, Id> {
    pool: &'a Pool<Id>,
    open: Vec<bool>,
    /// How many records on the other side fit each of these.
    ambiguous: Vec<(usize, usize)>,
}

impl<'a, Id: Ord + Clone> Undecided<'a, Id> {
    fn of(pool: &'a Pool<Id>) -> Self {
        let open = (0..pool.len()).map(|place| pool.get(place).is_some()).collect();
        Self { pool, open, ambiguous: Vec::new() }
    }

    fn open(&self) -> impl Iterator<Item = (usize, &'a Seen)> {
        let open = self.open.iter().enumerate().filter(|(_, open)| **open);
        open.filter_map(|(place, _)| Some((place, self.pool.get(place)?)))
    }

    /// How many of the candidates name each.
    fn count(&self, named: impl Iterator<Item = usize>) -> Vec<u32> {
        let mut counts = vec![0; self.open.len()];
        named.for_each(|place| counts[place] += 1);
        counts
    }

    fn close_ambiguous(&mut self, counts: &[u32]) {
        for (place, count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
            self.open[place] = false;
            self.ambiguous.push((place, *count as usize));
        }
    }

    fn told_by_id(self) -> BTreeMap<Id, usize> {
        self.ambiguous.into_iter().map(|(place, fit)| (self.pool.id(place).clone(), fit)).collect()
    }
}

/// Records not yet decided, and the pairs that were.
struct Finder<'a> {
    items: Undecided<'a, ExchangeId>,
    records: Undecided<'a, CrmId>,
    pairs: Candidates,
}

impl Finder<'_> {
    /// Takes the pairs that are each other's only candidate; then, if names break a tie, those that are each other's
    /// only candidate of the same full name; then reports what is left with a candidate.
    fn decide(&mut self, mut candidates: Candidates, names_break_ties: bool) {
        candidates.sort_unstable();
        candidates.dedup();
        self.keep_open(&mut candidates);
        self.take_mutual(&candidates);
        self.keep_open(&mut candidates);
        if names_break_ties {
            let mut better = candidates.clone();
            better.retain(|pair| self.both(*pair).is_some_and(|(item, record)| have_one_name(item, record)));
            self.take_mutual(&better);
            self.keep_open(&mut candidates);
        }
        let (by_item, by_record) = self.count(&candidates);
        self.items.close_ambiguous(&by_item);
        self.records.close_ambiguous(&by_record);
    }

    fn both(&self, (item, record): (usize, usize)) -> Option<(&Fields, &Fields)> {
        Some((&self.items.pool.get(item)?.fields, &self.records.pool.get(record)?.fields))
    }

    fn keep_open(&self, candidates: &mut Candidates) {
        candidates.retain(|(item, record)| self.items.open[*item] && self.records.open[*record]);
    }

    fn take_mutual(&mut self, candidates: &Candidates) {
        if candidates.is_empty() {
            return;
        }
        let (by_item, by_record) = self.count(candidates);
        for (item, record) in candidates {
            if by_item[*item] == 1 && by_record[*record] == 1 {
                self.items.open[*item] = false;
                self.records.open[*record] = false;
                self.pairs.push((*item, *record));
            }
        }
    }

    fn count(&self, candidates: &Candidates) -> (Vec<u32>, Vec<u32>) {
        let by_item = self.items.count(candidates.iter().map(|(item, _)| *item));
        (by_item, self.records.count(candidates.iter().map(|(_, record)| *record)))
    }

    /// The open pairs that have a key in common and that `fit`. Keys are only asked for their hashes, so that no text
    /// is kept for each record: what fits must have the key in common, which alike hashes don't prove.
    fn joined(&self, hashes: impl Fn(&Fields, &mut Keys), fit: impl Fn(&Fields, &Fields) -> bool) -> Candidates {
        let items = Keys::of(self.items.open(), &hashes);
        let records = Keys::of(self.records.open(), &hashes);
        let mut rest = records.as_slice();
        let mut candidates = Candidates::new();
        for (hash, item) in items {
            let smaller = rest.iter().take_while(|(own, _)| *own < hash).count();
            rest = &rest[smaller..];
            let alike = rest.iter().take_while(|(own, _)| *own == hash).map(|(_, record)| (item, *record));
            candidates.extend(alike.filter(|pair| self.both(*pair).is_some_and(|(item, record)| fit(item, record))));
        }
        candidates
    }
}

/// The hashes of one side's keys, each with its record's place.
struct Keys {
    hashes: Vec<(u64, usize)>,
    /// The record whose keys are being added.
    place: usize,
    /// Where a key is put together.
    text: String,
}

impl Keys {
    /// In order.
    fn of<'s>(open: impl Iterator<Item = (usize, &'s Seen)>, hashes: impl Fn(&Fields, &mut Self)) -> Vec<(u64, usize)> {
        let mut keys = Self { hashes: Vec::new(), place: 0, text: String::new() };
        for (place, seen) in open {
            keys.place = place;
            hashes(&seen.fields, &mut keys);
        }
        keys.hashes.sort_unstable();
        keys.hashes
    }

    /// Adds the key of the record that consists of these words in small letters, and of `more`.
    fn add<'t>(&mut self, words: impl Iterator<Item = &'t str>, more: impl Hash) {
        self.text.clear();
        push_words(words, &mut self.text);
        let mut hasher = Mixing::default();
        (&self.text, more).hash(&mut hasher);
        self.hashes.push((hasher.finish(), self.place));
    }
}

fn common_addresses(finder: &Finder<'_>) -> Candidates {
    let keys = |fields: &Fields, keys: &mut Keys| {
        addresses(fields).for_each(|address| keys.add(std::iter::once(address), ()));
    };
    let has_common = |item: &Fields, record: &Fields| {
        addresses(item).any(|one| addresses(record).any(|other| are_alike(one, other)))
    };
    finder.joined(keys, has_common)
}

fn namesakes(finder: &Finder<'_>, map: &FieldMap) -> Candidates {
    let keys = |fields: &Fields, keys: &mut Keys| {
        if has_full_name(fields) {
            keys.add(name_words(fields), ());
        }
    };
    let fit =
        |item: &Fields, record: &Fields| have_one_name(item, record) && is_same_beyond_the_name(map, item, record);
    finder.joined(keys, fit)
}

/// Pairs that have the same title and the same in each of `fields`.
fn same_appearance(finder: &Finder<'_>, fields: &[Field]) -> Candidates {
    let keys = |contents: &Fields, keys: &mut Keys| {
        if is_titled(contents) {
            let words = contents.text(Field::Subject).split_whitespace();
            keys.add(words, fields.iter().map(|field| contents.get(*field)).collect::<Vec<_>>());
        }
    };
    let fit = |item: &Fields, record: &Fields| {
        subject(item) == subject(record) && fields.iter().all(|field| item.get(*field) == record.get(*field))
    };
    finder.joined(keys, fit)
}

fn is_titled(fields: &Fields) -> bool {
    let subject = fields.text(Field::Subject);
    !subject.is_empty() && !are_alike(subject, UNTITLED)
}

/// A subject in small letters with single blanks; `None` when there is none.
fn subject(fields: &Fields) -> Option<String> {
    is_titled(fields).then(|| words(fields.text(Field::Subject).split_whitespace()))
}

/// What a record is called, where two that are called the same may be one: a full name, or a subject.
pub(crate) fn title(kind: Kind, fields: &Fields) -> Option<String> {
    match kind {
        Kind::Contact => has_full_name(fields).then(|| words(name_words(fields))),
        Kind::Task | Kind::Event => subject(fields),
    }
}

/// Addresses compare without regard to case: no mail system in use tells them apart by it.
fn addresses(fields: &Fields) -> impl Iterator<Item = &str> {
    let slots = [Field::Email1, Field::Email2, Field::Email3];
    slots.into_iter().map(|slot| fields.text(slot)).filter(|address| !address.is_empty())
}

/// A given name alone is no full name.
fn has_full_name(fields: &Fields) -> bool {
    !fields.text(Field::Surname).is_empty()
}

fn name_words(fields: &Fields) -> impl Iterator<Item = &str> {
    fields.text(Field::GivenName).split_whitespace().chain(fields.text(Field::Surname).split_whitespace())
}

fn have_one_name(item: &Fields, record: &Fields) -> bool {
    has_full_name(item) && has_full_name(record) && words(name_words(item)) == words(name_words(record))
}

/// Words in small letters with single blanks.
fn words<'t>(words: impl Iterator<Item = &'t str>) -> String {
    let mut text = String::new();
    push_words(words, &mut text);
    text
}

fn push_words<'t>(words: impl Iterator<Item = &'t str>, text: &mut String) {
    for (index, word) in words.enumerate() {
        if index > 0 {
            text.push(' ');
        }
        if word.is_ascii() {
            text.extend(word.chars().map(|letter| letter.to_ascii_lowercase()));
        } else {
            text.push_str(&word.to_lowercase());
        }
    }
}

fn are_alike(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
        || (!(one.is_ascii() && other.is_ascii()) && one.to_lowercase() == other.to_lowercase())
}

/// The fields that flow and are no part of what a record is called.
pub(crate) fn beyond_the_title(map: &FieldMap) -> impl Iterator<Item = Field> {
    let title = |field: &Field| matches!(field, Field::GivenName | Field::Surname | Field::Title | Field::Subject);
    map.fields().filter(move |field| !title(field))
}

fn is_same_beyond_the_name(map: &FieldMap, item: &Fields, record: &Fields) -> bool {
    let is_common = |field| item.get(field).is_some() && item.get(field) == record.get(field);
    beyond_the_title(map).any(is_common) || item.agrees_with(record, map)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Version;

    /// One record: `name / surname / e-mail / phone / mark`, `-` for nothing.
    fn seen(text: &str) -> Seen {
        let parts: Vec<&str> = text.split('/').map(|part| part.trim().trim_start_matches('-')).collect();
        let [given, surname, email, phone, mark] = parts.as_slice() else { panic!("five parts: {text}") };
        let fields = Fields::default()
            .with(Field::GivenName, given)
            .with(Field::Surname, surname)
            .with(Field::Email1, email)
            .with(Field::MobilePhone, phone);
        Seen { fields, version: Version::new("1"), mark: (!mark.is_empty()).then(|| CrmId::new(*mark)) }
    }

    /// Items are named a, b, c…, records 1, 2, 3… The result reads `a1 b2 ?c ?3`: pairs, then who is
    /// ambiguous.
    fn check(items: &[&str], records: &[&str], expected: &str) {
        let letters = "abcdefgh".chars().map(|letter| ExchangeId::new(letter.to_string()));
        let exchange = Pool::new(letters.zip(items.iter().map(|text| Some(seen(text)))).collect());
        let numbers = (1..).map(|number: u32| CrmId::new(number.to_string()));
        let crm = Pool::new(numbers.zip(records.iter().map(|text| Some(seen(text)))).collect());
        let became = BTreeMap::from([(CrmId::new("8"), CrmId::new("1"))]);
        let matches = find(Kind::Contact, &FieldMap::usual(Kind::Contact), &exchange, (&crm, &became));
        let mut words: Vec<String> =
            matches.pairs.iter().map(|(a, b)| format!("{}{}", exchange.id(*a).as_str(), crm.id(*b).as_str())).collect();
        words.sort();
        words.extend(matches.ambiguous_exchange.keys().map(|item| format!("?{}", item.as_str())));
        words.extend(matches.ambiguous_crm.keys().map(|record| format!("?{}", record.as_str())));
        assert_eq!(words.join(" "), expected, "{items:?} {records:?}");
    }

    #[test]
    fn the_rules_in_order() {
        // The mark decides, whatever the contents say.
        check(&["Ann/Lee/-/-/2"], &["Ann/Lee/a@x/-/-", "Bob/Ray/b@x/-/-"], "a2");
        // The lead that it names has become the first.
        check(&["Ann/Lee/-/-/8"], &["Cem/Oz/-/-/-", "Bob/Ray/b@x/-/-"], "a1");
        // A mark that names nobody here decides nothing.
        check(&["Ann/Lee/a@x/-/9"], &["Ann/Lee/a@x/-/-"], "a1");
        // A copied item carries a copied mark: nobody can tell which is the original.
        check(&["Ann/Lee/-/-/1", "Ann/Lee/-/-/1"], &["Ann/Lee/-/-/-"], "?a ?b ?1");
        // The address decides, in any case of letters and under another name.
        check(&["Ann/Lee/Ann@X.example/-/-"], &["Anne/Leigh/ann@x.example/-/-"], "a1");
        // A family shares an address: the name tells them apart.
        check(&["Ann/Lee/home@x/-/-", "Bob/Lee/home@x/-/-"], &["Bob/Lee/home@x/-/-", "Ann/Lee/home@x/-/-"], "a2 b1");
        // One of the family is known on one side only: the other finds its partner, the first is new.
        check(&["Ann/Lee/home@x/-/-", "Bob/Lee/home@x/-/-"], &["Bob/Lee/home@x/-/-"], "b1");
        // Two items with one address and one name: nothing is guessed.
        check(&["Ann/Lee/a@x/-/-", "Ann/Lee/a@x/-/-"], &["Ann/Lee/a@x/-/-"], "?a ?b ?1");
        // A shared office address under names that nobody has on the other side.
        check(&["Ann/Lee/info@x/-/-", "Bob/Ray/info@x/-/-"], &["Cem/Oz/info@x/-/-"], "?a ?b ?1");
        // The same full name and one more field.
        check(&["Ann/Lee/-/0100/-"], &["ann/LEE/-/0100/-"], "a1");
        // The same full name alone is two people.
        check(&["Ann/Lee/-/0100/-"], &["Ann/Lee/-/0200/-"], "");
        // The same full name and nothing else on either side is nothing in difference.
        check(&["Ann/Lee/-/-/-"], &["Ann/Lee/-/-/-"], "a1");
        // A given name alone is no full name.
        check(&["Ann/-/-/0100/-"], &["Ann/-/-/0100/-"], "");
        check(&["山田/太郎/taro@x/-/-"], &["山田/太郎/-/-/-", "-/-/TARO@x/-/-"], "a2");
        check(&[], &["Ann/Lee/-/-/-"], "");
    }
}
