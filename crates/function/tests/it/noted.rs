//! What is done and what is noted of it are one: both are stored or neither.

use crate::crm::{ADMIN, Crm, administered};
use crate::support::{Fixture, ORG};
use axum::http::StatusCode;
use mxs_api::{AuditPage, ErrorCode, Organisation, Settings};
use serde_json::{Value, json};

const ANNA: &str = "411002";
const BEN: &str = "411003";

/// All that the actions below could change.
async fn seen(f: &Fixture, [admin, anna, ben]: [&str; 3]) -> Vec<Value> {
    let mut seen = Vec::new();
    for (token, path) in [
        (admin, "/v1/organisation"),
        (admin, "/v1/users"),
        (admin, "/v1/access"),
        (anna, "/v1/overview"),
        (ben, "/v1/overview"),
        (ben, "/v1/access"),
    ] {
        seen.push(f.call(token, "GET", path, None).await.json());
    }
    let mut database = f.home.look().await;
    let begun: i64 =
        sqlx::query_scalar("SELECT count(*) FROM consent").fetch_one(&mut database).await.expect("a count");
    seen.push(json!(begun));
    seen
}

#[tokio::test]
async fn what_can_not_be_noted_is_not_done() {
    let (f, admin) = administered(&Crm::with(&[ANNA, BEN])).await;
    let (anna, ben) = (f.connected(ANNA, "mailbox-a").await, f.sign_in(ORG, BEN).await);
    let people = [&*admin, &*anna, &*ben];
    let mut settings = Settings::default();
    settings.contacts.rules.on = true;
    let mut of_all: Organisation = f.call(&admin, "GET", "/v1/organisation", None).await.json();
    of_all.interval_s += 60;
    let retry = format!("/v1/users/{ANNA}/retry");
    let mailbox = json!({ "id": "mailbox-b", "address": "ben@example.com", "name": "Ben" });
    let application = json!({ "tenant": "corp", "client_id": "app", "secret": "secret" });
    let actions = [
        (&anna, "PUT", "/v1/settings", Some(serde_json::to_value(&settings).expect("JSON")), "settings_changed"),
        (&ben, "PUT", "/v1/mailbox", Some(mailbox), "mailbox_connected"),
        (&ben, "POST", "/v1/consents", Some(json!({ "to": "mailbox" })), "consent_begun"),
        (&ben, "DELETE", "/v1/access/mailbox", None, "access_revoked"),
        (&admin, "PUT", "/v1/organisation", Some(serde_json::to_value(&of_all).expect("JSON")), "organisation_changed"),
        (&admin, "POST", &*retry, None, "sync_asked"),
        (&admin, "PUT", "/v1/application", Some(application), "application_changed"),
        (&admin, "DELETE", "/v1/application", None, "application_removed"),
        (&admin, "PUT", "/v1/users/switch", Some(json!({ "users": [BEN], "on": false })), "users_switched"),
        (&anna, "DELETE", "/v1/mailbox", None, "mailbox_disconnected"),
        (&admin, "POST", "/v1/uninstall", Some(json!({})), "uninstalled"),
    ];
    let mut database = f.home.look().await;
    for (token, method, path, body, word) in actions {
        let before = seen(&f, people).await;
        let renamed = "ALTER TABLE audit RENAME TO audit_away";
        sqlx::query(renamed).execute(&mut database).await.expect("away");
        let answer = f.call(token, method, path, body.clone()).await;
        assert_eq!(answer.refusal(), (500, ErrorCode::Internal), "{word}");
        assert_eq!(seen(&f, people).await, before, "{word}: nothing is done");
        let renamed = "ALTER TABLE audit_away RENAME TO audit";
        sqlx::query(renamed).execute(&mut database).await.expect("back");

        let noted = async || {
            let count =
                sqlx::query_scalar::<_, i64>("SELECT count(*) FROM audit WHERE action = $1 AND failure IS NULL");
            count.bind(word).fetch_one(&mut f.home.look().await).await.expect("a count")
        };
        let entries = noted().await;
        assert_eq!(f.call(token, method, path, body).await.status, StatusCode::OK, "{word}");
        assert_eq!(noted().await, entries + 1, "{word}: done, and noted once");
    }
    let admin = f.sign_in(ORG, ADMIN).await;
    crate::crm::consent(&f, &admin).await;
    let all: AuditPage = f.call(&admin, "GET", "/v1/audit?result=failed", None).await.json();
    assert_eq!(all.entries, [], "nothing failed of which it could be noted");
}
