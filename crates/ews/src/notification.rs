//! What a subscription tells. It is a hint: what changed is read with [`crate::sync_folder_items`].

use crate::ids::id;
use crate::xml::{Element, t};
use mxs_core::ExchangeId;

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happened {
    /// Something was copied here.
    Copied,
    /// Something is new.
    Created,
    /// Something is gone.
    Deleted,
    /// Something changed.
    Modified,
    /// Something is elsewhere now.
    Moved,
    /// A mail came.
    NewMail,
    /// Something that nobody asked to be told of.
    Other,
    /// Nothing: the subscription is alive.
    Nothing,
}

/// The service's words for what somebody may ask to be told of.
const EVENTS: [(&str, Happened); 6] = [
    ("CopiedEvent", Happened::Copied),
    ("CreatedEvent", Happened::Created),
    ("DeletedEvent", Happened::Deleted),
    ("ModifiedEvent", Happened::Modified),
    ("MovedEvent", Happened::Moved),
    ("NewMailEvent", Happened::NewMail),
];

/// The service's word for a sign of life.
const STATUS: &str = "StatusEvent";

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// What.
    pub happened: Happened,
    /// To which item, where it was one.
    pub item: Option<ExchangeId>,
    /// In which folder, or to which.
    pub folder: Option<String>,
}

/// What a subscription tells at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notification {
    /// The subscription.
    pub subscription: String,
    /// What happened, in its order.
    pub events: Vec<Event>,
    /// Up to where this tells, where the subscription is asked: the next question begins there.
    pub watermark: Option<String>,
    /// Whether there is more to ask for at once.
    pub more: bool,
}

/// What a subscription asks for: every event there is for items.
pub(crate) fn wanted() -> Element {
    t("EventTypes").children(EVENTS.map(|(word, _)| t("EventType").saying(word)))
}

/// Reads a notification.
pub(crate) fn parse(notification: &Element) -> Option<Notification> {
    let events: Vec<&Element> = notification.children.iter().filter(|child| child.name.ends_with("Event")).collect();
    let watermark = events.last().and_then(|event| event.word("Watermark"));
    Some(Notification {
        subscription: notification.word("SubscriptionId")?.to_owned(),
        events: events.iter().map(|element| event(element)).collect(),
        watermark: watermark.map(str::to_owned),
        more: notification.word("MoreEvents") == Some("true"),
    })
}

fn event(event: &Element) -> Event {
    let known = EVENTS.into_iter().find(|(word, _)| *word == event.name);
    let other = if event.name == STATUS { Happened::Nothing } else { Happened::Other };
    let folder =
        id(event, "ParentFolderId").filter(|_| event.get("ItemId").is_some()).or_else(|| id(event, "FolderId"));
    Event {
        happened: known.map_or(other, |(_, happened)| happened),
        item: id(event, "ItemId").map(ExchangeId::new),
        folder: folder.map(str::to_owned),
    }
}
