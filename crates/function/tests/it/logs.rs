//! What is logged, and what never is.

use crate::support::{Fixture, ORG, SECRET, Signed, add_conflict, journal, put_link};
use mxs_api::Session;
use serde_json::json;
use std::io;
use std::sync::{Arc, LazyLock, Mutex};
use tracing_subscriber::fmt::MakeWriter;

/// All that this process logs from now on, at the most talkative level, of every thread and library.
pub(crate) fn kept() -> Kept {
    static KEPT: LazyLock<Kept> = LazyLock::new(|| {
        let kept = Kept::default();
        tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(kept.clone()).json().init();
        kept
    });
    KEPT.clone()
}

/// Keeps what is logged.
#[derive(Clone, Default)]
pub(crate) struct Kept(Arc<Mutex<Vec<u8>>>);

impl Kept {
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.0.lock().expect("unpoisoned").clone()).expect("text")
    }
}

impl io::Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("unpoisoned").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Kept {
    type Writer = Kept;

    fn make_writer(&'a self) -> Kept {
        self.clone()
    }
}

/// Everything at the most talkative level, of this process's every thread and library, while a user's whole
/// visit goes by: good requests, refused ones, and one that fails inside.
#[tokio::test]
async fn no_secret_and_nobodys_data_is_logged() {
    let kept = kept();
    let f = Fixture::new().await;
    let nonce = f.nonce().await;
    let statement = Signed::new(&nonce, f.now_ms()).text(SECRET);
    let session: Session = f.session(&statement).await.json();
    let token = session.token.clone();
    f.session(&statement).await;
    f.connect(&token, "mailbox-secret").await;
    let lease = f.lease(&token).await;
    f.commit(&token, lease.fence, json!([put_link("item-secret", "411777")])).await;
    let fields = json!({ "given_name": { "text": "Anna" }, "surname": { "text": "Secret" } });
    let unlinked = json!({ "id": { "crm": "411777" }, "fields": fields, "version": "1", "reason": "not_in_direction" });
    f.commit(&token, lease.fence, json!([{ "put_unlinked": unlinked }])).await;
    f.overview(&token).await;
    f.commit(&token, lease.fence, json!([put_link("item-other", "411777")])).await;
    f.state(&token, lease.fence, 10).await;
    f.commit(&token, lease.fence, json!([journal(lease.fence, 1, "item-secret"), add_conflict("item-secret", "Anna")]))
        .await;
    for path in
        ["runs", "runs/1/journal", "records/exchange/item-secret/journal", "records/x/411777/journal", "conflicts"]
    {
        f.call(&token, "GET", &format!("/v1/{path}"), None).await;
    }
    f.finish(&token, lease.fence, json!("completed")).await;
    f.call(&token, "GET", "/v1/nobody@secret.example?address=anna.secret@example.com", None).await;
    f.call(&token, "PUT", "/v1/settings", Some(json!({ "Anna Secret": 1 }))).await;
    let mut database = f.home.look().await;
    sqlx::query("UPDATE account SET settings = 'Anna Secret'").execute(&mut database).await.expect("broken");
    assert_eq!(f.call(&token, "GET", "/v1/overview", None).await.status.as_u16(), 500);

    let log = kept.text();
    // Words of this test that no other test uses: the others may log meanwhile.
    for line in ["\"route\":\"/v1/lease/{fence}/commits\"", "statement refused", "the stored settings can't be read"] {
        assert!(log.contains(line), "{line} is missing in {log}");
    }
    let signature = &statement[statement.len() - 64..];
    let secrets = [
        &*nonce,
        signature,
        &*token,
        SECRET,
        "mailbox-secret",
        "item-secret",
        "411777",
        "anna.secret",
        "Anna",
        "nobody@",
    ];
    for secret in secrets {
        let found = log.lines().find(|line| line.contains(secret));
        assert_eq!(found, None, "{secret} is logged");
    }
}

#[tokio::test]
async fn nothing_shows_a_secret_when_it_is_printed() {
    let f = Fixture::new().await;
    let config = crate::support::config(f.home.database());
    let nonce = f.nonce().await;
    let statement = Signed::new(&nonce, f.now_ms()).text(SECRET);
    let parsed = mxs_api::Statement::split(&statement).expect("a statement").0;
    let request = mxs_api::SessionRequest { statement: statement.clone() };
    let session: Session = f.session(&statement).await.json();
    f.connect(&session.token, "mailbox-a").await;
    let lease = f.lease(&session.token).await;
    let fields = json!({ "given_name": { "text": "Cleo" } });
    let unlinked = json!({ "id": { "crm": "411777" }, "fields": fields, "version": "1", "reason": "not_in_direction" });
    f.commit(&session.token, lease.fence, json!([{ "put_unlinked": unlinked }])).await;
    let overview = f.overview(&session.token).await;
    assert_eq!(overview.unsynced[0].examples[0].name, "Cleo");
    let printed = format!("{:?} {config:?} {parsed:?} {request:?} {session:?} {overview:?}", f.app);
    for secret in [SECRET, &*nonce, &*session.token, "anna.secret", "Anna Secret", "Cleo"] {
        assert!(!printed.contains(secret), "{secret} is in {printed}");
    }
    assert!(!printed.contains(ORG));
}
