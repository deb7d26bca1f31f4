//! Which transactions wait for each other.
//!
//! Everything here reads first and then writes what follows from it, so no two that could meet may run at the same
//! time. SQLite has one writer anyway; PostgreSQL is asked for a lock at the beginning of each transaction
//! (docs/adr/0014-two-databases.md).

use super::Tx;
use sqlx::Error;

/// Whose state a transaction changes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Turn<'a> {
    /// The nonces that wait for their statement; nothing else.
    Challenges,
    /// Rows of all organisations.
    Everybody,
    /// An organisation, by its id. Its mailboxes have meetings in common, so they wait for each other; no other
    /// organisation's do.
    Organisation(&'a str),
    /// The organisation of an account.
    Account(i64),
}

/// The locks' names, among all that anything in this database locks in this way: "mxs" and a number.
const CHALLENGES: i64 = 0x6d78_7301;
const EVERYBODY: i64 = 0x6d78_7302;

impl Turn<'_> {
    /// Waits, on PostgreSQL, until nobody else has the turn, and keeps it as long as the transaction lasts. Each
    /// statement after this one sees all that was stored before: in its level of isolation it looks anew.
    pub(super) async fn take(self, tx: &mut Tx) -> Result<(), Error> {
        let lock = match self {
            Turn::Challenges => sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(CHALLENGES),
            Turn::Everybody => sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(EVERYBODY),
            // Two whose ids have one hash only wait longer.
            Turn::Organisation(org) => {
                sqlx::query("SELECT pg_advisory_xact_lock_shared($1), pg_advisory_xact_lock(hashtextextended($2, $1))")
                    .bind(EVERYBODY)
                    .bind(org)
            }
            Turn::Account(account) => sqlx::query(
                "SELECT pg_advisory_xact_lock_shared($1), pg_advisory_xact_lock(hashtextextended(org, $1))
                 FROM account WHERE id = $2",
            )
            .bind(EVERYBODY)
            .bind(account),
        };
        lock.execute(&mut **tx).await?;
        Ok(())
    }
}
