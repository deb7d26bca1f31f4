//! Which contacts the overview says are not in sync: also to a tab that did not run the sync itself.

use crate::support::{Fixture, ORG, link, put_link};
use axum::http::StatusCode;
use mxs_api::{EXAMPLES_MAX, ErrorCode, Example, UNSYNCED_MAX, Unsynced};
use mxs_core::{Kind, Reason, Side, VendorRefusal};
use serde_json::{Value, json};

fn put_unlinked(side: &str, id: &str, name: &str, reason: Value) -> Value {
    let fields = if name.is_empty() { json!({}) } else { json!({ "surname": { "text": name } }) };
    json!({ "put_unlinked": { "id": { side: id }, "fields": fields, "version": "v1", "reason": reason } })
}

/// A pair that is not in sync. Its CRM record is called Secret.
fn put_troubled(exchange: &str, crm: &str, trouble: Value) -> Value {
    let mut link = link(exchange, crm);
    link["trouble"] = trouble;
    json!({ "put_link": link })
}

fn drop_unlinked(side: &str, id: &str) -> Value {
    json!({ "drop_unlinked": { side: id } })
}

fn example(name: &str, side: Option<Side>) -> Example {
    Example { name: name.to_owned(), side }
}

/// A user in the middle of a run.
struct Run {
    f: Fixture,
    anna: String,
    fence: u64,
}

impl Run {
    async fn new() -> Self {
        let f = Fixture::new().await;
        let anna = f.connected("411001", "mailbox-a").await;
        let fence = f.lease(&anna).await.fence;
        Self { f, anna, fence }
    }

    async fn commit(&self, changes: Value) {
        assert_eq!(self.f.commit(&self.anna, self.fence, changes).await.status, StatusCode::OK);
    }

    async fn unsynced(&self) -> Vec<Unsynced> {
        let overview = self.f.overview(&self.anna).await;
        let listed: u32 = overview.unsynced.iter().map(|group| group.total).sum();
        assert_eq!(overview.unsynced_total, listed, "with few reasons, all are listed");
        overview.unsynced
    }

    /// Each reason's code, and how many there are.
    async fn counts(&self) -> Vec<(&'static str, u32)> {
        self.unsynced().await.iter().map(|group| (group.reason.code(), group.total)).collect()
    }
}

#[tokio::test]
async fn what_went_wrong_is_first_then_the_most_frequent() {
    let run = Run::new().await;
    let (exchange, crm) = (Some(Side::Exchange), Some(Side::Crm));
    run.commit(json!([
        put_unlinked("exchange", "e1", "Émile", json!("missing_last_name")),
        put_unlinked("exchange", "e2", "Ben", json!("missing_last_name")),
        put_unlinked("crm", "c2", "Ben", json!("missing_last_name")),
        put_unlinked("exchange", "e4", "", json!("missing_last_name")),
        put_unlinked("crm", "c5", "Cleo", json!("not_in_direction")),
        put_unlinked("crm", "c6", "Cora", json!({ "left_scope": { "side": "crm" } })),
        put_unlinked("crm", "c7", "Carl", json!({ "left_scope": { "side": "crm" } })),
        put_unlinked("exchange", "e8", "Dora", json!({ "left_scope": { "side": "exchange" } })),
        put_troubled("e9", "c9", json!({ "refused": { "side": "crm", "status": 400, "code": "INVALID_DATA" } })),
        put_troubled("crm:10", "c10", json!("still_changing")),
        put_unlinked("exchange", "e11", "Eve", json!("still_changing")),
        // These are in sync, or on their way.
        put_link("e12", "c12"),
        { "put_intent": { "source": { "crm": "c13" }, "fields": {}, "version": "v1" } },
    ]))
    .await;
    let refusal =
        VendorRefusal { side: Side::Crm, status: 400, code: "INVALID_DATA".to_owned(), field: None, max_length: None };
    let expected = [
        (Reason::StillChanging, vec![example("Eve", exchange), example("Secret", None)]),
        (Reason::Refused(refusal), vec![example("Secret", None)]),
        (
            Reason::MissingLastName,
            vec![example("", exchange), example("Ben", exchange), example("Ben", crm), example("Émile", exchange)],
        ),
        (Reason::LeftScope { side: Side::Crm }, vec![example("Carl", crm), example("Cora", crm)]),
        (Reason::NotInDirection, vec![example("Cleo", crm)]),
        (Reason::LeftScope { side: Side::Exchange }, vec![example("Dora", exchange)]),
    ];
    let expected = expected.map(|(reason, examples)| Unsynced {
        kind: Kind::Contact,
        reason,
        total: examples.len() as u32,
        examples,
    });
    let found = run.unsynced().await;
    // Of two that are as frequent, either may be first.
    let (sure, even) = found.split_at(4);
    assert_eq!(sure, &expected[..4]);
    assert!(even.len() == 2 && expected[4..].iter().all(|group| even.contains(group)), "{even:?}");

    // After the run, and after a restart: the list is not the tab's.
    run.f.finish(&run.anna, run.fence, json!("completed")).await;
    let run = Run { f: run.f.reopened().await, ..run };
    assert_eq!(run.unsynced().await, found);
}

/// From the same beginning, one commit: what is left of it.
#[tokio::test]
async fn what_is_settled_leaves_the_list() {
    type Case = (&'static str, Value, &'static [(&'static str, u32)]);
    let cases: [Case; 8] = [
        ("nothing", json!([]), &[("MXS-2009", 1), ("MXS-2006", 1)]),
        ("the pair came to rest", json!([put_link("e1", "c1")]), &[("MXS-2006", 1)]),
        ("the pair is no more", json!([{ "drop_link": "e1" }]), &[("MXS-2006", 1)]),
        ("the pair has another trouble", json!([put_troubled("e1", "c1", json!("held_mass_delete"))]), {
            &[("MXS-2004", 1), ("MXS-2006", 1)]
        }),
        ("the record is no more", json!([drop_unlinked("exchange", "e2")]), &[("MXS-2009", 1)]),
        ("the record's namesake is no more", json!([drop_unlinked("crm", "e2")]), &[("MXS-2009", 1), ("MXS-2006", 1)]),
        ("the record got a partner", json!([drop_unlinked("exchange", "e2"), put_link("e2", "c2")]), {
            &[("MXS-2009", 1)]
        }),
        (
            "the record got a partner and the same trouble as the other pair",
            json!([put_troubled("e2", "c2", json!("still_changing")), drop_unlinked("exchange", "e2")]),
            &[("MXS-2009", 2)],
        ),
    ];
    for (case, changes, left) in cases {
        let run = Run::new().await;
        run.commit(json!([
            put_troubled("e1", "c1", json!("still_changing")),
            put_unlinked("exchange", "e2", "Ben", json!("missing_last_name")),
        ]))
        .await;
        run.commit(changes).await;
        assert_eq!(run.counts().await, left, "{case}");
    }
}

#[tokio::test]
async fn long_lists_are_cut_and_counted() {
    let run = Run::new().await;
    let total = EXAMPLES_MAX + 10;
    let name = |number: usize| format!("N{number:03}");
    // The last name comes first, so that an early row is not an early name.
    let changes: Vec<Value> = (0..total)
        .rev()
        .map(|number| put_unlinked("exchange", &number.to_string(), &name(number), json!("held_mass_delete")))
        .collect();
    run.commit(json!(changes)).await;
    let expected = Unsynced {
        kind: Kind::Contact,
        reason: Reason::HeldMassDelete,
        total: total as u32,
        examples: (0..EXAMPLES_MAX).map(|number| example(&name(number), Some(Side::Exchange))).collect(),
    };
    assert_eq!(run.unsynced().await, [expected]);
}

#[tokio::test]
async fn of_too_many_reasons_the_rarest_are_left_out_and_counted() {
    let run = Run::new().await;
    let mut changes = Vec::new();
    let mut put = |candidates: usize, copy: usize| {
        let id = format!("{candidates}-{copy}");
        changes.push(put_unlinked("crm", &id, "Cleo", json!({ "ambiguous_match": { "candidates": candidates } })));
    };
    // Two of each reason that there is room for, one of the others.
    for candidates in 0..UNSYNCED_MAX + 7 {
        put(candidates, 1);
        if candidates >= 7 {
            put(candidates, 2);
        }
    }
    run.commit(json!(changes)).await;
    let overview = run.f.overview(&run.anna).await;
    assert_eq!(overview.unsynced_total as usize, 2 * UNSYNCED_MAX + 7);
    assert_eq!(overview.unsynced.len(), UNSYNCED_MAX);
    for group in overview.unsynced {
        assert!(matches!(group.reason, Reason::AmbiguousMatch { candidates: 7.. }), "{group:?}");
        assert_eq!((group.total, group.examples.len()), (2, 2));
    }
}

#[tokio::test]
async fn each_mailbox_has_its_own_list() {
    let run = Run::new().await;
    run.commit(json!([put_unlinked("exchange", "e1", "Ben", json!("missing_last_name"))])).await;
    run.f.finish(&run.anna, run.fence, json!("completed")).await;
    // Another user's, at the same time.
    let ben = run.f.connected("411002", "mailbox-b").await;
    assert_eq!(run.f.overview(&ben).await.unsynced, []);
    // Her own other one.
    run.f.connect(&run.anna, "mailbox-c").await;
    assert_eq!(run.counts().await, []);
    let fence = run.f.lease(&run.anna).await.fence;
    let run = Run { fence, ..run };
    run.commit(json!([put_unlinked("crm", "c1", "Cleo", json!("not_in_direction"))])).await;
    assert_eq!(run.counts().await, [("MXS-2007", 1)]);
    run.f.finish(&run.anna, run.fence, json!("completed")).await;
    // Who takes the first one over does not see it; she does when she has it back.
    run.f.connect(&ben, "mailbox-a").await;
    assert_eq!(run.f.overview(&ben).await.unsynced, []);
    run.f.connect(&ben, "mailbox-b").await;
    run.f.connect(&run.anna, "mailbox-a").await;
    assert_eq!(run.counts().await, [("MXS-2006", 1)]);
    // Somebody without a mailbox has nothing to be out of sync.
    let carl = run.f.sign_in(ORG, "411003").await;
    assert_eq!(run.f.overview(&carl).await.unsynced_total, 0);
}

/// A newer tab says more about a reason: the item comes back as it was, and the list is not split.
#[tokio::test]
async fn reasons_that_read_the_same_are_one() {
    let run = Run::new().await;
    let newer = put_unlinked("crm", "c1", "Cleo", json!({ "busy": { "side": "crm", "since": "2026-11-21" } }));
    let older = put_unlinked("crm", "c2", "Cora", json!({ "busy": { "side": "crm" } }));
    run.commit(json!([newer, older])).await;
    let [only] = &run.unsynced().await[..] else { panic!("two groups of one reason") };
    assert_eq!((&only.reason, only.total), (&Reason::Busy { side: Side::Crm }, 2));
    let stored = run.f.state(&run.anna, run.fence, 10).await;
    assert_eq!(stored[0]["unlinked"], newer["put_unlinked"]);
}

#[tokio::test]
async fn names_are_cut_short_and_long_reasons_refused() {
    let run = Run::new().await;
    let refused = |length: usize| json!({ "refused": { "side": "crm", "status": 400, "code": "x".repeat(length) } });
    run.commit(json!([put_unlinked("crm", "c1", &"é".repeat(1_000), refused(64))])).await;
    for bad in [put_unlinked("crm", "c2", "Cleo", refused(600)), put_troubled("e1", "c1", refused(600))] {
        let answer = run.f.commit(&run.anna, run.fence, json!([put_link("e2", "c2"), bad])).await;
        assert_eq!(answer.refusal(), (400, ErrorCode::BadRequest));
    }
    let found = run.unsynced().await;
    assert_eq!(found[0].examples, [example(&"é".repeat(200), Some(Side::Crm))]);
    assert_eq!(found.len(), 1, "nothing of a refused commit is listed");
}
