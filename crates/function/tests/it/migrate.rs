//! Databases that an earlier version made.

use crate::home::Home;
use crate::support::{Fixture, ORG, TestClock, journal, link, pairs, put_link};
use crate::versions;
use axum::http::StatusCode;
use mxs_api::{JournalPage, Lease, Outcome, RunEnd, RunEntries, Settings};
use mxs_core::{Direction, Kind, Summary};
use serde_json::json;
use sqlx::SqliteConnection;
use std::collections::BTreeMap;

/// A database as the version made it whose last migration this was.
async fn made_by(version: i64, folder: &Home) -> SqliteConnection {
    versions::make(&folder.variable(), version).await;
    folder.look().await
}

/// Everything that was remembered in the old form is gone; who connected which mailbox is not.
#[tokio::test]
async fn state_in_the_old_form_is_forgotten() {
    let folder = Home::new();
    let mut database = made_by(1, &folder).await;
    let filled = r#"
        INSERT INTO account (id, org, crm_user, settings)
            VALUES (1, '60001234567', '411001', '{"contacts":true,"direction":{"way":"both","winner":"crm"}}');
        INSERT INTO mailbox (id, account, org, graph_id, address, name, connected, cursors)
            VALUES (1, 1, '60001234567', 'mailbox-a', 'anna.secret@example.com', 'Anna Secret', 1,
                    '{"exchange":"delta","crm":null}');
        INSERT INTO run (fence, mailbox, started_ms, expires_ms, ended_ms, outcome, summary)
            VALUES (7, 1, 1000, 2000, 3000, '{"end":"completed"}', '{}');
        INSERT INTO run (fence, mailbox, started_ms, expires_ms) VALUES (8, 1, 4000, 9999999999999);
        INSERT INTO item (mailbox, kind, key, crm, format, body) VALUES
            (1, 'link', 'e1', 'c1', 1, '{"exchange":"e1","crm":"c1","scope":{"scope":"active"}}'),
            (1, 'intent', 'crm:c2', NULL, 1, '{}'),
            (1, 'unlinked', 'crm:c3', NULL, 1, '{"reason":{"reason":"not_in_direction"}}');
        INSERT INTO conflict (mailbox, fence, at_ms, format, body, digest) VALUES (1, 7, 2000, 1, '{}', x'00');
    "#;
    sqlx::raw_sql(filled).execute(&mut database).await.expect("filled");
    drop(database);

    let f = Fixture::opened(folder, TestClock::new()).await;
    let anna = f.sign_in(ORG, "411001").await;
    let overview = f.overview(&anna).await;
    assert_eq!(overview.settings, Settings::default());
    assert_eq!(overview.mailbox.map(|mailbox| mailbox.id).as_deref(), Some("mailbox-a"));
    assert_eq!((overview.running, overview.last_run, overview.linked), (None, None, 0));
    assert_eq!((overview.unsynced_total, overview.unsynced), (0, vec![]));
    let lease = f.lease(&anna).await;
    assert!(lease.fence > 8, "no fencing token is given out twice");
    assert!(lease.cursors.is_empty());
    assert!(f.state(&anna, lease.fence, 10).await.is_empty());
    let mut database = f.home.look().await;
    let conflicts: i64 =
        sqlx::query_scalar("SELECT count(*) FROM conflict").fetch_one(&mut database).await.expect("a count");
    assert_eq!(conflicts, 0);

    // And it works: the next sync finds the pair again.
    assert_eq!(f.commit(&anna, lease.fence, json!([put_link("e1", "c1")])).await.status, StatusCode::OK);
    assert_eq!(pairs(&f.state(&anna, lease.fence, 10).await), [("e1".to_owned(), "c1".to_owned())]);
    assert_eq!(f.overview(&anna).await.linked, 1);
}

/// What was stored before it was counted is counted.
#[tokio::test]
async fn what_is_stored_already_counts() {
    let folder = Home::new();
    let mut database = made_by(3, &folder).await;
    let filled = r#"
        INSERT INTO account (id, org, crm_user) VALUES (1, '60001234567', '411001');
        INSERT INTO mailbox (id, account, org, graph_id, address, name, connected) VALUES
            (1, 1, '60001234567', 'mailbox-a', 'anna.secret@example.com', 'Anna Secret', 1),
            (2, 1, '60001234567', 'mailbox-b', 'anna.secret@example.com', 'Anna Secret', 0);
        INSERT INTO item (mailbox, kind, key, crm, format, body, reason, name) VALUES
            (1, 'link', 'e1', 'c1', 2, '{}', NULL, NULL),
            (1, 'unlinked', 'crm:c3', NULL, 2, '{"a":"é"}', '"busy"', 'Émile');
        INSERT INTO conflict (mailbox, fence, at_ms, format, body, digest) VALUES (1, 7, 2000, 2, '{}', x'00');
    "#;
    sqlx::raw_sql(filled).execute(&mut database).await.expect("filled");
    drop(database);

    let f = Fixture::opened(folder, TestClock::new()).await;
    let mut database = f.home.look().await;
    let counted: Vec<(i64, i64)> = sqlx::query_as("SELECT stored_rows, stored_bytes FROM mailbox ORDER BY id")
        .fetch_all(&mut database)
        .await
        .expect("counts");
    assert_eq!(counted, [(3, 6 + (6 + 10 + 6 + 6) + 2), (0, 0)]);
}

/// Before there were kinds, everything was of contacts.
#[tokio::test]
async fn what_is_remembered_is_of_contacts() {
    let folder = Home::new();
    let mut database = made_by(5, &folder).await;
    let link = link("e1", "c1").to_string();
    let summary = serde_json::to_string(&Summary::default()).expect("JSON");
    let filled = format!(
        r#"
        INSERT INTO account (id, org, crm_user, settings)
            VALUES (1, '60001234567', '411001', '{{"contacts":true,"direction":"to_crm"}}');
        INSERT INTO mailbox (id, account, org, graph_id, address, name, connected, cursors)
            VALUES (1, 1, '60001234567', 'mailbox-a', 'anna.secret@example.com', 'Anna Secret', 1,
                    '{{"exchange":"delta","crm":null}}');
        INSERT INTO run (fence, mailbox, started_ms, expires_ms, ended_ms, outcome, summary)
            VALUES (7, 1, 1000, 2000, 3000, '"completed"', '{summary}');
        INSERT INTO item (mailbox, kind, key, crm, format, body, settled) VALUES (1, 'link', 'e1', 'c1', 2, '{link}', 1);
        INSERT INTO item (mailbox, kind, key, crm, format, body, reason, name)
            VALUES (1, 'unlinked', 'crm:c3', NULL, 2,
                    '{{"id":{{"crm":"c3"}},"fields":{{}},"version":"v1","reason":"not_in_direction"}}',
                    '"not_in_direction"', 'Ben');
        INSERT INTO conflict (mailbox, fence, at_ms, format, body, digest) VALUES (1, 7, 9999999999999, 2, '{{}}', x'00');
    "#
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(filled)).execute(&mut database).await.expect("filled");
    drop(database);

    let f = Fixture::opened(folder, TestClock::new()).await;
    let anna = f.sign_in(ORG, "411001").await;
    let overview = f.overview(&anna).await;
    let rules = &overview.settings.contacts.rules;
    assert_eq!((rules.on, rules.direction), (true, Direction::ToCrm));
    assert_eq!((overview.linked, overview.unsynced_total), (1, 1));
    let contacts = &overview.kinds[&Kind::Contact];
    assert_eq!((contacts.linked, contacts.unsynced, overview.kinds.len()), (1, 1, 1));
    assert_eq!(contacts.last_run.as_ref().map(|run| (run.run, &run.end)), Some((7, &RunEnd::Completed)));
    let outcome = Outcome { end: RunEnd::Completed, summary: Summary::default() };
    assert_eq!(overview.last_run.expect("a run").kinds, BTreeMap::from([(Kind::Contact, outcome)]));
    let lease = f.lease(&anna).await;
    assert!(lease.cursors.is_empty(), "a full reading follows");
    assert_eq!(lease.links, BTreeMap::from([(Kind::Contact, 1)]));
    assert_eq!(pairs(&f.state(&anna, lease.fence, 1).await[..1]), [("e1".to_owned(), "c1".to_owned())]);
    assert!(f.state_of(&anna, "task", lease.fence, 10).await.is_empty());
    let mut database = f.home.look().await;
    let kind: String =
        sqlx::query_scalar("SELECT kind FROM conflict").fetch_one(&mut database).await.expect("a conflict");
    assert_eq!(kind, "contact");
}

/// The journal moves to another table, and what was counted by triggers is counted otherwise: both go on.
#[tokio::test]
async fn a_journal_goes_on() {
    let folder = Home::new();
    let mut database = made_by(6, &folder).await;
    let (link, entry) = (link("e1", "c1"), journal(7, 1, "e1")["journal"].clone());
    let mut undone = journal(8, 1, "e3")["journal"].clone();
    undone["cause"] = json!({ "undo": { "run": 7 } });
    let summary = serde_json::to_string(&Summary::default()).expect("JSON");
    let filled = format!(
        r#"
        INSERT INTO account (id, org, crm_user) VALUES (1, '60001234567', '411001');
        INSERT INTO mailbox (id, account, org, graph_id, address, name, connected)
            VALUES (1, 1, '60001234567', 'mailbox-a', 'anna.secret@example.com', 'Anna Secret', 1);
        INSERT INTO run (fence, mailbox, started_ms, expires_ms, ended_ms, outcome, summary)
            VALUES (7, 1, 9999999999998, 9999999999999, 9999999999999, '"completed"', '{summary}'),
                   (8, 1, 9999999999998, 9999999999999, 9999999999999, '"completed"', '{summary}');
        INSERT INTO item (mailbox, kind, what, key, crm, format, body, settled)
            VALUES (1, 'contact', 'link', 'e1', 'c1', 2, '{link}', 1);
        INSERT INTO journal (mailbox, kind, fence, number, at_ms, exchange, crm, format, body)
            VALUES (1, 'contact', 7, 1, 9999999999999, 'e1', 'c1', 2, '{entry}'),
                   (1, 'contact', 8, 1, 9999999999999, 'e3', 'c1', 2, '{undone}');
    "#
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(filled)).execute(&mut database).await.expect("filled");
    drop(database);

    let f = Fixture::opened(folder, TestClock::new()).await;
    let anna = f.sign_in(ORG, "411001").await;
    let fence = f.lease(&anna).await.fence;
    let changes = json!([put_link("e1", "c1"), put_link("e2", "c2"), journal(fence, 1, "e1")]);
    assert_eq!(f.commit(&anna, fence, changes).await.status, StatusCode::OK);
    let told: JournalPage = f.call(&anna, "GET", "/v1/records/exchange/e1/journal", None).await.json();
    let runs: Vec<u64> = told.entries.iter().map(|item| item.entry.run).collect();
    assert_eq!(runs, [fence, 7]);
    let mut database = f.home.look().await;
    let counted: (i64, i64) =
        sqlx::query_as("SELECT stored_rows, journal_rows FROM mailbox").fetch_one(&mut database).await.expect("counts");
    assert_eq!(counted, (5, 3), "two links, one of them anew, and three entries");

    // What took a run back is found as such.
    f.finish(&anna, fence, json!("completed")).await;
    let undo: Lease = f.call(&anna, "POST", "/v1/lease?undoes=7", None).await.json();
    let path = format!("/v1/lease/{}/journal?run=7&kind=contact", undo.fence);
    let own: RunEntries = f.call(&anna, "GET", &path, None).await.json();
    let path = format!("{path}&after={}", own.next.as_deref().expect("what took it back follows"));
    let taken_back: RunEntries = f.call(&anna, "GET", &path, None).await.json();
    let runs = |page: &RunEntries| page.entries.iter().map(|entry| entry.run).collect::<Vec<_>>();
    assert_eq!((runs(&own), runs(&taken_back)), (vec![7], vec![8]));
}
