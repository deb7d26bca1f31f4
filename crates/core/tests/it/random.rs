//! Random lives of records of every kind under changing rules, with nothing between the engine and two maps.
//!
//! Each life follows from a seed, which a failure names; `LIVES=60000` lives more of them. What is checked after each run and at the end is what
//! the rules' own stories can't show: that they don't get into each other's way.

use crate::world::World;
use mxs_core::{
    Categories, Coverage, CrmId, Deletes, Direction, ExchangeId, Field, FieldMap, Fields, Flow, Instant, Kind, Mails,
    Observation, ROLE_ATTENDEE, ROLE_ORGANIZER, Reason, RecordId, Side, Unmatched, Value, VendorRefusal, Version,
    Winner, Words,
};
use std::collections::{BTreeMap, BTreeSet};
#[cfg(target_family = "wasm")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// How many lives are lived.
const SEEDS: u64 = 3_000;

/// The most runs until everything has settled.
const RUNS_MAX: usize = 5;

struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        // SplitMix64: <https://prng.di.unimi.it/splitmix64.c>
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }

    fn of<T: Clone>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())].clone()
    }
}

/// A life and its witnesses.
struct Life {
    world: World,
    dice: Dice,
    /// Numbers the values, so that each is written once.
    values: usize,
    /// What was written into items while they were private.
    secrets: BTreeSet<String>,
}

/// Fields that hold a text nobody else writes.
const TEXTS: [Field; 3] = [Field::Notes, Field::Location, Field::JobTitle];

impl Life {
    fn new(seed: u64) -> Self {
        let mut dice = Dice(seed);
        let kind = dice.of(&Kind::ALL);
        let both = |winner| Direction::Both { winner };
        let direction = dice.of(&[
            both(Winner::Crm),
            both(Winner::Exchange),
            both(Winner::Crm),
            Direction::ToCrm,
            Direction::ToExchange,
        ]);
        let mut life = Self { world: World::of(kind, direction), dice, values: 0, secrets: BTreeSet::new() };
        life.world.policy.unmatched =
            life.dice.of(&[Unmatched::Copy, Unmatched::Copy, Unmatched::Leave, Unmatched::Ask]);
        life.choose_rules();
        life
    }

    fn choose_rules(&mut self) {
        let policy = &mut self.world.policy;
        let usual = FieldMap::usual(policy.kind);
        policy.deletes = self.dice.of(&[Deletes::EditWins, Deletes::EditWins, Deletes::DeleteWins, Deletes::Never]);
        policy.mails = self.dice.of(&[Mails::Hold, Mails::Send]);
        policy.filter.private = self.dice.one_in(4);
        let family = || Words::new(["family".to_owned()]);
        policy.filter.categories =
            self.dice.of(&[Categories::All, Categories::All, Categories::Except(family()), Categories::Only(family())]);
        let flow = self.dice.of(&[Flow::Both, Flow::ToCrm, Flow::ToExchange]);
        let own = self.dice.of(&TEXTS);
        policy.fields = match self.dice.below(3) {
            0 => usual,
            1 => FieldMap::new(usual.iter().filter(|(field, _)| *field != own)),
            _ => FieldMap::new(usual.iter().map(|(field, usual)| (field, if field == own { flow } else { usual }))),
        };
    }

    fn value(&mut self) -> String {
        self.values += 1;
        format!("value {}", self.values)
    }

    /// A record of its own, by its number: what it is called is never edited, so that it is known for ever.
    fn record(&mut self, number: usize) -> Fields {
        let name = format!("Name{number}");
        let mut fields = match self.world.policy.kind {
            Kind::Contact => Fields::default()
                .with(Field::Surname, &name)
                .with(Field::Email1, &format!("{name}@example.com").to_lowercase()),
            Kind::Task => Fields::default().with(Field::Subject, &name),
            Kind::Event => Fields::default().with(Field::Subject, &name),
        };
        if self.world.policy.kind == Kind::Event {
            let start = Instant::from_seconds(1_800_000_000 + 3_600 * number as i64);
            fields.put(Field::Start, Some(Value::Moment(start)));
            fields.put(Field::End, Some(Value::Moment(Instant::from_seconds(start.seconds() + 1_800))));
        }
        fields
    }

    /// Changes something that people change.
    fn change(&mut self, fields: &mut Fields, side: Side) {
        match self.dice.below(6) {
            0 => {
                let words: Vec<&str> = ["family", "work", "fair"].into_iter().filter(|_| self.dice.one_in(2)).collect();
                fields.put(Field::Categories, Value::set(words));
            }
            1 if side == Side::Exchange && self.world.policy.kind == Kind::Event => {
                let sensitivity = self.dice.of(&["", "private", "normal"]);
                fields.put(Field::Sensitivity, Value::text(sensitivity));
            }
            2 if self.world.policy.kind == Kind::Event && fields.text(Field::Role) != ROLE_ATTENDEE => {
                let guests: Vec<&str> = ["ann@x", "ben@x"].into_iter().filter(|_| self.dice.one_in(2)).collect();
                fields.put(Field::Attendees, Value::set(guests.clone()));
                if side == Side::Exchange {
                    fields.put(Field::Role, Value::text(if guests.is_empty() { "" } else { ROLE_ORGANIZER }));
                }
            }
            3 => {
                let field = self.dice.of(&TEXTS);
                fields.put(field, None);
            }
            _ => {
                let field = self.dice.of(&TEXTS);
                let value = self.value();
                fields.put(field, Value::text(&value));
            }
        }
        if side == Side::Exchange && fields.text(Field::Sensitivity) == "private" {
            // From now on these are secrets, wherever they stood before.
            let secret = self.value();
            fields.put(Field::Notes, Value::text(&secret));
            self.secrets.insert(secret);
        } else {
            // What is made public may go.
            self.secrets.retain(|secret| fields.text(Field::Notes) != secret);
        }
    }

    fn item_at(&mut self) -> Option<ExchangeId> {
        let ids: Vec<ExchangeId> = self.world.mailbox.keys().cloned().collect();
        (!ids.is_empty()).then(|| self.dice.of(&ids))
    }

    fn record_at(&mut self) -> Option<CrmId> {
        let ids: Vec<CrmId> = self.world.crm.keys().cloned().collect();
        (!ids.is_empty()).then(|| self.dice.of(&ids))
    }

    fn step(&mut self, number: usize) {
        match self.dice.below(14) {
            0 => {
                let fields = self.record(number);
                self.world.item(&format!("i{number}"), fields);
            }
            1 => {
                let fields = self.record(number);
                self.world.record(&format!("{number}"), fields);
            }
            2 => {
                let fields = self.record(number);
                self.world.item(&format!("i{number}"), fields.clone());
                self.world.record(&format!("{number}"), fields);
            }
            3 if self.world.policy.kind == Kind::Event => {
                let fields = self.record(number).with(Field::Role, ROLE_ATTENDEE);
                self.world.item(&format!("i{number}"), fields);
            }
            3..=5 => {
                if let Some(id) = self.item_at() {
                    let mut fields = self.world.mailbox[&id].fields.clone();
                    self.change(&mut fields, Side::Exchange);
                    self.world.item(id.as_str(), fields);
                }
            }
            6..=8 => {
                if let Some(id) = self.record_at() {
                    let mut fields = self.world.crm[&id].fields.clone();
                    self.change(&mut fields, Side::Crm);
                    self.world.record(id.as_str(), fields);
                }
            }
            9 => {
                if let Some(id) = self.item_at() {
                    self.world.delete_item(id.as_str());
                }
            }
            10 => {
                if let Some(id) = self.record_at() {
                    self.world.delete_record(id.as_str());
                }
            }
            11 => self.move_to_another_id(number),
            12 if self.dice.one_in(3) => self.choose_rules(),
            _ => {
                let refused = self.dice.of(&[None, Some(Side::Crm), Some(Side::Exchange)]);
                self.run(refused);
            }
        }
    }

    /// An item goes on under another id, with its mark.
    fn move_to_another_id(&mut self, number: usize) {
        let Some(old) = self.item_at() else { return };
        // An item that the engine hasn't marked yet is, under another id, a new one; that is another story.
        let Some(mut seen) = self.world.mailbox.get(&old).filter(|seen| seen.mark.is_some()).cloned() else { return };
        self.world.mailbox.remove(&old);
        seen.version = Version::new(format!("moved {number}"));
        let new = ExchangeId::new(format!("m{number}"));
        self.world.news_mailbox.insert(old, Observation::Gone);
        self.world.news_mailbox.insert(new.clone(), Observation::Present(seen.clone()));
        self.world.mailbox.insert(new, seen);
    }

    /// Runs once; a side may refuse what it is asked to write.
    fn run(&mut self, refused: Option<Side>) -> usize {
        if self.world.state.must_read_all(&self.world.policy) {
            let gone: BTreeMap<_, _> = std::mem::take(&mut self.world.news_mailbox);
            let gone_records = std::mem::take(&mut self.world.news_crm);
            self.world.see_everything();
            self.world.news_mailbox.extend(gone.into_iter().filter(|(_, seen)| *seen == Observation::Gone));
            self.world.news_crm.extend(gone_records.into_iter().filter(|(_, seen)| *seen == Observation::Gone));
            self.world.coverage = Coverage::Everything;
        }
        let refusal = |side| {
            Reason::Refused(VendorRefusal { side, status: 400, code: "NO".to_owned(), field: None, max_length: None })
        };
        let holds_mails = self.world.policy.mails == Mails::Hold;
        let plan = self.world.run(|side, _: &RecordId| (refused == Some(side)).then(|| refusal(side)));
        assert!(!holds_mails || plan.mails == 0, "mails are held, and {} go out", plan.mails);
        if self.world.policy.filter.private {
            // They were allowed to go.
            self.secrets.clear();
        }
        self.check();
        plan.writes() + plan.changes.len()
    }

    fn check(&self) {
        for seen in self.world.crm.values() {
            for (field, value) in seen.fields.iter() {
                let secret = value.as_text().is_some_and(|text| self.secrets.contains(text));
                assert!(!secret, "a private {field:?} is in the CRM");
            }
        }
    }

    /// Runs until nothing is left to do.
    fn settle(&mut self) {
        self.world.policy.retry_refused = true;
        self.world.policy.allow_mass_delete = true;
        let runs = (0..RUNS_MAX).find(|_| self.run(None) == 0);
        assert!(runs.is_some(), "it doesn't settle");
        // Nobody is there twice on a side.
        for side in [Side::Crm, Side::Exchange] {
            let mut names = BTreeSet::new();
            let fields: Vec<&Fields> = match side {
                Side::Crm => self.world.crm.values().map(|seen| &seen.fields).collect(),
                Side::Exchange => self.world.mailbox.values().map(|seen| &seen.fields).collect(),
            };
            for fields in fields {
                assert!(names.insert(fields.display_name()), "{} is twice on {side:?}", fields.display_name());
            }
        }
    }
}

fn live(seed: u64) {
    let mut life = Life::new(seed);
    let steps = 8 + life.dice.below(30);
    for number in 0..steps {
        life.step(number);
    }
    life.settle();
}

#[test]
fn every_life_settles_without_doubles_secrets_or_mails() {
    let count = std::env::var("LIVES").ok().and_then(|text| text.parse().ok()).unwrap_or(SEEDS);
    for seed in 0..count {
        if let Err(panic) = std::panic::catch_unwind(|| live(seed)) {
            eprintln!("seed {seed}");
            std::panic::resume_unwind(panic);
        }
    }
}
