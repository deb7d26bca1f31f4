//! Which fields flow, which way, and into which field of the CRM.

use super::ApiName;
use mxs_core::{Field, FieldMap, Flow, Kind};
use serde::de::{Deserialize, Deserializer, Error};
use serde::{Deserialize as DeriveDeserialize, Serialize};
use std::fmt;

/// One field that flows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, DeriveDeserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct FieldRule {
    /// The field.
    pub field: Field,
    /// Which way, where records flow that way too.
    pub flow: Flow,
    /// The CRM's field, where it isn't the usual one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crm: Option<ApiName>,
}

/// The fields of one kind that flow: each once, and no two into the same field of the CRM. A field that the CRM
/// has no usual place for needs one that is named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct FieldRules(Vec<FieldRule>);

/// The list is none of that kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldRulesError;

impl fmt::Display for FieldRulesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a field that is there twice, isn't of this kind, or has no place in the CRM")
    }
}

impl FieldRules {
    /// Takes rules that fit a kind and each other.
    pub fn new(kind: Kind, rules: Vec<FieldRule>) -> Result<Self, FieldRulesError> {
        let usual = FieldMap::usual(kind);
        for (place, rule) in rules.iter().enumerate() {
            let has_place = usual.flows(rule.field) || (rule.crm.is_some() && is_of(kind, rule.field));
            let clashes =
                |other: &FieldRule| other.field == rule.field || (rule.crm.is_some() && other.crm == rule.crm);
            if !has_place || rules[..place].iter().any(clashes) {
                return Err(FieldRulesError);
            }
        }
        Ok(Self(rules))
    }

    /// What flows where nobody chose.
    pub fn usual(kind: Kind) -> Self {
        let rule = |(field, flow)| FieldRule { field, flow, crm: None };
        Self(FieldMap::usual(kind).iter().map(rule).collect())
    }

    /// The rules, in order.
    pub fn iter(&self) -> impl Iterator<Item = &FieldRule> {
        self.0.iter()
    }

    /// Which fields flow, and which way.
    pub fn map(&self) -> FieldMap {
        FieldMap::new(self.0.iter().map(|rule| (rule.field, rule.flow)))
    }
}

/// Whether a kind's records have a field that may flow into a place of its own. What only tells the engine about a
/// record (where it is, who invited, which series) flows nowhere.
const fn is_of(kind: Kind, field: Field) -> bool {
    use Field::*;
    match field {
        Categories | Notes | Sensitivity => true,
        Assistant | Birthday | BusinessPhone | BusinessPhone2 | Company | Department | Email1 | Email2 | Email3
        | Email1Name | Email2Name | Email3Name | GivenName | HomeCity | HomeCountry | HomePhone | HomePhone2
        | HomePostalCode | HomeState | HomeStreet | ImAddress | ImAddress2 | ImAddress3 | JobTitle | Manager
        | MiddleName | MobilePhone | Nickname | OfficeLocation | OtherCity | OtherCountry | OtherPostalCode
        | OtherState | OtherStreet | Profession | Suffix | Surname | Title | WebPage | WorkCity | WorkCountry
        | WorkPostalCode | WorkState | WorkStreet | YomiCompany | YomiGivenName | YomiSurname => {
            matches!(kind, Kind::Contact)
        }
        Due | Status => matches!(kind, Kind::Task),
        Priority | Recurrence | Reminder | Start | Subject => matches!(kind, Kind::Task | Kind::Event),
        AttendeeAnswers | Attendees | End | Exclusions | Location | OnlineMeeting | ShowAs => {
            matches!(kind, Kind::Event)
        }
        CompletedOn | Exceptions | Folder | MeetingUid | Module | OriginalStart | Role | Series | Zone => false,
    }
}

fn read<'de, D: Deserializer<'de>>(kind: Kind, deserializer: D) -> Result<FieldRules, D::Error> {
    FieldRules::new(kind, Vec::deserialize(deserializer)?).map_err(D::Error::custom)
}

pub(super) fn of_contacts<'de, D: Deserializer<'de>>(deserializer: D) -> Result<FieldRules, D::Error> {
    read(Kind::Contact, deserializer)
}

pub(super) fn of_tasks<'de, D: Deserializer<'de>>(deserializer: D) -> Result<FieldRules, D::Error> {
    read(Kind::Task, deserializer)
}

pub(super) fn of_events<'de, D: Deserializer<'de>>(deserializer: D) -> Result<FieldRules, D::Error> {
    read(Kind::Event, deserializer)
}
