//! To reach what is others', by every id that can be guessed: of another organisation, or of a colleague.
//!
//! Whoever asks with an id that is somebody else's is answered like whoever asks with one that nobody has, and nothing of
//! the other's is changed: all rows of all tables are compared.

use crate::crm::{Crm, administered};
use crate::support::{Fixture, ORG, OTHER_ORG, add_conflict, journal, link, put_link};
use axum::http::StatusCode;
use mxs_function::{Rate, RateLimits};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

const ANNA: &str = "411002";
const BEN: &str = "411003";
const CLEO: &str = "411004";
const STRANGER: &str = "522001";

/// What somebody could guess of another.
#[derive(Clone)]
struct Ids {
    /// The CRM user.
    user: String,
    /// A run that has ended.
    run: String,
    /// A run under way, and with it a lease.
    fence: String,
    mailbox: String,
    crm: String,
    exchange: String,
    meeting: String,
    /// Where vendors would tell of changes.
    address: String,
    /// The state of a consent that waits.
    state: String,
}

impl Ids {
    /// Ids of nobody, in the same form.
    fn nobodys() -> Self {
        Self {
            user: "999999".to_owned(),
            run: "900001".to_owned(),
            fence: "900002".to_owned(),
            mailbox: "mailbox-none".to_owned(),
            crm: "crm-none".to_owned(),
            exchange: "exchange-none".to_owned(),
            meeting: "meeting-none".to_owned(),
            address: "0".repeat(32),
            state: "state-none".to_owned(),
        }
    }

    /// The same text, wherever one of them stands in it. No answer repeats the number of a run.
    fn without(&self, text: &str) -> String {
        let Self { user, mailbox, crm, exchange, meeting, address, state, .. } = self;
        let ids = [state, address, meeting, exchange, crm, mailbox, user];
        ids.into_iter().fold(text.to_owned(), |text, id| text.replace(id, "…"))
    }
}

/// Somebody with something of every sort.
struct Victim {
    ids: Ids,
    org: &'static str,
}

impl Victim {
    async fn new(f: &Fixture, org: &'static str, user: &str) -> Self {
        let token = f.sign_in(org, user).await;
        let id = |name: &str| format!("{name}-of-{user}");
        let (mailbox, crm, exchange, meeting) = (id("mailbox"), id("crm"), id("exchange"), id("meeting"));
        assert_eq!(f.connect(&token, &mailbox).await.status, StatusCode::OK);
        let run = f.lease(&token).await.fence;
        let mut first = journal(run, 1, &exchange);
        first["journal"]["crm"] = json!(crm);
        let all = json!([put_link(&exchange, &crm), add_conflict(&exchange, "Secret"), first]);
        done(&f.commit(&token, run, all).await);
        done(&f.finish(&token, run, json!("completed")).await);
        let fence = f.lease(&token).await.fence;
        let ask = json!({ "ask": "claim", "meetings": [meeting] });
        done(&f.call(&token, "POST", &format!("/v1/lease/{fence}/meetings"), Some(ask)).await);
        let begun = f.call(&token, "POST", "/v1/consents", Some(json!({ "to": "mailbox" }))).await;
        let url = begun.json::<mxs_api::Consent>().url;
        let pairs = mxs_http::url::parse_form(url.split_once('?').expect("a query").1);
        let state = pairs.into_iter().find(|(name, _)| name == "state").expect("a state").1;
        let address = format!("{:0>32}", user);
        let ids = Ids {
            user: user.to_owned(),
            run: run.to_string(),
            fence: fence.to_string(),
            mailbox,
            crm,
            exchange,
            meeting,
            address,
            state,
        };
        // What no route of his makes.
        let mut database = f.home.look().await;
        let org_sql = "INSERT INTO org (id) VALUES ($1) ON CONFLICT (id) DO NOTHING";
        sqlx::query(org_sql).bind(org.to_owned()).execute(&mut database).await.expect("inserted");
        for sql in [
            "INSERT INTO subscription (org, mailbox, side, resource, address, name, due_ms)
             SELECT org, id, 'exchange', 'contacts', $3, $3, 0 FROM mailbox WHERE org = $1 AND graph_id = $2",
            "INSERT INTO alert (org, mailbox, code, severity, opened_ms, last_ms, times)
             SELECT org, id, $3, 'error', 0, 0, 1 FROM mailbox WHERE org = $1 AND graph_id = $2",
        ] {
            let query = sqlx::query(sql).bind(org.to_owned()).bind(ids.mailbox.clone()).bind(ids.address.clone());
            assert_eq!(query.execute(&mut database).await.expect("inserted").rows_affected(), 1);
        }
        Self { ids, org }
    }

    /// All rows that are the victim's; of an organisation that isn't the attacker's, also what is everybody's there.
    async fn rows(&self, f: &Fixture, is_foreign: bool) -> BTreeSet<(String, BTreeMap<String, String>)> {
        let all = f.home.rows().await;
        let is = |row: &BTreeMap<String, String>, name: &str, value: &str| {
            row.get(name).is_some_and(|found| found.trim_matches('\'') == value)
        };
        let ids = |table: &str, fits: &dyn Fn(&BTreeMap<String, String>) -> bool, id: &str| -> BTreeSet<String> {
            all.iter().filter(|(name, row)| name == table && fits(row)).map(|(_, row)| row[id].clone()).collect()
        };
        let accounts = ids("account", &|row| is(row, "org", self.org) && is(row, "crm_user", &self.ids.user), "id");
        let mailboxes = ids("mailbox", &|row| accounts.contains(&row["account"]), "id");
        let fences = ids("run", &|row| mailboxes.contains(&row["mailbox"]), "fence");
        assert_eq!((accounts.len(), mailboxes.len(), fences.len()), (1, 1, 2));
        let has = |row: &BTreeMap<String, String>, name: &str, of: &BTreeSet<String>| {
            row.get(name).is_some_and(|value| of.contains(value))
        };
        let rows = all.iter().filter(|(table, row)| {
            (is_foreign && (is(row, "org", self.org) || (table == "org" && is(row, "id", self.org))))
                || has(row, "account", &accounts)
                || has(row, "mailbox", &mailboxes)
                || has(row, "fence", &fences)
                || (table == "account" && has(row, "id", &accounts))
        });
        rows.cloned().collect()
    }
}

fn done(answer: &crate::support::Answer) {
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
}

/// Every way to name something: method, path and body. `own` is a lease of whoever asks.
fn requests(ids: &Ids, own: u64, is_colleague: bool) -> Vec<(&'static str, String, Option<Value>)> {
    let Ids { user, run, fence, mailbox, crm, exchange, meeting, address, state } = ids;
    let finish = json!({ "end": "completed", "kinds": {} });
    let commit = |changes: Value, number: Value| {
        Some(json!({ "kind": "contact", "changes": changes, "progress": null, "number": number }))
    };
    let links = json!({ "kind": "contact", "records": [{ "crm": crm }, { "exchange": exchange }] });
    let mut all = vec![
        // The lease of another, in each of its routes.
        ("GET", format!("/v1/lease/{fence}/state?kind=contact"), None),
        ("GET", format!("/v1/lease/{fence}/mails"), None),
        ("GET", format!("/v1/lease/{fence}/journal?run={run}&kind=contact"), None),
        ("POST", format!("/v1/lease/{fence}/links"), Some(links.clone())),
        ("POST", format!("/v1/lease/{fence}/meetings"), Some(json!({ "ask": "claim", "meetings": [meeting] }))),
        ("POST", format!("/v1/lease/{fence}/commits"), commit(json!([]), Value::Null)),
        ("POST", format!("/v1/lease/{fence}/commits"), commit(json!([{ "drop_link": exchange }]), Value::Null)),
        ("POST", format!("/v1/lease/{fence}/commits"), commit(json!([put_link(exchange, crm)]), json!(1))),
        ("POST", format!("/v1/lease/{fence}/finish"), Some(finish.clone())),
        ("POST", format!("/v1/lease/{run}/commits"), commit(json!([]), json!(2))),
        ("POST", format!("/v1/lease/{run}/finish"), Some(finish)),
        // What another has done.
        ("GET", format!("/v1/runs/{run}/journal"), None),
        ("GET", format!("/v1/runs/{fence}/journal"), None),
        ("GET", format!("/v1/records/crm/{crm}/journal"), None),
        ("GET", format!("/v1/records/exchange/{exchange}/journal"), None),
        ("GET", format!("/v1/lease/{own}/journal?run={run}&kind=contact"), None),
        // What another has, under the own lease.
        ("POST", format!("/v1/lease/{own}/links"), Some(links)),
        ("POST", format!("/v1/lease/{own}/commits"), commit(json!([{ "drop_link": exchange }]), Value::Null)),
        ("POST", format!("/v1/lease/{own}/commits"), commit(json!([{ "drop_unlinked": { "crm": crm } }]), Value::Null)),
        ("POST", format!("/v1/lease/{own}/commits"), commit(json!([{ "drop_intent": { "crm": crm } }]), Value::Null)),
        ("POST", format!("/v1/lease/{own}/commits"), commit(json!([journal(1, 1, exchange)]), Value::Null)),
        // Another's consent, and what vendors are told of another.
        ("POST", "/v1/consents/finish".to_owned(), Some(json!({ "query": format!("code=good&state={state}") }))),
        ("POST", format!("/v1/notifications/microsoft/{address}"), Some(json!({ "value": [{ "clientState": "x" }] }))),
        ("POST", format!("/v1/notifications/microsoft/{address}/lifecycle"), Some(json!({ "value": [] }))),
        ("POST", format!("/v1/notifications/crm/{address}"), Some(json!({ "token": "x", "channel_id": "1" }))),
        // Another as a user.
        ("PUT", format!("/v1/users/{user}/switch"), Some(json!({ "on": true }))),
        ("PUT", format!("/v1/users/{user}/switch"), Some(json!({ "on": false }))),
        ("POST", format!("/v1/users/{user}/retry"), None),
        ("PUT", "/v1/users/switch".to_owned(), Some(json!({ "users": [user], "on": false }))),
        // Pages that begin where another's ends.
        ("GET", format!("/v1/runs?after={fence}"), None),
        ("GET", format!("/v1/conflicts?after={fence}"), None),
        ("GET", format!("/v1/audit?actor={user}"), None),
        ("GET", format!("/v1/audit.csv?actor={user}"), None),
        ("GET", format!("/v1/users?search={user}"), None),
    ];
    if is_colleague {
        // Of the same organisation a mailbox that is taken is told, and who has a meeting: both are meant to be.
        all.retain(|(_, path, _)| !path.ends_with("/meetings") || !path.contains(&own.to_string()));
    } else {
        let ask = json!({ "ask": "look", "meetings": [meeting] });
        all.push(("POST", format!("/v1/lease/{own}/meetings"), Some(ask)));
        let claim = json!({ "ask": "claim", "meetings": [meeting] });
        all.push(("POST", format!("/v1/lease/{own}/meetings"), Some(claim)));
        all.push(("PUT", "/v1/mailbox".to_owned(), Some(json!({ "id": mailbox, "address": "a@x", "name": "A" }))));
    }
    // Last of all, since it is stored with whoever asks.
    all.push((
        "POST",
        format!("/v1/lease/{own}/commits"),
        commit(json!([{ "put_link": link(exchange, crm) }]), Value::Null),
    ));
    all
}

#[tokio::test]
async fn nobody_reaches_what_is_anothers() {
    let crm = Crm::with(&[ANNA, BEN, CLEO]);
    let (f, admin) = administered(&crm).await;
    let rate = Rate { burst: 1_000_000, per_minute: 1_000_000 };
    let keys = crate::crm::keys(&crm);
    let f = f
        .beside(|config| {
            config.rate_limits = RateLimits { peer: rate, all: rate, account: rate };
            config.keys = Some(keys);
        })
        .await;
    let stranger = Victim::new(&f, OTHER_ORG, STRANGER).await;
    let anna = Victim::new(&f, ORG, ANNA).await;
    let ben = f.connected(BEN, "mailbox-ben").await;
    let cleo = f.connected(CLEO, "mailbox-cleo").await;
    assert_eq!(f.connect(&admin, "mailbox-admin").await.status, StatusCode::OK);
    for (case, token, victim) in [
        ("a user, of a stranger", &ben, &stranger),
        ("an administrator, of a stranger", &admin, &stranger),
        ("a user, of a colleague", &cleo, &anna),
    ] {
        let is_foreign = victim.org != ORG;
        let before = victim.rows(&f, is_foreign).await;
        let tables: BTreeSet<&str> = before.iter().map(|(table, _)| table.as_str()).collect();
        for table in ["account", "alert", "conflict", "consent", "item", "journal", "run", "session", "subscription"] {
            assert!(tables.contains(table), "{case}: nothing to lose in {table}");
        }
        let own = f.lease(token).await.fence;
        let nobody = Ids::nobodys();
        let pairs = requests(&victim.ids, own, !is_foreign).into_iter().zip(requests(&nobody, own, !is_foreign));
        for ((method, path, body), (_, other_path, other_body)) in pairs {
            let answer = f.call(token, method, &path, body.clone()).await;
            let other = f.call(token, method, &other_path, other_body).await;
            let shown = |answer: &crate::support::Answer, ids: &Ids| (answer.status, ids.without(&answer.text()));
            assert_eq!(shown(&answer, &victim.ids), shown(&other, &nobody), "{case}: {method} {path} {body:?}");
            assert_eq!(victim.rows(&f, is_foreign).await, before, "{case}: {method} {path} {body:?} changed it");
        }
        done(&f.finish(token, own, json!("completed")).await);
    }
    // The victims' own ids are good for them.
    let anna_again = f.sign_in(ORG, ANNA).await;
    let path = format!("/v1/lease/{}/state?kind=contact", anna.ids.fence);
    assert_eq!(f.call(&anna_again, "GET", &path, None).await.status, StatusCode::OK);
}
