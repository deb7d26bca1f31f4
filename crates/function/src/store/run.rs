//! Runs and their leases.

use super::apply::{self, Place};
use super::item::{self, Change};
use super::usage::{self, Usage};
use super::{NewMail, Store, Turn, Tx, kind, mails, meeting};
use crate::limits::{RUNS_KEPT_MAX, RUNS_KEPT_MS};
use crate::refusal::Refusal;
use jiff::Timestamp;
use mxs_api::{Finish, KindRun, LEASE_SECONDS, Outcome, Progress, Run, RunEnd};
use mxs_core::{Kind, Summary};
use serde_json::value::RawValue;
use std::collections::BTreeMap;

const LEASE_MS: i64 = LEASE_SECONDS as i64 * 1000;

/// A lease that was given out.
pub(crate) struct Opened {
    /// Its fencing token.
    pub(crate) fence: i64,
    /// The mailbox's cursors by kind, as JSON.
    pub(crate) cursors: BTreeMap<Kind, Box<RawValue>>,
    /// How many links the mailbox has, by kind.
    pub(crate) links: BTreeMap<Kind, u32>,
    /// Whether a meeting that it leaves to a colleague is nobody's any more.
    pub(crate) free_meetings: bool,
}

/// What a run wants stored.
pub(crate) struct NewCommit<'a> {
    /// Which of the run's commits it is; without, it is stored whenever it comes.
    pub(crate) numbered: Option<Numbered>,
    /// What sort of records the changes are of.
    pub(crate) kind: Option<Kind>,
    /// The changes, in order.
    pub(crate) changes: &'a [Change],
    /// Those of mails, in order.
    pub(crate) mails: &'a [NewMail],
    /// How far the run has come.
    pub(crate) progress: Option<&'a Progress>,
}

/// What a copy of a commit is known by.
pub(crate) struct Numbered {
    /// Which of the run's numbered commits it is, from 1.
    pub(crate) number: i64,
    /// SHA-256 of its changes.
    pub(crate) digest: [u8; 32],
}

impl Store {
    /// Gives the account's mailbox to a new run, which syncs or takes an earlier one back. A run whose lease ran out is
    /// recorded as interrupted.
    pub(crate) async fn open_lease(&self, account: i64, undoes: Option<i64>, now_ms: i64) -> Result<Opened, Refusal> {
        let mut tx = self.write(Turn::Account(account)).await?;
        let (is_off, removed_ms): (i64, Option<i64>) = sqlx::query_as(
            "SELECT CASE WHEN account.switched_on = 1 AND account.is_active = 1 THEN 0 ELSE 1 END, org.removed_ms
             FROM account JOIN org ON org.id = account.org WHERE account.id = $1",
        )
        .bind(account)
        .fetch_one(&mut *tx)
        .await?;
        if removed_ms.is_some() {
            return Err(Refusal::Uninstalled);
        }
        if is_off == 1 {
            return Err(Refusal::SwitchedOff);
        }
        let mailbox: Option<i64> = sqlx::query_scalar("SELECT id FROM mailbox WHERE account = $1 AND connected = 1")
            .bind(account)
            .fetch_optional(&mut *tx)
            .await?;
        let mailbox = mailbox.ok_or(Refusal::NotFound("no mailbox is connected"))?;
        if let Some(retry_after_s) = held_for(&mut tx, mailbox, now_ms).await? {
            return Err(Refusal::LeaseHeld { retry_after_s });
        }
        if let Some(run) = undoes {
            let known = sqlx::query_scalar("SELECT fence FROM run WHERE fence = $1 AND mailbox = $2");
            let known: Option<i64> = known.bind(run).bind(mailbox).fetch_optional(&mut *tx).await?;
            if known.is_none() {
                return Err(Refusal::bad("the mailbox has no such run that could be taken back"));
            }
        }
        let fence: i64 = sqlx::query_scalar(
            "INSERT INTO run (mailbox, started_ms, expires_ms, undoes) VALUES ($1, $2, $3, $4) RETURNING fence",
        )
        .bind(mailbox)
        .bind(now_ms)
        .bind(now_ms + LEASE_MS)
        .bind(undoes)
        .fetch_one(&mut *tx)
        .await?;
        let cursors = item::cursors(&mut tx, mailbox).await?;
        let links = item::links(&mut tx, mailbox).await?;
        let free_meetings = meeting::are_free(&mut tx, mailbox, now_ms).await?;
        tx.commit().await?;
        Ok(Opened { fence, cursors, links, free_meetings })
    }

    /// Makes all changes or none, and renews the lease. That the lease still holds is read in the same
    /// transaction, so no other run can have begun in between. A commit that was stored before only renews.
    pub(crate) async fn commit(
        &self,
        account: i64,
        fence: i64,
        new: &NewCommit<'_>,
        now_ms: i64,
    ) -> Result<(), Refusal> {
        let mut tx = self.write(Turn::Account(account)).await?;
        let mailbox = leased(&mut tx, account, fence, now_ms).await?;
        if is_next(&mut tx, fence, new.numbered.as_ref()).await? {
            let before = Usage::of(&mut tx, account).await?;
            if !new.changes.is_empty() {
                let kind = new.kind.ok_or(Refusal::bad("a commit with changes names no kind"))?;
                takes_part(&mut tx, fence, kind).await?;
                let place = Place { mailbox, fence, kind, now_ms };
                apply::all(&mut tx, &place, new.changes).await?;
                usage::shorten_journal(&mut tx, mailbox).await?;
            }
            mails::apply(&mut tx, mailbox, new.mails).await?;
            if !Usage::of(&mut tx, account).await?.may_follow(before) {
                return Err(Refusal::StateFull);
            }
            let progress = new.progress.map(json).transpose()?;
            sqlx::query(
                "UPDATE run SET progress = coalesce($2, progress), commits = coalesce($3, commits),
                     commit_digest = coalesce($4, commit_digest) WHERE fence = $1",
            )
            .bind(fence)
            .bind(progress)
            .bind(new.numbered.as_ref().map(|numbered| numbered.number))
            .bind(new.numbered.as_ref().map(|numbered| numbered.digest.as_slice()))
            .execute(&mut *tx)
            .await?;
        }
        // One that waited for its turn in the database must not take back what another has renewed meanwhile.
        sqlx::query("UPDATE run SET expires_ms = $2 WHERE fence = $1 AND expires_ms < $2")
            .bind(fence)
            .bind(now_ms + LEASE_MS)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(())
    }

    /// Records how a run ended and gives its lease back. A lease that ran out may still be given back while
    /// nobody has taken it over: a run that knows how it ended says so. Said twice, it is recorded once.
    pub(crate) async fn finish(&self, account: i64, fence: i64, finish: &Finish, now_ms: i64) -> Result<Run, Refusal> {
        let mut tx = self.write(Turn::Account(account)).await?;
        let mailbox: Option<i64> = sqlx::query_scalar(
            "SELECT run.mailbox FROM run JOIN mailbox ON mailbox.id = run.mailbox
             WHERE run.fence = $1 AND mailbox.account = $2",
        )
        .bind(fence)
        .bind(account)
        .fetch_optional(&mut *tx)
        .await?;
        let mailbox = mailbox.ok_or(Refusal::LeaseLost)?;
        let ended_ms: Option<i64> =
            sqlx::query_scalar("SELECT ended_ms FROM run WHERE fence = $1").bind(fence).fetch_one(&mut *tx).await?;
        if ended_ms.is_some() {
            let recorded = recorded(&mut tx, mailbox, fence, now_ms).await?;
            let is_known = |(kind, outcome): (&Kind, &Outcome)| recorded.kinds.get(kind) == Some(outcome);
            let same =
                recorded.end == finish.end && recorded.summary == finish.total() && finish.kinds.iter().all(is_known);
            return if same { Ok(recorded) } else { Err(Refusal::LeaseLost) };
        }
        for (kind, outcome) in &finish.kinds {
            takes_part(&mut tx, fence, *kind).await?;
            sqlx::query("UPDATE run_kind SET outcome = $3, summary = $4 WHERE fence = $1 AND kind = $2")
                .bind(fence)
                .bind(kind::word(*kind))
                .bind(json(&outcome.end)?)
                .bind(json(&outcome.summary)?)
                .execute(&mut *tx)
                .await?;
        }
        end(&mut tx, fence, now_ms, &finish.end, &finish.total()).await?;
        meeting::give_back(&mut tx, mailbox).await?;
        let run = recorded(&mut tx, mailbox, fence, now_ms).await?;
        sweep(&mut tx, mailbox, fence, now_ms).await?;
        tx.commit().await?;
        Ok(run)
    }
}

/// Records that a kind takes part in a run.
async fn takes_part(tx: &mut Tx, fence: i64, kind: Kind) -> Result<(), Refusal> {
    sqlx::query("INSERT INTO run_kind (fence, kind) VALUES ($1, $2) ON CONFLICT (fence, kind) DO NOTHING")
        .bind(fence)
        .bind(kind::word(kind))
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// A run that ended, as it is recorded.
async fn recorded(tx: &mut Tx, mailbox: i64, fence: i64, now_ms: i64) -> Result<Run, Refusal> {
    let rows = Stored::before(tx, mailbox, fence.saturating_add(1), 1, now_ms).await?;
    let run = Stored::runs(tx, rows).await?.pop();
    run.filter(|run| u64::try_from(fence) == Ok(run.id)).ok_or(Refusal::LeaseLost)
}

/// The mailbox that the account's lease with this number opens, while it holds.
pub(super) async fn leased(tx: &mut Tx, account: i64, fence: i64, now_ms: i64) -> Result<i64, Refusal> {
    // Another's number, an unknown one, one that ran out and one of somebody who was switched off get the same answer.
    let mailbox: Option<i64> = sqlx::query_scalar(
        "SELECT run.mailbox FROM run JOIN mailbox ON mailbox.id = run.mailbox
             JOIN account ON account.id = mailbox.account JOIN org ON org.id = account.org
         WHERE run.fence = $1 AND mailbox.account = $2 AND mailbox.connected = 1
           AND account.switched_on = 1 AND account.is_active = 1 AND org.removed_ms IS NULL
           AND run.ended_ms IS NULL AND run.expires_ms > $3",
    )
    .bind(fence)
    .bind(account)
    .bind(now_ms)
    .fetch_optional(&mut **tx)
    .await?;
    mailbox.ok_or(Refusal::LeaseLost)
}

/// Whether the run's commit with this number is to be stored now. One that was stored already is a copy, which
/// may have been under way while later ones were stored: once more, it would take back what they changed.
async fn is_next(tx: &mut Tx, fence: i64, numbered: Option<&Numbered>) -> Result<bool, Refusal> {
    let Some(Numbered { number, digest }) = numbered else { return Ok(true) };
    let (stored, last): (i64, Option<Vec<u8>>) =
        sqlx::query_as("SELECT commits, commit_digest FROM run WHERE fence = $1")
            .bind(fence)
            .fetch_one(&mut **tx)
            .await?;
    if *number < 1 || *number > stored + 1 {
        return Err(Refusal::bad("the commit before this one is missing"));
    }
    if *number == stored && last.as_deref() != Some(digest) {
        // Whoever does not know whether a commit was stored sends that one again, and no other in its place.
        return Err(Refusal::bad("another commit with this number was stored"));
    }
    Ok(*number == stored + 1)
}

/// For how many seconds a run holds the mailbox yet. One whose lease ran out holds it no longer: it is
/// recorded as interrupted, at the moment until which it was surely alive.
pub(super) async fn held_for(tx: &mut Tx, mailbox: i64, now_ms: i64) -> Result<Option<u32>, Refusal> {
    let live: Option<(i64, i64)> =
        sqlx::query_as("SELECT fence, expires_ms FROM run WHERE mailbox = $1 AND ended_ms IS NULL")
            .bind(mailbox)
            .fetch_optional(&mut **tx)
            .await?;
    match live {
        Some((_, expires_ms)) if expires_ms > now_ms => {
            // Rounded up: who comes back then finds it free.
            Ok(Some(u32::try_from((expires_ms - now_ms + 999) / 1000).unwrap_or(u32::MAX)))
        }
        Some((fence, expires_ms)) => {
            end(tx, fence, expires_ms, &RunEnd::Interrupted, &Summary::default()).await?;
            sweep(tx, mailbox, fence, now_ms).await?;
            Ok(None)
        }
        None => Ok(None),
    }
}

/// How far the run that holds the mailbox has come.
pub(super) async fn running(tx: &mut Tx, mailbox: i64, now_ms: i64) -> Result<Option<Progress>, Refusal> {
    let progress: Option<Option<String>> =
        sqlx::query_scalar("SELECT progress FROM run WHERE mailbox = $1 AND ended_ms IS NULL AND expires_ms > $2")
            .bind(mailbox)
            .bind(now_ms)
            .fetch_optional(&mut **tx)
            .await?;
    match progress {
        Some(Some(json)) => read(&json, "progress").map(Some),
        // It has the lease and has said nothing yet.
        Some(None) => Ok(Some(Progress { phase: "starting".to_owned(), done: 0, total: 0 })),
        None => Ok(None),
    }
}

/// The last run that ended. One whose lease ran out counts, before anybody takes it over.
pub(super) async fn last(tx: &mut Tx, mailbox: i64, now_ms: i64) -> Result<Option<Run>, Refusal> {
    let rows = Stored::before(tx, mailbox, i64::MAX, 1, now_ms).await?;
    Ok(Stored::runs(tx, rows).await?.pop())
}

/// What became of a kind in the last run that ended and in which it took part.
pub(super) async fn last_of(tx: &mut Tx, mailbox: i64, kind: Kind, now_ms: i64) -> Result<Option<KindRun>, Refusal> {
    let fence: Option<i64> = sqlx::query_scalar(
        "SELECT run.fence FROM run JOIN run_kind ON run_kind.fence = run.fence
         WHERE run.mailbox = $1 AND run_kind.kind = $2 AND (run.ended_ms IS NOT NULL OR run.expires_ms <= $3)
         ORDER BY run.fence DESC LIMIT 1",
    )
    .bind(mailbox)
    .bind(kind::word(kind))
    .bind(now_ms)
    .fetch_optional(&mut **tx)
    .await?;
    let Some(fence) = fence else { return Ok(None) };
    let mut run = recorded(tx, mailbox, fence, now_ms).await?;
    let outcome = run.kinds.remove(&kind);
    Ok(outcome.map(|Outcome { end, summary }| KindRun { run: run.id, ended: run.ended, end, summary }))
}

/// A run that ended, as it is stored.
#[derive(sqlx::FromRow)]
pub(super) struct Stored {
    fence: i64,
    started_ms: i64,
    expires_ms: i64,
    ended_ms: Option<i64>,
    outcome: Option<String>,
    summary: Option<String>,
    undoes: Option<i64>,
}

#[derive(sqlx::FromRow)]
struct KindRow {
    fence: i64,
    kind: String,
    outcome: Option<String>,
    summary: Option<String>,
}

impl Stored {
    /// The runs of the mailbox before the one numbered `fence`, the newest first. One whose lease ran out has ended.
    pub(super) async fn before(
        tx: &mut Tx,
        mailbox: i64,
        fence: i64,
        limit: i64,
        now_ms: i64,
    ) -> Result<Vec<Self>, Refusal> {
        let rows = sqlx::query_as(
            "SELECT fence, started_ms, expires_ms, ended_ms, outcome, summary, undoes FROM run
             WHERE mailbox = $1 AND fence < $2 AND (ended_ms IS NOT NULL OR expires_ms <= $3)
             ORDER BY fence DESC LIMIT $4",
        );
        Ok(rows.bind(mailbox).bind(fence).bind(now_ms).bind(limit).fetch_all(&mut **tx).await?)
    }

    /// The fencing token.
    pub(super) const fn fence(&self) -> i64 {
        self.fence
    }

    /// The runs with what became of their kinds. `rows` are of one mailbox, the newest first.
    pub(super) async fn runs(tx: &mut Tx, rows: Vec<Self>) -> Result<Vec<Run>, Refusal> {
        let (Some(newest), Some(oldest)) = (rows.first(), rows.last()) else { return Ok(Vec::new()) };
        let kinds: Vec<KindRow> = sqlx::query_as(
            "SELECT run_kind.fence, run_kind.kind, run_kind.outcome, run_kind.summary
             FROM run JOIN run_kind ON run_kind.fence = run.fence
             WHERE run.mailbox = (SELECT mailbox FROM run WHERE fence = $1) AND run.fence BETWEEN $2 AND $1",
        )
        .bind(newest.fence)
        .bind(oldest.fence)
        .fetch_all(&mut **tx)
        .await?;
        rows.iter().map(|row| row.run(kinds.iter().filter(|kind| kind.fence == row.fence))).collect()
    }

    fn run<'a>(&self, kinds: impl Iterator<Item = &'a KindRow>) -> Result<Run, Refusal> {
        let end = self.outcome.as_deref().map_or(Ok(RunEnd::Interrupted), |json| read(json, "outcome"))?;
        let summary = |json: Option<&str>| json.map_or(Ok(Summary::default()), |json| read(json, "summary"));
        let outcome = |row: &KindRow| {
            // A kind of which nothing was said ended as the run did.
            let end = row.outcome.as_deref().map_or_else(|| Ok(end.clone()), |json| read(json, "outcome"))?;
            Ok((kind::read(&row.kind)?, Outcome { end, summary: summary(row.summary.as_deref())? }))
        };
        Ok(Run {
            id: u64::try_from(self.fence).map_err(|_| Refusal::unreadable("run"))?,
            started: rfc3339(self.started_ms)?,
            ended: rfc3339(self.ended_ms.unwrap_or(self.expires_ms))?,
            summary: summary(self.summary.as_deref())?,
            kinds: kinds.map(outcome).collect::<Result<_, Refusal>>()?,
            undoes: self.undoes.and_then(|run| u64::try_from(run).ok()),
            end,
        })
    }
}

async fn end(tx: &mut Tx, fence: i64, ended_ms: i64, outcome: &RunEnd, summary: &Summary) -> Result<(), Refusal> {
    sqlx::query("UPDATE run SET ended_ms = $2, outcome = $3, summary = $4 WHERE fence = $1")
        .bind(fence)
        .bind(ended_ms)
        .bind(json(outcome)?)
        .bind(json(summary)?)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Deletes runs of the mailbox that are too old or too many; the one with this fence, which has just ended,
/// stays.
async fn sweep(tx: &mut Tx, mailbox: i64, fence: i64, now_ms: i64) -> Result<(), Refusal> {
    sqlx::query(
        "DELETE FROM run WHERE mailbox = $1 AND fence < $2 AND (ended_ms < $3
             OR fence <= (SELECT fence FROM run WHERE mailbox = $1 ORDER BY fence DESC LIMIT 1 OFFSET $4))",
    )
    .bind(mailbox)
    .bind(fence)
    .bind(now_ms - RUNS_KEPT_MS)
    .bind(RUNS_KEPT_MAX)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

fn json<T: serde::Serialize>(value: &T) -> Result<String, Refusal> {
    serde_json::to_string(value).map_err(|_| Refusal::unreadable("run"))
}

fn read<T: serde::de::DeserializeOwned>(json: &str, what: &'static str) -> Result<T, Refusal> {
    serde_json::from_str(json).map_err(|_| Refusal::unreadable(what))
}

/// The moment in RFC 3339, UTC.
pub(crate) fn rfc3339(ms: i64) -> Result<String, Refusal> {
    Ok(Timestamp::from_millisecond(ms).map_err(|_| Refusal::unreadable("time"))?.to_string())
}
