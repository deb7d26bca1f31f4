//! Which fields flow, and which way.

use crate::{Direction, Field, Kind};
use serde::{Deserialize, Serialize};

/// Which way a field flows, where records flow that way too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Flow {
    /// Both ways.
    Both,
    /// From the mailbox to the CRM only.
    ToCrm,
    /// From the CRM to the mailbox only.
    ToExchange,
}

impl Flow {
    /// What is left of `direction` for a field that flows this way; `None` when nothing is.
    pub const fn within(self, direction: Direction) -> Option<Direction> {
        match (self, direction) {
            (Flow::Both, direction) => Some(direction),
            (Flow::ToCrm, Direction::Both { .. } | Direction::ToCrm) => Some(Direction::ToCrm),
            (Flow::ToExchange, Direction::Both { .. } | Direction::ToExchange) => Some(Direction::ToExchange),
            (Flow::ToCrm, Direction::ToExchange) | (Flow::ToExchange, Direction::ToCrm) => None,
        }
    }
}

impl From<Direction> for Flow {
    fn from(direction: Direction) -> Self {
        match direction {
            Direction::Both { .. } => Flow::Both,
            Direction::ToCrm => Flow::ToCrm,
            Direction::ToExchange => Flow::ToExchange,
        }
    }
}

/// The fields that flow between a kind's records. One that isn't named here stays on its side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(from = "Vec<(Field, Flow)>", into = "Vec<(Field, Flow)>")]
pub struct FieldMap {
    /// In the order of the fields.
    flows: Vec<(Field, Flow)>,
    /// The same by field, since every value of every record asks.
    by_field: [Option<Flow>; Field::ALL.len()],
}

impl FieldMap {
    /// A map of these fields; of a field that is named twice the later counts.
    pub fn new(flows: impl IntoIterator<Item = (Field, Flow)>) -> Self {
        let mut by_field = [None; Field::ALL.len()];
        for (field, flow) in flows {
            by_field[field as usize] = Some(flow);
        }
        let flows = Field::ALL.iter().filter_map(|field| Some((*field, by_field[*field as usize]?))).collect();
        Self { flows, by_field }
    }

    /// What flows where nobody chose: everything that both sides have of their own.
    pub fn usual(kind: Kind) -> Self {
        let both: &[Field] = match kind {
            Kind::Contact => &CONTACT,
            Kind::Task => &TASK,
            Kind::Event => &EVENT,
        };
        Self::new(both.iter().map(|field| (*field, Flow::Both)))
    }

    /// What flows in this and in the other, the ways that it flows in both.
    #[must_use]
    pub(crate) fn common(&self, other: &Self) -> Self {
        let flow = |(field, flow)| match (flow, other.flow(field)?) {
            (Flow::Both, flow) | (flow, Flow::Both) => Some((field, flow)),
            (one, other) => (one == other).then_some((field, one)),
        };
        Self::new(self.iter().filter_map(flow))
    }

    /// Which way `field` flows.
    pub const fn flow(&self, field: Field) -> Option<Flow> {
        self.by_field[field as usize]
    }

    /// Whether `field` flows at all.
    pub const fn flows(&self, field: Field) -> bool {
        self.flow(field).is_some()
    }

    /// The fields that flow, in order.
    pub fn iter(&self) -> impl Iterator<Item = (Field, Flow)> {
        self.flows.iter().copied()
    }

    /// The fields that flow, in order.
    pub fn fields(&self) -> impl Iterator<Item = Field> {
        self.flows.iter().map(|(field, _)| *field)
    }
}

impl From<Vec<(Field, Flow)>> for FieldMap {
    fn from(flows: Vec<(Field, Flow)>) -> Self {
        Self::new(flows)
    }
}

impl From<FieldMap> for Vec<(Field, Flow)> {
    fn from(map: FieldMap) -> Self {
        map.flows
    }
}

/// What both sides have of a contact. The third address, phonetic names and the like have no place in the CRM
/// until somebody gives them a field of their own there.
const CONTACT: [Field; 26] = [
    Field::Assistant,
    Field::Birthday,
    Field::BusinessPhone,
    Field::Categories,
    Field::Company,
    Field::Department,
    Field::Email1,
    Field::Email2,
    Field::GivenName,
    Field::HomeCity,
    Field::HomeCountry,
    Field::HomePhone,
    Field::HomePostalCode,
    Field::HomeState,
    Field::HomeStreet,
    Field::ImAddress,
    Field::JobTitle,
    Field::MobilePhone,
    Field::Notes,
    Field::Surname,
    Field::Title,
    Field::WorkCity,
    Field::WorkCountry,
    Field::WorkPostalCode,
    Field::WorkState,
    Field::WorkStreet,
];

/// What both sides have of a task.
const TASK: [Field; 8] = [
    Field::Categories,
    Field::Due,
    Field::Notes,
    Field::Priority,
    Field::Recurrence,
    Field::Reminder,
    Field::Status,
    Field::Subject,
];

/// What both sides have of an event.
const EVENT: [Field; 10] = [
    Field::Attendees,
    Field::Categories,
    Field::End,
    Field::Exclusions,
    Field::Location,
    Field::Notes,
    Field::Recurrence,
    Field::Reminder,
    Field::Start,
    Field::Subject,
];
