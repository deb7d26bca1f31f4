//! Notifications as the service writes them.

use super::log::Entry;
use super::look::Seen;
use super::{Told, watermark_of};
use crate::microsoft::ews::ids;
use crate::microsoft::ews::names::{m, said, t};
use crate::microsoft::ews::times::utc;
use mxs_xml::Element;

/// What a subscription that is asked has to tell. Where nothing happened it says so, and up to where it looked.
pub(in crate::microsoft::ews) fn notification(subscription: &str, user: &str, told: &Told, end: u64) -> Element {
    let events = told.entries.iter().map(|entry| event(entry, Some(user)));
    let mark = if told.more { told.entries.last().map_or(told.from, |entry| entry.place) } else { end };
    let status = told.entries.is_empty().then(|| t("StatusEvent").child(said("Watermark", watermark_of(user, mark))));
    m("Notification")
        .child(said("SubscriptionId", subscription))
        .child(said("PreviousWatermark", watermark_of(user, told.from)))
        .child(said("MoreEvents", told.more))
        .children(events)
        .children(status)
}

/// What a subscription tells by itself; `None` where nothing happened. It has no watermarks, and by the schema its element is
/// of the types, where that of an answer to a question is of the messages.
pub(in crate::microsoft::ews) fn streamed(subscription: &str, told: &Told) -> Option<Element> {
    if told.entries.is_empty() {
        return None;
    }
    let events = told.entries.iter().map(|entry| event(entry, None));
    Some(t("Notification").child(said("SubscriptionId", subscription)).children(events))
}

/// The sign of life of an answer that has nothing to tell.
pub(super) fn alive(subscription: &str) -> Element {
    t("Notification").child(said("SubscriptionId", subscription)).child(t("StatusEvent"))
}

fn event(entry: &Entry, user: Option<&str>) -> Element {
    let id = |name: &str, seen: &Seen| t(name).with("Id", &ids::written(&seen.id)).with("ChangeKey", &seen.change_key);
    let folder = |name: &str, seen: &Seen| t(name).with("Id", &ids::written(&seen.folder));
    let before = entry.before.iter();
    t(entry.happened.word())
        .children(user.map(|user| said("Watermark", watermark_of(user, entry.place))))
        .child(said("TimeStamp", utc(entry.at)))
        .child(id("ItemId", &entry.item))
        .child(folder("ParentFolderId", &entry.item))
        .children(before.flat_map(|before| [id("OldItemId", before), folder("OldParentFolderId", before)]))
}

/// Which subscriptions are over.
pub(in crate::microsoft::ews) fn lost(subscriptions: &[String]) -> Element {
    m("ErrorSubscriptionIds").children(subscriptions.iter().map(|id| said("SubscriptionId", id)))
}
