//! Which mailbox is synced when, without a tab.
//!
//! The table is the truth; the queue (`background/queue.rs`) only carries turns to whoever has time. A turn that gets
//! lost there is given anew after a while.

use super::audit::Note;
use super::{Store, Turn, Tx, alert, audit, org};
use crate::background::fair::{Due, RUNS_PER_ORG_MAX};
use crate::background::pace::{Next, Pace, TRIES_MAX};
use crate::refusal::Refusal;
use mxs_api::{Action, ByItself, Settings, Severity};
use std::collections::{BTreeMap, BTreeSet};

/// After so long without a sign of life a turn in the queue counts as lost.
const TURN_LOST_MS: i64 = 10 * 60 * 1000;

/// How long after a hint a mailbox is synced: changes come in flocks.
const SETTLE_MS: i64 = 3_000;

/// Who tells of changes: the CRM and Exchange.
const SIDES: usize = 2;

/// Over how long mailboxes are spread that are all to be synced because of one change.
const SPREAD_MS: i64 = 5_000;

/// The longest time between two of them.
const SPREAD_STEP_MS_MAX: i64 = 100;

/// The most mailboxes that are looked at when turns are given.
const DUE_MAX: i64 = 1_000;

/// What there is to do, and how much is under way.
#[derive(Debug)]
pub(crate) struct Waiting {
    /// The mailboxes that are due, in the order in which they want to be taken; of each organisation as many as may
    /// run at the same time.
    pub(crate) due: Vec<Due>,
    /// How many runs each organisation has in the queue or under way.
    pub(crate) busy: BTreeMap<String, usize>,
}

/// A mailbox whose turn has come.
#[derive(Debug)]
pub(crate) struct Begun {
    /// The row of the account.
    pub(crate) account: i64,
    /// The organisation.
    pub(crate) org: String,
    /// The CRM user.
    pub(crate) crm_user: String,
    /// The mailbox's id at Microsoft.
    pub(crate) graph_id: String,
    /// Its address.
    pub(crate) address: String,
    /// The user's time zone in the CRM, where it is known.
    pub(crate) zone: Option<String>,
    /// What is chosen.
    pub(crate) settings: Settings,
    /// What is remembered of the runs before.
    pub(crate) pace: Pace,
    /// The time between two runs, in seconds.
    pub(crate) interval_s: u32,
    /// Whether both vendors tell of all changes that they were asked to tell of.
    pub(crate) is_told: bool,
    /// Since when it was due.
    pub(crate) due_ms: i64,
}

/// What a turn has to tell of the mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Told {
    /// Nothing: there was no run.
    Nothing,
    /// All is well.
    Well,
    /// Something is wrong.
    Wrong {
        /// The stable code.
        code: &'static str,
        /// Whether it is the whole organisation that has it.
        is_of_all: bool,
        /// Whether it stays until a person sees to it.
        needs_person: bool,
    },
}

#[derive(sqlx::FromRow)]
struct BegunRow {
    account: i64,
    org: String,
    crm_user: String,
    graph_id: String,
    address: String,
    zone: Option<String>,
    settings: Option<String>,
    of_all: Option<String>,
    chooses: i64,
    failures: i64,
    idle: i64,
    interval_s: i64,
    intervals: String,
    profile: Option<String>,
    due_ms: i64,
}

impl Store {
    /// Takes all turns back: whoever had them has ended. Right where one instance alone gives turns; a run that goes
    /// on all the same keeps its lease, and whoever gets the turn meanwhile comes again later.
    pub(crate) async fn take_turns_back(&self) -> Result<(), Refusal> {
        let mut tx = self.write(Turn::Everybody).await?;
        sqlx::query("UPDATE schedule SET queued_ms = NULL WHERE queued_ms IS NOT NULL").execute(&mut *tx).await?;
        tx.commit().await?;
        Ok(())
    }

    /// What is due.
    pub(crate) async fn waiting(&self, now_ms: i64) -> Result<Waiting, Refusal> {
        let mut tx = self.read().await?;
        let busy: Vec<(String, i64)> =
            sqlx::query_as("SELECT org, count(*) FROM schedule WHERE queued_ms >= $1 GROUP BY org")
                .bind(now_ms - TURN_LOST_MS)
                .fetch_all(&mut *tx)
                .await?;
        let due: Vec<(i64, String)> = sqlx::query_as(
            "SELECT mailbox, org FROM (
                 SELECT schedule.mailbox, schedule.org, schedule.due_ms, schedule.is_hinted,
                     row_number() OVER (PARTITION BY schedule.org
                         ORDER BY schedule.is_hinted DESC, schedule.due_ms, schedule.mailbox) AS place
                 FROM schedule JOIN org ON org.id = schedule.org
                 WHERE schedule.stopped IS NULL AND schedule.due_ms <= $1
                     AND (schedule.queued_ms IS NULL OR schedule.queued_ms < $2)
                     AND org.removed_ms IS NULL AND org.crm_pause_ms <= $1
             ) AS waiting WHERE place <= $3 ORDER BY is_hinted DESC, due_ms, mailbox LIMIT $4",
        )
        .bind(now_ms)
        .bind(now_ms - TURN_LOST_MS)
        .bind(RUNS_PER_ORG_MAX as i64)
        .bind(DUE_MAX)
        .fetch_all(&mut *tx)
        .await?;
        Ok(Waiting {
            due: due.into_iter().map(|(mailbox, org)| Due { mailbox, org }).collect(),
            busy: busy.into_iter().map(|(org, runs)| (org, usize::try_from(runs).unwrap_or(usize::MAX))).collect(),
        })
    }

    /// Gives a mailbox its turn; `false` when another instance was faster, or somebody syncs it at the moment.
    pub(crate) async fn give_turn(&self, due: &Due, now_ms: i64) -> Result<bool, Refusal> {
        let mut tx = self.write(Turn::Organisation(&due.org)).await?;
        let given = sqlx::query(
            "UPDATE schedule SET queued_ms = $2
             WHERE mailbox = $1 AND stopped IS NULL AND due_ms <= $2 AND (queued_ms IS NULL OR queued_ms < $3)
                 AND NOT EXISTS (SELECT 1 FROM run
                     WHERE run.mailbox = schedule.mailbox AND run.ended_ms IS NULL AND run.expires_ms > $2)",
        )
        .bind(due.mailbox)
        .bind(now_ms)
        .bind(now_ms - TURN_LOST_MS)
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(given.rows_affected() == 1)
    }

    /// Begins a turn that came out of the queue. `None` when it is not its turn any more: it came twice, or somebody
    /// has disconnected the mailbox, switched the user off or taken the extension away. What comes as a hint from
    /// here on is for the next turn.
    pub(crate) async fn begin_turn(&self, mailbox: i64, queued_ms: i64, now_ms: i64) -> Result<Option<Begun>, Refusal> {
        let Some((_, mut tx)) = self.of_mailbox(mailbox).await? else { return Ok(None) };
        let row: Option<BegunRow> = sqlx::query_as(
            "SELECT mailbox.account, mailbox.org, account.crm_user, mailbox.graph_id, mailbox.address, account.zone,
                 account.settings, org.settings AS of_all,
                 CASE WHEN org.users_choose = 1 OR account.is_admin = 1 THEN 1 ELSE 0 END AS chooses,
                 schedule.failures, schedule.idle, org.interval_s, org.intervals, account.profile,
                 schedule.due_ms
             FROM schedule JOIN mailbox ON mailbox.id = schedule.mailbox JOIN account ON account.id = mailbox.account
                 JOIN org ON org.id = mailbox.org
             WHERE schedule.mailbox = $1 AND schedule.queued_ms = $2 AND schedule.stopped IS NULL
                 AND mailbox.connected = 1 AND account.switched_on = 1 AND account.is_active = 1
                 AND org.removed_ms IS NULL",
        )
        .bind(mailbox)
        .bind(queued_ms)
        .fetch_optional(&mut *tx)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let lasting: Vec<i64> = sqlx::query_scalar(
            "SELECT min(expires_ms) FROM subscription
             WHERE org = $1 AND (mailbox = 0 OR mailbox = $2) AND is_wanted = 1 GROUP BY side",
        )
        .bind(&row.org)
        .bind(mailbox)
        .fetch_all(&mut *tx)
        .await?;
        // Where there was none nothing is written, and no disk waited for.
        sqlx::query("UPDATE schedule SET is_hinted = 0 WHERE mailbox = $1 AND is_hinted = 1")
            .bind(mailbox)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        let of_profile = org::intervals(&row.intervals)?.remove(row.profile.as_deref().unwrap_or_default());
        Ok(Some(Begun {
            account: row.account,
            org: row.org,
            crm_user: row.crm_user,
            graph_id: row.graph_id,
            address: row.address,
            zone: row.zone,
            settings: org::chosen(row.settings, row.of_all, row.chooses == 1)?,
            pace: Pace { failures: count(row.failures), idle: count(row.idle) },
            interval_s: of_profile.unwrap_or(count(row.interval_s)),
            due_ms: row.due_ms,
            is_told: lasting.len() == SIDES && lasting.iter().all(|expires_ms| *expires_ms > now_ms),
        }))
    }

    /// Ends a turn: when the mailbox is due again, or the code of what a person has to see to first, what is wrong now or
    /// no longer is, and what the CRM said is left of the organisation's credits. What a hint came for meanwhile is looked
    /// at soon.
    pub(crate) async fn end_turn(
        &self,
        mailbox: i64,
        next: Next,
        told: Told,
        credits_left: Option<i64>,
        now_ms: i64,
    ) -> Result<(), Refusal> {
        let Some((org, mut tx)) = self.of_mailbox(mailbox).await? else { return Ok(()) };
        let wait_ms = next.wait_ms.map(|wait_ms| i64::try_from(wait_ms).unwrap_or(i64::MAX));
        let code = if let Told::Wrong { code, .. } = told { code } else { "" };
        let ended = sqlx::query(
            "UPDATE schedule SET queued_ms = NULL, failures = $2, idle = $3, stopped = $4,
                 due_ms = CASE WHEN is_hinted = 1 AND $2 = 0 THEN $5 ELSE $6 END
             WHERE mailbox = $1",
        )
        .bind(mailbox)
        .bind(i64::from(next.pace.failures))
        .bind(i64::from(next.pace.idle))
        .bind(wait_ms.is_none().then_some(code))
        .bind(now_ms + SETTLE_MS)
        .bind(now_ms.saturating_add(wait_ms.unwrap_or_default()))
        .execute(&mut *tx)
        .await?;
        if let Some(left) = credits_left {
            org::credits(&mut tx, &org, left, now_ms).await?;
        }
        // Who was switched off or disconnected meanwhile has nothing that could be wrong.
        if ended.rows_affected() == 1 {
            tell(&mut tx, mailbox, next, told, now_ms).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Says that something changed in mailboxes of an organisation. However often it is said, each is synced once, after
    /// a moment; where they are many, one after the other. Says for how many it was news.
    pub(crate) async fn hint(&self, org: &str, mailboxes: &BTreeSet<i64>, now_ms: i64) -> Result<u64, Refusal> {
        let mut tx = self.write(Turn::Organisation(org)).await?;
        let mut hinted = 0;
        let step_ms = (SPREAD_MS / (mailboxes.len() as i64).max(1)).min(SPREAD_STEP_MS_MAX);
        for (place, mailbox) in (0..).zip(mailboxes) {
            let told = sqlx::query(
                "UPDATE schedule SET is_hinted = 1, due_ms = CASE WHEN due_ms > $2 THEN $2 ELSE due_ms END
                 WHERE mailbox = $1 AND org = $3 AND is_hinted = 0 AND failures = 0",
            )
            .bind(mailbox)
            .bind(now_ms + SETTLE_MS + place * step_ms)
            .bind(org)
            .execute(&mut *tx)
            .await?;
            hinted += told.rows_affected();
        }
        tx.commit().await?;
        Ok(hinted)
    }

    /// Puts the mailbox of the account on the schedule, or has it go on after a person saw to what stopped it.
    /// Says whether it is there: one that is switched off is not.
    pub(crate) async fn schedule(&self, account: i64, notes: &[Note<'_>], now_ms: i64) -> Result<bool, Refusal> {
        let mut tx = self.write(Turn::Account(account)).await?;
        let is_there = put(&mut tx, account, now_ms).await?;
        if is_there {
            audit::add(&mut tx, notes, now_ms).await?;
        }
        tx.commit().await?;
        Ok(is_there)
    }

    /// The same for all mailboxes of an organisation.
    pub(crate) async fn schedule_all(&self, org: &str, now_ms: i64) -> Result<(), Refusal> {
        let mut tx = self.write(Turn::Organisation(org)).await?;
        sqlx::query(
            "INSERT INTO schedule (mailbox, org, due_ms)
             SELECT mailbox.id, mailbox.org, $2 FROM mailbox JOIN account ON account.id = mailbox.account
             WHERE mailbox.org = $1 AND mailbox.connected = 1 AND account.switched_on = 1 AND account.is_active = 1
             ON CONFLICT (mailbox) DO UPDATE SET due_ms = excluded.due_ms, stopped = NULL, failures = 0",
        )
        .bind(org)
        .bind(now_ms)
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(())
    }

    /// The mailbox's organisation, and a transaction on its state; `None` when there is no such mailbox any more.
    async fn of_mailbox(&self, mailbox: i64) -> Result<Option<(String, Tx)>, Refusal> {
        let Some(org) = org::of_mailbox(self, mailbox).await? else { return Ok(None) };
        let tx = self.write(Turn::Organisation(&org)).await?;
        Ok(Some((org, tx)))
    }
}

/// Puts the mailbox of the account on the schedule, unless it is switched off. Says whether it is there.
pub(super) async fn put(tx: &mut Tx, account: i64, now_ms: i64) -> Result<bool, Refusal> {
    let put = sqlx::query(
        "INSERT INTO schedule (mailbox, org, due_ms)
         SELECT mailbox.id, mailbox.org, $2 FROM mailbox JOIN account ON account.id = mailbox.account
         WHERE account.id = $1 AND mailbox.connected = 1 AND account.switched_on = 1 AND account.is_active = 1
         ON CONFLICT (mailbox) DO UPDATE SET due_ms = excluded.due_ms, stopped = NULL, failures = 0, is_hinted = 1",
    );
    Ok(put.bind(account).bind(now_ms).execute(&mut **tx).await?.rows_affected() == 1)
}

/// How the sync without a tab stands; `None` where the mailbox is not on the schedule.
pub(super) async fn by_itself(tx: &mut Tx, mailbox: i64, now_ms: i64) -> Result<Option<ByItself>, Refusal> {
    let row: Option<(i64, Option<String>)> = sqlx::query_as(
        "SELECT CASE WHEN schedule.stopped IS NULL AND (schedule.queued_ms IS NOT NULL OR schedule.due_ms <= $2)
                 THEN 1 ELSE 0 END,
             coalesce(schedule.stopped, (SELECT alert.code FROM alert
                 WHERE alert.org = schedule.org AND alert.mailbox IN (schedule.mailbox, 0) AND alert.closed_ms IS NULL
                 ORDER BY alert.last_ms DESC, alert.id DESC LIMIT 1))
         FROM schedule WHERE schedule.mailbox = $1",
    )
    .bind(mailbox)
    .bind(now_ms)
    .fetch_optional(&mut **tx)
    .await?;
    Ok(row.map(|(is_due, code)| ByItself { is_due: is_due == 1, code }))
}

/// Opens and closes alerts, and notes when a mailbox stops and goes on.
async fn tell(tx: &mut Tx, mailbox: i64, next: Next, told: Told, now_ms: i64) -> Result<(), Refusal> {
    let (org, user): (String, String) = sqlx::query_as(
        "SELECT account.org, account.crm_user FROM mailbox JOIN account ON account.id = mailbox.account
         WHERE mailbox.id = $1",
    )
    .bind(mailbox)
    .fetch_one(&mut **tx)
    .await?;
    let noted = match told {
        Told::Nothing => return Ok(()),
        Told::Well => {
            let was_wrong = alert::is_error_open(tx, &org, mailbox).await?;
            alert::close(tx, &org, mailbox, now_ms).await?;
            alert::close(tx, &org, alert::EVERYBODY, now_ms).await?;
            was_wrong.then(|| Note::own(&org, Action::SyncResumed, &user, None))
        }
        Told::Wrong { code, is_of_all, needs_person } => {
            let is_stopped = next.wait_ms.is_none();
            let is_error = is_stopped || needs_person || next.pace.failures >= TRIES_MAX;
            let severity = if is_error { Severity::Error } else { Severity::Warning };
            let concerned = if is_of_all { alert::EVERYBODY } else { mailbox };
            alert::open(tx, &org, concerned, (code, severity), now_ms).await?;
            is_stopped.then(|| Note::own(&org, Action::SyncStopped, &user, Some(code)))
        }
    };
    match noted {
        Some(note) => audit::add(tx, &[note], now_ms).await,
        None => Ok(()),
    }
}

fn count(number: i64) -> u32 {
    u32::try_from(number).unwrap_or_default()
}
