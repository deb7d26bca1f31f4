//! One field of a module.

use std::borrow::Cow;

/// What a field holds.
///
/// <https://www.zoho.com/crm/developer/docs/api/v8/field-meta.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One line of text.
    Text,
    /// Several lines of text.
    TextArea,
    /// An e-mail address.
    Email,
    /// A telephone number.
    Phone,
    /// A web address.
    Website,
    /// One of a list of values, or another text: the API adds what isn't in the list.
    Picklist(&'static [&'static str]),
    /// Yes or no.
    Boolean,
    /// A day.
    Date,
    /// A moment.
    DateTime,
    /// A whole number.
    Integer,
    /// An id.
    BigInt,
    /// An amount of money.
    Currency,
    /// A user.
    User,
    /// A record of another module.
    Lookup(&'static str),
    /// A record of the module that `$se_module` names.
    AnyRecord,
    /// The people of a meeting.
    Participants,
    /// When the people of a meeting are reminded.
    Reminders,
    /// When whoever has a task is reminded.
    Alarm,
    /// How a task or a meeting repeats.
    Recurrence,
    /// Words that people put on a record.
    Tags,
    /// A picture.
    Image,
}

impl Kind {
    /// The `data_type` of field metadata.
    pub(crate) const fn data_type(self) -> &'static str {
        match self {
            Kind::Text => "text",
            Kind::TextArea => "textarea",
            Kind::Email => "email",
            Kind::Phone => "phone",
            Kind::Website => "website",
            Kind::Picklist(_) => "picklist",
            Kind::Boolean => "boolean",
            Kind::Date => "date",
            Kind::DateTime => "datetime",
            Kind::Integer => "integer",
            Kind::BigInt => "bigint",
            Kind::Currency => "currency",
            Kind::User => "ownerlookup",
            Kind::Lookup(_) | Kind::AnyRecord => "lookup",
            Kind::Participants | Kind::Tags => "text",
            Kind::Reminders => "multireminder",
            Kind::Alarm => "ALARM",
            Kind::Recurrence => "RRULE",
            Kind::Image => "profileimage",
        }
    }

    /// The `json_type` of field metadata.
    pub(crate) const fn json_type(self) -> &'static str {
        match self {
            Kind::Boolean => "boolean",
            Kind::Integer => "integer",
            Kind::Currency => "double",
            Kind::User | Kind::Lookup(_) | Kind::AnyRecord | Kind::Alarm | Kind::Recurrence => "jsonobject",
            Kind::Participants | Kind::Reminders | Kind::Tags => "jsonarray",
            _ => "string",
        }
    }

    /// Whether the field holds text that search by word looks through.
    pub(crate) const fn is_text(self) -> bool {
        matches!(self, Kind::Text | Kind::TextArea | Kind::Email | Kind::Phone | Kind::Website | Kind::Picklist(_))
    }

    /// Whether the field holds more than one value, so that nothing can be compared with it.
    pub(crate) const fn is_structured(self) -> bool {
        matches!(self, Kind::Participants | Kind::Reminders | Kind::Alarm | Kind::Recurrence | Kind::Tags)
    }
}

/// One field.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    pub(crate) api_name: Cow<'static, str>,
    pub(crate) label: Cow<'static, str>,
    pub(crate) kind: Kind,
    /// The most characters it holds.
    pub(crate) length: usize,
    /// Whether a record can't be without it.
    pub(crate) mandatory: bool,
    /// Whether only Zoho sets it; a caller's value is ignored.
    pub(crate) read_only: bool,
    /// Whether it can be written only when its record is made.
    pub(crate) create_only: bool,
    /// Whether the organisation added it.
    pub(crate) custom: bool,
}

impl Field {
    /// A field that callers may write.
    pub(crate) const fn new(api_name: &'static str, label: &'static str, kind: Kind, length: usize) -> Self {
        Self {
            api_name: Cow::Borrowed(api_name),
            label: Cow::Borrowed(label),
            kind,
            length,
            mandatory: false,
            read_only: false,
            create_only: false,
            custom: false,
        }
    }

    pub(crate) const fn mandatory(mut self) -> Self {
        self.mandatory = true;
        self
    }

    pub(crate) const fn read_only(mut self) -> Self {
        self.read_only = true;
        self
    }

    pub(crate) const fn create_only(mut self) -> Self {
        self.create_only = true;
        self
    }
}

/// Picklist values that several modules share.
pub(crate) const LEAD_SOURCES: &[&str] = &[
    "-None-",
    "Advertisement",
    "Cold Call",
    "Employee Referral",
    "External Referral",
    "Online Store",
    "Partner",
    "Public Relations",
    "Sales Email Alias",
    "Seminar Partner",
    "Internal Seminar",
    "Trade Show",
    "Web Download",
    "Web Research",
    "Chat",
];

/// Forms of address.
pub(crate) const SALUTATIONS: &[&str] = &["-None-", "Mr.", "Mrs.", "Ms.", "Dr.", "Prof."];

/// Kinds of business.
pub(crate) const INDUSTRIES: &[&str] =
    &["-None-", "ASP", "Data/Telecom OEM", "ERP", "Government/Military", "Large Enterprise"];
