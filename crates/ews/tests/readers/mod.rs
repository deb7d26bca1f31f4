//! Every reader of answers.

use mxs_core::{ExchangeId, Instant, Kind};
use mxs_ews::get_item::{self, Asked};
use mxs_ews::{
    EwsError, FolderId, ItemId, autodiscover, convert_id, create_folder, create_item, delete_item, find_folder,
    find_item, get_attachment, get_events, get_folder, get_server_time_zones, get_streaming_events,
    get_user_availability, negotiated, resolve_names, send_item, sent_copy, subscribe, sync_folder_hierarchy,
    sync_folder_items, unsubscribe, update_item,
};
use mxs_graph::Wanted;
use mxs_http::Response;

pub(crate) const WANTED: Wanted<'_> = Wanted { org: "7", zone: None, record_url: None };

/// A reader.
pub(crate) struct Reader {
    /// What it is called.
    pub(crate) name: &'static str,
    /// Whose answer it reads.
    pub(crate) operation: &'static str,
    /// Reads it; of several things asked for at once the first that failed is the error.
    pub(crate) read: fn(&Response) -> Result<(), EwsError>,
}

/// Whether all of several things were read.
fn all<T>(each: Result<Vec<Result<T, EwsError>>, EwsError>) -> Result<(), EwsError> {
    each?.into_iter().try_for_each(|one| one.map(|_| ()))
}

fn items(response: &Response, kind: Kind, of: Option<(&ExchangeId, Instant)>) -> Result<(), EwsError> {
    let id = ExchangeId::new("I");
    all(get_item::parse(response, kind, &[Asked { id: ItemId::Item(&id), of }], &WANTED))
}

/// Every reader.
pub(crate) fn readers() -> Vec<Reader> {
    let reader = |name, operation, read| Reader { name, operation, read };
    vec![
        reader("contact", "GetItem", |response| items(response, Kind::Contact, None)),
        reader("task", "GetItem", |response| items(response, Kind::Task, None)),
        reader("event", "GetItem", |response| items(response, Kind::Event, None)),
        reader("exception", "GetItem", |response| {
            items(response, Kind::Event, Some((&ExchangeId::new("S"), Instant::from_seconds(0))))
        }),
        reader("glance", "GetItem", |response| all(get_item::parse_glance(response, 1))),
        reader("letter", "GetItem", |response| all(get_item::parse_letters(response, 1))),
        reader("folder", "GetFolder", |response| all(get_folder::parse(response, &[FolderId::Id("F".into())]))),
        reader("new folder", "CreateFolder", |response| create_folder::parse(response).map(|_| ())),
        reader("folders", "FindFolder", |response| find_folder::parse(response).map(|_| ())),
        reader("hierarchy", "SyncFolderHierarchy", |response| sync_folder_hierarchy::parse(response).map(|_| ())),
        reader("changes", "SyncFolderItems", |response| sync_folder_items::parse(response).map(|_| ())),
        reader("found", "FindItem", |response| find_item::parse(response, "7").map(|_| ())),
        reader("view", "FindItem", |response| find_item::parse_view(response).map(|_| ())),
        reader("copies", "FindItem", |response| sent_copy::parse_find(response, &["5"]).map(|_| ())),
        reader("new item", "CreateItem", |response| all(create_item::parse(response, 1))),
        reader("update", "UpdateItem", |response| all(update_item::parse(response, 1))),
        reader("delete", "DeleteItem", |response| all(delete_item::parse(response, 1))),
        reader("send", "SendItem", |response| all(send_item::parse(response, 1))),
        reader("attachment", "GetAttachment", |response| get_attachment::parse(response).map(|_| ())),
        reader("zones", "GetServerTimeZones", |response| get_server_time_zones::parse(response).map(|_| ())),
        reader("names", "ResolveNames", |response| resolve_names::parse(response).map(|_| ())),
        reader("ids", "ConvertId", |response| all(convert_id::parse(response, 1))),
        reader("availability", "GetUserAvailability", |response| all(get_user_availability::parse(response, 1))),
        reader("subscription", "Subscribe", |response| subscribe::parse(response).map(|_| ())),
        reader("end of one", "Unsubscribe", |response| unsubscribe::parse(response).map(|_| ())),
        reader("events", "GetEvents", |response| get_events::parse(response).map(|_| ())),
        reader("stream", "GetStreamingEvents", |response| get_streaming_events::parse(&response.body).map(|_| ())),
        reader("version", "Fault", |response| negotiated(response).map(|_| ())),
        reader("plain discovery", "AutodiscoverPOX", |response| autodiscover::pox::parse(response).map(|_| ())),
        reader("discovery", "GetUserSettings", |response| autodiscover::soap::parse(response).map(|_| ())),
        reader("second discovery", "Json", |response| autodiscover::json::parse(response).map(|_| ())),
    ]
}
