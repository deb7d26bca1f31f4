//! Meetings that several mailboxes of an organisation have: which of them has the event in the CRM.
//!
//! What is remembered says it: whoever has a link or is about to make one holds the meeting. Only between the moment
//! in which a run claims a meeting and the one in which its intent is stored there is nothing yet: that is a claim. So
//! there is nothing to give back: what ends the link ends the hold with it, and a mailbox that nobody syncs any more
//! holds nothing.

use super::{Store, Turn, Tx, run};
use crate::limits::{CLAIM_MS, CLAIMS_PER_MAILBOX_MAX, ID_BYTES_MAX};
use crate::refusal::Refusal;
use mxs_core::meeting::{Ask, Holder};
use mxs_core::{CrmId, Field, Fields, Intent, Link, Reason, RecordId, Scope, Side, Unlinked};

/// What a mailbox has to do with a meeting, as it is stored beside an item.
pub(crate) struct Share {
    /// The meeting's uid.
    pub(super) meeting: String,
    /// The word that is stored.
    pub(super) word: &'static str,
}

impl Share {
    fn new(fields: &Fields, word: &'static str) -> Option<Self> {
        // One that nobody could ask about is nobody's but this mailbox's.
        let meeting = Some(fields.text(Field::MeetingUid))
            .filter(|uid| !uid.is_empty() && uid.len() <= ID_BYTES_MAX && !uid.contains('\0'))?;
        Some(Self { meeting: meeting.to_owned(), word })
    }

    /// A link's. One whose record is somebody else's by now holds nothing.
    pub(super) fn of_link(link: &Link) -> Option<Self> {
        let is_left = link.scope == Scope::Left { side: Side::Crm };
        Self::new(&link.seen.as_ref().unwrap_or(&link.base).exchange, if is_left { "follows" } else { "holds" })
    }

    /// Of a copy that is under way.
    pub(super) fn of_intent(intent: &Intent) -> Option<Self> {
        Self::new(&intent.fields, "holds")
    }

    /// Of a record without a partner.
    pub(super) fn of_unlinked(unlinked: &Unlinked) -> Option<Self> {
        let is_part = !unlinked.fields.text(Field::Series).is_empty();
        match (&unlinked.reason, &unlinked.id) {
            (Reason::ThroughColleague, RecordId::Crm(_)) => Self::new(&unlinked.fields, "left"),
            (Reason::ThroughColleague, RecordId::Exchange(_)) if is_part => Self::new(&unlinked.fields, "follows"),
            (Reason::ThroughColleague, RecordId::Exchange(_)) => Self::new(&unlinked.fields, "waits"),
            _ => None,
        }
    }
}

/// What some mailbox has to do with a meeting.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
struct Row {
    mailbox: i64,
    /// 1 if somebody syncs the mailbox, else 0.
    in_use: i64,
    user: String,
    share: String,
    /// A link's record.
    crm: Option<String>,
    key: String,
}

impl Row {
    /// The event that the mailbox has, or had.
    fn record(&self) -> Option<CrmId> {
        let left = self.key.strip_prefix("crm:").filter(|_| self.share == "left");
        left.or(self.crm.as_deref()).map(CrmId::new)
    }
}

/// Whose a meeting is for the mailbox that asks. `is_claimed` by another one.
fn holder(own: i64, ask: Ask, rows: &[Row], is_claimed: bool) -> Holder {
    let others = || rows.iter().filter(|row| row.mailbox != own && row.in_use == 1);
    if ask == Ask::Leave {
        let waiting = others().find(|row| row.share == "waits" || row.share == "follows");
        let waiting = waiting.map(|row| Holder::Waiting { user: row.user.clone() });
        return waiting.unwrap_or(Holder::Own { record: None });
    }
    if let Some(row) = others().find(|row| row.share == "holds") {
        return Holder::Colleague { record: row.record() };
    }
    if is_claimed {
        return Holder::Colleague { record: None };
    }
    let left = rows.iter().find(|row| row.share == "left");
    let unused = || rows.iter().find(|row| row.mailbox != own && row.share == "holds" && row.crm.is_some());
    let record = left.or_else(unused).and_then(Row::record);
    // A second copy of a meeting in one mailbox can't have the first one's event.
    let has = |record: &CrmId| rows.iter().any(|row| row.mailbox == own && row.crm.as_deref() == Some(record.as_str()));
    Holder::Own { record: record.filter(|record| !has(record)) }
}

impl Store {
    /// Whose meetings are, in their order; claims those that nobody has, if that is what is asked.
    pub(crate) async fn meetings(
        &self,
        account: i64,
        fence: i64,
        (ask, uids): (Ask, &[String]),
        now_ms: i64,
    ) -> Result<Vec<Holder>, Refusal> {
        let mut tx = if ask == Ask::Claim { self.write(Turn::Account(account)).await? } else { self.read().await? };
        let mailbox = run::leased(&mut tx, account, fence, now_ms).await?;
        let org: String =
            sqlx::query_scalar("SELECT org FROM mailbox WHERE id = $1").bind(mailbox).fetch_one(&mut *tx).await?;
        let mut holders = Vec::with_capacity(uids.len());
        for uid in uids {
            let rows = rows(&mut tx, &org, uid).await?;
            let is_claimed = is_claimed(&mut tx, (mailbox, &org), uid, now_ms).await?;
            let holder = holder(mailbox, ask, &rows, is_claimed);
            if ask == Ask::Claim && matches!(holder, Holder::Own { .. }) {
                claim(&mut tx, (mailbox, &org), uid, now_ms).await?;
            }
            holders.push(holder);
        }
        if ask == Ask::Claim {
            let claims: i64 = sqlx::query_scalar("SELECT count(*) FROM claim WHERE mailbox = $1")
                .bind(mailbox)
                .fetch_one(&mut *tx)
                .await?;
            if claims > CLAIMS_PER_MAILBOX_MAX {
                return Err(Refusal::StateFull);
            }
            tx.commit().await?;
        }
        Ok(holders)
    }
}

/// What the mailboxes of an organisation have to do with a meeting.
async fn rows(tx: &mut Tx, org: &str, uid: &str) -> Result<Vec<Row>, Refusal> {
    let rows = sqlx::query_as(
        "SELECT item.mailbox, mailbox.connected * (1 - account.events_off) AS in_use, account.crm_user AS user,
                item.share, item.crm, item.key
         FROM item JOIN mailbox ON mailbox.id = item.mailbox JOIN account ON account.id = mailbox.account
         WHERE item.meeting = $1 AND mailbox.org = $2 ORDER BY item.id",
    );
    Ok(rows.bind(uid).bind(org).fetch_all(&mut **tx).await?)
}

/// Whether a run of another mailbox is about to copy a meeting. One that died holds it for a while, be the mailbox in use
/// or not: nobody knows what that run has copied.
async fn is_claimed(tx: &mut Tx, (mailbox, org): (i64, &str), uid: &str, now_ms: i64) -> Result<bool, Refusal> {
    let claimed = sqlx::query_scalar(
        "SELECT mailbox FROM claim WHERE org = $1 AND meeting = $2 AND mailbox <> $3 AND expires_ms > $4",
    );
    let claimed: Option<i64> = claimed.bind(org).bind(uid).bind(mailbox).bind(now_ms).fetch_optional(&mut **tx).await?;
    Ok(claimed.is_some())
}

async fn claim(tx: &mut Tx, (mailbox, org): (i64, &str), uid: &str, now_ms: i64) -> Result<(), Refusal> {
    sqlx::query(
        "INSERT INTO claim (org, meeting, mailbox, expires_ms) VALUES ($1, $2, $3, $4)
         ON CONFLICT (org, meeting) DO UPDATE SET mailbox = excluded.mailbox, expires_ms = excluded.expires_ms",
    )
    .bind(org)
    .bind(uid)
    .bind(mailbox)
    .bind(now_ms + CLAIM_MS)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Forgets events that other mailboxes have left behind and that `mailbox` has taken over: they are nobody else's any
/// more, and no reading of those mailboxes would tell.
pub(super) async fn take_over(tx: &mut Tx, mailbox: i64) -> Result<(), Refusal> {
    sqlx::query(
        "DELETE FROM item WHERE share = 'left' AND mailbox <> $1
           AND mailbox IN (SELECT id FROM mailbox WHERE org = (SELECT org FROM mailbox WHERE id = $1))
           AND EXISTS (SELECT 1 FROM item AS heir WHERE heir.mailbox = $1 AND heir.meeting = item.meeting
             AND heir.share = 'holds' AND item.key = 'crm:' || heir.crm)",
    )
    .bind(mailbox)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A run has ended: what it didn't copy others may.
pub(super) async fn give_back(tx: &mut Tx, mailbox: i64) -> Result<(), Refusal> {
    sqlx::query("DELETE FROM claim WHERE mailbox = $1").bind(mailbox).execute(&mut **tx).await?;
    Ok(())
}

/// Whether a meeting that the mailbox leaves to a colleague is nobody's any more.
pub(super) async fn are_free(tx: &mut Tx, mailbox: i64, now_ms: i64) -> Result<bool, Refusal> {
    let free = sqlx::query_scalar(
        "SELECT own.id FROM item AS own JOIN mailbox AS home ON home.id = own.mailbox
         WHERE own.mailbox = $1 AND own.share = 'waits'
           AND NOT EXISTS (
             SELECT 1 FROM item AS other JOIN mailbox ON mailbox.id = other.mailbox
             JOIN account ON account.id = mailbox.account
             WHERE other.meeting = own.meeting AND other.share = 'holds' AND other.mailbox <> own.mailbox
               AND mailbox.org = home.org AND mailbox.connected = 1 AND account.events_off = 0)
           AND NOT EXISTS (
             SELECT 1 FROM claim
             WHERE claim.org = home.org AND claim.meeting = own.meeting AND claim.mailbox <> own.mailbox
               AND claim.expires_ms > $2)
         LIMIT 1",
    );
    let free: Option<i64> = free.bind(mailbox).bind(now_ms).fetch_optional(&mut **tx).await?;
    Ok(free.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whose_a_meeting_is() {
        let row = |text: &str| {
            let words: Vec<&str> = text.split(' ').collect();
            let [mailbox, in_use, share, record] = words.as_slice() else { panic!("four words: {text}") };
            let link = (*share == "holds" && *record != "-").then(|| (*record).to_owned());
            let key = if *share == "left" { format!("crm:{record}") } else { "exchange:e".to_owned() };
            let (mailbox, user) = (mailbox.parse().expect("a number"), format!("user {mailbox}"));
            Row { mailbox, user, in_use: (*in_use == "used").into(), share: (*share).to_owned(), crm: link, key }
        };
        let own = |record: &str| Holder::Own { record: (record != "-").then(|| CrmId::new(record)) };
        let colleague = |record: &str| Holder::Colleague { record: (record != "-").then(|| CrmId::new(record)) };
        let waiting = |user: &str| Holder::Waiting { user: user.to_owned() };
        let cases = [
            // What mailboxes have to do with it, whether another one claims it: whose it is for the first.
            (Ask::Claim, vec![], false, own("-")),
            (Ask::Claim, vec![], true, colleague("-")),
            (Ask::Claim, vec!["2 used holds 7"], false, colleague("7")),
            // The copy is under way.
            (Ask::Look, vec!["2 used holds -"], false, colleague("-")),
            (Ask::Claim, vec!["1 used holds 7"], false, own("-")),
            (Ask::Claim, vec!["2 used waits -", "1 used waits -"], false, own("-")),
            // Nobody syncs the mailbox any more.
            (Ask::Claim, vec!["2 unused holds 7"], false, own("7")),
            (Ask::Claim, vec!["2 unused holds 7", "3 used holds 8"], false, colleague("8")),
            (Ask::Claim, vec!["2 unused holds -"], false, own("-")),
            // It was left behind; by this mailbox too, which has the meeting again.
            (Ask::Claim, vec!["2 used left 7"], false, own("7")),
            (Ask::Claim, vec!["1 used left 7"], false, own("7")),
            (Ask::Claim, vec!["2 used left 7"], true, colleague("-")),
            // It was taken over by a first copy in this mailbox.
            (Ask::Claim, vec!["2 unused holds 7", "1 used holds 7"], false, own("-")),
            // Who leaves asks whether somebody waits.
            (Ask::Leave, vec!["1 used holds 7"], false, own("-")),
            (Ask::Leave, vec!["1 used holds 7", "2 used waits -"], false, waiting("user 2")),
            (Ask::Leave, vec!["1 used holds 7", "2 used follows -"], false, waiting("user 2")),
            (Ask::Leave, vec!["1 used holds 7", "2 unused waits -"], false, own("-")),
            (Ask::Leave, vec!["1 used holds 7", "2 used left 7"], false, own("-")),
        ];
        for (ask, rows, is_claimed, expected) in cases {
            let parsed: Vec<Row> = rows.iter().map(|text| row(text)).collect();
            assert_eq!(holder(1, ask, &parsed, is_claimed), expected, "{ask:?} {rows:?} {is_claimed}");
        }
    }
}
