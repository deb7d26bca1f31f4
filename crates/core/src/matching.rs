//! Which records on both sides are the same contact, when no link says so.

use crate::{CrmId, ExchangeId, Field, Fields, Seen};
use std::collections::{BTreeMap, BTreeSet};

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
/// 2. Both have an e-mail address in common; where several do, the one that also has the same full name.
/// 3. Both have the same full name and one more field in common, or nothing at all in difference.
///
/// A rule only decides where it leaves exactly one partner for both. Where it leaves several, nothing is
/// guessed and all of them are reported.
pub(crate) fn find(exchange: &BTreeMap<ExchangeId, Seen>, crm: &BTreeMap<CrmId, Seen>) -> Matches {
    let mut finder = Finder::default();
    finder.exchange.extend(exchange.keys());
    finder.crm.extend(crm.keys());

    let by_mark = exchange.iter().filter_map(|(item, seen)| {
        let (record, _) = crm.get_key_value(seen.mark.as_ref()?)?;
        Some((item, record))
    });
    finder.decide(&set(by_mark), None);

    let by_email = common_addresses(exchange, crm);
    let same_name = |item: &ExchangeId, record: &CrmId| {
        let name = full_name(&exchange[item].fields);
        name.is_some() && name == full_name(&crm[record].fields)
    };
    finder.decide(&by_email, Some(&same_name));

    let mut records_by_name: BTreeMap<String, Vec<&CrmId>> = BTreeMap::new();
    for (record, seen) in crm {
        if let Some(name) = full_name(&seen.fields) {
            records_by_name.entry(name).or_default().push(record);
        }
    }
    let by_name = exchange.iter().flat_map(|(item, seen)| {
        let records = full_name(&seen.fields).and_then(|name| records_by_name.get(&name));
        let fits = |record: &&&CrmId| is_same_beyond_the_name(&seen.fields, &crm[**record].fields);
        records.into_iter().flatten().filter(fits).map(move |record| (item, *record)).collect::<Vec<_>>()
    });
    finder.decide(&set(by_name), None);
    finder.matches
}

/// Collecting into a set sorts first, and each kind of sort costs the tab three kilobytes; this doesn't.
fn set<'a>(pairs: impl Iterator<Item = (&'a ExchangeId, &'a CrmId)>) -> Candidates<'a> {
    let mut set = Candidates::new();
    set.extend(pairs);
    set
}

type Candidates<'a> = BTreeSet<(&'a ExchangeId, &'a CrmId)>;
type Tie<'f> = Option<&'f dyn Fn(&ExchangeId, &CrmId) -> bool>;

/// Records not yet decided, and what was decided.
#[derive(Default)]
struct Finder<'a> {
    exchange: BTreeSet<&'a ExchangeId>,
    crm: BTreeSet<&'a CrmId>,
    matches: Matches,
}

impl<'a> Finder<'a> {
    /// Takes the pairs that are each other's only candidate; then, by `tie`, those that are each other's
    /// only candidate of the better kind; then reports what is left with a candidate.
    fn decide(&mut self, candidates: &Candidates<'a>, tie: Tie<'_>) {
        self.take_mutual(&self.open(candidates));
        if let Some(tie) = tie {
            let mut better = self.open(candidates);
            better.retain(|(item, record)| tie(item, record));
            self.take_mutual(&better);
        }
        let open = self.open(candidates);
        let (by_item, by_record) = count(&open);
        for (item, candidates) in by_item {
            self.exchange.remove(item);
            self.matches.ambiguous_exchange.insert(item.clone(), candidates);
        }
        for (record, candidates) in by_record {
            self.crm.remove(record);
            self.matches.ambiguous_crm.insert(record.clone(), candidates);
        }
    }

    fn open(&self, candidates: &Candidates<'a>) -> Candidates<'a> {
        let open = |(item, record): &&(&ExchangeId, &CrmId)| self.exchange.contains(item) && self.crm.contains(record);
        set(candidates.iter().filter(open).copied())
    }

    fn take_mutual(&mut self, candidates: &Candidates<'a>) {
        let (by_item, by_record) = count(candidates);
        for (item, record) in candidates {
            if by_item[item] == 1 && by_record[record] == 1 {
                self.exchange.remove(item);
                self.crm.remove(record);
                self.matches.pairs.push(((*item).clone(), (*record).clone()));
            }
        }
    }
}

type Counts<'a> = (BTreeMap<&'a ExchangeId, usize>, BTreeMap<&'a CrmId, usize>);

fn count<'a>(candidates: &Candidates<'a>) -> Counts<'a> {
    let (mut by_item, mut by_record) = Counts::default();
    for (item, record) in candidates {
        *by_item.entry(*item).or_default() += 1;
        *by_record.entry(*record).or_default() += 1;
    }
    (by_item, by_record)
}

fn common_addresses<'a>(exchange: &'a BTreeMap<ExchangeId, Seen>, crm: &'a BTreeMap<CrmId, Seen>) -> Candidates<'a> {
    let mut records: BTreeMap<String, Vec<&CrmId>> = BTreeMap::new();
    for (record, seen) in crm {
        for address in addresses(&seen.fields) {
            records.entry(address).or_default().push(record);
        }
    }
    let mut candidates = Candidates::new();
    for (item, seen) in exchange {
        for address in addresses(&seen.fields) {
            candidates.extend(records.get(&address).into_iter().flatten().map(|record| (item, *record)));
        }
    }
    candidates
}

/// Addresses compare without regard to case: no mail system in use tells them apart by it.
fn addresses(fields: &Fields) -> BTreeSet<String> {
    let mut addresses = BTreeSet::new();
    let slots = [Field::Email1, Field::Email2, Field::Email3];
    addresses.extend(slots.map(|slot| fields.text(slot).to_lowercase()));
    addresses.remove("");
    addresses
}

/// Given name and surname in small letters with single blanks; `None` unless there is a surname.
pub(crate) fn full_name(fields: &Fields) -> Option<String> {
    if fields.text(Field::Surname).is_empty() {
        return None;
    }
    let words = format!("{} {}", fields.text(Field::GivenName), fields.text(Field::Surname)).to_lowercase();
    Some(words.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// The fields that flow and are no part of a name.
pub(crate) fn beyond_the_name() -> impl Iterator<Item = Field> {
    Field::shared().filter(|field| !matches!(field, Field::GivenName | Field::Surname | Field::Title))
}

fn is_same_beyond_the_name(item: &Fields, record: &Fields) -> bool {
    let shares_one = beyond_the_name().any(|field| item.get(field).is_some() && item.get(field) == record.get(field));
    shares_one || item.shared() == record.shared()
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
        let matches = find(&exchange, &crm);
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
