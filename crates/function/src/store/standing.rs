//! How things stand, in numbers.

use super::Store;
use crate::refusal::Refusal;

/// After so long a mailbox that is due is overdue.
const OVERDUE_MS: i64 = 60_000;

/// What the CRM said of credits is good for so long: they are counted anew every day.
const CREDITS_MS: i64 = 24 * 60 * 60 * 1000;

/// How many mailboxes are synced without a tab, and how they stand.
#[derive(Clone, Copy, Debug, sqlx::FromRow)]
pub(crate) struct Standing {
    /// All of them.
    pub(crate) scheduled: i64,
    /// Those that are to be synced now.
    pub(crate) due: i64,
    /// Those of them that wait for longer than they should.
    pub(crate) overdue: i64,
    /// Those whose last run failed.
    pub(crate) in_trouble: i64,
    /// Those of them that wait for a person.
    pub(crate) stopped: i64,
    /// Those that have their turn, in the queue or under way.
    pub(crate) queued: i64,
    /// The fewest credits that an organisation has left.
    pub(crate) credits_left: Option<i64>,
}

impl Store {
    /// How things stand now.
    pub(crate) async fn standing(&self, now_ms: i64) -> Result<Standing, Refusal> {
        let standing = sqlx::query_as(
            "SELECT count(*) AS scheduled,
                 count(CASE WHEN stopped IS NULL AND due_ms <= $1 THEN 1 END) AS due,
                 count(CASE WHEN stopped IS NULL AND due_ms <= $2 THEN 1 END) AS overdue,
                 count(CASE WHEN failures > 0 THEN 1 END) AS in_trouble,
                 count(stopped) AS stopped,
                 count(queued_ms) AS queued,
                 (SELECT min(credits_left) FROM org WHERE credits_ms >= $3 AND removed_ms IS NULL) AS credits_left
             FROM schedule",
        );
        let standing = standing.bind(now_ms).bind(now_ms - OVERDUE_MS).bind(now_ms - CREDITS_MS);
        Ok(standing.fetch_one(&self.pool).await?)
    }
}
