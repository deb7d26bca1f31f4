//! To open what is stored with another key: the operator has lost it, or somebody has put one in its place.

use crate::crm::{ADMIN, Crm, administered, keys, keys_in, put_application, tick};
use crate::support::{Fixture, ORG};
use axum::http::StatusCode;
use mxs_api::{AlertPage, ErrorCode};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

const ANNA: &str = "411002";

/// What is kept of secrets.
async fn kept(f: &Fixture) -> BTreeSet<(String, BTreeMap<String, String>)> {
    let rows = f.home.rows().await.into_iter();
    rows.filter(|(table, _)| ["credential", "token", "subscription"].contains(&&**table)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn another_key_opens_nothing_and_loses_nothing() {
    let other = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=".to_owned();
    let named = format!(r#"{{"current":"other","keys":{{"other":"{other}"}}}}"#);
    for (case, ring) in [("a key in its place", other), ("a key of another name", named)] {
        let crm: Arc<Crm> = Crm::with(&[ANNA]);
        let (f, admin) = administered(&crm).await;
        f.connected(ANNA, "mailbox-a").await;
        put_application(&f, &admin).await;
        let before = kept(&f).await;
        assert!(before.len() >= 2, "{case}");

        let wrong = keys_in(&ring, &crm);
        let g = f.beside(|config| config.keys = Some(wrong)).await;
        // What the CRM said of the administrator a while ago has to be asked anew.
        g.clock.advance_s(10 * 60);
        for (method, path) in [("GET", "/v1/users"), ("GET", "/v1/audit"), ("POST", "/v1/users/411002/retry")] {
            let answer = g.call(&admin, method, path, None).await;
            assert_eq!(answer.refusal(), (500, ErrorCode::Sealed), "{case}: {path}");
            assert_eq!(answer.problem().message, "a secret that the function keeps can't be opened", "{case}");
        }
        tick(&g).await;
        // Nobody's door is taken for closed: the secrets are there, and the key may come back.
        let anna = g.sign_in(ORG, ANNA).await;
        let alerts: AlertPage = g.call(&anna, "GET", "/v1/alerts", None).await.json();
        let codes: Vec<&str> = alerts.alerts.iter().map(|alert| &*alert.code).collect();
        assert_eq!(codes, ["MXS-1010"], "{case}");
        assert_eq!(kept(&g).await, before, "{case}: it was changed");

        let right = keys(&crm);
        let h = f.beside(|config| config.keys = Some(right)).await;
        h.clock.advance_s(10 * 60);
        tick(&h).await;
        let admin = h.sign_in(ORG, ADMIN).await;
        assert_eq!(h.call(&admin, "GET", "/v1/users", None).await.status, StatusCode::OK, "{case}");
    }
}
