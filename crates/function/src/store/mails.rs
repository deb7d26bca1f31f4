//! What is remembered of a mailbox's mails.
//!
//! A row is one change, as JSON, of those that make up what is remembered: what a later change takes back is deleted.
//! So a page is a list of changes, and whoever makes them in their order has the state.

use super::{Store, Tx, run};
use crate::limits::{ID_BYTES_MAX, MAIL_BYTES_MAX, PAGE_BYTES, PAGE_ROWS_AT_ONCE};
use crate::refusal::Refusal;
use mxs_api::STATE_PAGE_MAX;
use mxs_core::mail::{MailChange, MailRecord, MessageKey, REMEMBERED_MAX};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

/// The form in which changes are stored now.
const FORMAT: i64 = 1;

/// One change, with the JSON value that was sent.
pub(crate) struct NewMail {
    change: MailChange,
    body: String,
}

/// [`mxs_api::MailPage`], with each change as it was stored.
#[derive(Serialize)]
pub(crate) struct MailPage {
    changes: Vec<Box<RawValue>>,
    next: Option<String>,
}

impl NewMail {
    /// Reads one change from what the tab sent.
    pub(crate) fn read(sent: &Value) -> Result<Self, Refusal> {
        let change =
            MailChange::deserialize(sent).map_err(|_| Refusal::bad("a change of mails is not one of those known"))?;
        let body = sent.to_string();
        let named = match &change {
            MailChange::SetFolder { folder, .. } | MailChange::ForgetFolder(folder) => folder,
            MailChange::Remember(item, _) | MailChange::Forget(item) => item.as_str(),
            MailChange::AddIntent(_, record)
            | MailChange::DropIntent(_, record)
            | MailChange::AddDone { record, .. } => record.id.as_str(),
            MailChange::Prune(_)
            | MailChange::SetAlone(_)
            | MailChange::SetCrm(_)
            | MailChange::SetPolicy(_)
            | MailChange::SetSent(_)
            | MailChange::SetSince(_) => "-",
        };
        if named.is_empty() || named.len() > ID_BYTES_MAX || body.len() > MAIL_BYTES_MAX {
            return Err(Refusal::bad("a change of mails is too large, or names nothing"));
        }
        Ok(Self { change, body })
    }
}

/// Makes changes, in their order.
pub(super) async fn apply(tx: &mut Tx, mailbox: i64, mails: &[NewMail]) -> Result<(), Refusal> {
    let mut crowded = false;
    for NewMail { change, body } in mails {
        let mut rows = Rows { tx: &mut *tx, mailbox };
        match change {
            MailChange::SetSince(_) => rows.put("mark", "since", None, body).await?,
            MailChange::SetPolicy(_) => {
                rows.clear("folder").await?;
                rows.clear("remembered").await?;
                rows.put("mark", "policy", None, body).await?;
            }
            MailChange::SetCrm(_) => rows.put("mark", "crm", None, body).await?,
            MailChange::SetSent(_) => rows.put("mark", "sent", None, body).await?,
            MailChange::SetAlone(_) => rows.put("mark", "alone", None, body).await?,
            MailChange::SetFolder { folder, .. } => rows.put("folder", folder, None, body).await?,
            MailChange::ForgetFolder(folder) => rows.drop("folder", folder).await?,
            MailChange::Remember(item, message) => {
                rows.put("remembered", item.as_str(), Some(message.received.seconds()), body).await?;
                crowded = true;
            }
            MailChange::Forget(item) => rows.drop("remembered", item.as_str()).await?,
            MailChange::AddIntent(message, record) => rows.put("intent", &pair(*message, record), None, body).await?,
            MailChange::DropIntent(message, record) => rows.drop("intent", &pair(*message, record)).await?,
            MailChange::AddDone { key, received, record, .. } => {
                let pair = pair(*key, record);
                rows.drop("intent", &pair).await?;
                rows.put("done", &pair, Some(received.seconds()), body).await?;
            }
            MailChange::Prune(before) => rows.prune(before.seconds()).await?,
        }
    }
    if crowded { (Rows { tx, mailbox }).forget_oldest().await } else { Ok(()) }
}

/// A message and its record, as one key.
fn pair(message: MessageKey, record: &MailRecord) -> String {
    format!("{}/{}/{}", String::from(message), record.module.api_name(), record.id.as_str())
}

/// What is stored of one mailbox's mails.
struct Rows<'t> {
    tx: &'t mut Tx,
    mailbox: i64,
}

impl Rows<'_> {
    async fn put(&mut self, what: &str, key: &str, received: Option<i64>, body: &str) -> Result<(), Refusal> {
        sqlx::query(
            "INSERT INTO mail (mailbox, what, key, received, format, body) VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (mailbox, what, key)
             DO UPDATE SET received = excluded.received, format = excluded.format, body = excluded.body",
        )
        .bind(self.mailbox)
        .bind(what)
        .bind(key)
        .bind(received)
        .bind(FORMAT)
        .bind(body)
        .execute(&mut **self.tx)
        .await?;
        Ok(())
    }

    async fn drop(&mut self, what: &str, key: &str) -> Result<(), Refusal> {
        sqlx::query("DELETE FROM mail WHERE mailbox = $1 AND what = $2 AND key = $3")
            .bind(self.mailbox)
            .bind(what)
            .bind(key)
            .execute(&mut **self.tx)
            .await?;
        Ok(())
    }

    async fn clear(&mut self, what: &str) -> Result<(), Refusal> {
        sqlx::query("DELETE FROM mail WHERE mailbox = $1 AND what = $2")
            .bind(self.mailbox)
            .bind(what)
            .execute(&mut **self.tx)
            .await?;
        Ok(())
    }

    async fn prune(&mut self, before: i64) -> Result<(), Refusal> {
        sqlx::query("DELETE FROM mail WHERE mailbox = $1 AND received < $2")
            .bind(self.mailbox)
            .bind(before)
            .execute(&mut **self.tx)
            .await?;
        Ok(())
    }

    /// Of too many messages that are kept in mind, forgets the oldest.
    async fn forget_oldest(&mut self) -> Result<(), Refusal> {
        sqlx::query(
            "DELETE FROM mail WHERE mailbox = $1 AND what = 'remembered' AND received <
             (SELECT received FROM mail WHERE mailbox = $1 AND what = 'remembered'
              ORDER BY received DESC LIMIT 1 OFFSET $2)",
        )
        .bind(self.mailbox)
        .bind((REMEMBERED_MAX - 1) as i64)
        .execute(&mut **self.tx)
        .await?;
        Ok(())
    }
}

impl Store {
    /// The changes after the one numbered `after`, and fewer when they are large.
    pub(crate) async fn mails(&self, account: i64, fence: i64, after: i64, now_ms: i64) -> Result<MailPage, Refusal> {
        let mut tx = self.read().await?;
        let mailbox = run::leased(&mut tx, account, fence, now_ms).await?;
        let (mut changes, mut last, mut bytes) = (Vec::new(), after, 0);
        loop {
            let rows = sqlx::query_as("SELECT id, body FROM mail WHERE mailbox = $1 AND id > $2 ORDER BY id LIMIT $3");
            let rows = rows.bind(mailbox).bind(last).bind(PAGE_ROWS_AT_ONCE);
            let rows: Vec<(i64, String)> = rows.fetch_all(&mut *tx).await?;
            if rows.is_empty() {
                return Ok(MailPage { changes, next: None });
            }
            for (id, body) in rows {
                if changes.len() >= STATE_PAGE_MAX as usize || bytes >= PAGE_BYTES {
                    return Ok(MailPage { changes, next: Some(last.to_string()) });
                }
                bytes += body.len();
                last = id;
                changes.push(RawValue::from_string(body).map_err(|_| Refusal::unreadable("mail"))?);
            }
        }
    }
}
