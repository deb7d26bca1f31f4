//! Several instances of the function on one database: what one stores the other sees, and nobody writes between what
//! another has read and what follows from it.

use crate::support::{Answer, Fixture, ORG, OTHER_ORG, add_conflict, pairs, put_link};
use axum::http::StatusCode;
use mxs_api::{Lease, Meetings};
use mxs_core::meeting::Holder;
use mxs_function::{Config, Rate, RateLimits};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::task::JoinSet;

/// How often somebody asks for what another has at the moment.
const TRIES_MAX: usize = 100_000;

/// Two instances that everybody may call as often as he likes.
async fn two() -> [Arc<Fixture>; 2] {
    fn unlimited(config: &mut Config) {
        let rate = Rate { burst: 1_000_000, per_minute: 1_000_000 };
        config.rate_limits = RateLimits { peer: rate, all: rate, account: rate };
    }
    let first = Fixture::with(unlimited).await;
    let second = first.beside(unlimited).await;
    [Arc::new(first), Arc::new(second)]
}

#[tokio::test]
async fn what_one_instance_stores_the_other_sees() {
    let [first, second] = two().await;
    let anna = first.connected("411001", "mailbox-a").await;
    let lease = first.lease(&anna).await;
    first.commit(&anna, lease.fence, json!([put_link("e1", "c1")])).await;
    assert_eq!(second.call(&anna, "POST", "/v1/lease", None).await.status, StatusCode::CONFLICT);
    second.commit(&anna, lease.fence, json!([put_link("e2", "c2")])).await;
    assert_eq!(pairs(&second.state(&anna, lease.fence, 10).await).len(), 2);
}

/// Eight tabs of one user, half of them at each instance, each of which wants three runs.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_that_fight_for_a_mailbox_one_has_it_at_a_time() {
    const TABS: usize = 8;
    const RUNS: usize = 3;
    let instances = two().await;
    let anna: Arc<str> = instances[0].connected("411001", "mailbox-a").await.into();
    let holders = Arc::new(AtomicUsize::new(0));
    let mut tabs = JoinSet::new();
    for tab in 0..TABS {
        let (f, anna, holders) = (instances[tab % 2].clone(), anna.clone(), holders.clone());
        tabs.spawn(async move {
            let mut fences = Vec::new();
            for run in 0..RUNS {
                let fence = leased(&f, &anna).await.fence;
                assert_eq!(holders.fetch_add(1, Ordering::SeqCst), 0, "another tab has it too");
                for part in 0..2 {
                    let name = format!("{tab}-{run}-{part}");
                    let link = put_link(&format!("e{name}"), &format!("c{name}"));
                    done(&f.commit(&anna, fence, json!([link, add_conflict("e1", &name)])).await);
                }
                holders.fetch_sub(1, Ordering::SeqCst);
                done(&f.finish(&anna, fence, json!("completed")).await);
                let late = f.commit(&anna, fence, json!([put_link("late", "late")])).await;
                assert_eq!(late.status, StatusCode::CONFLICT, "{}", late.text());
                fences.push(fence);
            }
            assert!(fences.is_sorted_by(|one, next| one < next), "{fences:?}");
            fences
        });
    }
    let fences: BTreeSet<u64> = tabs.join_all().await.into_iter().flatten().collect();
    assert_eq!(fences.len(), TABS * RUNS, "no token is given out twice");
    let f = &instances[0];
    let lease = f.lease(&anna).await;
    assert!(fences.last().is_some_and(|last| *last < lease.fence));
    assert_eq!(f.state(&anna, lease.fence, 100).await.len(), TABS * RUNS * 2);
    let (counted, stored) = stored(f).await;
    assert_eq!((counted, counted.0), (stored, (TABS * RUNS * 4) as i64));
}

/// Six colleagues claim the same meetings, each in another order, take over what another has left, and store what is
/// theirs. Meanwhile another organisation syncs, and people sign in, which sweeps away what is old of everybody.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_that_claim_the_same_meetings_each_is_ones() {
    const COLLEAGUES: usize = 6;
    const MEETINGS: usize = 40;
    const AT_ONCE: usize = 10;
    let instances = two().await;
    let mut colleagues = Vec::new();
    for number in 0..COLLEAGUES {
        let token = instances[0].connected(&format!("41100{number}"), &format!("mailbox-{number}")).await;
        let fence = instances[0].lease(&token).await.fence;
        let left = unlinked("crm", &format!("left-{number}"), &format!("u{number}"));
        done(&instances[0].commit_of(&token, "event", fence, json!([left])).await);
        colleagues.push((token, fence));
    }
    let stranger = instances[1].sign_in(OTHER_ORG, "411001").await;
    done(&instances[1].connect(&stranger, "mailbox-0").await);
    age(&instances[0]).await;

    let mut others = JoinSet::new();
    for f in instances.clone() {
        others.spawn(async move {
            for _ in 0..20 {
                f.sign_in(ORG, "411777").await;
            }
        });
    }
    let f = instances[1].clone();
    others.spawn(async move {
        let fence = f.lease(&stranger).await.fence;
        for part in 0..20 {
            let link = put_link(&format!("e{part}"), &format!("c{part}"));
            done(&f.commit(&stranger, fence, json!([link, add_conflict("e1", &part.to_string())])).await);
        }
    });
    let mut tasks = JoinSet::new();
    for (number, (token, fence)) in colleagues.into_iter().enumerate() {
        let f = instances[number % 2].clone();
        tasks.spawn(async move {
            let mut uids: Vec<String> = (0..MEETINGS).map(|meeting| format!("u{meeting}")).collect();
            uids.rotate_left(7 * number);
            if number % 2 == 1 {
                uids.reverse();
            }
            let mut own = BTreeSet::new();
            for uids in uids.chunks(AT_ONCE) {
                let ask = json!({ "ask": "claim", "meetings": uids });
                let answer = f.call(&token, "POST", &format!("/v1/lease/{fence}/meetings"), Some(ask)).await;
                let mut changes = Vec::new();
                for (uid, holder) in uids.iter().zip(answer.json::<Meetings>().holders) {
                    let item = format!("e-{number}-{uid}");
                    // What it had left itself, it has again.
                    if *uid == format!("u{number}") && matches!(holder, Holder::Own { .. }) {
                        changes.push(json!({ "drop_unlinked": { "crm": format!("left-{number}") } }));
                    }
                    changes.push(match holder {
                        Holder::Own { record } => {
                            own.insert(uid.clone());
                            let record = record.map_or_else(|| format!("c-{uid}"), |record| record.as_str().to_owned());
                            linked(&item, &record, uid)
                        }
                        _ => unlinked("exchange", &item, uid),
                    });
                }
                done(&f.commit_of(&token, "event", fence, json!(changes)).await);
            }
            done(&f.finish(&token, fence, json!("completed")).await);
            own
        });
    }
    let owned = tasks.join_all().await;
    others.join_all().await;
    let all: BTreeSet<&String> = owned.iter().flatten().collect();
    assert_eq!(all.len(), MEETINGS, "{owned:?}");
    assert_eq!(owned.iter().map(BTreeSet::len).sum::<usize>(), MEETINGS, "two have one meeting: {owned:?}");
    let (counted, stored) = stored(&instances[0]).await;
    assert_eq!(counted, stored);
    // Each meeting in each mailbox, and the stranger's: what was left was taken over, what was old is gone.
    assert_eq!(stored.0, (COLLEAGUES * MEETINGS + 20 * 2) as i64);
}

/// A lease, as soon as nobody else has it.
async fn leased(f: &Fixture, token: &str) -> Lease {
    for _ in 0..TRIES_MAX {
        let answer = f.call(token, "POST", "/v1/lease", None).await;
        if answer.status != StatusCode::CONFLICT {
            return answer.json();
        }
        tokio::task::yield_now().await;
    }
    panic!("nobody gives the lease back")
}

/// Nobody was turned away: neither for want of time nor since two waited for each other.
fn done(answer: &Answer) {
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
}

fn fields(uid: &str) -> Value {
    json!({ "meeting_uid": { "text": uid }, "role": { "text": "attendee" } })
}

fn linked(item: &str, record: &str, uid: &str) -> Value {
    json!({ "put_link": {
        "exchange": item, "crm": record, "base": { "exchange": fields(uid), "crm": {} },
        "exchange_version": "v1", "marked": true, "scope": "active",
    } })
}

fn unlinked(side: &str, id: &str, uid: &str) -> Value {
    json!({ "put_unlinked": {
        "id": { side: id }, "fields": fields(uid), "version": "v1", "reason": "through_colleague",
    } })
}

/// Fills each mailbox with what is long too old.
async fn age(f: &Fixture) {
    let sql = "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 1000)
        INSERT INTO conflict (mailbox, fence, at_ms, format, body, digest)
        SELECT mailbox.id, mailbox.id * 1000 + n, n, 3, '{}', $1 FROM n CROSS JOIN mailbox";
    sqlx::query(sql).bind(vec![0_u8]).execute(&mut f.home.look().await).await.expect("filled");
}

/// How many rows and bytes are counted, of all mailboxes, and how many there are.
async fn stored(f: &Fixture) -> ((i64, i64), (i64, i64)) {
    let counted = "SELECT CAST(sum(stored_rows) AS bigint), CAST(sum(stored_bytes) AS bigint) FROM mailbox";
    let found = "SELECT count(*), CAST(sum(bytes) AS bigint) FROM
        (SELECT bytes FROM item UNION ALL SELECT octet_length(body) AS bytes FROM conflict) AS stored";
    let mut database = f.home.look().await;
    (
        sqlx::query_as(counted).fetch_one(&mut database).await.expect("counts"),
        sqlx::query_as(found).fetch_one(&mut database).await.expect("counts"),
    )
}
