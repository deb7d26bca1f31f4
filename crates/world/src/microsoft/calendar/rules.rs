//! What is known of calendars by report only, or in two ways: a tester chooses.

use crate::microsoft::Word;
use serde::{Deserialize, Serialize};

/// What a PATCH of somebody who isn't the organizer does to a meeting.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AttendeeEdits {
    /// It changes the person's own copy, whatever it names; the organizer's next update overwrites that. Measured
    /// by authors of clients, documented nowhere.
    #[default]
    OwnCopy,
    /// It may name what is the person's own (reminder, show-as, categories, sensitivity); the rest is refused.
    PersonalOnly,
}

/// Which changes of a series make it forget its exceptions and cancelled occurrences.
///
/// Outlook asks before it does so. Graph says nothing; that it does the same is assumed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ExceptionsLost {
    /// Another pattern, another start, time or zone. Another end keeps those that are still in the series.
    #[default]
    WithRuleOrTime,
    /// Another pattern or another first day only.
    WithRule,
}

/// What a second POST with the same `transactionId` and another body gets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReusedTransaction {
    /// 409 with `ErrorDuplicateTransactionId`, as several clients have met it.
    #[default]
    Refused,
    /// The event that the first one made, as the documents' "avoid redundant POST operations" can be read.
    Answered,
}

/// Behaviour of calendars that no document settles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CalendarRules {
    /// What a PATCH of somebody who isn't the organizer does.
    pub attendee_edits: AttendeeEdits,
    /// An event in Deleted Items isn't found by its immutable id. No report says so; contacts are found there.
    pub deleted_hidden: bool,
    /// Occurrences in a delta query. By report they have no more than `id`, `type`, `seriesMasterId`, `start` and
    /// `end`, their series stands beside them, and one that was cancelled is not told: the series is told as a
    /// whole, in one page (<https://github.com/microsoftgraph/microsoft-graph-docs/issues/7632>,
    /// <https://github.com/microsoftgraph/microsoft-graph-docs/pull/4501>). The documents promise what
    /// `calendarView` answers, and `@removed`.
    pub delta_of_series: Word,
    /// What a change of a series does to its exceptions.
    pub exceptions_lost: ExceptionsLost,
    /// Meetings that are over are mailed about too. Reported by people whose first sync did so
    /// (<https://github.com/odoo/documentation/pull/803>).
    pub past_meetings_mail: bool,
    /// A second POST with the same `transactionId` and another body.
    pub reused_transaction: ReusedTransaction,
    /// A PATCH that names what Outlook mails about is mailed although nothing changed by it. Clients report a mail
    /// for each PATCH (<https://github.com/microsoftgraph/microsoft-graph-docs/issues/16366>).
    pub unchanged_mails: bool,
}

impl Default for CalendarRules {
    fn default() -> Self {
        Self {
            attendee_edits: AttendeeEdits::default(),
            deleted_hidden: false,
            delta_of_series: Word::default(),
            exceptions_lost: ExceptionsLost::default(),
            past_meetings_mail: true,
            reused_transaction: ReusedTransaction::default(),
            unchanged_mails: true,
        }
    }
}
