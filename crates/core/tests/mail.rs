//! The rules of mails, as tables.

use mxs_core::mail::*;
use mxs_core::{CrmId, ExchangeId, Instant};
use std::collections::BTreeSet;

const SINCE: i64 = 1_000_000;

/// What is changed about a message, or about the rules.
type Change<T> = fn(&mut T);

fn address(text: &str) -> Address {
    Address::new(text).expect("an address")
}

fn policy() -> MailPolicy {
    MailPolicy {
        since: Instant::from_seconds(SINCE),
        own: [address("me@corp.example")].into(),
        domains: ["corp.example".to_owned()].into(),
        colleagues: false,
        excluded_categories: ["Not for the CRM".to_owned()].into(),
        allowed: Sensitivity::Personal,
    }
}

fn message(item: &str) -> SeenMessage {
    SeenMessage {
        item: ExchangeId::new(item),
        internet_id: format!("<{item}@x.example>"),
        thread: None,
        received: Instant::from_seconds(SINCE + 10),
        draft: false,
        from: Some(address("cy@x.example")),
        to: vec![address("me@corp.example")],
        categories: Vec::new(),
        sensitivity: Sensitivity::Normal,
        from_crm: false,
    }
}

fn contact(id: usize) -> MailRecord {
    MailRecord { module: Module::Contacts, id: CrmId::new(id.to_string()) }
}

fn known(pairs: &[(&str, usize)]) -> KnownAddresses {
    let mut known = KnownAddresses::default();
    for (text, id) in pairs {
        known.entry(address(text)).or_default().insert(contact(*id));
    }
    known
}

fn fate(message: &SeenMessage, known: &KnownAddresses, state: &MailState) -> Fate {
    let plan = plan(std::slice::from_ref(message), known, state, &policy()).expect("a plan");
    plan.fates[&message.item].clone()
}

#[test]
fn every_message_that_stays_has_its_reason() {
    use MailReason::*;
    // What is changed about a message that would go to a record, and why it then stays.
    let cases: [(&str, Change<SeenMessage>, MailReason); 13] = [
        ("nobody is known", |m| m.from = Some(address("nobody@x.example")), NoKnownAddress),
        ("nobody wrote it, and it goes to the owner", |m| m.from = None, ColleaguesOnly),
        ("nobody wrote it", |m| (m.from, m.to) = (None, vec![address("cy@x.example")]), NoSender),
        ("a colleague wrote it", |m| m.from = Some(address("you@CORP.example")), ColleaguesOnly),
        ("it is a draft", |m| m.draft = true, Draft),
        ("it is private", |m| m.sensitivity = Sensitivity::Private, Sensitive),
        ("it is confidential", |m| m.sensitivity = Sensitivity::Confidential, Sensitive),
        ("its category keeps it", |m| m.categories = vec!["not for the crm".into()], ExcludedByCategory),
        ("it is a second too old", |m| m.received = Instant::from_seconds(SINCE - 1), TooOld),
        ("the CRM sent it", |m| m.from_crm = true, FromCrm),
        ("it has no id", |m| m.internet_id = "  ".into(), NoMessageId),
        (
            "it goes to many",
            |m| m.to = (0..ADDRESSES_PER_MAIL_MAX).map(|n| address(&format!("{n}@x.example"))).collect(),
            TooManyPeople,
        ),
        ("it is a draft and private", |m| (m.draft, m.sensitivity) = (true, Sensitivity::Private), Draft),
    ];
    let known = known(&[("cy@x.example", 1)]);
    for (name, change, reason) in cases {
        let mut message = message("a");
        assert_eq!(fate(&message, &known, &MailState::default()), Fate::Associate { records: 1, left_out: 0 });
        change(&mut message);
        assert_eq!(fate(&message, &known, &MailState::default()), Fate::Stays(reason), "{name}");
    }
}

#[test]
fn what_is_allowed_goes() {
    let known = known(&[("cy@x.example", 1), ("you@corp.example", 2)]);
    let cases: [(&str, Change<SeenMessage>, usize); 5] = [
        ("it is personal", |m| m.sensitivity = Sensitivity::Personal, 1),
        ("it came at the very beginning", |m| m.received = Instant::from_seconds(SINCE), 1),
        ("another category", |m| m.categories = vec!["Blue".into()], 1),
        ("it was sent", |m| (m.from, m.to) = (Some(address("me@corp.example")), vec![address("CY@x.example")]), 1),
        ("a colleague is on it too, who is known", |m| m.to.push(address("you@corp.example")), 1),
    ];
    for (name, change, records) in cases {
        let mut message = message("a");
        change(&mut message);
        assert_eq!(fate(&message, &known, &MailState::default()), Fate::Associate { records, left_out: 0 }, "{name}");
    }
}

#[test]
fn a_message_reaches_no_more_records_than_the_limit_in_however_many_runs() {
    let many: Vec<(String, usize)> = (0..25).map(|id| ("cy@x.example".to_owned(), id)).collect();
    let known = known(&many.iter().map(|(text, id)| (text.as_str(), *id)).collect::<Vec<_>>());
    let (mut state, message) = (MailState::default(), message("a"));
    for wanted in [RECORDS_PER_MAIL_MAX, 0, 0] {
        let plan = plan(std::slice::from_ref(&message), &known, &state, &policy()).expect("a plan");
        assert_eq!(plan.steps.len(), wanted);
        for step in plan.steps {
            state.apply(MailChange::AddDone {
                key: step.key,
                received: message.received,
                record: step.record,
                thread: None,
            });
        }
    }
    assert_eq!(fate(&message, &known, &state), Fate::Stays(MailReason::AlreadyThere));
}

#[test]
fn copies_of_a_message_are_one_message() {
    let (one, mut other) = (message("a"), message("b"));
    other.internet_id.clone_from(&one.internet_id);
    let plan = plan(&[one, other], &known(&[("cy@x.example", 1)]), &MailState::default(), &policy()).expect("a plan");
    assert_eq!(plan.steps.len(), 1);
    assert_eq!(plan.fates[&ExchangeId::new("b")], Fate::Stays(MailReason::Copy));
}

#[test]
fn what_was_begun_is_asked_after() {
    let (mut state, message) = (MailState::default(), message("a"));
    let key = MessageKey::new(&message.internet_id).expect("a key");
    state.apply(MailChange::AddIntent(key, contact(1)));
    let known = known(&[("cy@x.example", 1), ("cy@x.example", 2)]);
    let plan = plan(std::slice::from_ref(&message), &known, &state, &policy()).expect("a plan");
    let uncertain: Vec<bool> = plan.steps.iter().map(|step| step.uncertain).collect();
    assert_eq!(uncertain, [true, false]);
    state.apply(MailChange::AddDone { key, received: message.received, record: contact(1), thread: None });
    assert!(state.intents.is_empty() && state.has(key, &contact(1)));
}

#[test]
fn a_later_record_finds_its_messages_and_a_private_one_is_forgotten() {
    let mut state = MailState::default();
    let mut message = message("a");
    let keys: BTreeSet<AddressKey> = [AddressKey::new(&address("cy@x.example"))].into();
    for change in
        plan(std::slice::from_ref(&message), &KnownAddresses::default(), &state, &policy()).expect("a plan").changes
    {
        state.apply(change);
    }
    assert_eq!(state.of_addresses(&keys), [&message.item]);
    message.sensitivity = Sensitivity::Private;
    for change in
        plan(std::slice::from_ref(&message), &KnownAddresses::default(), &state, &policy()).expect("a plan").changes
    {
        state.apply(change);
    }
    assert!(state.of_addresses(&keys).is_empty());
}

#[test]
fn what_is_older_than_the_window_is_forgotten() {
    let mut state = MailState::default();
    let message = message("a");
    let key = MessageKey::new(&message.internet_id).expect("a key");
    state.apply(MailChange::AddDone { key, received: message.received, record: contact(1), thread: None });
    state.apply(MailChange::Prune(message.received));
    assert!(state.has(key, &contact(1)));
    state.apply(MailChange::Prune(Instant::from_seconds(SINCE + 11)));
    assert!(state.done.is_empty());
}

#[test]
fn other_rules_have_another_fingerprint_and_the_window_is_no_rule() {
    let base = policy();
    let changes: [(Change<MailPolicy>, bool); 5] = [
        (|p| p.since = Instant::from_seconds(0), true),
        (|p| p.colleagues = true, false),
        (|p| p.allowed = Sensitivity::Normal, false),
        (|p| p.excluded_categories.clear(), false),
        (|p| p.domains.clear(), false),
    ];
    for (change, same) in changes {
        let mut other = base.clone();
        change(&mut other);
        assert_eq!(other.fingerprint() == base.fingerprint(), same);
    }
}

#[test]
fn the_stored_form_is_pinned() {
    let mut state = MailState::default();
    let message = message("a");
    let key = MessageKey::new(&message.internet_id).expect("a key");
    state.apply(MailChange::SetFolder { folder: "inbox".into(), cursor: "link".into() });
    state.apply(MailChange::AddIntent(key, contact(2)));
    state.apply(MailChange::AddDone { key, received: message.received, record: contact(1), thread: None });
    let text = serde_json::to_string(&state).expect("serializes");
    let hex = String::from(key);
    let wanted = format!(
        r#"{{"since":null,"policy":null,"folders":{{"inbox":"link"}},"crm":null,"sent":null,"alone":null,"remembered":{{}},"done":{{"{hex}":{{"received":"1970-01-12T13:46:50+00:00","records":[{{"module":"contacts","id":"1"}}]}}}},"intents":{{"{hex}":[{{"module":"contacts","id":"2"}}]}}}}"#
    );
    assert_eq!(text, wanted);
    assert_eq!(serde_json::from_str::<MailState>(&text).expect("reads back"), state);
    // The hash of a known text: it may never change.
    assert_eq!(String::from(MessageKey::new("a").expect("a key")), "d228cb696f1a8caf78912b704e4a8964");
}

#[test]
fn a_preview_counts_what_a_plan_does_and_shows_nobody_in_logs() {
    let (one, mut two) = (message("a"), message("b"));
    two.draft = true;
    let seen = [one, two];
    let plan = plan(&seen, &known(&[("cy@x.example", 1)]), &MailState::default(), &policy()).expect("a plan");
    let preview = plan.preview(&seen, &policy());
    assert_eq!(preview.summary.to_string(), "1 messages, 1 associations, MXS-2304: 1");
    assert_eq!((preview.mails, preview.rows.len(), preview.rows[0].records), (0, 2, 1));
    assert!(!format!("{preview:?} {:?} {seen:?} {plan:?}", preview.rows).contains("cy@"));
}

#[test]
fn addresses_are_compared_without_case_and_nonsense_is_none() {
    assert_eq!(Address::new(" Cy@X.example "), Address::new("cy@x.EXAMPLE"));
    for nonsense in ["", "cy", "@x", "cy@", "c y@x.example", "/o=ExchangeLabs/cn=Recipients/cn=x"] {
        assert_eq!(Address::new(nonsense), None, "{nonsense}");
    }
}

#[test]
fn of_too_many_messages_the_oldest_are_forgotten() {
    let mut state = MailState::default();
    let key = MessageKey::new("a").expect("a key");
    let many = (REMEMBERED_MAX + REMEMBERED_MAX / 10 + 1) as i64;
    for number in 0..many {
        let remembered = Remembered {
            key,
            received: Instant::from_seconds(number),
            addresses: Vec::new(),
            thread: None,
            sent: false,
            unknown: false,
        };
        state.apply(MailChange::Remember(ExchangeId::new(number.to_string()), remembered));
    }
    assert_eq!(state.remembered.len(), REMEMBERED_MAX);
    let oldest = state.remembered.values().map(|message| message.received.seconds()).min();
    assert_eq!(oldest, Some(many - REMEMBERED_MAX as i64));
}

/// A message of the only thread, so many seconds after the first.
fn of_thread(item: &str, second: i64, from: &str, to: &[&str]) -> SeenMessage {
    SeenMessage {
        thread: ThreadKey::new("thread"),
        received: Instant::from_seconds(SINCE + second),
        from: Some(address(from)),
        to: to.iter().map(|text| address(text)).collect(),
        ..message(item)
    }
}

#[test]
fn a_message_on_which_nobody_is_known_follows_its_thread() {
    const ME: &str = "me@corp.example";
    let offer = || of_thread("a", 1, ME, &["cy@x.example"]);
    let from = |item, second, from| of_thread(item, second, from, &[ME]);
    let to = |item, second, to| of_thread(item, second, ME, &[to]);
    let elsewhere = SeenMessage { thread: ThreadKey::new("another"), ..from("b", 2, "new@y.example") };
    // Messages of the thread, and which of them go to the record of the one who is known, cy@x.example.
    let cases: [(&str, Vec<SeenMessage>, &[&str]); 9] = [
        ("an answer from another address", vec![offer(), from("b", 2, "new@y.example")], &["a", "b"]),
        ("whoever began it", vec![from("b", 0, "new@y.example"), offer()], &["a", "b"]),
        ("an answer to nobody's message", vec![from("b", 2, "new@y.example")], &[]),
        ("an answer in another thread", vec![offer(), elsewhere], &["a"]),
        ("the owner passes it on", vec![offer(), to("b", 2, "lawyer@z.example")], &["a"]),
        ("and is answered", vec![offer(), to("b", 2, "lawyer@z.example"), from("c", 3, "lawyer@z.example")], &["a"]),
        (
            "the owner answers the new address",
            vec![offer(), from("b", 2, "new@y.example"), to("c", 3, "new@y.example"), from("d", 4, "new@y.example")],
            &["a", "b", "c", "d"],
        ),
        (
            "whom the owner asked aside answers to somebody new too",
            vec![
                offer(),
                to("b", 2, "lawyer@z.example"),
                of_thread("c", 3, "lawyer@z.example", &[ME, "clerk@z.example"]),
            ],
            &["a"],
        ),
        (
            "somebody new answers beside it",
            vec![offer(), to("b", 2, "lawyer@z.example"), from("c", 3, "new@y.example")],
            &["a", "c"],
        ),
    ];
    let known = known(&[("cy@x.example", 1)]);
    for (name, messages, wanted) in cases {
        let reached = |state: &MailState| -> Vec<String> {
            let has =
                |message: &&SeenMessage| state.has(MessageKey::new(&message.internet_id).expect("a key"), &contact(1));
            let mut reached: Vec<String> =
                messages.iter().filter(has).map(|message| message.item.as_str().to_owned()).collect();
            reached.sort_unstable();
            reached
        };
        let run = |seen: &[SeenMessage], state: &mut MailState| {
            let plan = plan(seen, &known, state, &policy()).expect("a plan");
            plan.changes.into_iter().for_each(|change| state.apply(change));
            for Association { key, record, thread, .. } in plan.steps {
                state.apply(MailChange::AddDone { key, received: Instant::from_seconds(SINCE), record, thread });
            }
        };
        let mut at_once = MailState::default();
        run(&messages, &mut at_once);
        assert_eq!(reached(&at_once), wanted, "{name}");
        run(&messages, &mut at_once);
        assert_eq!(reached(&at_once), wanted, "{name}, looked at again");
        // One by one as they come, what waits for the thread is looked at again when it comes to a record.
        let mut one_by_one = MailState::default();
        for number in 0..messages.len() {
            let mut seen = vec![messages[number].clone()];
            let threads: BTreeSet<ThreadKey> = messages[number].thread.into_iter().collect();
            let waiting: Vec<ExchangeId> = one_by_one.unknown_in(&threads).into_iter().cloned().collect();
            seen.extend(messages.iter().filter(|message| waiting.contains(&message.item)).cloned());
            run(&seen, &mut one_by_one);
        }
        assert_eq!(reached(&one_by_one), wanted, "{name}, one by one");
    }
}

#[test]
fn a_message_stays_with_its_deal_and_what_nobody_wants_any_more_is_not_asked_after() {
    let deal = |id: &str| MailRecord { module: Module::Deals, id: CrmId::new(id) };
    let message = message("a");
    let key = MessageKey::new(&message.internet_id).expect("a key");
    let known: KnownAddresses = [(address("cy@x.example"), [contact(1), deal("new")].into())].into();
    let done = |record| MailChange::AddDone { key, received: message.received, record, thread: None };
    // What was done or begun before, what is to be done, and what isn't begun any more.
    let cases: [(&str, MailChange, &[MailRecord], &[MailRecord]); 4] = [
        ("nothing with a deal", done(contact(1)), &[deal("new")], &[]),
        ("it has a deal", done(deal("old")), &[contact(1)], &[]),
        ("it may have a deal", MailChange::AddIntent(key, deal("old")), &[contact(1), deal("old")], &[]),
        (
            "it was begun with somebody who has the address no more",
            MailChange::AddIntent(key, contact(7)),
            &[contact(1), deal("new")],
            &[contact(7)],
        ),
    ];
    for (name, before, steps, dropped) in cases {
        let mut state = MailState::default();
        state.apply(before);
        let plan = plan(std::slice::from_ref(&message), &known, &state, &policy()).expect("a plan");
        let planned: Vec<MailRecord> = plan.steps.into_iter().map(|step| step.record).collect();
        assert_eq!(planned, steps, "{name}");
        let drops: Vec<MailRecord> = plan
            .changes
            .into_iter()
            .filter_map(|change| match change {
                MailChange::DropIntent(_, record) => Some(record),
                _ => None,
            })
            .collect();
        assert_eq!(drops, dropped, "{name}");
    }
}
