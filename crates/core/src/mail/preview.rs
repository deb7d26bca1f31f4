//! What a plan would do, counted, and in rows for the person who is asked about it.

use super::{Fate, MailPlan, MailPolicy, MailReason, SeenMessage};
use crate::{ExchangeId, Instant};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// What was done with messages, or would be.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailSummary {
    /// Messages that went to at least one record.
    pub messages: u32,
    /// Messages put beside a record; one that goes to two counts twice.
    pub associations: u32,
    /// Records that a message was kept from because they were too many.
    pub left_out: u32,
    /// Messages, or their associations, that were left alone, by the code of the reason.
    pub left_alone: BTreeMap<String, u32>,
    /// Mails of the CRM that were copied into Sent Items.
    pub copied_to_sent_items: u32,
}

impl MailSummary {
    /// Counts what was left alone for a reason.
    pub fn leave(&mut self, reason: &MailReason) {
        *self.left_alone.entry(reason.code().to_owned()).or_default() += 1;
    }
}

impl fmt::Display for MailSummary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} messages, {} associations", self.messages, self.associations)?;
        for (code, count) in &self.left_alone {
            write!(f, ", {code}: {count}")?;
        }
        Ok(())
    }
}

/// One message in a preview.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailRow {
    /// When it came.
    pub received: Instant,
    /// The people on it by whom records are found.
    pub people: Vec<String>,
    /// To how many records it goes.
    pub records: usize,
    /// Why it goes to none.
    pub reason: Option<MailReason>,
}

/// A plan in rows: what would leave the mailbox first, the latest first.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailPreview {
    /// What would be counted.
    pub summary: MailSummary,
    /// How many mails other people would get. To associate a mail mails nobody.
    pub mails: u32,
    /// A row for each message.
    pub rows: Vec<MailRow>,
}

/// Rows hold people's addresses.
impl fmt::Debug for MailRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MailRow").field("records", &self.records).field("reason", &self.reason).finish_non_exhaustive()
    }
}

impl fmt::Debug for MailPreview {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MailPreview")
            .field("summary", &self.summary)
            .field("rows", &self.rows.len())
            .finish_non_exhaustive()
    }
}

impl MailPlan {
    /// What it would do. `seen` is what it was made from.
    pub fn preview(&self, seen: &[SeenMessage], policy: &MailPolicy) -> MailPreview {
        let messages: BTreeMap<&ExchangeId, &SeenMessage> =
            seen.iter().map(|message| (&message.item, message)).collect();
        let mut preview = MailPreview::default();
        for (item, fate) in &self.fates {
            let (records, reason) = match fate {
                Fate::Associate { records, left_out } => {
                    preview.summary.messages += 1;
                    preview.summary.associations += *records as u32;
                    preview.summary.left_out += *left_out as u32;
                    (*records, None)
                }
                Fate::Stays(reason) => {
                    preview.summary.leave(reason);
                    (0, Some(reason.clone()))
                }
            };
            let Some(message) = messages.get(item) else { continue };
            let people = policy.counterparts(message).iter().map(|address| address.as_str().to_owned()).collect();
            preview.rows.push(MailRow { received: message.received, people, records, reason });
        }
        preview.rows.sort_by_key(|row| (row.reason.is_some(), std::cmp::Reverse(row.received)));
        preview
    }
}
