//! Items of a folder by what they hold, and the occurrences in a window of a calendar.
//!
//! <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/finditem-operation>

use crate::find_folder::{next, page};
use crate::item::{self, MARK, RECEIVED, written};
use crate::property::Property;
use crate::shape;
use crate::xml::{Element, entries, m, t};
use crate::{Each, EwsError, FolderId, Session, answers};
use mxs_core::{CrmId, Date, ExchangeId, Instant, Version};
use mxs_graph::mark::Mark;
use mxs_http::{Request, Response};

/// How many items an answer may hold: as many as servers give at most, unless somebody set another limit.
///
/// <https://learn.microsoft.com/en-us/exchange/client-developer/exchange-web-services/ews-throttling-in-exchange>
pub const PAGE_SIZE: u32 = 1_000;

const ORIGINAL: Property = Property::Field("calendar", "RecurrenceId");
const UID: Property = Property::Field("calendar", "UID");

/// An item that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundItem {
    /// Its id.
    pub id: ExchangeId,
    /// Its version.
    pub version: Version,
    /// The CRM record that its mark names, where [`marked`] asked for it.
    pub mark: Option<CrmId>,
}

/// One page of items.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundPage {
    /// The items.
    pub items: Vec<FoundItem>,
    /// Where the next page begins, if there is one.
    pub next: Option<u32>,
}

/// Something that takes place in a window of a calendar.
#[derive(Clone, PartialEq, Eq)]
pub struct Occurrence {
    /// Its id.
    pub id: ExchangeId,
    /// Its version.
    pub version: Version,
    /// The id that all occurrences of a series have in common, and their copies in other mailboxes.
    pub uid: String,
    /// Of an occurrence of a series: when its rule had put it.
    pub original: Option<Instant>,
}

/// What it is about is personal data.
impl std::fmt::Debug for Occurrence {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", self.id)
    }
}

/// Asks which items of `folder` carry a provenance mark, of whatever CRM organisation, from the one at `offset` on.
pub fn marked(session: &Session<'_>, folder: &FolderId, offset: u32) -> Request {
    let restriction = m("Restriction").child(t("Exists").child(MARK.path()));
    let view = page("IndexedPageItemView", PAGE_SIZE, offset);
    find(session, folder, &[MARK], view, vec![restriction])
}

/// The most marks that are looked for at once: each is a condition, and servers refuse too many.
pub const MARKS_MAX: usize = 50;

/// The most folders that are looked through at once.
pub const FOLDERS_MAX: usize = 100;

/// Asks which items of these folders, [`FOLDERS_MAX`] at most, carry one of these marks, [`MARKS_MAX`] at most.
pub fn marked_with(session: &Session<'_>, folders: &[FolderId], marks: &[Mark<'_>]) -> Request {
    debug_assert!(marks.len() <= MARKS_MAX && folders.len() <= FOLDERS_MAX, "the caller cuts them up");
    let values: Vec<String> = marks.iter().map(Mark::value).collect();
    let restriction = m("Restriction").child(one_of(MARK, values.iter().map(String::as_str)));
    let view = page("IndexedPageItemView", PAGE_SIZE, 0);
    find_in(session, folders, &[MARK], view, vec![restriction])
}

/// Reads the answer to [`marked_with`], for each of so many folders in their order; marks of other organisations than
/// `org` are left out.
pub fn parse_marked_with(response: &Response, org: &str, asked: usize) -> Each<FoundPage> {
    answers::read(response, "FindItem", asked, |message| found_page(&message, org))
}

/// A condition that a property says one of these texts.
pub(crate) fn one_of<'t>(property: Property, texts: impl Iterator<Item = &'t str>) -> Element {
    let is = |text: &str| {
        let constant = t("FieldURIOrConstant").child(t("Constant").with("Value", text));
        t("IsEqualTo").child(property.path()).child(constant)
    };
    let mut conditions: Vec<Element> = texts.map(is).collect();
    // An alternative has at least two sides.
    match conditions.len() {
        1 => conditions.remove(0),
        _ => t("Or").children(conditions),
    }
}

/// Asks for the messages of `folder` that came at `since` or later, the oldest first, from the one at `offset` on: those
/// that come while somebody pages shift nothing.
pub fn received(session: &Session<'_>, folder: &FolderId, since: Instant, offset: u32) -> Request {
    let constant = t("FieldURIOrConstant").child(t("Constant").with("Value", &written(since)));
    let later = t("IsGreaterThanOrEqualTo").child(RECEIVED.path()).child(constant);
    let order = t("FieldOrder").with("Order", "Ascending").child(RECEIVED.path());
    let view = page("IndexedPageItemView", PAGE_SIZE, offset);
    let more = vec![m("Restriction").child(later), m("SortOrder").child(order)];
    find(session, folder, &[], view, more)
}

/// Asks for what takes place in a calendar from the beginning of `start` to that of `end`, in UTC: what takes place
/// once, and each occurrence of each series.
///
/// <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/calendarview>
pub fn view(session: &Session<'_>, folder: &FolderId, start: Date, end: Date) -> Request {
    let view = m("CalendarView")
        .with("MaxEntriesReturned", &PAGE_SIZE.to_string())
        .with("StartDate", &written(start.start()))
        .with("EndDate", &written(end.start()));
    find(session, folder, &[ORIGINAL, UID], view, Vec::new())
}

pub(crate) fn find(
    session: &Session<'_>,
    folder: &FolderId,
    properties: &[Property],
    view: Element,
    more: Vec<Element>,
) -> Request {
    find_in(session, std::slice::from_ref(folder), properties, view, more)
}

fn find_in(
    session: &Session<'_>,
    folders: &[FolderId],
    properties: &[Property],
    view: Element,
    more: Vec<Element>,
) -> Request {
    session.request(
        m("FindItem")
            .with("Traversal", "Shallow")
            .child(shape::ids(properties, None))
            .child(view)
            .children(more)
            .child(m("ParentFolderIds").children(folders.iter().map(FolderId::element))),
    )
}

/// Reads the answer to [`marked`] and [`received`]; marks of other organisations than `org` are left out.
pub fn parse(response: &Response, org: &str) -> Result<FoundPage, EwsError> {
    answers::read_one(response, "FindItem", |message| found_page(&message, org))
}

fn found_page(message: &Element, org: &str) -> Option<FoundPage> {
    let root = message.get("RootFolder")?;
    let found = |element: &Element| {
        let (id, version) = item::identity(element)?;
        Some(FoundItem { id, version, mark: item::marked(element, org)? })
    };
    let items = entries(Some(root.get("Items")?))?.iter().map(found).collect::<Option<_>>()?;
    Some(FoundPage { items, next: next(root)? })
}

/// Reads the answer to [`view`]; `None` where the window holds more than an answer does, so that smaller ones are to be
/// asked for.
pub fn parse_view(response: &Response) -> Result<Option<Vec<Occurrence>>, EwsError> {
    answers::read_one(response, "FindItem", |message| {
        let root = message.get("RootFolder")?;
        let occurrence = |element: &Element| {
            let (id, version) = item::identity(element)?;
            let original = item::moment(ORIGINAL, element)?;
            Some(Occurrence { id, version, uid: UID.text(element)?.trim().to_owned(), original })
        };
        let items: Vec<Occurrence> =
            entries(Some(root.get("Items")?))?.iter().map(occurrence).collect::<Option<_>>()?;
        let is_whole = root.attribute("IncludesLastItemInRange")? == "true";
        Some(is_whole.then_some(items))
    })
}
