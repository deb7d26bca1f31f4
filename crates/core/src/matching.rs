//! Which records on both sides are the same thing, when no link says so.

use crate::hashing::Hashing;
use crate::held::UNTITLED;
use crate::{CrmId, ExchangeId, Field, FieldMap, Fields, Kind, Seen};
use std::collections::{BTreeMap, HashMap};

/// Pairs that are the same contact, and records for which a person must choose.
#[derive(Debug, Default)]
pub(crate) struct Matches {
    pub(crate) pairs: Vec<(ExchangeId, CrmId)>,
    /// How many records on the other side fit each of these.
    pub(crate) ambiguous_exchange: BTreeMap<ExchangeId, usize>,
    pub(crate) ambiguous_crm: BTreeMap<CrmId, usize>,
}

/// Matches records without a link. The rules, in order; the first that fits a pair decides:
///
/// 1. The item's provenance mark names the record.
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
    exchange: &BTreeMap<ExchangeId, Seen>,
    crm: &BTreeMap<CrmId, Seen>,
) -> Matches {
    let items: Vec<(&ExchangeId, &Seen)> = exchange.iter().collect();
    let records: Vec<(&CrmId, &Seen)> = crm.iter().collect();
    let mut finder = Finder::new(items.len(), records.len());

    let by_mark = items.iter().enumerate().filter_map(|(item, (_, seen))| {
        let mark = seen.mark.as_ref()?;
        Some((item, records.binary_search_by_key(&mark, |(id, _)| *id).ok()?))
    });
    finder.decide(by_mark.collect(), None);

    match kind {
        Kind::Contact => people(&mut finder, map, &items, &records),
        Kind::Task => finder.decide(same_appearance(&finder, &[Field::Due], &items, &records), None),
        Kind::Event => {
            let fields = [Field::Start, Field::End, Field::Recurrence];
            finder.decide(same_appearance(&finder, &fields, &items, &records), None);
        }
    }

    let item = |place: usize| items[place].0.clone();
    let record = |place: usize| records[place].0.clone();
    Matches {
        pairs: finder.pairs.into_iter().map(|(one, other)| (item(one), record(other))).collect(),
        ambiguous_exchange: finder.items.ambiguous.into_iter().map(|(place, fit)| (item(place), fit)).collect(),
        ambiguous_crm: finder.records.ambiguous.into_iter().map(|(place, fit)| (record(place), fit)).collect(),
    }
}

type Items<'a> = [(&'a ExchangeId, &'a Seen)];
type Records<'a> = [(&'a CrmId, &'a Seen)];

fn people(finder: &mut Finder, map: &FieldMap, items: &Items<'_>, records: &Records<'_>) {
    let names = Names { items, records };
    finder.decide(common_addresses(items, records), Some(&names));

    let mut records_by_name: HashMap<String, Vec<usize>, Hashing> = HashMap::default();
    for record in finder.records.open() {
        if let Some(name) = full_name(&records[record].1.fields) {
            records_by_name.entry(name).or_default().push(record);
        }
    }
    let mut by_name = Candidates::new();
    for item in finder.items.open() {
        let fields = &items[item].1.fields;
        let namesakes = full_name(fields).and_then(|name| records_by_name.get(&name));
        let fits = |record: &&usize| is_same_beyond_the_name(map, fields, &records[**record].1.fields);
        by_name.extend(namesakes.into_iter().flatten().filter(fits).map(|record| (item, *record)));
    }
    finder.decide(by_name, None);
}

/// Pairs that have the same title and the same in each of `fields`.
fn same_appearance(finder: &Finder, fields: &[Field], items: &Items<'_>, records: &Records<'_>) -> Candidates {
    let key = |contents: &Fields| {
        let mut key = Fields::default().with(Field::Subject, &subject(contents)?);
        for field in fields {
            key.put(*field, contents.get(*field).cloned());
        }
        Some(key)
    };
    let mut by_key: HashMap<Fields, Vec<usize>, Hashing> = HashMap::default();
    for record in finder.records.open() {
        if let Some(key) = key(&records[record].1.fields) {
            by_key.entry(key).or_default().push(record);
        }
    }
    let mut candidates = Candidates::new();
    for item in finder.items.open() {
        let same = key(&items[item].1.fields).and_then(|key| by_key.get(&key));
        candidates.extend(same.into_iter().flatten().map(|record| (item, *record)));
    }
    candidates
}

/// A subject in small letters with single blanks; `None` when there is none.
fn subject(fields: &Fields) -> Option<String> {
    let subject = fields.text(Field::Subject).to_lowercase();
    let words: Vec<&str> = subject.split_whitespace().collect();
    (!words.is_empty() && subject != UNTITLED).then(|| words.join(" "))
}

/// What a record is called, where two that are called the same may be one: a full name, or a subject.
pub(crate) fn title(kind: Kind, fields: &Fields) -> Option<String> {
    match kind {
        Kind::Contact => full_name(fields),
        Kind::Task | Kind::Event => subject(fields),
    }
}

/// Pairs of an item and a record that may be the same, by their places in the order of the ids.
type Candidates = Vec<(usize, usize)>;

/// One side's records: which are not decided yet, and which never will be.
struct Undecided {
    open: Vec<bool>,
    /// How many records on the other side fit each of these.
    ambiguous: Vec<(usize, usize)>,
}

impl Undecided {
    fn new(count: usize) -> Self {
        Self { open: vec![true; count], ambiguous: Vec::new() }
    }

    fn open(&self) -> impl Iterator<Item = usize> {
        self.open.iter().enumerate().filter(|(_, open)| **open).map(|(place, _)| place)
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
}

/// The full names of a candidate's two halves, where addresses alone don't decide.
struct Names<'a> {
    items: &'a Items<'a>,
    records: &'a Records<'a>,
}

impl Names<'_> {
    fn are_equal(&self, (item, record): (usize, usize)) -> bool {
        let name = full_name(&self.items[item].1.fields);
        name.is_some() && name == full_name(&self.records[record].1.fields)
    }
}

/// Records not yet decided, and the pairs that were.
struct Finder {
    items: Undecided,
    records: Undecided,
    pairs: Candidates,
}

impl Finder {
    fn new(items: usize, records: usize) -> Self {
        Self { items: Undecided::new(items), records: Undecided::new(records), pairs: Vec::new() }
    }

    /// Takes the pairs that are each other's only candidate; then those that are each other's only candidate of
    /// the same name; then reports what is left with a candidate.
    fn decide(&mut self, mut candidates: Candidates, tie: Option<&Names<'_>>) {
        candidates.sort_unstable();
        candidates.dedup();
        self.keep_open(&mut candidates);
        self.take_mutual(&candidates);
        self.keep_open(&mut candidates);
        if let Some(names) = tie {
            let mut better = candidates.clone();
            better.retain(|pair| names.are_equal(*pair));
            self.take_mutual(&better);
            self.keep_open(&mut candidates);
        }
        let (by_item, by_record) = self.count(&candidates);
        self.items.close_ambiguous(&by_item);
        self.records.close_ambiguous(&by_record);
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
}

fn common_addresses(items: &Items<'_>, records: &Records<'_>) -> Candidates {
    let mut by_address: HashMap<String, Vec<usize>, Hashing> = HashMap::default();
    for (record, (_, seen)) in records.iter().enumerate() {
        for address in addresses(&seen.fields) {
            by_address.entry(address).or_default().push(record);
        }
    }
    let mut candidates = Candidates::new();
    for (item, (_, seen)) in items.iter().enumerate() {
        for address in addresses(&seen.fields) {
            candidates.extend(by_address.get(&address).into_iter().flatten().map(|record| (item, *record)));
        }
    }
    candidates
}

/// Addresses compare without regard to case: no mail system in use tells them apart by it. One that stands twice
/// is here twice.
fn addresses(fields: &Fields) -> impl Iterator<Item = String> {
    let slots = [Field::Email1, Field::Email2, Field::Email3];
    slots.map(|slot| fields.text(slot).to_lowercase()).into_iter().filter(|address| !address.is_empty())
}

/// Given name and surname in small letters with single blanks; `None` unless there is a surname.
fn full_name(fields: &Fields) -> Option<String> {
    if fields.text(Field::Surname).is_empty() {
        return None;
    }
    let words = format!("{} {}", fields.text(Field::GivenName), fields.text(Field::Surname)).to_lowercase();
    Some(words.split_whitespace().collect::<Vec<_>>().join(" "))
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
        let exchange = letters.zip(items.iter().map(|text| seen(text))).collect();
        let numbers = (1..).map(|number: u32| CrmId::new(number.to_string()));
        let crm = numbers.zip(records.iter().map(|text| seen(text))).collect();
        let matches = find(Kind::Contact, &FieldMap::usual(Kind::Contact), &exchange, &crm);
        let mut words: Vec<String> =
            matches.pairs.iter().map(|(a, b)| format!("{}{}", a.as_str(), b.as_str())).collect();
        words.sort();
        words.extend(matches.ambiguous_exchange.keys().map(|item| format!("?{}", item.as_str())));
        words.extend(matches.ambiguous_crm.keys().map(|record| format!("?{}", record.as_str())));
        assert_eq!(words.join(" "), expected, "{items:?} {records:?}");
    }

    #[test]
    fn the_rules_in_order() {
        // The mark decides, whatever the contents say.
        check(&["Ann/Lee/-/-/2"], &["Ann/Lee/a@x/-/-", "Bob/Ray/b@x/-/-"], "a2");
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
