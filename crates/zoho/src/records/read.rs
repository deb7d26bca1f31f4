//! Reading the records of a module.

use super::{joined, path, send};
use crate::json::{DATA, filled, is_none_or, object, objects, rows};
use crate::names::{CREATED, MODIFIED};
use crate::owners::quoted;
use crate::{Module, Names, Owners, ZohoError, clock, record};
use mxs_core::{CrmId, Instant, Seen, Version};
use mxs_http::{Method, Request, Response};
use serde_json::{Map, Value, json};

/// The most rows that one query gives.
///
/// <https://www.zoho.com/crm/developer/docs/api/v8/COQL-Limitations.html>
pub const QUERY_LIMIT: usize = 2000;

/// How many rows the first query for changes asks for: they are few as a rule, and up to so many cost one credit
/// instead of three.
///
/// <https://www.zoho.com/crm/developer/docs/api/v8/api-limits.html>
const FIRST_LIMIT: usize = 200;

/// The most records that are looked up, and the most ids that are deleted, with one request.
pub const LOOKUP_MAX: usize = 100;

/// The most records that one query names.
///
/// <https://www.zoho.com/crm/developer/docs/api/v8/COQL-Limitations.html>
pub const IDS_MAX: usize = 50;

/// The most rows of a list of deleted records.
const DELETED_PAGE: usize = 200;

/// A record as it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Its id.
    pub id: CrmId,
    /// Its contents and version.
    pub seen: Seen,
    /// When it was created, by the CRM's clock.
    pub created: Instant,
    /// When it was last changed, by the CRM's clock. The moment of its creation if nobody has changed it.
    pub modified: Instant,
}

/// One page of a query.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// The records, by ascending id.
    pub records: Vec<Record>,
    /// Those of the page that hold what can't be read.
    pub unreadable: Vec<CrmId>,
    /// Whether there are more: ask again, after [`Page::last`].
    pub more: bool,
    /// When the CRM answered, by its own clock, if it said so.
    pub answered: Option<Instant>,
}

impl Page {
    /// The record after which the next page begins.
    pub fn last(&self) -> Option<&CrmId> {
        // Ids are numbers: of two, the longer is the greater.
        self.records
            .iter()
            .map(|record| &record.id)
            .chain(&self.unreadable)
            .max_by_key(|id| (id.as_str().len(), id.as_str()))
    }
}

/// A record that exists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Its id.
    pub id: CrmId,
    /// The CRM user who owns it.
    pub owner: String,
    /// When it was last changed, by the CRM's clock.
    pub modified: Instant,
}

/// One page of the list of deleted records.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeletedPage {
    /// The records.
    pub ids: Vec<CrmId>,
    /// Whether there are more: ask for the next page.
    pub more: bool,
}

/// The version of a record that was last changed at `modified`. The CRM writes the same moment with
/// different offsets for different users; this doesn't.
pub fn version(modified: Instant) -> Version {
    Version::new(modified.to_string())
}

/// Asks for the records of `owners`, with ids above `after`: those changed at `since` or later, or all.
///
/// A page is cut by id and not by offset: records that change meanwhile shift nothing, and there is no
/// limit of 100,000.
///
/// <https://www.zoho.com/crm/developer/docs/api/v8/COQL-Overview.html>
pub fn changes(names: &Names, owners: &Owners, since: Option<Instant>, after: Option<&CrmId>) -> Request {
    let limit = if since.is_some() && after.is_none() { FIRST_LIMIT } else { QUERY_LIMIT };
    let since = since.map(|since| format!("{MODIFIED} >= {}", quoted(&since.to_string())));
    let after = after.map(|after| format!("id > {}", quoted(after.as_str())));
    // The query language takes two criteria at a time; each pair needs its brackets.
    let mut criteria = String::new();
    for criterion in [owners.criterion(), since, after].into_iter().flatten() {
        criteria = if criteria.is_empty() { criterion } else { format!("({criteria} and {criterion})") };
    }
    if criteria.is_empty() {
        // There is no query without a criterion.
        "id is not null".clone_into(&mut criteria);
    }
    let (columns, module) = (names.selected().join(", "), names.module().api_name());
    query(&format!("select {columns} from {module} where {criteria} order by id asc limit {limit}"))
}

/// Asks for these records, [`IDS_MAX`] at most, as far as they belong to `owners`. The answer is read as that to
/// [`changes`].
///
/// <https://www.zoho.com/crm/developer/docs/api/v8/COQL-Overview.html>
pub fn these(names: &Names, owners: &Owners, ids: &[CrmId]) -> Request {
    debug_assert!(ids.len() <= IDS_MAX, "the CRM refuses more");
    let ids: Vec<String> = ids.iter().map(|id| quoted(id.as_str())).collect();
    let these = format!("id in ({})", ids.join(", "));
    let criteria = owners.criterion().map_or_else(|| these.clone(), |owners| format!("({owners} and {these})"));
    let (columns, module) = (names.selected().join(", "), names.module().api_name());
    query(&format!("select {columns} from {module} where {criteria} order by id asc limit {FIRST_LIMIT}"))
}

/// A query.
pub(crate) fn query(text: &str) -> Request {
    send(Method::Post, "/crm/v8/coql", &json!({ "select_query": text }))
}

/// Reads the answer to [`changes`].
///
/// A row without one of the columns that were asked for makes the page unreadable: to take the missing
/// field for empty would empty it on the other side. One with a value that can't be read waits alone.
///
/// Where [`Names::needs_details`], the records are still to be completed: [`crate::details`].
pub fn parse_page(names: &Names, response: &Response) -> Result<Page, ZohoError> {
    let answer = rows(response, DATA)?;
    let mut page = Page { answered: clock::answered(response), ..Page::default() };
    for row in objects(&answer) {
        let row = row.filter(|row| record::is_complete(names, row)).and_then(|row| Some((filled(row, "id")?, row)));
        let (id, row) = row.ok_or_else(|| ZohoError::unreadable(response.status))?;
        match read(names, id, row) {
            Some(record) => page.records.push(record),
            None => page.unreadable.push(CrmId::new(id)),
        }
    }
    let rows = page.records.len() + page.unreadable.len();
    let more = more(&answer, [FIRST_LIMIT, QUERY_LIMIT].contains(&rows));
    // One without a row that has more would be asked for ever.
    page.more = more.filter(|more| !more || rows > 0).ok_or_else(|| ZohoError::unreadable(response.status))?;
    Ok(page)
}

fn read(names: &Names, id: &str, row: &Map<String, Value>) -> Option<Record> {
    if !record::is_readable(names, row) {
        return None;
    }
    let created = Instant::parse(filled(row, CREATED)?).ok()?;
    let modified = Instant::parse(filled(row, MODIFIED)?).ok()?;
    let seen = Seen { fields: record::fields(names, row), version: version(modified), mark: None };
    Some(Record { id: CrmId::new(id), seen, created, modified })
}

/// The parameters with which a look-up finds whatever exists: records that wait for approval, and leads that
/// were converted.
pub(crate) const fn whole(module: Module) -> &'static str {
    match module {
        Module::Leads => "&approved=both&converted=both",
        Module::Contacts | Module::Tasks | Module::Events => "&approved=both",
    }
}

/// Asks which of `ids` exist, [`LOOKUP_MAX`] at most. A record that waits for approval exists too, and so does
/// a lead that was converted: [`crate::leads`] tells what became of it.
///
/// <https://www.zoho.com/crm/developer/docs/api/v8/get-records.html>
pub fn lookup(module: Module, ids: &[CrmId]) -> Request {
    debug_assert!(ids.len() <= LOOKUP_MAX, "the CRM refuses more");
    let (path, ids, whole) = (path(module), joined(ids), whole(module));
    Request::new(Method::Get, format!("{path}?ids={ids}&fields=Owner,{MODIFIED}{whole}"))
}

/// Reads the answer to [`lookup`]: the records that exist and that the user may see. For those that are
/// missing, [`deleted`] tells deleted from out of sight.
pub fn parse_lookup(response: &Response) -> Result<Vec<Found>, ZohoError> {
    let answer = rows(response, DATA)?;
    let found = |row: &Map<String, Value>| {
        let modified = Instant::parse(filled(row, MODIFIED)?).ok()?;
        Some(Found { id: CrmId::new(filled(row, "id")?), owner: record::owner(row)?.to_owned(), modified })
    };
    let found: Option<Vec<Found>> = objects(&answer).map(|row| found(row?)).collect();
    found.ok_or_else(|| ZohoError::unreadable(response.status))
}

/// Asks for the records that were deleted at `since` or later, into the recycle bin or for good. `page`
/// counts from 1.
///
/// <https://www.zoho.com/crm/developer/docs/api/v8/get-deleted-records.html>
pub fn deleted(module: Module, since: Option<Instant>, page: u32) -> Request {
    let path = path(module);
    let url = format!("{path}/deleted?type=all&page={page}&per_page={DELETED_PAGE}");
    let request = Request::new(Method::Get, url);
    match since {
        // "Since" means later than, in whole seconds: what was deleted in that very second would be missed.
        Some(since) => request.header("If-Modified-Since", Instant::from_seconds(since.seconds() - 1).to_string()),
        None => request,
    }
}

/// Reads the answer to [`deleted`].
pub fn parse_deleted(response: &Response) -> Result<DeletedPage, ZohoError> {
    let answer = rows(response, DATA)?;
    let ids: Option<Vec<CrmId>> = objects(&answer).map(|row| Some(CrmId::new(filled(row?, "id")?))).collect();
    let read = ids.and_then(|ids| Some((more(&answer, ids.len() == DELETED_PAGE)?, ids)));
    let (more, ids) = read.ok_or_else(|| ZohoError::unreadable(response.status))?;
    Ok(DeletedPage { more: more && !ids.is_empty(), ids })
}

/// Whether the CRM has more; where it doesn't say, a full page means yes. `None` if what it says can't be read: what
/// is only a part would be taken for all.
pub(crate) fn more(answer: &Map<String, Value>, full: bool) -> Option<bool> {
    let says = |info: &Value| info.as_object().is_some_and(|info| is_none_or(info, "more_records", Value::is_boolean));
    let said = || object(answer, "info").and_then(|info| info.get("more_records")).and_then(Value::as_bool);
    is_none_or(answer, "info", says).then(|| said().unwrap_or(full))
}
