//! Why a record gets no step, or why a step failed.

use crate::{Field, Side};
use serde::{Deserialize, Serialize};

/// Why a record is not in sync, in a form that can be stored, counted and told in any language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(extend("additionalProperties" = true)))]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Several records on the other side fit equally well; a person must choose.
    AmbiguousMatch {
        /// How many fit.
        candidates: usize,
    },
    /// The vendor had no time for it; the next run tries again.
    Busy {
        /// Who.
        side: Side,
    },
    /// Its categories are not among those that take part.
    Category,
    /// A step was begun and its outcome is not known yet; the next run finds out.
    OutcomeUnknown,
    /// It was deleted on the side that only receives; it stays deleted there until the source is edited.
    DeletedOnTarget,
    /// Deletes are so many that a person must confirm them.
    HeldMassDelete,
    /// To write it would mail people, and mails are held back.
    HeldMails {
        /// How many would get one.
        recipients: u32,
    },
    /// Its partner was deleted, and deletes are not carried over.
    KeptAlone,
    /// It left the folder, filter or permission; leaving is no delete, so the other side stays as it is.
    LeftScope {
        /// The side on which it left.
        side: Side,
    },
    /// The CRM needs a last name and the contact has none.
    MissingLastName,
    /// The CRM has no account of this name, so the company stays out; everything else flows.
    NoAccount,
    /// Records don't flow this way.
    NotInDirection,
    /// The vendor has no way to write this change.
    NotWritable {
        /// Who.
        side: Side,
        /// What.
        field: Field,
    },
    /// It is marked private, and private items don't leave the mailbox.
    Private,
    /// The vendor refused the write.
    Refused(VendorRefusal),
    /// Somebody edits it at this very moment; the next run tries again.
    StillChanging,
    /// It is a meeting whose event a colleague's mailbox has in the CRM, or is to have.
    ThroughColleague,
    /// It had no partner at the first sync, and such records stay on their side.
    Unmatched,
    /// What it holds can't be understood. It alone waits, as it is; each run reads it again.
    Unreadable {
        /// The side on which it is.
        side: Side,
    },
    /// It had no partner at the first sync, and waits for a person to decide.
    LostAndFound,
}

/// What a vendor said when it refused a write.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct VendorRefusal {
    /// Who refused.
    pub side: Side,
    /// The HTTP status, of the part in a batch.
    pub status: u16,
    /// The vendor's error code, such as `INVALID_DATA` or `ErrorAccessDenied`.
    pub code: String,
    /// The field that is at fault, if the vendor named one that we know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<Field>,
    /// The most characters that the field takes, if the vendor said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_length: Option<u32>,
}

impl Reason {
    /// The stable code that people can look up; never used for two things, never reused.
    pub const fn code(&self) -> &'static str {
        match self {
            Reason::AmbiguousMatch { .. } => "MXS-2001",
            Reason::OutcomeUnknown => "MXS-2002",
            Reason::DeletedOnTarget => "MXS-2003",
            Reason::HeldMassDelete => "MXS-2004",
            Reason::LeftScope { .. } => "MXS-2005",
            Reason::MissingLastName => "MXS-2006",
            Reason::NotInDirection => "MXS-2007",
            Reason::Refused(_) => "MXS-2008",
            Reason::StillChanging => "MXS-2009",
            Reason::Busy { .. } => "MXS-2010",
            Reason::Private => "MXS-2011",
            Reason::Category => "MXS-2012",
            Reason::HeldMails { .. } => "MXS-2013",
            Reason::KeptAlone => "MXS-2014",
            Reason::NotWritable { .. } => "MXS-2015",
            Reason::NoAccount => "MXS-2016",
            Reason::Unmatched => "MXS-2017",
            Reason::LostAndFound => "MXS-2018",
            Reason::Unreadable { .. } => "MXS-2019",
            Reason::ThroughColleague => "MXS-2020",
        }
    }

    /// Whether it counts as failed (something went wrong) and not as skipped (a rule said no).
    pub const fn is_failure(&self) -> bool {
        matches!(
            self,
            Reason::Busy { .. }
                | Reason::OutcomeUnknown
                | Reason::Refused(_)
                | Reason::StillChanging
                | Reason::Unreadable { .. }
        )
    }
}
