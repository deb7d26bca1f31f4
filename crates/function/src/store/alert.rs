//! What is wrong, and until when.

use super::run::rfc3339;
use super::{Store, Tx};
use crate::refusal::Refusal;
use mxs_api::{Alert, AlertPage, Severity};

/// What stands for the whole organisation in the place of a mailbox: no row has this number.
pub(super) const EVERYBODY: i64 = 0;

/// Says that something is wrong. While it is, that is one alert however often it is said.
pub(super) async fn open(
    tx: &mut Tx,
    org: &str,
    mailbox: i64,
    (code, severity): (&str, Severity),
    now_ms: i64,
) -> Result<(), Refusal> {
    sqlx::query(
        "INSERT INTO alert (org, mailbox, code, severity, opened_ms, last_ms, times) VALUES ($1, $2, $3, $4, $5, $5, 1)
         ON CONFLICT (org, mailbox, code) WHERE closed_ms IS NULL
         DO UPDATE SET severity = excluded.severity, last_ms = excluded.last_ms, times = alert.times + 1",
    )
    .bind(org)
    .bind(mailbox)
    .bind(code)
    .bind(severity.word())
    .bind(now_ms)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Nothing is wrong with the mailbox any more, or it is nobody's business now.
pub(super) async fn close(tx: &mut Tx, org: &str, mailbox: i64, now_ms: i64) -> Result<(), Refusal> {
    sqlx::query("UPDATE alert SET closed_ms = $3 WHERE org = $1 AND mailbox = $2 AND closed_ms IS NULL")
        .bind(org)
        .bind(mailbox)
        .bind(now_ms)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Whether a person should have seen to something by now.
pub(super) async fn is_error_open(tx: &mut Tx, org: &str, mailbox: i64) -> Result<bool, Refusal> {
    let found: Option<i64> = sqlx::query_scalar(
        "SELECT id FROM alert WHERE org = $1 AND mailbox = $2 AND severity = $3 AND closed_ms IS NULL LIMIT 1",
    )
    .bind(org)
    .bind(mailbox)
    .bind(Severity::Error.word())
    .fetch_optional(&mut **tx)
    .await?;
    Ok(found.is_some())
}

/// Which alerts are asked for: those after the one with this id, of those that are open or over.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AlertQuery {
    /// Whether the last one of the page before was open.
    pub(crate) is_open: bool,
    /// Its row.
    pub(crate) before: i64,
    /// How many at most.
    pub(crate) limit: u32,
}

#[derive(sqlx::FromRow)]
struct AlertRow {
    id: i64,
    crm_user: Option<String>,
    code: String,
    severity: String,
    opened_ms: i64,
    last_ms: i64,
    times: i64,
    closed_ms: Option<i64>,
    due_ms: Option<i64>,
}

impl AlertRow {
    fn place(&self) -> String {
        format!("{}-{}", if self.closed_ms.is_none() { "open" } else { "closed" }, self.id)
    }

    fn alert(self) -> Result<Alert, Refusal> {
        let is_error = self.severity == Severity::Error.word();
        let next_try = self.due_ms.filter(|_| self.closed_ms.is_none());
        Ok(Alert {
            user: self.crm_user,
            code: self.code,
            severity: if is_error { Severity::Error } else { Severity::Warning },
            opened: rfc3339(self.opened_ms)?,
            last: rfc3339(self.last_ms)?,
            times: u32::try_from(self.times).unwrap_or(u32::MAX),
            closed: self.closed_ms.map(rfc3339).transpose()?,
            next_try: next_try.map(rfc3339).transpose()?,
        })
    }
}

impl Store {
    /// Alerts of the account's organisation: of all its mailboxes, or of its own and the organisation as a whole.
    pub(crate) async fn alerts(&self, account: i64, of_all: bool, query: AlertQuery) -> Result<AlertPage, Refusal> {
        let mut tx = self.read().await?;
        let rows = sqlx::query_as(
            "SELECT alert.id, person.crm_user, alert.code, alert.severity, alert.opened_ms, alert.last_ms, alert.times,
                 alert.closed_ms, schedule.due_ms
             FROM account JOIN alert ON alert.org = account.org
                 LEFT JOIN mailbox ON mailbox.id = alert.mailbox
                 LEFT JOIN account AS person ON person.id = mailbox.account
                 LEFT JOIN schedule ON schedule.mailbox = alert.mailbox AND schedule.stopped IS NULL
             WHERE account.id = $1 AND ($2 = 1 OR alert.mailbox = 0 OR mailbox.account = $1)
                 AND (CASE WHEN alert.closed_ms IS NULL THEN 1 ELSE 0 END < $3
                     OR (CASE WHEN alert.closed_ms IS NULL THEN 1 ELSE 0 END = $3 AND alert.id < $4))
             ORDER BY CASE WHEN alert.closed_ms IS NULL THEN 1 ELSE 0 END DESC, alert.id DESC LIMIT $5",
        );
        let mut rows: Vec<AlertRow> = rows
            .bind(account)
            .bind(i64::from(of_all))
            .bind(i64::from(query.is_open))
            .bind(query.before)
            .bind(i64::from(query.limit) + 1)
            .fetch_all(&mut *tx)
            .await?;
        let next = super::page_end(&mut rows, query.limit, AlertRow::place);
        Ok(AlertPage { alerts: rows.into_iter().map(AlertRow::alert).collect::<Result<_, Refusal>>()?, next })
    }
}
