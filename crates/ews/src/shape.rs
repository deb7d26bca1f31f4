//! What is asked of items.

use crate::property::Property;
use crate::session::Session;
use crate::xml::{Element, m, t};
use crate::{contact, event, message, task};
use mxs_core::Kind;
use mxs_graph::mail::letters::BodyForm;

/// What is asked of items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Their ids and versions.
    Ids,
    /// All that the engine knows of items of a kind, with their bodies as plain text.
    Of(Kind),
    /// What the engine knows of messages: nothing of what they say.
    Glance,
    /// Messages with what they say.
    Letter(BodyForm),
}

impl Shape {
    pub(crate) fn element(self, session: &Session<'_>) -> Element {
        let properties: Vec<Property> = match self {
            Self::Ids => return ids(&[], None),
            Self::Of(Kind::Contact) => contact::properties().collect(),
            Self::Of(Kind::Task) => task::properties().collect(),
            Self::Of(Kind::Event) => event::properties(session.version).collect(),
            Self::Glance => message::glance_properties(session.version).collect(),
            Self::Letter(_) => message::properties(session.version).collect(),
        };
        let form = match self {
            Self::Letter(BodyForm::Written) => "Best",
            Self::Ids | Self::Of(_) | Self::Glance | Self::Letter(BodyForm::Text) => "Text",
        };
        ids(&properties, Some(form))
    }
}

/// The ids of items and their versions, and some properties.
///
/// <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/itemshape>
pub(crate) fn ids(properties: &[Property], form: Option<&str>) -> Element {
    let more = (!properties.is_empty())
        .then(|| t("AdditionalProperties").children(properties.iter().map(|property| property.path())));
    m("ItemShape")
        .child(t("BaseShape").saying("IdOnly"))
        .children(form.map(|form| t("BodyType").saying(form)))
        .children(more)
}
