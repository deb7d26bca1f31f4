//! What is lost on the way, and why.

use mxs_core::{Field, Kind};

/// Where it is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// Before it leaves the mailbox: where nobody chose it doesn't flow.
    Chosen,
    /// In the CRM.
    ToCrm,
    /// In the mailbox.
    ToOutlook,
}

/// Fields of which something is lost, where, and why.
pub(crate) struct Loss {
    pub(crate) way: Way,
    pub(crate) kind: Kind,
    pub(crate) fields: &'static [Field],
    pub(crate) reason: &'static str,
}

pub(crate) const LOST: [Loss; 6] = [
    Loss {
        way: Way::Chosen,
        kind: Kind::Contact,
        fields: &[Field::Folder],
        reason: "is where a contact is, and nothing that it says",
    },
    Loss {
        way: Way::Chosen,
        kind: Kind::Contact,
        fields: &[
            Field::BusinessPhone2,
            Field::Email1Name,
            Field::Email2Name,
            Field::Email3,
            Field::Email3Name,
            Field::HomePhone2,
            Field::ImAddress2,
            Field::ImAddress3,
            Field::MiddleName,
            Field::Nickname,
            Field::OfficeLocation,
            Field::OtherCity,
            Field::OtherCountry,
            Field::OtherPostalCode,
            Field::OtherState,
            Field::OtherStreet,
            Field::Profession,
            Field::Suffix,
            Field::WebPage,
            Field::YomiGivenName,
            Field::YomiSurname,
        ],
        reason: "has no place in the CRM until somebody gives it a field there",
    },
    Loss {
        way: Way::Chosen,
        kind: Kind::Event,
        fields: &[Field::AttendeeAnswers, Field::MeetingUid, Field::OnlineMeeting, Field::Role, Field::ShowAs],
        reason: "belongs to the event of one mailbox",
    },
    Loss {
        way: Way::Chosen,
        kind: Kind::Event,
        fields: &[Field::Zone],
        reason: "is needed for the first day of a series alone: the CRM has moments",
    },
    Loss {
        way: Way::ToCrm,
        kind: Kind::Contact,
        fields: &[Field::BusinessPhone, Field::HomePhone, Field::MobilePhone],
        reason: "is refused where it is no number to the CRM, and waits with that reason",
    },
    Loss {
        way: Way::ToOutlook,
        kind: Kind::Task,
        fields: &[Field::Recurrence],
        reason: "To Do is reported to forget when a rule ends",
    },
];
