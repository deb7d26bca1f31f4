//! One runner per mailbox: the lease, the state it opens, and what a run writes under it.

use mxs_core::mail::MailChange;
use mxs_core::meeting::{Ask, Holder};
use mxs_core::{Counts, Cursors, Intent, Kind, Link, RecordId, StateChange, Summary, Unlinked};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The right to sync one mailbox, all its kinds, for a while.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Lease {
    /// The fencing token: higher with each lease of this mailbox, and never given out twice. A commit under
    /// a lower one is refused.
    pub fence: u64,
    /// How long it lasts without a commit, in seconds.
    pub expires_in_s: u32,
    /// How far each side has been read, by kind; one that isn't here was never read to an end.
    pub cursors: BTreeMap<Kind, Cursors>,
    /// How many links are remembered, by kind; one that isn't here has none.
    pub links: BTreeMap<Kind, u32>,
    /// Whether a meeting that was a colleague's when this mailbox asked is nobody's any more.
    #[serde(default)]
    pub free_meetings: bool,
}

/// Asks for the links of records, [`LINKS_OF_MAX`](crate::LINKS_OF_MAX) at most. Those without a link are not
/// in the answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct LinksOf {
    /// What sort of records.
    pub kind: Kind,
    /// The records.
    pub records: Vec<RecordId>,
}

/// The links of the first of the records that were asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Links {
    /// The links; one that was asked for by both its records may be there twice.
    pub links: Vec<Link>,
    /// For how many of the records this is the answer: fewer than were asked for where links are large. Then
    /// ask for the rest.
    pub answered: usize,
}

/// Asks whose meetings are in the CRM, [`MEETINGS_OF_MAX`](crate::MEETINGS_OF_MAX) at most. Of several mailboxes that
/// claim one at the same time one gets it, until its run ends; from then on it is whose what is remembered says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct MeetingsOf {
    /// Why.
    pub ask: Ask,
    /// Their [uids](mxs_core::Field::MeetingUid).
    pub meetings: Vec<String>,
}

/// Whose meetings are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Meetings {
    /// In the order in which they were asked about.
    pub holders: Vec<Holder>,
}

/// One remembered thing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum StateItem {
    /// A creation whose outcome is not known.
    Intent(Intent),
    /// A link.
    Link(Link),
    /// A record without a partner.
    Unlinked(Unlinked),
}

/// A part of what is remembered of a mailbox's records of one kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StatePage {
    /// The items.
    pub items: Vec<StateItem>,
    /// What to pass as `after` for the next page; `None` when this is the last.
    pub next: Option<String>,
}

/// A part of what is remembered of a mailbox's mails.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MailPage {
    /// Changes that, made in their order, make it up.
    pub changes: Vec<MailChange>,
    /// What to pass as `after` for the next page; `None` when this is the last.
    pub next: Option<String>,
}

/// How far a run has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Progress {
    /// What it does at the moment, as a stable word.
    pub phase: String,
    /// Steps done.
    pub done: u32,
    /// Steps planned; 0 while that is not known.
    pub total: u32,
}

/// Changes to store, all or none. Also renews the lease; an empty one does only that.
///
/// Members that this version does not know are kept inside an item and come back with it, so that an older
/// function does not lose what a newer tab wrote. Unknown changes, fields and values are refused: a new one
/// needs the function first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Commit {
    /// What sort of records the changes are of. Without changes it may be left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    /// The changes, in order.
    pub changes: Vec<StateChange>,
    /// Those of mails, in order; together no more than a commit may hold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mails: Vec<MailChange>,
    /// How far the run has come.
    pub progress: Option<Progress>,
    /// Which of the lease's numbered commits it is: 1 for the first, then one more than the last that was
    /// stored. The same whenever it is sent again, so that a copy that comes late takes nothing back. One that
    /// was stored before only renews the lease; one that is not next, or has the number of another, is refused
    /// as [`ErrorCode::BadRequest`](crate::ErrorCode::BadRequest). So nothing else may be sent until it is known
    /// that it was stored. Without a number it is stored whenever it comes: right for what only renews.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<u64>,
}

/// The lease was renewed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Renewed {
    /// How long it lasts now, in seconds.
    pub expires_in_s: u32,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum RunEnd {
    /// A person stopped it; what was done stays done.
    Cancelled,
    /// It came to its end. Single records may have failed: the counts say so.
    Completed,
    /// It could not go on.
    Failed {
        /// The stable error code.
        code: String,
    },
    /// It never said how it ended: the tab was closed or the network went away.
    Interrupted,
}

/// Ends a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Finish {
    /// How.
    pub end: RunEnd,
    /// What became of each kind that took part.
    pub kinds: BTreeMap<Kind, Outcome>,
}

impl Finish {
    /// What was done in all.
    pub fn total(&self) -> Summary {
        self.kinds.values().fold(Summary::default(), |sum, kind| Summary {
            to_crm: counts(sum.to_crm, kind.summary.to_crm),
            to_exchange: counts(sum.to_exchange, kind.summary.to_exchange),
            matched: sum.matched.saturating_add(kind.summary.matched),
            conflicts: sum.conflicts.saturating_add(kind.summary.conflicts),
        })
    }
}

const fn counts(one: Counts, other: Counts) -> Counts {
    Counts {
        created: one.created.saturating_add(other.created),
        updated: one.updated.saturating_add(other.updated),
        deleted: one.deleted.saturating_add(other.deleted),
        skipped: one.skipped.saturating_add(other.skipped),
        failed: one.failed.saturating_add(other.failed),
    }
}

/// What became of one kind in a run: one may fail and the next come to its end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Outcome {
    /// How it ended.
    pub end: RunEnd,
    /// What was done.
    pub summary: Summary,
}

/// A run that ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Run {
    /// Its lease's fencing token, by which its journal is asked for.
    pub id: u64,
    /// When it began: RFC 3339, UTC.
    pub started: String,
    /// When it ended: RFC 3339, UTC.
    pub ended: String,
    /// How.
    pub end: RunEnd,
    /// What it did in all.
    pub summary: Summary,
    /// What became of each kind that took part.
    #[serde(default)]
    pub kinds: BTreeMap<Kind, Outcome>,
    /// The run that it took back; `None` of a sync.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undoes: Option<u64>,
}

/// What became of one kind in the last run in which it took part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct KindRun {
    /// The run.
    pub run: u64,
    /// When the run ended: RFC 3339, UTC.
    pub ended: String,
    /// How it ended for this kind.
    pub end: RunEnd,
    /// What was done.
    pub summary: Summary,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The function stores these, so the texts never change.
    #[test]
    fn stored_ends_stay_as_they_are() {
        for (end, text) in [
            (RunEnd::Cancelled, r#""cancelled""#),
            (RunEnd::Completed, r#""completed""#),
            (RunEnd::Failed { code: "MXS-1002".to_owned() }, r#"{"failed":{"code":"MXS-1002"}}"#),
            (RunEnd::Interrupted, r#""interrupted""#),
        ] {
            assert_eq!(serde_json::to_string(&end).expect("serializes"), text);
            assert_eq!(serde_json::from_str::<RunEnd>(text).expect("reads"), end);
        }
    }
}
